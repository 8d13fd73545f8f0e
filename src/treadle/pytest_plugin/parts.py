"""The parts of a test: ``subTest`` of a ``TestCase``, and the fixture ``subtests``.

pytest reports a part at once when it fails, and goes on. In a test that is executed a thousand times, each
part would be reported a thousand times; so a part that fails is kept, the test goes on as ever, and in the
end the first such part fails the execution. The fixture is that of pytest 9, or of the plugin
pytest-subtests for those before.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import pytest

_MODULES = {"_pytest.subtests", "pytest_subtests.plugin"}
_LEFT_OUT = (pytest.skip.Exception, pytest.xfail.Exception)
_FAILURES = (Exception, pytest.fail.Exception)

PART_FAILED = pytest.StashKey[bool]()
"""Where a test keeps that a part of it has been reported as failed."""


class Parts:
    """Takes the place of the reporting of parts, while a test is explored.

    Args:
        item: The test, which pytest has set up.
    """

    def __init__(self, item: Any) -> None:
        self._item = item
        self._failure: BaseException | None = None
        kind = type(getattr(item, "funcargs", {}).get("subtests"))
        self._kind: Any = kind if kind.__module__ in _MODULES else None
        self._original: Any = getattr(self._kind, "test", None)

    def __enter__(self) -> Parts:
        if hasattr(self._item, "addSubTest"):
            self._item.addSubTest = self._note
        if self._kind is not None:
            # The class and not the object, of which there is one in each execution.
            self._kind.test = lambda _self, msg=None, **values: _Part(self, msg, values)
        return self

    def __exit__(self, *_: object) -> None:
        self._item.__dict__.pop("addSubTest", None)
        if self._kind is not None:
            self._kind.test = self._original

    def begin(self) -> None:
        """Forget the execution before."""
        self._failure = None

    def finish(self) -> None:
        """Fail the execution if a part has failed.

        Raises:
            BaseException: What the first such part has raised.
        """
        __tracebackhide__ = True
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def keep(self, failure: BaseException) -> None:
        """Remember that a part has failed.

        Args:
            failure: What it has raised.
        """
        self._failure = self._failure or failure

    def _note(self, _case: object, _test: object, error: Any) -> None:
        """Take the end of a part from ``unittest``."""
        if error is not None:
            self.keep(error[1])


class _Part:
    """One part of a test that has the fixture.

    Args:
        parts: What keeps its failure.
        message: Its name, None without one.
        values: What distinguishes it.
    """

    def __init__(self, parts: Parts, message: str | None, values: Mapping[str, object]) -> None:
        self._parts = parts
        self._words = [f"[{message}]"] if message is not None else []
        if values:
            told = ", ".join(f"{name}={value!r}" for name, value in values.items())
            self._words.append(f"({told})")

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, _kind: object, error: BaseException | None, _traceback: TracebackType | None
    ) -> bool:
        if isinstance(error, _FAILURES):
            error.add_note(f"in the subtest {' '.join(self._words)}".rstrip())
            self._parts.keep(error)
            return True
        return isinstance(error, _LEFT_OUT)
