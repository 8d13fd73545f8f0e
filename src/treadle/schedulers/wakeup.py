"""Wakeup trees: the sequences of steps that are still to be explored from one state.

Each node is a step of a task; a path from the root is a sequence that leads to something new. Inserting a
sequence that an existing path covers already (in another order of independent steps) changes nothing, so
that no two paths lead to equivalent executions: the search runs each equivalence class once.

Source: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for optimal dynamic partial order
reduction", J. ACM 64(4), 2017, section 6 (wakeup trees, definition 6.4; weak initials, section 4).
"""

from __future__ import annotations

from treadle.schedulers.events import (
    Access,
    Event,
    are_dependent,
    happens_before,
    portable,
    settled,
)


class Node:
    """A step of a wakeup tree.

    Args:
        task: Number of the task that takes the step.
        accesses: What the step touches.

    Attributes:
        children: What is to be explored after it, in this order; nothing in particular when empty.
    """

    def __init__(self, task: int, accesses: list[Access]) -> None:
        self.task = task
        self.accesses = accesses
        self.children: list[Node] = []

    def portable(self) -> Node:
        """The same, and its children, for another process."""
        node = Node(self.task, portable(self.accesses))
        node.children = [child.portable() for child in self.children]
        return node

    def __repr__(self) -> str:
        return f"{self.task}{self.children or ''}"


def is_weak_initial(task: int, accesses: list[Access], sequence: list[Event], known: int) -> bool:
    """Whether a task's next step can come first in a sequence of events, or before it without effect.

    Args:
        task: Number of the task.
        accesses: What its next step touches.
        sequence: The events, of one execution.
        known: How many places were numbered in the state from which the sequence starts.

    Returns:
        True when some execution that begins with that step is equivalent to one that begins with the
        sequence.
    """
    event: Event
    earlier: Event
    for index, event in enumerate(sequence):
        if event.task == task:
            for number in range(index):
                earlier = sequence[number]
                if happens_before(earlier, event):
                    return False
            return True
    for event in sequence:  # noqa: SIM110 - a generator costs more
        if are_dependent(accesses, event.accesses, known):
            return False
    return True


def is_covered(children: list[Node], sequence: list[Event], known: int) -> bool:
    """Whether some path of a tree leads to all that a sequence leads to.

    Args:
        children: The first steps of the tree's paths.
        sequence: The events, of one execution, in order.
        known: How many places were numbered in the state where the tree is rooted.

    Returns:
        True when :func:`insert` would change nothing.
    """
    return _branching(children, sequence, known) is None


def insert(children: list[Node], sequence: list[Event], known: int) -> bool:
    """Add a sequence to a tree, unless some path of the tree covers it.

    Args:
        children: The first steps of the tree's paths.
        sequence: The events, of one execution, in order.
        known: How many places were numbered in the state where the tree is rooted.

    Returns:
        Whether it was added.
    """
    node: Node
    event: Event
    branching = _branching(children, sequence, known)
    if branching is None:
        return False
    children, sequence = branching
    for event in sequence:
        node = Node(event.task, settled(event.accesses, known))
        children.append(node)
        children = node.children
    return True


def _branching(
    children: list[Node], sequence: list[Event], known: int
) -> tuple[list[Node], list[Event]] | None:
    """Where a sequence leaves a tree: the children there, and its rest; None if it does not."""
    node: Node
    while True:
        for node in children:
            if is_weak_initial(node.task, node.accesses, sequence, known):
                break
        else:
            return children, sequence
        if not node.children:
            return None
        sequence = _without_first(node.task, sequence)
        children = node.children


def _without_first(task: int, sequence: list[Event]) -> list[Event]:
    """The sequence without the first step of a task, if it has one."""
    event: Event
    for index, event in enumerate(sequence):
        if event.task == task:
            return sequence[:index] + sequence[index + 1 :]
    return sequence
