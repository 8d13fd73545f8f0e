"""Hand-made traces and results: what the engine would give for small, well-known programs."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.model.finding import Finding, FindingKind, FindingLocation
from treadle.model.result import CheckResult, OutcomeCount, Verdict
from treadle.model.schedule import Choice, ChoiceKind, Schedule
from treadle.model.trace import Action, Place, Step, TaskInfo, Trace, Waiting

A = Action

BANK = {
    4: "self.bal = 0",
    6: "balance = self.bal",
    7: "self.bal = balance + amt",
    10: "balance = self.bal",
    11: "self.bal = balance - amt",
    15: "t1 = threading.Thread(target=b.deposit, args=(100,))",
    17: "t1.start()",
    18: "t2.start()",
    19: "t1.join()",
    20: "t2.join()",
    21: "assert b.bal == 50, b.bal",
}


def place(line: int, source: str = "", file: str = "bank.py", function: str = "f") -> Place:
    """A place in a one-line statement."""
    return Place(file, line, line, 0, len(source), function, source or BANK.get(line, ""))


def step(
    number: int, task: int, action: Action, line: int = 0, resource: str = "", **fields: object
) -> Step:
    """A step; ``line`` is looked up in the bank account unless ``place`` is given."""
    where = fields.pop("place", None)
    if where is None and line:
        where = place(line)
    return Step(number, task, action, where, resource, **fields)


def tasks(*names: str, main: str = "") -> tuple[TaskInfo, ...]:
    """The main task and one for each name."""
    numbered = enumerate(names, 1)
    return (
        TaskInfo(0, "main", main, "MainThread", False, None),
        *(TaskInfo(n, f"T{n}", name, f"Thread-{n} ({name})", False, 0) for n, name in numbered),
    )


def token(*choices: Choice) -> str:
    """The token of a schedule."""
    return Schedule(choices).token()


def preempt(index: int, line: int, site: int = 0x1234ABCD) -> Choice:
    """A preemption before a line."""
    return Choice(ChoiceKind.PREEMPT, index, 2, 1, site, line)


BANK_TOKEN = token(preempt(1, 7))


def bank_trace() -> Trace:
    """The lost update of UX.md, section 5.2, step for step."""
    return Trace(
        tasks=tasks("deposit", "withdraw"),
        steps=(
            step(1, 1, A.BEGIN),
            step(2, 1, A.READ, 6, "b.bal", value="0", activation=1),
            step(3, 1, A.SUSPEND, 7),
            step(4, 2, A.BEGIN),
            step(5, 2, A.READ, 10, "b.bal", value="0", activation=2),
            step(6, 2, A.WRITE, 11, "b.bal", value="-50", previous="0", activation=2),
            step(7, 2, A.TERMINATE),
            step(8, 1, A.RESUME, 7),
            step(9, 1, A.WRITE, 7, "b.bal", value="100", previous="-50", activation=1),
            step(10, 1, A.TERMINATE),
        ),
        token=BANK_TOKEN,
        preemptions=1,
        observed=(("b.bal", "100"),),
        python="3.11",
    )


def bank_main_trace() -> Trace:
    """The same with the main thread's steps, as the program of issue 2 gives them."""
    main = (
        step(1, 0, A.BEGIN),
        step(2, 0, A.START, 17, other=1),
        step(3, 0, A.START, 18, other=2),
        step(4, 0, A.TERMINATE),
    )
    return Trace(
        tasks=tasks("deposit", "withdraw"),
        steps=(*main, *shifted(bank_trace().steps, 4)),
        token=BANK_TOKEN,
        preemptions=1,
        observed=(("b.bal", "100"),),
        python="3.11",
    )


def shifted(steps: Sequence[Step], by: int) -> tuple[Step, ...]:
    """Steps with other numbers."""
    return tuple(
        Step(**{name: getattr(one, name) for name in Step.__slots__} | {"number": one.number + by})
        for one in steps
    )


