"""The command line: ``treadle check``, ``run``, ``replay``, ``show`` and ``ls``.

Thin: arguments in, text and an exit code out. A command imports what it needs when it runs, so that the
time to the first execution of the target is the target's.
"""
