"""What became of a finding on real threads."""

from __future__ import annotations

from treadle.explain.layout import wrap
from treadle.explain.words import plural, printable
from treadle.model.finding import Confirmation

_HANGING = 14


def confirmation_lines(confirmation: Confirmation | None, width: int) -> list[str]:
    """Whether an execution on real threads was the same.

    Args:
        confirmation: What became of it; None where that was not tried.
        width: Columns there are.

    Returns:
        One sentence, wrapped; where it is unconfirmed, both versions of the first step that differs too.
    """
    if confirmation is None:
        return []
    if confirmation.is_confirmed:
        return wrap(_confirmed(confirmation.steps), width)
    lines = wrap(f"Unconfirmed on real threads. {printable(confirmation.reason)}", width)
    for word, told in (("recorded", confirmation.recorded), ("real threads", confirmation.real)):
        if told:
            text = f"{word:{_HANGING}}{printable(told)}"
            lines += [f"  {line}" for line in wrap(text, width - 2, _HANGING)]
    return lines


def confirmation_word(confirmation: Confirmation | None) -> str:
    """The same in a word or two, after a comma.

    Args:
        confirmation: What became of it; None where that was not tried.

    Returns:
        ", confirmed on real threads" or ", unconfirmed on real threads"; "" for None.
    """
    if confirmation is None:
        return ""
    return f", {'' if confirmation.is_confirmed else 'un'}confirmed on real threads"


def _confirmed(steps: int) -> str:
    if steps == 1:
        return "Confirmed on real threads: the only step is the same there."
    return f"Confirmed on real threads: all {plural(steps, 'step')} are the same there."