def finding(kind: FindingKind, trace: Trace, **fields: object) -> Finding:
    """A finding with the fields that a test does not care about filled in."""
    given: dict[str, object] = {
        "detail": "",
        "id": "7f3c",
        "summary": str(kind),
        "why": "",
        "resource": "",
        "found_after": 2,
        "failing_executions": 1,
        "is_fewest": True,
    }
    return Finding(kind=kind, trace=trace, **(given | fields))


def bank_finding(trace: Trace | None = None, offset: int = 0, why: str = "") -> Finding:
    """The lost update as a finding."""
    return finding(
        FindingKind.INTERFERENCE,
        trace or bank_trace(),
        detail="lost update",
        summary="lost update on b.bal",
        why=why
        or (
            f"T1 read bal as 0 (step {2 + offset}) before T2 wrote -50 (step {6 + offset}), then "
            f"overwrote it with 100 (step {9 + offset}): T2's update is lost."
        ),
        resource="b.bal",
        deciding=(2 + offset, 5 + offset, 6 + offset, 9 + offset),
        failing_executions=4,
        locations=(FindingLocation(place(7), "T1"), FindingLocation(place(11), "T2")),
    )


BANK_OUTCOMES = (
    OutcomeCount((("b.bal", "50"),), 2, True, token(), 0, False),
    OutcomeCount((("b.bal", "100"),), 2, False, BANK_TOKEN, 1, True),
    OutcomeCount((("b.bal", "-50"),), 2, False, token(preempt(1, 7), preempt(0, 11)), 1, True),
)


def result(**fields: object) -> CheckResult:
    """A check of the bank account, with other fields where given."""
    given: dict[str, object] = {
        "target": "bank.py",
        "model": "free-threaded",
        "scheduler": "portfolio",
        "verdict": Verdict.FAIL,
        "complete": True,
        "incomplete_because": (),
        "bound": None,
        "executions": 6,
        "redundant": 3,
        "elapsed": 0.0125,
        "threads": 3,
        "steps_max": 14,
        "findings": (bank_finding(),),
        "outcomes": BANK_OUTCOMES,
        "uninstrumented": (),
        "seed": 0,
        "options": (),
    }
    return CheckResult(**(given | fields))


def bank_result() -> CheckResult:
    """The check of the bank account, as UX.md shows it."""
    return result()


def bank_main_result() -> CheckResult:
    """The same with the main thread's steps."""
    return result(findings=(bank_finding(bank_main_trace(), 4),), target="examples/bank_account.py")


def bank_assert_trace() -> Trace:
    """The bank account whose main thread joins and asserts."""
    last = (
        step(15, 0, A.WAKE, 19),
        step(16, 0, A.JOIN, 19, other=1),
        step(17, 0, A.JOIN, 20, other=2),
        step(18, 0, A.READ, 21, "b.bal", value="100", reads_from=13),
        step(19, 0, A.RAISE, 21, value="AssertionError: 100"),
    )
    first = bank_main_trace().steps
    waits = step(4, 0, A.BLOCK, 19, "T1", other=1)
    return Trace(
        tasks=tasks("deposit", "withdraw"),
        steps=(*first[:3], waits, *first[4:], *last),
        token=BANK_TOKEN,
        preemptions=1,
        observed=(("b.bal", "100"), ("exception in main", "AssertionError: 100")),
        python="3.11",
    )


LOCKS = {
    11: "def transfer(source, sink, amount):",
    12: "with source.lock:",
    13: "with sink.lock:",
    20: "t1.start()",
    21: "t2.start()",
    22: "t1.join()",
}


def lock_place(line: int, file: str = "transfer.py") -> Place:
    """A place in the transfer program."""
    return place(line, LOCKS[line], file)


