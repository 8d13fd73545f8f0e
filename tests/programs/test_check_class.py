"""Classes checked for linearizability, from the command line and from Python."""

import json
import os
import subprocess
import sys

import pytest

CLASSES = """
import threading


class Counter:
    def __init__(self, start=0):
        self.n = start

    def increment(self):
        self.n = self.n + 1
        return self.n

    def get(self):
        return self.n


class Locked(Counter):
    def __init__(self, start=0):
        super().__init__(start)
        self.lock = threading.Lock()

    def increment(self):
        with self.lock:
            return super().increment()

    def get(self):
        with self.lock:
            return super().get()


class Wrong(Locked):
    def increment(self):
        super().increment()


class Box:
    # One place; get() waits for something to be there.
    def __init__(self):
        self.changed = threading.Condition()
        self.items = []

    def put(self, item):
        with self.changed:
            self.items.append(item)
            self.changed.notify()

    def get(self):
        with self.changed:
            while not self.items:
                self.changed.wait()
            return self.items.pop(0)


class Leaky(Box):
    def put(self, item):
        with self.changed:
            self.items.append(item)


class Clock:
    def now(self):
        import time
        return time.monotonic()


class NeedsMore:
    def __init__(self, size):
        self.size = size

    def get(self):
        return self.size
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "classes.py").write_text(CLASSES)
    return tmp_path


def treadle(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "treadle", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_smallest_failing_scenario_of_a_counter(folder):
    done = treadle(folder, "check-class", "classes.py::Counter")
    assert done.returncode == 1
    assert "FAILED classes.py::Counter[[increment()], [increment()]]" in done.stdout
    assert "T1: increment() -> 2" in done.stdout
    assert "T2: increment() -> 2" in done.stdout
    assert "1 preemption; no failing schedule has fewer." in done.stdout
    replay = done.stdout.splitlines()[-1]
    assert replay.endswith("--target 'classes.py::Counter[[increment()], [increment()]]'")


def test_its_schedule_replays_by_token_and_by_id(folder):
    found = json.loads(treadle(folder, "check-class", "classes.py::Counter", "--json").stdout)
    (finding,) = found["findings"]
    assert finding["kind"] == "linearizability"
    by_token = treadle(folder, "replay", finding["schedule"], "--target", found["target"])
    by_id = treadle(folder, "replay", finding["id"])
    assert by_token.returncode == by_id.returncode == 1
    assert by_token.stdout == by_id.stdout
    assert "gives 1, not 2" in " ".join(by_id.stdout.split())


def test_a_counter_with_a_lock_passes(folder):
    done = treadle(folder, "check-class", "classes.py::Locked", "--init", "start=3", "--calls", "2")
    assert done.returncode == 0
    assert "of all 21 scenarios explored, the search is complete" in " ".join(done.stdout.split())


def test_a_class_that_waits_is_not_blamed_for_waiting(folder):
    words = (
        "check-class",
        "classes.py::Box",
        "--call",
        "put(1)",
        "--call",
        "get()",
        "--calls",
        "2",
    )
    assert treadle(folder, *words).returncode == 0


def test_a_lost_wake_up_is_found(folder):
    words = ("check-class", "classes.py::Leaky", "--call", "put(1)", "--call", "get()", "--json")
    document = json.loads(treadle(folder, *words).stdout)
    assert [finding["kind"] for finding in document["findings"]] == ["deadlock"]
    assert document["target"] == "classes.py::Leaky[[put(1)], [get()]]"


def test_another_class_can_say_what_is_right(folder):
    words = ("check-class", "classes.py::Wrong", "--call", "increment()", "--calls", "1")
    assert treadle(folder, *words).returncode == 0
    done = treadle(folder, *words, "--reference", "classes.py::Locked")
    assert done.returncode == 1
    assert "--reference classes.py::Locked" in done.stdout.splitlines()[-1]
    found = done.stdout.split("treadle replay ")[1].split()[0]
    assert treadle(folder, "replay", found).returncode == 1


def test_times_that_differ_by_a_tick_are_the_same(folder):
    assert treadle(folder, "check-class", "classes.py::Clock", "--calls", "2").returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("classes.py::NeedsMore",), 4, "Give the arguments it needs with --init"),
        (("classes.py::Counter", "--call", "add(1)"), 2, "Counter has no method add"),
        (("classes.py::Counter", "--call", "get(x)"), 2, "is not a call with literal arguments"),
        (("classes.py::Nothing",), 2, "has no function 'Nothing'"),
        (("collections:deque",), 2, "deque is written in C"),
        (("classes.py",), 2, "write file.py::Class"),
    ],
)
def test_what_cannot_be_checked_gets_a_sentence(folder, words, code, sentence):
    done = treadle(folder, "check-class", *words)
    assert (done.returncode, sentence in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_from_python(folder):
    program = (
        "from classes import Counter, Locked\n"
        "from treadle import check_linearizable\n"
        "for cls in (Counter, Locked):\n"
        "    result = check_linearizable(lambda: cls(5), ['increment', ('get',)], calls=1)\n"
        "    print(result.verdict.value, [finding.kind.value for finding in result.findings])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.splitlines() == ["fail ['linearizability']", "pass []"], done.stderr
