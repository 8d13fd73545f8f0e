"""The step table: a column for each thread, one row filled at a time, the value in question at the right.

With more than three threads, or fewer than 60 columns, the same rows stand below each other, each with its
thread's label and place before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.layout import cells, wrap
from treadle.report.columns import Columns
from treadle.report.row_builder import RowBuilder
from treadle.report.rows import Row, columns_of, lines_of
from treadle.report.stacked import Stacked
from treadle.report.values import CHANGED, DECIDED
from treadle.report.view import View

MOST_COLUMNS = 3
NARROWEST_COLUMN = 16
LEAST_WIDTH = 60
FEWEST_STEPS = 4

VALUE_LIMIT = 16
WIDE_VALUE_LIMIT = 28
WIDE = 100


def step_table(view: View) -> tuple[list[str], bool]:
    """The steps of a trace as a table.

    Args:
        view: What is shown.

    Returns:
        Its lines, and whether steps were left out.
    """
    columns = columns_of(view)
    limit = VALUE_LIMIT if view.width < WIDE else WIDE_VALUE_LIMIT
    budget = view.rows and 2 * view.rows  # what a step costs is known only after it is laid out
    builder = RowBuilder(view, columns, limit)
    while True:
        rows = builder.rows(budget)
        layout = _layout(view, columns, rows)
        body = [line for row in rows for line in layout.lines(row)]
        if view.rows is None or budget is None or len(body) <= view.rows:
            break
        if budget <= FEWEST_STEPS:
            break
        budget -= max(1, (len(body) - view.rows) // 2)
    is_folded = any(row.is_fold for row in rows)
    return [*layout.head(), *body, layout.rule(), *_legend(rows, view.width)], is_folded


def _layout(view: View, columns: Sequence[int], rows: Sequence[Row]) -> Columns | Stacked:
    """Columns where there is room for them."""
    if len(columns) <= MOST_COLUMNS and view.width >= LEAST_WIDTH:
        layout = Columns(view, columns, rows)
        if layout.column_width >= NARROWEST_COLUMN:
            return layout
    return Stacked(view, columns, rows)


def _legend(rows: Sequence[Row], width: int) -> list[str]:
    """What lines are shown and what the marks mean."""
    marks = {row.value.mark for row in rows}
    meanings = {CHANGED: "changed", DECIDED: "the step that made the difference"}
    texts = [f"{mark} {meaning}" for mark, meaning in meanings.items() if mark in marks]
    lines = lines_of(rows)
    whole = "   ".join([lines, *texts] if lines else texts)
    if cells(whole) + 2 > width:
        whole = "   ".join(texts)
    return [f"  {line}" for line in wrap(whole, width - 2)] if whole else []
