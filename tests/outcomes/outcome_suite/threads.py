"""Programs about Thread, Timer and local."""

from outcome_suite.program import program


@program("thread", {(1, 2), (2, 1)})
def threads_run_in_any_order(p):
    p.run(lambda: p.note(1), lambda: p.note(2))


@program("thread", {("RuntimeError", "RuntimeError", "RuntimeError", False)})
def what_a_thread_refuses(p):
    thread = p.Thread(target=lambda: None)
    early = p.result(thread.join)
    thread.start()
    again = p.result(thread.start)
    thread.join()
    return early, again, p.result(thread.start), thread.is_alive()


@program("thread", {("RuntimeError",)})
def a_thread_cannot_join_itself(p):
    thread = p.Thread(target=lambda: p.note(p.result(thread.join)))
    thread.start()
    thread.join()


@program(
    "thread",
    {(None, "RuntimeError"), ("RuntimeError", None)},
    may_differ="up to 3.12 start() looks whether the thread was started and starts it in two steps",
)
def a_thread_is_started_once(p):
    thread = p.Thread(target=lambda: None)
    return p.run(thread.start, thread.start)


@program("thread", {("RuntimeError", False), (None, False)})
def joined_before_or_after_it_was_started(p):
    thread = p.Thread(target=lambda: None)
    joiner = p.Thread(target=lambda: p.notes.append(p.result(thread.join)))
    joiner.start()
    thread.start()
    joiner.join()
    thread.join()
    return *p.notes, thread.is_alive()


@program("thread", {(False, True, False), (False, False, False)})
def is_alive_is_only_a_look(p):
    thread = p.Thread(target=lambda: None)
    before = thread.is_alive()
    thread.start()
    meanwhile = thread.is_alive()
    thread.join()
    return before, meanwhile, thread.is_alive()


@program("thread", {(None, True, 1, None, False, 5)}, is_timed=True)
def join_with_a_timeout(p):
    start = p.now()
    thread = p.Thread(target=p.sleep, args=(5,))
    thread.start()
    early = thread.join(1), thread.is_alive(), p.now() - start
    return *early, thread.join(9), thread.is_alive(), p.now() - start


@program("thread", {(None, True), (None, False)})
def join_of_no_time(p):
    thread = p.Thread(target=lambda: None)
    thread.start()
    return thread.join(0), thread.is_alive()


@program("thread", {(None, False, None)})
def join_as_often_as_you_like(p):
    thread = p.Thread(target=lambda: None)
    thread.start()
    p.run(thread.join, thread.join)
    return thread.join(), thread.is_alive(), thread.join(1)


@program("thread", {(1, 2, {"c": 3}["c"])})
def arguments_of_a_thread(p):
    thread = p.Thread(
        target=lambda a, b, c: p.notes.extend((a, b, c)), args=(1, 2), kwargs={"c": 3}
    )
    thread.start()
    thread.join()


@program("thread", {("run", "name", True)})
def a_subclass_of_thread(p):
    class Own(p.Thread):
        def __init__(self):
            super().__init__(name="name")
            self.done = False

        def run(self):
            p.note("run")
            p.note(p.current_thread().name)
            self.done = True

    thread = Own()
    thread.start()
    thread.join()
    p.note(thread.done)


@program("thread", {("child", True)})
def what_a_thread_wrote_is_seen_after_join(p):
    box = []
    thread = p.Thread(target=box.append, args=("child",))
    thread.start()
    thread.join()
    return box[0], p.current_thread() is p.main_thread()


@program("thread", {(False, True, True, False, "RuntimeError")})
def daemons_make_daemons(p):
    seen = []

    def look():
        seen.append(p.Thread().daemon)

    for is_daemon in (False, True):
        thread = p.Thread(target=look, daemon=is_daemon)
        thread.start()
        thread.join()
    thread = p.Thread(target=lambda: None)
    thread.daemon = True
    was = thread.daemon
    thread.daemon = False
    thread.start()
    refused = p.result(setattr, thread, "daemon", True)
    thread.join()
    return *seen, was, thread.daemon, refused


