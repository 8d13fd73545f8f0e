"""A trace: what happened in one execution, recorded once and rendered many times.

Every rendering (terminal, story, JSON, HTML) shows the same step numbers, because they are given here.
Accesses to data that only one task ever touched are not steps; ``Step.local_before`` counts them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from treadle.model.interpreter import FREE_THREADED


class Action(enum.StrEnum):
    """What a step did; the value is stable and appears in JSON."""

    # The life of a task.
    BEGIN = "begin"  #: the task runs for the first time
    SUSPEND = (
        "suspend"  #: another task was chosen although this one could have gone on (a preemption)
    )
    RESUME = "resume"  #: the task runs again after SUSPEND or YIELD
    BLOCK = "block"  #: the task cannot go on: `resource` says on what, `holders` who has it
    YIELD = "yield"  #: the task stands aside (a spin loop, sleep(0)) so that others may run
    WAKE = "wake"  #: a blocked task goes on
    TERMINATE = "terminate"
    RAISE = "raise"  #: the task ends by an exception: `value` is "Type: message"
    # Shared data. `resource` is the label of the location ("b.bal", "cache['k']", "items").
    READ = "read"  #: `value` is what was read
    WRITE = "write"  #: `value` the new value, `previous` the old one, None where there was none
    DELETE = "delete"  #: `previous` is what was deleted
    CONTAINS = "contains"  #: `detail` the key's repr, `value` "True" or "False"
    ITERATE = "iterate"  #: the next item is taken by a loop, or the loop begins
    LENGTH = "length"  #: length or truth of a container is looked at; `value` is the length
    CALL = "call"  #: a method of a container; `detail` is the call as text: "append(3)"
    PRINT = "print"  #: `value` is the text written to standard output
    # Synchronisation. `resource` is the label of the primitive.
    START = "start"  #: `other` is the task that was started
    JOIN = "join"  #: `other` is the task that was joined; `value` "False" when it timed out
    ACQUIRE = "acquire"  #: a lock or semaphore was taken; `value` what was left of a semaphore
    TRY_ACQUIRE = "try-acquire"  #: without waiting for ever: `value` "True" or "False"
    LOCKED = "locked"  #: locked() was asked; `value` "True" or "False"
    RELEASE = "release"
    WAIT = "wait"  #: began to wait on a condition, event or barrier; the lock is given up
    WAIT_DONE = (
        "wait-done"  #: the wait is over: `value` its result ("True", "False" after a timeout)
    )
    NOTIFY = "notify"  #: `woken` are the tasks that were woken; empty: nobody was waiting
    SET = "set"  #: an event was set; `woken` as above
    CLEAR = "clear"
    IS_SET = "is-set"  #: `value` "True" or "False"
    PUT = "put"  #: `value` the item
    GET = "get"  #: `value` the item
    TASK_DONE = "task-done"
    QUEUE_JOIN = "queue-join"
    QUEUE_READ = "queue-read"  #: qsize(), empty(), full(): `detail` which, `value` the result
    SHUTDOWN = "shutdown"
    SLEEP = "sleep"  #: `value` seconds of virtual time
    IS_ALIVE = "is-alive"  #: a thread's state or the list of threads was looked at
    TIMEOUT = "timeout"  #: a timed operation gave up; `resource` on what it waited


RELEASES = frozenset({Action.SUSPEND, Action.BLOCK, Action.YIELD, Action.TERMINATE, Action.RAISE})
"""What lets another task run; under the GIL, what releases it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the program's source something happened.

    Args:
        file: The file as the user would type it: relative to the current folder where it lies below it.
        line: First line, from 1.
        end_line: Last line.
        column: First column, from 0, in characters; -1 where unknown.
        end_column: Column after the last; -1 where unknown.
        function: Qualified name of the function.
        source: The text of the first line, without indentation; empty where there is none.
    """

    file: str
    line: int
    end_line: int
    column: int
    end_column: int
    function: str
    source: str


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """A task as people see it.

    Args:
        number: 0 for the main thread, then 1, 2, ... in order of starting.
        label: "main", "T1", "T2", ...
        name: What it does: the name of its target function, of its Thread subclass, or the thread's own
            name when the program gave it one; "" for the main thread.
        thread_name: The thread's ``name``.
        daemon: Whether the program ends without waiting for it.
        parent: Number of the task that started it; None for the main thread.
    """

    number: int
    label: str
    name: str
    thread_name: str
    daemon: bool
    parent: int | None


@dataclass(frozen=True, slots=True)
class ResourceInfo:
    """A primitive that a trace mentions.

    Args:
        label: Its label, as in the steps.
        kind: What it is: "Lock", "RLock", "Condition", "Semaphore", "Queue", ...
        size: How much it holds: permits of a bounded semaphore, parties of a barrier, places of a bounded
            queue; None where that is not limited.
    """

    label: str
    kind: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trace.

    Args:
        number: From 1, without gaps; the same in every rendering.
        task: Number of the task that did it.
        action: What was done; says which of the other fields have a meaning.
        place: Where; None for what happens at no line of the program (a thread's end).
        resource: Label of the location or primitive, "" where there is none.
        value: What was read, written, put, got or answered, as a short text.
        previous: What was there before a write.
        detail: More words: see Action.
        other: Number of another task concerned (started, joined).
        woken: Numbers of the tasks woken.
        holders: Numbers of the tasks that hold what this one waits for.
        held: Labels of the locks the task holds at this step.
        activation: Which call of the function did it: equal numbers are the same activation; 0 unknown.
        reads_from: For READ: number of the step that wrote the value; None: it was there before.
        local_before: How many accesses to data of its own the task made since its previous step.
        time: Virtual time in seconds since the start of the execution.
        eligible: Where another task may run next (:data:`RELEASES`): the numbers of the others that could.
    """

    number: int
    task: int
    action: Action
    place: Place | None = None
    resource: str = ""
    value: str | None = None
    previous: str | None = None
    detail: str = ""
    other: int | None = None
    woken: tuple[int, ...] = ()
    holders: tuple[int, ...] = ()
    held: tuple[str, ...] = ()
    activation: int = 0
    reads_from: int | None = None
    local_before: int = 0
    time: float = 0.0
    eligible: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """An unfinished task at the end of an execution, and what it waits for.

    Args:
        task: Its number.
        resource: Label of what it waits for.
        verb: How it waits, as words after the task's name: "waits for", "waits on", "joins", "gets from".
        place: The line at which it waits.
        holders: Numbers of the tasks that could let it go on because they hold the resource.
        held: The locks that it holds, each with the place where it took it.
        why: Why nobody will ever wake it, as a clause: "nobody is left who could put an item".
    """

    task: int
    resource: str
    verb: str
    place: Place | None
    holders: tuple[int, ...]
    held: tuple[tuple[str, Place | None], ...]
    why: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that happened in one execution, ready to be told.

    Args:
        tasks: All tasks, by number.
        steps: All steps, in order.
        token: The schedule that gives this trace.
        preemptions: How many preemptions it has.
        waiting: Tasks that were still waiting at the end (deadlock), in task order.
        cycle: Task and resource labels of a lock cycle, alternating, first repeated last
            (("T1", "B", "T2", "A", "T1")); empty without one.
        observed: The outcome: label of what was observed -> its value as text.
        output: What the program wrote to standard output and error, as written.
        python: Version of the interpreter, "3.11".
        model: The model of the interpreter, see :mod:`treadle.model.interpreter`.
        resources: The primitives among the steps' resources, in order of their labels.
    """

    tasks: tuple[TaskInfo, ...]
    steps: tuple[Step, ...]
    token: str
    preemptions: int
    waiting: tuple[Waiting, ...] = ()
    cycle: tuple[str, ...] = ()
    observed: tuple[tuple[str, str], ...] = ()
    output: str = ""
    python: str = ""
    model: str = FREE_THREADED
    resources: tuple[ResourceInfo, ...] = ()
