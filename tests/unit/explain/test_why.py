"""The cause of each kind of finding."""

import dataclasses

import pytest
import report_builders as build

from treadle.explain.deadlock import cycle_text
from treadle.explain.labels import Labels
from treadle.explain.why import (
    accesses_between,
    deciding_steps,
    explain,
    protection_note,
    why_deadlock,
    why_exception,
    why_interference,
    why_livelock,
)
from treadle.model.finding import FindingKind
from treadle.model.trace import Action, Trace, Waiting

A = Action


def three(first, other, last, **fields):
    """T1, T2, T1 do something to the same location."""
    steps = []
    for number, (task, (action, extra)) in enumerate(
        zip((1, 2, 1), (first, other, last), strict=True), 1
    ):
        steps.append(build.step(number, task, action, 6, **({"resource": "b.x"} | extra | fields)))
    return Trace(build.tasks("f", "g"), tuple(steps), "", 1)


def read(value):
    return A.READ, {"value": value}


def write(value):
    return A.WRITE, {"value": value}


# --- interference ---------------------------------------------------------------------------------


def test_lost_update():
    assert why_interference(build.bank_trace(), "b.bal", 2, 6, 9) == (
        "T1 read bal as 0 (step 2) before T2 wrote -50 (step 6), then overwrote it with 100 (step 9): "
        "T2's update is lost."
    )


@pytest.mark.parametrize(
    ("first", "other", "last", "text"),
    [
        (
            read("0"), write("1"), read("1"),
            "T1 read x as 0 (step 1) and then as 1 (step 3): T2 wrote x = 1 (step 2) in between.",
        ),
        (
            write("1"), read("1"), write("2"),
            ("T2 read x as 1 (step 2) while T1 was in the middle of changing it: "
            "T1 wrote x = 1 (step 1) and after that wrote x = 2 (step 3)."),
        ),
        (
            write("1"), write("2"), read("2"),
            "T1 wrote x = 1 (step 1), but T2 wrote x = 2 (step 2) before T1 read it back as 2 (step 3).",
        ),
        (
            (A.LENGTH, {"value": "1"}), (A.CALL, {"detail": "pop()"}), (A.CALL, {"detail": "pop()"}),
            ("T1 saw 1 item in x (step 1) and relied on it when it called x.pop() (step 3), "
            "but in between T2 called x.pop() (step 2)."),
        ),
        (
            (A.ITERATE, {}), (A.CALL, {"detail": "append(1)"}), (A.ITERATE, {}),
            "T2 called x.append(1) (step 2) while T1 was going through x (steps 1 to 3).",
        ),
        (
            read(None), write("1"), write("2"),
            ("T2 wrote x = 1 (step 2) after T1 read x (step 1) and before T1 wrote x = 2 (step 3): "
            "T1 did not expect a change in between."),
        ),
        (
            read("0"), (A.DELETE, {}), write("2"),
            ("T2 deleted x (step 2) after T1 read x as 0 (step 1) and before T1 wrote x = 2 (step 3): "
            "T1 did not expect a change in between."),
        ),
        (
            read("0"), write("0"), read("0"),
            ("T2 wrote x = 0 (step 2) after T1 read x as 0 (step 1) and before T1 read x as 0 (step 3): "
            "T1 did not expect a change in between."),
        ),
        (
            read("0"), write(None), write(None),
            ("T1 read x as 0 (step 1) before T2 wrote it (step 2), then overwrote it (step 3): "
            "T2's update is lost."),
        ),
        (
            (A.ITERATE, {}), write("1"), read(None),
            ("T2 wrote x = 1 (step 2) after T1 went through x (step 1) and before T1 read x (step 3): "
            "T1 did not expect a change in between."),
        ),
    ],
)  # fmt: skip
def test_patterns(first, other, last, text):
    assert why_interference(three(first, other, last), "b.x", 1, 2, 3) == text


def test_a_flag_is_not_an_update():
    assert why_interference(three(read("False"), write("True"), write("True")), "b.x", 1, 2, 3) == (
        "T1 read x as False (step 1) and went by that when it wrote x = True (step 3), but T2 wrote "
        "x = True (step 2) in between."
    )


