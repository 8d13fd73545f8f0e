"""The end of a deadlock: what each thread holds, what it waits for, and the cycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from treadle.explain.deadlock import cycle_text
from treadle.explain.labels import Labels, place_text
from treadle.explain.layout import cells, pad, wrap
from treadle.explain.waiting import waits_text
from treadle.explain.words import listing
from treadle.model.trace import Action, Place, Trace, Waiting
from treadle.report.view import View


def deadlock_block(view: View) -> list[str]:
    """Who waits for what, one thread a line.

    Args:
        view: What is shown.

    Returns:
        The lines; none for a trace in which nobody waits at the end.
    """
    trace = view.trace
    if not trace.waiting:
        return []
    labels, limit = Labels(trace), view.width // 4
    headline = wrap(f"DEADLOCK: {_headline(trace, labels)}", view.width, 2)
    lines = [view.paint.bold(line) for line in headline]
    rows = [
        (_name(labels, each), _holds(labels, each, limit), _waits(labels, each, limit))
        for each in trace.waiting
    ]
    names = max(cells(name) for name, _, _ in rows)
    holds = max(cells(held) for _, held, _ in rows)
    wide = [
        f"{pad(name, names)}  {f'{pad(held, holds)}  ' if held else ''}{wait}"
        for name, held, wait in rows
    ]
    is_wide = max(map(cells, wide)) + 2 <= view.width
    for each, row, text in zip(trace.waiting, rows, wide, strict=True):
        texts = [text] if is_wide else [row[0], *(f"  {part}" for part in row[1:] if part)]
        if each.why and not trace.cycle:
            texts.append(f"  {each.why}")
        lines.extend(view.paint.thread(each.task, line) for line in _indented(texts, view.width))
    if trace.cycle:
        lines.extend(f"  {line}" for line in wrap(cycle_text(labels, trace.cycle), view.width - 2))
    return lines


def _headline(trace: Trace, labels: Labels) -> str:
    """Who waits."""
    if len(trace.waiting) == len(trace.tasks):
        return "every thread is waiting"
    names = [labels.task(each.task) for each in trace.waiting]
    ended = {step.task for step in trace.steps if step.action in {Action.TERMINATE, Action.RAISE}}
    rest = ", the other threads have ended" if len(ended) + len(names) == len(trace.tasks) else ""
    return f"{listing(names)} {'waits' if len(names) == 1 else 'wait'} for ever{rest}"


def _indented(texts: Iterable[str], width: int) -> Iterator[str]:
    """Texts wrapped, keeping the blanks that each begins with."""
    for text in texts:
        lead = " " * (2 + len(text) - len(text.lstrip()))
        for line in wrap(text.strip(), width - len(lead), 2):
            yield f"{lead}{line}"


def _name(labels: Labels, waiting: Waiting) -> str:
    """The thread."""
    return labels.headed(waiting.task)


def _holds(labels: Labels, waiting: Waiting, limit: int) -> str:
    """What it holds, and where it took it."""
    held = [f"{labels.short(label)}{_bracketed(place, limit)}" for label, place in waiting.held]
    return f"holds {listing(held)}" if held else ""


def _waits(labels: Labels, waiting: Waiting, limit: int) -> str:
    """What it waits for, and where."""
    text = waits_text(labels, waiting.verb, waiting.resource)
    return f"{text}{_bracketed(waiting.place, limit)}"


def _bracketed(place: Place | None, limit: int) -> str:
    """A place in brackets."""
    return f" ({place_text(place, limit)})" if place is not None else ""
