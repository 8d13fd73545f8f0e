"""``datetime``: the present moment in virtual time.

``datetime.now`` and ``utcnow`` are methods of a class written in C, which ask the operating system. A
subclass in its place would not be the class that values, pickles and ``isinstance`` know, so the two methods
are exchanged in the class itself. ``date.today`` and ``datetime.today`` ask ``time.time`` and need nothing.
"""

from __future__ import annotations

import gc
from typing import Any

from treadle.engine.kernel import kernel
from treadle.interpose.time import EPOCH

MODULE = "datetime"
_NAMES = ("now", "utcnow")

_originals: dict[str, Any] = {}


def watch(module: Any) -> None:
    """Exchange the methods.

    Args:
        module: ``datetime``, just imported.
    """
    cls = module.datetime
    if not isinstance(cls.__dict__["now"], type(dict.__dict__["fromkeys"])):
        return  # not written in C: then it asks `time.time`
    utc = module.timezone.utc

    def now(cls: Any, tz: Any = None) -> Any:
        if kernel.here is None:
            return originals["now"].__get__(None, cls)(tz)
        return cls.fromtimestamp(EPOCH + kernel.read_clock(), tz)

    def utcnow(cls: Any) -> Any:
        moment = originals["utcnow"].__get__(
            None, cls
        )()  # warns that it is deprecated, where it is
        if kernel.here is None:
            return moment
        return cls.fromtimestamp(EPOCH + kernel.read_clock(), utc).replace(tzinfo=None)

    originals = {name: cls.__dict__[name] for name in _NAMES}
    _originals.update(originals)
    for function in (now, utcnow):
        function.__doc__ = originals[function.__name__].__doc__
    _exchange(cls, {"now": classmethod(now), "utcnow": classmethod(utcnow)})


def unwatch(module: Any) -> None:
    """Undo ``watch``.

    Args:
        module: ``datetime``.
    """
    if _originals:
        _exchange(module.datetime, _originals)
        _originals.clear()


def _exchange(cls: type, methods: dict[str, Any]) -> None:
    """Put methods into a class that does not let itself be changed from Python."""
    import ctypes  # not needed where nobody imports datetime

    for space in gc.get_referents(cls.__dict__):
        if type(space) is dict:
            space.update(methods)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(cls))
