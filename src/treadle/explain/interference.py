"""Why an interleaving gave what no serial order gives: the three accesses that did it, in the past tense."""

from __future__ import annotations

from collections.abc import Callable

from treadle.explain.labels import Labels
from treadle.explain.phrases import call_text, key_and_container
from treadle.explain.triples import (
    CHANGED_IN_LOOP,
    CHECK_THEN_ACT,
    DIRTY_READ,
    LOST_UPDATE,
    OVERWRITTEN,
    UNREPEATABLE_READ,
    Triple,
)
from treadle.explain.words import plural, shorten
from treadle.model.trace import Action, Step, Trace


def why_interference(trace: Trace, resource: str, first: int, other: int, last: int) -> str:
    """The cause of an interference.

    Args:
        trace: The trace.
        resource: Label of the location, "" for that of the last access.
        first: Number of the step of a task's first access.
        other: Number of the step in which another task came between.
        last: Number of the step of the first task's last access.

    Returns:
        One sentence, with values and step numbers.
    """
    steps = trace.steps
    triple = Triple(steps[first - 1], steps[other - 1], steps[last - 1])
    return why_triple(trace, triple, resource)


def why_triple(trace: Trace, triple: Triple, resource: str = "") -> str:
    """The cause of an interference, from its three accesses.

    Args:
        trace: The trace.
        triple: The accesses.
        resource: Label of the location, "" for that of the last access.

    Returns:
        One sentence, with values and step numbers.
    """
    words = _Words(trace, triple, resource)
    return _SENTENCES.get(triple.name, _in_between)(words)


def past(labels: Labels, step: Step) -> str:
    """What a step did, in the past tense and without its task.

    Args:
        labels: How resources are called.
        step: An access.

    Returns:
        "read bal as 0".
    """
    resource = labels.short(step.resource)
    value = None if step.value is None else shorten(step.value)
    match step.action:
        case Action.READ:
            return f"read {resource}{'' if value is None else f' as {value}'}"
        case Action.WRITE:
            return f"wrote {resource}{'' if value is None else f' = {value}'}"
        case Action.DELETE:
            return f"deleted {resource}"
        case Action.CONTAINS:
            key, container = key_and_container(labels, step)
            return f"saw that {key} was {'not ' if step.value == 'False' else ''}in {container}"
        case Action.LENGTH:
            items = plural(int(value), "item") if value and value.isdecimal() else "some items"
            return f"saw {items} in {resource}"
        case Action.ITERATE:
            return f"went through {resource}"
        case _:
            return call_text("called", resource, step.detail)


class _Words:
    """The tasks, values and step numbers of a triple, as text."""

    def __init__(self, trace: Trace, triple: Triple, resource: str) -> None:
        self.labels = labels = Labels(trace)
        self.first, self.other, self.last = triple.first, triple.other, triple.last
        self.resource = labels.short(resource or triple.last.resource)
        self.one = labels.task(triple.first.task)
        self.two = labels.task(triple.other.task)
        self.woken = _wait_between(trace, triple.first, triple.last)

    def past(self, step: Step) -> str:
        """What an access did, with its number."""
        return f"{past(self.labels, step)} (step {step.number})"

    @staticmethod
    def value(step: Step, otherwise: str) -> str:
        """The value of an access, with its number."""
        value = otherwise if step.value is None else shorten(step.value)
        return f"{value} (step {step.number})"


def _wait_between(trace: Trace, first: Step, last: Step) -> Step | None:
    """The step in which a wait ended between two steps of a task."""
    for step in trace.steps[first.number : last.number - 1]:
        if step.task == first.task and step.action is Action.WAIT_DONE:
            return step
    return None


def _lost_update(words: _Words) -> str:
    """Read, write of the other, write."""
    if words.other.action is not Action.WRITE or words.last.action is not Action.WRITE:
        return _in_between(words)
    if words.first.value is None:
        return _in_between(words)
    if words.last.value == words.other.value and words.last.value in {"True", "False"}:
        return (
            f"{words.one} {words.past(words.first)} and went by that when it "
            f"{words.past(words.last)}, but {words.two} {words.past(words.other)} in between."
        )
    overwritten = "it" if words.last.value is None else f"it with {shorten(words.last.value)}"
    return (
        f"{words.one} {words.past(words.first)} before {words.two} wrote "
        f"{words.value(words.other, 'it')}, then overwrote {overwritten} "
        f"(step {words.last.number}): {words.two}'s update is lost."
    )


def _unrepeatable_read(words: _Words) -> str:
    """Read, write of the other, read."""
    if (
        words.first.value is None
        or words.last.value is None
        or words.first.value == words.last.value
    ):
        return _in_between(words)
    return (
        f"{words.one} {words.past(words.first)} and then as {words.value(words.last, '')}: "
        f"{words.two} {words.past(words.other)} in between."
    )


def _dirty_read(words: _Words) -> str:
    """Write, read of the other, write."""
    return (
        f"{words.two} {words.past(words.other)} while {words.one} was in the middle of changing it: "
        f"{words.one} {words.past(words.first)} and after that {words.past(words.last)}."
    )


def _overwritten(words: _Words) -> str:
    """Write, write of the other, read."""
    read_back = (
        f"read it back{'' if words.last.value is None else f' as {shorten(words.last.value)}'}"
    )
    return (
        f"{words.one} {words.past(words.first)}, but {words.two} {words.past(words.other)} before "
        f"{words.one} {read_back} (step {words.last.number})."
    )


def _check_then_act(words: _Words) -> str:
    """Question, change by the other, action."""
    if words.woken is not None:
        return (
            f"{words.one} {words.past(words.first)}, waited on "
            f"{words.labels.short(words.woken.resource)} (until step {words.woken.number}) and did not "
            f"look again before it {words.past(words.last)}, but {words.two} "
            f"{words.past(words.other)} meanwhile. Wait in a loop: while instead of if."
        )
    return (
        f"{words.one} {words.past(words.first)} and relied on it when it {words.past(words.last)}, "
        f"but in between {words.two} {words.past(words.other)}."
    )


def _changed_in_loop(words: _Words) -> str:
    """Loop, change by the other, loop."""
    return (
        f"{words.two} {words.past(words.other)} while {words.one} was going through {words.resource} "
        f"(steps {words.first.number} to {words.last.number})."
    )


def _in_between(words: _Words) -> str:
    """Any of these where values are missing."""
    return (
        f"{words.two} {words.past(words.other)} after {words.one} {words.past(words.first)} and "
        f"before {words.one} {words.past(words.last)}: {words.one} did not expect a change in between."
    )


_SENTENCES: dict[str, Callable[[_Words], str]] = {
    LOST_UPDATE: _lost_update,
    UNREPEATABLE_READ: _unrepeatable_read,
    DIRTY_READ: _dirty_read,
    OVERWRITTEN: _overwritten,
    CHECK_THEN_ACT: _check_then_act,
    CHANGED_IN_LOOP: _changed_in_loop,
}
