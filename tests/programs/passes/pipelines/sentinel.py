"""A sentinel ends the stages of a pipeline, one after the other.

Expect: pass
"""

import queue
import threading

END = object()


def double(source, sink):
    while (item := source.get()) is not END:
        sink.put(2 * item)
    sink.put(END)


first, second = queue.Queue(), queue.Queue(1)
threading.Thread(target=double, args=(first, second)).start()
for number in (1, 2):
    first.put(number)
first.put(END)
results = list(iter(second.get, END))
assert results == [2, 4]
