"""Mistakes in locks, conditions, events and semaphores.

The first six are those that CPython's own ``lock_tests`` do not notice.
"""

from outcome_suite.mutant import Mutant

MUTANTS = (
    Mutant(
        "a waiter enters the queue after it gave the lock up: wake-ups are lost",
        "condition",
        "condition",
        """\
        waiter = self._waiters.add(task)
        levels = self._mutex.give_up(task)
""",
        """\
        levels = self._mutex.give_up(task)
        kernel.operation(_WAIT, self)
        waiter = self._waiters.add(task)
""",
    ),
    Mutant(
        "notify wakes who has waited shortest",
        "condition",
        "wait_queue",
        "sleepers.popleft()",
        "sleepers.pop()",
    ),
    Mutant(
        "wait gives up one level of an RLock",
        "condition",
        "rlock",
        """\
        levels = self._count
        self._count = 0
        self.drop()
        return levels

    def _try_acquire""",
        """\
        self._count -= 1
        if self._count == 0:
            self.drop()
        return 1

    def _try_acquire""",
    ),
    Mutant(
        "a waiter that has timed out stays in the queue and eats a later notify",
        "condition",
        "condition",
        """\
        self._waiters.leave(waiter)
        if is_notified:
""",
        """\
        if is_notified:
            self._waiters.leave(waiter)
""",
    ),
    Mutant(
        "an event's flag is tested outside its lock",
        "event",
        "event",
        """\
        kernel.operation(_WAIT, self)
        is_set = self._is_set
""",
        """\
        is_set = self._is_set
        kernel.operation(_WAIT, self)
""",
    ),
    Mutant(
        "release of an unlocked lock goes unnoticed",
        "lock",
        "lock",
        'raise RuntimeError("release unlocked lock")',
        "return 0",
    ),
    # --- locks ------------------------------------------------------------------------------------
    Mutant(
        "only its owner may release a lock",
        "lock",
        "lock",
        "        if self._holder is None:\n            raise",
        "        if self._holder is not task:\n            raise",
    ),
    Mutant(
        "a lock goes to who has waited longest",
        "lock",
        "mutex",
        """\
        for waiter in self._waiters:
            kernel.enable(waiter)
""",
        """\
        for waiter in self._waiters[:1]:
            kernel.enable(waiter)
""",
    ),
    Mutant(
        "a lock that is free at the last moment is not taken",
        "lock",
        "mutex",
        "return is_free or self._holder is None",
        "return is_free",
    ),
    Mutant(
        "an acquire with a timeout takes the lock whether it is free or not",
        "lock",
        "mutex",
        "return is_free or self._holder is None",
        "return True",
    ),
    Mutant(
        "whoever waits may go on although another was quicker",
        "lock",
        "mutex",
        """\
        for waiter in self._waiters:
            kernel.disable(waiter)
""",
        """\
        pass
""",
    ),
    Mutant(
        "a try takes an RLock of its own without counting",
        "rlock",
        "rlock",
        """\
        if self._holder is task:
            self._count += 1
        elif self._holder""",
        """\
        if self._holder is task:
            pass
        elif self._holder""",
    ),
    Mutant(
        "the first release frees an RLock",
        "rlock",
        "rlock",
        "        self._count -= 1\n",
        "        self._count = 0\n",
    ),
    Mutant(
        "anybody may release an RLock",
        "rlock",
        "rlock",
        "if self._holder is not task:  # adopting",
        "if self._holder is None:  # adopting",
    ),
    # --- conditions -------------------------------------------------------------------------------
    Mutant(
        "notify wakes one more than it was told",
        "condition",
        "wait_queue",
        "len(chosen) < count",
        "len(chosen) <= count",
    ),
    Mutant(
        "notify needs no lock",
        "condition",
        "condition",
        """\
            self._real().notify(n)
            return
        if not self._is_owned():""",
        """\
            self._real().notify(n)
            return
        if False:""",
    ),
    Mutant(
        "notify_all wakes all but one",
        "condition",
        "condition",
        "self._wake(len(self._waiters))",
        "self._wake(max(1, len(self._waiters) - 1))",
    ),
    Mutant(
        "a woken waiter does not wait for the lock",
        "condition",
        "mutex",
        "        if self._holder is None:\n            kernel.enable(task)",
        "        if True:\n            kernel.enable(task)",
    ),
    Mutant(
        "wait takes an RLock back once",
        "condition",
        "condition",
        "self._mutex.win(task, levels)",
        "self._mutex.win(task, 1)",
    ),
    Mutant(
        "a wait of no time does not give the lock up",
        "condition",
        "condition",
        "        kernel.operation(_WAIT, self)\n        waiter = self._waiters.add(task)\n        levels",
        "        if timeout == 0:\n            return False\n"
        "        kernel.operation(_WAIT, self)\n        waiter = self._waiters.add(task)\n        levels",
    ),
    Mutant(
        "wait is true after a timeout too",
        "condition",
        "condition",
        """\
        is_notified = waiter.is_woken
        waiter.is_late = True
        kernel""",
        """\
        is_notified = True
        waiter.is_late = True
        kernel""",
    ),
    Mutant(
        "a notify that meets a waiter on its way out is passed on",
        "condition",
        "wait_queue",
        """\
            waiter = sleepers.popleft()
            waiter.is_woken = True
""",
        """\
            waiter = sleepers.popleft()
            waiter.is_woken = True
            if waiter.is_late and sleepers:
                waiter, late = sleepers.popleft(), waiter
                waiter.is_woken, late.is_woken = True, False
                sleepers.appendleft(late)
""",
    ),
    Mutant(
        "wait_for begins its timeout anew after each wake-up",
        "condition",
        "condition",
        "left = end - kernel.now",
        "left = timeout",
    ),
    # --- events and semaphores --------------------------------------------------------------------
    Mutant(
        "a waiter looks at the event's flag again when it is woken",
        "event",
        "event",
        "            is_set = waiter.is_woken\n",
        "            is_set = self._is_set\n",
    ),
    Mutant(
        "set wakes one waiter",
        "event",
        "event",
        "self._queue.wake(len(self._queue))",
        "self._queue.wake(1)",
    ),
    Mutant(
        "release of two permits gives one",
        "semaphore",
        "semaphore",
        "self._permits += count",
        "self._permits += 1",
    ),
    Mutant(
        "release of two permits wakes one waiter",
        "semaphore",
        "semaphore",
        "woken = self._queue.wake(count)",
        "woken = self._queue.wake(1)",
    ),
    Mutant(
        "the woken go on although the last permit is gone",
        "semaphore",
        "semaphore",
        """\
        if self._permits == 0:
            self._queue.allow(False)
""",
        "",
    ),
    Mutant(
        "who gave up waits for a permit in the queue",
        "semaphore",
        "semaphore",
        "            self._queue.leave(waiter)\n            if self._permits:",
        "            if waiter.is_woken:\n                self._queue.leave(waiter)\n"
        "            if self._permits:",
    ),
    Mutant(
        "a bounded semaphore looks at its bound before it has the lock",
        "bounded",
        "semaphore",
        """\
        kernel.operation(_RELEASE, self)
        if self._permits + n > self._initial_value:
            raise ValueError("Semaphore released too many times")
""",
        """\
        if self._permits + n > self._initial_value:
            raise ValueError("Semaphore released too many times")
        kernel.operation(_RELEASE, self)
""",
    ),
    Mutant(
        "a bounded semaphore looks whether one permit is missing",
        "bounded",
        "semaphore",
        "self._permits + n > self._initial_value",
        "self._permits + 1 > self._initial_value",
    ),
)
