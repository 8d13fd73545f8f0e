"""The commands, with an explorer that gives prepared answers."""

import faulthandler
import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import report_builders as build
from fake_api import ReplayResult

import treadle
from treadle.cli import main as cli
from treadle.cli import supervisor
from treadle.errors import DivergenceError, TargetError
from treadle.explorer.lifeline import VARIABLE, WHERE_SIGNAL, lifeline
from treadle.explorer.options import CheckOptions, Progress
from treadle.model.finding import Confirmation, FindingKind
from treadle.model.result import Recheck, RecheckState, Verdict
from treadle.model.schedule import Schedule
from treadle.store.store import load, save


def run(*words):
    return cli.main(words)


def output(capsys):
    captured = capsys.readouterr()
    return captured.out, captured.err


# --- check ----------------------------------------------------------------------------------------


def test_check_reports_and_keeps(api, capsys):
    assert run("check", "bank.py", "--seed", "3") == 1
    out, err = output(capsys)
    assert "T2's update is lost." in out
    assert out.splitlines()[-1] == f"  treadle replay {build.BANK_TOKEN} --target bank.py"
    assert err == ""
    assert load("7f3c").target == "bank.py"
    assert api.asked == ("check", "bank.py", CheckOptions(seed=3))


@pytest.mark.parametrize("name", ["pass", "inconclusive"])
def test_nothing_found(api, name, capsys):
    api.answer = build.RESULTS[name]()
    assert run("check", "bank.py") == 0
    assert not Path(".treadle").exists()


def test_only_nondeterminism(api):
    unstable = build.finding(FindingKind.NONDETERMINISM, build.bank_trace())
    api.answer = build.result(findings=(unstable,))
    assert run("check", "bank.py") == 5
    api.answer = build.result(findings=(unstable, build.bank_finding()))
    assert run("check", "bank.py") == 1


def test_json(capsys):
    assert run("check", "bank.py", "--json") == 1
    assert json.loads(output(capsys)[0])["verdict"] == "fail"


def test_html(capsys):
    assert run("check", "bank.py", "--html", "out/bank.html") == 1
    assert "T2's update is lost." in output(capsys)[0]
    page = Path("out/bank.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert run("show", "7f3c", "--html") == 0
    assert output(capsys)[0] == ".treadle/reports/7f3c.html\n"
    assert Path(".treadle/reports/7f3c.html").read_text().startswith("<!DOCTYPE html>")
    assert run("show", "7f3c", "--html", "out/bank.html") == 0


def test_sarif_and_perfetto(api, capsys):
    run("check", "bank.py", "--sarif", "bank.sarif")
    assert json.loads(Path("bank.sarif").read_text())["version"] == "2.1.0"
    run("check", "bank.py", "--sarif", "bank.sarif")
    output(capsys)
    assert run("show", "7f3c", "--sarif") == 0
    assert output(capsys)[0] == Path("bank.sarif").read_text()
    assert run("show", "7f3c", "--perfetto") == 0
    shown = output(capsys)[0]
    assert run("show", "7f3c", "--perfetto", "bank.trace.json") == 0
    assert Path("bank.trace.json").read_text() == shown
    assert "T1 deposit" in shown
    api.answer = ReplayResult(build.bank_trace(), None)
    assert run("run", "bank.py", "--perfetto", "bank.trace.json") == 0


def test_races_are_notes_in_sarif(api):
    race = build.finding(FindingKind.DATA_RACE, build.bank_trace())
    api.answer = build.result(findings=(), notes=(race,), verdict=Verdict.PASS)
    assert run("check", "bank.py", "--sarif", "bank.sarif") == 0
    (told,) = json.loads(Path("bank.sarif").read_text())["runs"][0]["results"]
    assert (told["ruleId"], told["level"]) == ("data-race", "note")


def test_a_report_overwrites_only_reports(capsys):
    Path("bank.py").write_text("print('mine')")
    assert run("check", "bank.py", "--html", "bank.py") == 2
    assert "is no report of Treadle's" in output(capsys)[1]
    assert Path("bank.py").read_text() == "print('mine')"
    assert run("check", "bank.py", "--html", "bank.py/report.html") == 2
    assert "cannot be written" in output(capsys)[1]


def test_a_replay_as_a_page(api):
    api.answer = ReplayResult(build.bank_trace(), None)
    assert run("replay", build.BANK_TOKEN, "--target", "bank.py", "--html", "replay.html") == 0
    assert "replay of bank.py" in Path("replay.html").read_text()


def test_colour(capsys):
    run("check", "bank.py", "--color", "always")
    assert "\x1b[38;5;32m" in output(capsys)[0]


def test_quiet_and_verbose(capsys):
    run("check", "bank.py", "-q")
    assert "The story" not in output(capsys)[0]
    run("check", "bank.py", "-v")
    assert "Scheduler portfolio" in output(capsys)[0]


def test_progress_goes_to_standard_error(api, capsys):
    api.progress = [Progress(1000, 6.0, None, 0, None)]
    run("check", "bank.py", "--json")
    out, err = output(capsys)
    assert json.loads(out)
    assert err == "explored 1,000 schedules, 167/s, 6.0 s\n"


def test_a_folder_that_cannot_be_written_to(capsys):
    Path(".treadle").write_text("in the way")
    assert run("check", "bank.py") == 1
    out, err = output(capsys)
    assert "T2's update is lost." in out
    assert err.startswith(
        "treadle: what was found could not be saved under .treadle (File exists): "
    )


def test_interrupted(api, capsys):
    api.progress = [Progress(1234, 0.5, None, 0, None)]
    api.answer = KeyboardInterrupt()
    assert run("check", "bank.py") == 130
    assert output(capsys) == (
        "",
        "treadle: interrupted after 1,234 schedules; nothing is reported.\n",
    )
    api.progress = []
    assert run("check", "bank.py") == 130
    assert "after 0 schedules" in output(capsys)[1]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TargetError("There is no file bank.py."), 2),
        (TargetError("It fails with no concurrency.", 4), 4),
        (DivergenceError("It left the schedule at step 7."), 5),
    ],
)
def test_errors_of_the_target(api, error, code, capsys):
    api.answer = error
    assert run("check", "bank.py") == code
    assert output(capsys) == ("", f"treadle: {error.message}\n")