def lock_cycle_trace() -> Trace:
    """Two transfers in opposite directions."""
    at = lock_place
    return Trace(
        tasks=tasks("transfer", "transfer"),
        steps=(
            step(1, 0, A.BEGIN),
            step(2, 0, A.START, place=at(20), other=1),
            step(3, 0, A.START, place=at(21), other=2),
            step(4, 0, A.BLOCK, place=at(22), resource="T1", other=1),
            step(5, 1, A.BEGIN),
            step(6, 1, A.ACQUIRE, place=at(12), resource="A.lock", held=("A.lock",)),
            step(7, 1, A.SUSPEND, place=at(13), held=("A.lock",)),
            step(8, 2, A.BEGIN),
            step(9, 2, A.ACQUIRE, place=at(12), resource="B.lock", held=("B.lock",)),
            step(
                10,
                2,
                A.BLOCK,
                place=at(13),
                resource="A.lock",
                holders=(1,),
                held=("B.lock",),
                detail="waits for",
            ),
            step(11, 1, A.RESUME, place=at(13), held=("A.lock",)),
            step(
                12,
                1,
                A.BLOCK,
                place=at(13),
                resource="B.lock",
                holders=(2,),
                held=("A.lock",),
                detail="waits for",
            ),
        ),
        token=token(preempt(2, 13)),
        preemptions=1,
        waiting=(
            Waiting(0, "T1", "joins", at(22), (), (), "T1 never ends"),
            Waiting(
                1,
                "B.lock",
                "waits for",
                at(13),
                (2,),
                (("A.lock", at(12)),),
                "T2 never releases it",
            ),
            Waiting(
                2,
                "A.lock",
                "waits for",
                at(13),
                (1,),
                (("B.lock", at(12)),),
                "T1 never releases it",
            ),
        ),
        cycle=("T1", "B.lock", "T2", "A.lock", "T1"),
        observed=(("deadlock", "main, T1, T2"),),
        python="3.11",
    )


def self_deadlock_trace() -> Trace:
    """A lock taken twice by one thread."""
    first = place(12, "lock.acquire()", "twice.py")
    second = place(15, "lock.acquire()", "twice.py")
    return Trace(
        tasks=tasks("update"),
        steps=(
            step(1, 0, A.START, place=place(20, "t.start()", "twice.py"), other=1),
            step(2, 0, A.TERMINATE),
            step(3, 1, A.BEGIN),
            step(4, 1, A.ACQUIRE, place=first, resource="lock", held=("lock",)),
            step(
                5,
                1,
                A.BLOCK,
                place=second,
                resource="lock",
                holders=(1,),
                held=("lock",),
                detail="waits for",
            ),
        ),
        token=token(),
        preemptions=0,
        waiting=(
            Waiting(1, "lock", "waits for", second, (1,), (("lock", first),), "it holds it itself"),
        ),
        cycle=("T1", "lock", "T1"),
        observed=(("deadlock", "T1"),),
        python="3.11",
    )


def lost_wakeup_trace() -> Trace:
    """A condition that is notified before anybody waits."""

    def at(line: int, source: str) -> Place:
        return place(line, source, "notify.py")

    return Trace(
        tasks=tasks("produce", "consume"),
        steps=(
            step(1, 0, A.START, place=at(20, "p.start()"), other=1),
            step(2, 0, A.START, place=at(21, "c.start()"), other=2),
            step(3, 0, A.TERMINATE),
            step(4, 1, A.BEGIN),
            step(5, 1, A.ACQUIRE, place=at(6, "with cond:"), resource="cond", held=("cond",)),
            step(6, 1, A.NOTIFY, place=at(7, "cond.notify()"), resource="cond", held=("cond",)),
            step(7, 1, A.RELEASE, place=at(6, "with cond:"), resource="cond"),
            step(8, 1, A.TERMINATE),
            step(9, 2, A.BEGIN),
            step(10, 2, A.ACQUIRE, place=at(11, "with cond:"), resource="cond", held=("cond",)),
            step(11, 2, A.WAIT, place=at(12, "cond.wait()"), resource="cond"),
        ),
        token=token(),
        preemptions=0,
        waiting=(
            Waiting(
                2,
                "cond",
                "waits on",
                at(12, "cond.wait()"),
                (),
                (),
                "nobody is left who could notify",
            ),
        ),
        observed=(("deadlock", "T2"),),
        python="3.11",
    )


