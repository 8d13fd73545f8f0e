"""The reports as people see them, compared with gold files character by character.

After a change that is meant: ``TREADLE_GOLD=write python -m pytest tests/report``, then read the difference.
"""

import os
import re
from pathlib import Path

import pytest
import report_builders as build

from treadle.report.json import render_json
from treadle.report.terminal import render_check, render_trace, replay_command

GOLD = Path(__file__).parent / "gold"
WIDTHS = (60, 80, 120)

TRACES = {
    "trace_bank": lambda width: render_trace(
        build.bank_main_trace(),
        width=width,
        heading="replay of bank.py",
        replay=replay_command(build.BANK_TOKEN, "bank.py"),
    ),
    "trace_consumer": lambda width: render_trace(
        build.consumer_trace(), build.RESULTS["consumer"]().findings[0], width=width
    ),
}

CASES = [
    *(
        (name, lambda width, make=make: render_check(make(), width))
        for name, make in build.RESULTS.items()
    ),
    *TRACES.items(),
]


def scrubbed(text):
    """The text without what changes with the version: tokens, and the version itself."""
    text = re.sub(r"treadle replay \S+ --target", "treadle replay TOKEN --target", text)
    text = re.sub(r'"schedule": "[^"]+"', '"schedule": "TOKEN"', text)
    text = re.sub(r"(Schedule, with .*:\n  )\S+", r"\1TOKEN", text)
    return re.sub(r'"treadle": "[^"]+"', '"treadle": "VERSION"', text)


def compare(name, text):
    text = scrubbed(text)
    path = GOLD / name
    if os.environ.get("TREADLE_GOLD") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("name", "render"), CASES)
def test_report(name, render, width):
    text = render(width)
    compare(f"{name}.{width}.txt", text)
    assert text.isascii()
    too_wide = [line for line in text.splitlines() if len(line) > width]
    assert all(line.startswith("  treadle replay ") for line in too_wide)
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_verbose_report():
    compare("bank_verbose.80.txt", render_check(build.bank_main_result(), verbose=2))


def test_json():
    compare("bank.json", render_json(build.bank_result()))


def test_every_gold_file_is_used():
    names = {f"{name}.{width}.txt" for name, _ in CASES for width in WIDTHS}
    assert {path.name for path in GOLD.iterdir()} == names | {"bank_verbose.80.txt", "bank.json"}
