"""The interpreter's own threading, for Treadle itself and for tests, whatever ``install`` has replaced."""

from treadle.primitives.real import *  # noqa: F403