def consumer_trace() -> Trace:
    """A consumer that asks its queue for one more item, for ever."""

    def at(line: int, source: str) -> Place:
        return place(line, source, "endless.py")

    get, put = at(9, "item = q.get()"), at(5, "q.put(i)")
    return Trace(
        tasks=tasks("produce", "consume"),
        steps=(
            step(1, 0, A.START, place=at(15, "p.start()"), other=1),
            step(2, 0, A.START, place=at(16, "c.start()"), other=2),
            step(3, 0, A.TERMINATE),
            step(4, 1, A.BEGIN),
            step(5, 1, A.PUT, place=put, resource="q", value="0"),
            step(6, 1, A.PUT, place=put, resource="q", value="1"),
            step(7, 1, A.TERMINATE),
            step(8, 2, A.BEGIN),
            step(9, 2, A.GET, place=get, resource="q", value="0"),
            step(10, 2, A.PRINT, place=at(10, "print(item)"), value="0"),
            step(11, 2, A.GET, place=get, resource="q", value="1"),
            step(12, 2, A.PRINT, place=at(10, "print(item)"), value="1"),
            step(13, 2, A.BLOCK, place=get, resource="q", detail="gets from"),
        ),
        token=token(),
        preemptions=0,
        waiting=(
            Waiting(2, "q", "gets from", get, (), (), "nobody is left who could put an item"),
        ),
        observed=(("deadlock", "T2"),),
        output="0\n1\n",
        python="3.11",
    )


def key_error_trace() -> Trace:
    """Check-then-act on a dict: T2 deletes the key that T1 has just seen."""

    def at(line: int, source: str) -> Place:
        return place(line, source, "cache.py", "look")

    look, use, drop = (
        at(5, "if key in cache:"),
        at(6, "return cache[key]"),
        at(10, "del cache[key]"),
    )
    return Trace(
        tasks=tasks("look", "drop"),
        steps=(
            step(1, 0, A.START, place=at(20, "t1.start()"), other=1),
            step(2, 0, A.START, place=at(21, "t2.start()"), other=2),
            step(3, 0, A.TERMINATE),
            step(4, 1, A.BEGIN),
            step(
                5,
                1,
                A.CONTAINS,
                place=look,
                resource="cache",
                detail="'k'",
                value="True",
                activation=1,
            ),
            step(6, 1, A.SUSPEND, place=use),
            step(7, 2, A.BEGIN),
            step(8, 2, A.DELETE, place=drop, resource="cache['k']", previous="3", activation=2),
            step(9, 2, A.TERMINATE),
            step(10, 1, A.RESUME, place=use),
            step(11, 1, A.READ, place=use, resource="cache['k']", activation=1),
            step(12, 1, A.RAISE, place=use, value="KeyError: 'k'", activation=1),
        ),
        token=token(preempt(2, 6)),
        preemptions=1,
        observed=(("exception in T1", "KeyError: 'k'"),),
        python="3.11",
    )


