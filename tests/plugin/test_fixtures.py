"""Each execution has its own fixtures of function scope, as if the test were run again by pytest."""

PASSES = """
    add_both(account)
"""


def test_fixtures_of_function_scope_are_made_anew_and_others_are_not(bank):
    bank.write(
        """
made = {"function": 0, "module": 0, "undone": 0}

@pytest.fixture
def account():
    made["function"] += 1
    yield Safe()
    made["undone"] += 1

@pytest.fixture(scope="module")
def folder():
    made["module"] += 1
    return "folder"

@pytest.mark.treadle
def test_it(account, folder):
    assert account.bal == 0  # as in the first execution
    add_both(account)

def test_counts():
    assert made["function"] > 5
    assert made["undone"] == made["function"]
    assert made["module"] == 1
"""
    )
    bank.run().assert_outcomes(passed=2)


def test_a_fixture_may_have_threads_and_locks_of_its_own(bank):
    bank.write(
        """
import queue

@pytest.fixture
def worker():
    todo, done = queue.Queue(), []

    def work():
        while (item := todo.get()) is not None:
            done.append(item)

    thread = threading.Thread(target=work)
    thread.start()
    yield todo, done
    todo.put(None)
    thread.join()

@pytest.mark.treadle
def test_racy(worker):
    todo, done = worker
    todo.put(1)
    assert done == [1]

@pytest.mark.treadle
def test_right(worker):
    todo, done = worker
    todo.put(1)
    assert done in ([], [1])
"""
    )
    result = bank.run()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["test_bank.py::test_racy: AssertionError*"])


def test_a_fixture_that_fails_is_an_error_as_ever(bank):
    bank.write(
        """
@pytest.fixture
def broken():
    raise ValueError("no account")

@pytest.mark.treadle
def test_it(broken):
    pass
"""
    )
    result = bank.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E       ValueError: no account"])


def test_a_teardown_is_done_even_when_a_schedule_ends_in_a_deadlock(bank):
    bank.write(
        """
@pytest.fixture
def setting(monkeypatch):
    monkeypatch.setenv("BANK", "open")
    yield

@pytest.mark.treadle
def test_stuck(setting):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()

def test_after():
    import os
    assert "BANK" not in os.environ
"""
    )
    result = bank.run()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["deadlock: main waits for *, which it holds itself"])


def test_tmp_path_is_empty_and_the_same_in_each_execution(bank):
    bank.write(
        """
@pytest.mark.treadle
def test_it(tmp_path):
    assert list(tmp_path.iterdir()) == []
    lines = []

    def write(name):
        (tmp_path / name).write_text(name)
        lines.append(str(tmp_path))

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(tmp_path.iterdir())) == 2
    assert len(set(lines)) == 1
"""
    )
    result = bank.run("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 test explored, 1 completely, *"])


def test_monkeypatch_capsys_and_caplog(bank):
    bank.write(
        """
import logging, os

@pytest.mark.treadle
def test_it(monkeypatch, capsys, caplog):
    assert "BANK" not in os.environ
    monkeypatch.setenv("BANK", "open")
    account = Safe()

    def add():
        print("adding")
        logging.warning("adding")
        account.add(1)

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert capsys.readouterr().out == "adding\\nadding\\n"
    assert [record.message for record in caplog.records] == ["adding", "adding"]
    assert account.bal == 2

def test_after():
    assert "BANK" not in os.environ
"""
    )
    bank.run().assert_outcomes(passed=2)


def test_each_parameter_is_a_test_of_its_own(bank):
    bank.write(
        """
@pytest.mark.treadle
@pytest.mark.parametrize("kind", [Account, Safe])
def test_it(kind):
    account = kind()
    add_both(account)
    assert account.bal == 50
"""
    )
    result = bank.run()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        ["  pytest 'test_bank.py::test_it[[]Account[]]' --treadle-replay=*"]
    )
    bank.run("--treadle-max-executions=1").assert_outcomes(failed=1, passed=1)


def test_a_method_gets_a_new_instance(bank):
    bank.write(
        """
class TestBank:
    def setup_method(self):
        self.account = Safe()

    @pytest.mark.treadle
    def test_it(self):
        assert not hasattr(self, "was_here")
        self.was_here = True
        add_both(self.account)
        assert self.account.bal == 50

    @pytest.mark.treadle
    def test_lose(self):
        self.account = Account()
        add_both(self.account)
        assert self.account.bal == 50
"""
    )
    bank.run().assert_outcomes(passed=1, failed=1)


def test_unittest(bank):
    bank.write(
        """
import unittest

@pytest.mark.treadle
class BankTest(unittest.TestCase):
    def setUp(self):
        self.account = Account()
        self.addCleanup(setattr, self, "account", None)

    def test_lose(self):
        self.assertEqual(self.account.bal, 0)
        add_both(self.account)
        self.assertEqual(self.account.bal, 50)

    def test_keep(self):
        self.account = Safe()
        add_both(self.account)
        self.assertEqual(self.account.bal, 50)

    def test_parts(self):
        for amount in (1, 2):
            with self.subTest(amount=amount):
                account = Safe()
                add_both(account, (amount, amount))
                self.assertEqual(account.bal, 2 * amount)

    def test_skipped(self):
        self.skipTest("not today")
"""
    )
    result = bank.run("-k", "not parts")
    result.assert_outcomes(failed=1, passed=1, skipped=1)
    result.stdout.fnmatch_lines(["E       AssertionError: 100 != 50"])
    bank.run("-k", "parts").assert_outcomes(passed=1)


