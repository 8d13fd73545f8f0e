"""Twenty programs with data races; the last line of each docstring names what is raced for, all of it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from queue import Queue


class Box:
    limit = 10

    def __init__(self, value=0):
        self.value = value
        self.ready = False
        self.lock = threading.Lock()
        self.other_lock = threading.Lock()


def run(*targets):
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def counter_in_an_attribute():
    """Races: box.value"""
    box = Box()

    def count():
        box.value += 1

    run(count, count)


def counter_in_a_closure():
    """Races: total"""
    total = 0

    def count():
        nonlocal total
        total = total + 1

    run(count, count)


shared = 0


def global_written_and_read():
    """Races: shared"""

    def write():
        global shared
        shared = 1

    def read():
        return shared

    run(write, read)


def same_key_of_a_dict():
    """Races: counts['a']"""
    counts = {"a": 0}

    def count():
        counts["a"] += 1

    run(count, count)


def same_index_of_a_list():
    """Races: row[0]"""
    row = [0, 0]

    def one():
        row[0] = 1

    def two():
        row[0] = 2

    run(one, two)


def check_then_act_on_a_dict():
    """Races: cache['k']"""
    cache = {}

    def look_up():
        if "k" not in cache:
            cache["k"] = 1

    run(look_up, look_up)


def length_read_while_it_grows():
    """Races: items"""
    items = []

    def add():
        items.append(1)

    def measure():
        return len(items)

    run(add, measure)


def iteration_while_it_grows():
    """Races: items"""
    items = [1, 2]

    def add():
        items.append(3)

    def total():
        for _ in items:
            pass

    run(add, total)


def lock_on_one_side_only():
    """Races: box.value"""
    box = Box()

    def careful():
        with box.lock:
            box.value = 1

    def careless():
        return box.value

    run(careful, careless)


def two_different_locks():
    """Races: box.value"""
    box = Box()

    def one():
        with box.lock:
            box.value += 1

    def two():
        with box.other_lock:
            box.value += 1

    run(one, two)


def read_before_the_lock():
    """Races: box.value"""
    box = Box()

    def check():
        if box.value == 0:
            with box.lock:
                box.value += 1

    run(check, check)


def written_after_start():
    """Races: box.value"""
    box = Box()

    def work():
        return box.value

    thread = threading.Thread(target=work)
    thread.start()
    box.value = 1
    thread.join()


def read_before_join():
    """Races: box.value"""
    box = Box()

    def work():
        box.value = 1

    thread = threading.Thread(target=work)
    thread.start()
    seen = box.value
    thread.join()
    return seen


def join_with_a_timeout_that_is_not_looked_at():
    """Races: box.value"""
    box = Box()
    gate = threading.Event()

    def work():
        gate.wait()
        box.value = 1

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(1.0)
    box.value = 2
    gate.set()
    box.value = 3
    thread.join()


def flag_that_is_polled():
    """Races: box.ready"""
    box = Box()

    def write():
        box.ready = True

    def look():
        return box.ready

    run(write, look)


def written_after_put():
    """Races: (gone).value"""
    queue = Queue()

    def produce():
        box = Box()
        queue.put(box)
        box.value = 2

    def consume():
        return queue.get().value

    run(produce, consume)


def written_after_set():
    """Races: box.value"""
    box = Box()
    event = threading.Event()

    def work():
        event.set()
        box.value = 1

    def wait():
        event.wait()
        return box.value

    run(work, wait)


def semaphore_with_two_permits():
    """Races: box.value"""
    box = Box()
    permits = threading.Semaphore(2)

    def work():
        with permits:
            box.value += 1

    run(work, work)


def tasks_of_a_pool():
    """Races: box.value"""
    box = Box()

    def work(amount):
        box.value = box.value + amount

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (1, 2)))


def class_attribute():
    """Races: Box.limit"""

    def change():
        Box.limit = 20

    def look():
        return Box.limit

    run(change, look)
    Box.limit = 10
