"""What a litmus program is: two threads, each a few statements long, and the outcomes that each model allows.

A program is a class. An object of it is the data that the threads share; ``one`` and ``two`` are what they
do, and ``outcome`` is what can be observed when both are done. The outcomes that each model allows are
written down by hand, as ``repr`` gives them; the runner compares them with what Treadle's complete search
finds, and both with what real interpreters do.

Everything here runs on every Python from 3.6 on.
"""

import threading


class Litmus:
    """Base class of the programs.

    Attributes:
        FREE_THREADED: The outcomes without a GIL, and with the GIL of CPython up to 3.9.
        GIL: The outcomes with the GIL of CPython from 3.11 on.
        GIL_310: The outcomes with the GIL of CPython 3.10; those of GIL where it is None.
        torn_by: Why a build without a GIL is not asked: C code that is not safe there.
        is_single: Whether there can be only one object at a time, because its data is global.
    """

    FREE_THREADED = frozenset()
    GIL = frozenset()
    GIL_310 = None
    torn_by = ""
    is_single = False

    def one(self):
        """What the first thread does."""
        raise NotImplementedError

    def two(self):
        """What the second thread does; the same where it is not said."""
        self.one()

    def outcome(self):
        """What can be observed in the end."""
        raise NotImplementedError

    @classmethod
    def bodies(cls, shared):
        """The functions that the threads run, without a frame of ours around them.

        Args:
            shared: An object of the class.

        Returns:
            Two functions without arguments.
        """
        return shared.one, shared.one if cls.two is Litmus.two else shared.two

    @classmethod
    def run(cls):
        """Play the program once, with two new threads.

        Returns:
            The outcome.
        """
        shared = cls()
        threads = [threading.Thread(target=body) for body in cls.bodies(shared)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return shared.outcome()

    @classmethod
    def allowed(cls, model):
        """The outcomes that a model allows, as written down by hand.

        Args:
            model: "free-threaded", "gil" or "gil-3.10".

        Returns:
            A set of texts.
        """
        if model == "free-threaded":
            return set(cls.FREE_THREADED)
        if model == "gil-3.10" and cls.GIL_310 is not None:
            return set(cls.GIL_310)
        return set(cls.GIL)
