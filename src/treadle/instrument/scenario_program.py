"""A scenario as a program: threads that make calls on one fresh object, and a judge of their results."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from treadle.analysis.linearizability import (
    CallId,
    Expected,
    History,
    Order,
    explanation,
    may_wait,
)
from treadle.model.describe import describe
from treadle.model.scenario import Call, Scenario

LONGEST_RESULT = 200

_FRACTION = re.compile(r"\b\d+\.\d{4,}(e-?\d+)?\b")


class NotLinearizable(AssertionError):  # noqa: N818 - the name is part of reports
    """No order of the calls explains their results."""


class ScenarioProgram:
    """A program that plays a scenario; with ``order`` set, its calls are made one after the other.

    Args:
        module: The module of the class.
        make: Makes the object, without arguments.
        scenario: Who calls what.
        project_files: The files of the project's modules, by module; grows as it runs.

    Attributes:
        scenario: The scenario played now; may be exchanged between executions.
        make: Makes the object.
        order: The order in which the calls are made; None lets the threads run freely.
        expected: What each sequential order gives; with it a free run is judged.
        history: What was observed in the last run.
        made: The class of the object of the last run.
    """

    def __init__(
        self,
        module: ModuleType,
        make: Callable[[], Any],
        scenario: Scenario,
        project_files: Mapping[str, str],
    ) -> None:
        self.module_name = module.__name__
        self.scenario = scenario
        self.make = make
        self.order: Order | None = None
        self.expected: Sequence[Expected] = ()
        self.history = History()
        self._module = module
        self._project_files = project_files
        self._object: Any = None
        self.made: type = type(None)

    @property
    def files(self) -> list[str]:
        """The files of the project that have been loaded, the class's first."""
        own = [self._module.__file__] if self._module.__file__ else []
        return list(dict.fromkeys([*own, *self._project_files.values()]))

    def run(self) -> tuple[str, ...]:
        """Make an object, let the threads call, then call from the main thread.

        Returns:
            The results, thread by thread, then those of the main thread.

        Raises:
            NotLinearizable: No sequential order explains the results.
        """
        self._object = target = self.make()
        self.made = type(target)
        self.history = history = History()
        if self.order is None:
            self._run_freely(target)
        else:
            self._run_in_order(target, self.order)
        for index, call in enumerate(self.scenario.after):
            self._perform(target, call, (-1, index))
        if self.expected and self.order is None and explanation(history, self.expected) is None:
            raise NotLinearizable(self._results())
        return tuple(f"{self._shown(call)}" for call in sorted(history.results))

    def may_wait(self) -> bool:
        """Whether the calls that did not come back in the last run may wait for ever."""
        return self.order is None and may_wait(self.history, self.expected)

    def module_globals(self) -> dict[str, Any]:
        """The namespace of the class's module, and the object under the name of its class."""
        name = type(self._object).__name__.lower()
        return {**self._module.__dict__, name: self._object}

    def forget(self) -> None:
        """Let the object go, but for its class."""
        self._object = None

    def _run_freely(self, target: Any) -> None:
        """One thread for each list of calls."""

        def body(number: int, calls: Sequence[Call]) -> None:
            for index, call in enumerate(calls):
                self._perform(target, call, (number, index))

        threads = [
            threading.Thread(
                target=body, args=(number, calls), name=f"{', '.join(map(str, calls))}"
            )
            for number, calls in enumerate(self.scenario.threads)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run_in_order(self, target: Any, order: Order) -> None:
        """The same threads, but each call waits for its turn: threads may own locks."""
        turns = [threading.Semaphore(0) for _ in self.scenario.threads]
        done = threading.Semaphore(0)

        def body(number: int, calls: Sequence[Call]) -> None:
            for index, call in enumerate(calls):
                turns[number].acquire()
                self._perform(target, call, (number, index))
                done.release()

        for number, calls in enumerate(self.scenario.threads):
            threading.Thread(target=body, args=(number, calls), daemon=True).start()
        for number, _ in order:
            turns[number].release()
            done.acquire()

    def _perform(self, target: Any, call: Call, which: CallId) -> None:
        """Make a call and note what comes of it."""
        history = self.history
        history.events.append((which, False))
        try:
            result = _text(call.on(target))
        except Exception as error:
            result = f"raises {_text(error)}"
        history.events.append((which, True))
        history.results[which] = result

    def _shown(self, which: CallId) -> str:
        """A call with its result."""
        number, index = which
        calls = self.scenario.after if number < 0 else self.scenario.threads[number]
        return f"{calls[index]} -> {self.history.results[which]}"

    def _results(self) -> str:
        """All calls with their results."""
        parts = []
        for number, calls in enumerate(self.scenario.threads):
            shown = ", ".join(self._shown((number, index)) for index in range(len(calls)))
            parts.append(f"T{number + 1}: {shown}")
        if self.scenario.after:
            shown = ", ".join(self._shown((-1, index)) for index in range(len(self.scenario.after)))
            parts.append(f"then {shown}")
        return "; ".join(parts)


def _text(value: object) -> str:
    """A result as text; fractions are rounded, because looking at the virtual clock moves it a little."""
    return _FRACTION.sub(lambda found: f"{float(found[0]):.3f}", describe(value, LONGEST_RESULT))
