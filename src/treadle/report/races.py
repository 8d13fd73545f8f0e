"""Data races in a report: both accesses, both stacks, the locks held."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.layout import wrap
from treadle.explain.words import listing, plural, printable
from treadle.model.finding import Finding, RacingAccess
from treadle.model.trace import Place

MOST_NOTES = 5
"""So many races are shown in a report of something else."""

MOST_CALLS = 8
_HANGING = 14


def race_notes(
    notes: Sequence[Finding], untold: int, width: int, *, is_brief: bool, shows_all: bool
) -> list[str]:
    """The data races that are no failures.

    Args:
        notes: The races.
        untold: How many further pairs of places raced.
        width: Columns there are.
        is_brief: Whether something else is the matter, so that one sentence must do for each.
        shows_all: Whether to show all of them.

    Returns:
        Lines; none without a race.
    """
    if not notes:
        return []
    lines = wrap(
        "Note  Data races: nothing orders these accesses. No failure by itself; "
        "--fail-on data-race makes it one.",
        width,
        6,
    )
    shown = notes if shows_all else notes[:MOST_NOTES]
    for note in shown:
        if is_brief:
            lines += [f"  {line}" for line in wrap(_sentence(note), width - 2, 2)]
        else:
            lines += [f"  {printable(note.resource)}", *race_block(note, width, "    ")]
    hidden = len(notes) - len(shown)
    texts = []
    if hidden:
        texts.append(f"and {plural(hidden, 'more pair')} of places (-v shows all)")
    if untold:
        further = plural(untold, "further pair")
        texts.append(f"{further} of places raced that there was no time to look at")
    return lines + [f"  {line}" for text in texts for line in wrap(text, width - 2, 2)]


def race_block(race: Finding, width: int, indent: str = "  ") -> list[str]:
    """Both accesses of a race, each with its stack and its locks.

    Args:
        race: The race.
        width: Columns there are.
        indent: What stands before each line.

    Returns:
        Lines; none for a finding that is no race.
    """
    room = width - len(indent)
    lines: list[str] = []
    for access in race.accesses:
        head = f"{access.thread} {_verb(access)}"
        texts = [f"{head:<{_HANGING}}{_place(access.place)}"]
        calls = access.stack[1:]
        texts += [f"{'called at':<{_HANGING}}{_place(place)}" for place in calls[:MOST_CALLS]]
        if len(calls) > MOST_CALLS:
            texts.append(f"and {plural(len(calls) - MOST_CALLS, 'call')} more")
        texts.append(f"{'holding':<{_HANGING}}{_locks(access)}")
        lines += [f"{indent}{line}" for text in texts for line in wrap(text, room, _HANGING)]
    return lines


def _sentence(race: Finding) -> str:
    """A race in one sentence: the lines, and the locks where there are any."""
    first, second = race.accesses
    file = printable(first.place.file)
    where = "" if second.place.file == first.place.file else printable(second.place.file)
    locks = "no lock"
    if first.held or second.held:
        locks = "; ".join(f"{each.thread} holding {_locks(each)}" for each in race.accesses)
    return (
        f"{printable(race.resource)}: {first.thread} {_verb(first)} {file}:{first.place.line}, "
        f"{second.thread} {_verb(second)} {where}:{second.place.line} ({locks})"
    )


def _verb(access: RacingAccess) -> str:
    return "writes" if access.is_write else "reads"


def _locks(access: RacingAccess) -> str:
    return listing(map(printable, access.held)) or "no lock"


def _place(place: Place) -> str:
    source = f": {printable(place.source)}" if place.source else ""
    return f"{printable(place.file)}:{place.line} in {printable(place.function)}{source}"
