"""Two threads in one generator: the interpreter refuses the second while the first is inside.

Prints: 1 2 | 1 ValueError: generator already executing
"""

import threading


class Source:
    number = 0


def numbers():
    while True:
        number = Source.number
        Source.number = number + 1
        yield number + 1


generator = numbers()
got = []


def take():
    try:
        got.append(str(next(generator)))
    except ValueError as error:
        got.append(f"ValueError: {error}")


threads = [threading.Thread(target=take) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*sorted(got))
