"""Models of the interpreter: where a thread can be suspended, and which interpreters that stands for.

What one model allows, the next wider one allows too: ``gil`` within ``gil-3.10`` within ``free-threaded``.
"""

from __future__ import annotations

FREE_THREADED = "free-threaded"
"""Before every visible operation."""

GIL = "gil"
"""Where the running version of CPython checks its eval breaker, and where it blocks."""

GIL_310 = "gil-3.10"
"""The same for CPython 3.10, which checks wherever later versions do, and at more places."""

ALL = "all"
"""First free-threaded, then gil-3.10; gil too, where what breaks on 3.10 may not break later."""

MODELS = (FREE_THREADED, GIL, GIL_310, ALL)
"""What ``--model`` may say."""

ONLY_310 = "where only 3.10 checks"
"""Ends the detail of a step at which later versions than 3.10 would not suspend the thread."""
