"""``treadle check TARGET``: explore, report, keep what was found."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.cli.arguments import check_options
from treadle.cli.screen import ProgressLine, complain, verbosity, wants_color, width, write
from treadle.errors import EXIT_FOUND, EXIT_INTERRUPTED, EXIT_NOTHING_FOUND, EXIT_UNCONTROLLED
from treadle.explorer.lifeline import RESUMED
from treadle.report.files import write_report

if TYPE_CHECKING:
    from treadle.explorer.options import Resumed
    from treadle.model.result import CheckResult


def check(parsed: argparse.Namespace) -> int:
    """Explore the schedules of a target and print the report.

    Args:
        parsed: The command line.

    Returns:
        The exit code.
    """
    from treadle import api
    from treadle.store.store import list_failures

    options = check_options(parsed)
    text = os.environ.pop(RESUMED, "")
    if text:
        options = dataclasses.replace(options, resumed=_resumed(text))
    progress = ProgressLine(sys.stderr, is_quiet=parsed.quiet)
    try:
        result = api.check_target(parsed.target, options, progress, list_failures())
    except KeyboardInterrupt:
        progress.close()
        explored = progress.last.executions if progress.last is not None else 0
        complain(f"treadle: interrupted after {explored:,} schedules; nothing is reported.")
        raise
    finally:
        progress.close()
    return report(result, parsed)


def report(result: CheckResult, parsed: argparse.Namespace) -> int:
    """Print a result and keep what was found.

    Args:
        result: The result.
        parsed: The command line.

    Returns:
        The exit code.
    """
    write(_rendered(result, parsed))
    _keep(result)
    _write_files(result, parsed)
    return exit_code(result)


def exit_code(result: CheckResult) -> int:
    """What the shell is told about a result.

    Args:
        result: The result.

    Returns:
        0 nothing found, 1 found, 5 found only that the program does not repeat itself or does not come
        back, 130 interrupted before anything was found.
    """
    from treadle.model.finding import FindingKind
    from treadle.model.result import Verdict

    kinds = {finding.kind for finding in result.findings}
    if not kinds or result.verdict is Verdict.PASS:
        return EXIT_INTERRUPTED if result.is_interrupted else EXIT_NOTHING_FOUND
    is_only = kinds <= {FindingKind.NONDETERMINISM, FindingKind.UNCONTROLLED}
    return EXIT_UNCONTROLLED if is_only else EXIT_FOUND


def _resumed(text: str) -> Resumed:
    """What to report instead of searching, from the supervisor."""
    from treadle.explorer.options import Resumed

    told = json.loads(text)
    return Resumed(
        told["sentence"],
        tuple((token, found_by) for token, found_by in told["seen"]),
        told["executions"],
        told["serial_known"],
        None if told["place"] is None else tuple(told["place"]),
    )


def _rendered(result: CheckResult, parsed: argparse.Namespace) -> str:
    """The report, or the JSON document."""
    if parsed.json:
        from treadle.report.json import render_json

        return render_json(result)
    from treadle.report.terminal import render_check

    return render_check(result, width(), wants_color(parsed.color), verbosity(parsed))


def _write_files(result: CheckResult, parsed: argparse.Namespace) -> None:
    """Write the reports that were asked for."""
    if parsed.html is not None:
        from treadle.report.html import render

        write_report(Path(parsed.html), render(result))
    if parsed.sarif is not None:
        from treadle.report.sarif import render_sarif

        write_report(
            Path(parsed.sarif),
            render_sarif([*result.findings, *result.notes], result.target, result.options),
        )


def _keep(result: CheckResult) -> None:
    """Save the findings; a folder that cannot be written to spoils nothing but that."""
    if not result.findings and not result.fixed:
        return
    from treadle.store.store import save

    try:
        save(result)
    except OSError as error:
        reason = error.strerror or error
        complain(
            f"treadle: what was found could not be saved under .treadle ({reason}): "
            "replay it with the token, not with the id."
        )
