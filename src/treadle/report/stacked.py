"""A step table in one column: thread, place and sentence in each row."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.labels import Labels
from treadle.explain.layout import cells, pad, wrap
from treadle.report.rows import Row
from treadle.report.values import PREEMPTION
from treadle.report.view import View

GAP = 2


class Stacked:
    """Lays out rows below each other.

    Args:
        view: What is shown.
        columns: Numbers of the tasks to name at the head.
        rows: The rows that will be laid out.
    """

    def __init__(self, view: View, columns: Sequence[int], rows: Sequence[Row]) -> None:
        self._view, self._tasks, self._labels = view, columns, Labels(view.trace)
        self._number_width = max(5, *(len(row.number) for row in rows), 5)
        self._label_width = max((cells(self._label(row)) for row in rows), default=0)
        place = max((cells(row.place) for row in rows), default=0)
        self._place_width = place if place <= view.width // 4 else 0

    def head(self) -> list[str]:
        """The names of the threads, and a line."""
        names = ", ".join(self._labels.headed(task) for task in self._tasks)
        margin = self._number_width + GAP
        first, *rest = wrap(names, self._view.width - margin)
        head = [f"{'step':>{self._number_width}}{'':{GAP}}{first}"]
        return [*head, *(f"{'':{margin}}{line}" for line in rest), self.rule()]

    def rule(self) -> str:
        """A line across."""
        return f" {'-' * (self._view.width - 2)}"

    def lines(self, row: Row) -> list[str]:
        """The lines of one row.

        Args:
            row: The row.

        Returns:
            At least one line; number, thread, place and mark stand in the first.
        """
        columns = [pad(self._label(row), self._label_width), pad(row.place, self._place_width)]
        if not self._place_width:
            columns.pop()
        head = f"{row.number:>{self._number_width}}{'':{GAP}}{' | '.join(columns)} | "
        blank = f"{'':{self._number_width + GAP}}"
        blank += "".join(f"{'':{cells(column)}} | " for column in columns)
        mark = f" {row.value.mark}"
        room = self._view.width - cells(head) - len(mark)
        text = f"{row.text}; {row.remark}" if row.remark else row.text
        text += " (a preemption)" if row.value.text == PREEMPTION else ""
        first, *rest = wrap(text, room)
        paint, task = self._view.paint, row.task or 0
        lines = [f"{paint.thread(task, head)}{pad(first, room)}{mark}".rstrip()]
        lines.extend(f"{blank}{line}" for line in rest)
        return lines

    def _label(self, row: Row) -> str:
        """The label of a row's thread."""
        return self._labels.task(row.task) if row.task is not None else ""
