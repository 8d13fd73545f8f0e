"""What a user can do wrong, and what a schedule can meet: every error that Treadle raises on purpose.

Each message is one sentence a reader can act on: what happened, why, what to do. The command line prints
the message and ends with ``exit_code``; no traceback of Treadle's own reaches the user for these.
"""

from __future__ import annotations

EXIT_NOTHING_FOUND = 0
EXIT_FOUND = 1
EXIT_USAGE = 2
EXIT_INTERNAL = 3
EXIT_TARGET_FAILS = 4
EXIT_UNCONTROLLED = 5
"""The program is not under control: it does not repeat itself, or does not come back."""

EXIT_INTERRUPTED = 130


class FindingError(AssertionError):
    """A schedule fails, and not by an exception of the program: a deadlock, a livelock, interference.

    Args:
        message: What happened and why.
    """


class TreadleError(Exception):
    """An error with a sentence for the user and an exit code for the shell.

    Args:
        message: What happened, why, and what to do, in one or two sentences.
        exit_code: The exit code of the command line (DESIGN: 2 usage, 4 target fails, 5 nondeterminism).
    """

    exit_code: int = EXIT_INTERNAL

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if exit_code is not None:
            self.exit_code = exit_code


class UsageError(TreadleError):
    """The command line or an argument of the API does not make sense."""

    exit_code = EXIT_USAGE


class TargetError(TreadleError):
    """The target cannot be found, imported or called."""

    exit_code = EXIT_USAGE


class TokenError(TreadleError):
    """A schedule token cannot be read, or no saved failure has that id."""

    exit_code = EXIT_USAGE


class UncontrolledError(TreadleError):
    """The program did something that Treadle does not control, and the execution ended there."""

    exit_code = EXIT_UNCONTROLLED


class DivergenceError(TreadleError):
    """A schedule left its recorded path: the program did not do what it did when the schedule was made."""

    exit_code = EXIT_UNCONTROLLED
