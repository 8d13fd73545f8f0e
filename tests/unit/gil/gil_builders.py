"""Figures as they were once measured on an idle machine, and a runner that measures nothing."""

from __future__ import annotations

from treadle.gil.figures import Alone, Figures, Interpreter, Measured, Mode, Point
from treadle.gil.runner import WorkerError


def interpreter(version="3.11.7", free_threaded=False, path=None):
    return Interpreter(
        path or f"/python/{version}", version, free_threaded, not free_threaded, "fork"
    )


def mode(name, *speedups, start=0.03, serial=0.05, transfer=0.0002, count=26, **more):
    points = tuple(
        Point(workers, serial / speedup, serial, start)
        for workers, speedup in zip((1, 2, 4), speedups, strict=False)
    )
    return Mode(name, points, transfer, count if points else 0, **more)


def measured(threads, processes, share, busy=1.0, *, starved=0.0, on=None, changed=(), sub=None):
    sub = mode("subinterpreters", refusal="they need Python 3.13 or later") if sub is None else sub
    alone = Alone(0.05, busy, starved, share, changed)
    return Measured(on or interpreter(), alone, (threads, processes, sub))


def figures(*each):
    return Figures("work.py::work", 2, each)


def threads(*speedups, **more):
    return mode("threads", *speedups, start=0.0004, transfer=0.00002, count=0, **more)


def processes(*speedups, **more):
    return mode("processes", *speedups, **more)


CPU_BOUND = measured(threads(1.0, 1.02, 0.98), processes(0.97, 1.91, 1.88), 0.99)
IO_BOUND = measured(threads(1.0, 2.0, 3.98), processes(1.0, 1.98, 3.9), 0.01, busy=0.01)
RELEASING = measured(threads(1.0, 1.93, 1.95), processes(0.95, 1.7, 1.72), 0.03)
FREE_THREADED = measured(
    threads(0.99, 1.89, 1.9),
    processes(0.96, 1.85, 1.84),
    None,
    on=interpreter("3.13.5", free_threaded=True),
)


class FakeRunner:
    """Answers from tables, and notes what it was asked."""

    def __init__(self, answers=None, descriptions=None):
        self.answers = answers or {}
        self.descriptions = descriptions or {}
        self.asked = []

    def describe(self, path):
        if path not in self.descriptions:
            raise WorkerError("it ended with: no Python")
        return self.descriptions[path]

    def ask(self, interpreter, request):
        self.asked.append((interpreter.name, request["what"]))
        answer = self.answers[request["what"]]
        if isinstance(answer, WorkerError):
            raise answer
        return dict(answer)
