"""Treadle: a threading system for Python whose scheduler you control.

``treadle.check(function)`` executes a function under every schedule of its threads that matters and reports
what fails; ``treadle.replay(function, schedule)`` executes one schedule again; ``@treadle.test`` makes a
function a test that checks itself; ``treadle.check_linearizable(make_object, operations)`` checks concurrent
calls on an object. The rest are the types of what they return and raise.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.api import check_linearizable
    from treadle.errors import (
        DivergenceError,
        FindingError,
        TargetError,
        TokenError,
        TreadleError,
        UncontrolledError,
        UsageError,
    )
    from treadle.functions.check import check, replay, test
    from treadle.functions.options import Options
    from treadle.functions.report import Report
    from treadle.model.finding import Finding, FindingKind, FindingLocation
    from treadle.model.result import CheckResult, OutcomeCount, Verdict
    from treadle.model.trace import Place, Step, TaskInfo, Trace

    __version__: str

__all__ = [
    "CheckResult",
    "DivergenceError",
    "Finding",
    "FindingError",
    "FindingKind",
    "FindingLocation",
    "Options",
    "OutcomeCount",
    "Place",
    "Report",
    "Step",
    "TargetError",
    "TaskInfo",
    "TokenError",
    "Trace",
    "TreadleError",
    "UncontrolledError",
    "UsageError",
    "Verdict",
    "__version__",
    "check",
    "check_linearizable",
    "replay",
    "test",
]

# Loaded when first asked for: the pytest plugin lives in this package, and most test suites never need it.
_WHERE = {
    "treadle.api": ("check_linearizable",),
    "treadle.errors": (
        "DivergenceError", "FindingError", "TargetError", "TokenError", "TreadleError",
        "UncontrolledError", "UsageError",
    ),
    "treadle.functions.check": ("check", "replay", "test"),
    "treadle.functions.options": ("Options",),
    "treadle.functions.report": ("Report",),
    "treadle.model.finding": ("Finding", "FindingKind", "FindingLocation"),
    "treadle.model.result": ("CheckResult", "OutcomeCount", "Verdict"),
    "treadle.model.trace": ("Place", "Step", "TaskInfo", "Trace"),
}  # fmt: skip
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from treadle.store.version import treadle_version

        return treadle_version()
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'treadle' has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