def five_trace() -> Trace:
    """Five threads that increment a counter; two of them collide."""
    source = "counter.n += 1"

    def at(line: int = 5, text: str = source) -> Place:
        return place(line, text, "five.py")

    steps = [step(1, 0, A.BEGIN)]

    def add(task: int, action: Action, **fields: object) -> None:
        steps.append(step(len(steps) + 1, task, action, **fields))

    for number in range(1, 6):
        add(0, A.START, place=at(12, "t.start()"), other=number)
    add(0, A.BLOCK, place=at(14, "t.join()"), resource="T1", other=1)
    value = 0

    def increment(task: int, read: str, new: int) -> None:
        add(
            task,
            A.WRITE,
            place=at(),
            resource="counter.n",
            value=str(new),
            previous=read,
            activation=task,
        )

    for task in (1, 3, 4):
        add(task, A.BEGIN)
        add(task, A.READ, place=at(), resource="counter.n", value=str(value), activation=task)
        if task == 1:
            add(1, A.SUSPEND, place=at())
            for other in (2,):
                add(other, A.BEGIN)
                add(other, A.READ, place=at(), resource="counter.n", value="0", activation=other)
                increment(other, "0", 1)
                add(other, A.TERMINATE)
            add(1, A.RESUME, place=at())
            increment(1, "1", 1)
            value = 1
        else:
            increment(task, str(value), value + 1)
            value += 1
        add(task, A.TERMINATE)
    add(5, A.BEGIN)
    add(5, A.READ, place=at(), resource="counter.n", value=str(value), activation=5)
    increment(5, str(value), value + 1)
    add(5, A.TERMINATE)
    add(0, A.WAKE, place=at(14, "t.join()"))
    for number in range(1, 6):
        add(0, A.JOIN, place=at(14, "t.join()"), other=number)
    add(0, A.TERMINATE)
    return Trace(
        tasks=tasks(*["increment"] * 5),
        steps=tuple(steps),
        token=token(preempt(2, 5)),
        preemptions=1,
        observed=(("counter.n", "4"),),
        python="3.11",
    )


def long_trace(rounds: int = 100) -> Trace:
    """A worker that does much before the lost update of the bank account."""
    steps: list[Step] = [step(1, 1, A.BEGIN)]
    for index in range(rounds):
        number = len(steps) + 1
        steps.append(
            step(
                number, 1, A.READ, 4, "log", value=str(index), local_before=20 if index == 2 else 0
            )
        )
        steps.append(
            step(number + 1, 1, A.WRITE, 4, "log", value=str(index + 1), previous=str(index))
        )
    steps.extend(shifted(bank_trace().steps[1:], len(steps) - 1))
    return Trace(
        tasks=tasks("deposit", "withdraw"),
        steps=tuple(steps),
        token=BANK_TOKEN,
        preemptions=1,
        observed=(("b.bal", "100"),),
        python="3.11",
    )


def deadlock_result(
    trace: Trace, target: str, detail: str, resource: str, **fields: object
) -> CheckResult:
    """A check that ended in a deadlock."""
    from treadle.explain.why import explain

    names = [trace.tasks[each.task].label for each in trace.waiting]
    summary = f"deadlock: {' and '.join(names[-2:])} wait for ever"
    if len(names) == 1:
        summary = f"deadlock: {names[0]} waits for ever"
    found = finding(
        FindingKind.DEADLOCK,
        trace,
        detail=detail,
        id="9b21",
        summary=summary,
        why=explain(FindingKind.DEADLOCK, trace, resource),
        resource=resource,
        failing_executions=2,
    )
    outcomes = (
        OutcomeCount((("returns", "None"),), 4, True, token(), 0, False),
        OutcomeCount(
            trace.observed, 2, not trace.preemptions, trace.token, trace.preemptions, True
        ),
    )
    return result(target=target, findings=(found,), outcomes=outcomes, **fields)


def key_error_result() -> CheckResult:
    """A check that ended in an exception in a thread."""
    from treadle.explain.why import explain

    trace = key_error_trace()
    found = finding(
        FindingKind.EXCEPTION,
        trace,
        id="51ab",
        summary="KeyError in T1",
        why=explain(FindingKind.EXCEPTION, trace),
        thread="T1",
        exception_type="KeyError",
        exception_message="'k'",
        exception_traceback=(
            'Traceback (most recent call last):\n  File "cache.py", line 6, in look\n'
            "    return cache[key]\n           ~~~~~^^^^^\nKeyError: 'k'\n"
        ),
        failing_executions=1,
    )
    outcomes = (
        OutcomeCount((("cache", "{}"),), 3, True, token(), 0, False),
        OutcomeCount(trace.observed, 1, False, trace.token, 1, True),
    )
    return result(target="cache.py", findings=(found,), outcomes=outcomes, executions=4)


