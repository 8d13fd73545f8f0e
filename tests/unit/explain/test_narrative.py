"""One sentence for each step."""

import pytest
import report_builders as build

from treadle.explain.narrative import Narrator, sentence, story
from treadle.model.trace import Action, Step, Trace

A = Action


def say(action, **fields):
    """The sentence for the second step of a task that was introduced in the first."""
    first = build.step(1, 1, A.BEGIN)
    step = build.step(2, 1, action, **fields)
    others = [build.step(3 + n, n + 2, A.BEGIN) for n in range(2)]
    introduced = [build.step(1, 1, A.START, other=2), build.step(2, 1, A.START, other=3)]
    steps = [first, *introduced, step, *others]
    steps = [
        Step(**{n: getattr(s, n) for n in Step.__slots__} | {"number": i})
        for i, s in enumerate(steps, 1)
    ]
    trace = Trace(build.tasks("deposit", "withdraw", "audit"), tuple(steps), "", 0)
    return sentence(trace, trace.steps[3])


@pytest.mark.parametrize(
    ("action", "fields", "text"),
    [
        (A.BEGIN, {}, "T1 starts."),
        (A.SUSPEND, {}, "T1 gets suspended."),
        (A.RESUME, {}, "T1 resumes."),
        (A.YIELD, {}, "T1 stands aside so that others can run."),
        (A.WAKE, {}, "T1 wakes up."),
        (A.TERMINATE, {}, "T1 terminates."),
        (A.RAISE, {"value": "ValueError: boom"}, "T1 raises ValueError: boom and terminates."),
        (A.RAISE, {"value": "ValueError: "}, "T1 raises ValueError and terminates."),
        (A.RAISE, {}, "T1 raises an exception and terminates."),
        (A.BLOCK, {"resource": "lock", "holders": (2,)}, "T1 waits for lock (held by T2)."),
        (A.BLOCK, {"resource": "lock", "holders": (1,)}, "T1 waits for lock (held by itself)."),
        (A.BLOCK, {"resource": "cond", "detail": "waits on"}, "T1 waits on cond."),
        (A.BLOCK, {"resource": "q", "detail": "gets from"}, "T1 waits for an item in q."),
        (A.BLOCK, {"resource": "q", "detail": "puts into"}, "T1 waits for room in q."),
        (A.BLOCK, {"resource": "q", "detail": "joins"}, "T1 waits until every task of q is done."),
        (A.BLOCK, {"resource": "T2", "detail": "joins"}, "T1 waits for T2 to terminate."),
        (A.BLOCK, {"resource": "T2", "other": 2}, "T1 waits for T2 to terminate."),
        (A.BLOCK, {"detail": "sleeps"}, "T1 sleeps."),
        (A.BLOCK, {}, "T1 cannot go on."),
        (A.READ, {"resource": "b.bal", "value": "0"}, "T1 reads bal as 0."),
        (A.READ, {"resource": "b.bal"}, "T1 reads bal."),
        (
            A.WRITE,
            {"resource": "b.bal", "value": "1", "previous": "0"},
            "T1 writes bal = 1 (was 0).",
        ),
        (A.WRITE, {"resource": "b.bal", "value": "1"}, "T1 writes bal = 1."),
        (A.WRITE, {"resource": "b.bal"}, "T1 writes bal."),
        (A.DELETE, {"resource": "c['k']", "previous": "3"}, "T1 deletes c['k'] (was 3)."),
        (
            A.CONTAINS,
            {"resource": "cache", "detail": "'k'", "value": "False"},
            "T1 looks whether 'k' is in cache: no.",
        ),
        (
            A.CONTAINS,
            {"resource": "cache['k']", "value": "True"},
            "T1 looks whether 'k' is in cache: yes.",
        ),
        (A.CONTAINS, {"resource": "cache"}, "T1 looks whether something is in cache: unknown."),
        (A.ITERATE, {"resource": "items", "value": "3"}, "T1 goes through items (3 items)."),
        (A.ITERATE, {"resource": "items"}, "T1 goes through items."),
        (A.LENGTH, {"resource": "items", "value": "3"}, "T1 looks at the length of items: 3."),
        (A.CALL, {"resource": "items", "detail": "append(3)"}, "T1 calls items.append(3)."),
        (A.CALL, {"resource": "heap", "detail": "heappush"}, "T1 calls heappush on heap."),
        (A.CALL, {"resource": "items", "detail": "[...] = ..."}, "T1 changes items[...] in place."),
        (A.CALL, {"resource": "items", "detail": "update in place"}, "T1 changes items in place."),
        (A.PRINT, {"value": "done\n"}, "T1 prints 'done'."),
        (A.PRINT, {"value": "\n"}, "T1 prints an empty line."),
        (A.START, {"other": 2}, "T1 starts T2."),
        (A.START, {}, "T1 starts a thread."),
        (A.JOIN, {"other": 2}, "T1 joins T2."),
        (A.JOIN, {"resource": "T2"}, "T1 joins T2."),
        (
            A.JOIN,
            {"other": 2, "value": "False"},
            "T1 gives up waiting for T2 to terminate: the time is up.",
        ),
        (A.ACQUIRE, {"resource": "lock"}, "T1 acquires lock."),
        (A.ACQUIRE, {"resource": "sem", "value": "2"}, "T1 acquires sem (2 left)."),
        (A.RELEASE, {"resource": "sem", "value": "3"}, "T1 releases sem (3 left)."),
        (
            A.TRY_ACQUIRE,
            {"resource": "lock", "value": "True"},
            "T1 tries to acquire lock and gets it.",
        ),
        (
            A.TRY_ACQUIRE,
            {"resource": "lock", "value": "False", "holders": (2,)},
            "T1 tries to acquire lock in vain (held by T2).",
        ),
        (
            A.TRY_ACQUIRE,
            {"resource": "lock", "value": "False"},
            "T1 tries to acquire lock in vain.",
        ),
        (A.LOCKED, {"resource": "lock", "value": "True"}, "T1 asks whether lock is locked: yes."),
        (A.WAIT, {"resource": "cond"}, "T1 waits on cond."),
        (A.WAIT_DONE, {"resource": "ready", "value": "True"}, "T1 need not wait on ready."),
        (
            A.WAIT_DONE,
            {"resource": "cond", "value": "False"},
            "T1 gives up waiting on cond: the time is up.",
        ),
        (
            A.NOTIFY,
            {"resource": "cond"},
            "T1 notifies cond (nobody is waiting: the signal is lost).",
        ),
        (A.NOTIFY, {"resource": "cond", "woken": (2, 3)}, "T1 notifies cond and wakes T2 and T3."),
        (A.SET, {"resource": "ready"}, "T1 sets ready."),
        (A.SET, {"resource": "ready", "woken": (2,)}, "T1 sets ready and wakes T2."),
        (A.CLEAR, {"resource": "ready"}, "T1 clears ready."),
        (A.IS_SET, {"resource": "ready", "value": "False"}, "T1 asks whether ready is set: no."),
        (A.PUT, {"resource": "q", "value": "3"}, "T1 puts 3 into q."),
        (A.GET, {"resource": "q", "value": "3"}, "T1 gets 3 from q."),
        (A.GET, {"resource": "q"}, "T1 gets an item from q."),
        (A.TASK_DONE, {"resource": "q"}, "T1 tells q that a task is done."),
        (A.QUEUE_JOIN, {"resource": "q"}, "T1 joins q: every task is done."),
        (
            A.QUEUE_READ,
            {"resource": "q", "detail": "empty", "value": "True"},
            "T1 asks q.empty(): yes.",
        ),
        (
            A.QUEUE_READ,
            {"resource": "q", "detail": "qsize()", "value": "3"},
            "T1 asks q.qsize(): 3.",
        ),
        (
            A.QUEUE_READ,
            {"resource": "q", "detail": "get_nowait", "value": "Empty"},
            "T1 tries to get an item from q in vain: it is empty.",
        ),
        (
            A.QUEUE_READ,
            {"resource": "q", "detail": "put_nowait", "value": "Full"},
            "T1 tries to put an item into q in vain: it is full.",
        ),
        (A.RELEASE, {"resource": "lock"}, "T1 releases lock."),
        (A.RELEASE, {"resource": "lock", "woken": (2,)}, "T1 releases lock (T2 can go on)."),
        (A.SHUTDOWN, {"resource": "q"}, "T1 shuts q down."),
        (A.SLEEP, {"value": "0.5"}, "T1 sleeps 0.5 s of virtual time."),
        (A.IS_ALIVE, {"other": 2, "value": "True"}, "T1 asks whether T2 is alive: yes."),
        (A.IS_ALIVE, {}, "T1 looks at the list of threads."),
        (A.TIMEOUT, {"resource": "lock"}, "T1 gives up waiting for lock: the time is up."),
        (A.TIMEOUT, {}, "T1 gives up waiting: the time is up."),
    ],
)
def test_sentences(action, fields, text):
    assert say(action, **fields) == text


