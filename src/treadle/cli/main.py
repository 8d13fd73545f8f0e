"""The entry point: reads the command line, runs a command, turns every ending into an exit code.

Until the target runs, nothing is imported but argparse, our errors and the command itself. The console
script and ``python -m treadle`` run a target in a second process, with a fixed hash seed, and watch over it
(see ``cli.supervisor``); a caller that passes its arguments has seen to that itself. The first process
imports no compiled module, which would enable the GIL of a free-threaded Python and warn of it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from treadle.cli.screen import complain, write
from treadle.errors import (
    EXIT_INTERNAL,
    EXIT_INTERRUPTED,
    EXIT_NOTHING_FOUND,
    EXIT_UNCONTROLLED,
    EXIT_USAGE,
    TreadleError,
)
from treadle.explorer.lifeline import VARIABLE, lifeline

if TYPE_CHECKING:
    import argparse

RUNS_THE_TARGET = frozenset({"check", "check-class", "run", "replay"})
HASH_SEED = "PYTHONHASHSEED"
GIL = "PYTHON_GIL"
SHOWS_TRACEBACK = 2
"""From so many ``-v`` on, the traceback of an internal error is printed."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: The arguments, without the name of the program; those of the process unless given.

    Returns:
        The exit code.
    """
    if argv is None:
        argv = sys.argv[1:]
        code = _start_again(argv)
        if code is None:
            code = main(argv)
            with contextlib.suppress(OSError):  # whoever read the output has seen enough
                sys.stdout.flush()
            lifeline.tell(done=code)
        return code
    try:
        return _run(argv)
    except TreadleError as error:
        complain(f"treadle: {error.message}")
        return error.exit_code
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough. Python would complain about the rest when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_NOTHING_FOUND
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else EXIT_NOTHING_FOUND
    except MemoryError:
        lifeline.tell(**{"gave up": "there was not enough memory to go on"})
        if not lifeline.is_connected:
            complain("treadle: there was not enough memory to go on.")
        return EXIT_UNCONTROLLED
    except Exception as error:
        return _internal_error(error, argv)


def _run(argv: Sequence[str]) -> int:
    """Parse, then run the command."""
    from treadle.cli.arguments import build_parser, parse  # the supervisor needs neither

    parsed = parse(argv)
    if parsed.version:
        from treadle.store.version import treadle_version

        python = ".".join(map(str, sys.version_info[:3]))
        write(f"treadle {treadle_version()} (Python {python})\n")
        return EXIT_NOTHING_FOUND
    if parsed.command is None:
        complain(build_parser().format_help())
        return EXIT_USAGE
    return _command(parsed.command)(parsed)


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """The function of a command; only its module is imported."""
    if name == "check":
        from treadle.cli.check import check

        return check
    if name == "check-class":
        from treadle.cli.check_class import check_class

        return check_class
    if name == "gil":
        from treadle.cli.gil import gil

        return gil
    if name in {"run", "replay"}:
        from treadle.cli import replay

        return replay.run if name == "run" else replay.replay
    from treadle.cli import show

    return {"show": show.show, "ls": show.list_saved, "rm": show.remove_saved}[name]


def _start_again(argv: Sequence[str]) -> int | None:
    """Run a command that runs a target in a second process, with a fixed hash seed; None in that process."""
    if not RUNS_THE_TARGET.intersection(argv[:1]) or not sys.executable:
        return None
    if os.environ.get(VARIABLE):
        lifeline.connect()
        return None
    environment = dict(os.environ)
    if not sys.flags.ignore_environment:
        environment[HASH_SEED] = "0"  # whatever it was: a schedule must mean the same everywhere
        if _is_free_threaded():
            # The compiled modules, which serve one thread at a time, would have it enabled.
            environment.setdefault(GIL, "0")
    command = [sys.executable, *sys.orig_argv[1:]]
    if os.name == "nt":
        import subprocess

        if os.environ.get(HASH_SEED) == "0":
            return None
        return subprocess.call(command, env=environment)  # noqa: S603 - the same command again
    from treadle.cli.supervisor import supervise

    return supervise(command, environment, reports=argv[0] == "check")


def _is_free_threaded() -> bool:
    """Whether this Python was built to run without the GIL."""
    if not hasattr(sys, "_is_gil_enabled"):  # up to 3.12
        return False
    import sysconfig

    return bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def _internal_error(error: Exception, argv: Sequence[str]) -> int:
    """Say that Treadle failed, not the program, and where the details are."""
    import traceback

    details = "".join(traceback.format_exception(error))
    where = _write_down(details)
    what = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    complain(
        f"treadle: internal error, a fault of Treadle and not of your program: {what}. "
        f"{f'The traceback is in {where}.' if where else 'Run it again with -vv to see the traceback.'}"
    )
    if argv.count("-v") + 2 * argv.count("-vv") >= SHOWS_TRACEBACK:
        complain(details.rstrip())
    return EXIT_INTERNAL


def _write_down(details: str) -> str:
    """Keep a traceback; the name of the file, empty where it cannot be written."""
    from treadle.store.store import make_folder

    try:
        path = make_folder() / "internal-error.txt"
        path.write_text(details, encoding="utf-8")
    except OSError:
        return ""
    return path.as_posix()
