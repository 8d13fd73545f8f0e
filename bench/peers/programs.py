"""The common small programs, written once, in plain `threading` Python.

Each program is a Prog: setup() -> state, workers = [f(state), ...], check(state) -> bool.
`main_of(prog)` builds the ordinary-program form (main starts Threads, joins them, asserts).
All names are looked up as threading.X / queue.X at call time, which is what the peers patch,
except P11-P13, which on purpose use import-time objects/names.
"""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Lock as ImportedLock
from threading import Thread as ImportedThread


class Prog:
    def __init__(self, name, setup, workers, check, expect, daemons=(), note="", timeouts=""):
        self.name, self.setup, self.workers, self.check = name, setup, workers, check
        self.expect = expect  # 'race' | 'deadlock' | 'hang' | 'exception' | 'ok'
        self.daemons = set(daemons)
        self.note = note
        self.timeouts = timeouts  # what Treadle is to be told of them


# --- P1 lost update
class Bank:
    def __init__(self):
        self.bal = 0

    def deposit(self, amt):
        balance = self.bal
        self.bal = balance + amt

    def withdraw(self, amt):
        balance = self.bal
        self.bal = balance - amt


def _dep(s):
    s.deposit(100)


def _wd(s):
    s.withdraw(50)


def _bal50(s):
    return s.bal == 50


# --- P2 ABBA
class AB:
    def __init__(self):
        self.a = threading.Lock()
        self.b = threading.Lock()
        self.n = 0


def _ab(s):
    with s.a:
        with s.b:
            s.n += 1


def _ba(s):
    with s.b:
        with s.a:
            s.n += 1


# --- P3 self deadlock
class One:
    def __init__(self):
        self.l = threading.Lock()


def _self(s):
    s.l.acquire()
    s.l.acquire()


def _noop(_):
    pass


# --- P4 condition bugs
class CV:
    def __init__(self):
        self.cond = threading.Condition()
        self.ready = False
        self.items = []
        self.got = 0


def _cv_wait_unsafe(s):  # check outside of the lock: lost wakeup
    if not s.ready:
        with s.cond:
            s.cond.wait()
    s.got += 1


def _cv_set_notify(s):
    s.ready = True
    with s.cond:
        s.cond.notify()


def _cv_wait_while(s):  # correct waiter
    with s.cond:
        while not s.ready:
            s.cond.wait()
        s.got += 1


def _cv_set_notify_one(s):  # bug: notify() where notify_all() is needed
    with s.cond:
        s.ready = True
        s.cond.notify()


def _cv_pop_if(s):  # bug: `if` rather than `while`
    with s.cond:
        if not s.items:
            s.cond.wait()
        s.items.pop()
        s.got += 1


def _cv_push2(s):
    for i in range(2):
        with s.cond:
            s.items.append(i)
            s.cond.notify_all()


# --- P5 queue, endless consumer
class Q:
    def __init__(self):
        self.q = queue.Queue()
        self.seen = []


def _produce(s):
    for i in range(2):
        s.q.put(i)


def _consume_forever(s):
    while True:
        s.seen.append(s.q.get())


def _consume_forever_td(s):
    while True:
        s.seen.append(s.q.get())
        s.q.task_done()


def _produce_join(s):
    for i in range(2):
        s.q.put(i)
    s.q.join()


# --- P6 check-then-act
class CTA:
    def __init__(self):
        self.l = threading.Lock()
        self.inits = 0
        self.d = {}
        self.made = []


def _locked_once(s):  # lock used as an "initialised" flag
    if not s.l.locked():
        s.l.acquire()
        s.inits += 1


def _make(s):
    s.made.append(1)
    return object()


def _dict_once(s):
    if "k" not in s.d:
        s.d["k"] = _make(s)


# --- P7 semaphore over-release
class Pool:
    def __init__(self):
        self.sem = threading.Semaphore(3)
        self.sem.acquire()  # one permit is lent
        self.lent = True

    def give_back(self):
        if self.lent:
            self.lent = False
            self.sem.release()

    def permits(self):
        n = 0
        while self.sem.acquire(blocking=False):
            n += 1
        return n


class BPool(Pool):
    def __init__(self):
        self.sem = threading.BoundedSemaphore(3)
        self.sem.acquire()
        self.lent = True


