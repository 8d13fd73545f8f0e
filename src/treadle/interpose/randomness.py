"""The functions of the ``random`` module: the same in every execution.

Each task draws from a stream of its own (see ``interpose.entropy``) until the program seeds the shared
generator or asks for its state. From then on it is shared, and goes on from there as Python's does. It gets
its own state back after the execution.
"""

from __future__ import annotations

import random as _random
from collections.abc import Callable
from typing import Any

from treadle.interpose.builtin import builtin
from treadle.interpose.entropy import SEED, Streams

_generator = _random._inst  # type: ignore[attr-defined]


class Generator(Streams):
    """The shared generator, as something that an execution changes and must put back."""

    def __init__(self) -> None:
        Streams.__init__(self, "random")
        self._kept: Any = None

    def adopt(self) -> None:
        """An execution uses it for the first time."""
        Streams.adopt(self)
        self._kept = None

    def restore(self) -> None:
        """The execution is over."""
        Streams.restore(self)
        if self._kept is not None:
            _generator.setstate(self._kept)
            self._kept = None

    def in_use(self) -> _random.Random:
        """The generator that the running task draws from; the shared one outside of executions."""
        own = self.here()
        return _generator if own is None or self._kept is not None else own

    def share(self) -> None:
        """From now on, the tasks of this execution share it."""
        if self.here() is not None and self._kept is None:
            self._kept = _generator.getstate()
            _generator.seed(SEED)


generator = Generator()


def _drawing(name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(generator.in_use(), name)(*args, **kwargs)

    return builtin(call, getattr(_random, name))


def _sharing(name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        generator.share()
        return getattr(_generator, name)(*args, **kwargs)

    return builtin(call, getattr(_random, name))


_SHARING = frozenset({"seed", "getstate", "setstate"})

REPLACEMENTS: dict[str, Any] = {
    name: (_sharing if name in _SHARING else _drawing)(name)
    for name, value in vars(_random).items()
    if getattr(value, "__self__", None) is _generator
}
"""What stands for what in the ``random`` module while a program is interposed."""
