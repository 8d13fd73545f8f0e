"""Sites: the places of a program where an operation can happen.

A site is static: one for every instrumented instruction, made when the code is rewritten. It carries what
reports need (file, line, columns, function) and what the kernel decides by: ``is_point`` says whether an
operation here can conflict with another task's, learned from the executions so far; only such operations
are scheduling points. ``key`` names the site in schedule tokens, the same on every machine and version.

An operation of a threading primitive happens at a call; it gets a *child* of the call's site, one for each
kind of operation, because one call (``executor.submit``) may do many.
"""

from __future__ import annotations

import os
import zlib


class Site:
    """A place in the program's source.

    Args:
        operation: Name of the instrumentation hook ("load_attr"), or the operation's kind for a child.
        name: Attribute, variable or method concerned; None without one.
        module: Name of the module.
        filename: The code's file name.
        function: Qualified name of the function.
        line: First line, from 1.
        end_line: Last line.
        column: First column, from 0; -1 where unknown.
        end_column: Column after the last; -1 where unknown.

    Attributes:
        is_point: An operation here is a scheduling point.
        rivals: Sites that were seen to race with this one; None without any.
        is_update: It calls a method that changes a built-in container.
        called_c: The execution in which something was called here after which the interpreter checks its
            eval breaker.
        only_310: The check that comes here, or came last, is one that only 3.10 makes.
    """

    def __init__(
        self,
        operation: str,
        name: str | None,
        module: str,
        filename: str,
        function: str,
        line: int,
        end_line: int,
        column: int,
        end_column: int,
    ) -> None:
        self.operation = operation
        self.name = name
        self.module = module
        self.filename = filename
        self.function = function
        self.line = line
        self.end_line = end_line
        self.column = column
        self.end_column = end_column
        self.is_point = False
        self.count = 0
        self.segment = -1
        self.children: dict[int, Site] = {}
        self.called_c = 0
        self.only_310 = False
        self.global_key = (module, name)
        self.rivals: set[Site] | None = None
        self.is_update = False
        base = filename.rpartition(os.sep)[2]
        identity = f"{base}|{function}|{line}|{column}|{operation}|{name}"
        self.key = zlib.crc32(identity.encode())

    def child(self, kind: int) -> Site:
        """The site of an operation of this kind that happens during the call at this site.

        Args:
            kind: A :class:`~treadle.model.operation.Kind`.

        Returns:
            Always the same site for the same kind.
        """
        found = self.children.get(kind)
        if found is None:
            found = Site(
                str(kind),
                self.name,
                self.module,
                self.filename,
                self.function,
                self.line,
                self.end_line,
                self.column,
                self.end_column,
            )
            self.children[kind] = found
        return found

    def __repr__(self) -> str:
        return f"<Site {self.operation} {self.name} {self.filename}:{self.line}:{self.column}>"


BEGINNING = Site("beginning", None, "", "", "", 0, 0, -1, -1)
"""Where a task begins, or goes on after it was blocked: it was chosen just then, so nothing is to learn."""

BEGINNING.is_point = True

NOWHERE = Site("nowhere", None, "", "", "", 0, 0, -1, -1)
"""The site of operations that no instrumented code called for."""
