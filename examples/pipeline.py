"""A pipeline of queues.

Each stage takes from one queue and puts into the next, so that the stages can work at the same
time on different items. Nothing else is shared, so nothing else needs a lock. `None` travels
through the pipeline behind the last item and ends every stage.

Expect: pass
"""

import queue
import threading

numbers = queue.Queue()
squares = queue.Queue()


def square():
    while (number := numbers.get()) is not None:
        squares.put(number * number)
    squares.put(None)


def show():
    while (number := squares.get()) is not None:
        print(number)


squarer = threading.Thread(target=square)
shower = threading.Thread(target=show)
squarer.start()
shower.start()
numbers.put(2)
numbers.put(3)
numbers.put(None)
