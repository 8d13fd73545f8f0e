"""One program per source of nondeterminism: what is dealt with repeats itself, what is not is named.

Each program has two threads that do something, and returns what they saw; it is a function target, so that
its module outlives an execution.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OTHER_PYTHONS = sorted(
    path
    for path in ROOT.glob(".venv/3.*/bin/python")
    if path.parent.parent.name != f"{sys.version_info[0]}.{sys.version_info[1]}"
    and (path.parent.parent / "built").exists()
)

PROGRAM = """
import threading
{imports}
box = []
def work():
{body}
def test():
    box.clear()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for t in threads: t.start()
    for t in threads: t.join()
    return sorted(str(each)[:40] for each in box)
"""

DEALT_WITH = {
    "functions of random": ("import random", "box.append(random.random())"),
    "a generator without a seed": ("import random", "box.append(random.Random().random())"),
    "a generator seeded anew": ("import random", "random.seed()\nbox.append(random.random())"),
    "the system's generator": ("import random", "box.append(random.SystemRandom().random())"),
    "secrets": ("import secrets", "box.append(secrets.token_hex(8))"),
    "os.urandom": ("import os", "box.append(os.urandom(8))"),
    "uuid1": ("import uuid", "box.append(uuid.uuid1())"),
    "uuid4": ("import uuid", "box.append(uuid.uuid4())"),
    "tempfile": (
        "import os, tempfile",
        "handle, name = tempfile.mkstemp()\nos.close(handle)\nos.unlink(name)\nbox.append(name)",
    ),
    "the time": ("import time", "box.append(time.time() > 1.7e9)\nbox.append(time.process_time() < 2e3)"),
    "the date": (
        "import datetime",
        "box.append(str(datetime.datetime.now())[:19])\nbox.append(datetime.date.today())",
    ),
    "the order of a set of strings": ("", "box.append(list({'apple', 'pear', 'plum', 'fig'}))"),
    "an import on first use": ("", "import colorsys\nbox.append(colorsys.__name__)"),
    "caches of the library": ("import re", "box.append(re.match('(a|b)+', 'abab').end())"),
    "a weak reference's callback": (
        "import gc, weakref\nclass Node: pass",
        "node = Node()\nnode.me = node\nr = weakref.ref(node, box.append)\ndel node\ngc.collect()",
    ),
    "a finalizer": (
        "import gc\nclass Node:\n    def __del__(self): box.append('gone')",
        "node = Node()\nnode.itself = node\ndel node\ngc.collect()",
    ),
    "addresses as keys": ("seen = {}", "me = object()\nseen[id(me)] = 1\ndel seen[id(me)]\nbox.append(1)"),
}  # fmt: skip

CLOSURE = """
def make():
    n = 0
    def count():
        nonlocal n
        n += 1
        return n
    return count