def test_an_internal_error(api, capsys):
    api.answer = KeyError("x")
    assert run("check", "bank.py") == 3
    out, err = output(capsys)
    assert out == ""
    assert err == (
        "treadle: internal error, a fault of Treadle and not of your program: KeyError: 'x'. "
        "The traceback is in .treadle/internal-error.txt.\n"
    )
    assert "check_target" in Path(".treadle/internal-error.txt").read_text()


@pytest.mark.parametrize("words", [("-vv",), ("-v", "-v")])
def test_the_traceback_of_an_internal_error(api, words, capsys):
    api.answer = KeyError("x")
    assert run("check", "bank.py", *words) == 3
    assert "Traceback (most recent call last)" in output(capsys)[1]


def test_an_internal_error_where_nothing_can_be_written(api, capsys):
    Path(".treadle").write_text("in the way")
    api.answer = KeyError("x")
    assert run("check", "bank.py") == 3
    assert output(capsys)[1].endswith("Run it again with -vv to see the traceback.\n")


# --- run and replay -------------------------------------------------------------------------------


def test_run(api, capsys):
    api.answer = ReplayResult(build.bank_main_trace(), None)
    assert run("run", "bank.py", "--seed", "7", "--", "x") == 0
    out, _ = output(capsys)
    assert "treadle: one schedule of bank.py" in out
    assert out.splitlines()[-1] == f"  treadle replay {build.BANK_TOKEN} --target bank.py -- x"
    assert api.asked == ("run", "bank.py", CheckOptions(seed=7, arguments=("x",)), None)


def test_a_replay_on_real_threads_that_parts(api, capsys):
    save(build.bank_result())
    parted = Confirmation(False, 7, "It parts at step 8.", "T2 reads", "T2 writes")
    api.answer = ReplayResult(build.bank_trace(), None, parted)
    assert run("replay", "7f3c", "--real-threads") == 0
    out, err = output(capsys)
    assert "Unconfirmed on real threads. It parts at step 8." in out
    assert err == "treadle: 7f3c (lost update on b.bal) did not happen on real threads.\n"
    assert api.asked[2] == CheckOptions(confirm=True)


def test_run_under_a_schedule_that_fails(api):
    api.answer = ReplayResult(build.key_error_trace(), build.key_error_result().findings[0])
    assert run("run", "cache.py", "--schedule", build.BANK_TOKEN) == 1
    assert api.asked[3] == Schedule.from_token(build.BANK_TOKEN)


def test_run_with_a_damaged_schedule(capsys):
    assert run("run", "bank.py", "--schedule", "AAAA") == 2
    assert "is not a whole schedule token" in output(capsys)[1]


def test_replay_a_saved_failure(api, capsys):
    save(build.result(options=("--include", "log*")))
    api.answer = ReplayResult(build.bank_trace(), None)
    assert run("replay", "7f") == 1
    out, err = output(capsys)
    assert "Note  T1 read bal as 0" in out
    assert "--include 'log*'" in out.splitlines()[-1]
    assert err == "treadle: this is 7f3c again: lost update on b.bal.\n"
    assert api.asked[:3] == ("replay", "bank.py", CheckOptions(include=("log*",)))
    assert api.asked[3] == Schedule.from_token(build.BANK_TOKEN)


