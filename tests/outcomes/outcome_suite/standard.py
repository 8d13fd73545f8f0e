"""The provider for ``treadle check``: the modules of the interpreter, as any program sees them."""

import concurrent.futures
import queue
import threading
import time

from outcome_suite.program import Base

MODULES = (threading, queue, concurrent.futures)


class Standard(Base):
    """``threading``, ``queue`` and ``concurrent.futures``; note that ``install`` may have replaced them."""

    def __getattr__(self, name):
        for module in MODULES:
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(name)

    def sleep(self, seconds):
        """Sleep."""
        time.sleep(seconds)

    def now(self):
        """The time, in whole seconds."""
        return round(time.monotonic())

    def set_excepthook(self, hook):
        """Have a function called when a thread dies."""
        threading.excepthook = hook
