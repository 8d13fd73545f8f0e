"""``treadle show``, ``treadle ls`` and ``treadle rm``: what was found before."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.cli.screen import complain, verbosity, wants_color, width, write
from treadle.errors import EXIT_NOTHING_FOUND, UsageError
from treadle.report.files import write_report

if TYPE_CHECKING:
    from treadle.store.store import SavedFailure


def show(parsed: argparse.Namespace) -> int:
    """Tell a saved failure without running anything.

    Args:
        parsed: The command line.

    Returns:
        The exit code.
    """
    from treadle.store.store import encode, load

    saved = load(parsed.id)
    if parsed.json:
        write(encode(saved).decode())
        return EXIT_NOTHING_FOUND
    from treadle.report.terminal import render_trace, replay_command

    replay = replay_command(saved.finding.trace.token, saved.target, saved.options, saved.runner)
    if parsed.html is not None:
        return _write_page(saved, replay, parsed.html)
    if parsed.sarif is not None:
        from treadle.report.sarif import render_sarif

        return _deliver(render_sarif([saved.finding], saved.target, saved.options), parsed.sarif)
    if parsed.perfetto is not None:
        from treadle.report.perfetto import render_perfetto

        text = render_perfetto(saved.finding.trace, saved.finding.summary)
        return _deliver(text, parsed.perfetto)
    text = render_trace(
        saved.finding.trace,
        saved.finding,
        width=width(),
        color=wants_color(parsed.color),
        verbose=verbosity(parsed),
        is_complete=parsed.all,
        replay=replay,
    )
    write(text)
    return EXIT_NOTHING_FOUND


def _deliver(text: str, name: str) -> int:
    """Write a report for another tool into a file, or to standard output for "-"."""
    if name == "-":
        write(text)
    else:
        write_report(Path(name), text)
    return EXIT_NOTHING_FOUND


def _write_page(saved: SavedFailure, replay: str, name: str) -> int:
    """Write a saved failure as a page, and say where."""
    from treadle.report.html import render_trace_page
    from treadle.store.store import FOLDER

    path = Path(name) if name else Path(FOLDER) / "reports" / f"{saved.finding.id}.html"
    page = render_trace_page(saved.finding.trace, saved.finding, target=saved.target, replay=replay)
    write_report(path, page)
    write(f"{path.as_posix()}\n")
    return EXIT_NOTHING_FOUND


def list_saved(parsed: argparse.Namespace) -> int:
    """List the saved failures, the latest first.

    Args:
        parsed: The command line.

    Returns:
        The exit code.
    """
    from treadle.explain.words import shorten
    from treadle.store.store import list_failures

    failures = list_failures()
    if not failures:
        complain("treadle: no failures are saved here; treadle check TARGET saves what it finds.")
        return EXIT_NOTHING_FOUND
    ids = max(len(saved.finding.id) for saved in failures)
    kinds = max(len(saved.finding.kind) for saved in failures)
    room = max(width() - ids - kinds - 6, 20)
    for saved in failures:
        text = (
            saved.finding.summary if parsed.quiet else f"{saved.finding.summary}  in {saved.target}"
        )
        text = f"(fixed) {text}" if saved.fixed else text
        write(f"{saved.finding.id:{ids}}  {saved.finding.kind:{kinds}}  {shorten(text, room)}\n")
    return EXIT_NOTHING_FOUND


def remove_saved(parsed: argparse.Namespace) -> int:
    """Forget saved failures.

    Args:
        parsed: The command line.

    Returns:
        The exit code.

    Raises:
        UsageError: It names no failure, or names some and --fixed or --all as well; or a file cannot be
            removed.
    """
    from treadle.store.store import list_failures, remove

    is_general = parsed.fixed or parsed.all
    if is_general == bool(parsed.ids):
        raise UsageError("Say which failures to forget: their ids, or --fixed, or --all.")
    ids = parsed.ids
    if is_general:
        ids = [each.finding.id for each in list_failures() if parsed.all or each.fixed]
    try:
        removed = [remove(each) for each in ids]
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"A saved failure cannot be removed: {reason}.") from None
    write(f"forgotten: {', '.join(removed) if removed else 'none'}\n")
    return EXIT_NOTHING_FOUND
