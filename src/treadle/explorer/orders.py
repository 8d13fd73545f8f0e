"""What the sequential orders of a scenario's calls give: the judge of its concurrent executions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from treadle.analysis.linearizability import Expected, orders, refutation
from treadle.instrument.scenario_program import ScenarioProgram
from treadle.schedulers.base import Scheduler

if TYPE_CHECKING:
    from treadle.explorer.session import Session

MOST_ORDERS = 4
"""So many orders are refuted in the explanation of a failure."""


def learn_orders(
    session: Session, program: ScenarioProgram, make: Callable[[], Any] | None = None
) -> None:
    """Make the calls of a scenario in every sequential order, under control, and note what they give.

    Args:
        session: Executes the program.
        program: The scenario's program; gets ``expected``.
        make: Makes the object to compare with; the program's own when None.
    """
    own = program.make
    lengths = [len(calls) for calls in program.scenario.threads]
    program.expected = ()
    expected = []
    try:
        program.make = make or own
        for order in orders(lengths):
            program.order = order
            execution = session.execute(Scheduler())
            results = program.history.results
            waiting = None
            if execution.status != "finished":
                waiting = next((call for call in order if call not in results), order[-1])
            expected.append(Expected(order, results, waiting))
    finally:
        program.make = own
        program.order = None
    program.expected = expected


def refuted(program: ScenarioProgram) -> str:
    """Why no order explains the last run of a scenario.

    Args:
        program: The program, just run.

    Returns:
        One sentence, with a clause for each of the first few orders.
    """
    history, scenario = program.history, program.scenario

    def shown(which: tuple[int, int]) -> str:
        number, index = which
        if number < 0:
            return f"{scenario.after[index]} at the end"
        return f"T{number + 1}'s {scenario.threads[number][index]}"

    parts = []
    for candidate in program.expected[:MOST_ORDERS]:
        reason, call, other = refutation(history, candidate)
        if reason == "blocks":
            fate = f"{shown(call)} waits for ever"
        elif reason == "result":
            fate = f"{shown(call)} gives {candidate.results.get(call)}, not {history.results.get(call)}"
        else:
            assert other is not None
            fate = f"{shown(call)} comes before {shown(other)}, which had returned before it began"
        parts.append(f"in the order {' - '.join(map(shown, candidate.order))}, {fate}")
    more = len(program.expected) - len(parts)
    text = "; ".join([*parts, *([f"and so on for {more} more"] if more else [])])
    return f"{text[0].upper()}{text[1:]}."