# --- P8 correct
class LBank(Bank):
    def __init__(self):
        self.bal = 0
        self.lock = threading.Lock()

    def deposit(self, amt):
        with self.lock:
            balance = self.bal
            self.bal = balance + amt

    def withdraw(self, amt):
        with self.lock:
            balance = self.bal
            self.bal = balance - amt


def _dep3(s):
    for _ in range(3):
        s.deposit(1)


# --- P9 executor
class Ctr:
    def __init__(self):
        self.n = 0

    def inc(self):
        t = self.n
        self.n = t + 1


def _pool2(s):
    with ThreadPoolExecutor(max_workers=2) as ex:
        fs = [ex.submit(s.inc) for _ in range(2)]
        for f in fs:
            f.result()


# --- P10 raw overhead
LOOP_N = 5000


def _loop(s):
    t = 0
    for i in range(LOOP_N):
        t += i
    s.n = t


# --- P11-13 import-time objects
MODULE_LOCK = threading.Lock()


class ModState:
    def __init__(self):
        self.n = 0


def _modlock(s):
    with MODULE_LOCK:
        t = s.n
        s.n = t + 1


class ImpLock:
    def __init__(self):
        self.l = ImportedLock()
        self.n = 0


def _implock(s):
    with s.l:
        t = s.n
        s.n = t + 1


class SubThread(threading.Thread):  # subclass made at import time
    def __init__(self, fn, s):
        super().__init__()
        self.fn, self.s = fn, s

    def run(self):
        self.fn(self.s)


