"""How a task waits, in words that say what would end the wait."""

from __future__ import annotations

from dataclasses import dataclass

from treadle.explain.labels import Labels
from treadle.model.trace import Action, Trace

_WAITS = {
    "gets from": "waits for an item in {}",
    "puts into": "waits for room in {}",
    "joins": "waits until every task of {} is done",
}


@dataclass(frozen=True, slots=True)
class Waits:
    """What a step of a wait cannot tell by itself.

    Args:
        blocked: Numbers of BLOCK steps that only go on with a WAIT just told.
        immediate: Numbers of WAIT_DONE steps of waits that did not have to wait.
    """

    blocked: frozenset[int]
    immediate: frozenset[int]


def waits_of(trace: Trace) -> Waits:
    """Which steps of the waits on conditions, events and barriers belong together.

    Args:
        trace: The trace.

    Returns:
        The numbers of the steps to be told in another way.
    """
    blocked: set[int] = set()
    immediate: set[int] = set()
    waiting: set[tuple[int, str]] = set()
    just_began: dict[int, str] = {}
    for step in trace.steps:
        key = (step.task, step.resource)
        if step.action is Action.BLOCK and just_began.get(step.task) == step.resource:
            blocked.add(step.number)
        elif step.action is Action.WAIT_DONE and key not in waiting:
            immediate.add(step.number)
        just_began.pop(step.task, None)
        if step.action is Action.WAIT:
            waiting.add(key)
            just_began[step.task] = step.resource
        elif step.action is Action.WAIT_DONE:
            waiting.discard(key)
    return Waits(frozenset(blocked), frozenset(immediate))


def waits_text(labels: Labels, verb: str, resource: str) -> str:
    """How a task waits, as words after its name.

    Args:
        labels: How tasks and resources are called.
        verb: How the runtime calls it: "waits for", "waits on", "gets from", "puts into", "joins", "sleeps".
        resource: Label of what it waits for, "" where there is nothing.

    Returns:
        "waits for B", "waits for an item in q", "waits for T1 to terminate".
    """
    if not resource:
        return verb or "cannot go on"
    if labels.is_task(resource):
        return f"waits for {resource} to terminate"
    name = labels.short(resource)
    phrase = _WAITS.get(verb)
    return phrase.format(name) if phrase else f"{verb or 'waits for'} {name}"