@program("thread", {("main ends",), ("daemon", "main ends")})
def a_daemon_is_not_waited_for(p):
    p.Thread(target=lambda: p.note("daemon"), daemon=True).start()
    p.note("main ends")


@program("thread", {("ZeroDivisionError", "Thread", False, "goes on")})
def an_exception_ends_its_thread_only(p):
    def hook(details):
        seen.append(details.exc_type.__name__)
        seen.append("Thread" if details.thread is thread else "another")

    seen = []
    p.set_excepthook(hook)
    thread = p.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()
    return *seen, thread.is_alive(), "goes on"


@program("thread", {(0, False)})
def system_exit_ends_a_thread_silently(p):
    seen = []
    p.set_excepthook(seen.append)

    def leave():
        raise SystemExit(3)

    thread = p.Thread(target=leave)
    thread.start()
    thread.join()
    return sum(details.exc_type is not SystemExit for details in seen), thread.is_alive()


@program("thread", {("inner", "outer")})
def a_thread_that_starts_a_thread(p):
    def outer():
        inner = p.Thread(target=lambda: p.note("inner"))
        inner.start()
        inner.join()
        p.note("outer")

    p.run(outer)


# --- timers -----------------------------------------------------------------------------------------


@program("timer", {("rang", 2)}, is_timed=True)
def a_timer_rings_once(p):
    start = p.now()
    timer = p.Timer(2, p.note, ("rang",))
    timer.start()
    timer.join()
    p.note(p.now() - start)


@program("timer", {(1,)}, is_timed=True)
def a_timer_cancelled_in_time(p):
    start = p.now()
    timer = p.Timer(2, p.note, ("rang",))
    timer.start()
    p.sleep(1)
    timer.cancel()
    timer.join()
    p.note(p.now() - start)


@program("timer", {("rang", "end"), ("end",)}, is_timed=True)
def a_timer_cancelled_at_the_last_moment(p):
    timer = p.Timer(1, p.note, kwargs={"what": "rang"})
    timer.start()
    p.sleep(1)
    timer.cancel()
    timer.join()
    p.note("end")


@program("timer", {("rang", False)}, is_timed=True)
def a_timer_cancelled_too_late(p):
    timer = p.Timer(1, p.note, args=["rang"])
    timer.start()
    timer.join()
    timer.cancel()
    p.note(timer.is_alive())


@program("timer", {("end",)}, is_timed=True)
def a_timer_cancelled_before_it_is_started(p):
    timer = p.Timer(1, p.note, args=["rang"])
    timer.cancel()
    timer.start()
    timer.join()
    p.note("end")


# --- local ------------------------------------------------------------------------------------------


@program("local", {(1, 2, "main")})
def every_thread_has_attributes_of_its_own(p):
    local = p.local()
    local.value = "main"

    def body(value):
        def run():
            local.value = value
            p.note("set")
            return local.value

        return run

    return *p.run(body(1), body(2)), local.value


@program("local", {("AttributeError", "AttributeError", "main")})
def attributes_of_another_thread_are_not_there(p):
    local = p.local()
    local.value = "main"
    return (
        *p.run(lambda: local.value, lambda: delattr(local, "value")),
        local.value,
    )


@program("local", {((5, 1), (5, 1), (5, 0))})
def a_subclass_of_local_begins_anew_in_each_thread(p):
    class Own(p.local):
        def __init__(self, start):
            self.start = start
            self.count = 0

        def increment(self):
            self.count += 1
            return self.start, self.count

    local = Own(5)
    return *p.run(local.increment, local.increment), (local.start, local.count)


@program("local", {("{}", "{'x': 1}")})
def the_dictionary_of_a_local(p):
    local = p.local()
    local.x = 1
    return *p.run(lambda: str(vars(local))), str(vars(local))
