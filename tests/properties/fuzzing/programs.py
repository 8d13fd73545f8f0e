"""Random programs as source text, for hypothesis to draw.

A program is a module with a function ``main``. Two or three threads each do a few statements on what they
share; what each saw, and what is left of it, is what ``main`` returns. Nothing in it knows of Treadle.
"""

from __future__ import annotations

from hypothesis import strategies as st

MOST_STATEMENTS = 5
"""Of all threads of a program together."""

HEAD = """\
import collections
import functools
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

counter = 0


class Shared:
    calls = 0

    def __init__(self):
        self.a = 0
        self.items = [1]

    @property
    def double(self):
        return self.a + self.a

    def bump(self):
        self.a = self.a + 1
        return self.a

    def __contains__(self, item):
        return self.a == item

    def __len__(self):
        return self.a

    def __getattr__(self, name):
        if name != "lazy":
            raise AttributeError(name)
        self.lazy = self.a
        return self.lazy


class Key:
    def __init__(self, shared):
        self.shared = shared

    def __hash__(self):
        return 1

    def __eq__(self, other):
        self.shared.a += 1
        return True


def main():
    global counter
    counter = Shared.calls = 0
    cell = 0
    shared = Shared()
    items, table, bag = [1, 2], {"k": 1}, {1}
    deque, array = collections.deque([1]), bytearray(b"12")
    lock, rlock, semaphore = threading.Lock(), threading.RLock(), threading.Semaphore(1)
    bounded, event, barrier = threading.BoundedSemaphore(1), threading.Event(), threading.Barrier(2)
    condition, local = threading.Condition(), threading.local()
    fifo, lifo, heap, simple = queue.Queue(1), queue.LifoQueue(), queue.PriorityQueue(), queue.SimpleQueue()
    generator = (shared.bump() for _ in range(3))

    @functools.lru_cache
    def cached(number):
        return number + shared.bump()

"""

TAIL = """\
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = counter, cell, shared.a, items, sorted(table.items()), sorted(bag), list(deque), bytes(array)
    return repr((logs, left, fifo.qsize(), lock.locked(), event.is_set()))
"""

DATA = """
shared.a += 1
log.append(shared.a)
shared.a = log
shared.b = 1
log.append(shared.b)
del shared.a
log.append(hasattr(shared, 'b'))
setattr(shared, 'a', 5)
Shared.calls += 1
log.append(shared.double)
shared.bump()
log.append(shared.lazy)
log.append(0 in shared)
log.append(len(shared))
items[0] += 1
items[0], items[-1] = items[-1], items[0]
items[1:] = [5]
log.append(items[:2])
del items[:1]
del items[0]
items += [3]
items.append(4)
items.insert(0, 6)
log.append(items.pop())
items.remove(1)
items.extend(table)
items.clear()
items.sort(key=lambda item: shared.bump())
log.append(1 in items)
log.append(sorted(items))
log.append([item for item in items])
log.append(sum(items))
for item in items: log.append(item)
first, *rest = items; log.append(first)
log.append(f'{items[0]} {shared.a}')
table['k'] += 1
table['k'] = table.get('k', 0) + 1
table['n'] = 2
del table['k']
log.append(table.pop('k', None))
log.append(table.setdefault('n', 7))
log.append('n' in table)
table.update(n=3)
log.append(list(table.items()))
for key in table: log.append(table[key])
log.append(table[Key(shared)] if Key(shared) in table else 0)
table |= {'m': 1}
log.append({**table})
log.append(table.popitem())
bag.add(2)
bag.discard(1)
bag |= {3}
log.append(sorted(bag))
log.append(2 in bag)
deque.append(2)
log.append(deque.popleft())
deque.rotate(1)
log.append(list(deque))
array[0] = 65
array += b'3'
log.append(bytes(array))
counter += 1
log.append(counter)
cell += 1
log.append(cell)
log.append(next(generator, None))
log.append(cached(1))
log.append(list(map(str, items)))
raise ValueError(shared.a)
log.append(max(items, key=lambda item: shared.a))
local.x = 1; log.append(local.x)
log.append(getattr(local, 'x', None))
""".strip().splitlines()

SYNCHRONISATION = """
with lock: shared.a += 1
with rlock, rlock: shared.a += 1
with lock: log.append(shared.a)
lock.acquire()
lock.release()
log.append(lock.acquire(False))
log.append(lock.locked())
with semaphore: shared.a += 1
log.append(semaphore.acquire(blocking=False))
semaphore.release()
bounded.release()
with bounded: log.append(shared.a)
event.set()
event.clear()
log.append(event.is_set())
event.wait(); log.append(shared.a)
with condition: condition.notify()
with condition: shared.a += 1; condition.notify_all()
with condition: condition.wait(); log.append(shared.a)
log.append(barrier.wait())
barrier.abort()
fifo.put(shared.a)
log.append(fifo.get())
log.append(fifo.get(False))
fifo.put(2, block=False)
log.append(fifo.empty())
fifo.task_done()
fifo.join()
fifo.shutdown(immediate=True)
lifo.put(1); log.append(lifo.get())
heap.put(2); heap.put(1); log.append(heap.get())
simple.put(3); log.append(simple.get())
log.append(simple.get(False))
inner = threading.Thread(target=shared.bump); inner.start(); inner.join()
inner = threading.Thread(target=shared.bump, daemon=True); inner.start(); log.append(inner.is_alive())
with ThreadPoolExecutor(1) as pool: log.append(pool.submit(shared.bump).result())
log.append(threading.active_count() > 0)
""".strip().splitlines()

TIMED = """
time.sleep(0.01); log.append(shared.a)
log.append(lock.acquire(timeout=0.01))
log.append(event.wait(0.01))
log.append(event.wait(0.0005))
log.append(fifo.get(timeout=0.01))
fifo.put(1, timeout=0.01)
with condition: log.append(condition.wait(0.01))
with condition: log.append(condition.wait_for(lambda: shared.a, 0.01))
log.append(semaphore.acquire(timeout=0.01))
log.append(barrier.wait(0.01))
timer = threading.Timer(0.01, shared.bump); timer.start(); timer.join()
timer = threading.Timer(0.01, shared.bump); timer.start(); timer.cancel()
""".strip().splitlines()


def source(bodies):
    """The text of a program.

    Args:
        bodies: The statements of each thread.
    """
    text = HEAD
    for number, body in enumerate(bodies):
        text += f"    log{number} = []\n\n    def thread{number}():\n"
        text += f"        global counter\n        nonlocal cell, items, table, bag, array\n        log = log{number}\n"
        for statement in body:
            text += f"        try:\n            {statement}\n"
            text += (
                "        except Exception as error:\n            log.append(type(error).__name__)\n"
            )
        text += "\n"
    numbers = range(len(bodies))
    text += f"    functions = [{', '.join(f'thread{number}' for number in numbers)}]\n"
    text += f"    logs = [{', '.join(f'log{number}' for number in numbers)}]\n"
    return text + TAIL


def is_timed(bodies):
    """Whether a program looks at the clock, so that real threads need not do what the virtual clock makes them do."""
    return any(statement in TIMED for body in bodies for statement in body)


statements = st.one_of(
    st.sampled_from(DATA),
    st.sampled_from(DATA),
    st.sampled_from(SYNCHRONISATION),
    st.sampled_from(SYNCHRONISATION),
    st.sampled_from(TIMED),
)
programs = st.lists(st.lists(statements, min_size=1, max_size=3), min_size=2, max_size=3).filter(
    lambda bodies: sum(map(len, bodies)) <= MOST_STATEMENTS
)
"""The statements of each thread of a program."""
