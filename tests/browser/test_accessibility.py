"""The axe scan, small screens, and long traces."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "report"))
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
STEPS = 10_000

WAYS = {"opened": "", "by thread": "#v=split", "side by side": "#c=1", "last step": "#s=999"}


def serious(page):
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [
        (each["id"], each["impact"], node["html"][:200], node["failureSummary"])
        for each in found
        if each["impact"] in {"serious", "critical", "moderate"}
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("name", ["bank", "deadlock", "queue", "twelve"])
def test_nothing_stands_in_the_way(visit, name, size, scheme):
    page = visit(name, size=size, color_scheme=scheme, axe=True)
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("fragment", WAYS.values(), ids=WAYS)
def test_nothing_stands_in_the_way_of_other_views(visit, fragment, scheme):
    page = visit("queue", fragment=fragment, color_scheme=scheme, axe=True)
    page.click(".filter summary") if "c=1" not in fragment else None
    assert serious(page) == []
    page.keyboard.press("?")
    assert serious(page) == []


@pytest.mark.parametrize("name", ["bank", "deadlock", "queue", "twelve"])
@pytest.mark.parametrize("fragment", WAYS.values(), ids=WAYS)
def test_a_small_screen_scrolls_in_one_direction_only(visit, name, fragment):
    page = visit(name, fragment=fragment, size="narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_nothing_moves_for_who_wants_no_motion(visit):
    page = visit(reduced_motion="reduce")
    durations = page.evaluate(
        "[...document.querySelectorAll('*')].map(each => getComputedStyle(each).transitionDuration)"
    )
    assert set(durations) == {"0s"}


@pytest.fixture(scope="module")
def long_page(tmp_path_factory):
    import report_builders as build

    from treadle.model.trace import Action, Trace
    from treadle.report.html import render_trace_page

    steps = [
        build.step(
            number,
            number // 3 % 3,
            Action.WRITE if number % 2 else Action.READ,
            6,
            "b.bal",
            value=str(number),
            previous=str(number - 1),
        )
        for number in range(1, STEPS + 1)
    ]
    trace = Trace(build.tasks("deposit", "withdraw"), tuple(steps), build.token(), 0)
    path = tmp_path_factory.mktemp("long") / "long.html"
    path.write_text(render_trace_page(trace, heading="a long one"), encoding="utf-8")
    return path


def test_ten_thousand_steps_are_folded(visit, long_page):
    page = visit(path=long_page)
    assert page.locator(".fold").count() >= 1
    before = page.locator(".row").count()
    assert before < 600
    page.locator(".fold button").first.click()
    page.get_by_role("button", name="Unfold all").click()
    assert page.locator(".row").count() < 600
    page.keyboard.press("Home")
    assert page.locator("[aria-current=step] button").get_attribute("data-step") == "1"
    page.keyboard.press("End")
    current = page.locator("[aria-current=step] button")
    assert current.get_attribute("data-step") == str(STEPS)
    assert current.is_visible()
    page.evaluate("location.hash = '#s=5000'")
    page.locator("[aria-current=step] button[data-step='5000']").wait_for()
    assert page.locator(".row").count() < 600
