"""A test that fails under some schedule, as pytest reports it; beside it, one that fails under none."""

import json
import xml.etree.ElementTree as ET

LOSES = """
@pytest.mark.treadle
def test_lose():
    account = Account()
    print("before")
    add_both(account)
    print("after")
    assert account.bal == 50
"""
KEEPS = """
@pytest.mark.treadle
def test_keep():
    account = Safe()
    add_both(account)
    assert account.bal == 50
"""
DEADLOCK = """
@pytest.mark.treadle
def test_deadlock():
    first, second = threading.Lock(), threading.Lock()

    def take(one, other):
        with one, other:
            pass

    threads = [threading.Thread(target=take, args=args) for args in [(first, second), (second, first)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_it_is_an_ordinary_failure_with_the_users_own_assertion(bank, section):
    bank.write(LOSES)
    result = bank.run("-q")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">       assert account.bal == 50",
            "E       assert 100 == 50",
            "E        +  where 100 = *.bal",
        ]
    )
    result.stdout.fnmatch_lines(["*Captured stdout call*", "before", "after"])
    result.stdout.no_fnmatch_line("*exploring.py*")
    result.stdout.no_fnmatch_line("*kernel*")


def test_the_story_is_a_section_whose_last_line_is_the_replay_command(bank, section):
    bank.write(LOSES)
    lines = section(bank.run("-q"))
    assert "treadle: AssertionError in main: assert 100 == 50" in lines[0]
    assert any("PREEMPTION" in line for line in lines)
    assert lines[-1].startswith("  pytest test_bank.py::test_lose --treadle-replay=")
    assert "All 10 schedules explored: the search is complete." in lines


def test_a_test_that_never_fails_passes_and_nothing_is_said(bank):
    bank.write(KEEPS)
    result = bank.run()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*treadle*: *")
    assert not (bank.path / ".treadle").exists()


def test_the_schedule_reproduces_it(bank, section, token):
    bank.write(LOSES + KEEPS)
    schedule = token(bank.run())
    again = bank.run(
        "test_bank.py::test_lose", f"--treadle-replay={schedule}", "--treadle-no-saved"
    )
    again.assert_outcomes(failed=1)
    assert token(again) == schedule
    assert "E       assert 100 == 50" in again.outlines


def test_a_test_is_named_as_it_would_be_typed_where_pytest_was_started(bank, token, monkeypatch):
    bank.write(LOSES)
    (bank.path / "pytest.ini").write_text("[pytest]\n")
    (bank.path / "below").mkdir()
    monkeypatch.chdir(bank.path / "below")
    result = bank.run("..")
    result.stdout.fnmatch_lines(["  pytest ../test_bank.py::test_lose --treadle-replay=*"])
    again = bank.run("../test_bank.py::test_lose", f"--treadle-replay={token(result)}")
    again.assert_outcomes(failed=1)


def test_a_schedule_of_another_test_is_refused_in_one_sentence(bank, token):
    bank.write(LOSES + DEADLOCK)
    schedule = token(bank.run("-k", "lose"))
    result = bank.run("test_bank.py::test_deadlock", f"--treadle-replay={schedule}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["treadle: The schedule does not fit the program*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_schedule_is_for_one_test(bank):
    bank.write(LOSES + KEEPS)
    result = bank.run("--treadle-replay=AQA")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --treadle-replay is for one test, and 2 are selected*"])


def test_a_failure_is_saved_and_met_first_the_next_time(bank):
    bank.write(LOSES)
    bank.run()
    saved = [
        json.loads(path.read_text()) for path in (bank.path / ".treadle/failures").glob("*.json")
    ]
    assert [(each["target"], each["runner"]) for each in saved] == [
        ("test_bank.py::test_lose", "pytest")
    ]
    again = bank.run("--treadle-max-executions=1")  # which alone finds nothing
    again.assert_outcomes(failed=1)
    assert bank.run("--treadle-max-executions=1", "--treadle-no-saved").ret == 0


def test_a_failure_that_is_gone_is_marked_as_fixed(bank):
    bank.write(LOSES)
    bank.run()
    bank.write(LOSES.replace("Account()", "Safe()"))
    bank.run().assert_outcomes(passed=1)
    saved = [
        json.loads(path.read_text()) for path in (bank.path / ".treadle/failures").glob("*.json")
    ]
    assert [each["fixed"] for each in saved] == [True]


def test_a_deadlock_has_no_traceback_but_the_lines(bank):
    bank.write(DEADLOCK)
    result = bank.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["deadlock: lock cycle T1 -> second -> T2 -> first -> T1"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*>* def *")


def test_interference_needs_no_assertion(bank, token):
    bank.write(LOSES.replace("    assert account.bal == 50\n", ""))
    result = bank.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["interference: lost update on account.bal"])
    again = bank.run(f"--treadle-replay={token(result)}", "--treadle-no-saved")
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["interference: lost update on account.bal"])


def test_interference_can_be_ignored(bank):
    bank.write(LOSES.replace("    assert account.bal == 50\n", ""))
    (bank.path / "pytest.ini").write_text("[pytest]\ntreadle_ignore = interference\n")
    bank.run().assert_outcomes(passed=1)


def test_an_exception_in_a_thread_is_the_tests_own(bank):
    bank.write(
        """
