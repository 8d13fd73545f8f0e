"""Options of a check, and which of them a replay needs."""

import pytest

from treadle.explorer.options import CheckOptions


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        (CheckOptions(), ()),
        (CheckOptions(max_executions=5, max_seconds=1, seed=3, preemptions=2, scheduler="dfs"), ()),
        (CheckOptions(include=("a", "b.*")), ("--include", "a", "--include", "b.*")),
        (CheckOptions(exclude=("a",)), ("--exclude", "a")),
        (CheckOptions(max_steps=100), ("--max-steps", "100")),
        (CheckOptions(arguments=("x", "--y")), ("--", "x", "--y")),
        (
            CheckOptions(include=("a",), max_steps=1, arguments=("x",)),
            ("--include", "a", "--max-steps", "1", "--", "x"),
        ),
    ],
)
def test_what_a_replay_needs_is_what_changes_the_program(options, arguments):
    assert options.as_arguments() == arguments


def test_options_cannot_be_changed():
    with pytest.raises(AttributeError):
        CheckOptions().seed = 3
