"""Outcomes: what can be observed of an execution when it is over.

An outcome is the final value of every datum that two tasks accessed in conflict, what the program returned,
which exceptions ended its tasks, what each task printed, and how the execution ended. Two schedules with
the same outcome cannot be told apart from outside. The order in which tasks print is not part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from treadle.engine.conflicts import Location
from treadle.engine.kernel import Kernel
from treadle.explorer.naming import Naming
from treadle.model.describe import describe, without_addresses

Outcome = tuple[tuple[str, str], ...]
"""Pairs of what was observed and its value as text."""

_MISSING = object()


def location_label(location: Location, naming: Naming, module: str) -> str | None:
    """The name of a location, the way the program's author would write it.

    Args:
        location: A location of shared data.
        naming: Names of objects.
        module: Name of the target module, whose variables need no prefix.

    Returns:
        "b.bal", "cache['k']", "counter"; None when no variable leads to its object.
    """
    key: str = location.key
    if location.form == "global":
        return key if location.owner == module else f"{location.owner}.{key}"
    if location.form == "cell":
        return key
    owner = location.target()
    name = None if owner is None else naming.label(owner)
    if name is None:
        return None
    if location.form == "attribute":
        return f"{name}.{location.key}"
    if location.form == "item":
        return f"{name}[{location.key!r}]"
    return name


class Observer:
    """Observes outcomes; one for a whole search, so that every execution is asked the same questions.

    A datum that is shared under one schedule may be touched by one task only under another. Its final value
    is part of the outcome of both: what was shared once is *watched* in all executions to come.

    Args:
        naming: Names of objects.
        module: Name of the target module.
        variables: Gives its namespace.
    """

    def __init__(
        self, naming: Naming, module: str, variables: Callable[[], dict[str, Any]]
    ) -> None:
        self._naming = naming
        self._module = module
        self._variables = variables
        self._watched: dict[str, tuple[str, str, Any]] = {}
        self.has_grown = False

    def memory(self) -> tuple[Any, ...]:
        """What was learned so far, for :meth:`remember` in another process."""
        return self._watched, self.has_grown

    def remember(self, memory: tuple[Any, ...]) -> None:
        """Know what another process has learned.

        Args:
            memory: What :meth:`memory` gave there.
        """
        self._watched, self.has_grown = memory

    def observe(self, kernel: Kernel, program: Any) -> Outcome:
        """The outcome of the execution that has just stopped.

        Args:
            kernel: The kernel, before it unwinds what is left.
            program: What the program did: ``returned``, and ``output_by_task()``.

        Returns:
            The outcome; values without a stable name are left out.
        """
        self.has_grown = False
        variables = self._variables()
        values: dict[str, str] = {}
        covered = {id(place.target()) for place in kernel.shared if place.form == "container"}
        for place in kernel.shared:
            if place.form == "item" and id(place.target()) in covered:
                continue
            label = location_label(place, self._naming, self._module)
            if label is None or label in values:
                continue
            owner = None if place.form == "global" else place.target()
            if label not in self._watched:
                self._watch(label, place, owner)
            value = location_value(place.form, owner, place.key, variables)
            if value is not _MISSING:
                values[label] = describe(value)
        if len(values) < len(self._watched):
            self._look_at_watched(values, variables)
        pairs = sorted(values.items())
        if program.returned is not None:
            pairs.append(("returns", describe(program.returned)))
        for task, failure in kernel.failures:
            text = f"{type(failure).__name__}: {message_of(failure)}"
            pairs.append((f"exception in {task_label(task)}", text))
        pairs.extend(program.output_by_task())
        if kernel.status != "finished":
            pairs.append(("ends in", kernel.status))
        return tuple(pairs)

    def _watch(self, label: str, place: Location, owner: object) -> None:
        if place.form == "cell":
            return  # a cell cannot be found again by name
        name = "" if owner is None else self._naming.label(owner) or ""
        self._watched[label] = (name, place.form, place.key)
        self.has_grown = True

    def _look_at_watched(self, values: dict[str, str], variables: dict[str, Any]) -> None:
        """Add the values of what was shared in other executions."""
        for label, (name, form, key) in self._watched.items():
            if label in values:
                continue
            owner = None if form == "global" else self._naming.find(name)
            if owner is None and form != "global":
                continue
            value = location_value(form, owner, key, variables)
            if value is not _MISSING:
                values[label] = describe(value)


def location_value(form: str, owner: Any, key: Any, variables: dict[str, Any]) -> object:
    """The current value of a location, without running the program's code.

    Args:
        form: The location's form.
        owner: Its object, None for a global.
        key: Attribute name, key, index or variable.
        variables: The namespace of the target module.

    Returns:
        The value; a mark of its own when it cannot be told.
    """
    try:
        if form == "global":
            return variables.get(key, _MISSING)
        if form == "cell":
            return owner.cell_contents
        if form == "attribute":
            if isinstance(owner, type):
                return owner.__dict__.get(key, _MISSING)
            return object.__getattribute__(owner, key)
        if form == "container":
            return owner
        if isinstance(owner, dict):
            return dict.get(owner, key, _MISSING)
        return owner[key]
    except Exception:  # a program's container may refuse in any way
        return _MISSING


def message_of(error: BaseException) -> str:
    """The text of an exception of the program.

    Args:
        error: The exception.

    Returns:
        Its text without addresses, which are others in each execution; "" when it cannot say it.
    """
    try:
        return without_addresses(str(error))
    except Exception:  # a broken __str__ is the program's
        return ""


def task_label(task: Any) -> str:
    """What reports call a task.

    Args:
        task: The task.

    Returns:
        "main", "T1", "T2", ...
    """
    return "main" if task.number == 0 else f"T{task.number}"
