"""Worker processes: copies of this one, each of which answers one question after the other.

A worker is forked when it is needed, so it knows all that this process has learned. One that ends without an
answer is replaced by the next question.
"""

from __future__ import annotations

import contextlib
import os
import select
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from treadle.engine.kernel import kernel
from treadle.explorer.child import Child, Ended, Forked, how_it_is

Serve = Callable[[Connection, Connection, Child], None]
"""What a worker does: (where questions come from, where answers go, the process)."""


class Worker:
    """One worker process.

    Args:
        serve: What it does.
        limit: Seconds after which it is given up if it does not say that it is well.
    """

    def __init__(self, serve: Serve, limit: float) -> None:
        self._limit = limit
        questions, self._asking = _pipe()
        self._answers, telling = _pipe()

        def work(child: Child) -> None:
            self._asking.close()
            self._answers.close()
            serve(questions, telling, child)

        self._forked = Forked(work, limit)
        questions.close()
        telling.close()

    def fileno(self) -> int:
        """What to wait for with ``select``."""
        return self._answers.fileno()

    def ask(self, question: Any) -> None:
        """Ask, when nothing is asked already; the answer comes by and by.

        Args:
            question: Anything picklable.
        """
        with contextlib.suppress(BrokenPipeError):  # it has ended, as the missing answer will show
            self._asking.send(question)

    def answer(self) -> Any:
        """The answer, once ``select`` says that there is something.

        Returns:
            What it answered; an :class:`~treadle.explorer.child.Ended` if it has ended instead.
        """
        try:
            return self._answers.recv()
        except EOFError:
            said, code = self._forked.wait()
            return how_it_is(said, code, self._limit)

    def end(self) -> None:
        """End it."""
        self._asking.close()
        self._answers.close()
        self._forked.end()


class Workers:
    """Several of them.

    Args:
        count: How many there are at the most.
        serve: What each does.
        limit: As for :class:`Worker`.

    Attributes:
        idle: Those that nothing is asked; None for one that is still to be made.
    """

    def __init__(self, count: int, serve: Serve, limit: float) -> None:
        self._serve = serve
        self._limit = limit
        self.idle: list[Worker | None] = [None] * count
        self._asked: dict[Worker, Any] = {}

    @property
    def asked(self) -> list[Any]:
        """The keys of the questions that are not answered yet."""
        return list(self._asked.values())

    def ask(self, worker: Worker | None, key: Any, question: Any) -> Worker:
        """Ask one that is idle.

        Args:
            worker: Which; None for a new one.
            key: Comes back with the answer.
            question: Anything picklable.

        Returns:
            The one that was asked.
        """
        self.idle.remove(worker)
        worker = worker or Worker(self._serve, self._limit)
        self._asked[worker] = key
        worker.ask(question)
        return worker

    def wait(self, seconds: float) -> list[tuple[Worker, Any, Any]]:
        """Wait for answers.

        Args:
            seconds: How long at the most.

        Returns:
            (worker, key, answer) of the questions that were answered, or whose worker has ended.
        """
        kernel.progress += 1  # something moves, although not here
        ready, _, _ = select.select(list(self._asked), [], [], seconds)
        answers = []
        for worker in ready:
            key, answer = self._asked.pop(worker), worker.answer()
            if isinstance(answer, Ended):
                worker.end()
                self.idle.append(None)
            else:
                self.idle.append(worker)
            answers.append((worker, key, answer))
        return answers

    def end(self) -> None:
        """End them all, whatever they are doing."""
        for worker in (*self._asked, *self.idle):
            if worker is not None:
                worker.end()
        self._asked.clear()
        self.idle.clear()


def _pipe() -> tuple[Connection, Connection]:
    """A pipe: its reading and its writing end."""
    reading, writing = os.pipe()
    return Connection(reading, writable=False), Connection(writing, readable=False)
