"""The pytest plugin: a marked test is executed under every schedule that matters.

This module is imported at the start of every pytest run in an environment that has Treadle, so it imports
nothing but pytest, and registers the part that does the work (``work``) only where a collected test wants it.
``-p no:treadle`` leaves even this out.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from treadle.pytest_plugin.fixture import TreadleFixture

_MARK = (
    "treadle(max_executions=None, max_seconds=None, preemptions=None, seed=0, ..., enabled=True): "
    "execute the test under every schedule of its threads that matters; the arguments are those of "
    "treadle.check."
)

# Name, how often and as what it is read, what it is for. Each is an ini option treadle_NAME; those of the
# first group are also command-line options --treadle-NAME.
_NUMBERS: dict[str, tuple[type, str]] = {
    "max_seconds": (float, "seconds for one test (5; 2 where only --treadle asks for it)"),
    "max_executions": (int, "executions of one test"),
    "preemptions": (int, "most preemptions in one schedule"),
    "seed": (int, "seed of the randomised schedulers"),
    "scheduler": (str, "how schedules are chosen: portfolio, dfs, random-walk, ..."),
}
_TEXTS = {
    "max_steps": "most operations of one execution",
    "stuck_after": (
        "seconds after which a thread that does not come back is given up (10; where only --treadle asks "
        "for it, as long as the test may be explored)"
    ),
    "timeouts": "which timeouts may fire while other threads can run: quiescent, brief or eager",
}
_LISTS = {
    "include": "further modules to instrument, also of the standard library",
    "exclude": "modules not to instrument",
    "fail_on": "kinds of finding that fail a test beside the usual ones",
    "ignore": "kinds of finding that do not fail a test",
}


_PAGES = "a page to step through, self-contained, for each test that fails under some schedule"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, all of which begin with treadle."""
    group = parser.getgroup("treadle", "Treadle: tests under every schedule of their threads")
    group.addoption(
        "--treadle",
        action="store_true",
        help="Execute every test that starts threads under every schedule that matters, marked or not.",
    )
    group.addoption(
        "--treadle-replay",
        metavar="TOKEN",
        help="Execute the one selected test under this schedule, as a failure report says.",
    )
    group.addoption(
        "--treadle-no-saved",
        action="store_true",
        help="Neither replay the failures saved in .treadle first, nor save new ones.",
    )
    group.addoption("--treadle-html", metavar="DIR", help=f"Write {_PAGES}")
    for name, (kind, text) in _NUMBERS.items():
        option = f"--treadle-{name.replace('_', '-')}"
        group.addoption(option, type=kind, metavar="N" if kind is not str else "NAME", help=text)
    for name, text in (_TEXTS | {name: text for name, (_, text) in _NUMBERS.items()}).items():
        parser.addini(f"treadle_{name}", text)
    parser.addini("treadle_html", f"folder for {_PAGES}")
    for name, text in _LISTS.items():
        parser.addini(f"treadle_{name}", text, type="args")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known; refuse a folder for pages that cannot be."""
    config.addinivalue_line("markers", _MARK)
    if config.getoption("treadle_html") or config.getini("treadle_html"):
        from treadle.pytest_plugin.pages import refuse_unusable

        refuse_unusable(config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Look which tests are to be explored; only if there is one, load what does it."""
    wants_all = config.getoption("treadle") or config.getoption("treadle_replay") is not None
    if wants_all or any(_wants(item) for item in items):
        from treadle.pytest_plugin import work

        work.register(config, items)


def _wants(item: pytest.Item) -> bool:
    """Whether a test is marked, uses the fixture, or is decorated with ``treadle.test``."""
    if item.get_closest_marker("treadle") is not None:
        return True
    if "treadle" in getattr(item, "fixturenames", ()):
        return True
    return hasattr(getattr(item, "obj", None), "treadle_options")


@pytest.hookimpl(wrapper=True)
def pytest_report_teststatus(report: Any) -> Generator[None, Any, Any]:
    """Say what kind of failure it was, with ``-v``."""
    status = yield
    found = getattr(report, "treadle", None)
    if found and report.failed and found["kind"] and report.when == "call":
        category, letter, _ = status
        return category, letter, f"FAILED ({found['kind']})"
    return status


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what Treadle found, where there is something to say."""
    reports = [
        report
        for group in terminalreporter.stats.values()
        for report in group
        if getattr(report, "treadle", None) and report.when == "call"
    ]
    if reports:
        from treadle.pytest_plugin.summary import summarize

        summarize(terminalreporter, config, reports)


@pytest.fixture(name="treadle")
def _treadle(request: pytest.FixtureRequest) -> TreadleFixture:
    """Check functions inside a test: ``treadle.check(function)`` fails the test when a schedule fails."""
    from treadle.pytest_plugin.fixture import TreadleFixture

    return TreadleFixture(request.node)
