import gc
import pickle
import weakref

import pytest
from explore import STUCK, execute, outcomes, together
from reference import Place

from treadle.primitives import real
from treadle.primitives.local import local

place = Place()


class Value:
    """Can be referred to weakly."""


def test_every_task_has_its_own_attributes():
    def program(log):
        mine = local()
        mine.x = "main"

        def body(name):
            def run():
                log.append(hasattr(mine, "x"))
                mine.x = name
                place.touch()
                log.append(mine.x == name)

            return run

        together(body(1), body(2))
        log.append(mine.x)

    found = outcomes(program)
    assert all(outcome[-1] == "main" for outcome in found)
    assert all(sorted(outcome[:-1]) == [False, False, True, True] for outcome in found)


def test_an_ordinary_object_is_shared():
    def program(log):
        shared = Value()

        def body(name):
            def run():
                shared.x = name
                place.touch()
                place.touch()
                log.append(shared.x == name)

            return run

        together(body(1), body(2))

    assert (False, True) in outcomes(program)


class Counter(local):
    """Made anew for each task."""

    made = 0

    def __init__(self, start, *, step=1):
        Counter.made += 1
        self.value = start
        self.step = step

    def add(self):
        self.value += self.step
        return self.value


def test_a_subclass_is_initialised_in_every_task():
    def program(log):
        Counter.made = 0
        counter = Counter(10, step=5)
        counter.add()
        together(lambda: log.append(counter.add()), lambda: log.append(counter.add()))
        log.append(counter.value)
        log.append(Counter.made)

    assert outcomes(program) == {(15, 15, 15, 3)}


def test_an_init_that_fails_leaves_nothing_behind():
    class Fussy(local):
        is_fussy = False

        def __init__(self):
            if Fussy.is_fussy:
                raise ValueError("no")
            self.x = 1

    def program(log):
        Fussy.is_fussy = False
        fussy = Fussy()

        def body():
            Fussy.is_fussy = True
            for _ in range(2):
                with pytest.raises(ValueError, match="no"):
                    _ = fussy.x
            Fussy.is_fussy = False
            log.append(fussy.x)

        together(body)

    assert execute(program) == (1,)
    fussy = Fussy()
    found = []

    def body():
        Fussy.is_fussy = True
        with pytest.raises(ValueError, match="no"):
            _ = fussy.x
        Fussy.is_fussy = False
        found.append(fussy.x)

    thread = real.Thread(target=body)
    thread.start()
    thread.join()
    assert found == [1]


def test_arguments_need_an_init():
    for arguments in ((1,), ()):
        if arguments:
            with pytest.raises(TypeError, match="Initialization arguments are not supported"):
                local(*arguments)
        else:
            local()


def test_attributes():
    def program(log):
        mine = local()
        mine.x = 1
        assert mine.__dict__ == {"x": 1}
        del mine.x
        with pytest.raises(AttributeError):
            _ = mine.x
        with pytest.raises(AttributeError):
            del mine.x
        with pytest.raises(AttributeError, match="'__dict__' is read-only"):
            mine.__dict__ = {}
        with pytest.raises(AttributeError, match="'__dict__' is read-only"):
            del mine.__dict__
        with pytest.raises(TypeError, match=r"cannot pickle '_thread\._local' object"):
            pickle.dumps(mine)

    assert execute(program) == ()
    program([])


def test_values_die_with_their_task():
    def program(log):
        mine = local()
        dead = []

        def body():
            mine.value = Value()
            dead.append(weakref.ref(mine.value))

        together(body, body)
        log += [reference() is None for reference in dead]

    assert execute(program) == (True, True)


def test_values_die_with_their_object():
    def program(log):
        mine = local()
        mine.value = Value()
        dead = weakref.ref(mine.value)
        del mine
        gc.collect()
        log.append(dead() is None)

    assert execute(program) == (True,)


def test_outside_of_executions_every_thread_has_its_own():
    mine = local()
    mine.x = 1
    found = []

    def body():
        found.append(hasattr(mine, "x"))
        mine.x = 2
        found.append(mine.x)
        del mine.x
        found.append(hasattr(mine, "x"))

    thread = real.Thread(target=body)
    thread.start()
    thread.join()
    assert found == [False, 2, False]
    assert mine.x == 1


def test_the_main_task_finds_what_was_stored_outside():
    mine = local()
    mine.x = "outside"

    def program(log):
        log.append(mine.x)
        mine.x = "inside"
        mine.y = "more"
        together(lambda: log.append(hasattr(mine, "x")))

    assert [execute(program) for _ in range(2)] == [("outside", False)] * 2
    assert mine.x == "outside"
    assert not hasattr(mine, "y")


def test_one_that_escaped_starts_empty_in_the_next_execution():
    escaped = []

    def first(log):
        escaped.append(local())
        escaped[0].x = 1

        def stuck():
            escaped[0].x = 2
            place_lock.acquire()

        from treadle.primitives.lock import Lock

        place_lock = Lock()
        place_lock.acquire()
        together(stuck)

    assert execute(first) == (STUCK,)
    assert execute(lambda log: [hasattr(escaped[0], "x")]) == [False]


def test_others_may_come_by_while_a_task_initializes():
    def program(log):
        class Slow(local):
            def __init__(self):
                place.touch()
                self.made = True

        mine = Slow()

        def body(name):
            def run():
                mine.x = name
                assert (mine.x, mine.made) == (name, True)

            return run

        together(body(1), body(2), body(3))
        return hasattr(mine, "x")

    assert outcomes(program, all_points=True) == {False}
