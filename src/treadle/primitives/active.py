"""``threading._active``: which thread has which identifier.

A private dictionary of CPython's, but programs look into it, to find a thread by its identifier. What the
functions of ``threading`` itself see is always the interpreter's own.
"""

from __future__ import annotations

import sys
import threading as _threading
from collections.abc import Iterator, MutableMapping
from typing import Any

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.idents import ident_of
from treadle.primitives.special_threads import DummyThread, thread_of

_real: dict[int, Any] = _threading._active  # type: ignore[attr-defined]
_PASSED_THROUGH = frozenset({__name__, "collections.abc"})


def alive() -> dict[int, Any]:
    """The threads of this execution that are alive, the main thread first, by identifier."""
    active = {ident_of(kernel.tasks[0]): thread_of(kernel.tasks[0])}
    for task in kernel.tasks[1:]:
        thread = task.thread
        if isinstance(thread, real.Thread) and _is_listed(thread, task):
            active[ident_of(task)] = thread
    return active


def _is_listed(thread: Any, task: Any) -> bool:
    if isinstance(thread, DummyThread):
        # Before 3.13 nobody took a dummy out when its thread had ended.
        return real.VERSION < (3, 13) or not thread._life.is_over
    return not task.is_finished and not thread._life.is_over


class Active(MutableMapping[int, Any]):
    """A dictionary of threads by identifier.

    CPython:
        As ``threading._active``; deviations: inside an execution nothing can be put in.
    """

    def __getitem__(self, ident: int) -> Any:
        return _view()[ident]

    def __setitem__(self, ident: int, thread: Any) -> None:
        _view()[ident] = thread

    def __delitem__(self, ident: int) -> None:
        view = _view()
        del view[ident]
        if view is not _real:
            for task in kernel.tasks:
                if ident_of(task) == ident:
                    task.thread = None

    def __iter__(self) -> Iterator[int]:
        return iter(_view())

    def __len__(self) -> int:
        return len(_view())

    def __repr__(self) -> str:
        return repr(_view())


def _view() -> dict[int, Any]:
    """The threads that the caller is to see."""
    if kernel.here is None:
        return _real
    frame = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") in _PASSED_THROUGH:
        frame = frame.f_back  # type: ignore[assignment]
    is_threading = frame is not None and frame.f_globals.get("__name__") == "threading"
    return _real if is_threading else alive()


active = Active()
"""There is one."""
