"""`in` calls __eq__ of each item; the list gets shorter meanwhile.

Prints: False, 1 | False, 2
"""

import threading

compared = []


class Item:
    def __eq__(self, other):
        compared.append(1)
        return False


items = [Item(), Item()]
answers = []


def look():
    answers.append("x" in items)


threads = [threading.Thread(target=look), threading.Thread(target=items.pop)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(answers[0], len(compared), sep=", ")
