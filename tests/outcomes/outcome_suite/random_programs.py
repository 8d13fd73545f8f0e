"""Random small programs about each primitive, for hypothesis to draw.

A program makes its primitives and starts two or three threads; each does a few actions, one after the other,
and its results are the outcome. An action is a line of Python in which ``x`` is the primitive.
"""

from __future__ import annotations

import sys

from hypothesis import strategies as st

MOST_ACTIONS = 4
"""Of all threads of a program together."""

LOCK = ("x.acquire()", "x.release()", "x.acquire(False)", "x.acquire(timeout=1)")
CONDITION = (
    "x.acquire() and (x.wait(1), x.release())",
    "x.acquire() and (x.wait(), x.release())",
    "x.acquire() and (x.notify(), x.release())",
    "x.acquire() and (x.notify_all(), x.release())",
    "x.acquire() and (x.wait(0), x.release())",
    "x.acquire() and (x.notify(), p.sleep(1), x.release())",
    "x.notify()",
)
EVENT = ("x.set()", "x.clear()", "x.wait()", "x.wait(1)", "x.wait(0)", "x.is_set()")
SEMAPHORE = (
    "x.acquire()",
    "x.acquire(False)",
    "x.acquire(timeout=1)",
    "x.release()",
    "x.release(2)",
)
BARRIER = (
    "x.wait()",
    "x.wait(1)",
    "x.wait(0)",
    "x.reset()",
    "x.abort()",
    "x.broken",
    "x.n_waiting",
)
GETTING = ("x.get()", "x.get(False)", "x.get(timeout=1)", "x.qsize()", "x.empty()")
QUEUE = (
    *GETTING,
    "x.put(1)",
    "x.put(2)",
    "x.put(3, False)",
    "x.put(4, timeout=1)",
    "x.task_done()",
    "x.join()",
    "x.full()",
)
if sys.version_info >= (3, 13):
    QUEUE += ("x.shutdown()", "x.shutdown(immediate=True)")
SLEEP = ("p.sleep(1)",)

FAMILIES = {
    "lock": (("p.Lock()",), (*LOCK, "x.locked()", *SLEEP)),
    "rlock": (("p.RLock()",), (*LOCK, "x.acquire() and x.acquire()", *SLEEP)),
    "condition": (("p.Condition()", "p.Condition(p.Lock())"), (*CONDITION, *SLEEP)),
    "event": (("p.Event()",), (*EVENT, *SLEEP)),
    "semaphore": (("p.Semaphore(0)", "p.Semaphore(1)"), (*SEMAPHORE, *SLEEP)),
    "bounded": (("p.BoundedSemaphore(1)", "p.BoundedSemaphore(2)"), (*SEMAPHORE, *SLEEP)),
    "barrier": (
        (
            "p.Barrier(2)",
            "p.Barrier(1)",
            "p.Barrier(2, timeout=1)",
            "p.Barrier(2, lambda: p.sleep(1))",
        ),
        (*BARRIER, *SLEEP),
    ),
    "queue": (("p.Queue()", "p.Queue(1)"), (*QUEUE, *SLEEP)),
    "lifo": (("p.LifoQueue()", "p.LifoQueue(1)"), (*QUEUE, *SLEEP)),
    "priority": (("p.PriorityQueue()", "p.PriorityQueue(1)"), (*QUEUE, *SLEEP)),
    "simple": (("p.SimpleQueue()",), (*GETTING, "x.put(1)", "x.put(2)", *SLEEP)),
}
"""For each family: what makes the primitive, and the actions on it."""


class RandomProgram:
    """A program that was drawn.

    Args:
        make: What makes the primitive.
        bodies: The actions of each thread.
    """

    def __init__(self, make, bodies):
        self.make = make
        self.bodies = bodies
        self._make = eval(f"lambda p: {make}")
        self._bodies = [[eval(f"lambda p, x: {action}") for action in body] for body in bodies]

    def __repr__(self):
        threads = "".join(
            f"\n    T{number}: {'; '.join(body)}" for number, body in enumerate(self.bodies, 1)
        )
        return f"x = {self.make}{threads}"

    def __call__(self, p):
        """Run it; gives the results of each thread."""
        primitive = self._make(p)
        results = [[] for _ in self._bodies]

        def thread(number):
            def run():
                for action in self._bodies[number]:
                    results[number].append(p.result(action, p, primitive))

            return run

        p.run(*(thread(number) for number in range(len(self._bodies))))
        return tuple(map(tuple, results))


@st.composite
def programs(draw, family):
    """Programs of a family.

    Args:
        draw: Given by hypothesis.
        family: The name of the family.
    """
    makes, actions = FAMILIES[family]
    body = st.lists(st.sampled_from(actions), min_size=1, max_size=2)
    bodies = draw(
        st.lists(body, min_size=2, max_size=3).filter(
            lambda bodies: sum(map(len, bodies)) <= MOST_ACTIONS
        )
    )
    return RandomProgram(draw(st.sampled_from(makes)), bodies)
