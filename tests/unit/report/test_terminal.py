"""What a report must have, whatever it looks like; the look itself is in tests/report/gold."""

import dataclasses
import re

import pytest
import report_builders as build

from treadle.model.finding import FindingKind, FindingLocation
from treadle.model.result import Recheck, RecheckState, Verdict
from treadle.model.trace import Action, Trace
from treadle.report.terminal import render_check, render_trace, replay_command
from treadle.report.view import MAX_ROWS

A = Action


def table_rows(report):
    """The lines between the two rules of the step table."""
    lines = report.splitlines()
    rules = [index for index, line in enumerate(lines) if re.fullmatch(r" -{20,}", line)]
    return lines[rules[0] + 1 : rules[1]]


def test_the_replay_command_is_the_last_line():
    lines = render_check(build.bank_result()).splitlines()
    assert lines[-1] == f"  treadle replay {build.BANK_TOKEN} --target bank.py"


def test_the_replay_command_is_never_wrapped():
    target = "a/very/long/path/to/some/test_module_of_a_project.py::test_function_with_a_name"
    result = build.result(target=target, options=("--include", "log*", "--", "a b"))
    last = render_check(result, 60).splitlines()[-1]
    assert last.endswith(f"--target {target} --include 'log*' -- 'a b'")


def test_replay_command_is_quoted():
    assert replay_command("AA", "my tests.py") == "treadle replay AA --target 'my tests.py'"


@pytest.mark.parametrize("name", build.RESULTS)
def test_what_is_not_saved_is_not_named_by_its_id(name):
    result = build.RESULTS[name]()
    unsaved = dataclasses.replace(result, is_saved=False)
    named = [finding.id for finding in result.findings]
    assert [each for each in named if each in render_check(result)] == named
    report = render_check(unsaved)
    assert [each for each in ("treadle show", *named) if each in report] == []
    assert len(report.splitlines()) <= len(render_check(result).splitlines())


@pytest.mark.parametrize("name", build.RESULTS)
@pytest.mark.parametrize("width", [1, 40, 47, 60, 61, 79, 80, 100, 120, 200])
def test_nothing_is_wider_than_the_screen(name, width):
    report = render_check(build.RESULTS[name](), width)
    width = min(max(width, 40), 120)
    assert [
        line for line in report.splitlines() if len(line) > width and "treadle replay" not in line
    ] == []


@pytest.mark.parametrize("name", build.RESULTS)
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_step_table_is_at_most_thirty_rows(name, width):
    report = render_check(build.RESULTS[name](), width)
    if build.RESULTS[name]().verdict is Verdict.FAIL:
        assert 1 <= len(table_rows(report)) <= MAX_ROWS


def long_result(rounds=200):
    trace = build.long_trace(rounds)
    return build.result(findings=(build.bank_finding(trace, 2 * rounds),))


def test_a_long_trace_is_folded_with_a_hint():
    report = render_check(long_result())
    assert len(table_rows(report)) <= MAX_ROWS
    assert "... 398 steps of T1 (1-398)" in report
    assert "all steps: treadle show 7f3c --all" in report


def test_verbose_shows_every_step():
    report = render_check(long_result(), verbose=1)
    assert "... 398" not in report
    assert "  300 " in report
    assert "... 20 local steps" in report
    assert "6 schedules in 0.01 s, 480 a second, and 3 executions that repeated one" in report
    assert "A schedule for each, in this order" in report


def test_a_long_trace_without_deciding_steps_keeps_the_end():
    trace = build.long_trace()
    found = build.finding(FindingKind.LIVELOCK, trace, why="It repeats.")
    report = render_check(build.result(findings=(found,)))
    assert len(table_rows(report)) <= MAX_ROWS
    assert "writes bal = 100" in report


def test_many_local_steps_are_mentioned():
    first, *rest = build.bank_trace().steps
    busy = dataclasses.replace(rest[0], local_before=14)
    trace = dataclasses.replace(build.bank_trace(), steps=(first, busy, *rest[1:]))
    report = render_check(build.result(findings=(build.bank_finding(trace),)))
    assert "... 14 local steps" in report


def test_very_verbose_shows_the_locks_held():
    found = build.RESULTS["lock_cycle"]()
    assert "[holds A.lock]" in render_check(found, verbose=2)
    assert "[holds" not in render_check(found, verbose=1)


