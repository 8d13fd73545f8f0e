"""What the page says at a step, and what it hides when asked to."""

from __future__ import annotations

import html
import re

import pytest


def rows(page):
    return [int(each.get_attribute("data-step")) for each in page.locator(".row button").all()]


def text(page, selector):
    return " ".join(page.locator(selector).inner_text().split())


def test_the_source_marks_the_expression_of_every_thread(visit):
    page = visit(fragment="#s=9")
    now = page.locator(".line.now")
    assert now.get_attribute("data-line") == "24"
    assert now.locator(".mark.now").all_inner_texts() == ["self", ".bal"]
    other = page.locator(".line[data-line='19']")
    assert "".join(other.locator(".mark").all_inner_texts()) == "self.bal"
    assert other.get_by_role("img", name="T1 just ran this").count() == 1
    assert (
        page.locator(".line[data-line='20']")
        .get_by_role("img", name="T1 is about to run this")
        .count()
    )


def test_the_source_by_thread(visit):
    page = visit(fragment="#s=9")
    page.keyboard.press("s")
    assert page.locator(".column h3 .badge").evaluate_all(
        "all => all.map(each => each.getAttribute('aria-label'))"
    ) == ["T1", "T2"]
    assert page.locator(".column.now .line.now").get_attribute("data-line") == "24"
    page.click("[data-action=split]")
    assert page.locator(".column").count() == 0


def test_a_line_leads_to_the_steps_that_ran_there(visit):
    page = visit(fragment="#s=1")
    page.click(".line[data-line='23'] .number")
    assert page.locator("[aria-current=step] button").get_attribute("data-step") == "8"
    page.click(".line[data-line='14'] .number")
    assert "is no step of this schedule" in text(page, ".message")


def test_values_lead_to_their_writers(visit):
    page = visit(fragment="#s=10")
    assert text(page, ".value").startswith("bal -50 written at 9 by")
    page.click(".value .link")
    assert page.locator("[aria-current=step] button").get_attribute("data-step") == "9"
    assert "0 → -50 *" in text(page, ".value")
    page.click(".value summary")
    assert page.locator(".history li").count() == 2


def test_only_changes(visit):
    page = visit(fragment="#s=10")
    page.keyboard.press("u")
    assert text(page, ".values").endswith("This step changes none.")
    page.click("[data-action=unchanged]")
    assert page.locator(".value").count() == 1


def test_what_a_thread_still_believes(visit):
    page = visit(fragment="#s=11")
    assert "read b.bal = 0 at step 5; it has changed since" in text(page, ".threads")
    assert "RUNNING" in text(page, ".thread.t1")


def test_the_run_queue(visit):
    page = visit(fragment="#s=6")
    told = text(page, ".queue")
    assert "free-threaded: no GIL" in told
    assert "chosen from 2 ⚡" in told
    assert "suspended: it could have gone on" in text(page, ".thread.t1")


def test_a_deadlock_says_who_waits_for_whom(visit):
    page = visit("deadlock")
    assert "Nobody can go on:" in text(page, ".cycle")
    assert page.locator(".cycle").get_by_role("img").count() == 3
    assert "waits for fork2, held by" in text(page, ".thread.t1")
    assert "nobody can go on" in text(page, ".queue")
    assert page.locator(".resource", has_text="fork1").get_by_role("img", name="T2").count() == 1


def test_a_queue_shows_its_items_and_waiters(visit):
    page = visit("queue")
    steps = page.locator(".row", has_text="into tasks")
    steps.first.locator("button").click()
    assert page.locator(".items li").all_inner_texts() == ["'a'"]
    assert "1 item of at most 2" in text(page, ".resource")


def test_hiding_the_future(visit):
    page = visit(fragment="#s=6")
    page.keyboard.press("g")
    assert rows(page) == [1, 2, 3, 4, 5, 6]
    page.keyboard.press("ArrowRight")
    assert rows(page)[-1] == 7
    page.click("[data-action=future]")
    assert len(rows(page)) == 13


def test_searching(visit):
    page = visit(fragment="#s=1")
    page.keyboard.press("/")
    page.keyboard.type("READS")
    assert rows(page) == [5, 8]
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("[aria-current=step] button").get_attribute("data-step") == "8"
    page.get_by_role("button", name="Show all").click()
    assert len(rows(page)) == 13
    assert page.locator("#search").input_value() == ""


