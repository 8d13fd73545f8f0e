"""Telling the steps of a trace in the rows of a table: in columns, across them, or left out."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.folding import Folded, Folding
from treadle.explain.labels import place_text
from treadle.explain.narrative import Narrator
from treadle.explain.words import listing, plural, printable
from treadle.model.trace import Action, Step
from treadle.report.rows import LIFE, Row
from treadle.report.values import PREEMPTION, Value, values_of
from treadle.report.view import View

LOCAL_WORTH_A_ROW = 10
"""So many accesses to a thread's own data between two steps are mentioned."""

_MOST_MERGED = 8
_SHARED_VERBS = frozenset({"starts", "joins"})
_NO_VALUE = Value()


class RowBuilder:
    """Tells the steps of one trace in rows.

    Args:
        view: What is shown.
        columns: The tasks that have a column.
        limit: Most characters of a value.
    """

    def __init__(self, view: View, columns: Sequence[int], limit: int) -> None:
        self._view = view
        self._columns = {task: index for index, task in enumerate(columns)}
        self._narrator = Narrator(view.trace, view.deciding, introduce=False)
        self._values = values_of(view.trace, view.resource, view.deciding, limit)
        self._folding: Folding | None = None
        self._begin(view.trace.steps)

    def _begin(self, items: Sequence[Step | Folded]) -> None:
        """Forget the rows told before."""
        self._items = items
        self._files = {
            item.place.file for item in items if isinstance(item, Step) and item.place is not None
        }
        self._rows: list[Row] = []
        self._across: list[Step] = []
        self._last_line: tuple[int, str, int] | None = None

    def rows(self, budget: int | None = None) -> list[Row]:
        """The rows.

        Args:
            budget: How many lines there should be, about; None for no limit.

        Returns:
            The rows, in order.
        """
        view = self._view
        if budget is None:
            self._begin(view.trace.steps)
        else:
            if self._folding is None:
                self._folding = Folding(view.trace, view.deciding, view.resource, _cost)
            self._begin(self._folding.items(budget))
        for index, item in enumerate(self._items):
            if isinstance(item, Folded):
                self._end_across()
                self._add_folded(item)
            elif item.task in self._columns:
                self._end_across()
                self._add(item, index)
            else:
                self._add_across(item)
        self._end_across()
        return self._rows

    def _add_across(self, step: Step) -> None:
        """A step of a task without a column: it is told together with its neighbours."""
        told = self._across
        if told and (told[0].task != step.task or len(told) >= _MOST_MERGED):
            self._end_across()
        self._across.append(step)

    def _add_folded(self, folded: Folded) -> None:
        """A row for steps that are left out."""
        text = folded.text(self._narrator.labels)
        task = folded.tasks[0] if len(folded.tasks) == 1 else None
        column = self._columns.get(task) if task is not None else None
        self._last_line = None
        self._rows.append(Row("", task, column, text, is_dim=True, is_fold=True))

    def _end_across(self) -> None:
        """One row for what a task without a column did in several steps."""
        steps, self._across = self._across, []
        told = [step for step in steps if step.action is not Action.BEGIN]
        if not told:
            return
        task, first, last = steps[0].task, steps[0].number, steps[-1].number
        number = f"{first}-{last}" if last > first else f"{first}"
        text = told_together([self._full_phrase(step) for step in told])
        marks = [self._values[step.number] for step in told if self._values[step.number].mark]
        value = marks[-1] if marks else _NO_VALUE
        self._last_line = None
        self._rows.append(Row(number, task, None, text, value=value, is_dim=not marks))

    def _full_phrase(self, step: Step) -> str:
        """What a step did, with what is special about it."""
        phrase = self._narrator.phrase(step)
        if step.action is Action.START and step.other is not None:
            name = self._narrator.labels.name(step.other)
            phrase += f" ({name})" if name and step.other not in self._columns else ""
        note = self._narrator.note(step)
        return f"{phrase}: {note}" if note else phrase

    def _add(self, step: Step, index: int) -> None:
        """The rows of a step in its column."""
        if step.action is Action.BEGIN:
            return
        column = self._columns[step.task]
        self._add_local(step, column)
        if step.action in {Action.SUSPEND, Action.RESUME}:
            self._add_switch(step, index, column)
            return
        source, indent = self._source(step)
        row = Row(
            str(step.number),
            step.task,
            column,
            self._full_phrase(step) + self._held(step),
            source,
            indent,
            self._narrator.remark(step),
            self._values[step.number],
            place=place_text(step.place, self._view.width // 4),
        )
        self._rows.append(row)

    def _source(self, step: Step) -> tuple[str, int]:
        """The line of the program, unless it was just shown, and how far to indent below it."""
        place = step.place
        if place is None or not place.source:
            return "", 0
        here = (step.task, place.file, place.line)
        is_shown = here == self._last_line
        self._last_line = here
        indent = len(str(place.line)) + 1
        if is_shown:
            return "", indent
        where = (
            f"{place.line}" if len(self._files) == 1 else place_text(place, self._view.width // 4)
        )
        is_cut = place.end_line > place.line and not place.source.endswith(":")
        dots = " ..." if is_cut else ""
        return f"{where} {printable(place.source)}{dots}", indent

    def _add_local(self, step: Step, column: int) -> None:
        """A row for accesses to the task's own data, if they were many."""
        least = 1 if self._view.verbose > 0 else LOCAL_WORTH_A_ROW
        if step.local_before >= least:
            text = f"... {plural(step.local_before, 'local step')}"
            self._rows.append(Row("", step.task, column, text, is_dim=True))

    def _add_switch(self, step: Step, index: int, column: int) -> None:
        """The row of a suspension or a resumption."""
        is_arriving = step.action is Action.RESUME
        value = Value("" if is_arriving else PREEMPTION)
        self._last_line = None
        row = Row(
            str(step.number),
            step.task,
            column,
            self._narrator.phrase(step),
            remark=self._narrator.remark(step),
            value=value,
            arrow=self._neighbour(index, -1 if is_arriving else 1, column),
            is_arriving=is_arriving,
        )
        self._rows.append(row)

    def _neighbour(self, index: int, direction: int, column: int) -> int | None:
        """The column of the nearest other task before or after an item."""
        index += direction
        while 0 <= index < len(self._items):
            item = self._items[index]
            tasks = item.tasks if isinstance(item, Folded) else (item.task,)
            for task in tasks:
                other = self._columns.get(task)
                if other is not None and other != column:
                    return other
            if isinstance(item, Step) and item.task not in self._columns:
                return None
            index += direction
        return None

    def _held(self, step: Step) -> str:
        """The locks held, in brackets, where they are asked for."""
        if self._view.verbose < 2 or not step.held:
            return ""
        return f" [holds {listing(map(self._narrator.labels.short, step.held))}]"


def told_together(phrases: Sequence[str]) -> str:
    """What one task did in several steps; neighbours that begin alike share their verb.

    Args:
        phrases: What it did.

    Returns:
        "starts T1 and T2, and terminates".
    """
    merged: list[str] = []
    verb, objects = "", [""]
    for phrase in [*phrases, ""]:
        first, _, rest = phrase.partition(" ")
        if first == verb and verb in _SHARED_VERBS:
            objects.append(rest)
            continue
        merged.append(f"{verb} {listing(objects)}".strip())
        verb, objects = first, [rest]
    told = [text for text in merged if text]
    if told[0] == "wakes up" and len(told) > 1:
        del told[0]
    if not any(" and " in text for text in told):
        return listing(told)
    *most, last = told
    joint = ", " if " and " in last else ", and "
    return f"{', '.join(most)}{joint}{last}" if most else last


def _cost(step: Step) -> int:
    """About how many lines a step takes."""
    if step.action is Action.BEGIN:
        return 0
    return 1 if step.place is None or step.action in LIFE else 2