def test_quiet_says_what_why_and_how_to_replay():
    report = render_check(build.bank_result(), verbose=-1)
    assert "The story" not in report
    assert "Outcomes" not in report
    assert "T2's update is lost." in report
    assert report.splitlines()[-1].startswith("  treadle replay ")
    assert "Outcomes" not in render_check(build.pass_result(), verbose=-1)


def test_colour_only_where_asked_for():
    plain = render_check(build.bank_result())
    painted = render_check(build.bank_result(), color=True)
    assert "\x1b" not in plain
    assert "\x1b[38;5;32m" in painted
    assert "\x1b[38;5;214m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


@pytest.mark.parametrize("name", build.RESULTS)
def test_colour_changes_nothing_else(name):
    for width in (50, 80):
        painted = render_check(build.RESULTS[name](), width, color=True)
        stripped = "\n".join(
            line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", painted).split("\n")
        )
        assert stripped == render_check(build.RESULTS[name](), width)


def test_no_failure_is_never_called_correct():
    for name in ("pass", "inconclusive"):
        assert "correct" not in render_check(build.RESULTS[name]())
    assert "No failure: all 6 schedules explored, the search is complete." in render_check(
        build.pass_result()
    )
    report = " ".join(render_check(build.inconclusive_result()).split())
    assert (
        "No failure found in 412 schedules; the search is not complete: the limit of 412" in report
    )


def test_a_verdict_without_findings():
    report = render_check(build.result(findings=()))
    assert "INCONCLUSIVE bank.py" in report


def test_an_exception_with_its_traceback():
    report = render_check(build.key_error_result(), verbose=1)
    assert "KeyError: 'k'   (in T1 (look))" in report
    assert '      File "cache.py", line 6, in look' in report
    assert "Traceback" not in render_check(build.key_error_result())


def test_an_exception_of_nobody_in_particular():
    found = build.finding(
        FindingKind.EXCEPTION,
        build.bank_trace(),
        exception_type="ValueError",
        locations=(FindingLocation(build.place(99, "raise ValueError"), "T9"),),
    )
    report = render_check(build.result(findings=(found,)))
    assert "\n  ValueError\n  bank.py:99: raise ValueError\n" in report


def test_a_livelock_names_the_lines_that_repeat():
    steps = [build.step(n, 1, A.READ, 6, "flag", value="False") for n in range(1, 200)]
    trace = Trace(build.tasks("spin"), tuple(steps), build.token(), 0)
    found = build.finding(
        FindingKind.LIVELOCK,
        trace,
        summary="no end within the step bound",
        locations=(FindingLocation(build.place(6), "T1"),),
    )
    report = render_check(build.result(findings=(found,), outcomes=()))
    assert "\n  T1  bank.py:6: balance = self.bal\n" in report
    assert len(table_rows(report)) <= MAX_ROWS


def test_a_finding_without_a_trace():
    found = build.finding(
        FindingKind.NONDETERMINISM,
        Trace((), (), build.token(), 0),
        summary="the program does not repeat itself",
        why="It read the time.",
        failing_executions=0,
    )
    report = render_check(build.result(findings=(found,), outcomes=()))
    assert "Why   It read the time.\n\n" in report
    assert "The story" not in report
    assert "step  " not in report
    assert "the program" in render_trace(found.trace, found)


def test_a_data_race_says_what_protects():
    found = build.finding(
        FindingKind.DATA_RACE, build.bank_trace(), resource="b.bal", deciding=(2, 6)
    )
    assert "No lock protects b.bal" in render_check(build.result(findings=(found,)))


def test_how_rare():
    def report(**fields):
        return " ".join(render_check(build.result(**fields)).split())

    assert "1 preemption; no failing schedule has fewer. 4 of the 6 schedules fail." in report()
    shrunk = dataclasses.replace(build.bank_finding(), is_fewest=False)
    random = report(
        findings=(shrunk,), complete=False, incomplete_because=("Time is up.",), executions=50
    )
    assert "1 preemption. 4 of the 50 schedules explored fail." in random
    bounded = report(complete=False, incomplete_because=("Time is up.",), bound=0)
    assert "Every schedule without a preemption was explored." in bounded
    once = dataclasses.replace(build.bank_finding(), failing_executions=1)
    assert "1 of the 6 schedules fails." in report(findings=(once,))
    unseen = dataclasses.replace(build.bank_finding(), failing_executions=0)
    assert "schedules fail" not in report(findings=(unseen,))
    assert "The only schedule fails." in report(findings=(once,), executions=1)
    partial = report(
        findings=(once,), executions=1, complete=False, incomplete_because=("Time is up.",)
    )
    assert "The only schedule explored fails." in partial


