"""Names for the objects of a program, the way its author would call them: ``b``, ``account.lock``, ``cache``.

An object is named by how it is reached from the variables of the program: the target module's globals, the
local variables of the function that starts the threads, and those of its callers. Names found once are tried
first in the next execution (a *hint* is a path from a variable), so naming costs a search only once. An
object that no variable leads to has no stable name: it is called after its type and numbered.
"""

from __future__ import annotations

import inspect
import sys
import types
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from treadle.engine.real_threads import caller_of

MAX_VISITED = 3000
MAX_DEPTH = 4

Path = tuple[tuple[str, Any], ...]
"""Steps from the roots: ("variable", name), ("attribute", name), ("item", key or index)."""

_PLAIN = (
    str,
    int,
    float,
    complex,
    bool,
    bytes,
    type(None),
    types.ModuleType,
    types.BuiltinFunctionType,
)
_MISSING = object()


class Naming:
    """Finds the names of objects; one for a whole search.

    Args:
        module_globals: Gives the namespace of the target module.
        is_program_frame: Whether a frame runs the program's own code.
    """

    def __init__(
        self,
        module_globals: Callable[[], dict[str, Any]],
        is_program_frame: Callable[[types.FrameType], bool],
    ) -> None:
        self._module_globals = module_globals
        self._is_program_frame = is_program_frame
        self._hints: dict[str, list[tuple[Path, str]]] = {}
        self._wanted: dict[str, Path] = {}
        self._hopeless: set[str] = set()
        self._frames: list[types.FrameType] = []
        self._variables: dict[str, Any] = {}
        self._labels: dict[int, str] = {}
        self._objects: dict[str, object] = {}
        self._is_searching = True
        self._wants_search = False

    # --- during an execution --------------------------------------------------------------------

    def begin(self) -> None:
        """Forget the objects of the execution before."""
        self._frames = []
        self._labels = {}
        self._objects = {}
        self._is_searching = self._wants_search
        self._wants_search = False

    def first_spawn(self) -> None:
        """The first thread is being started: remember the function that starts it, and its callers."""
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None:
            code = frame.f_code
            # To ask a function's frame for its locals would copy them.
            if self._is_program_frame(frame) and (
                code.co_flags & inspect.CO_OPTIMIZED or frame.f_locals is not frame.f_globals
            ):
                self._frames.append(frame)
            frame = caller_of(frame)

    def main_returned(self) -> None:
        """The starting function has returned or will never go on: note what its variables hold."""
        frames, self._frames = self._frames, []
        if not frames:
            return
        # Kept until the execution has been observed: its last values are part of the outcome.
        variables = self._variables = {}
        for frame in frames:  # those of the starting function itself come first
            for name, value in frame.f_locals.items():
                variables.setdefault(name, value)
        if self._is_searching:
            self._search(variables)
            return
        for label, path in self._wanted.items():
            if path[0][1] in variables:
                found = _walk(variables, path)
                if found is not _MISSING:
                    self._labels.setdefault(id(found), label)
                    self._objects[label] = found

    def finish(self) -> None:
        """The execution is over and everything still stands."""
        self.main_returned()
        if self._is_searching:
            self._search(self._module_globals())

    # --- afterwards -----------------------------------------------------------------------------

    def label(self, obj: object) -> str | None:
        """The name of an object of the execution just finished.

        Args:
            obj: The object.

        Returns:
            Its name, None when no variable leads to it.
        """
        if isinstance(obj, type):
            return obj.__qualname__
        found = self._labels.get(id(obj))
        kind = type(obj).__qualname__
        if found is not None:
            if found not in self._wanted:
                self._want(kind, found)
            return found
        for path, label in self._hints.get(kind, ()):
            # Shared in a few schedules only: a search for names, in another one, cannot know it is wanted.
            for variables in (self._variables, self._module_globals()):
                if _walk(variables, path) is obj:
                    self._labels[id(obj)] = label
                    return label
        if kind not in self._hopeless:
            # One search for each kind: it may be met in a few schedules only, but never in the next one.
            self._hopeless.add(kind)
            self._wants_search = not self._is_searching
        return None

    def _want(self, kind: str, label: str) -> None:
        """Look for this name first in the executions to come."""
        for path, known in self._hints.get(kind, ()):
            if known == label:
                self._wanted[label] = path

    def find(self, label: str) -> object:
        """The object of that name in the execution just finished.

        Args:
            label: A name that :meth:`label` gave.

        Returns:
            The object, None when no variable leads to it now.
        """
        found = self._objects.get(label)
        if found is not None:
            return found
        variables = self._module_globals()
        path = self._wanted.get(label)
        found = _MISSING if path is None else _walk(variables, path)
        return None if found is _MISSING else found

    def forget(self) -> None:
        """The execution has been observed: let its objects go."""
        self._objects = {}
        self._frames = []
        self._variables = {}

    def memory(self) -> tuple[Any, ...]:
        """What was learned so far, for :meth:`remember` in another process."""
        return self._hints, self._wanted, self._hopeless, self._wants_search

    def remember(self, memory: tuple[Any, ...]) -> None:
        """Know what another process has learned.

        Args:
            memory: What :meth:`memory` gave there.
        """
        self._hints, self._wanted, self._hopeless, self._wants_search = memory

    @property
    def wants_search(self) -> bool:
        """Whether an object without a name was met that the next execution should look for."""
        return self._wants_search

    def search_now(self) -> None:
        """Make the next execution look for names everywhere."""
        self._wants_search = True
        self._hopeless.clear()

    def _search(self, variables: dict[str, Any]) -> None:
        """Name everything that can be reached from variables, breadth first."""
        seen: set[int] = set()
        queue: deque[tuple[object, Path, str]] = deque()
        for name, value in variables.items():
            if not name.startswith("__"):
                queue.append((value, (("variable", name),), name))
        while queue and len(seen) < MAX_VISITED:
            obj, path, label = queue.popleft()
            if isinstance(obj, _PLAIN) or id(obj) in seen:
                continue
            seen.add(id(obj))
            if id(obj) not in self._labels:
                self._labels[id(obj)] = label
                self._objects[label] = obj
                hints = self._hints.setdefault(type(obj).__qualname__, [])
                if (path, label) not in hints and len(hints) < 50:
                    hints.append((path, label))
            if len(path) < MAX_DEPTH:
                for step, value, text in _parts(obj):
                    queue.append((value, (*path, step), label + text))


