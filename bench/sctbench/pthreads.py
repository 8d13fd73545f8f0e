"""What programs written for POSIX threads take for granted and Python spells differently."""

import threading


def run(*bodies):
    """Start a thread for each body, in order, then join them all."""
    threads = [threading.Thread(target=body) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Condition(threading.Condition):
    """A condition that anybody may notify at any time, as POSIX allows.

    ``threading.Condition`` asks whether its lock is held, and refuses to notify otherwise. Programs that
    notify after they have let go of the lock have more interleavings than those that notify before.
    """

    def _is_owned(self):
        return True
