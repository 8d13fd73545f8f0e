"""A function of this process as the program: a test, a closure, the cell of a notebook.

Unlike a target that is loaded for the purpose, it was there before and will be there afterwards. So nothing
is imported anew, code is rewritten function by function when it is first entered, and all of that is undone
when the session is over. What was rewritten is remembered: the next session gets it for nothing, and finds
its sites as if they had just been made, so that one check says the same whatever was checked before it.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType
from typing import Any

from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.errors import UsageError
from treadle.explorer.findings import FindingBuilder
from treadle.explorer.options import CheckOptions
from treadle.explorer.session import CHECKS, Session, forget_points, production_hooks
from treadle.instrument.lazy import Instrumenter
from treadle.instrument.scope import Scope
from treadle.instrument.targets import Target
from treadle.instrument.unwrap import class_attribute, wrapped
from treadle.model.finding import Finding
from treadle.model.schedule import Schedule


class GuestProgram:
    """A callable of this process.

    Args:
        call: What one execution calls, in a copy of the caller's context.
        variables: The global variables that the program knows.
    """

    def __init__(self, call: Callable[[], object], variables: dict[str, Any]) -> None:
        self.module_name: str = variables.get("__name__", "?")
        self._call = call
        self._variables = variables
        self._context = contextvars.copy_context()

    @property
    def files(self) -> list[str]:
        """The file of its module, if it has one."""
        name = self._variables.get("__file__")
        return [name] if isinstance(name, str) else []

    def run(self) -> object:
        """Call it once and return its result."""
        return self._context.copy().run(self._call)

    def module_globals(self) -> dict[str, Any]:
        """The global variables."""
        return self._variables

    def forget(self) -> None:
        """Its module stays as the program left it; that is the program's own state."""


class _Rewriting:
    """One way to rewrite the code of this process.

    Args:
        options: Say what is in scope.
        root: The folder of the project.
    """

    def __init__(self, options: CheckOptions, root: Path) -> None:
        self.sites: list[Site] = []
        scope = Scope(options.include, options.exclude, [root])
        hooks = production_hooks(self._make_site)
        self.instrumenter = Instrumenter(scope, hooks, CHECKS[options.model])

    def _make_site(self, *args: Any) -> Site:
        site = Site(*args)
        self.sites.append(site)
        return site

    def begin(self) -> None:
        """Forget what earlier sessions have learned."""
        forget_points(self.sites)


_rewritings: dict[tuple[Any, ...], _Rewriting] = {}


@contextmanager
def guest_session(
    program: GuestProgram, function: object, options: CheckOptions, name: str, root: Path
) -> Iterator[Session]:
    """A session for a program of this process.

    Args:
        program: The program.
        function: The function that it calls; the first to be rewritten.
        options: How to check it.
        name: What reports call it.
        root: The folder of the project that it belongs to.

    Yields:
        The session; afterwards the process is as it was.

    Raises:
        UsageError: An execution is going on: Treadle cannot check itself.
    """
    if kernel.is_active:
        raise UsageError(
            f"{name} was to be checked inside of a check: call it there, and check the whole."
        )
    key = (options.include, options.exclude, options.model, root)
    rewriting = _rewritings.get(key)
    if rewriting is None:
        rewriting = _rewritings[key] = _Rewriting(options, root)
    rewriting.begin()
    target = Target("function", None, program.module_name, name, name)
    inner = function_of(function)
    with Session(target, options, (program, rewriting.instrumenter)) as session:
        session.sites = rewriting.sites
        if inner is not None:
            filename = inner.__code__.co_filename
            rewriting.instrumenter.scope.add_program(
                inner.__globals__.get("__name__", "?"), filename
            )
        rewriting.instrumenter.ensure(function)
        yield session


def meet_again(session: Session, finding: Finding) -> BaseException | None:
    """Execute the failing schedule once more, so that everything is as it was then.

    Args:
        session: The session that found it.
        finding: The finding.

    Returns:
        The exception that the program has raised, with the program's own part of its traceback; None for a
        failure that is no exception.
    """
    session.keeps_errors = True
    FindingBuilder.replay(session, Schedule.from_token(finding.trace.token))
    session.keeps_errors = False
    if not finding.exception_type:
        return None
    for number, error in session.errors.items():
        if finding.trace.tasks[number].label == finding.thread:
            frames = error.__traceback__
            while frames is not None and not session.is_program_frame(frames.tb_frame):
                frames = frames.tb_next
            return error.with_traceback(frames or error.__traceback__)
    return None


def function_of(called: object) -> FunctionType | None:
    """The function that is executed when something is called.

    Args:
        called: A function, method, partial object, class, or object that can be called.

    Returns:
        The innermost function behind wrappers; None where there is none written in Python.
    """
    seen: list[object] = []
    while not any(each is called for each in seen):
        seen.append(called)
        if type(called) is FunctionType:
            called = called.__dict__.get("__wrapped__", called)
        elif isinstance(called, type):
            called = class_attribute(called, "__init__", called)
        else:
            inner = wrapped(called)
            called = inner[0] if inner else class_attribute(type(called), "__call__", called)
    return called if type(called) is FunctionType else None


def namespace_of(called: object) -> dict[str, Any]:
    """The global variables that a callable knows.

    Args:
        called: As for :func:`function_of`.

    Returns:
        Those of the innermost function; an empty namespace where there is none.
    """
    function = function_of(called)
    return {} if function is None else function.__globals__
