"""The text of a measurement."""

from __future__ import annotations

import dataclasses

import gil_builders as build
import pytest

from treadle.errors import UsageError
from treadle.gil import picture
from treadle.gil.report import render
from treadle.gil.units import ratio, share, size_text, time_text

EXPECTED = """\
========================= treadle gil: work.py::work =========================
2 processors may be used.

Python 3.11.7  with the GIL  /python/3.11.7
  A call takes 50 ms; it computes for 100% of that, holds the GIL for 99%.
  workers    x1    x2    x4    to start  there and back
  threads    1.00  1.02  0.98  400 us    20 us
  processes  0.97  1.91  1.88  30 ms     200 us (26 B)

  threads          x1  |######################## 1.00
                   x2  |######################### 1.02
                   x4  |######################## 0.98
  processes        x1  |#######################  0.97
"""


def test_table_plot_obstacles_and_advice():
    report = render(build.figures(build.CPU_BOUND), 78)
    lines = report.splitlines()
    assert lines[:7] == EXPECTED.splitlines()[:7]
    bars = {line.split()[-1]: line.count("#") for line in lines if "|#" in line}
    assert bars["1.91"] == max(bars.values()) == 78 - 32
    assert bars["1.91"] > bars["1.02"] > bars["0.97"] > 0
    assert "  Subinterpreters are not possible: they need Python 3.13 or later." in lines
    assert report.endswith("pays from about 1 call on.\n")
    assert max(map(len, lines)) <= 78


def test_every_interpreter_has_its_part():
    report = render(build.figures(build.CPU_BOUND, build.FREE_THREADED))
    assert "Python 3.13.5t  free-threaded, no GIL  /python/3.13.5\n" in report
    assert "A call takes 50 ms; it computes for 100% of that.\n" in report


def test_what_a_call_changes_and_what_is_lost_are_said():
    lost = build.processes(1.0, 1.9, 1.9, lost=("counter",))
    measured = build.measured(build.threads(1.0, 1.0, 1.0), lost, 0.98, changed=("counter",))
    text = " ".join(render(build.figures(measured)).split())
    assert (
        "Processes were tried, and lose what a call changes: counter of their own copies." in text
    )
    assert "A call changes counter: threads share that, so check it with treadle check." in text


def test_rough_figures_are_said_to_be_rough():
    alone = dataclasses.replace(build.IO_BOUND.alone, starved=0.2)
    rough = render(build.figures(dataclasses.replace(build.IO_BOUND, alone=alone)))
    assert "Other programs had the processors for 20% of the time" in " ".join(rough.split())
    assert "Other programs" not in render(build.figures(build.IO_BOUND))


def test_an_interpreter_where_it_does_not_run():
    broken = dataclasses.replace(
        build.FREE_THREADED, alone=None, modes=(), error="work cannot be imported"
    )
    report = render(build.figures(build.IO_BOUND, broken))
    assert "  It cannot be measured there: work cannot be imported.\n" in report


def test_units():
    assert [time_text(x) for x in (2.5, 0.028, 0.00016, 3e-8)] == [
        "2.5 s",
        "28 ms",
        "160 us",
        "0.0 us",
    ]
    assert [size_text(x) for x in (26, 1500, 2_000_000)] == ["26 B", "1.5 kB", "2.0 MB"]
    assert (ratio(1.94), share(0.987), share(1.2)) == ("1.9 times", "99%", "100%")


def test_the_picture_is_a_png_and_the_page_needs_nothing_else():
    figures = build.figures(build.CPU_BOUND, build.FREE_THREADED)
    assert picture.png(figures).startswith(b"\x89PNG")
    page = picture.page(figures)
    assert 'src="data:image/png;base64,' in page
    assert "Use processes" in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(UsageError, match=r"need matplotlib: pip install 'treadle\[plot\]'"):
        picture.require_matplotlib()


def test_a_file_that_cannot_be_written(tmp_path):
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"):
        picture.write(str(tmp_path / "none" / "a.png"), b"")
