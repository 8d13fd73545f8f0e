"""Hypothesis tests: each example is explored, with the fixtures that Hypothesis shares between examples.

What Hypothesis calls for an example is ``test.hypothesis.inner_test``, which it offers for such purposes.
So an example that fails under some schedule is shrunk as any other, and the report shows its schedule. How
many executions an example gets is counted and not timed: Hypothesis wants the same answer each time.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from treadle.api import check_session, recheck_session
from treadle.errors import DivergenceError, FindingError, UsageError
from treadle.explorer.guest import GuestProgram, guest_session, meet_again
from treadle.explorer.options import CheckOptions
from treadle.interpose.patch import install, uninstall
from treadle.model.result import CheckResult, Runner
from treadle.model.schedule import Schedule
from treadle.pytest_plugin.findings import blamed, note
from treadle.pytest_plugin.parts import Parts

EXECUTIONS = 100
"""So many executions of one example, unless somebody says otherwise."""


def is_given(function: Any) -> bool:
    """Whether a test is one of Hypothesis'.

    Args:
        function: The test function.

    Returns:
        True for one that was decorated with ``@given``.
    """
    return bool(getattr(function, "is_hypothesis_test", False))


class Given:
    """Explores the examples of one test.

    Args:
        item: The test.
        options: How; times are not used.
        token: The schedule to execute each example under; None to explore.
    """

    def __init__(self, item: Any, options: CheckOptions, token: str | None) -> None:
        most = options.max_executions or EXECUTIONS
        self._options = replace(options, max_seconds=None, max_executions=most)
        self._item = item
        self._parts = Parts(item)
        self._schedule = None if token is None else Schedule.from_token(token)
        self._root: Path = item.config.rootpath

    def run(self, runtest: Callable[[], object]) -> None:
        """Have Hypothesis run the test.

        Args:
            runtest: Executes the test.

        Raises:
            BaseException: What the test raises.
        """
        __tracebackhide__ = True
        from hypothesis import Phase, settings

        test: Any = getattr(self._item.obj, "__func__", self._item.obj)
        handle = test.hypothesis
        inner = handle.inner_test
        before = getattr(test, "_hypothesis_internal_use_settings", None)
        handle.inner_test = self._exploring(inner)
        # A hundred executions take longer than the one that a deadline is meant for, and which lines run
        # is a question of the schedule.
        chosen = before or settings()
        phases = tuple(phase for phase in chosen.phases if phase is not Phase.explain)
        changed = settings(chosen, deadline=None, phases=phases)
        test._hypothesis_internal_use_settings = changed
        install()  # once for all examples
        try:
            with self._parts:
                runtest()
        finally:
            uninstall()
            handle.inner_test = inner
            if before is None:
                del test._hypothesis_internal_use_settings
            else:
                test._hypothesis_internal_use_settings = before

    def _exploring(self, inner: Callable[..., object]) -> Callable[..., None]:
        """A function that explores an example where the test would execute it."""

        @functools.wraps(inner)
        def explored(*args: Any, **kwargs: Any) -> None:
            __tracebackhide__ = True
            self._explored(inner, args, kwargs)

        return explored

    def _explored(
        self, inner: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """One example."""
        __tracebackhide__ = True
        _refuse_drawing([*args, *kwargs.values()])
        ending: list[BaseException] = []

        def once() -> None:
            ending.clear()
            self._parts.begin()
            try:
                inner(*args, **kwargs)
                self._parts.finish()
            except _endings() as error:
                ending.append(error)

        program = GuestProgram(once, vars(self._item.module))
        name = self._item.nodeid
        with guest_session(program, inner, self._options, name, self._root) as session:
            result = self._result(session, name)
            finding = None if result is None else blamed(result)
            error = None if finding is None else meet_again(session, finding)
        if result is not None and result.is_interrupted:
            raise KeyboardInterrupt
        if result is not None and finding is not None:
            found = note(self._item, replace(result, runner=Runner.PYTEST, is_saved=False))
            raise error if error is not None else FindingError(f"{found.summary}. {found.why}")
        if ending:
            raise ending[0]

    def _result(self, session: Any, name: str) -> CheckResult | None:
        """What an example shows; None when the given schedule is not one of its own."""
        if self._schedule is None:
            return check_session(session, name, is_guest=True)
        try:
            return recheck_session(session, name, self._schedule)
        except DivergenceError:
            return None


def _endings() -> tuple[type[BaseException], ...]:
    """What ends an example without being a failure of its threads."""
    import pytest
    from hypothesis.errors import UnsatisfiedAssumption

    return UnsatisfiedAssumption, pytest.skip.Exception, pytest.exit.Exception


def _refuse_drawing(values: list[Any]) -> None:
    """An example that is made while it runs would be another one in each execution."""
    if any(type(value).__name__ == "DataObject" for value in values):
        raise UsageError(
            "A test that draws from data() gets other values in each execution, so its schedules cannot be "
            "explored; draw everything in @given."
        )
