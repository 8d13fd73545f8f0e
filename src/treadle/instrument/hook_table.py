"""The hooks that rewritten code calls, as one table handed to the rewriter.

The rewriter knows nothing of what the hooks do: production passes the compiled functions of
``treadle.instrument.hooks``, a test passes functions that record. Each hook is called with positional
arguments immediately before the instruction it announces; what it returns is thrown away. The last argument
is always the *site*, made once per instruction by :attr:`HookTable.site` when the code is rewritten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final

Hook = Callable[..., object]

_MEETING: Final = frozenset({"load_attr", "call0", "call1", "call2", "call_ex", "enter_with"})
"""The hooks that may meet code for the first time."""

_ALWAYS_CALLED: Final = frozenset(
    {"check", "check_310", "entering", "entering_ex", "entering_with", "returned", "returned_310"}
)
"""The hooks of the checks: they are there under a model of the GIL only."""


@dataclass(frozen=True, slots=True)
class HookTable:
    """One callable per kind of visible instruction, and the factory of sites.

    Args:
        site: Makes the description of an instruction: ``site(operation, name, module, filename, function,
            line, end_line, column, end_column)``; a column is -1 when it is not known.
        load_attr: ``(obj, site)``, before an attribute is read.
        store_attr: ``(obj, value, site)``, before an attribute is stored.
        delete_attr: ``(obj, site)``, before an attribute is deleted.
        load_item: ``(container, key, site)``, before ``container[key]``.
        store_item: ``(container, key, value, site)``, before ``container[key] = value``.
        delete_item: ``(container, key, site)``, before ``del container[key]``.
        load_slice: ``(container, site)``, before ``container[a:b]`` (3.12 and later).
        store_slice: ``(container, site)``, before ``container[a:b] = ...`` (3.12 and later).
        load_global: ``(site)``, before a global variable is read.
        store_global: ``(value, site)``, before a global variable is stored.
        delete_global: ``(site)``, before a global variable is deleted.
        load_cell: ``(cell, site)``, before a variable shared with a nested function is read.
        store_cell: ``(cell, value, site)``, before such a variable is stored.
        delete_cell: ``(cell, site)``, before such a variable is deleted.
        contains: ``(item, container, site)``, before ``item in container``.
        iterate: ``(iterable, site)``, before ``iter(iterable)``.
        advance: ``(iterator, site)``, before each ``next(iterator)`` of a loop.
        pause: ``(site)``, before a generator gives a value or ends.
        truth: ``(obj, site)``, before the truth of an object is tested.
        operate: ``(left, right, site)``, before a binary operation or comparison.
        unpack: ``(sequence, site)``, before a sequence or mapping is unpacked.
        call0: ``(callable, site)``, before a call without positional arguments.
        call1: ``(callable, a, site)``, before a call with one positional argument.
        call2: ``(callable, a, b, site)``, before a call with two or more positional arguments.
        call_ex: ``(callable, args, site)``, before a call with ``*args`` or ``**kwargs``.
        enter_with: ``(manager, site)``, before a ``with`` statement enters its manager.
        check: ``(site)``, where the interpreter checks its eval breaker.
        check_310: ``(site)``, where only 3.10 does so.
        entering: ``(callable, site)``, before a call after which it may do so.
        entering_ex: ``(callable, site)``, the same with ``*args`` or ``**kwargs``.
        entering_with: ``(manager, site)``, the same before a ``with`` statement enters its manager.
        returned: ``(site)``, after such a call; the site is that of the hook before it.
        returned_310: ``(site)``, the same where 3.10 checks after every call.
        tracking: True while accesses matter; while it is false hooks are passed over, which is several
            times quicker than to call one that returns at once.
        attentive: The same for the hooks that may meet code for the first time.
    """

    site: Callable[[str, str | None, str, str, str, int, int, int, int], Any]
    load_attr: Hook
    store_attr: Hook
    delete_attr: Hook
    load_item: Hook
    store_item: Hook
    delete_item: Hook
    load_slice: Hook
    store_slice: Hook
    load_global: Hook
    store_global: Hook
    delete_global: Hook
    load_cell: Hook
    store_cell: Hook
    delete_cell: Hook
    contains: Hook
    iterate: Hook
    advance: Hook
    pause: Hook
    truth: Hook
    operate: Hook
    unpack: Hook
    call0: Hook
    call1: Hook
    call2: Hook
    call_ex: Hook
    enter_with: Hook
    check: Hook
    check_310: Hook
    entering: Hook
    entering_ex: Hook
    entering_with: Hook
    returned: Hook
    returned_310: Hook
    tracking: object = None
    attentive: object = None

    def guard(self, hook: str) -> object:
        """What is true while a hook has something to do.

        Args:
            hook: The name of the hook.

        Returns:
            An object; None where the hook is always called.
        """
        if hook in _ALWAYS_CALLED:
            return None
        return self.attentive if hook in _MEETING else self.tracking


HOOK_NAMES: Final = tuple(
    field.name for field in fields(HookTable) if field.name not in {"site", "tracking", "attentive"}
)
"""The names of the hooks."""
