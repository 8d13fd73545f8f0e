"""Models of the interpreter: where a thread can be suspended, and which interpreters that stands for."""

from __future__ import annotations

FREE_THREADED = "free-threaded"
"""Before every visible operation."""

GIL = "gil"
"""Where the running version of CPython checks its eval breaker, and where it blocks."""

GIL_310 = "gil-3.10"
"""The same for CPython 3.10, which checks at more places."""

ALL = "all"
"""Both free-threaded and gil, one after the other."""

MODELS = (FREE_THREADED, GIL, GIL_310, ALL)
"""What ``--model`` may say."""

FAMILIES = (
    ("CPython up to 3.9", FREE_THREADED),
    ("CPython 3.11+ with the GIL", GIL),
    ("free-threaded 3.13t, 3.14t", FREE_THREADED),
)
"""Families of interpreters, each with the model that stands for it."""