def test_if_instead_of_while():
    steps = (
        build.step(1, 1, A.LENGTH, 6, "items", value="0", held=("lock",)),
        build.step(2, 1, A.WAIT, 7, "cond"),
        build.step(3, 2, A.CALL, 6, "items", detail="pop()", held=("lock",)),
        build.step(4, 2, A.WAIT_DONE, 7, "cond"),
        build.step(5, 1, A.WAIT_DONE, 7, "cond"),
        build.step(6, 1, A.CALL, 8, "items", detail="pop()", held=("lock",)),
    )
    trace = Trace(build.tasks("f", "g"), steps, "", 1)
    assert why_interference(trace, "items", 1, 3, 6) == (
        "T1 saw 0 items in items (step 1), waited on cond (until step 5) and did not look again before it "
        "called items.pop() (step 6), but T2 called items.pop() (step 3) meanwhile. "
        "Wait in a loop: while instead of if."
    )
    assert protection_note(trace, "items", (1, 3, 6)) == (
        "lock is held at steps 1, 3 and 6, but T1 gives it up to wait at step 2: "
        "its accesses are not one unit."
    )


def test_explain_takes_the_deciding_steps():
    trace = build.bank_trace()
    why = explain(FindingKind.INTERFERENCE, trace, "b.bal", (2, 5, 6, 9))
    assert why.endswith("T2's update is lost.")
    assert explain(FindingKind.INTERFERENCE, trace, "b.bal", ()) == ""
    assert explain(FindingKind.NONDETERMINISM, trace) == ""


# --- deadlock -------------------------------------------------------------------------------------


def test_lock_cycle():
    assert why_deadlock(build.lock_cycle_trace()) == (
        "T1 (transfer) holds A.lock and waits for B.lock, and T2 (transfer) holds B.lock and waits for "
        "A.lock: T1 -> B.lock -> T2 -> A.lock -> T1. If every thread took these locks in the same order, "
        "this could not happen."
    )


def test_a_cycle_through_a_join():
    waiting = (
        Waiting(0, "T1", "joins", None, (1,), (("lock", None),), "that thread cannot go on either"),
        Waiting(1, "lock", "waits for", None, (0,), (), "its holder cannot go on either"),
    )
    cycle = ("main", "T1", "T1", "lock", "main")
    trace = Trace(build.tasks("f"), (), "", 0, waiting=waiting, cycle=cycle)
    assert why_deadlock(trace) == (
        "main holds lock and waits for T1 to terminate, and T1 (f) waits for lock: "
        "main -> T1 -> lock -> main."
    )
    assert cycle_text(Labels(trace), cycle) == "main -> T1 -> lock -> main"


def test_self_deadlock():
    assert why_deadlock(build.self_deadlock_trace()) == (
        "T1 (update) already holds lock (taken at twice.py:12) and asks for it again at twice.py:15: "
        "a Lock is not reentrant, so it waits for itself. An RLock may be taken twice."
    )


def test_self_deadlock_without_places():
    waiting = (Waiting(1, "lock", "waits for", None, (1,), (), ""),)
    trace = Trace(build.tasks("f"), (), "", 0, waiting=waiting, cycle=("T1", "lock", "T1"))
    assert why_deadlock(trace).startswith("T1 (f) already holds lock and asks for it again: ")


def test_lost_wakeup():
    assert why_deadlock(build.lost_wakeup_trace()) == (
        "T1 (produce) notified cond (step 6) before T2 (consume) began to wait on it (step 11): "
        "the signal is lost."
    )


def looking(*middle):
    """A task that waits on a condition after a notify, and after something else."""
    steps = (build.step(1, 1, A.NOTIFY, resource="cond"), *middle)
    steps = (*steps, build.step(len(steps) + 1, 2, A.WAIT, resource="cond"))
    waiting = (Waiting(2, "cond", "waits on", None, (), (), "nobody is left who could notify it"),)
    return Trace(build.tasks("produce", "consume"), steps, "", 0, waiting=waiting)


@pytest.mark.parametrize("action", [A.READ, A.CALL, A.LENGTH])
def test_a_signal_is_not_lost_on_a_task_that_looked_after_it(action):
    trace = looking(build.step(2, 2, action, resource="items", value="0"))
    assert why_deadlock(trace) == (
        "T2 (consume) waits on cond for ever: nobody is left who could notify it."
    )


def test_a_signal_before_an_earlier_wait_is_not_lost():
    trace = looking(
        build.step(2, 2, A.WAIT, resource="cond"), build.step(3, 2, A.WAIT_DONE, resource="cond")
    )
    assert "for ever" in why_deadlock(trace)


