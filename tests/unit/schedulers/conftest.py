"""Schedulers are asked directly, without a kernel."""

import pytest

from treadle.engine.site import NOWHERE
from treadle.engine.task import Task
from treadle.schedulers.base import Point


class Asking:
    """Asks a scheduler at points made up here."""

    @staticmethod
    def point(numbers, default=0, is_preemption=False, site_key=0, occurrence=0):
        """A point at which the tasks of these numbers are enabled."""
        point = Point()
        point.enabled = [
            Task(number, (0, number), None, f"T{number}", False, NOWHERE) for number in numbers
        ]
        point.default = default
        point.is_preemption = is_preemption
        point.site_key = site_key
        point.occurrence = occurrence
        return point

    @classmethod
    def walk(cls, scheduler, *shape):
        """One execution of a program with so many possibilities at each point; what was chosen."""
        return [
            scheduler.choose(cls.point(range(arity), *rest))
            for arity, *rest in [each if isinstance(each, tuple) else (each,) for each in shape]
        ]


@pytest.fixture
def asking():
    return Asking()