def test_a_wait_is_told_once():
    steps = (
        build.step(1, 1, A.WAIT, resource="cond"),
        build.step(2, 1, A.BLOCK, resource="cond", detail="waits on"),
        build.step(3, 2, A.NOTIFY, resource="cond", woken=(1,)),
        build.step(4, 1, A.WAIT_DONE, resource="cond", value="True"),
        build.step(5, 1, A.WAIT, resource="cond"),
        build.step(6, 1, A.READ, resource="x", value="0"),
        build.step(7, 1, A.BLOCK, resource="cond", detail="waits on"),
    )
    trace = Trace(build.tasks("f", "g"), steps, "", 0)
    narrator = Narrator(trace, introduce=False)
    assert [narrator.phrase(step) for step in steps if step.resource == "cond"] == [
        "waits on cond",
        "is blocked on cond",
        "notifies cond and wakes T1",
        "stops waiting on cond",
        "waits on cond",
        "waits on cond",
    ]


def test_every_action_has_a_sentence():
    for action in Action:
        assert say(action).startswith("T1 ")


def test_the_lost_update_as_the_issue_tells_it():
    trace = build.bank_trace()
    narrator = Narrator(trace, (2, 6, 9))
    assert [narrator.sentence(step) for step in trace.steps] == [
        "T1 (deposit) starts.",
        "T1 reads bal as 0.",
        "T1 gets suspended.",
        "T2 (withdraw) starts.",
        "T2 reads bal as 0.",
        "T2 writes bal = -50 (was 0).",
        "T2 terminates.",
        "T1 resumes. It still holds bal = 0 from step 2.",
        "T1 writes bal = 100 (was -50): overwrites step 6, using the 0 read at step 2.",
        "T1 terminates.",
    ]