def assert_result() -> CheckResult:
    """A failed assertion in the main thread, with a deadlock as a second finding."""
    from treadle.explain.why import explain

    trace = bank_assert_trace()
    found = finding(
        FindingKind.ASSERTION,
        trace,
        summary="AssertionError in main",
        why=explain(FindingKind.ASSERTION, trace),
        thread="main",
        exception_type="AssertionError",
        exception_message="100",
        failing_executions=4,
    )
    other = finding(
        FindingKind.DEADLOCK,
        lock_cycle_trace(),
        id="9b21",
        summary="deadlock of T1 and T2",
        failing_executions=3,
    )
    return result(
        target="tests/test_bank.py::test_deposit_withdraw",
        findings=(found, other),
        complete=False,
        incomplete_because=("The limit of 412 executions was reached.",),
        executions=412,
        bound=1,
        outcomes=(),
        uninstrumented=("numpy.core", "lru"),
    )


def five_result() -> CheckResult:
    """Five threads, one of which loses an increment."""
    trace = five_trace()
    found = finding(
        FindingKind.INTERFERENCE,
        trace,
        detail="lost update",
        id="aa01",
        summary="lost update on counter.n",
        why="T1 read n as 0 (step 9) before T2 wrote 1 (step 13), then overwrote it with 1 (step 16): "
        "T2's update is lost.",
        resource="counter.n",
        deciding=(9, 13, 16),
        failing_executions=380,
        is_fewest=False,
    )
    outcomes = (
        OutcomeCount((("counter.n", "5"),), 32, True, token(), 0, False),
        OutcomeCount((("counter.n", "4"),), 200, False, trace.token, 1, True),
        OutcomeCount((("counter.n", "3"),), 180, False, trace.token, 1, True),
    )
    return result(
        target="five.py",
        findings=(found,),
        outcomes=outcomes,
        executions=412,
        complete=False,
        incomplete_because=(
            "The limit of 412 executions was reached.",
            "lru ran in several threads without being instrumented.",
        ),
        scheduler="random-walk",
    )


def pass_result() -> CheckResult:
    """The bank account with a lock."""
    outcomes = (OutcomeCount((("b.bal", "50"),), 6, True, token(), 0, False),)
    return result(target="bank_lock.py", verdict=Verdict.PASS, findings=(), outcomes=outcomes)


def inconclusive_result() -> CheckResult:
    """A search that hit its limit without finding anything."""
    outcomes = (
        OutcomeCount((("b.bal", "50"), ("returns", "None")), 400, True, token(), 0, False),
        OutcomeCount((("b.bal", "60"), ("returns", "None")), 12, True, token(), 0, False),
    )
    return result(
        target="bank_pool.py",
        verdict=Verdict.INCONCLUSIVE,
        complete=False,
        incomplete_because=("The limit of 412 executions was reached.",),
        bound=2,
        executions=412,
        elapsed=11.3,
        findings=(),
        outcomes=outcomes,
    )


RESULTS = {
    "bank": bank_result,
    "bank_main": bank_main_result,
    "bank_assert": assert_result,
    "lock_cycle": lambda: deadlock_result(
        lock_cycle_trace(), "transfer.py", "lock-cycle", "A.lock"
    ),
    "self_deadlock": lambda: deadlock_result(
        self_deadlock_trace(), "twice.py", "self-deadlock", "lock"
    ),
    "lost_wakeup": lambda: deadlock_result(lost_wakeup_trace(), "notify.py", "lost-wakeup", "cond"),
    "consumer": lambda: deadlock_result(consumer_trace(), "endless.py", "queue", "q"),
    "key_error": key_error_result,
    "five": five_result,
    "pass": pass_result,
    "inconclusive": inconclusive_result,
}
