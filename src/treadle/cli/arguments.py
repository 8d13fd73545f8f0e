"""The arguments of every command, and what they mean for a search."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from treadle.errors import UsageError
from treadle.model.interpreter import FREE_THREADED, MODELS
from treadle.schedulers.catalogue import NAMES, PORTFOLIO

if TYPE_CHECKING:
    from treadle.api import CheckOptions

COMMANDS = ("check", "check-class", "run", "replay", "show", "gil", "ls", "rm")

EXAMPLES = """\
examples:
  treadle check bank.py                       explore the schedules of a script
  treadle check tests/test_bank.py::test_sum  or of one function
  treadle check bank.py -- --accounts 3       what follows -- goes to the script
  treadle run bank.py --seed 7                one execution, told as a story
  treadle replay 7f3c                         the failing execution again
  treadle show 7f3c                           its story, without running anything
  treadle show 7f3c --html                    the same as a page to step through
"""

_PAGE = "write it as a page for a browser, in one file that needs no network"

_SARIF = "write what was found as SARIF 2.1.0, for code scanning"
_PERFETTO = "write the execution for Perfetto's or VizTracer's viewer"

ENDINGS = """\
A TARGET is script.py, file.py::function or package.module:function.

exit codes: 0 nothing found, 1 found, 2 usage, 3 internal error, 4 the target fails with no
concurrency at all, 5 the target is not deterministic or not under control, 130 interrupted.
"""


class Parser(argparse.ArgumentParser):
    """A parser whose help begins with examples, and whose errors are sentences like all others."""

    def __init__(self, *, examples: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**kwargs)
        self.examples = examples

    def format_help(self) -> str:
        """The help, examples first."""
        separator = "\n" if self.examples else ""
        return f"{self.examples}{separator}{super().format_help()}"

    def error(self, message: str) -> NoReturn:
        """Complain about an argument.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"{message}. {self.prog} --help says what is possible.")


