"""The measurement as text: a table and a plot for each interpreter, what stands in the way, the advice."""

from __future__ import annotations

from treadle.explain.layout import cells, pad, wrap
from treadle.explain.words import listing, plural, printable
from treadle.gil.advice import recommendation
from treadle.gil.figures import Figures, Measured, Mode
from treadle.gil.units import share, size_text, time_text

BUSY_MACHINE = 0.1
"""From this share of starvation on, the figures are said to be rough."""

MOST_WIDTH = 100


def render(figures: Figures, width: int = 80) -> str:
    """The report.

    Args:
        figures: What was measured.
        width: Columns there are.

    Returns:
        The text, ending in a line break.
    """
    width = min(max(width, 60), MOST_WIDTH)
    head = f" treadle gil: {printable(figures.target)} "
    sections = [[f"{head:=^{width}}", f"{plural(figures.cpus, 'processor')} may be used."]]
    scale = max((_speeds(figures)), default=1.0)
    sections += [_interpreter(measured, scale, width) for measured in figures.measured]
    sections.append(wrap(recommendation(figures), width))
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _speeds(figures: Figures) -> list[float]:
    return [
        point.speedup
        for measured in figures.measured
        for mode in measured.modes
        for point in mode.points
    ]


def _interpreter(measured: Measured, scale: float, width: int) -> list[str]:
    """One interpreter."""
    told = measured.interpreter
    build = "free-threaded, no GIL" if not told.gil else "with the GIL"
    lines = [f"Python {told.name}  {build}  {printable(told.path)}"]
    if measured.alone is None:
        return [*lines, *_noted(f"It cannot be measured there: {measured.error}.", width)]
    alone = measured.alone
    holds = "" if alone.share is None else f", holds the GIL for {share(alone.share)}"
    lines += _noted(
        f"A call takes {time_text(alone.serial)}; it computes for {share(alone.busy)} of that{holds}.",
        width,
    )
    lines += _table(measured)
    lines += _plot(measured, scale, width)
    for text in _notes(measured):
        lines += _noted(text, width)
    return lines


def _table(measured: Measured) -> list[str]:
    """Speed-ups, and what it costs to start and to send."""
    counts = next((mode.points for mode in measured.modes if mode.points), ())
    heads = [f"x{point.workers}" for point in counts]
    rows = [["workers", *heads, "to start", "there and back"]]
    for mode in measured.modes:
        if mode.points:
            speeds = [f"{point.speedup:.2f}" for point in mode.points]
            sent = f" ({size_text(mode.bytes)})" if mode.bytes else ""
            start = time_text(mode.points[-1].start)
            rows.append([mode.name, *speeds, start, f"{time_text(mode.transfer)}{sent}"])
    if len(rows) == 1:
        return []
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(pad, row, widths)).rstrip() for row in rows]


def _plot(measured: Measured, scale: float, width: int) -> list[str]:
    """Bars: how many times as many calls a second."""
    room = width - 32
    lines = []
    for mode in measured.modes:
        for index, point in enumerate(mode.points):
            name = mode.name if not index else ""
            bar = "#" * max(round(point.speedup / scale * room), 1)
            lines.append(f"  {name:<16} x{point.workers:<3}|{bar} {point.speedup:.2f}")
    return ["", *lines, ""] if lines else []


def _notes(measured: Measured) -> list[str]:
    """What stands in the way, and how far the figures can be trusted."""
    texts = [_obstacle(mode) for mode in measured.modes if mode.refusal or mode.lost]
    alone = measured.alone
    if alone is not None and alone.changed:
        texts.append(
            f"A call changes {listing(alone.changed)}: threads share that, so check it with treadle check."
        )
    if alone is not None and alone.starved > BUSY_MACHINE:
        texts.append(
            f"Other programs had the processors for {share(alone.starved)} of the time: "
            "these figures are rough."
        )
    return texts


def _obstacle(mode: Mode) -> str:
    """Why a mode cannot be used, as it was found by trying."""
    if mode.refusal:
        return f"{mode.name.capitalize()} are not possible: {printable(mode.refusal)}."
    return (
        f"{mode.name.capitalize()} were tried, and lose what a call changes: {listing(mode.lost)} of their "
        "own copies."
    )


def _noted(text: str, width: int) -> list[str]:
    return [f"  {line}" for line in wrap(text, width - 2, 2)]