def test_a_task_is_introduced_where_it_is_first_mentioned():
    trace = build.bank_main_trace()
    assert sentence(trace, trace.steps[1]) == "main starts T1 (deposit)."
    assert sentence(trace, trace.steps[4]) == "T1 starts."


def test_nothing_is_said_about_an_overwriting_that_is_not_explained():
    trace = build.bank_trace()
    assert sentence(trace, trace.steps[8]) == "T1 writes bal = 100 (was -50)."


def triple_trace(*actions, values=("0", "1", "2")):
    tasks = (1, 2, 1)
    steps = [
        build.step(n, task, action, 6, "x", value=value)
        for n, (task, action, value) in enumerate(zip(tasks, actions, values, strict=True), 1)
    ]
    return Trace(build.tasks("f", "g"), tuple(steps), "", 1)


@pytest.mark.parametrize(
    ("actions", "number", "note"),
    [
        ((A.READ, A.WRITE, A.READ), 3, "it was 0 at step 1"),
        ((A.WRITE, A.READ, A.WRITE), 2, "T1 is not done with it, it changes it at step 3"),
        ((A.WRITE, A.WRITE, A.READ), 3, "what it wrote at step 1 is gone"),
        ((A.LENGTH, A.CALL, A.CALL), 3, "relies on step 1, outdated by step 2"),
        ((A.ITERATE, A.CALL, A.ITERATE), 3, ""),
    ],
)
def test_notes(actions, number, note):
    trace = triple_trace(*actions)
    assert Narrator(trace, (1, 2, 3)).note(trace.steps[number - 1]) == note


