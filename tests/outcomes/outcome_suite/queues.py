"""Programs about Queue, LifoQueue, PriorityQueue and SimpleQueue."""

from outcome_suite.program import STUCK, program


@program("queue", {((2, 3, 1), (1, 3, 2), (1, 2, 3))})
def the_order_of_items(p):
    def through(queue):
        for item in (2, 3, 1):
            queue.put(item)
        return tuple(queue.get() for _ in range(3))

    return through(p.Queue()), through(p.LifoQueue()), through(p.PriorityQueue())


@program("queue", {("a", "b"), ("b", "a")})
def two_getters_and_two_items(p):
    queue = p.Queue()

    def producer():
        queue.put("a")
        queue.put("b")

    return p.run(queue.get, queue.get, producer)[:2]


@program("queue", {("a", "b")}, is_timed=True)
def who_has_waited_longest_gets_the_first_item(p):
    queue = p.Queue()
    return p.run(
        p.after(1, queue.get),
        p.after(2, queue.get),
        p.after(3, queue.put, "a"),
        p.after(4, queue.put, "b"),
    )[:2]


@program("queue", {("a", "Empty", None)}, is_timed=True)
def one_item_is_for_one_getter(p):
    queue = p.Queue()
    return p.run(
        p.after(1, queue.get), p.after(2, queue.get, timeout=9), p.after(3, queue.put, "a")
    )


@program("queue", {("Empty", "a", None)}, is_timed=True)
def a_getter_that_gave_up_takes_no_item(p):
    queue = p.Queue()
    return p.run(lambda: queue.get(timeout=1), p.after(0.5, queue.get), p.after(2, queue.put, "a"))


@program("queue", {("Full", None, "x", "b")}, is_timed=True)
def a_putter_that_gave_up_takes_no_room(p):
    queue = p.Queue(1)
    queue.put("x")
    results = p.run(
        lambda: queue.put("a", timeout=1), p.after(0.5, queue.put, "b"), p.after(2, queue.get)
    )
    return *results, queue.get()


@program("queue", {("a", "Empty", None), ("Empty", "a", None)}, is_timed=True)
def who_comes_along_may_take_the_item_of_the_woken(p):
    queue = p.Queue()

    return p.run(
        lambda: queue.get(timeout=5), p.after(1, queue.get, False), p.after(1, queue.put, "a")
    )


@program("queue", {("put a", "got a", "put b"), ("put a", "put b", "got a")}, is_timed=True)
def a_full_queue_keeps_producers_waiting(p):
    queue = p.Queue(1)

    def producer():
        for item in "ab":
            queue.put(item)
            p.note(f"put {item}")

    def consumer():
        p.sleep(1)
        p.note(f"got {queue.get()}")

    p.run(producer, consumer)


@program("queue", {("x", "a", "b")}, is_timed=True)
def who_has_waited_longest_puts_first(p):
    queue = p.Queue(1)
    queue.put("x")

    def consumer():
        items = []
        for _ in range(3):
            p.sleep(3)
            items.append(queue.get())
        return tuple(items)

    return p.run(p.after(1, queue.put, "a"), p.after(2, queue.put, "b"), consumer)[2]


@program("queue", {("Full", "Full", "Full", "ValueError", 1, True)}, is_timed=True)
def put_without_patience(p):
    queue = p.Queue(1)
    queue.put("a")
    start = p.now()
    return (
        p.result(queue.put_nowait, "b"),
        p.result(queue.put, "b", block=False),
        p.result(queue.put, "b", timeout=1),
        p.result(queue.put, "b", timeout=-1),
        p.now() - start,
        queue.full(),
    )


@program("queue", {("Empty", "Empty", "Empty", "ValueError", 1, True)}, is_timed=True)
def get_without_patience(p):
    queue = p.Queue()
    start = p.now()
    return (
        p.result(queue.get_nowait),
        p.result(queue.get, block=False),
        p.result(queue.get, timeout=1),
        p.result(queue.get, timeout=-1),
        p.now() - start,
        queue.empty(),
    )


@program("queue", {("a", None), ("Empty", None)}, is_timed=True)
def an_item_at_the_last_moment(p):
    queue = p.Queue()
    return p.run(lambda: queue.get(timeout=1), p.after(1, queue.put, "a"))


@program("queue", {(None, "x", 1), ("Full", "x", 0)}, is_timed=True)
def room_at_the_last_moment(p):
    queue = p.Queue(1)
    queue.put("x")
    results = p.run(lambda: queue.put("a", timeout=1), p.after(1, queue.get))
    return *results, queue.qsize()


@program("queue", {("Full", "a"), (None, "a"), ("Full", "Empty")})
def a_bounded_queue_without_patience(p):
    queue = p.Queue(1)

    def producer():
        p.result(queue.put_nowait, "a")
        return p.result(queue.put_nowait, "b")

    return p.run(producer, queue.get_nowait)


