"""Which tests are explored, and what the options say."""

import pytest

THREADED = """
def test_threaded():
    account = Account()
    add_both(account)
    assert account.bal == 50
"""
PLAIN = """
def test_plain():
    assert True
"""


def test_unmarked_tests_are_left_alone(bank):
    bank.write(THREADED + PLAIN)
    bank.run().assert_outcomes(passed=2)


def test_the_option_explores_every_test_that_starts_threads(bank):
    bank.write(THREADED + PLAIN)
    result = bank.run("--treadle", "-v")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["1 test explored, 1 completely, under 10 schedules"])


def test_a_test_can_be_left_out(bank):
    bank.write("@pytest.mark.treadle(enabled=False)" + THREADED)
    bank.run("--treadle").assert_outcomes(passed=1)


def test_without_the_plugin_the_mark_does_nothing(bank):
    bank.write("@pytest.mark.treadle" + THREADED)
    result = bank.run("-p", "no:treadle", "-W", "ignore")
    result.assert_outcomes(passed=1)


def test_what_nobody_uses_is_not_loaded(bank):
    bank.write("import sys\ndef test_it():\n    assert 'treadle.api' not in sys.modules\n")
    (bank.path / "test_bank.py").write_text(
        "import sys\ndef test_it():\n"
        "    loaded = {name for name in sys.modules if name.startswith('treadle')}\n"
        "    assert loaded == {'treadle', 'treadle.pytest_plugin'}, loaded\n"
        "    assert 'greenlet' not in sys.modules\n"
    )
    bank.run(inside=False).assert_outcomes(passed=1)


def test_the_decorator_does_what_the_mark_does(bank, section):
    bank.write("@treadle_.test(max_executions=50)" + THREADED)
    result = bank.run()
    result.assert_outcomes(failed=1)
    assert section(result)[-1].startswith("  pytest test_bank.py::test_threaded --treadle-replay=")


def test_the_budget_comes_from_mark_command_line_and_file_in_this_order(bank):
    bank.write("@pytest.mark.treadle(max_executions=1)" + THREADED)
    bank.run("--treadle-max-executions=500").assert_outcomes(passed=1)
    bank.write("@pytest.mark.treadle" + THREADED)
    (bank.path / "pytest.ini").write_text("[pytest]\ntreadle_max_executions = 1\n")
    bank.run().assert_outcomes(passed=1)
    bank.run("--treadle-max-executions=500").assert_outcomes(failed=1)


def test_preemptions_can_be_bounded(bank):
    bank.write("@pytest.mark.treadle(preemptions=0, scheduler='dfs', max_executions=3)" + THREADED)
    bank.run().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ("treadle(executions=3)", "There is no option executions; there are max_executions, *"),
        ("treadle(3)", "The treadle mark takes no positional arguments*"),
        ("treadle(max_executions='many')", "max_executions is a number; 'many' is not."),
        ("treadle(scheduler='fair')", "There is no scheduler 'fair'*"),
        ("treadle(ignore='races')", "There is no kind of finding 'races'*"),
    ],
)
def test_a_mark_that_makes_no_sense_is_refused(bank, mark, told):
    bank.write(f"@pytest.mark.{mark}" + THREADED)
    result = bank.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: test_bank.py::test_threaded: {told}"])


def test_a_coroutine_is_refused(bank):
    bank.write("@pytest.mark.treadle\nasync def test_it():\n    pass\n")
    result = bank.run("-W", "ignore")
    result.stdout.fnmatch_lines(["treadle: test_bank.py::test_it is a coroutine; *"])


def test_the_fixture_checks_a_function_inside_a_test(bank, section):
    bank.write(
        """
def test_inside(treadle):
    def lose():
        account = Account()
        add_both(account)
        assert account.bal == 50

    assert treadle.check(lambda: add_both(Safe())).complete
    report = treadle.check(lose)
    assert report.failed
    report.raise_if_failed()
"""
    )
    result = bank.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([">       assert account.bal == 50", "E       assert 100 == 50"])
    line = section(result)[-1]
    assert line.startswith("  pytest test_bank.py::test_inside --treadle-replay=")
