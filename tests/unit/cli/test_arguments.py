"""The command line as it is typed."""

import pytest

from treadle.cli.arguments import check_options, parse, split
from treadle.errors import UsageError


def test_defaults():
    options = check_options(parse(["check", "bank.py"]))
    assert (options.max_executions, options.max_seconds, options.preemptions) == (None, None, None)
    assert (options.seed, options.scheduler, options.max_steps) == (0, "portfolio", None)
    assert options.include == options.exclude == options.fail_on == options.ignore == ()


def test_every_option():
    words = (
        "check bank.py --max-executions 9 --max-seconds 1.5 --preemptions 0 --seed -3 --scheduler dfs "
        "--include a* --include b --exclude c --fail-on data-race --ignore deadlock --max-steps 7"
    )
    options = check_options(parse([*words.split(), "--", "--accounts", "3"]))
    assert options.max_executions == 9
    assert options.max_seconds == 1.5
    assert options.preemptions == 0
    assert options.seed == -3
    assert options.scheduler == "dfs"
    assert options.include == ("a*", "b")
    assert options.exclude == ("c",)
    assert options.fail_on == ("data-race",)
    assert options.ignore == ("deadlock",)
    assert options.max_steps == 7
    assert options.arguments == ("--accounts", "3")


def test_what_was_saved_comes_first():
    saved = ("--include", "log*", "--max-steps", "5", "--", "a")
    options = check_options(parse(["replay", "7f3c", "--include", "x"]), saved)
    assert options.include == ("log*", "x")
    assert options.max_steps == 5
    assert options.arguments == ("a",)
    options = check_options(parse(["replay", "7f3c", "--max-steps", "6", "--", "b"]), saved)
    assert options.max_steps == 6
    assert options.arguments == ("b",)


def test_saved_options_are_those_that_the_options_give():
    options = check_options(
        parse("check t.py --include a --exclude b --max-steps 3 -- x y".split())
    )
    assert check_options(parse(["replay", "7f3c"]), options.as_arguments()) == options


def test_split():
    assert split(["a", "--", "b", "--", "c"]) == (["a"], ("b", "--", "c"))
    assert split(["a"]) == (["a"], ())


@pytest.mark.parametrize(
    "words",
    [
        "check",
        "check a.py b.py",
        "check a.py --max-executions 0",
        "check a.py --max-executions x",
        "check a.py --preemptions -1",
        "check a.py --max-seconds 0",
        "check a.py --max-seconds x",
        "check a.py --max-seconds nan",
        "check a.py --scheduler fast",
        "replay",
        "show",
        "frobnicate",
    ],
)
def test_what_makes_no_sense(words):
    with pytest.raises(UsageError, match="--help says what is possible"):
        parse(words.split())


@pytest.mark.parametrize("target", ["bank.py", "a.b:test", "x.py::test"])
def test_a_target_without_a_command(target):
    with pytest.raises(UsageError, match=f"To check it: treadle check {target}"):
        parse([target])


@pytest.mark.parametrize("command", [[], ["check"], ["run"], ["replay"], ["show"], ["ls"]])
def test_help(command, capsys):
    with pytest.raises(SystemExit) as done:
        parse([*command, "--help"])
    assert done.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith("usage:" if command else "examples:\n  treadle check bank.py")
