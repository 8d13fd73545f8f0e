"""Programs: what they are, how they are written, and what they are given.

A program is a function of one argument, ``p``, through which it reaches everything: ``p.Lock``, ``p.Thread``,
``p.Queue``, ``p.sleep``, ... so that the same program runs on any provider of primitives (``providers``).
What it returns is its outcome; a program that returns nothing has its notes as its outcome, in the order in
which they were made. Making a note is an operation on shared data like any other: two notes of different
threads come in either order unless the primitives order them.

Called without an argument, as ``treadle check FILE::NAME`` does, a program runs on ``threading`` and ``queue``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

STUCK = "stuck"
"""First element of the outcome of an execution in which nothing can go on; the notes follow."""

registry = {}
"""The programs by name."""


@dataclass(frozen=True)
class Program:
    """A program.

    Args:
        name: Its name.
        about: The primitives that it is about.
        function: What it does.
        expected: The outcomes that it can have.
        since: The first version of Python that has what it uses.
        is_timed: Whether it depends on the quiescent clock, so that a real one can lead elsewhere.
        may_differ: Why its outcomes in CPython's own code may be fewer; empty when they may not.
    """

    name: str
    about: tuple
    function: object
    expected: frozenset
    since: tuple = (3, 11)
    is_timed: bool = False
    may_differ: str = ""


def program(about, expected, *, since=(3, 11), is_timed=False, may_differ=""):
    """Register a program.

    Args:
        about: The primitives that it is about, apart by spaces.
        expected: The set of its outcomes.
        since: The first version of Python that has what it uses.
        is_timed: Whether it depends on the quiescent clock.
        may_differ: Why its outcomes in CPython's own code may be fewer.

    Returns:
        A decorator; what it leaves under the program's name runs it on the interpreter's modules.
    """

    def register(function):
        name = function.__name__
        if sys.version_info >= since:
            registry[name] = Program(
                name,
                tuple(about.split()),
                function,
                frozenset(expected),
                since,
                is_timed,
                may_differ,
            )

        def target():
            from outcome_suite.standard import Standard

            return run_on(Standard(), function)

        target.__name__ = name
        return target

    return register


class Base:
    """What a provider gives to a program beside the primitives; one for each execution."""

    def __init__(self):
        self.notes = []

    def note(self, what):
        """Put something at the end of the notes."""
        self.notes.append(what)

    def run(self, *functions):
        """Run functions in threads of their own; gives what each returned, or its exception's name."""
        results = [None] * len(functions)

        def body(number, function):
            results[number] = self.result(function)

        threads = [self.Thread(target=body, args=pair) for pair in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return tuple(results)

    def result(self, function, *args, **kwargs):
        """What a function returns, or the name of the exception that it raises."""
        try:
            return function(*args, **kwargs)
        except Exception as error:
            return type(error).__name__

    def after(self, seconds, function, *args, **kwargs):
        """A function that sleeps and then does something."""

        def body():
            self.sleep(seconds)
            return function(*args, **kwargs)

        return body


def run_on(provider, function):
    """Run a program.

    Args:
        provider: What it is given.
        function: The program.

    Returns:
        Its outcome.
    """
    result = function(provider)
    return tuple(provider.notes) if result is None else result