@program("queue", {(3, False, False, 3)})
def a_queue_without_bounds(p):
    queue = p.Queue(-1)
    for item in range(3):
        queue.put_nowait(item)
    return queue.qsize(), queue.full(), queue.empty(), queue.unfinished_tasks


@program("queue", {(0, False), (0, True), (1, True)})
def sizes_are_only_a_look(p):
    queue = p.Queue(1)
    return p.run(lambda: (queue.qsize(), queue.full()), lambda: queue.put("a"))[0]


@program("queue", {("ValueError", None, "ValueError")})
def task_done_too_often(p):
    queue = p.Queue()
    first = p.result(queue.task_done)
    queue.put("a")
    return first, p.result(queue.task_done), p.result(queue.task_done)


@program("queue", {(None, "ValueError"), ("ValueError", None)})
def one_task_is_done_once(p):
    queue = p.Queue()
    queue.put("a")
    return p.run(queue.task_done, queue.task_done)


@program("queue", {("worked", "worked", "joined")})
def join_waits_for_every_task(p):
    queue = p.Queue()
    queue.put("a")
    queue.put("b")

    def worker():
        queue.get()
        p.note("worked")
        queue.task_done()

    def joiner():
        queue.join()
        p.note("joined")

    p.run(worker, worker, joiner)


@program("queue", {(None, None)})
def join_of_a_queue_without_tasks(p):
    queue = p.Queue()
    first = queue.join()
    queue.put("a")
    queue.get()
    queue.task_done()
    return first, queue.join()


@program("queue", {(STUCK, "got a")})
def join_without_task_done(p):
    queue = p.Queue()
    queue.put("a")
    p.note(f"got {queue.get()}")
    queue.join()


@program("queue", {(None, None, None)}, is_timed=True)
def two_joiners(p):
    queue = p.Queue()
    queue.put("a")
    return p.run(queue.join, queue.join, p.after(1, queue.task_done))


@program("queue", {("a1", "a2", "b"), ("a1", "b", "a2"), ("b", "a1", "a2")})
def items_of_one_producer_keep_their_order(p):
    queue = p.Queue()

    def producer():
        queue.put("a1")
        queue.put("a2")

    p.run(producer, lambda: queue.put("b"))
    return queue.get(), queue.get(), queue.get()


@program("queue", {(0, 1), (1, 0)})
def producers_and_consumers_of_a_full_queue_all_end(p):
    queue = p.Queue(1)
    return p.run(queue.get, queue.get, lambda: queue.put(0), lambda: queue.put(1))[:2]


@program("lifo", {("b", "a"), ("a", "b")})
def last_in_first_out(p):
    queue = p.LifoQueue()
    queue.put("a")
    (got, _) = p.run(queue.get, lambda: queue.put("b"))
    return got, queue.get()


@program("priority", {(1, 2), (2, 1)})
def the_smallest_first(p):
    queue = p.PriorityQueue()
    queue.put(2)
    (got, _) = p.run(queue.get, lambda: queue.put(1))
    return got, queue.get()


@program("priority", {("compares", "has compared", "compares", "has compared")})
def nobody_comes_while_items_are_compared(p):
    class Item:
        def __lt__(self, other):
            p.note("compares")
            p.note("has compared")
            return False

    queue = p.PriorityQueue()
    queue.put(Item())
    p.run(lambda: queue.put(Item()), lambda: queue.put(Item()))


@program("priority", {("TypeError", 1, "a")})
def items_that_cannot_be_compared(p):
    # The heap takes the item in before it compares, and keeps it.
    queue = p.PriorityQueue()
    queue.put(1)
    return p.result(queue.put, "a"), queue.get(), p.result(queue.get_nowait)


@program("queue", {((1, 2), 2, "Empty")})
def a_queue_that_overrides_everything(p):
    class SortedSet(p.Queue):
        def _init(self, maxsize):
            self.items = set()

        def _qsize(self):
            return len(self.items)

        def _put(self, item):
            self.items.add(item)

        def _get(self):
            smallest = min(self.items)
            self.items.remove(smallest)
            return smallest

    queue = SortedSet()
    p.run(lambda: queue.put(1), lambda: queue.put(2))
    queue.put(2)
    size = queue.qsize()
    return (queue.get(), queue.get()), size, p.result(queue.get_nowait)


@program("queue", {("a", "b", 0), ("b", "a", 0)})
def an_overridden_get_excludes_the_others(p):
    class Slow(p.Queue):
        inside = 0

        def _get(self):
            self.inside += 1
            item = super()._get()
            self.inside -= 1
            return item

    queue = Slow()
    queue.put("a")
    queue.put("b")
    return *p.run(queue.get, queue.get), queue.inside


@program("queue", {("a", None)})
def an_overridden_queue_lets_who_waits_go(p):
    class Own(p.Queue):
        def _init(self, maxsize):
            self.box = []

        def _qsize(self):
            return len(self.box)

        def _put(self, item):
            self.box.append(item)

        def _get(self):
            return self.box.pop()

    queue = Own(1)
    return p.run(queue.get, lambda: queue.put("a"))