def _parts(obj: object) -> Iterator[tuple[tuple[str, Any], object, str]]:
    """What an object is made of: (step, part, text appended to the name)."""
    if isinstance(obj, dict):
        for key, value in list(dict.items(obj))[:200]:
            if isinstance(key, (str, int)):
                yield ("item", key), value, f"[{key!r}]"
    elif isinstance(obj, (list, tuple)):
        for index, value in enumerate(list(obj)[:200]):
            yield ("item", index), value, f"[{index}]"
    elif isinstance(obj, types.MethodType):
        yield ("attribute", "__self__"), obj.__self__, ".__self__"
    elif not isinstance(obj, (type, types.FunctionType)):
        try:
            space = object.__getattribute__(obj, "__dict__")
        except AttributeError:
            space = {}
        if isinstance(space, dict):
            for name, value in list(space.items()):
                if isinstance(name, str):
                    yield ("attribute", name), value, f".{name}"
        for cls in type(obj).__mro__:
            for name in _slots(cls):
                value = getattr(obj, name, _MISSING)
                if value is not _MISSING:
                    yield ("attribute", name), value, f".{name}"


def _slots(cls: type) -> tuple[str, ...]:
    slots = cls.__dict__.get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(n for n in names if isinstance(n, str) and not n.startswith("__"))


def _walk(variables: dict[str, Any], path: Path) -> object:
    value: Any = variables.get(path[0][1], _MISSING)
    for kind, key in path[1:]:
        try:
            if kind == "attribute":
                value = object.__getattribute__(value, key)
            elif isinstance(value, dict):
                value = dict.__getitem__(value, key)
            else:
                value = value[key] if isinstance(value, (list, tuple)) else _MISSING
        except (AttributeError, KeyError, IndexError, TypeError):
            return _MISSING
        if value is _MISSING:
            return _MISSING
    return value
