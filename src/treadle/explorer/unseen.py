"""What random executions may not have shown yet, by the Good-Turing estimate.

How probable it is that the next of many independent executions shows an outcome that none has shown is about
the share of those whose outcome came only once (Good, Biometrika 1953). It needs no model of the program. It
says nothing of how bad such an outcome would be.
"""

from __future__ import annotations

from collections.abc import Collection

NEVER = "A randomised scheduler never knows that it has seen everything."


def unseen(counts: Collection[int]) -> str:
    """What is likely to be missing after random executions.

    Args:
        counts: How many executions showed each outcome.

    Returns:
        One sentence or two, the first of which is always the same.
    """
    total = sum(counts)
    if not total:
        return NEVER
    once = sum(count == 1 for count in counts)
    if not once:
        estimate = f"fewer than 1 in {total:,}"
    elif once == total:
        estimate = "most"
    else:
        estimate = f"about 1 in {total / once:,.0f}"
    return (
        f"{NEVER} Of further executions, {estimate} may show a new outcome (Good-Turing estimate)."
    )