@program("queue", {("RuntimeError", "b", None)})
def a_put_that_fails_puts_nothing(p):
    class Picky(p.Queue):
        def _put(self, item):
            if item == "a":
                raise RuntimeError
            super()._put(item)

    queue = Picky()

    def producer():
        refused = p.result(queue.put, "a")
        queue.put("b")
        queue.task_done()
        return refused

    return p.run(producer, queue.get, queue.join)


# --- shutting down ----------------------------------------------------------------------------------

SHUTDOWN = (3, 13)


@program("shutdown", {("ShutDown", "a", "ShutDown", "ShutDown")}, since=SHUTDOWN)
def a_queue_shut_down_gives_what_it_has(p):
    queue = p.Queue()
    queue.put("a")
    queue.shutdown()
    return (
        p.result(queue.put, "b"),
        queue.get(),
        p.result(queue.get),
        p.result(queue.get_nowait),
    )


@program("shutdown", {("ShutDown", 0, None)}, since=SHUTDOWN)
def a_queue_shut_down_at_once_gives_nothing(p):
    queue = p.Queue()
    queue.put("a")
    queue.shutdown(immediate=True)
    return p.result(queue.get), queue.qsize(), queue.join()


@program("shutdown", {("ShutDown", "ShutDown", None)}, since=SHUTDOWN)
def shutdown_wakes_all_getters(p):
    queue = p.Queue()
    return p.run(queue.get, lambda: queue.get(timeout=9), queue.shutdown)


@program("shutdown", {("ShutDown", "ShutDown", "a", None)}, since=SHUTDOWN)
def shutdown_wakes_all_putters(p):
    queue = p.Queue(1)
    queue.put("a")
    refused = p.run(lambda: queue.put("b"), lambda: queue.put("c"), queue.shutdown)
    return *refused[:2], queue.get(), refused[2]


@program("shutdown", {("a", "ShutDown", None)}, since=SHUTDOWN, is_timed=True)
def shutdown_with_an_item_on_its_way(p):
    queue = p.Queue()

    def producer():
        queue.put("a")
        queue.shutdown()

    results = p.run(p.after(1, queue.get), p.after(1, queue.get), p.after(2, producer))
    return *sorted(results[:2], reverse=True), None


@program("shutdown", {(None, None)}, since=SHUTDOWN)
def shutdown_at_once_lets_joiners_go(p):
    queue = p.Queue()
    queue.put("a")
    return p.run(queue.join, lambda: queue.shutdown(immediate=True))


@program(
    "shutdown",
    {(*order, done) for order in ("wc", "cw") for done in (None, "ValueError")},
    since=SHUTDOWN,
)
def a_task_is_done_before_or_after_shutdown_at_once(p):
    queue = p.Queue()
    queue.put("a")

    def worker():
        p.note("w")
        return queue.task_done()

    def closer():
        p.note("c")
        queue.shutdown(immediate=True)

    done, _ = p.run(worker, closer)
    return *p.notes, done


# --- SimpleQueue ------------------------------------------------------------------------------------

ANY = "any thread that waits may get an item; the Python version of SimpleQueue goes by order of arrival"


@program("simple", {(1, 2, "Empty", "Empty", True, 0)}, is_timed=True)
def a_simple_queue(p):
    queue = p.SimpleQueue()
    queue.put(1)
    queue.put_nowait(2)
    return (
        queue.get(),
        queue.get(timeout=1),
        p.result(queue.get_nowait),
        p.result(queue.get, timeout=1),
        queue.empty(),
        queue.qsize(),
    )


@program("simple", {("a", "b"), ("b", "a")})
def a_simple_queue_and_two_getters(p):
    queue = p.SimpleQueue()
    return p.run(queue.get, queue.get, lambda: queue.put("a") or queue.put("b"))[:2]


@program("simple", {("a", "Empty"), ("Empty", "a")}, is_timed=True, may_differ=ANY)
def one_item_in_a_simple_queue(p):
    queue = p.SimpleQueue()

    def getter():
        return queue.get(timeout=5)

    return p.run(getter, getter, p.after(1, queue.put, "a"))[:2]


@program("simple", {("a", "b"), ("b", "a")}, is_timed=True)
def who_gets_no_item_of_a_simple_queue_waits_on(p):
    queue = p.SimpleQueue()
    return p.run(queue.get, queue.get, p.after(1, queue.put, "a"), p.after(2, queue.put, "b"))[:2]


@program("simple", {("a", None), ("Empty", None)}, is_timed=True)
def a_simple_queue_at_the_last_moment(p):
    queue = p.SimpleQueue()
    return p.run(lambda: queue.get(timeout=1), p.after(1, queue.put, "a"))


@program("simple", {("ValueError",)})
def a_timeout_that_a_simple_queue_refuses(p):
    return (p.result(p.SimpleQueue().get, timeout=-1),)