@pytest.mark.treadle
def test_thread():
    items = []

    def take():
        return items[0]

    thread = threading.Thread(target=take)
    thread.start()
    items.append(1)
    thread.join()
"""
    )
    result = bank.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [">       return items[[]0[]]", "E       IndexError: list index out of range"]
    )


def test_a_failure_without_threads_is_told_as_ever(bank):
    bank.write("@pytest.mark.treadle\ndef test_plain():\n    assert 1 == 2\n")
    result = bank.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E       assert 1 == 2"])


def test_the_summary_names_each_failing_test_once(bank):
    bank.write(LOSES + KEEPS + DEADLOCK)
    result = bank.run()
    result.stdout.fnmatch_lines(
        [
            "=* treadle =*",
            "test_bank.py::test_lose: AssertionError in main: assert 100 == 50 (1 preemption)",
            "  pytest test_bank.py::test_lose --treadle-replay=*",
            "test_bank.py::test_deadlock: lock cycle * (1 preemption)",
            "  pytest test_bank.py::test_deadlock --treadle-replay=*",
        ],
        consecutive=True,
    )


def test_verbosely_it_says_what_kind_and_how_much(bank):
    bank.write(LOSES + KEEPS)
    result = bank.run("-v")
    result.stdout.fnmatch_lines(["test_bank.py::test_lose FAILED (assertion)*"])
    result.stdout.fnmatch_lines(["2 tests explored, 2 completely, under * schedules"])


def test_the_first_failure_ends_the_run_with_x(bank):
    bank.write(LOSES + KEEPS)
    bank.run("-x").assert_outcomes(failed=1)


def test_last_failed_runs_only_what_failed(bank):
    bank.write(LOSES + KEEPS)
    bank.run_with_cache().assert_outcomes(failed=1, passed=1)
    bank.run_with_cache("--lf").assert_outcomes(failed=1)


def test_junit_gets_verdict_and_schedule(bank, token):
    bank.write(LOSES + KEEPS)
    result = bank.run("--junitxml=junit.xml")
    cases = ET.parse(bank.path / "junit.xml").iter("testcase")
    told = {
        case.get("name"): {p.get("name"): p.get("value") for p in case.iter("property")}
        for case in cases
    }
    assert told["test_keep"]["treadle.verdict"] == "pass"
    assert told["test_lose"]["treadle.verdict"] == "fail"
    assert told["test_lose"]["treadle.schedule"] == token(result)
    assert told["test_lose"]["treadle.replay"].startswith(
        "pytest test_bank.py::test_lose --treadle-replay="
    )


def test_github_gets_both_conflicting_lines_and_the_story(bank, monkeypatch):
    bank.write(LOSES + KEEPS)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(bank.path / "summary.md"))
    result = bank.run()
    commands = [line for line in result.outlines if line.startswith("::error ")]
    assert [command.partition(",title=")[0] for command in commands] == [
        "::error file=bank.py,line=8",
        "::error file=bank.py,line=9",
        "::error file=test_bank.py,line=10",
    ]
    assert "T1 reads bal as 0" in commands[0] and "%0Apytest test_bank.py" in commands[0]
    assert "PREEMPTION" in (bank.path / "summary.md").read_text()


def test_github_gets_nothing_elsewhere(bank):
    bank.write(LOSES)
    bank.run().stdout.no_fnmatch_line("::error*")


def test_a_test_that_does_not_repeat_itself_is_not_blamed(bank):
    bank.write(
        """
import itertools
count = itertools.count()

@pytest.mark.treadle
def test_other_each_time():
    lock = threading.Lock()
    number = next(count)

    def take():
        for _ in range(number % 7):
            with lock:
                pass

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""
    )
    result = bank.run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["test_bank.py::test_other_each_time was not explored: the program does not repeat itself*"]
    )


def test_a_test_that_nobody_chose_is_waited_for_no_longer_than_it_may_be_explored(bank):
    bank.write(
        """
import multiprocessing

def test_takes_a_lock_of_c_code():
    lock = multiprocessing.Lock()
    account = Account()

    def deposit():
        with lock:
            account.bal += 1

    threads = [threading.Thread(target=deposit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""
    )
    result = bank.run("--treadle", "--treadle-max-seconds=1")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*was not explored: not controlled: * for 1 second*"])


def test_what_is_not_saved_is_not_named_by_its_id(bank):
    bank.write(LOSES)
    named = "Step through: treadle show * --html"
    bank.run().stdout.fnmatch_lines([named])
    bank.run("--treadle-no-saved").stdout.no_fnmatch_line(named)
    bank.write(
        """
def test_inside(treadle):
    treadle.check(lambda: add_both(Account())).raise_if_failed()
"""
    )
    result = bank.run()
    result.stdout.fnmatch_lines(["Replay:"])
    result.stdout.no_fnmatch_line(named)
