import importlib
import pkgutil

import hypothesis.core
import hypothesis.reporting  # noqa: F401
import pytest

import treadle

# pytester forgets what a run in this process has imported; there must be one kernel only.
for module in pkgutil.walk_packages(treadle.__path__, "treadle."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)

BANK = """
import threading

class Account:
    def __init__(self):
        self.bal = 0

    def add(self, amount):
        balance = self.bal
        self.bal = balance + amount

def add_both(account, amounts=(100, -50)):
    threads = [threading.Thread(target=account.add, args=(amount,)) for amount in amounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

class Safe(Account):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def add(self, amount):
        with self.lock:
            super().add(amount)
"""

HEAD = "import threading, pytest, treadle as treadle_\nfrom bank import Account, Safe, add_both\n"


@pytest.fixture
def bank(pytester, monkeypatch):
    """Writes a test file that has an account to import; gives a function that runs pytest on it."""
    # What the machine says about this run is nothing to the runs inside.
    for name in ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(bank=BANK)
    pytester.syspathinsert()

    class Bank:
        path = pytester.path

        def write(self, text, name="test_bank"):
            pytester.makepyfile(**{name: HEAD + text})

        def run(self, *args, inside=True):
            run = pytester.runpytest_inprocess if inside else pytester.runpytest_subprocess
            return run("-p", "no:cacheprovider", *args)

        def run_with_cache(self, *args):
            return pytester.runpytest_inprocess(*args)

    return Bank()


def section(result):
    """The lines of the story of the only failure."""
    lines = result.outlines
    begin = next(i for i, line in enumerate(lines) if line.strip("- ").startswith("treadle: "))
    return lines[begin : lines.index("Replay:", begin) + 2]


def token(result):
    """The schedule in the last line of the story."""
    return section(result)[-1].partition("--treadle-replay=")[2]


@pytest.fixture(name="section")
def _section():
    return section


@pytest.fixture(name="token")
def _token():
    return token
