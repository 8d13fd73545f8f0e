"""From events to steps: places in characters, and what the primitives are."""

import pytest

from treadle.explorer.tracing import make_place


@pytest.mark.parametrize(
    ("line", "part"),
    [("x = shared.value", "shared.value"), ('größe = "日本", shared.value', "shared.value")],
)
def test_columns_are_characters(tmp_path, line, part):
    path = tmp_path / "program.py"
    path.write_text(f"{line}\n", encoding="utf-8")
    start = len(line[: line.index(part)].encode())
    place = make_place((str(path), 1, 1, start, start + len(part), "f"))
    assert line[place.column : place.end_column] == part


def test_unknown_columns_stay_unknown(tmp_path):
    path = tmp_path / "program.py"
    path.write_text("é = 1\n", encoding="utf-8")
    place = make_place((str(path), 1, 1, -1, -1, "f"))
    assert (place.column, place.end_column) == (-1, -1)
