"""Take the pictures of the HTML report in docs/images, from real checks, in headless Chromium.

make test-browser ARGS=--collect-only     # installs what it needs
.venv/3.11/bin/python scripts/screenshots.py
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PROGRAMS = ROOT / "tests" / "browser" / "programs"
COLOURS = 200
"""So many are enough for flat colours and smooth letters, and make a third of the size."""

# Name, target, part of the address, colour scheme, size.
PICTURES = (
    ("bank-account", ROOT / "examples/bank_account.py", "#s=9", "light", (1280, 800)),
    ("side-by-side", ROOT / "examples/bank_account.py", "#s=6&c=1", "light", (1280, 800)),
    ("deadlock", ROOT / "examples/philosophers.py", "", "dark", (1280, 800)),
    ("queue", PROGRAMS / "bounded_queue.py", "", "light", (1280, 800)),
    ("twelve-threads", PROGRAMS / "twelve_threads.py", "", "light", (1280, 900)),
    ("small-screen", ROOT / "examples/philosophers.py", "", "light", (390, 844)),
)


def page_of(target: Path, folder: Path) -> Path:
    """The page of a check."""
    path = folder / f"{target.stem}.html"
    command = [sys.executable, "-m", "treadle", "check", target.name, "--html", str(path)]
    command += ["--max-executions", "400"]
    subprocess.run(command, cwd=target.parent, check=False, capture_output=True)
    return path


def take(browser: Browser, page: Path, fragment: str, scheme: str, size: tuple[int, int]) -> Image:
    """A picture of a page."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    tab = context.new_page()
    tab.goto(f"{page.as_uri()}{fragment}")
    tab.locator("[aria-current=step]").wait_for()
    picture = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    context.close()
    return picture.quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    """Take all of them."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, target, fragment, scheme, size in PICTURES:
            page = page_of(target, Path(folder))
            path = IMAGES / f"{name}.png"
            take(browser, page, fragment, scheme, size).save(path, optimize=True)
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
