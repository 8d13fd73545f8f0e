"""Twenty programs that share data and have no data race."""

import collections
import threading
from concurrent.futures import ThreadPoolExecutor
from queue import Queue, SimpleQueue


class Box:
    def __init__(self, value=0):
        self.value = value


class Slots:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


def run(*targets):
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def one_lock():
    box = Box()
    lock = threading.Lock()

    def count():
        with lock:
            box.value += 1

    run(count, count)
    return box.value


def reentrant_lock():
    box = Box()
    lock = threading.RLock()

    def add():
        with lock:
            box.value += 1

    def add_twice():
        with lock:
            add()
            add()

    run(add_twice, add)
    return box.value


def start_hands_over():
    box = Box()
    box.value = 1

    def work():
        box.value += 1

    threading.Thread(target=work).start()


def join_hands_over():
    box = Box()

    def work():
        box.value = 1

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    box.value += 1
    return box.value


def a_thread_seen_dead_hands_over():
    box = Box()

    def work():
        box.value = 1

    thread = threading.Thread(target=work)
    thread.start()
    if not thread.is_alive():
        box.value = 2
    thread.join()


def queue_hands_over():
    queue = Queue()

    def produce():
        box = Box()
        box.value = 1
        queue.put(box)

    def consume():
        queue.get().value += 1

    run(produce, consume)


def simple_queue_hands_over():
    queue = SimpleQueue()
    box = Box()

    def produce():
        box.value = 1
        queue.put(None)

    def consume():
        queue.get()
        box.value = 2

    run(produce, consume)


def queue_join_hands_over():
    queue = Queue()
    box = Box()

    def consume():
        queue.get()
        box.value = 1
        queue.task_done()

    thread = threading.Thread(target=consume)
    thread.start()
    queue.put(None)
    queue.join()
    box.value += 1
    thread.join()


def event_hands_over():
    box = Box()
    event = threading.Event()

    def work():
        box.value = 1
        event.set()

    def wait():
        event.wait()
        box.value += 1

    run(work, wait)


def a_set_event_seen_hands_over():
    box = Box()
    event = threading.Event()

    def work():
        box.value = 1
        event.set()

    def look():
        if event.is_set():
            box.value += 1

    run(work, look)


def condition_hands_over():
    box = Box()
    condition = threading.Condition()
    ready = []

    def work():
        box.value = 1
        with condition:
            ready.append(True)
            condition.notify()

    def wait():
        with condition:
            while not ready:
                condition.wait()
        box.value += 1

    run(work, wait)


def barrier_separates_phases():
    row = [0, 0]
    barrier = threading.Barrier(2)

    def first():
        row[0] = 1
        barrier.wait()
        return row[1]

    def second():
        row[1] = 1
        barrier.wait()
        return row[0]

    run(first, second)


def semaphore_hands_over():
    box = Box()
    done = threading.Semaphore(0)

    def work():
        box.value = 1
        done.release()

    def wait():
        done.acquire()
        box.value += 1

    run(work, wait)


def semaphore_as_a_lock():
    box = Box()
    permit = threading.BoundedSemaphore(1)

    def work():
        with permit:
            box.value += 1

    run(work, work)


def future_hands_over():
    box = Box()

    def work():
        box.value = 1
        return box

    with ThreadPoolExecutor(2) as pool:
        pool.submit(work).result().value += 1


def try_lock():
    box = Box()
    lock = threading.Lock()

    def work():
        if lock.acquire(blocking=False):
            box.value += 1
            lock.release()

    run(work, work)


def each_its_own_part():
    row = [0, 0]
    table = {}
    results = []
    local = threading.local()

    def work(number):
        local.value = number
        row[number] = local.value
        table[number] = number
        results.append(number)

    run(lambda: work(0), lambda: work(1))
    return row, sorted(table), sorted(results)


def deque_as_a_queue():
    tasks = collections.deque([1])

    def give():
        tasks.append(2)

    def take():
        tasks.popleft()

    run(give, take)


def memory_is_used_again():
    """What one thread made and dropped leaves its place to what the other makes."""

    def work():
        for number in range(3):
            box = Box()
            box.value = number
            slots = Slots(number)
            slots.value = number
            items = [number]
            items[0] += 1
            del box, slots, items

    run(work, work)


def timer_hands_over():
    box = Box()
    box.value = 1

    def work():
        box.value += 1

    timer = threading.Timer(1.0, work)
    timer.start()
    timer.join()
    box.value += 1