def test_a_signal_that_somebody_heard_is_not_lost():
    trace = looking(
        build.step(2, 2, A.ACQUIRE, resource="lock"),
        build.step(3, 1, A.NOTIFY, resource="other"),
        build.step(4, 1, A.NOTIFY, resource="cond", woken=(0,)),
    )
    assert why_deadlock(trace).startswith("T1 (produce) notified cond (step 1) before T2 (consume)")


def event_trace(*middle):
    steps = [build.step(1, 1, A.SET, resource="ready"), *middle]
    steps.append(build.step(len(steps) + 1, 2, A.WAIT, resource="ready"))
    waiting = (Waiting(2, "ready", "waits on", None, (), (), "nobody is left who could set it"),)
    return Trace(build.tasks("serve", "ask"), tuple(steps), "", 0, waiting=waiting)


def test_an_event_that_was_cleared_too_early():
    assert why_deadlock(event_trace(build.step(2, 1, A.CLEAR, resource="ready"))) == (
        "T1 (serve) set ready (step 1) and cleared it again (step 2) before T2 (ask) began to wait on it "
        "(step 3): the signal is lost."
    )
    by_another = why_deadlock(event_trace(build.step(2, 0, A.CLEAR, resource="ready")))
    assert "and main cleared it again (step 2)" in by_another


def test_an_event_that_is_still_set_is_no_lost_signal():
    assert why_deadlock(event_trace()) == (
        "T2 (ask) waits on ready for ever: nobody is left who could set it."
    )


def test_the_endless_consumer():
    assert why_deadlock(build.consumer_trace()) == (
        "T2 (consume) waits for an item in q at endless.py:9 for ever: "
        "nobody is left who could put an item."
    )


def test_who_waits_in_turn():
    waiting = (
        Waiting(0, "T1", "joins", None, (1,), (), "that thread cannot go on either"),
        Waiting(1, "q", "gets from", None, (), (), ""),
    )
    trace = Trace(build.tasks("f"), (), "", 0, waiting=waiting)
    assert why_deadlock(trace) == (
        "T1 (f) waits for an item in q for ever: nobody is left who could let it go on. "
        "main waits for T1 in turn."
    )
    more = (*waiting, dataclasses.replace(waiting[0], task=2, holders=()))
    trace = Trace(build.tasks("f", "g"), (), "", 0, waiting=more)
    assert why_deadlock(trace).endswith(" main and T2 wait for T1 in turn.")


def test_a_lock_whose_holder_has_ended():
    place = build.place(3, "lock.acquire()", "leak.py")
    steps = (
        build.step(1, 1, A.ACQUIRE, place=place, resource="lock"),
        build.step(2, 1, A.TERMINATE),
        build.step(3, 2, A.BLOCK, resource="lock", holders=(1,)),
    )
    waiting = (Waiting(2, "lock", "waits for", place, (1,), (), ""),)
    trace = Trace(build.tasks("f", "g"), steps, "", 0, waiting=waiting)
    assert why_deadlock(trace) == (
        "T1 (f) took lock at leak.py:3 and ended (step 2) without releasing it, so T2 (g) waits for it "
        "for ever at leak.py:3."
    )
    bare = dataclasses.replace(trace, steps=())
    assert why_deadlock(bare).startswith("T1 (f) took lock and ended without releasing it")


def test_all_wait_for_each_other_without_a_drawn_cycle():
    waiting = (
        Waiting(1, "T2", "joins", None, (2,), (), ""),
        Waiting(2, "T1", "joins", None, (1,), (), ""),
    )
    trace = Trace(build.tasks("f", "g"), (), "", 0, waiting=waiting)
    assert why_deadlock(trace).startswith("T1 (f) waits for T2 to terminate")


def test_no_deadlock():
    assert why_deadlock(build.bank_trace()) == ""
    assert explain(FindingKind.DEADLOCK, build.consumer_trace()).startswith("T2 (consume) waits")


# --- exceptions -----------------------------------------------------------------------------------


def test_check_then_act():
    assert why_exception(build.key_error_trace()) == (
        "T1 (look) raised KeyError: 'k' (step 12, cache.py:6). T1 saw that 'k' was in cache (step 5) and "
        "relied on it when it read cache['k'] (step 11), but in between T2 deleted cache['k'] (step 8)."
    )


def test_an_assertion_of_the_main_thread():
    why = explain(FindingKind.ASSERTION, build.bank_assert_trace())
    assert why.startswith("main raised AssertionError: 100 (step 19, bank.py:21). T1 read bal as 0")
    assert why.endswith("T2's update is lost.")