def build_parser() -> Parser:
    """The parser of the whole command line.

    Returns:
        The parser; ``command`` names the command in what it parses.
    """
    parser = Parser(
        prog="treadle",
        examples=EXAMPLES,
        description="Explore, replay and explain the schedules of a threaded program.",
        epilog=ENDINGS,
    )
    parser.add_argument("-V", "--version", action="store_true", help="say which version this is")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    output, scope, search = _output(), _scope(), _search()

    check = commands.add_parser(
        "check", help="explore the schedules of a target", parents=[search, scope, output]
    )
    check.add_argument("target", metavar="TARGET")
    check.add_argument("--json", action="store_true", help="print the result as one JSON document")
    check.add_argument("--html", metavar="FILE", help=_PAGE)
    check.add_argument("--sarif", metavar="FILE", help=_SARIF)
    check.add_argument(
        "--confirm",
        action="store_true",
        help="execute each finding's schedule on real threads too, and compare step by step; one that "
        "does not happen there stays a finding (and the exit code 1) but is said to be unconfirmed",
    )

    check_class = commands.add_parser(
        "check-class",
        help="is a class linearizable? tries small sets of concurrent calls on a fresh object",
        parents=[search, scope, output],
    )
    check_class.add_argument(
        "target", metavar="CLASS", help="file.py::Class or package.module:Class"
    )
    check_class.add_argument(
        "--call",
        metavar="CALL",
        action="append",
        default=[],
        help="a call to choose from, as put('a', 1); guessed from the methods without it",
    )
    check_class.add_argument("--init", metavar="ARGS", help="arguments of the constructor")
    check_class.add_argument(
        "--threads", metavar="N", type=_count, default=2, help="how many threads (2)"
    )
    check_class.add_argument(
        "--calls", metavar="N", type=_count, default=3, help="most calls of one thread (3)"
    )
    check_class.add_argument("--json", action="store_true", help="print the result as JSON")
    check_class.add_argument("--html", metavar="FILE", help=_PAGE)
    check_class.add_argument("--sarif", metavar="FILE", help=_SARIF)

    run = commands.add_parser(
        "run", help="run a target once and tell what happened", parents=[search, scope, output]
    )
    run.add_argument("target", metavar="TARGET")
    run.add_argument("--schedule", metavar="TOKEN", help="the schedule; without it, --seed chooses")
    run.add_argument("--all", action="store_true", help="every step, however many")
    run.add_argument("--html", metavar="FILE", help=_PAGE)
    run.add_argument("--perfetto", metavar="FILE", help=_PERFETTO)

    replay = commands.add_parser(
        "replay", help="run a recorded schedule again", parents=[search, scope, output]
    )
    replay.add_argument("what", metavar="ID|TOKEN", help="a saved failure or a schedule")
    replay.add_argument("--target", metavar="TARGET", help="needed for a TOKEN")
    replay.add_argument(
        "--real-threads",
        action="store_true",
        dest="confirm",
        help="replay it on threads of the operating system, and compare step by step",
    )
    replay.add_argument("--all", action="store_true", help="every step, however many")
    replay.add_argument("--html", metavar="FILE", help=_PAGE)
    replay.add_argument("--perfetto", metavar="FILE", help=_PERFETTO)

    show = commands.add_parser("show", help="tell a saved failure", parents=[output])
    show.add_argument("id", metavar="ID")
    show.add_argument("--json", action="store_true", help="print it as JSON")
    show.add_argument("--all", action="store_true", help="every step, however many")
    show.add_argument(
        "--html",
        metavar="FILE",
        nargs="?",
        const="",
        help=f"{_PAGE} (.treadle/reports/ID.html)",
    )
    for option, text in (("--sarif", _SARIF), ("--perfetto", _PERFETTO)):
        show.add_argument(
            option, metavar="FILE", nargs="?", const="-", help=f"{text} (standard output)"
        )

    gil = commands.add_parser(
        "gil",
        help="measure what threads, processes, subinterpreters and other interpreters give a function",
        parents=[output],
    )
    gil.add_argument(
        "target", metavar="TARGET", help="file.py::function or package.module:function"
    )
    gil.add_argument(
        "--args", metavar="ARGS", help="arguments of the call, as in --args \"100, 'x'\""
    )
    gil.add_argument(
        "--python",
        metavar="PATH",
        action="append",
        default=[],
        help="measure on this interpreter too; free-threaded ones are found by themselves",
    )
    gil.add_argument(
        "--seconds",
        metavar="S",
        type=_seconds,
        default=0.2,
        help="so long each worker works in a measurement (0.2)",
    )
    gil.add_argument(
        "--patience",
        metavar="S",
        type=_seconds,
        default=120.0,
        help="give up one way of running it after S seconds (120)",
    )
    gil.add_argument("--png", metavar="FILE", help="write the speed-ups as a picture (matplotlib)")
    gil.add_argument("--html", metavar="FILE", help="write picture and report as one page")
    gil.add_argument("--json", action="store_true", help="print the figures as JSON")

    commands.add_parser("ls", help="list the saved failures", parents=[output])

    remove = commands.add_parser("rm", help="forget saved failures", parents=[output])
    remove.add_argument("ids", metavar="ID", nargs="*")
    remove.add_argument("--fixed", action="store_true", help="all that a later check saw fixed")
    remove.add_argument("--all", action="store_true", help="all there are")
    return parser


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read a command line.

    Args:
        argv: The arguments, without the name of the program.

    Returns:
        What they say; ``arguments`` are those of the target, after "--".

    Raises:
        UsageError: They do not make sense.
    """
    words, rest = split(argv)
    if words and words[0] not in COMMANDS and (".py" in words[0] or ":" in words[0]):
        raise UsageError(f"{words[0]!r} is not a command. To check it: treadle check {words[0]}")
    parsed = build_parser().parse_args(words)
    parsed.arguments = rest
    return parsed


def split(argv: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Our arguments, and those of the target.

    Args:
        argv: All arguments.

    Returns:
        What stands before and after the first "--".
    """
    words = list(argv)
    if "--" not in words:
        return words, ()
    position = words.index("--")
    return words[:position], tuple(words[position + 1 :])