count = make()
"""

KEPT = {
    "a variable of the module": ("n = 0", "global n\nn += 1\nbox.append(n)", "n"),
    "a list of the module": ("a = []", "a.append(1)\nbox.append(len(a))", "a"),
    "an attribute of a class": (
        "class A: n = 0", "A.n += 1\nbox.append(A.n)", "A.n",
    ),
    "a default argument": (
        "def count(seen=[]):\n    seen.append(1)\n    return len(seen)",
        "box.append(count())",
        "count()",
    ),
    "a variable of a closure": (
        CLOSURE,
        "box.append(count())",
        "count()",
    ),
}  # fmt: skip

KEPT_FROM_THE_FIRST = {
    "a cache of the module": (
        "cache = {}",
        "if 'key' not in cache:\n    cache['key'] = 1\nbox.append(len(cache))",
        "cache",
    ),
    "a function with a cache": (
        "import functools\n@functools.lru_cache\ndef get(x):\n    box.append('computed')\n    return x",
        "get(1)",
        "get()",
    ),
    "an object made once": (
        "class One:\n    only = None\n    def __init__(self): self.n = 0",
        "if One.only is None:\n    One.only = One()\nbox.append(One.only.n)",
        "One.only",
    ),
}


def treadle(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "treadle", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def check(tmp_path):
    """Checks a program: (exit code, JSON document)."""

    def check(imports, body, *arguments):
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        (tmp_path / "p.py").write_text(PROGRAM.format(imports=imports, body=lines))
        limits = ("--json", "--max-executions", "60", "--scheduler", "dfs")
        done = treadle(tmp_path, "check", "p.py::test", *limits, *arguments)
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout)

    return check


def kinds(result):
    return [finding["kind"] for finding in result["findings"]]


@pytest.mark.parametrize(("imports", "body"), DEALT_WITH.values(), ids=DEALT_WITH)
def test_what_is_dealt_with_repeats_itself(check, imports, body):
    code, result = check(imports, body)
    assert (code, kinds(result)) == (0, [])
    assert "differs" not in str(result["incomplete_because"])
    assert len(result["outcomes"]) <= 2  # who comes first


@pytest.mark.parametrize(("imports", "body", "words"), KEPT.values(), ids=KEPT)
def test_state_that_makes_executions_differ_is_named(check, imports, body, words):
    code, result = check(imports, body)
    assert (code, kinds(result)) == (5, ["nondeterminism"])
    (finding,) = result["findings"]
    assert f"{words} keeps its value" in finding["why"] or f"{words} keep their" in finding["why"]
    assert "--isolate" in finding["why"]
    assert not result["complete"]


@pytest.mark.parametrize(
    ("imports", "body", "words"), [*KEPT.values(), *KEPT_FROM_THE_FIRST.values()]
)
def test_isolation_is_the_remedy(check, imports, body, words):
    code, result = check(imports, body, "--isolate")
    assert "nondeterminism" not in kinds(result)
    assert "keeps" not in str(result["incomplete_because"])
    assert code in {0, 1}


@pytest.mark.parametrize(
    ("imports", "body", "words"), KEPT_FROM_THE_FIRST.values(), ids=KEPT_FROM_THE_FIRST
)
def test_state_that_only_the_first_execution_does_not_find_makes_a_search_incomplete(
    check, imports, body, words
):
    code, result = check(imports, body)
    assert (code, kinds(result), result["verdict"]) == (0, [], "inconclusive")
    reason = result["incomplete_because"][0]
    assert "The first execution differs from all later ones" in reason
    assert words in reason.partition("), later ")[2]
    assert "--isolate" in reason


def test_state_that_is_set_anew_is_no_matter(check):
    code, result = check("n = 0", "global n\nn = 0\nbox.append(n)")
    assert (code, kinds(result)) == (0, [])
    assert "differs" not in str(result["incomplete_because"])


def test_the_order_of_a_set_of_objects_is_noticed(check):
    imports = "class Thing:\n    def __init__(self, n): self.n = n"
    body = "box.append([thing.n for thing in {Thing(n) for n in range(40)}])"
    code, result = check(imports, body)
    assert (code, kinds(result)) == (5, ["nondeterminism"])
    assert "the order of a set of objects" in result["findings"][0]["why"]


def test_what_comes_from_outside_is_told_apart(check, tmp_path):
    imports = "import os\nn = 0"
    body = (
        "with open('count', 'a') as file:\n    file.write('x')\n"
        "box.append(os.path.getsize('count'))\nbox[0] = os.path.getsize('count')"
    )
    code, result = check(imports, body)
    assert (code, kinds(result)) == (5, ["nondeterminism"])
    assert "such as a file" in result["findings"][0]["why"]
    assert "--isolate" not in result["findings"][0]["why"]


FAILS_ONLY_THE_SECOND_TIME = """
import threading
class A: n = 0
def bump():
    A.n += 1
def test():
    t = threading.Thread(target=bump)
    t.start()
    t.join()
    assert A.n == 1
"""


def test_a_failure_that_a_fresh_process_does_not_show_is_not_blamed_on_the_program(tmp_path):
    (tmp_path / "p.py").write_text(FAILS_ONLY_THE_SECOND_TIME)
    done = treadle(tmp_path, "check", "p.py::test", "--json")
    assert done.returncode == 5
    result = json.loads(done.stdout)
    assert kinds(result) == ["nondeterminism"]
    assert "A.n" in result["findings"][0]["why"]
    assert treadle(tmp_path, "check", "p.py::test", "--isolate").returncode == 0


ORDERED_BY_HASH = """
import random, threading, uuid
names = {"apple", "pear", "plum", "fig", "kiwi", "lemon"}
class Total: n = 0
def work(name):
    seen = Total.n
    Total.n = seen + len(name) + random.randint(0, 9)
Total.n = 0
threads = [threading.Thread(target=work, args=(name,)) for name in list(names)[:3]]
for t in threads: t.start()
for t in threads: t.join()
print(Total.n, uuid.uuid4())
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A failing schedule of a program that depends on the order of a set: (folder, token, its story)."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "p.py").write_text(ORDERED_BY_HASH)
    done = treadle(folder, "check", "p.py", "--json", "--max-executions", "300")
    token = json.loads(done.stdout)["findings"][0]["schedule"]
    return folder, token, treadle(folder, "replay", token, "--target", "p.py", "-v", "--all").stdout


@pytest.mark.parametrize("seed", ["0", "1", "12345", "random"])
def test_a_token_means_the_same_with_another_hash_seed(found, seed):
    folder, token, story = found
    assert "lost update" in story or "reads n" in story
    again = treadle(folder, "replay", token, "--target", "p.py", "-v", "--all", PYTHONHASHSEED=seed)
    assert again.stdout == story


@pytest.mark.skipif(
    not OTHER_PYTHONS, reason="no other Python was made here with `make build PYTHON=...`"
)
def test_a_token_means_the_same_on_another_python(found):
    folder, token, story = found
    for python in OTHER_PYTHONS:
        again = subprocess.run(
            [python, "-m", "treadle", "replay", token, "--target", "p.py", "-v", "--all"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert again.stdout == story, python


def test_a_thousand_replays_have_one_trace():
    done = subprocess.run(
        [sys.executable, "bench/replays.py", "--replays", "1000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "1 hash," in done.stdout
    assert done.returncode == 0
