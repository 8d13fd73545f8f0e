"""The source of the program as far as a report shows it: what ran, with its surroundings."""

from __future__ import annotations

import tokenize
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from treadle.model.trace import Place, Trace
from treadle.report.highlight import Run, highlighted

WHOLE = 300
"""Files up to so many lines are shown whole."""

AROUND = 12
"""Of a longer file, so many lines before and after each line that ran."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the program.

    Args:
        name: The file, as in the places.
        lines: Number and runs of the lines that are shown, in order.
        note: What the reader has to know about them, "" for nothing.
    """

    name: str
    lines: tuple[tuple[int, Sequence[Run]], ...]
    note: str = ""


def source_files(traces: Iterable[Trace]) -> tuple[SourceFile, ...]:
    """The files that traces run through, the one where most happens first.

    Args:
        traces: The traces.

    Returns:
        The files.
    """
    places: dict[str, dict[int, str]] = defaultdict(dict)
    visits: dict[str, int] = defaultdict(int)
    for trace in traces:
        for place in _places(trace):
            places[place.file][place.line] = place.source
            visits[place.file] += 1
    names = sorted(places, key=lambda name: (-visits[name], name))
    return tuple(_source_file(name, places[name]) for name in names)


def _places(trace: Trace) -> Iterable[Place]:
    """Every place of a trace."""
    yield from (step.place for step in trace.steps if step.place is not None and step.place.line)
    yield from (each.place for each in trace.waiting if each.place is not None)


def _source_file(name: str, recorded: dict[int, str]) -> SourceFile:
    """One file; only what was recorded where it has changed since, or cannot be read."""
    try:
        with tokenize.open(Path(name)) as file:
            text = file.read()
    except (OSError, SyntaxError, UnicodeDecodeError, ValueError):
        return _recorded(
            name, recorded, "The file cannot be read here: only lines that ran are shown."
        )
    lines = text.removesuffix("\n").split("\n")
    for line, source in recorded.items():
        if source and (line > len(lines) or lines[line - 1].strip() != source):
            note = "The file has changed since: only lines that ran are shown, as they were."
            return _recorded(name, recorded, note)
    runs = highlighted(text)
    wanted: Iterable[int] = range(1, len(runs) + 1)
    if len(runs) > WHOLE:
        near = {each + n for each in recorded for n in range(-AROUND, AROUND + 1)}
        wanted = sorted(number for number in near if 1 <= number <= len(runs))
    return SourceFile(name, tuple((number, runs[number - 1]) for number in wanted))


def _recorded(name: str, recorded: dict[int, str], note: str) -> SourceFile:
    """What the trace itself knows of a file."""
    lines = tuple((line, highlighted(recorded[line])[0]) for line in sorted(recorded))
    return SourceFile(name, lines, note)