def check_options(parsed: argparse.Namespace, saved: Sequence[str] = ()) -> CheckOptions:
    """The options of a search, from a command line.

    Args:
        parsed: The command line.
        saved: Options that were saved with a failure; those of the command line are added to them.

    Returns:
        The options.
    """
    from treadle.api import CheckOptions
    from treadle.model.schedule import Timeouts

    words, arguments = split(saved)
    before = Parser(parents=[_scope()], add_help=False).parse_args(words)
    return CheckOptions(
        max_executions=parsed.max_executions,
        max_seconds=parsed.max_seconds,
        preemptions=parsed.preemptions,
        seed=parsed.seed,
        scheduler=parsed.scheduler,
        include=(*before.include, *parsed.include),
        exclude=(*before.exclude, *parsed.exclude),
        fail_on=tuple(parsed.fail_on),
        ignore=tuple(parsed.ignore),
        max_steps=before.max_steps if parsed.max_steps is None else parsed.max_steps,
        arguments=parsed.arguments or arguments,
        stuck_after=parsed.stuck_after,
        reference=before.reference if parsed.reference is None else parsed.reference,
        confirm=getattr(parsed, "confirm", False),
        timeouts=Timeouts[parsed.timeouts.upper()],
        model=parsed.model or before.model or FREE_THREADED,
        isolate=before.isolate or parsed.isolate,
        jobs=parsed.jobs,
    )


def _output() -> Parser:
    """The options that say how much to print, and how."""
    parser = Parser(add_help=False)
    group = parser.add_argument_group("output")
    group.add_argument("-q", "--quiet", action="store_true", help="only the essential")
    group.add_argument("-v", "--verbose", action="count", default=0, help="more; -vv still more")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    return parser


def _scope() -> Parser:
    """The options that decide which code is instrumented."""
    parser = Parser(add_help=False)
    group = parser.add_argument_group("scope")
    group.add_argument(
        "--include",
        metavar="GLOB",
        action="append",
        default=[],
        help="instrument these modules too",
    )
    group.add_argument(
        "--exclude", metavar="GLOB", action="append", default=[], help="do not instrument these"
    )
    group.add_argument(
        "--isolate",
        action="store_true",
        help="execute in a forked child each time, so that the program's own state starts anew",
    )
    group.add_argument(
        "--reference", metavar="CLASS", help="judge a scenario by this class, not by its own"
    )
    group.add_argument(
        "--model",
        choices=MODELS,
        help="where threads can be suspended: before every operation (free-threaded, also CPython up to "
        "3.9), or only where CPython with the GIL checks (gil: the running version; gil-3.10); all "
        "explores what they stand for, and says what breaks where",
    )
    group.add_argument(
        "--max-steps", metavar="N", type=_count, help="end an execution after N operations"
    )
    return parser


def _search() -> Parser:
    """The options that decide which schedules are tried."""
    parser = Parser(add_help=False)
    group = parser.add_argument_group("search")
    group.add_argument("--max-executions", metavar="N", type=_count, help="try at most N schedules")
    group.add_argument(
        "--max-seconds", metavar="S", type=_seconds, help="search for at most S seconds"
    )
    group.add_argument(
        "-j",
        "--jobs",
        metavar="N",
        type=_count,
        default=_cores(),
        help="explore in N processes, once a search takes longer than a second (one for each core)",
    )
    group.add_argument(
        "--preemptions",
        metavar="N",
        type=_natural,
        help="suspend threads at most N times a schedule",
    )
    group.add_argument(
        "--seed", metavar="N", type=int, default=0, help="for what is drawn at random"
    )
    group.add_argument(
        "--scheduler",
        choices=NAMES,
        default=PORTFOLIO,
        help="who chooses; portfolio: everything by number of preemptions, and random ones in turn",
    )
    group.add_argument(
        "--stuck-after",
        metavar="S",
        type=_seconds,
        default=10.0,
        help="give up on a thread that blocks or computes for S seconds of real time (10)",
    )
    group.add_argument(
        "--timeouts",
        choices=("quiescent", "eager"),
        default="quiescent",
        help="when timeouts and sleeps end: when nothing else can run (quiescent), or at any point (eager)",
    )
    for option, effect in (("--fail-on", "fail also on"), ("--ignore", "do not fail on")):
        group.add_argument(
            option,
            metavar="KIND",
            action="append",
            default=[],
            help=f"{effect} this kind of finding: deadlock, exception, interference, ...",
        )
    return parser


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _natural(text: str) -> int:
    """Read 0, 1, 2, ..."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 0 or more")
    return int(text)


def _count(text: str) -> int:
    """Read 1, 2, 3, ..."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 1 or more")
    return int(text)


def _seconds(text: str) -> float:
    """Read a time."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds greater than 0")
    return seconds
