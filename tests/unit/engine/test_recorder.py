"""The recorder: what happened, by whom, where, in which call of a function, and with which locks."""

import linecache

import pytest

from treadle.engine import recorder as recorder_module
from treadle.engine.kernel import kernel
from treadle.engine.recorder import Activation, Recorder
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.schedulers.round_robin import RoundRobin

MISSING = object()


def is_program_frame(frame):
    return frame.f_code.co_filename == __file__ and frame.f_code.co_name.startswith("program")


@pytest.fixture
def recorder():
    return Recorder(is_program_frame, MISSING)


def record(world, recorder, main, scheduler=None):
    kernel.recorder = recorder
    try:
        return world.run(main, scheduler)
    finally:
        kernel.recorder = None


def actions(recorder):
    return [(event.task, event.action) for event in recorder.events]


def test_the_life_of_tasks_is_recorded_in_order(world, recorder):
    record(world, recorder, lambda: world.start(lambda: None, lambda: None))
    assert actions(recorder) == [
        (0, Action.TERMINATE),
        (1, Action.BEGIN),
        (1, Action.TERMINATE),
        (2, Action.BEGIN),
        (2, Action.TERMINATE),
    ]


def test_an_exception_is_recorded_with_its_words_and_its_place(world, recorder):
    def program():
        raise ValueError("no")

    record(world, recorder, lambda: world.start(program))
    event = recorder.events[-1]
    assert event.action is Action.RAISE
    assert event.value == "ValueError: no"
    filename, line, end_line, column, _, function = event.place
    assert filename == __file__
    assert line == end_line
    assert linecache.getline(filename, line).strip() == 'raise ValueError("no")'
    assert column == -1
    assert function.endswith("program")


def test_an_exception_that_cannot_be_put_into_words_is_named_by_its_type(world, recorder):
    class Broken(Exception):
        def __str__(self):
            raise RuntimeError

    def program():
        raise Broken

    record(world, recorder, lambda: world.start(program))
    assert recorder.events[-1].value == "Broken"


def test_an_exception_outside_of_the_program_has_no_place(world, recorder):
    def elsewhere():
        raise ValueError

    record(world, recorder, lambda: world.start(elsewhere))
    assert recorder.events[-1].place is None


def test_waiting_and_waking_are_recorded(world, recorder):
    gates = []

    def program_waits():
        gates[0].wait()

    def main():
        gates.append(world.Gate())
        world.start(program_waits, lambda: gates[0].open())

    record(world, recorder, main)
    block, wake = (e for e in recorder.events if e.action in {Action.BLOCK, Action.WAKE})
    assert block.task == wake.task == 1
    assert block.subject is wake.subject is gates[0]
    assert block.detail == "waits on"
    assert block.place[-1].endswith("program_waits")
    assert block.holders == ()


def test_where_a_task_waits_is_known_as_long_as_it_waits(world, recorder):
    seen = []

    def program_waits():
        world.Gate().wait()

    kernel.on_stop = lambda: seen.append(dict(recorder.waiting_at))
    record(world, recorder, lambda: world.start(program_waits))
    ((task, place),) = seen[0].items()
    assert task == 1
    assert place[-1].endswith("program_waits")


def test_the_holders_of_what_a_task_waits_for_are_recorded(world, recorder):
    class Owned(world.Gate):
        def owners(self):
            return [kernel.tasks[2], "somebody else"]

    record(world, recorder, lambda: world.start(lambda: Owned().wait(), lambda: None))
    (block,) = (e for e in recorder.events if e.action is Action.BLOCK)
    assert block.holders == (2,)


def test_a_preemption_is_recorded_where_it_happens(world, recorder):
    location = world.location()

    def program_one():
        world.step(location, "a")
        world.step(location, "b")

    record(world, recorder, lambda: world.start(program_one, program_one), RoundRobin())
    suspend = next(e for e in recorder.events if e.action is Action.SUSPEND)
    assert suspend.task == 1
    assert linecache.getline(*suspend.place[:2]).strip() == 'world.step(location, "b")'
    assert (1, Action.RESUME) in actions(recorder)


def test_standing_aside_is_recorded(world, recorder):
    # The body is compiled code: there is no frame at all to be found.
    record(world, recorder, lambda: world.start(kernel.stand_aside, lambda: None))
    assert (1, Action.YIELD) in actions(recorder)
    assert (1, Action.RESUME) in actions(recorder)


# --- operations and data --------------------------------------------------------------------------


def test_an_operation_is_recorded_with_what_it_did(world, recorder):
    def program():
        kernel.recorder.sync(Action.NOTIFY, "condition", "value", "detail", 3, (1, 2))

    record(world, recorder, program)
    event = recorder.events[0]
    assert (event.action, event.subject, event.value) == (Action.NOTIFY, "condition", "value")
    assert (event.detail, event.other, event.woken) == ("detail", 3, (1, 2))
    assert event.place[-1].endswith("program")


@pytest.mark.parametrize("action", [Action.ACQUIRE, Action.TRY_ACQUIRE])
def test_where_a_lock_was_taken_is_known(world, recorder, action):
    lock = object()

    def program():
        kernel.recorder.sync(action, lock)

    record(world, recorder, program)
    assert recorder.taken_at[0, id(lock)] == recorder.events[0].place


