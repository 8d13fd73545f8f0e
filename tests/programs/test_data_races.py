"""Data races are found in all of twenty racy programs, and in none of twenty race-free ones."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "races"
HELPERS = {"run"}


def programs(name):
    """Name of each program of a file -> its docstring."""
    tree = ast.parse((FOLDER / name).read_text())
    found = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    return {each.name: ast.get_docstring(each) or "" for each in found if each.name not in HELPERS}


RACY = programs("racy.py")
RACE_FREE = programs("race_free.py")


def check(target, cwd, *arguments):
    command = [sys.executable, "-m", "treadle", "check", target, "--json", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


CHECK_ALL = """
import json, sys
from treadle.api import CheckOptions, check_target
from treadle.report.json import document
options = CheckOptions(fail_on=("data-race",))
print(json.dumps({each: document(check_target(each, options)) for each in sys.argv[1:]}))
"""


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    """The document of each program; one process checks them all."""
    targets = [f"racy.py::{name}" for name in RACY]
    targets += [f"race_free.py::{name}" for name in RACE_FREE]
    command = [sys.executable, "-c", CHECK_ALL, *targets]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_there_are_twenty_of_each():
    assert (len(RACY), len(RACE_FREE)) == (20, 20)


@pytest.mark.parametrize(("name", "told"), RACY.items(), ids=RACY)
def test_racy(name, told, documents):
    document = documents[f"racy.py::{name}"]
    races = [each for each in document["findings"] if each["kind"] == "data-race"]
    resources = {each["summary"].split()[3] for each in races}
    assert resources == {told.removeprefix("Races: ")}
    assert document["verdict"] == "fail"
    assert "notes" not in document
    pairs = []
    for race in races:
        one, other = race["accesses"]
        assert one["thread"] != other["thread"]
        assert "write" in {one["access"], other["access"]}
        assert not set(one["locks"]) & set(other["locks"])
        pairs.append(frozenset((each["file"], each["line"]) for each in race["locations"]))
    assert len(pairs) == len(set(pairs)), "once per pair of places"


@pytest.mark.parametrize("name", RACE_FREE)
def test_race_free(name, documents):
    document = documents[f"race_free.py::{name}"]
    assert [each["summary"] for each in document["findings"] if each["kind"] == "data-race"] == []
    assert document["executions"] > 0
    assert "notes" not in document


def test_a_race_is_a_note_unless_asked_for(tmp_path):
    target = f"{FOLDER / 'racy.py'}::flag_that_is_polled"
    code, document = check(target, tmp_path)
    assert (code, document["verdict"], document["findings"]) == (0, "pass", [])
    assert [each["kind"] for each in document["notes"]] == ["data-race"]
    code, document = check(target, tmp_path, "--ignore", "data-race")
    assert (code, document["findings"]) == (0, [])
    assert "notes" not in document


def test_both_stacks_and_the_locks_are_told(tmp_path):
    (tmp_path / "p.py").write_text(
        "import threading\n"
        "lock = threading.Lock()\n"
        "total = 0\n"
        "def add():\n"
        "    global total\n"
        "    total = 1\n"
        "def work():\n"
        "    with lock:\n"
        "        add()\n"
        "t = threading.Thread(target=work)\n"
        "t.start()\n"
        "print(total)\n"
        "t.join()\n"
    )
    _, document = check("p.py", tmp_path)
    (note,) = document["notes"]
    accesses = {each["thread"]: each for each in note["accesses"]}
    assert [(each["line"], each["function"]) for each in accesses["T1"]["stack"]] == [
        (6, "add"),
        (9, "work"),
    ]
    assert accesses["T1"]["locks"] == ["lock"]
    assert [each["line"] for each in accesses["main"]["stack"]] == [12]
    assert (accesses["main"]["access"], accesses["main"]["locks"]) == ("read", [])


def test_a_race_can_be_replayed_and_is_gone_when_it_is_mended(tmp_path):
    racy = (
        "import threading\n"
        "class A: n = 0\n"
        "lock = threading.Lock()\n"
        "def work():\n"
        "    A.n = 1\n"
        "for _ in range(2): threading.Thread(target=work).start()\n"
    )
    (tmp_path / "p.py").write_text(racy)
    code, document = check("p.py", tmp_path, "--fail-on", "data-race")
    (race,) = document["findings"]
    assert (code, race["summary"]) == (1, "data race on A.n at p.py:5")

    def replay():
        command = [sys.executable, "-m", "treadle", "replay", race["id"]]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    again = replay()
    assert again.returncode == 1
    assert "T1 writes     p.py:5 in work: A.n = 1" in again.stdout
    (tmp_path / "p.py").write_text(racy.replace("    A.n = 1\n", "    with lock: A.n = 1\n"))
    assert replay().returncode == 0
    command = [sys.executable, "-m", "treadle", "check", "p.py", "--fail-on", "data-race"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "marked as fixed" in done.stdout


def test_a_report_in_python_has_the_notes():
    program = (
        "import threading, treadle\n"
        "def race():\n"
        "    box = [0]\n"
        "    def write(): box[0] = 1\n"
        "    thread = threading.Thread(target=write)\n"
        "    thread.start()\n"
        "    box[0]\n"
        "    thread.join()\n"
        "report = treadle.check(race)\n"
        "print(report.failed, [note.kind.value for note in report.notes])\n"
        "print(treadle.check(race, fail_on=('data-race',)).failed)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["False ['data-race']", "True"], done.stderr
