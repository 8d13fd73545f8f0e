"""``treadle run`` and ``treadle replay``: one execution, told as a story."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.cli.arguments import check_options
from treadle.cli.screen import complain, verbosity, wants_color, width, write
from treadle.errors import EXIT_FOUND, EXIT_NOTHING_FOUND, UsageError
from treadle.report.files import write_report

if TYPE_CHECKING:
    from treadle.api import CheckOptions, ReplayResult
    from treadle.store.store import SavedFailure


def run(parsed: argparse.Namespace) -> int:
    """Run a target once, under a seed or a given schedule.

    Args:
        parsed: The command line.

    Returns:
        The exit code.
    """
    from treadle.model.schedule import Schedule

    schedule = Schedule.from_token(parsed.schedule) if parsed.schedule else None
    from treadle import api

    options = check_options(parsed)
    result = api.run_target(parsed.target, options, schedule)
    _tell(result, parsed.target, options, f"one schedule of {parsed.target}", parsed)
    return EXIT_FOUND if result.finding is not None else EXIT_NOTHING_FOUND


def replay(parsed: argparse.Namespace) -> int:
    """Run a saved failure or a token again.

    Args:
        parsed: The command line.

    Returns:
        The exit code: 1 when it fails as it did.

    Raises:
        UsageError: A token was given without a target, and no failure saved here has it.
    """
    from treadle.model.schedule import Schedule
    from treadle.store.store import is_id, load

    token: str = parsed.what
    target: str | None = parsed.target
    saved: SavedFailure | None
    saved_options: tuple[str, ...] = ()
    if is_id(token):
        found = load(token)
        if target is None:
            _refuse_others(found)
        token, target = found.finding.trace.token, target or found.target
        saved, saved_options = found, found.options
    else:
        saved = _known(token, target)
        if saved is not None and target is None:
            _refuse_others(saved)
        target = saved.target if saved is not None else target
    schedule = Schedule.from_token(token)
    if target is None:
        raise UsageError(
            "A token says nothing about the program: "
            f"name it, as in treadle replay {token} --target script.py."
        )
    from treadle import api

    options = check_options(parsed, saved_options)
    result = api.replay_target(target, options, schedule)
    if saved is not None and result.finding is None:
        again = [each for each in result.races if each.summary == saved.finding.summary]
        result = dataclasses.replace(result, finding=again[0] if again else None)
    _tell(result, target, options, f"replay of {target}", parsed)
    return _verdict(result, saved)


def _refuse_others(saved: SavedFailure) -> None:
    """Say how to replay what was not found by the command line."""
    from treadle.model.result import Runner
    from treadle.report.commands import replay_command

    if saved.runner is not Runner.COMMAND:
        who = "pytest" if saved.runner is Runner.PYTEST else "treadle.check"
        token = saved.finding.trace.token
        command = replay_command(token, saved.target, saved.options, saved.runner)
        raise UsageError(
            f"{saved.finding.id} was found by {who}, which has to run it again: {command}"
        )


def _known(token: str, target: str | None) -> SavedFailure | None:
    """The saved failure that a token belongs to, if it was found here."""
    from treadle.store.store import list_failures

    for saved in list_failures():
        if saved.finding.trace.token == token and target in {None, saved.target}:
            return saved
    return None


def _verdict(result: ReplayResult, saved: SavedFailure | None) -> int:
    """The exit code of a replay, and a word where the failure alone does not tell."""
    from treadle.model.finding import FindingKind

    if result.finding is not None:
        return EXIT_FOUND
    if saved is None:
        return EXIT_NOTHING_FOUND
    if result.confirmation is not None and not result.confirmation.is_confirmed:
        complain(
            f"treadle: {saved.finding.id} ({saved.finding.summary}) did not happen on real threads."
        )
        return EXIT_NOTHING_FOUND
    is_unseen = saved.finding.kind is not FindingKind.DATA_RACE
    if is_unseen and result.trace.observed == saved.finding.trace.observed:
        # Interference shows only beside what serial orders give; the saved finding knows them.
        complain(f"treadle: this is {saved.finding.id} again: {saved.finding.summary}.")
        return EXIT_FOUND
    complain(
        f"treadle: {saved.finding.id} ({saved.finding.summary}) did not happen again under its schedule: "
        "the program has changed since. Check it again."
    )
    return EXIT_NOTHING_FOUND


def _tell(
    result: ReplayResult,
    target: str,
    options: CheckOptions,
    heading: str,
    parsed: argparse.Namespace,
) -> None:
    """Print the story of an execution."""
    from treadle.report.terminal import render_trace, replay_command

    replay = replay_command(result.trace.token, target, options.as_arguments())
    text = render_trace(
        result.trace,
        result.finding,
        width=width(),
        color=wants_color(parsed.color),
        verbose=verbosity(parsed),
        is_complete=parsed.all,
        heading=heading,
        replay=replay,
        confirmation=result.confirmation,
    )
    write(text)
    if parsed.html is not None:
        from treadle.report.html import render_trace_page

        page = render_trace_page(
            result.trace,
            result.finding,
            target=target,
            replay=replay,
            heading=heading,
        )
        write_report(Path(parsed.html), page)
    if parsed.perfetto is not None:
        from treadle.report.perfetto import render_perfetto

        write_report(Path(parsed.perfetto), render_perfetto(result.trace, heading))
