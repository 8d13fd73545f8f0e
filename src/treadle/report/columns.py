"""A step table with a column for each thread."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.labels import Labels
from treadle.explain.layout import cells, cut, pad, wrap
from treadle.explain.words import shorten
from treadle.report.rows import Row
from treadle.report.values import PREEMPTION
from treadle.report.view import View

WIDEST_COLUMN = 46
TITLE_LIMIT = 20

GAP = 2
"""Blanks between two columns."""

MORE = 4
"""Blanks before the second line of a text."""


class Columns:
    """Lays out rows in columns.

    Args:
        view: What is shown.
        columns: Number of the task of each column.
        rows: The rows that will be laid out.
    """

    def __init__(self, view: View, columns: Sequence[int], rows: Sequence[Row]) -> None:
        self._paint, self._tasks, self._labels = view.paint, columns, Labels(view.trace)
        self._number_width = max(5, *(len(row.number) for row in rows), 5)
        has_values = any(row.value.text not in {"", PREEMPTION} for row in rows)
        self._title = shorten(self._labels.short(view.resource), TITLE_LIMIT) if has_values else ""
        widest = max((cells(row.value.text) for row in rows), default=0)
        self._value_width = max(widest, cells(self._title))
        self._tail_width = self._value_width + 2 * any(row.value.mark for row in rows)
        room = view.width - self._number_width - GAP - self._tail_width
        self.column_width = min(room // len(columns), WIDEST_COLUMN)
        self._area = self.column_width * len(columns)

    def head(self) -> list[str]:
        """The names of the columns, and a line."""
        names = "".join(
            self._paint.thread(task, pad(self._name(task), self.column_width))
            for task in self._tasks
        )
        head = f"{'step':>{self._number_width}}{'':{GAP}}{names}{self._title}"
        return [head.rstrip(), self.rule()]

    def rule(self) -> str:
        """A line across."""
        return f" {'-' * (self._number_width + GAP + self._area + self._tail_width - 1)}"

    def lines(self, row: Row) -> list[str]:
        """The lines of one row.

        Args:
            row: The row.

        Returns:
            At least one line; step number and value stand in the first.
        """
        start, parts = self._parts(row)
        lines = []
        for index, part in enumerate(parts):
            number = row.number if index == 0 else ""
            after = " " * (self._area - start - cells(part))
            inner = f"{'':{start}}{self._painted(row, part)}{after}"
            tail = (
                f"{pad(row.value.text, self._value_width)} {row.value.mark}" if index == 0 else ""
            )
            lines.append(f"{number:>{self._number_width}}{'':{GAP}}{inner}{tail}".rstrip())
        return lines

    def _name(self, task: int) -> str:
        """The head of a column."""
        return shorten(self._labels.headed(task), self.column_width - GAP)

    def _parts(self, row: Row) -> tuple[int, list[str]]:
        """Where the row begins, and its texts in lines."""
        if row.column is None:
            who = f"{self._labels.task(row.task)} " if row.task is not None else ""
            return 0, wrap(f"{who}{row.text}", self._area - GAP, MORE)
        start = self.column_width * row.column
        if row.value.text == PREEMPTION or row.is_arriving:
            return self._switch(row, start)
        parts = self._source(row, start) if row.source else []
        for text in filter(None, (row.text, row.remark)):
            indented = self._wrapped(text, start, row.indent)
            parts.extend(f"{'':{row.indent}}{line}" for line in indented)
        return start, parts

    def _source(self, row: Row, start: int) -> list[str]:
        """The line of the program; where a word of it is too long for the column, its end is left out."""
        room = self._room(row.source, start)
        longest = max(cells(word) for word in row.source.split(" "))
        if longest + row.indent > room:
            return [cut(row.source, room)]
        return wrap(row.source, room, row.indent)

    def _wrapped(self, text: str, start: int, less: int) -> list[str]:
        """A text in lines."""
        return wrap(text, self._room(" " * less + text, start) - less)

    def _room(self, text: str, start: int) -> int:
        """How wide a text may be: its column, and the empty ones to its right where it does not fit."""
        room = self.column_width - GAP
        return room if cells(text) <= room else self._area - start - GAP

    def _switch(self, row: Row, start: int) -> tuple[int, list[str]]:
        """A suspension or a resumption, with an arrow to or from the other thread's column."""
        text = f"~ {row.text} ~"
        if row.arrow is None:
            begin = start
        elif row.arrow * self.column_width > start:
            begin = start
            shaft = "-" * (row.arrow * self.column_width - start - cells(text) - 3)
            text = f"{text} <{shaft}" if row.is_arriving else f"{text} {shaft}>"
        else:
            begin = row.arrow * self.column_width
            shaft = "-" * (start - begin - 3)
            text = f"{shaft}-> {text}" if row.is_arriving else f"<-{shaft} {text}"
        remark = f"{'':{start - begin}}  {row.remark}" if row.remark else ""
        return begin, [text, *(wrap(remark, self._area - begin) if remark else [])]

    def _painted(self, row: Row, text: str) -> str:
        """A text in its thread's colour."""
        if row.is_dim or row.task is None:
            return self._paint.dim(text)
        return self._paint.thread(row.task, text)