def raising(*steps):
    steps = (*steps, build.step(len(steps) + 1, 1, A.RAISE, 7, value="AttributeError: no x"))
    return Trace(build.tasks("f", "g"), steps, "", 0)


def test_a_value_that_another_task_wrote():
    trace = raising(
        build.step(1, 2, A.WRITE, 4, "c", value="None"),
        build.step(2, 1, A.READ, 6, "c", value="None", reads_from=1),
    )
    assert why_exception(trace) == (
        "T1 (f) raised AttributeError: no x (step 3, bank.py:7). "
        "It had read c as None (step 2), which T2 wrote at step 1."
    )


def test_a_value_of_its_own_explains_nothing():
    trace = raising(
        build.step(1, 1, A.WRITE, 4, "c", value="None"),
        build.step(2, 1, A.READ, 6, "c", value="None", reads_from=1),
    )
    assert why_exception(trace) == "T1 (f) raised AttributeError: no x (step 3, bank.py:7)."


def test_a_value_that_is_written_too_late():
    trace = raising(build.step(1, 1, A.READ, 6, "c", value="None"))
    late = build.step(3, 2, A.WRITE, 4, "c", value="5")
    trace = dataclasses.replace(trace, steps=(*trace.steps, late))
    assert why_exception(trace).endswith(
        " It had read c as None (step 1); T2 writes it only at step 3."
    )


def test_nothing_more_is_known():
    assert why_exception(raising()) == "T1 (f) raised AttributeError: no x (step 1, bank.py:7)."
    assert why_exception(raising(build.step(1, 1, A.READ, 6, "c", value="1"))).endswith(
        "bank.py:7)."
    )
    assert why_exception(raising(build.step(1, 1, A.CALL, 6, "c", detail="f()"))).endswith("7).")
    assert why_exception(build.bank_trace()) == ""


def test_triples_after_the_exception_do_not_count():
    steps = (
        build.step(1, 3, A.RAISE, value="ValueError: x"),
        *build.shifted(build.bank_trace().steps, 1),
    )
    trace = Trace(build.tasks("deposit", "withdraw", "check"), steps, "", 1)
    assert why_exception(trace) == "T3 (check) raised ValueError: x (step 1)."


def test_the_resource_in_question_counts_most():
    trace = build.bank_assert_trace()
    assert "T2's update is lost" in why_exception(trace, "b.bal")
    assert "T2's update is lost" in why_exception(trace, "b.bal", (6, 10, 13))


def test_an_interference_in_an_earlier_call_counts_less():
    steps = (
        build.step(1, 1, A.READ, 6, "x", value="0", activation=1),
        build.step(2, 2, A.WRITE, 6, "x", value="1", activation=2),
        build.step(3, 1, A.READ, 6, "x", value="1", activation=1),
        build.step(4, 1, A.RAISE, value="E: e", activation=3),
    )
    trace = Trace(build.tasks("f", "g"), steps, "", 1)
    assert "T1 read x as 0 (step 1) and then as 1 (step 3)" in why_exception(trace)


def test_deciding_steps():
    trace = build.bank_assert_trace()
    found = build.finding(FindingKind.ASSERTION, trace)
    assert deciding_steps(found) == (6, 10, 13)
    assert deciding_steps(build.bank_finding()) == (2, 5, 6, 9)
    assert deciding_steps(build.finding(FindingKind.EXCEPTION, raising())) == ()
    assert deciding_steps(build.finding(FindingKind.EXCEPTION, build.bank_trace())) == ()
    assert deciding_steps(build.finding(FindingKind.DEADLOCK, trace)) == ()


# --- livelock and races ---------------------------------------------------------------------------


def test_livelock():
    loop = [build.place(7, "while not flag:", "spin.py"), build.place(8, "pass", "spin.py")]
    steps = [build.step(n, 1, A.READ, place=loop[n % 2], resource="flag") for n in range(1, 99)]
    trace = Trace(build.tasks("spin"), tuple(steps), "", 0)
    text = (
        "T1 (spin) repeats spin.py:7 and spin.py:8 over and over, and nothing that happens ends it."
    )
    assert why_livelock(trace) in {text, text.replace("7 and spin.py:8", "8 and spin.py:7")}
    assert explain(FindingKind.LIVELOCK, trace) == why_livelock(trace)


