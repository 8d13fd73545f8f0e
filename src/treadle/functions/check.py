"""Check a function, replay one of its schedules, or make it a test of itself."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ParamSpec, Unpack, overload

from treadle.api import check_session, recheck_session
from treadle.engine.kernel import kernel
from treadle.errors import UsageError
from treadle.explorer.guest import GuestProgram, guest_session, meet_again, namespace_of
from treadle.explorer.session import Session
from treadle.explorer.tracing import shown_file
from treadle.functions.options import Options, check_options
from treadle.functions.report import Report
from treadle.model.finding import FindingKind
from treadle.model.result import CheckResult, Runner
from treadle.model.schedule import Schedule

P = ParamSpec("P")


def check(function: Callable[[], object], **options: Unpack[Options]) -> Report:
    """Execute a function under every schedule of its threads that matters.

    Args:
        function: What to execute, again and again; it takes no arguments. A closure, a method and a lambda
            will do. State that it leaves behind is not reset between executions.
        **options: How; see :class:`Options`.

    Returns:
        Verdict, findings and outcomes. Nothing is raised when something is found.

    Raises:
        UsageError: An option makes no sense, the function cannot be called without arguments, or the call
            stands inside of a function that is being checked.

    Examples:
        >>> import threading, treadle
        >>> def lose_an_update():
        ...     count = [0]
        ...     def increment():
        ...         count[0] += 1
        ...     threads = [threading.Thread(target=increment) for _ in range(2)]
        ...     for thread in threads: thread.start()
        ...     for thread in threads: thread.join()
        ...     assert count == [2]
        >>> report = treadle.check(lose_an_update)
        >>> report.verdict.value, report.complete
        ('fail', True)
        >>> report.findings[0].trace.preemptions
        1
    """
    return _reported(
        function, options, lambda session, name: check_session(session, name, is_guest=True)
    )


def replay(function: Callable[[], object], schedule: str, **options: Unpack[Options]) -> Report:
    """Execute a function once, under a schedule that a report has printed.

    Args:
        function: The function that was checked, unchanged.
        schedule: The token of the schedule.
        **options: As for the check: what was instrumented then must be instrumented now.

    Returns:
        What this schedule shows; its search is not complete.

    Raises:
        DivergenceError: The function did not do what it did when the schedule was recorded.
        TokenError: That is no token.
        UncontrolledError: A thread did not come back to Treadle.
        UsageError: As for :func:`check`.

    Examples:
        >>> import threading, treadle
        >>> def lose_an_update():
        ...     count = [0]
        ...     def increment():
        ...         count[0] += 1
        ...     threads = [threading.Thread(target=increment) for _ in range(2)]
        ...     for thread in threads: thread.start()
        ...     for thread in threads: thread.join()
        ...     assert count == [2]
        >>> token = treadle.check(lose_an_update).findings[0].trace.token
        >>> report = treadle.replay(lose_an_update, token)
        >>> report.failed, type(report.error)
        (True, <class 'AssertionError'>)
    """
    tape = Schedule.from_token(schedule)
    return _reported(function, options, lambda session, name: recheck_session(session, name, tape))


@overload
def test(function: Callable[P, object], /) -> Callable[P, None]: ...
@overload
def test(
    **options: Unpack[Options],
) -> Callable[[Callable[P, object]], Callable[P, None]]: ...
def test(
    function: Callable[..., object] | None = None,  # noqa: PT028 - a decorator, not a test
    /,
    **options: Unpack[Options],
) -> Any:
    """Make a function check itself whenever it is called: a test for any test runner.

    Under pytest it is the same as ``@pytest.mark.treadle(...)``: fixtures are made anew for each execution.

    Args:
        function: The function; its arguments are handed on in each execution.
        **options: How; see :class:`Options`.

    Returns:
        A function that returns nothing, and raises what fails under some schedule.

    Raises:
        UsageError: An option makes no sense.

    Examples:
        >>> import threading, treadle
        >>> @treadle.test(max_executions=100)
        ... def test_event():
        ...     event = threading.Event()
        ...     thread = threading.Thread(target=event.set)
        ...     thread.start()
        ...     event.wait()
        ...     thread.join()
        >>> test_event()
    """
    if function is None:
        return functools.partial(_tested, options=options)
    return _tested(function, options)


test.__test__ = False  # type: ignore[attr-defined]  # pytest must not take it for a test


def _tested(function: Callable[..., object], options: Options) -> Callable[..., None]:
    check_options(options)  # complain now

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> None:
        if kernel.here is not None:  # somebody else, the pytest plugin say, is exploring
            function(*args, **kwargs)
            return
        check(functools.partial(function, *args, **kwargs), **options).raise_if_failed()

    checked.treadle_options = dict(options)  # type: ignore[attr-defined]
    return checked


def _reported(
    function: Callable[[], object],
    options: Options,
    explore: Callable[[Session, str], CheckResult],
) -> Report:
    """Explore in one way or the other, and report."""
    _refuse_uncallable(function)
    chosen = check_options(options)
    name = _name_of(function)
    program = GuestProgram(function, namespace_of(function))
    with guest_session(program, function, chosen, name, Path.cwd()) as session:
        result = replace(explore(session, name), runner=Runner.CALLER, is_saved=False)
        own = [each for each in result.findings if each.kind is not FindingKind.UNCONTROLLED]
        error = meet_again(session, own[0]) if own and own[0].exception_type else None
    if result.is_interrupted:
        raise KeyboardInterrupt
    return Report(result, error)


def _refuse_uncallable(function: Any) -> None:
    """Say what cannot be checked."""
    if not callable(function):
        raise UsageError(
            f"treadle.check takes a function, not {function!r}; "
            "for a script or a name there is the command: treadle check script.py"
        )
    if inspect.iscoroutinefunction(function):
        raise UsageError(f"{_name_of(function)} is a coroutine; Treadle runs threads.")
    try:
        inspect.signature(function).bind()
    except TypeError as error:
        raise UsageError(
            f"{_name_of(function)} has to be callable without arguments ({error}); "
            "check a lambda or functools.partial that gives them."
        ) from None
    except ValueError:  # some built-in functions have no signature
        pass


def _name_of(function: Any) -> str:
    """What reports call a function: "test_bank.py:lose_money"."""
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    name = name.rpartition("<locals>.")[2].replace("<lambda>", "function")
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None or code.co_filename.startswith("<"):
        return name
    return f"{shown_file(code.co_filename)}:{name}"
