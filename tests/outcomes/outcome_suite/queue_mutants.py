"""Mistakes in barriers, queues and threads."""

from outcome_suite.mutant import Mutant

MUTANTS = (
    # --- barriers ---------------------------------------------------------------------------------
    Mutant(
        "a barrier that is draining lets others in",
        "barrier",
        "barrier",
        "while self._busy is not None or self._state in {RESETTING, DRAINING}:",
        "while self._busy is not None or self._state in {RESETTING}:",
    ),
    Mutant(
        "a timeout leaves the barrier whole",
        "barrier",
        "barrier",
        """\
        if self._state == FILLING:
            self._break()
""",
        """\
        if self._state == FILLING:
            raise BrokenBarrierError
""",
    ),
    Mutant(
        "the action comes after some have gone on",
        "barrier",
        "barrier",
        """\
            self._busy = task
            self._changed()
            try:
""",
        """\
            self._state = DRAINING
            self._changed()
            try:
""",
    ),
    Mutant(
        "reset breaks the barrier",
        "barrier",
        "barrier",
        "            self._state = RESETTING\n",
        "            self._state = BROKEN\n",
    ),
    Mutant(
        "who left a broken barrier counts on",
        "barrier",
        "barrier",
        '            self._leave("broken")\n',
        "            pass\n",
    ),
    # --- queues -----------------------------------------------------------------------------------
    Mutant(
        "one item more than the bound fits",
        "queue",
        "queue",
        "return self._qsize() < self.maxsize or",
        "return self._qsize() <= self.maxsize or",
    ),
    Mutant(
        "get wakes no putter",
        "queue",
        "queue",
        "self._wake(self._putters, 1)",
        "self._wake(self._putters, 0)",
    ),
    Mutant(
        "join waits until the queue is empty",
        "queue",
        "queue",
        "return not self.unfinished_tasks",
        "return not self._qsize()",
    ),
    Mutant(
        "the last task done wakes one joiner",
        "queue",
        "queue",
        """\
            if unfinished == 0:
                self._wake(self._joiners, len(self._joiners))
""",
        """\
            if unfinished == 0:
                self._wake(self._joiners, 1)
""",
    ),
    Mutant(
        "a getter that gave up stays in the queue",
        "queue",
        "queue",
        "        self._enter(task)\n        queue.leave(waiter)\n",
        "        self._enter(task)\n        if waiter.is_woken:\n            queue.leave(waiter)\n",
    ),
    Mutant(
        "a put that fails counts as a task",
        "queue",
        "queue",
        """\
            self._put(item)
            self.unfinished_tasks += 1
""",
        """\
            self.unfinished_tasks += 1
            self._put(item)
""",
    ),
    Mutant(
        "items are compared while others come and go",
        "priority",
        "queue",
        """\
    _is_plain: ClassVar[bool] = False
    _is_fifo""",
        """\
    _is_plain: ClassVar[bool] = True
    _is_fifo""",
    ),
    Mutant(
        "shutdown wakes no putter",
        "shutdown",
        "queue",
        "                self._wake(self._putters, len(self._putters))\n",
        "",
        (3, 13),
    ),
    Mutant(
        "shutdown at once leaves joiners waiting",
        "shutdown",
        "queue",
        """\
                            self.unfinished_tasks -= 1
                    self._wake(self._joiners, len(self._joiners))
""",
        """\
                            self.unfinished_tasks -= 1
""",
        (3, 13),
    ),
    Mutant(
        "an item in a simple queue is for who came first",
        "simple",
        "simple_queue",
        """\
        for getter in self._getters:
            kernel.enable(getter)
""",
        """\
        for getter in self._getters[:1]:
            kernel.enable(getter)
""",
    ),
    Mutant(
        "who waits for a simple queue goes on although it is empty again",
        "simple",
        "simple_queue",
        """\
            for getter in self._getters:
                kernel.disable(getter)
""",
        """\
            pass
""",
    ),
    # --- threads ----------------------------------------------------------------------------------
    Mutant(
        "a thread is joined when it is about to end",
        "thread",
        "thread",
        "        if not life.is_over and timeout != 0:",
        "        if not life.is_over and timeout != 0 and not life.task.is_started:",
    ),
    Mutant(
        "a thread is started twice",
        "thread",
        "thread",
        "if life.task is not None or self._is_real():",
        "if life.is_over or self._is_real():",
    ),
    Mutant(
        "a timer looks whether it was cancelled before it waits",
        "timer",
        "timer",
        """\
        self.finished.wait(self.interval)
        if not self.finished.is_set():
            self""",
        """\
        is_cancelled = self.finished.is_set()
        self.finished.wait(self.interval)
        if not is_cancelled:
            self""",
    ),
    Mutant(
        "a subclass of local is set up in the first thread only",
        "local",
        "local",
        "            _initialize(target, self.arguments)\n        except BaseException:\n            del self.by_task",
        "            pass\n        except BaseException:\n            del self.by_task",
    ),
    Mutant(
        "a new thread sees what another stored in a local",
        "local",
        "local",
        """\
        attributes = {}
        self.by_task[task.number] = attributes
""",
        """\
        attributes = dict(object.__getattribute__(target, "__dict__"))
        self.by_task[task.number] = attributes
""",
    ),
)
