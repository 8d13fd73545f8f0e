"""The list of threads, as a primitive: starting and ending a thread changes what others see of it.

When the last thread that the program waits for ends, so does the program, whatever daemons still had to do.
That moment is a scheduling point, or else daemons that nobody waits for would never be seen to do anything.
"""

from __future__ import annotations

from typing import ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.primitives.base import Primitive

_EXIT = int(Kind.EXIT)

_end = Site("end", None, "", "", "", 0, 0, -1, -1)
_end.child(_EXIT).is_point = True


class Threads(Primitive):
    """What ``enumerate()``, ``active_count()`` and ``_thread._count()`` look at.

    Attributes:
        is_watched: Some execution has looked; only then do starts and ends note that they change it.
        daemons_in: The last execution in which a daemon was started.
    """

    __slots__ = ("daemons_in", "is_watched")

    kind_name: ClassVar[str] = "list of threads"

    def __init__(self) -> None:
        Primitive.__init__(self)
        self.is_watched = False
        self.daemons_in = 0

    def is_last(self, task: Task) -> bool:
        """Whether the program ends when this task does, although daemons still run.

        Args:
            task: The running task.

        Returns:
            True when nobody else is waited for and some daemon has not ended.
        """
        if self.daemons_in != kernel.epoch or task.is_daemon:
            return False
        others = [other for other in kernel.tasks if not other.is_finished and other is not task]
        return bool(others) and all(other.is_daemon for other in others)

    def come_to_the_end(self, task: Task) -> None:
        """The program is about to end: a scheduling point, before which daemons may go on.

        Args:
            task: The running task, the last that is waited for.
        """
        task.site = _end
        kernel.operation(_EXIT, self)


threads = Threads()
"""There is one list in a process."""
