"""Instrumentation: the user's own bytecode, rewritten so that every shared access is a scheduling point.

``rewrite`` inserts the hook calls into one code object, ``scope`` decides whose code is rewritten, ``lazy``
rewrites functions in place when they are first entered, ``imports`` does it for the project's modules as
they are imported, and ``targets`` loads the program that is run. ``hooks`` is what the inserted calls call.
"""
