"""Accesses: the steps of a trace that touch shared data, in the form that analyses work on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Access:
    """One access to shared data.

    Args:
        step: Number of the step in the trace.
        task: Number of the task.
        location: Identifies the location within the trace.
        label: Its name for people.
        is_write: Whether it changes the data.
        activation: Which call of a function did it; 0 when unknown.
        held: Identities of the locks that the task held.
    """

    step: int
    task: int
    location: int
    label: str
    is_write: bool
    activation: int
    held: frozenset[int]
