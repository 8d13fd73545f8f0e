"""A thread that echoes.

A thread is made with the function it shall run and that function's arguments. `start` lets it
go, and from then on it and the main thread run side by side: which of them prints first is not
decided by the program.

Expect: pass
"""

import threading


def echo(word):
    print(word)


thread = threading.Thread(target=echo, args=("hello",))
thread.start()
print("main goes on")
