"""Something to be done later.

A timer is a thread that waits and then calls a function, unless `cancel` comes first. The main
thread goes on meanwhile. It waits for the tea, and cancels the reminder that it no longer needs.

Expect: pass
"""

import threading


def ring():
    print("the tea is ready")


def remind():
    print("the tea is getting cold")


tea = threading.Timer(0.2, ring)
reminder = threading.Timer(60, remind)
tea.start()
reminder.start()
tea.join()
reminder.cancel()
print("thank you")
