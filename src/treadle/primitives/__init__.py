"""Threading primitives on the kernel: drop-in for those of ``threading``, ``_thread`` and ``queue``.

Inside an execution an operation of a primitive is one visible operation of the running task; outside of
one, each behaves as the real primitive of the running interpreter, because it is one underneath.
"""
