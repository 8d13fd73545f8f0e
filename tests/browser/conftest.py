"""Pages made by real checks, in Debian's Chromium, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).parent / "programs"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

TARGETS = {
    "bank": ROOT / "examples" / "bank_account.py",
    "deadlock": ROOT / "examples" / "philosophers.py",
    "queue": PROGRAMS / "bounded_queue.py",
    "twelve": PROGRAMS / "twelve_threads.py",
}
SIZES = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 390, "height": 844}}


def pytest_collection_modifyitems(items):
    """Leave out what cannot run here, and say why."""
    reason = _missing()
    if reason:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


def _missing():
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "playwright is not installed (make test-browser installs it)"
    if _chromium() is None:
        return "there is no Chromium here (apt-get install chromium)"
    if not AXE.exists():
        return "axe-core is not installed (make test-browser installs it)"
    return ""


def _chromium():
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """The page of each target, as ``treadle check --html`` writes it."""
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for name, target in TARGETS.items():
        made[name] = folder / f"{name}.html"
        command = [sys.executable, "-m", "treadle", "check", target.name, "--html", str(made[name])]
        command += ["--max-executions", "400"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(
            command, cwd=target.parent, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 1, done.stderr
    return made


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, pages):
    """Opens a page; afterwards nothing may have been complained about, and nothing asked of a network."""
    contexts, troubles = [], []

    def visit(name="bank", fragment="", size="wide", path=None, axe=False, **options):
        # The policy of the page would keep the scanner out too.
        context = browser.new_context(viewport=SIZES[size], bypass_csp=axe, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        context.on(
            "request",
            lambda asked: asked.url.startswith(("file:", "data:")) or troubles.append(asked.url),
        )
        page.set_default_timeout(10_000)
        page.goto(f"{(path or pages[name]).as_uri()}{fragment}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert troubles == []