def test_notes_without_values():
    trace = triple_trace(A.READ, A.WRITE, A.WRITE, values=(None, "1", "2"))
    assert Narrator(trace, (1, 2, 3)).note(trace.steps[2]) == "overwrites step 2"
    trace = triple_trace(A.READ, A.WRITE, A.READ, values=(None, "1", "2"))
    assert Narrator(trace, (1, 2, 3)).note(trace.steps[2]) == ""


def stale(*steps):
    trace = Trace(build.tasks("f", "g"), steps, "", 1)
    return Narrator(trace).remark(steps[3])


READ = build.step(1, 1, A.READ, 6, "x", value="0", activation=1)
SUSPEND = build.step(2, 1, A.SUSPEND)
WRITE = build.step(3, 2, A.WRITE, 6, "x", value="1")
RESUME = build.step(4, 1, A.RESUME)


def test_a_stale_value_is_remarked():
    assert stale(READ, SUSPEND, WRITE, RESUME) == "still holds x = 0 from step 1"


def test_not_when_the_value_is_the_same_again():
    same = build.step(3, 2, A.WRITE, 6, "x", value="0")
    assert stale(READ, SUSPEND, same, RESUME) == ""


def test_not_when_it_is_read_again():
    again = build.step(5, 1, A.READ, 6, "x", value="1", activation=1)
    assert stale(READ, SUSPEND, WRITE, RESUME, again) == ""


def test_not_when_another_call_goes_on():
    later = build.step(5, 1, A.WRITE, 6, "y", value="1", activation=2)
    assert stale(READ, SUSPEND, WRITE, RESUME, later) == ""


def test_not_when_the_task_itself_wrote_since():
    own = build.step(2, 1, A.WRITE, 6, "x", value="5", activation=1)
    assert stale(READ, own, WRITE, RESUME) == ""


def test_a_value_that_is_used_later_is_told_before_others():
    steps = (
        build.step(1, 1, A.READ, 6, "x", value="0", activation=1),
        build.step(2, 1, A.READ, 6, "y", value="0", activation=1),
        build.step(3, 2, A.WRITE, 6, "x", value="1"),
        build.step(4, 2, A.WRITE, 6, "y", value="1"),
        build.step(5, 1, A.RESUME),
        build.step(6, 1, A.WRITE, 6, "x", value="7", activation=1),
    )
    trace = Trace(build.tasks("f", "g"), steps, "", 1)
    assert Narrator(trace).remark(steps[4]) == "still holds x = 0 from step 1"


def test_the_story_has_the_lines_of_the_program_at_the_right():
    lines = story(build.bank_trace(), (2, 6, 9))
    assert lines[1] == "  2  T1 reads bal as 0.                                        bank.py:6"
    assert lines[2].endswith("preemption 1 of 1")
    assert lines[8].split() == [
        *("9 T1 writes bal = 100 (was -50): overwrites step 6, using bank.py:7".split()),
    ]
    assert lines[9] == "     the 0 read at step 2."
    assert max(map(len, lines)) <= 80


def test_a_narrow_story_puts_the_place_after_the_sentence():
    lines = story(build.bank_trace(), width=40)
    assert "  2  T1 reads bal as 0. (bank.py:6)" in lines
    assert max(map(len, lines)) <= 40


def test_a_long_story_is_folded():
    lines = story(build.long_trace(), (202, 206, 209), resource="b.bal", limit=30)
    assert lines[0] == "     ... 198 steps of T1 (1-198)"
    assert len(lines) < 30


def test_a_story_without_places():
    steps = (build.step(1, 1, A.BEGIN), build.step(2, 1, A.TERMINATE))
    trace = Trace(build.tasks("f"), steps, "", 0)
    assert story(trace) == ["  1  T1 (f) starts.", "  2  T1 terminates."]
