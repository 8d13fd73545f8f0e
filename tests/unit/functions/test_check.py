"""Functions of this process, checked where they stand; afterwards everything is as it was."""

import functools
import gc
import html
import queue
import random
import signal
import sys
import threading
import time
import unittest

import pytest

import treadle


class Account:
    def __init__(self):
        self.bal = 0

    def add(self, amount):
        balance = self.bal
        self.bal = balance + amount


def run_together(*functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def lose():
    account = Account()
    run_together(lambda: account.add(100), lambda: account.add(-50))
    assert account.bal == 50


def keep():
    account, lock = Account(), threading.Lock()

    def add(amount):
        with lock:
            account.add(amount)

    run_together(lambda: add(100), lambda: add(-50))
    assert account.bal == 50


def take_crosswise():
    first, second = threading.Lock(), threading.Lock()

    def take(one, other):
        with one, other:
            pass

    run_together(lambda: take(first, second), lambda: take(second, first))


def test_what_fails_is_found_and_what_does_not_is_proven():
    report = treadle.check(lose)
    assert report.failed
    assert report.verdict is treadle.Verdict.FAIL
    assert isinstance(report.error, AssertionError)
    assert report.findings[0].kind is treadle.FindingKind.ASSERTION
    assert [trace.preemptions for trace in report.traces] == [1]
    good = treadle.check(keep)
    assert (good.verdict, good.complete, good.findings, good.error) == ("pass", True, (), None)


def test_the_schedule_is_replayed():
    token = treadle.check(lose).findings[0].trace.token
    again = treadle.replay(lose, token)
    assert again.failed
    assert again.executions == 1
    assert not again.complete
    assert again.findings[0].trace.token == token


def test_a_schedule_without_a_failure_is_replayed_too():
    token = next(each.token for each in treadle.check(lose).outcomes if not each.failing)
    again = treadle.replay(lose, token)
    assert (again.failed, again.error) == (False, None)


def test_a_schedule_of_something_else_is_refused():
    token = treadle.check(lose).findings[0].trace.token
    with pytest.raises(treadle.DivergenceError, match="does not fit the program"):
        treadle.replay(take_crosswise, token)
    with pytest.raises(treadle.TokenError, match="not a schedule token"):
        treadle.replay(lose, "?")


def test_raise_if_failed_raises_the_programs_own_exception_with_the_report_as_a_note():
    report = treadle.check(lose)
    with pytest.raises(AssertionError) as caught:
        report.raise_if_failed()
    assert caught.value is report.error
    assert caught.value.__notes__ == [str(report)]
    frames = [entry.name for entry in caught.traceback]
    assert frames[-1] == "lose"
    assert not {"run", "_work_once", "__call__"} & set(frames)  # nothing of Treadle's between
    treadle.check(keep).raise_if_failed()


def test_raise_if_failed_raises_an_error_of_its_own_where_there_is_no_exception():
    report = treadle.check(take_crosswise)
    assert report.error is None
    with pytest.raises(treadle.FindingError, match="lock cycle"):
        report.raise_if_failed()


def test_the_report_is_a_string_whose_last_line_replays():
    report = treadle.check(lose)
    lines = str(report).splitlines()
    assert lines[-2:] == ["Replay:", f'  treadle.replay(lose, "{report.findings[0].trace.token}")']
    assert "treadle show" not in str(report)
    assert repr(report).startswith("<Report fail, 'AssertionError in main")


def test_in_a_notebook_the_report_is_the_page_to_step_through():
    shown = treadle.check(lose)._repr_html_()
    assert shown.startswith("<iframe ")
    page = html.unescape(shown.partition('srcdoc="')[2].rpartition('" style')[0])
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "PREEMPTION" in page


def closure(amount):
    def lose_silently():
        account = Account()
        run_together(lambda: account.add(amount), lambda: account.add(amount))

    return lose_silently


class Bank:
    def __init__(self):
        self.account = None

    def lose(self):
        self.account = Account()
        run_together(lambda: self.account.add(1), lambda: self.account.add(1))

    def __call__(self):
        self.lose()

    @staticmethod
    def lose_statically():
        lose()


@pytest.mark.parametrize(
    "function",
    [
        closure(5),
        Bank().lose,
        Bank(),
        Bank.lose_statically,
        functools.partial(Bank.lose, Bank()),
        lambda: lose(),
    ],
    ids=["closure", "method", "instance", "static method", "partial", "lambda"],
)
def test_anything_that_can_be_called_is_checked(function):
    assert treadle.check(function).failed


def test_code_that_was_typed_is_checked():
    source = (
        "import threading\n"
        "def lose():\n"
        "    count = [0]\n"
        "    def add():\n"
        "        count[0] += 1\n"
        "    threads = [threading.Thread(target=add) for _ in range(2)]\n"
        "    for thread in threads: thread.start()\n"
        "    for thread in threads: thread.join()\n"
        "    assert count == [2]\n"
    )
    space = {"__name__": "__main__"}
    exec(compile(source, "<cell 1>", "exec"), space)
    assert treadle.check(space["lose"]).failed
    nameless = {}
    exec(source, nameless)
    assert treadle.check(nameless["lose"]).failed


def test_a_local_object_that_nobody_reads_at_the_end_is_looked_at():
    report = treadle.check(closure(5))
    assert [each.summary for each in report.findings] == ["lost update on account.bal"]


def state_of_the_process():
    return (
        threading.Lock,
        threading.Thread,
        queue.Queue,
        time.sleep,
        time.time,
        random.random,
        sys.stdout,
        list(sys.path),
        list(sys.argv),
        list(sys.meta_path),
        sys.gettrace(),
        sys.getprofile(),
        sys.unraisablehook,
        threading.excepthook,
        signal.getsignal(signal.SIGALRM),
        signal.getsignal(signal.SIGINT),
        gc.isenabled(),
        Account.add.__code__,
        lose.__code__,
        functools.partial.__call__,
    )


def test_afterwards_everything_is_as_it_was():
    before = state_of_the_process()
    treadle.check(lose)
    treadle.check(take_crosswise)
    assert state_of_the_process() == before
    assert time.monotonic() != time.monotonic()  # time goes by again
    done = []
    run_together(lambda: done.append(1))
    assert done == [1]


def test_the_same_check_says_the_same_again():
    def told(report):
        return (
            [
                (f.id, f.trace.token, f.why, f.found_after, f.failing_executions)
                for f in report.findings
            ],
            [(o.observed, o.executions, o.token) for o in report.outcomes],
            report.result.redundant,
        )

    first = told(treadle.check(lose))
    treadle.check(keep)
    assert told(treadle.check(lose)) == first


def test_exceptions_let_go_of_what_was_checked():
    alive = []

    def check_once():
        account = Account()
        alive.append(__import__("weakref").ref(account))
        treadle.check(lambda: run_together(lambda: account.add(1)))

    check_once()
    gc.collect()
    assert alive[0]() is None


def test_the_decorator_makes_a_test_for_any_runner():
    class Tests(unittest.TestCase):
        @treadle.test
        def test_lose(self):
            lose()

        @treadle.test(max_executions=200)
        def test_keep(self):
            keep()

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Tests).run(result)
    assert [case._testMethodName for case, _ in result.failures] == ["test_lose"]
    assert (result.testsRun, result.errors) == (2, [])
    assert "PREEMPTION" in result.failures[0][1]


