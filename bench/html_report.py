"""The HTML report: how large it is, and how soon it is painted.

Prints the size of the bank account's page (goal: under 150 kB), the time in which ``treadle run`` writes a
page with 10,000 steps, and its first contentful paint in headless Chromium, as a file (goal: under 1 s).
Needs Chromium and ``make test-browser`` for the second part.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 7

# Four steps in each turn: acquire, read, write, release.
LONG = """
import threading

lock = threading.Lock()
total = 0


def work():
    global total
    for _ in range(833):
        with lock:
            total += 1


threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""

PAINTED = """() => new Promise((resolve) => {
    const look = () => {
        const found = performance.getEntriesByName("first-contentful-paint")[0];
        if (found && document.querySelector("[aria-current=step]")) resolve(found.startTime);
        else requestAnimationFrame(look);
    };
    look();
})"""


def treadle(*words: str, where: Path) -> None:
    """Run a command of Treadle's; its findings are no error here."""
    command = [sys.executable, "-m", "treadle", *words]
    done = subprocess.run(command, check=False, cwd=where, capture_output=True, text=True)
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr)


def first_paints(page: Path) -> list[float]:
    """First contentful paint of a page, in milliseconds, each time in a new tab."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(ROUNDS):
            tab = browser.new_page()
            tab.goto(page.as_uri())
            times.append(tab.evaluate(PAINTED))
            tab.close()
        browser.close()
    return times


def main() -> None:
    """Make both pages, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        bank = where / "bank.html"
        treadle(
            "check", str(ROOT / "examples" / "bank_account.py"), "--html", str(bank), where=where
        )
        print(f"bank account: {bank.stat().st_size / 1000:.1f} kB")
        (where / "long.py").write_text(LONG)
        long = where / "long.html"
        started = time.perf_counter()
        treadle("run", "long.py", "-q", "--html", str(long), where=where)
        seconds = time.perf_counter() - started
        steps = long.read_text(encoding="utf-8").count('"acquire"') * 4
        print(
            f"about {steps:,} steps: {long.stat().st_size / 1e6:.2f} MB, run and written in {seconds:.1f} s"
        )
        try:
            times = first_paints(long)
        except ImportError:
            print("first paint: not measured; make test-browser installs what it needs")
            return
        print(
            f"first contentful paint of it: median {statistics.median(times):.0f} ms, "
            f"of {ROUNDS} from {min(times):.0f} to {max(times):.0f} ms"
        )


if __name__ == "__main__":
    main()
