"""What a step did, as words to put after a task's name: "reads bal as 0", "waits for lock (held by T2)".

One small function for each action. The vocabulary is fixed: *gets suspended* is a preemption and nothing
else, *waits* is blocking and nothing else, and a wait always says on what, and who has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from treadle.explain.accesses import part_of
from treadle.explain.labels import Labels
from treadle.explain.waiting import Waits, waits_text
from treadle.explain.words import listing, plural, shorten, yes_no
from treadle.model.trace import Action, Step

PRINT_LIMIT = 60
"""Longest printed text inside a sentence."""


@dataclass(slots=True)
class Phrases:
    """Words for the steps of one trace.

    Args:
        labels: How its tasks and resources are called.
        waits: Which steps of its waits belong together.
        name: How to call a task in a given step: with its name where it is mentioned first.
    """

    labels: Labels
    waits: Waits
    name: Callable[[Step, int], str]

    def phrase(self, step: Step) -> str:
        """What a step did.

        Args:
            step: A step of the trace.

        Returns:
            Words to put after the task's name, without a final stop.
        """
        return _PHRASES[step.action](self, step)

    def resource(self, step: Step) -> str:
        """How the resource of a step is called."""
        return self.labels.short(step.resource)

    def tasks(self, step: Step, numbers: Iterable[int]) -> str:
        """Several tasks as a list."""
        return listing(self.name(step, number) for number in numbers)


def _block(words: Phrases, step: Step) -> str:
    """Such as "waits for lock (held by T2)"."""
    if step.number in words.waits.blocked:
        return f"is blocked on {words.resource(step)}"
    if step.other is not None:
        return f"waits for {words.name(step, step.other)} to terminate"
    others = [number for number in step.holders if number != step.task]
    held = f" (held by {words.tasks(step, others) or 'itself'})" if step.holders else ""
    return f"{waits_text(words.labels, step.detail, step.resource)}{held}"


def _raise(_words: Phrases, step: Step) -> str:
    """Such as "raises ValueError: boom and terminates"."""
    error = shorten((step.value or "an exception").removesuffix(": "), PRINT_LIMIT)
    return f"raises {error} and terminates"


def _read(words: Phrases, step: Step) -> str:
    """Such as "reads bal as 0"."""
    value = "" if step.value is None else f" as {shorten(step.value)}"
    return f"reads {words.resource(step)}{value}"


def _write(words: Phrases, step: Step) -> str:
    """Such as "writes bal = 100 (was -50)"."""
    value = "" if step.value is None else f" = {shorten(step.value)}"
    return f"writes {words.resource(step)}{value}{_was(step)}"


def _was(step: Step) -> str:
    """What was there before, in brackets."""
    return "" if step.previous is None else f" (was {shorten(step.previous)})"


def _contains(words: Phrases, step: Step) -> str:
    """Such as "looks whether 'k' is in cache: no"."""
    key, container = key_and_container(words.labels, step)
    return f"looks whether {key} is in {container}: {yes_no(step.value)}"


def key_and_container(labels: Labels, step: Step) -> tuple[str, str]:
    """What a CONTAINS step asks about; its resource may be the container, or the key in it.

    Args:
        labels: How resources are called.
        step: The step.

    Returns:
        The key's text and the name of the container.
    """
    part = part_of(step)
    key = part[1] if part is not None and part[1] is not None else "something"
    return shorten(key), labels.short(part[0] if part is not None else step.resource)


def _iterate(words: Phrases, step: Step) -> str:
    """Such as "goes through items (3 items)"."""
    return f"goes through {words.resource(step)}{_items(step)}"


def _items(step: Step) -> str:
    """A number of items, in brackets."""
    value = step.value or ""
    return f" ({plural(int(value), 'item')})" if value.isdecimal() else ""


def _call(words: Phrases, step: Step) -> str:
    """Such as "calls items.append(3)"."""
    return call_text("calls", words.resource(step), step.detail)


def call_text(verb: str, resource: str, detail: str) -> str:
    """What was done to a container as a whole.

    Args:
        verb: "calls" or "called".
        resource: The name of the container.
        detail: The call as the trace has it: "append(3)", "heappush", "[...] = ...", "del [...]",
            "update in place".

    Returns:
        "calls items.append(3)", "calls heappush on items", "changed items[...]".
    """
    done = "changes" if verb == "calls" else "changed"
    if detail.startswith(("[", "del ", "update ")):
        return f"{done} {resource}{'' if detail.startswith('update') else '[...]'} in place"
    if detail.endswith(")"):
        return f"{verb} {resource}.{shorten(detail)}"
    return f"{verb} {shorten(detail)} on {resource}"


def _print(_words: Phrases, step: Step) -> str:
    """Such as "prints 'done'"."""
    text = (step.value or "").removesuffix("\n")
    return f"prints {shorten(repr(text), PRINT_LIMIT)}" if text else "prints an empty line"


def _join(words: Phrases, step: Step) -> str:
    """Such as "joins T2"."""
    other = words.name(step, step.other) if step.other is not None else words.resource(step)
    if step.value == "False":
        return f"gives up waiting for {other} to terminate: the time is up"
    return f"joins {other}"


def _left(step: Step) -> str:
    """What is left of a semaphore, in brackets."""
    return "" if step.value is None else f" ({shorten(step.value)} left)"


def _try_acquire(words: Phrases, step: Step) -> str:
    """Such as "tries to acquire lock in vain (held by T2)"."""
    if step.value == "True":
        return f"tries to acquire {words.resource(step)} and gets it"
    holders = words.tasks(step, step.holders)
    return (
        f"tries to acquire {words.resource(step)} in vain{f' (held by {holders})' * bool(holders)}"
    )


def _wait_done(words: Phrases, step: Step) -> str:
    """Such as "stops waiting on cond"."""
    resource = words.resource(step)
    if step.value == "False":
        return f"gives up waiting on {resource}: the time is up"
    if step.number in words.waits.immediate:
        return f"need not wait on {resource}"
    return f"stops waiting on {resource}"


def _notify(words: Phrases, step: Step) -> str:
    """Such as "notifies cond and wakes T2"."""
    if step.woken:
        return f"notifies {words.resource(step)} and wakes {words.tasks(step, step.woken)}"
    return f"notifies {words.resource(step)} (nobody is waiting: the signal is lost)"


def _set(words: Phrases, step: Step) -> str:
    """Such as "sets ready and wakes T2"."""
    woken = f" and wakes {words.tasks(step, step.woken)}" if step.woken else ""
    return f"sets {words.resource(step)}{woken}"


def _item(step: Step) -> str:
    """The item of a queue."""
    return "an item" if step.value is None else shorten(step.value)


def _queue_read(words: Phrases, step: Step) -> str:
    """Such as "asks q.empty(): yes"."""
    resource = words.resource(step)
    if step.detail == "get_nowait":
        return f"tries to get an item from {resource} in vain: it is empty"
    if step.detail == "put_nowait":
        return f"tries to put an item into {resource} in vain: it is full"
    question = step.detail if step.detail.endswith(")") else f"{step.detail or 'qsize'}()"
    return f"asks {resource}.{question}: {yes_no(step.value)}"


def _release(words: Phrases, step: Step) -> str:
    """Such as "releases lock (T2 can go on)"."""
    woken = f" ({words.tasks(step, step.woken)} can go on)" if step.woken else ""
    return f"releases {words.resource(step)}{_left(step)}{woken}"


def _is_alive(words: Phrases, step: Step) -> str:
    """Such as "asks whether T2 is alive: yes"."""
    if step.other is None:
        return "looks at the list of threads"
    return f"asks whether {words.name(step, step.other)} is alive: {yes_no(step.value)}"


def _timeout(words: Phrases, step: Step) -> str:
    """Such as "gives up waiting for lock: the time is up"."""
    what = f" for {words.resource(step)}" if step.resource else ""
    return f"gives up waiting{what}: the time is up"


def _simple(text: str) -> Callable[[Phrases, Step], str]:
    """A phrase that needs only the resource: ``{}`` stands for it."""

    def phrase(words: Phrases, step: Step) -> str:
        return text.format(words.resource(step))

    return phrase


_PHRASES: dict[Action, Callable[[Phrases, Step], str]] = {
    Action.BEGIN: _simple("starts"),
    Action.SUSPEND: _simple("gets suspended"),
    Action.RESUME: _simple("resumes"),
    Action.BLOCK: _block,
    Action.YIELD: _simple("stands aside so that others can run"),
    Action.WAKE: _simple("wakes up"),
    Action.TERMINATE: _simple("terminates"),
    Action.RAISE: _raise,
    Action.READ: _read,
    Action.WRITE: _write,
    Action.DELETE: lambda words, step: f"deletes {words.resource(step)}{_was(step)}",
    Action.CONTAINS: _contains,
    Action.ITERATE: _iterate,
    Action.LENGTH: lambda words, step: (
        f"looks at the length of {words.resource(step)}: {shorten(step.value or 'unknown')}"
    ),
    Action.CALL: _call,
    Action.PRINT: _print,
    Action.START: lambda words, step: (
        f"starts {words.name(step, step.other) if step.other is not None else 'a thread'}"
    ),
    Action.JOIN: _join,
    Action.ACQUIRE: lambda words, step: f"acquires {words.resource(step)}{_left(step)}",
    Action.TRY_ACQUIRE: _try_acquire,
    Action.LOCKED: lambda words, step: (
        f"asks whether {words.resource(step)} is locked: {yes_no(step.value)}"
    ),
    Action.RELEASE: _release,
    Action.WAIT: _simple("waits on {}"),
    Action.WAIT_DONE: _wait_done,
    Action.NOTIFY: _notify,
    Action.SET: _set,
    Action.CLEAR: _simple("clears {}"),
    Action.IS_SET: lambda words, step: (
        f"asks whether {words.resource(step)} is set: {yes_no(step.value)}"
    ),
    Action.PUT: lambda words, step: f"puts {_item(step)} into {words.resource(step)}",
    Action.GET: lambda words, step: f"gets {_item(step)} from {words.resource(step)}",
    Action.TASK_DONE: _simple("tells {} that a task is done"),
    Action.QUEUE_JOIN: _simple("joins {}: every task is done"),
    Action.QUEUE_READ: _queue_read,
    Action.SHUTDOWN: _simple("shuts {} down"),
    Action.SLEEP: lambda _words, step: f"sleeps {shorten(step.value or '0')} s of virtual time",
    Action.IS_ALIVE: _is_alive,
    Action.TIMEOUT: _timeout,
}
