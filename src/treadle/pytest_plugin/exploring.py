"""One test, explored: executed under schedule after schedule, and failed by what fails under one of them.

A test that is marked is explored at once. One that only ``--treadle`` asks for is first executed as pytest
would, on real threads; if it starts none, or fails, that was all.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from treadle.api import check_session, recheck_session
from treadle.errors import TreadleError
from treadle.explorer.guest import GuestProgram, guest_session, meet_again, namespace_of
from treadle.explorer.session import Session
from treadle.interpose import real
from treadle.model.finding import Finding
from treadle.model.result import CheckResult, Runner
from treadle.model.schedule import Schedule
from treadle.pytest_plugin.findings import Found, blamed, note
from treadle.pytest_plugin.given import Given, is_given
from treadle.pytest_plugin.parts import PART_FAILED, Parts
from treadle.pytest_plugin.renewal import Renewal
from treadle.pytest_plugin.settings import Settings
from treadle.store.store import FOLDER, list_failures, save

_ENDS = (pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception, SystemExit)
"""What ends a test without being a failure of its threads."""


class Exploration:
    """Explores one test.

    Args:
        item: The test, which pytest has set up.
        settings: How.
    """

    def __init__(self, item: pytest.Item, settings: Settings) -> None:
        self._item: Any = item
        self._settings = settings
        self._config = item.config
        self._root: Path = item.config.rootpath
        self._ending: BaseException | None = None

    def run(self, runtest: Callable[[], object]) -> None:
        """Execute the test as often as it takes.

        Args:
            runtest: Executes it once.

        Raises:
            BaseException: What it fails with, under the simplest schedule that was found.
        """
        __tracebackhide__ = True
        if self._config.getoption("trace", False):
            runtest()  # a person steps through it; once is enough
            return
        excuse = self._excuse()
        if excuse and self._settings.is_marked:
            pytest.fail(f"treadle: {excuse}", pytrace=False)
        if excuse:
            runtest()
            return
        token = self._config.getoption("treadle_replay")
        if not self._settings.is_marked and token is None:
            with _counting_threads() as started:
                runtest()
            if (
                not started
                or self._item.stash.get(PART_FAILED, False)
                or self._item.__dict__.get("_excinfo")
            ):
                return
        refusal = ""
        try:
            if is_given(self._item.obj):
                Given(self._item, self._settings.options, token).run(runtest)
            else:
                self._explore(runtest, token)
        except TreadleError as error:
            refusal = str(error)
        if refusal:
            pytest.fail(f"treadle: {refusal}", pytrace=False)

    def _excuse(self) -> str:
        """Why the test cannot be explored; "" where it can."""
        item = self._item
        if not isinstance(item, pytest.Function):
            return f"{item.nodeid} is not a function, so it cannot be executed again and again."
        if inspect.iscoroutinefunction(item.obj) or inspect.isasyncgenfunction(item.obj):
            return f"{item.nodeid} is a coroutine; Treadle runs threads, not coroutines."
        return ""

    # --- exploring ------------------------------------------------------------------------------

    def _explore(self, runtest: Callable[[], object], token: str | None) -> None:
        __tracebackhide__ = True
        item = self._item
        renewal = Renewal(item)
        renewal.finish()  # what pytest has set up; each execution has its own
        variables = vars(item.module) if item.module is not None else namespace_of(item.obj)
        parts = Parts(item)
        program = GuestProgram(lambda: self._execute(renewal, runtest, parts), variables)
        with (
            parts,
            guest_session(
                program, item.obj, self._settings.options, item.nodeid, self._root
            ) as session,
        ):
            if token is None:
                result = self._checked(session)
            else:
                result = recheck_session(session, item.nodeid, Schedule.from_token(token))
                result = replace(result, runner=Runner.PYTEST, is_saved=False)
            finding = blamed(result)
            error = None if finding is None else meet_again(session, finding)
            if finding is not None and self._config.getoption("usepdb", False):
                self._debug(session, finding)
            written = session.output.entries
        for _, stream, text in written:
            getattr(sys, stream).write(text)
        found = note(item, result)
        if result.is_interrupted:
            raise KeyboardInterrupt
        if error is not None:
            raise error
        if finding is not None:
            pytest.fail(_in_words(found), pytrace=False)
        if self._ending is not None:
            raise self._ending

    def _execute(self, renewal: Renewal, runtest: Callable[[], object], parts: Parts) -> None:
        """One execution: set up, call, tear down."""
        __tracebackhide__ = True
        self._ending = None
        try:
            try:
                renewal.begin()
                parts.begin()
                runtest()
                _raise_unittest(self._item)
                parts.finish()
            finally:
                renewal.finish()
        except _ENDS as error:
            self._ending = error

    def _debug(self, session: Session, finding: Finding) -> None:
        """Open the debugger at the deciding step."""
        from treadle.pytest_plugin.debugging import Debugging

        entries = session.output.entries
        Debugging().stop(session, finding)
        session.output.entries = entries

    def _checked(self, session: Session) -> CheckResult:
        """Explore, with what is known of earlier failures, and keep what is found."""
        nodeid = self._item.nodeid
        keeps = not self._config.getoption("treadle_no_saved")
        folder = self._root / FOLDER
        saved = list_failures(folder) if keeps else ()
        mine = [each for each in saved if each.runner is Runner.PYTEST]
        result = check_session(session, nodeid, None, mine, is_guest=True)
        findings = tuple(_named(finding, nodeid) for finding in result.findings)
        result = replace(result, findings=findings, runner=Runner.PYTEST, is_saved=keeps)
        if keeps and (blamed(result) is not None or result.fixed):
            try:
                save(result, folder)
            except OSError as error:
                reason = error.strerror or error
                result = replace(result, is_saved=False)
                self._item.warn(
                    pytest.PytestWarning(f"treadle could not save under {folder}: {reason}")
                )
        return result


def _named(finding: Finding, nodeid: str) -> Finding:
    """A finding with an id that differs from that of the same failure in another test."""
    text = f"{nodeid}|{finding.id}"
    return replace(finding, id=hashlib.sha256(text.encode()).hexdigest()[:6])


def _in_words(found: Found) -> str:
    """A failure that is no exception, for the place where the exception would stand."""
    places = [f"  {line.file}:{line.line}: {line.text}" for line in found.lines]
    return "\n".join([f"{found.kind}: {found.summary}", found.why, *places]).rstrip()


def _raise_unittest(item: Any) -> None:
    """Raise what a ``TestCase`` has only noted."""
    __tracebackhide__ = True
    noted = item.__dict__.pop("_excinfo", None)
    if noted:
        raise noted[0].value


@contextmanager
def _counting_threads() -> Iterator[list[bool]]:
    """Notice whether threads are started; the list is not empty any more when one was."""
    started: list[bool] = []
    patched = []
    starters = (real.start_new_thread, real.start_joinable_thread or real.start_new_thread)

    def noticing(original: Callable[..., Any]) -> Callable[..., Any]:
        def start(*args: Any, **kwargs: Any) -> Any:
            started.append(True)
            return original(*args, **kwargs)

        return start

    for module in (sys.modules["threading"], sys.modules["_thread"]):
        for name, original in list(vars(module).items()):
            if any(original is starter for starter in starters):
                patched.append((module, name, original))
                setattr(module, name, noticing(original))
    try:
        yield started
    finally:
        for module, name, original in patched:
            setattr(module, name, original)