def test_replay_a_token(api, capsys):
    api.answer = ReplayResult(build.bank_trace(), None)
    assert run("replay", build.BANK_TOKEN, "--target", "bank.py") == 0
    by_token, _ = output(capsys)
    save(build.bank_result())
    assert run("replay", "7f3c") == 1
    by_id, _ = output(capsys)
    assert by_id == by_token
    assert run("replay", build.BANK_TOKEN, "--target", "bank.py") == 1
    assert output(capsys)[0] == by_token


def test_a_token_that_was_found_here_needs_no_target(api):
    save(build.bank_result())
    api.answer = ReplayResult(build.bank_trace(), None)
    assert run("replay", build.BANK_TOKEN) == 1
    assert api.asked[1] == "bank.py"
    assert run("replay", build.BANK_TOKEN, "--target", "other.py") == 0


def test_a_token_without_a_target(capsys):
    assert run("replay", build.BANK_TOKEN) == 2
    assert f"treadle replay {build.BANK_TOKEN} --target script.py" in output(capsys)[1]


def test_a_failure_that_does_not_happen_again(api, capsys):
    save(build.bank_result())
    api.answer = ReplayResult(build.consumer_trace(), None)
    assert run("replay", "7f3c") == 0
    assert "7f3c (lost update on b.bal) did not happen again" in output(capsys)[1]


def test_a_failure_that_is_seen_at_once(api, capsys):
    found = build.key_error_result().findings[0]
    api.answer = ReplayResult(found.trace, found)
    assert run("replay", build.BANK_TOKEN, "--target", "cache.py") == 1
    assert "treadle: KeyError in T1" in output(capsys)[0]


def test_unknown_ids(capsys):
    assert run("replay", "ffff") == 2
    assert run("show", "ffff") == 2
    assert output(capsys)[1].count("There is no saved failure 'ffff'") == 2


# --- show and ls ----------------------------------------------------------------------------------


def test_show(capsys):
    save(build.bank_result())
    assert run("show", "7f3c") == 0
    out, _ = output(capsys)
    assert "treadle: lost update on b.bal" in out
    assert out.splitlines()[-1] == f"  treadle replay {build.BANK_TOKEN} --target bank.py"


def test_show_all(capsys):
    trace = build.long_trace()
    save(build.result(findings=(build.bank_finding(trace, 200),)))
    run("show", "7f3c")
    assert "... 198 steps of T1" in output(capsys)[0]
    run("show", "7f3c", "--all")
    assert "... 198 steps of T1" not in output(capsys)[0]


def test_show_json(capsys):
    save(build.bank_result())
    assert run("show", "7f3c", "--json") == 0
    assert json.loads(output(capsys)[0])["finding"]["id"] == "7f3c"


def test_what_is_saved_is_handed_to_the_next_check(api):
    run("check", "bank.py")
    run("check", "bank.py")
    assert [each.finding.id for each in api.saved] == ["7f3c"]


def test_a_fixed_failure_is_marked(api, capsys):
    run("check", "bank.py")
    gone = Recheck("7f3c", "lost update on account.bal", RecheckState.PASSES)
    api.answer = build.result(verdict=Verdict.PASS, findings=(), rechecks=(gone,))
    capsys.readouterr()
    assert run("check", "bank.py") == 0
    assert "did not happen again" in output(capsys)[0]
    assert run("ls") == 0
    assert output(capsys)[0].startswith("7f3c  interference  (fixed) ")


def test_rm(capsys):
    run("check", "bank.py")
    capsys.readouterr()
    assert run("rm") == 2
    assert "ids, or --fixed, or --all" in output(capsys)[1]
    assert run("rm", "7f3c", "--all") == 2
    capsys.readouterr()
    assert run("rm", "--fixed") == 0
    assert output(capsys)[0] == "forgotten: none\n"
    assert run("rm", "7f") == 0
    assert output(capsys)[0] == "forgotten: 7f3c\n"
    assert run("rm", "7f") == 2
    assert "none are saved here" in output(capsys)[1]