def test_data_is_recorded_as_text(world, recorder):
    location = world.location()

    def program():
        kernel.recorder.data(Action.WRITE, location, [1], "before", "")
        kernel.recorder.data(Action.READ, location, MISSING, MISSING, "")
        kernel.recorder.data(Action.CALL, location, 2, MISSING, "append(3)", True)

    record(world, recorder, program)
    write, read, call = recorder.events[:3]
    assert (write.value, write.previous, write.is_write) == ("[1]", "'before'", True)
    assert (read.value, read.previous, read.is_write) == (None, None, False)
    assert (call.value, call.detail, call.is_write) == ("2", "append(3)", True)
    assert write.subject is location


def test_values_are_recorded_as_they_were_then(world, recorder):
    items = [1]

    def program():
        kernel.recorder.data(Action.READ, None, items, MISSING, "")
        items.append(2)

    record(world, recorder, program)
    assert recorder.events[0].value == "[1]"


def test_a_variable_is_looked_up_where_the_program_is(world, recorder):
    location = world.location("MISSING")

    def program():
        kernel.recorder.variable(Action.READ, location, MISSING)
        kernel.recorder.variable(Action.WRITE, location, 5)
        kernel.recorder.variable(Action.DELETE, world.location("unknown"), MISSING)

    record(world, recorder, program)
    read, write, delete = recorder.events[:3]
    assert read.value is None  # the variable's value is the mark of a missing one
    assert write.value == "5"
    assert (delete.previous, delete.is_write) == (None, True)


@pytest.mark.parametrize("name", ["sync", "data"])
def test_outside_of_tasks_nothing_is_recorded(recorder, name):
    arguments = {"sync": (Action.SET, None), "data": (Action.READ, None, 1, MISSING, "")}[name]
    getattr(recorder, name)(*arguments)
    assert recorder.events == []


def test_the_locks_held_and_the_time_are_those_of_the_moment(world, recorder):
    def program():
        kernel.current.held.append("lock")
        kernel.recorder.sync(Action.SET, "event")
        kernel.current.held.clear()
        kernel.block(None, "sleeps", 2.0)
        kernel.recorder.sync(Action.SET, "event")

    record(world, recorder, program)
    first, second = (e for e in recorder.events if e.action is Action.SET)
    assert (first.held, first.time) == (("lock",), 0.0)
    assert (second.held, second.time) == ((), 2.0)


def test_an_execution_that_is_too_long_is_cut(world, recorder, monkeypatch):
    monkeypatch.setattr(recorder_module, "MAX_EVENTS", 3)
    assert not recorder.is_full
    record(world, recorder, lambda: world.start(*[lambda: None] * 5))
    assert len(recorder.events) == 3
    assert recorder.is_full


# --- places and activations -----------------------------------------------------------------------


def test_a_place_is_the_innermost_of_the_programs_own(world, recorder):
    def library():
        kernel.recorder.sync(Action.SET, None)

    def program():
        library()

    record(world, recorder, program)
    event = recorder.events[0]
    filename, line, end_line, start, end, function = event.place
    assert linecache.getline(filename, line)[start:end] == "library()"
    assert (line, function) == (end_line, program.__qualname__)


def test_without_the_programs_own_frames_there_is_no_place(world, recorder):
    record(world, recorder, lambda: kernel.recorder.sync(Action.SET, None))
    assert recorder.events[0].place is None
    assert recorder.events[0].activation == 0


def test_every_call_of_a_function_is_an_activation_of_its_own(world, recorder):
    def program():
        kernel.recorder.sync(Action.SET, "a")
        kernel.recorder.sync(Action.SET, "b")

    def program_main():
        kernel.recorder.sync(Action.SET, "main")
        program()
        program()
        kernel.recorder.sync(Action.SET, "main")

    record(world, recorder, program_main)
    numbers = [e.activation for e in recorder.events if e.action is Action.SET]
    main, first, _, second, _, again = numbers
    assert numbers == [main, first, first, second, second, main]
    assert again == main
    assert len({main, first, second}) == 3
    assert 0 not in numbers


def test_a_function_that_calls_itself_has_several_activations(world, recorder):
    def program(depth):
        kernel.recorder.sync(Action.SET, depth)
        if depth:
            program(depth - 1)
        kernel.recorder.sync(Action.SET, depth)

    record(world, recorder, lambda: program(2))
    by_depth = {}
    for event in recorder.events:
        if event.action is Action.SET:
            by_depth.setdefault(event.subject, set()).add(event.activation)
    assert all(len(numbers) == 1 for numbers in by_depth.values())
    assert len(set.union(*by_depth.values())) == 3


def test_a_generator_is_one_activation_however_often_it_is_resumed(world, recorder):
    def program_generator():
        for _ in range(3):
            kernel.recorder.sync(Action.SET, None)
            yield

    record(world, recorder, lambda: list(program_generator()))
    assert len({e.activation for e in recorder.events if e.action is Action.SET}) == 1


def test_the_mark_of_an_activation_traces_nothing():
    assert Activation(1)("frame", "event", "argument") is None


def test_recording_does_not_change_what_happens(world, recorder):
    location = world.location()

    def main():
        world.start(
            *[lambda n=n: [world.step(location, f"{n}{i}", Kind.WRITE) for i in "ab"] for n in "xy"]
        )

    plain = world.explore(main, lambda: list(kernel.choices))
    kernel.recorder = recorder
    assert world.explore(main, lambda: list(kernel.choices)) == plain