def test_what_was_not_instrumented():
    many = tuple(f"module{n}" for n in range(9))
    report = " ".join(render_check(build.result(uninstrumented=many)).split())
    assert "module5 and 3 more. Interference inside is not seen" in report
    assert "--include module0" in report


@pytest.mark.parametrize(
    ("state", "verdict", "words", "is_fixed"),
    [
        (RecheckState.FAILS, Verdict.FAIL, "still happens: treadle show 1a2b", False),
        (RecheckState.PASSES, Verdict.INCONCLUSIVE, "did not happen again", True),
        (RecheckState.MISFIT, Verdict.PASS, "fails no more", True),
        (RecheckState.MISFIT, Verdict.INCONCLUSIVE, "treadle rm 1a2b forgets it", False),
    ],
)
def test_what_became_of_saved_failures(state, verdict, words, is_fixed):
    recheck = Recheck("1a2b", "KeyError in T1: 'a'", state)
    findings = (build.bank_finding(),) if verdict is Verdict.FAIL else ()
    result = build.result(verdict=verdict, findings=findings, rechecks=(recheck,))
    assert words in " ".join(render_check(result).split())
    assert result.fixed == ((recheck,) if is_fixed else ())


def test_a_saved_failure_that_is_reported_in_full_is_not_mentioned_again():
    again = Recheck("1a2b", build.bank_finding().summary, RecheckState.FAILS)
    assert render_check(build.result(rechecks=(again,))) == render_check(build.bank_result())


def test_why_not_complete():
    def report(*reasons):
        fields = {"complete": False, "incomplete_because": reasons, "verdict": Verdict.INCONCLUSIVE}
        return render_check(build.result(findings=(), **fields))

    assert "To go on, raise --max-executions" in report("Time is up.")
    assert "To go on" not in report("The search stopped soon after the first failure.")
    assert "To go on" not in report("Time is up: raise --max-seconds.")
    assert "the search is not complete.\n" in report()
    assert "  - Time is up.\n" in report("Time is up.", "A thread ran in foreign code.")


def test_what_was_assumed_is_said_unless_something_fails():
    assumed = "Nobody is in a hurry."
    passed = build.result(findings=(), verdict=Verdict.PASS, assumptions=(assumed,))
    assert f"the search is complete.\n  {assumed}\n" in render_check(passed)
    failed = dataclasses.replace(build.bank_result(), assumptions=(assumed,))
    assert assumed not in render_check(failed)


def test_one_schedule():
    one = build.result(
        verdict=Verdict.PASS, findings=(), executions=1, outcomes=build.BANK_OUTCOMES[:1]
    )
    report = render_check(one)
    assert "No failure: the only schedule explored, the search is complete." in report
    assert "Outcome of the only schedule" in report
    cut = dataclasses.replace(one, complete=False, verdict=Verdict.INCONCLUSIVE)
    assert "Outcome of the schedule explored" in render_check(cut)


def test_render_trace_of_a_harmless_execution():
    first = build.step(1, 1, A.WRITE, 6, "x", value="1")
    trace = Trace(build.tasks("f"), (first,), build.token(), 0, output="one\n\ttwo\n")
    text = render_trace(trace)
    assert "treadle: one schedule" in text
    assert "It printed\n  one\n  \\ttwo\n" in text
    assert text.endswith(f"Schedule, with 0 preemptions:\n  {trace.token}\n")
    assert "The story" not in render_trace(trace, verbose=-1)


def test_render_trace_remarks_a_lost_update():
    text = render_trace(build.bank_trace(), replay="treadle replay X --target bank.py")
    assert "Note  T1 read bal as 0 (step 2) before T2 wrote -50" in text
    assert "No lock protects b.bal" in text
    assert text.endswith("Replay, with 1 preemption:\n  treadle replay X --target bank.py\n")


def test_render_trace_with_all_steps():
    trace = build.long_trace()
    assert "all steps: --all" in render_trace(trace)
    complete = render_trace(trace, is_complete=True)
    assert "all steps" not in complete
    assert "  100 " in complete


def test_render_trace_with_a_finding_but_no_cause():
    found = build.finding(
        FindingKind.EXCEPTION,
        build.bank_trace(),
        exception_type="ValueError",
        exception_message="boom",
    )
    assert "\nValueError: boom\n" in render_trace(found.trace, found)
    bare = build.finding(FindingKind.DEADLOCK, build.bank_trace())
    assert "treadle: deadlock" in render_trace(bare.trace, bare)