def _spawner(s):  # ordinary program: makes its own threads
    ts = [threading.Thread(target=s.inc) for _ in range(2)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()


def _spawner_sub(s):
    ts = [SubThread(Ctr.inc, s) for _ in range(2)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()


def _spawner_imp(s):
    ts = [ImportedThread(target=s.inc) for _ in range(2)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()


# --- P14 timer, P15 barrier, P16 spin, P17 event timeout
class Flag:
    def __init__(self):
        self.f = False
        self.n = 0


def _spin(s):
    while not s.f:
        pass
    s.n += 1


def _setf(s):
    s.f = True


class Bar:
    def __init__(self):
        self.b = threading.Barrier(2)
        self.n = 0


def _bar(s):
    s.b.wait()
    t = s.n
    s.n = t + 1


def _timer(s):
    t = threading.Timer(0.01, s.inc)
    t.start()
    s.inc()
    t.join()


class SQ:
    def __init__(self):
        self.q = queue.SimpleQueue()
        self.seen = []


def _sq_put(s):
    s.q.put(1)


def _sq_get(s):
    s.seen.append(s.q.get())


class EvT:
    def __init__(self):
        self.e = threading.Event()
        self.timed_out = None


def _ev_wait(s):
    s.timed_out = not s.e.wait(timeout=0.5)


def _ev_set(s):
    s.e.set()


def _boom(_):
    raise ValueError("boom in a worker")


# a single-line += race (needs sub-line granularity), and a list.append race-free one
def _pluseq(s):
    s.n += 1


class GlobalState:
    pass


COUNTER = 0


def _g_setup():
    global COUNTER
    COUNTER = 0
    return GlobalState()


def _g_inc(_):
    global COUNTER
    t = COUNTER
    COUNTER = t + 1


def _g_check(_):
    return COUNTER == 2


# order violation under a correct lock: no data race, the bug is the order
class Conn:
    def __init__(self):
        self.l = threading.Lock()
        self.closed = False
        self.used_after_close = False

    def use(self):
        with self.l:
            if self.closed:
                self.used_after_close = True

    def close(self):
        with self.l:
            self.closed = True


def true(_):
    return True


PROGS = {
    p.name: p
    for p in [
        Prog("P1", Bank, [_dep, _wd], _bal50, "race"),
        Prog(
            "P1one",
            Ctr,
            [_pluseq, _pluseq],
            lambda s: s.n == 2,
            "race",
            note="`s.n += 1` on one line",
        ),
        Prog("P1glob", _g_setup, [_g_inc, _g_inc], _g_check, "race", note="module global"),
        Prog("P2", AB, [_ab, _ba], true, "deadlock"),
        Prog("P3", One, [_self, _noop], true, "deadlock"),
        Prog(
            "P4a",
            CV,
            [_cv_wait_unsafe, _cv_set_notify],
            true,
            "deadlock",
            note="check outside the lock",
        ),
        Prog(
            "P4b",
            CV,
            [_cv_wait_while, _cv_wait_while, _cv_set_notify_one],
            true,
            "deadlock",
            note="1 notify, 2 waiters",
        ),
        Prog(
            "P4c",
            CV,
            [_cv_pop_if, _cv_pop_if, _cv_push2],
            true,
            "exception",
            note="if instead of while",
        ),
        Prog("P5", Q, [_produce, _consume_forever], true, "hang"),
        Prog(
            "P5d",
            Q,
            [_produce_join, _consume_forever_td],
            lambda s: s.seen == [0, 1],
            "ok",
            daemons=[1],
            note="correct: daemon consumer, q.join()",
        ),
        Prog("P6a", CTA, [_locked_once, _locked_once], lambda s: s.inits == 1, "deadlock"),
        Prog("P6b", CTA, [_dict_once, _dict_once], lambda s: len(s.made) == 1, "race"),
        Prog("P7", Pool, [Pool.give_back, Pool.give_back], lambda s: s.permits() <= 3, "race"),
        Prog("P7b", BPool, [Pool.give_back, Pool.give_back], true, "exception"),
        Prog("P8", LBank, [_dep, _wd], _bal50, "ok"),
        Prog("P8t3", LBank, [_dep, _dep, _dep], lambda s: s.bal == 300, "ok", note="3 threads"),
        Prog(
            "P8x3",
            LBank,
            [_dep3, _dep3],
            lambda s: s.bal == 6,
            "ok",
            note="2 threads x 3 locked ops",
        ),
        Prog("P9", Ctr, [_pool2], lambda s: s.n == 2, "race"),
        Prog("P10", Ctr, [_loop], true, "ok", note="loop of %d, 1 thread" % LOOP_N),
        Prog(
            "P11",
            ModState,
            [_modlock, _modlock],
            lambda s: s.n == 2,
            "ok",
            note="lock made at import",
        ),
        Prog(
            "P12",
            ImpLock,
            [_implock, _implock],
            lambda s: s.n == 2,
            "ok",
            note="from threading import Lock",
        ),
        Prog(
            "P13a",
            Ctr,
            [_spawner],
            lambda s: s.n == 2,
            "race",
            note="program makes its own Threads",
        ),
        Prog(
            "P13b",
            Ctr,
            [_spawner_sub],
            lambda s: s.n == 2,
            "race",
            note="Thread subclass made at import",
        ),
        Prog(
            "P13c",
            Ctr,
            [_spawner_imp],
            lambda s: s.n == 2,
            "race",
            note="from threading import Thread",
        ),
        Prog("P14", Ctr, [_timer], lambda s: s.n == 2, "race", note="threading.Timer"),
        Prog("P15", Bar, [_bar, _bar], lambda s: s.n == 2, "race", note="Barrier then race"),
        Prog("P16", Flag, [_spin, _setf], lambda s: s.n == 1, "ok", note="spin-wait (correct)"),
        Prog(
            "P17",
            EvT,
            [_ev_wait, _ev_set],
            lambda s: s.timed_out is False,
            "race",
            note="Event.wait(timeout)",
            timeouts="eager",
        ),
        Prog(
            "P18",
            SQ,
            [_sq_put, _sq_get],
            lambda s: s.seen == [1],
            "ok",
            note="SimpleQueue (correct)",
        ),
        Prog(
            "P20",
            Conn,
            [Conn.use, Conn.close],
            lambda s: not s.used_after_close,
            "race",
            note="order violation under a correct lock",
        ),
        Prog("P19", Ctr, [_boom, _noop], true, "exception", note="exception in a worker"),
    ]
}


def main_of(p):
    """The ordinary program: a main thread that starts, joins and asserts."""

    def main():
        s = p.setup()
        if len(p.workers) == 1:
            p.workers[0](s)
        else:
            ts = [
                threading.Thread(target=w, args=(s,), daemon=(i in p.daemons), name="w%d" % i)
                for i, w in enumerate(p.workers)
            ]
            for t in ts:
                t.start()
            for i, t in enumerate(ts):
                if i not in p.daemons:
                    t.join()
        assert p.check(s), "check failed: %r" % (vars(s) if hasattr(s, "__dict__") else s,)

    main.__name__ = p.name
    return main


# `treadle check programs.py::P1` needs functions by name.
globals().update({name: main_of(prog) for name, prog in PROGS.items()})


def rate_program():
    """The bank account whose outcome is not asserted, so that nobody stops at the first failure."""
    return Prog("rate", Bank, [_dep, _wd], true, "ok")


rate = main_of(rate_program())