def test_a_livelock_of_many_lines():
    steps = [build.step(n, n % 2, A.READ, n, resource="flag") for n in range(1, 30)]
    trace = Trace(build.tasks("spin"), tuple(steps), "", 0)
    assert why_livelock(trace).startswith(
        "main and T1 (spin) repeat bank.py:1 and more over and over"
    )


def test_a_livelock_without_lines():
    assert why_livelock(Trace(build.tasks(), (), "", 0)) == ""


def test_race():
    why = explain(FindingKind.DATA_RACE, build.bank_trace(), "b.bal", (2, 6))
    assert why == (
        "T1 read bal as 0 and T2 wrote bal = -50 (steps 2 and 6), and neither a lock nor anything else "
        "orders these two accesses to bal."
    )
    assert explain(FindingKind.DATA_RACE, build.bank_trace(), "b.bal", (2,)) == ""


# --- protection -----------------------------------------------------------------------------------


def test_no_lock():
    trace = build.bank_trace()
    steps = accesses_between(trace, "b.bal", (2, 6, 9))
    assert steps == (2, 5, 6, 9)
    assert protection_note(trace, "b.bal", steps) == (
        "No lock protects b.bal: T1 and T2 hold nothing at steps 2, 5, 6 and 9."
    )


def test_no_accesses():
    trace = build.bank_trace()
    assert accesses_between(trace, "b.bal", (3, 99)) == ()
    assert protection_note(trace, "b.bal", ()) == ""


def test_one_task_alone():
    note = protection_note(build.bank_trace(), "b.bal", (2, 9))
    assert note == "No lock protects b.bal: T1 holds nothing at steps 2 and 9."


def test_another_location_is_left_out():
    steps = (*build.bank_trace().steps[:4], build.step(5, 2, A.READ, 10, "b.name", value="'x'"))
    trace = dataclasses.replace(build.bank_trace(), steps=(*steps, *build.bank_trace().steps[5:]))
    assert accesses_between(trace, "b.bal", (2, 6, 9)) == (2, 6, 9)


def test_different_locks():
    trace = three((A.READ, {"held": ("m.lock",)}), (A.WRITE, {}), (A.WRITE, {"held": ("m.lock",)}))
    assert protection_note(trace, "b.x", (1, 2, 3)) == (
        "No common lock protects b.x: T1 holds lock at steps 1 and 3; T2 holds nothing at step 2."
    )


def test_a_lock_that_is_given_up_in_between():
    held = {"held": ("lock",)}
    steps = (
        build.step(1, 1, A.READ, 6, "x", **held),
        build.step(2, 1, A.RELEASE, 6, "lock"),
        build.step(3, 2, A.WRITE, 6, "x", **held),
        build.step(4, 1, A.WRITE, 6, "x", **held),
    )
    trace = Trace(build.tasks("f", "g"), steps, "", 1)
    assert protection_note(trace, "x", (1, 3, 4)) == (
        "lock is held at steps 1, 3 and 4, but T1 releases it at step 2: its accesses are not one unit."
    )
    kept = dataclasses.replace(trace, steps=(steps[0], build.step(2, 1, A.READ), *steps[2:]))
    assert protection_note(kept, "x", (1, 3, 4)) == "lock is held at steps 1, 3 and 4."


def test_an_interference_of_others_that_nobody_was_misled_by_is_no_cause():
    steps = (
        build.step(1, 1, A.READ, 6, "x", value="0"),
        build.step(2, 2, A.WRITE, 6, "x", value="1"),
        build.step(3, 1, A.READ, 6, "x", value="1"),
        build.step(4, 3, A.RAISE, value="E: e"),
    )
    trace = Trace(build.tasks("f", "g", "h"), steps, "", 1)
    assert why_exception(trace) == "T3 (h) raised E: e (step 4)."


def test_the_last_interference_is_the_cause():
    once = three(read("0"), write("1"), write("2")).steps
    twice = (*once, *build.shifted(once, 3), build.step(7, 1, A.RAISE, value="E: e"))
    why = why_exception(Trace(build.tasks("f", "g"), twice, "", 1))
    assert "(step 4) before T2 wrote 1 (step 5)" in why


def test_only_the_writes_of_others_can_be_too_late():
    trace = raising(build.step(1, 1, A.READ, 6, "c", value="None"))
    later = (
        build.step(3, 2, A.WRITE, 4, "d", value="5"),
        build.step(4, 1, A.WRITE, 4, "c", value="5"),
    )
    trace = dataclasses.replace(trace, steps=(*trace.steps, *later))
    assert why_exception(trace).endswith("bank.py:7).")