def test_ls(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert run("ls") == 0
    assert "no failures are saved here" in output(capsys)[1]
    save(build.assert_result())
    os.utime(".treadle/failures/7f3c.json", (9e9, 9e9))
    assert run("ls") == 0
    assert output(capsys)[0] == (
        "7f3c  assertion  AssertionError in main  in tests/test_bank.py::test_deposit_withdraw\n"
        "9b21  deadlock   deadlock of T1 and T2  in tests/test_bank.py::test_deposit_withdraw\n"
    )
    assert run("ls", "-q") == 0
    assert output(capsys)[0].splitlines()[1] == "9b21  deadlock   deadlock of T1 and T2"


# --- the entry ------------------------------------------------------------------------------------


def test_version(capsys):
    assert run("--version") == 0
    assert output(capsys)[0].startswith("treadle ")


def test_help(capsys):
    assert run("--help") == 0
    assert output(capsys)[0].startswith("examples:")


def test_no_command(capsys):
    assert run() == 2
    assert "examples:" in output(capsys)[1]


def test_a_wrong_option(capsys):
    assert run("check", "bank.py", "--frobnicate") == 2
    assert output(capsys)[1].startswith("treadle: unrecognized arguments: --frobnicate.")


def test_a_target_that_exits_with_a_text(api):
    api.answer = SystemExit("bye")
    assert run("check", "bank.py") == 0


def test_a_reader_that_has_seen_enough(api, monkeypatch):
    read, write = os.pipe()
    os.close(read)
    stream = os.fdopen(write, "w")
    monkeypatch.setattr(sys, "stdout", stream)
    api.answer = BrokenPipeError()
    assert run("check", "bank.py") == 0
    stream.write("goes nowhere")
    stream.close()


@pytest.fixture
def process(monkeypatch):
    """The process as the console script starts it; what is run in a second process is noted."""
    started = []

    def supervise(command, environment, *, reports):
        started.append((command[1:], environment["PYTHONHASHSEED"], reports))
        return 7

    monkeypatch.setattr(supervisor, "supervise", supervise)
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(sys, "argv", ["treadle", "check", "bank.py"])
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "treadle", "check", "bank.py"])
    return started


def test_a_target_runs_in_a_second_process_with_a_fixed_hash_seed(process):
    assert cli.main() == 7
    assert process == [(["-m", "treadle", "check", "bank.py"], "0", True)]


def test_another_hash_seed_would_make_schedules_mean_something_else(process, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "5")
    monkeypatch.setattr(sys, "argv", ["treadle", "run", "bank.py"])
    cli.main()
    assert [each[1:] for each in process] == [("0", False)]


@pytest.mark.parametrize(
    ("is_free_threaded", "given", "expected"),
    [
        (True, None, "0"),
        (True, "1", "1"),
        (False, None, None),
    ],
)
def test_a_free_threaded_python_keeps_its_gil_disabled(
    process, monkeypatch, is_free_threaded, given, expected
):
    gils = []
    monkeypatch.setattr(
        supervisor,
        "supervise",
        lambda _, environment, **__: gils.append(environment.get("PYTHON_GIL")),
    )
    monkeypatch.delenv("PYTHON_GIL", raising=False)
    if given is not None:
        monkeypatch.setenv("PYTHON_GIL", given)
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: True, raising=False)
    monkeypatch.setattr(sysconfig, "get_config_var", {"Py_GIL_DISABLED": is_free_threaded}.get)
    cli.main()
    assert gils == [expected]


def test_the_second_process_runs_the_target_and_says_when_it_is_done(process, monkeypatch):
    reading, writing = os.pipe()
    monkeypatch.setenv(VARIABLE, str(writing))
    try:
        assert cli.main() == 1
    finally:
        lifeline.cut()
        faulthandler.disable()
        faulthandler.unregister(WHERE_SIGNAL)
    assert process == []
    assert VARIABLE not in os.environ
    assert os.read(reading, 1000).splitlines()[-1] == b'{"done": 1}'
    os.close(reading)


def test_commands_that_run_nothing_start_at_once(process, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["treadle", "ls"])
    assert cli.main() == 0
    assert process == []


def test_where_no_second_process_can_be_started_there_is_one(process, monkeypatch):
    monkeypatch.setattr(sys, "executable", "")
    assert cli.main() == 1
    assert process == []


def test_windows_waits_for_the_other_process(process, monkeypatch):
    monkeypatch.setattr(os, "name", "nt")
    monkeypatch.setattr(subprocess, "call", lambda words, env: len(words))
    try:
        code = cli.main()
    finally:
        monkeypatch.undo()
    assert code == 5


def test_module_and_start_up():
    """``python -m treadle`` works, and imports nothing heavy before it has something to do."""
    code = (
        "import sys; from treadle.cli.main import main; main(['--version']); "
        "print([m for m in ('json', 'dataclasses', 'greenlet') if m in sys.modules])"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(treadle.__file__).parents[1])}
    words = [[sys.executable, "-c", code], [sys.executable, "-m", "treadle", "--version"]]
    texts = [
        subprocess.run(each, env=environment, capture_output=True, text=True, check=True).stdout
        for each in words
    ]
    assert texts[0].startswith(texts[1])