def test_the_decorator_hands_arguments_on_and_keeps_the_name():
    seen = []

    @treadle.test
    def test_amount(amount, *, times=1):
        """Documentation."""
        seen.append((amount, times))

    assert test_amount(1, times=2) is None
    assert set(seen) == {(1, 2)}
    assert (test_amount.__name__, test_amount.__doc__) == ("test_amount", "Documentation.")


@pytest.mark.parametrize(
    ("function", "options", "told"),
    [
        ("script.py", {}, "takes a function, not 'script.py'"),
        (lambda x: None, {}, "has to be callable without arguments"),
        (lose, {"max_execution": 3}, "There is no option max_execution; there are max_executions"),
        (lose, {"max_executions": "3"}, "max_executions is a number; '3' is not"),
        (lose, {"max_seconds": -1}, "max_seconds cannot be negative"),
        (lose, {"scheduler": "fair"}, "There is no scheduler 'fair'"),
        (lose, {"timeouts": "soon"}, "timeouts is one of quiescent, brief, eager; 'soon' is not"),
        (lose, {"ignore": ["race"]}, "There is no kind of finding 'race'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(function, options, told):
    with pytest.raises(treadle.UsageError, match=told):
        treadle.check(function, **options)


def test_a_coroutine_is_refused():
    async def later():
        pass

    with pytest.raises(treadle.UsageError, match="is a coroutine"):
        treadle.check(later)


def test_a_check_inside_of_a_check_is_refused_and_undone():
    before = threading.Lock
    report = treadle.check(lambda: treadle.check(lose))
    assert "inside of a check" in str(report.error)
    assert threading.Lock is before


def test_options_are_heeded():
    assert not treadle.check(lose, max_executions=1).failed
    assert treadle.check(lose, scheduler="random-walk", max_executions=200, seed=3).failed
    assert not treadle.check(lambda: closure(5)(), ignore=["interference"]).failed


def test_importing_it_loads_nothing_but_the_names():
    assert set(treadle.__all__) <= set(dir(treadle))
    for name in treadle.__all__:
        assert getattr(treadle, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'chek'"):
        treadle.chek


class Shared:
    condition_class = threading.Condition

    def __init__(self, lock_class=threading.Lock, *, event_class=threading.Event):
        self.lock, self.ready = lock_class(), event_class()
        self.condition = self.condition_class()


def test_primitives_that_were_kept_as_defaults_and_class_attributes_are_controlled():
    before = (
        Shared.__init__.__defaults__,
        Shared.__init__.__kwdefaults__.copy(),
        Shared.condition_class,
    )

    def wait_for_each_other():
        shared, items = Shared(), []

        def take():
            shared.ready.wait()
            with shared.condition:
                while not items:
                    shared.condition.wait()
                with shared.lock:
                    items.pop()

        def give():
            with shared.condition:
                items.append(1)
                shared.condition.notify()
            shared.ready.set()

        run_together(take, give)
        assert items == []

    assert treadle.check(wait_for_each_other, stuck_after=5).complete
    after = Shared.__init__.__defaults__, Shared.__init__.__kwdefaults__, Shared.condition_class
    assert after == before
