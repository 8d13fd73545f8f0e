"""Every key, every button, the scrubber and the address."""

from __future__ import annotations

import re

import pytest

BANK = {"first": 1, "last": 13, "deciding": 12, "switches": (4, 7, 11)}


def step(page):
    return int(re.match(r"Step (\d+)", page.locator(".controls .now").inner_text())[1])


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


# Where a key leads from step 8 of the bank account.
KEYS = [
    ("ArrowRight", 9),
    ("l", 9),
    ("ArrowLeft", 7),
    ("h", 7),
    ("Shift+ArrowRight", 11),
    ("]", 11),
    ("Shift+ArrowLeft", 7),
    ("[", 7),
    ("Home", 1),
    ("End", 13),
    ("f", 12),
    ("1", 11),
    ("2", 9),
    (".", 9),
    (",", 5),
]
BUTTONS = {
    "next": 9,
    "previous": 7,
    "nextSwitch": 11,
    "previousSwitch": 7,
    "first": 1,
    "last": 13,
    "deciding": 12,
}


def test_it_opens_at_the_deciding_step(visit):
    page = visit()
    assert step(page) == BANK["deciding"]
    assert "T1 writes bal = 100" in page.locator("[aria-current=step]").inner_text()


@pytest.mark.parametrize(("key", "leads_to"), KEYS)
def test_keys_that_move(visit, key, leads_to):
    page = visit(fragment="#s=8")
    press(page, key)
    assert step(page) == leads_to


@pytest.mark.parametrize(("action", "leads_to"), BUTTONS.items())
def test_buttons_that_move(visit, action, leads_to):
    page = visit(fragment="#s=8")
    page.click(f"[data-action={action}]")
    assert step(page) == leads_to


def test_the_ends_are_ends(visit):
    page = visit(fragment="#s=13")
    press(page, "ArrowRight")
    assert step(page) == 13
    press(page, "]")
    assert "There is no further switch." in page.locator(".message").inner_text()
    press(page, "Home", "ArrowLeft")
    assert step(page) == 1
    press(page, "7")
    assert "There is no thread T7." in page.locator(".message").inner_text()


def test_playing(visit):
    page = visit(fragment="#s=1")
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    press(page, "Space")
    assert page.locator("[data-action=play]").get_attribute("aria-pressed") == "true"
    page.clock.run_for(3500)
    assert step(page) == 4
    page.select_option(".speed select", "4")
    page.clock.run_for(1125)
    assert step(page) == 8
    page.click("[data-action=play]")
    page.clock.run_for(5000)
    assert step(page) == 8
    page.click("[data-action=play]")
    page.clock.run_for(60_000)
    assert step(page) == 13
    assert page.locator("[data-action=play]").get_attribute("aria-pressed") == "false"


def test_the_scrubber(visit):
    page = visit(fragment="#s=8")
    slider = page.locator("input[type=range]")
    slider.focus()
    press(page, "ArrowRight")
    assert step(page) == 9
    assert slider.get_attribute("aria-valuetext") == "Step 9 of 13: T2 writes bal = -50 (was 0)."
    slider.fill("5")
    assert step(page) == 5
    box = page.locator(".drawing svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 12, box["y"] + 10)
    assert step(page) == 13


def test_the_address_follows_and_leads(visit, pages):
    page = visit(fragment="#s=6")
    assert step(page) == 6
    press(page, "ArrowRight", "s")
    assert page.evaluate("location.hash") == "#s=7&v=split"
    page.evaluate("location.hash = '#s=3'")
    page.wait_for_function(
        "document.querySelector('.controls .now').textContent.includes('Step 3')"
    )
    again = visit(fragment="#s=7&t=1&v=split")
    assert (
        again.locator("[role=tab][aria-selected=true]").inner_text() == "Nearest passing schedule"
    )
    assert again.locator(".column").count() == 2


@pytest.mark.parametrize("fragment", ["#s=99", "#s=0", "#s=-3", "#s=x&t=9&hide=77&v=other", "#%%%"])
def test_an_address_that_makes_no_sense_leads_somewhere(visit, fragment):
    page = visit(fragment=fragment)
    assert step(page) in {BANK["deciding"], BANK["last"]}
    press(page, "Home")
    assert step(page) == 1


def test_copying(visit):
    page = visit(fragment="#s=6", permissions=["clipboard-read", "clipboard-write"])
    clipboard = "navigator.clipboard.readText()"
    press(page, "c")
    page.get_by_text("Replay command copied.").first.wait_for()
    assert re.fullmatch(r"treadle replay \S+ --target bank_account.py", page.evaluate(clipboard))
    press(page, "y")
    page.get_by_text("Link copied.").first.wait_for()
    assert page.evaluate(clipboard).endswith("bank.html#s=6")
    page.click("[data-action=copyText]")
    page.get_by_text("Report copied.").first.wait_for()
    assert "treadle: lost update on b.bal" in page.evaluate(clipboard)


def test_single_keys_can_be_turned_off(visit):
    page = visit(fragment="#s=8")
    press(page, "?")
    page.get_by_label("Single keys do something").uncheck()
    page.get_by_role("button", name="Close").click()
    press(page, "l", "Home", "2")
    assert step(page) == 8
    page.click("[data-action=next]")
    assert step(page) == 9


def test_keys_with_modifiers_and_in_text_fields_are_left_alone(visit):
    page = visit(fragment="#s=8")
    press(page, "Control+ArrowRight", "Alt+h")
    assert step(page) == 8
    press(page, "/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("l2.")
    assert step(page) == 8
    press(page, "Escape", "l")
    assert step(page) != 8


def test_the_help_names_every_key(visit):
    page = visit()
    page.click("[data-action=help]")
    told = {key.inner_text() for key in page.locator("dialog kbd").all()}
    signs = {"→": "ArrowRight", "←": "ArrowLeft", "Space": " "}
    signs |= {"Shift →": "Shift+ArrowRight", "Shift ←": "Shift+ArrowLeft"}
    keys = {signs.get(key, key) for key in told}
    moving = {key for key, _ in KEYS}
    assert (
        moving - {"1", "2"} | {" ", "/", "s", "u", "g", "x", "c", "y", "t", "?", "1", "9"} == keys
    )
    press(page, "Escape")
    assert not page.locator("dialog[open]").count()
    press(page, "?")
    assert page.locator("dialog[open]").count() == 1
    press(page, "?")
    assert not page.locator("dialog[open]").count()


def test_a_click_does_not_take_the_keyboard_away(visit):
    page = visit(fragment="#s=8")
    page.click("[data-step='5']")
    assert step(page) == 5
    assert page.evaluate("document.activeElement === document.body")
    press(page, "ArrowRight")
    assert step(page) == 6


def test_everything_can_be_reached_with_the_keyboard_alone(visit):
    page = visit()
    reached = set()
    for _ in range(60):
        press(page, "Tab")
        reached.add(
            page.evaluate("document.activeElement.dataset.action || document.activeElement.id")
        )
    actions = {each.get_attribute("data-action") for each in page.locator("[data-action]").all()}
    assert actions <= reached
    assert "search" in reached
    assert reached & {"tab-0", "tab-1", "tab-2"}
