"""Commands that a report offers."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from treadle.model.result import Runner


def replay_command(
    token: str, target: str, options: Sequence[str] = (), runner: Runner = Runner.COMMAND
) -> str:
    """The command that replays a schedule on any machine that has the program.

    Args:
        token: The schedule.
        target: The target as the user typed it.
        options: Further options that the replay needs; arguments of the target after "--" stand last.
        runner: Who runs the program.

    Returns:
        A line for a shell; for a function that its caller has, a line of Python.
    """
    if runner is Runner.PYTEST:
        return shlex.join(["pytest", target, f"--treadle-replay={token}"])
    if runner is Runner.CALLER:
        return f'treadle.replay({target.rpartition(":")[2]}, "{token}")'
    return shlex.join(["treadle", "replay", token, "--target", target, *options])
