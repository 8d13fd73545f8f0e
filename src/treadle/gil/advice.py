"""The recommendation: two sentences, with the figures they rest on."""

from __future__ import annotations

from collections.abc import Iterable

from treadle.explain.words import listing, plural
from treadle.gil.figures import MODES, PROCESSES, SUBINTERPRETERS, THREADS, Figures, Measured, Mode
from treadle.gil.units import ratio, share, time_text

WORTH_IT = 1.2
"""Less than so many times as fast is no gain."""

AS_GOOD = 0.85
"""A simpler way is preferred to a faster one from this share of its speed on."""

TOO_BUSY = 0.4
"""From this share of starvation on, no advice is given."""

_SIMPLEST_FIRST = (THREADS, SUBINTERPRETERS, PROCESSES)


def recommendation(figures: Figures) -> str:
    """What to do with the function.

    Args:
        figures: What was measured, on Treadle's own interpreter first.

    Returns:
        Two sentences.
    """
    first = figures.measured[0]
    assert first.alone is not None, "what cannot be measured here is not measured elsewhere"
    if first.alone.starved > TOO_BUSY:
        return (
            f"Other programs had the processors for {share(first.alone.starved)} of the time, so these "
            "figures carry no advice. Measure again on an idle machine."
        )
    mode = best_mode(first)
    other = _better_elsewhere(figures, mode)
    if mode is None and other is not None:
        return f"{_elsewhere(*other)} {_why_not_here(first)}"
    if mode is None:
        return f"Leave it serial: {_nothing_helps(first)}. {_cause(first)}."
    return f"{_use(mode, first)}. {_why(mode, first, other)}."


def best_mode(measured: Measured) -> Mode | None:
    """The way that pays, the simplest of those that are about as fast.

    Args:
        measured: What was measured on one interpreter.

    Returns:
        The mode; None where nothing is faster than one call after the other.
    """
    usable = {m.name: speed(m) for m in measured.modes if not m.lost and speed(m) >= WORTH_IT}
    if not usable:
        return None
    fastest = max(usable.values())
    name = next(n for n in _SIMPLEST_FIRST if usable.get(n, 0.0) >= AS_GOOD * fastest)
    return _mode(measured, name)


def speed(mode: Mode) -> float:
    """The best speed-up of a mode; 0 where it cannot be done.

    Args:
        mode: The mode.
    """
    return mode.best.speedup if mode.best is not None else 0.0


def _mode(measured: Measured, name: str) -> Mode:
    return next((mode for mode in measured.modes if mode.name == name), Mode(name))


def _better_elsewhere(figures: Figures, mode: Mode | None) -> tuple[Measured, Mode] | None:
    """Another interpreter whose threads beat what is best here, or are as good as more than threads."""
    here = 1.0 if mode is None else speed(mode)
    needed = max(WORTH_IT, here * (1.15 if mode is None or mode.name == THREADS else AS_GOOD))
    found = [(each, _mode(each, THREADS)) for each in figures.measured[1:]]
    found = [pair for pair in found if speed(pair[1]) >= needed]
    return max(found, key=lambda pair: speed(pair[1]), default=None)


def _use(mode: Mode, measured: Measured) -> str:
    best = mode.best
    assert best is not None
    others = _speeds(m for m in measured.modes if m.name != mode.name)
    return (
        f"Use {mode.name}: {plural(best.workers, 'worker')} made {ratio(speed(mode))} as many calls a second "
        f"as one call after the other on {measured.interpreter.name}"
        + (f" ({others})" if others else "")
    )


def _speeds(modes: Iterable[Mode]) -> str:
    """The speed-ups of some modes."""
    return listing(f"{mode.name} {ratio(speed(mode))}" for mode in modes if mode.best is not None)


def _why(mode: Mode, measured: Measured, other: tuple[Measured, Mode] | None) -> str:
    best = mode.best
    assert best is not None
    start = f"starting {best.workers} {mode.name} took {time_text(best.start)}"
    told = f"{_cause(measured)}; {start}"
    if mode.name != THREADS:
        told += f" and sending a call there and back {time_text(mode.transfer)}"
        told += _pays_from(mode)
    if other is not None:
        told += f", and threads on {other[0].interpreter.name} gave {ratio(speed(other[1]))}"
    return told


def _pays_from(mode: Mode) -> str:
    """From how many calls on the start is earned back."""
    best = mode.best
    assert best is not None
    gained = best.serial - best.seconds
    if gained <= 0:
        return ""
    return f", which pays from about {plural(max(round(best.start / gained), 1), 'call')} on"


def _cause(measured: Measured) -> str:
    """What the function does with its time."""
    alone = measured.alone
    assert alone is not None
    computes = f"computes for {share(alone.busy)} of its time"
    if alone.share is None:
        return f"It {computes}, and there is no GIL"
    return f"It {computes} and holds the GIL for {share(alone.share)}"


def _nothing_helps(measured: Measured) -> str:
    """What was tried in vain."""
    tried = _speeds(mode for mode in measured.modes if not mode.lost)
    clauses = [f"on {measured.interpreter.name} nothing was faster"]
    if tried:
        clauses[0] += f" ({tried})"
    for name in MODES:
        mode = _mode(measured, name)
        if mode.lost:
            clauses.append(f"{name} would lose its changes to {listing(mode.lost)}")
        elif mode.refusal and name == PROCESSES:
            clauses.append(f"{name} are not possible, because {mode.refusal}")
    return ", and ".join(clauses)


def _elsewhere(measured: Measured, mode: Mode) -> str:
    best = mode.best
    assert best is not None
    return (
        f"Use threads on {measured.interpreter.name}, where {plural(best.workers, 'worker')} made "
        f"{ratio(speed(mode))} as many calls a second as one call after the other."
    )


def _why_not_here(first: Measured) -> str:
    helps = _nothing_helps(first)
    return f"{_cause(first)}, and {helps}."
