"""Randomness of the operating system, and what is seeded from it: the same in every execution.

Each task draws from a stream of its own, which depends on nothing but where the task came from. So it does
not matter who draws first: two draws are independent, as the search takes them to be.
"""

from __future__ import annotations

import contextlib
import os
import random as _random
from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.interpose.builtin import builtin
from treadle.primitives.base import Primitive

SEED = 20
"""Any constant would do."""

NODE = 0x0BADC0FFEE00
"""What ``uuid.uuid1`` takes for the address of the machine."""

_urandom = os.urandom
_seed = _random.Random.seed


class Streams(Primitive):
    """The streams of one execution."""

    kind_name: ClassVar[str] = "source of randomness"

    def __init__(self, purpose: str) -> None:
        Primitive.__init__(self)
        self._purpose = purpose
        self._streams: dict[int, _random.Random] = {}

    def adopt(self) -> None:
        """An execution uses it for the first time."""
        self._streams = {}

    def restore(self) -> None:
        """The execution is over."""
        self._streams = {}

    def here(self) -> _random.Random | None:
        """The stream of the running task; None outside of executions."""
        task = kernel.here
        if task is None:
            return None
        if self.epoch != kernel.epoch:
            kernel.adopt(self)
        stream = self._streams.get(task.number)
        if stream is None:
            stream = _random.Random(f"{SEED} {self._purpose} {task.path}")
            self._streams[task.number] = stream
        return stream


streams = Streams("system")


def urandom(size: int, /) -> bytes:
    """Random bytes, ``os.urandom``.

    Args:
        size: How many.

    Returns:
        So many bytes.

    CPython:
        As ``os.urandom``; deviations: inside an execution they are the same each time.
    """
    stream = streams.here()
    if stream is None or not isinstance(size, int) or size < 0:
        return _urandom(size)
    return stream.randbytes(size)


def getrandom(size: int, flags: int = 0) -> bytes:
    """Random bytes, ``os.getrandom``.

    Args:
        size: How many.
        flags: Of no effect inside an execution.

    Returns:
        So many bytes.

    CPython:
        As ``os.getrandom``; deviations: inside an execution they are the same each time.
    """
    if kernel.here is None:
        return _getrandom(size, flags)
    return urandom(size)


def seed(generator: _random.Random, a: Any = None, version: int = 2) -> None:
    """Seed a generator, ``random.Random.seed``.

    Args:
        generator: The generator.
        a: The seed; None for one from the operating system.
        version: As there.

    CPython:
        As ``random.Random.seed``; deviations: inside an execution a generator without a seed is the same
        each time.
    """
    stream = streams.here() if a is None else None
    _seed(generator, a if stream is None else stream.getrandbits(256), version)


REPLACEMENTS: dict[str, Any] = {"urandom": builtin(urandom, _urandom)}
"""What stands for what in the ``os`` module while a program is interposed."""

if hasattr(os, "getrandom"):
    _getrandom = os.getrandom
    REPLACEMENTS["getrandom"] = builtin(getrandom, _getrandom)


class Uuids:
    """``uuid``: version 1 comes from a library written in C, with the machine's address and clock."""

    MODULE = "uuid"

    @staticmethod
    def watch(module: Any) -> None:
        """Make ``uuid1`` the same in every execution.

        Args:
            module: ``uuid``, just imported.
        """
        original = module._generate_time_safe
        if original is None:
            return

        def generate() -> tuple[bytes, int | None]:
            stream = streams.here()
            if stream is None:
                made: tuple[bytes, int | None] = original()
                return made
            return module.uuid1(NODE, stream.getrandbits(14)).bytes, None

        generate.__wrapped__ = original  # type: ignore[attr-defined]
        module._generate_time_safe = generate

    @staticmethod
    def unwatch(module: Any) -> None:
        """Undo ``watch``.

        Args:
            module: ``uuid``.
        """
        generate = module._generate_time_safe
        module._generate_time_safe = getattr(generate, "__wrapped__", generate)


class Generators:
    """``random``: generators without a seed, and those that draw from the operating system."""

    MODULE = "random"

    @staticmethod
    def watch(module: Any) -> None:
        """Make them the same in every execution.

        Args:
            module: ``random``.
        """
        module.Random.seed = seed
        module._urandom = REPLACEMENTS["urandom"]

    @staticmethod
    def unwatch(module: Any) -> None:
        """Undo ``watch``.

        Args:
            module: ``random``.
        """
        module.Random.seed = _seed
        module._urandom = _urandom


class Tempfiles:
    """``tempfile``: looks for its folder once, by drawing names for files in it."""

    MODULE = "tempfile"

    @staticmethod
    def watch(module: Any) -> None:
        """Let it look now, so that an execution that comes first draws no more than the others.

        Args:
            module: ``tempfile``, just imported.
        """
        stream = streams.here()
        state = None if stream is None else stream.getstate()
        with contextlib.suppress(OSError):  # the program will be told
            module.gettempdir()
        if stream is not None:
            stream.setstate(state)

    @staticmethod
    def unwatch(module: Any) -> None:
        """Nothing is to be undone.

        Args:
            module: ``tempfile``.
        """