def test_skip_xfail_and_exit(bank):
    bank.write(
        """
@pytest.mark.treadle
def test_skip():
    add_both(Safe())
    pytest.skip("not here")

@pytest.mark.treadle
def test_xfail():
    pytest.xfail("known")

@pytest.mark.treadle
@pytest.mark.xfail(raises=AssertionError, strict=True)
def test_marked():
    account = Account()
    add_both(account)
    assert account.bal == 50

@pytest.mark.treadle
def test_exit():
    raise SystemExit(0)
"""
    )
    bank.run().assert_outcomes(skipped=1, xfailed=2, failed=1)


def test_context_variables_of_the_session_are_seen(bank):
    bank.write(
        """
import contextvars
where = contextvars.ContextVar("where")
where.set("here")

@pytest.mark.treadle
def test_it():
    assert where.get() == "here"
    where.set("there")
"""
    )
    bank.run().assert_outcomes(passed=1)


def test_afterwards_everything_is_as_it_was(bank):
    bank.write(
        """
import gc, signal, time
before = (threading.Lock, threading.Thread, time.sleep, Account.add.__code__, gc.isenabled(),
          signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT))

@pytest.mark.treadle
def test_lose():
    account = Account()
    add_both(account)
    assert account.bal == 50

def test_after():
    after = (threading.Lock, threading.Thread, time.sleep, Account.add.__code__, gc.isenabled(),
             signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT))
    assert after == before
    done = []
    thread = threading.Thread(target=done.append, args=(1,))
    thread.start()
    thread.join()
    assert done == [1]
"""
    )
    bank.run().assert_outcomes(failed=1, passed=1)


PARTS = """
def test_parts(subtests):
    seen = []
    for kind in (Safe, Account, Safe):
        with subtests.test("adding", kind=kind.__name__):
            account = kind()
            add_both(account)
            seen.append(kind)
            assert account.bal == 50
    assert seen == [Safe, Account, Safe]
"""


def test_the_first_part_that_fails_under_some_schedule_fails_the_test(bank, section):
    bank.write("@pytest.mark.treadle" + PARTS)
    result = bank.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">               assert account.bal == 50",
            "E               assert 100 == 50",
            "E               in the subtest [[]adding[]] (kind='Account')",
        ]
    )
    result.stdout.no_fnmatch_line("*SUBFAIL*")
    (replay,) = [line for line in section(result) if "--treadle-replay=" in line]
    again = bank.run(replay.rpartition(" ")[2], "--treadle-no-saved")
    again.assert_outcomes(failed=1)


def test_parts_that_fail_under_no_schedule_pass(bank):
    bank.write("@pytest.mark.treadle" + PARTS.replace("Account", "Safe"))
    result = bank.run("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 test explored, 1 completely, *"])


def test_a_part_may_be_left_out_and_the_rest_of_the_test_counts(bank):
    bank.write(
        """
@pytest.mark.treadle
def test_skipping(subtests):
    with subtests.test():
        pytest.skip("not here")
    add_both(Safe())

@pytest.mark.treadle
def test_both(subtests):
    account = Safe()
    with subtests.test():
        pytest.fail("in the part")
    add_both(account)
    raise ValueError("in the test")
"""
    )
    result = bank.run("-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["test_bank.py::test_both: ValueError in main: in the test *"])


def test_parts_are_reported_one_by_one_where_the_test_is_not_explored(bank):
    bank.write(
        "@pytest.mark.treadle"
        + PARTS
        + """
@pytest.mark.treadle(enabled=False)
def test_as_ever(subtests):
    for number in range(3):
        with subtests.test(number=number):
            assert number == 1
"""
    )
    result = bank.run()
    result.stdout.fnmatch_lines(["SUBFAILED(number=0) *", "SUBFAILED(number=2) *"])


def test_a_part_that_fails_without_being_explored_is_reported_once(bank):
    bank.write(
        """
import unittest

class BankTest(unittest.TestCase):
    def test_it(self):
        add_both(Safe())
        with self.subTest(number=1):
            self.fail("on its own")

def test_other(subtests):
    add_both(Safe())
    with subtests.test(number=1):
        pytest.fail("on its own")
"""
    )
    result = bank.run("--treadle", "-v")
    assert result.stdout.str().count("\nSUBFAILED") == 2
    result.stdout.no_fnmatch_line("* explored, *")


def test_a_case_that_fails_without_being_explored_is_not_explored(bank):
    bank.write(
        """
import unittest

class BankTest(unittest.TestCase):
    def test_it(self):
        add_both(Safe())
        self.fail("on its own")
"""
    )
    result = bank.run("--treadle", "-v")
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("* explored, *")


def test_parts_of_an_example(bank):
    bank.write(
        """
from hypothesis import HealthCheck, given, settings, strategies as st

@pytest.mark.treadle
@settings(max_examples=5, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(x=st.integers(1, 9))
def test_lose(subtests, x):
    for kind in (Safe, Account):
        with subtests.test(kind=kind.__name__):
            account = kind()
            add_both(account, (x, x))
            assert account.bal == 2 * x
"""
    )
    result = bank.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*in the subtest (kind='Account')", "E*x=1,"])
