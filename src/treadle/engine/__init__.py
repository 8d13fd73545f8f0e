"""The engine: tasks on pooled greenlets, the kernel that switches between them, virtual time.

The only package that uses greenlet. ``kernel`` is the one kernel of the process.
"""
