"""The decimal module keeps its context for each thread.

Prints: 0.33 0.3333
"""

import decimal
import threading

gate = threading.Barrier(2)
results = {}


def divide(digits):
    decimal.getcontext().prec = digits
    gate.wait()
    results[digits] = decimal.Decimal(1) / 3


threads = [threading.Thread(target=divide, args=(digits,)) for digits in (2, 4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results[2], results[4])
