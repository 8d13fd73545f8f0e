"""How tasks, resources and places are called in a sentence."""

from __future__ import annotations

import re
from collections import defaultdict

from treadle.explain.words import shorten
from treadle.model.trace import Place, Trace

_DOTTED = re.compile(r"(?:[^\W\d]\w*(?:\[[^\[\]]*\])*\.)+([^\W\d]\w*(?:\[.*\])?)")

LABEL_LIMIT = 40
"""Longest label of a resource inside a sentence."""


class Labels:
    """Names for what one trace is about.

    A resource is called by the last part of its label ("bal" for "b.bal") where no other resource of the
    trace ends in the same part.

    Args:
        trace: The trace.
    """

    def __init__(self, trace: Trace) -> None:
        self._tasks = {task.number: task for task in trace.tasks}
        owners: dict[str, set[str]] = defaultdict(set)
        for label in _all_resources(trace):
            owners[_last_part(label)].add(label)
        self._short = {
            label: last for last, labels in owners.items() if len(labels) == 1 for label in labels
        }

    def short(self, resource: str) -> str:
        """The shortest clear name of a resource.

        Args:
            resource: Its label.

        Returns:
            The last part of the label, or all of it.
        """
        return shorten(self._short.get(resource, resource), LABEL_LIMIT)

    def task(self, number: int) -> str:
        """The label of a task: "main", "T1".

        Args:
            number: Its number.

        Returns:
            The label.
        """
        known = self._tasks.get(number)
        return known.label if known is not None else f"T{number}"

    def introduced(self, number: int) -> str:
        """The label of a task with its name, as at its first mention: "T1 (deposit)".

        Args:
            number: Its number.

        Returns:
            The label and, where there is one, the name in brackets.
        """
        label, name = self.task(number), self.name(number)
        return f"{label} ({name})" if name else label

    def introduced_label(self, label: str) -> str:
        """As :meth:`introduced`, from the label of a task.

        Args:
            label: "T1".

        Returns:
            "T1 (deposit)"; the label itself where no task has it.
        """
        numbers = [task.number for task in self._tasks.values() if task.label == label]
        return self.introduced(numbers[0]) if numbers else label

    def headed(self, number: int) -> str:
        """The label of a task with its name, as at the head of a column: "T1 deposit".

        Args:
            number: Its number.

        Returns:
            The label and, where there is one, the name.
        """
        return f"{self.task(number)} {self.name(number)}".rstrip()

    def name(self, number: int) -> str:
        """What a task does: the name of its function.

        Args:
            number: Its number.

        Returns:
            The name; empty where it says no more than the label.
        """
        known = self._tasks.get(number)
        if known is None or known.name == known.label:
            return ""
        return shorten(known.name, LABEL_LIMIT)

    def is_task(self, label: str) -> bool:
        """Whether a label is that of a task, as the resource of a join is.

        Args:
            label: The label.

        Returns:
            True for "main", "T1", ...
        """
        return any(task.label == label for task in self._tasks.values())


def place_text(place: Place | None, limit: int | None = None) -> str:
    """A place as people write it: "bank.py:6".

    Args:
        place: The place, None where there is none.
        limit: Most characters; where the whole path is longer, the folders are left out.

    Returns:
        File and line; empty without a place.
    """
    if place is None:
        return ""
    text = f"{place.file}:{place.line}"
    if limit is None or len(text) <= limit:
        return text
    return re.split(r"[/\\]", text)[-1]


def _all_resources(trace: Trace) -> set[str]:
    """Every label of a resource that a trace mentions."""
    labels = {step.resource for step in trace.steps if step.resource}
    for step in trace.steps:
        labels.update(step.held)
    for waiting in trace.waiting:
        labels.add(waiting.resource)
        labels.update(label for label, _ in waiting.held)
    return labels


def _last_part(label: str) -> str:
    """What stands after the last dot between names; all of it where that is a private name."""
    match = _DOTTED.fullmatch(label)
    return match[1] if match and not match[1].startswith("_") else label