def test_filters(visit):
    page = visit(fragment="#s=9")
    page.click(".filter summary")
    page.get_by_label("T1 deposit").uncheck()
    page.get_by_label("main", exact=False).first.uncheck()
    assert rows(page) == [7, 8, 9, 10]
    assert "hide=" in page.evaluate("location.hash")
    page.get_by_label("Only shared data and synchronisation").check()
    assert rows(page) == [8, 9]
    page.click(".filter summary")
    page.get_by_role("button", name="Show all").click()
    page.click(".filter summary")
    page.get_by_label("Only steps on an object").select_option("b.bal")
    assert rows(page) == [5, 8, 9, 12]
    page.get_by_label("Only steps on an object").select_option("")
    page.get_by_label("Only steps in an order to this one").select_option("before")
    assert rows(page) == [1, 2, 7, 8, 9]
    page.get_by_label("Only steps in an order to this one").select_option("concurrent")
    assert rows(page) == [3, 4, 5, 6, 9, 11, 12, 13]


def test_looking_at_a_step_without_going_there(visit):
    page = visit(fragment="#s=12")
    page.hover("[data-step='8']")
    assert page.locator(".line.now").get_attribute("data-line") == "23"
    assert page.evaluate("location.hash") == "#s=12"
    page.mouse.move(5, 5)
    assert page.locator(".line.now").get_attribute("data-line") == "20"


def test_beside_the_passing_schedule(visit):
    page = visit()
    page.keyboard.press("x")
    assert page.locator(".compare .differs .sign").first.inner_text() == "◇"
    assert "b.bal = 100" in text(page, ".ends")
    assert "b.bal = 50" in text(page, ".ends")
    page.locator(".pair > button.side:nth-child(3)").last.click()
    assert "t=1" in page.evaluate("location.hash")
    page.get_by_role("tab", name="Failing schedule").click()
    assert page.locator(".compare").count() == 0
    page.keyboard.press("Tab")
    page.get_by_role("tab", name="Failing schedule").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("[role=tab][aria-selected=true]").inner_text() == "Nearest passing schedule"
    assert page.evaluate("document.activeElement.id") == "tab-1"
    assert len(rows(page)) == 11


def test_every_step_is_said_aloud(visit):
    page = visit(fragment="#s=8")
    page.keyboard.press("ArrowRight")
    live = page.locator("#live")
    assert live.get_attribute("aria-live") == "polite"
    assert live.inner_text().strip() == "Step 9: T2 writes bal = -50 (was 0)."


def test_threads_differ_in_number_and_shape_too(visit):
    page = visit("twelve")
    badges = page.locator(".thread .badge")
    drawn = {
        re.sub(r"<text.*", "", each)
        for each in badges.evaluate_all("all => all.map(each => each.innerHTML)")
    }
    assert badges.count() == 12
    assert len(drawn) == 7
    assert len(set(badges.locator("text").all_text_contents())) == 12


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_of_the_system_and_ones_own(visit, scheme):
    page = visit(color_scheme=scheme)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    other = "light" if scheme == "dark" else "dark"
    for _ in range(3):
        page.keyboard.press("t")
        if page.evaluate("document.documentElement.dataset.theme") == other:
            break
    chosen = page.evaluate(ground)
    assert chosen != before
    page.reload()
    assert page.evaluate(ground) == chosen


def test_inside_another_page_as_in_a_notebook(visit, pages, tmp_path):
    outer = tmp_path / "notebook.html"
    inner = html.escape(pages["bank"].read_text(encoding="utf-8"), quote=True)
    outer.write_text(
        f'<iframe width="1000" height="700" srcdoc="{inner}"></iframe>', encoding="utf-8"
    )
    frame = visit(path=outer).frame_locator("iframe")
    assert "T1 writes bal = 100" in frame.locator("[aria-current=step]").inner_text()
    frame.locator("[data-action=previous]").click()
    assert "T1 resumes" in frame.locator("[aria-current=step]").inner_text()


def test_without_scripts_it_is_the_report(visit):
    page = visit(java_script_enabled=False)
    shown = page.locator("body").inner_text()
    assert "treadle: lost update on b.bal" in shown
    assert "T1 writes bal = 100 (was -50): overwrites step 9" in " ".join(shown.split())


def test_on_paper_it_is_the_report(visit):
    page = visit()
    assert not page.locator(".on-paper").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".on-paper").is_visible()
    assert "treadle: lost update on b.bal" in page.locator(".on-paper").inner_text()
    assert not page.locator("main").is_visible()
