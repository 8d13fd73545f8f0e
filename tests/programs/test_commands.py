"""The command line on whole programs, in processes of their own, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BANK = ROOT / "examples" / "bank_account.py"

EVERY_WAY = """
import _thread
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from threading import Lock, Thread

LOCK = Lock()
n = 0


def bump():
    global n
    with LOCK:
        n += 1


class Sub(Thread):
    def run(self):
        bump()


done = Lock()
done.acquire()


def raw():
    bump()
    done.release()


first = Thread(target=bump, name="first", daemon=True)
first.start()
sub = Sub()
sub.start()
sub.join()
_thread.start_new_thread(raw, ())
done.acquire()
timer = threading.Timer(5, bump)
timer.start()
timer.join()
with ThreadPoolExecutor(1) as executor:
    executor.submit(bump).result()
with ThreadPool(1) as pool:
    pool.map(lambda _: bump(), [1])
first.join()
assert n == 6, n
"""

IMPORT_TIME = """
import queue
import threading

LOCK = threading.Lock()
ITEMS = queue.Queue()
EVENT = threading.Event()


def worker():
    with LOCK:
        ITEMS.put(1)
    EVENT.set()


def test():
    thread = threading.Thread(target=worker)
    thread.start()
    EVENT.wait()
    assert ITEMS.get() == 1
    thread.join()
    assert not LOCK.locked()
"""


def treadle(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "treadle", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return name


def test_threads_made_in_every_way_are_controlled(tmp_path):
    name = written(tmp_path, "ways.py", EVERY_WAY)
    done = treadle("check", name, "--json", "--max-executions", "60", cwd=tmp_path)
    document = json.loads(done.stdout)
    assert document["findings"] == []
    assert document["threads"] >= 7
    assert {outcome["observed"]["n"] for outcome in document["outcomes"]} == {"6"}


def test_objects_made_at_import_start_anew_in_every_execution(tmp_path):
    name = written(tmp_path, "at_import.py", IMPORT_TIME)
    done = treadle("check", f"{name}::test", "--json", cwd=tmp_path)
    document = json.loads(done.stdout)
    assert (done.returncode, document["verdict"], document["complete"]) == (0, "pass", True)


def test_a_failure_replays_in_another_process_and_with_another_hash_seed(tmp_path):
    found = json.loads(treadle("check", str(BANK), "--json", cwd=tmp_path).stdout)["findings"][0]
    by_id = treadle("replay", found["id"], cwd=tmp_path)
    by_token = treadle(
        "replay", found["schedule"], "--target", str(BANK), cwd=tmp_path, PYTHONHASHSEED="7"
    )
    assert by_id.returncode == by_token.returncode == 1
    assert by_id.stdout == by_token.stdout
    assert "writes bal = 100 (was -50)" in by_id.stdout
    assert treadle("show", found["id"], cwd=tmp_path).returncode == 0


RARE = """
import threading

steps = []


def first():
    for n in range({rounds}):
        steps.append(n)


def second():
    assert len(steps) != {rounds} - 1


threads = [threading.Thread(target=f) for f in (first, second)]
for thread in threads:
    thread.start()
"""


def test_a_saved_failure_is_replayed_first_and_marked_when_it_is_gone(tmp_path):
    name = written(tmp_path, "rare.py", RARE.format(rounds=4))
    found = json.loads(treadle("check", name, "--json", cwd=tmp_path).stdout)["findings"][0]
    # A budget that is used up before the search could meet it anew.
    again = treadle("check", name, "--json", "--max-executions", "2", cwd=tmp_path)
    assert again.returncode == 1
    assert json.loads(again.stdout)["findings"][0]["found_after"] == 1

    written(tmp_path, "rare.py", RARE.format(rounds=4).replace("!= 4 - 1", "< 9"))
    passed = treadle("check", name, cwd=tmp_path)
    assert passed.returncode == 0
    assert f"Saved failure {found['id']}" in passed.stdout
    assert "marked as fixed" in passed.stdout
    assert "(fixed)" in treadle("ls", cwd=tmp_path).stdout
    assert "Saved failure" not in treadle("check", name, cwd=tmp_path).stdout
    assert treadle("rm", "--fixed", cwd=tmp_path).stdout == f"forgotten: {found['id']}\n"


@pytest.mark.parametrize(
    ("name", "text", "code", "words"),
    [
        ("syntax.py", "def f(:\n", 4, "SyntaxError"),
        ("fails.py", "raise ValueError('no')\n", 4, "fails with no concurrency at all"),
        ("alone.py", "print('alone')\n", 0, "started no thread"),
    ],
)
def test_what_is_no_threaded_program_gets_a_sentence(tmp_path, name, text, code, words):
    done = treadle("check", written(tmp_path, name, text), cwd=tmp_path)
    assert done.returncode == code
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "nowhere.py"), "There is no file"),
        (("check", "json:nothing"), "has no function"),
        (("check", "json:dumps"), "needs arguments"),
        (("replay", "zzzz"), "not a whole schedule token"),
        (("show", "abcdef"), "no saved failure"),
        (("check",), "required"),
    ],
)
def test_a_wrong_command_gets_a_sentence(tmp_path, arguments, words):
    done = treadle(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_schedule_of_another_program_says_where_it_does_not_fit(tmp_path):
    found = json.loads(treadle("check", str(BANK), "--json", cwd=tmp_path).stdout)["findings"][0]
    other = str(ROOT / "examples" / "philosophers.py")
    done = treadle("replay", found["schedule"], "--target", other, cwd=tmp_path)
    assert done.returncode == 5
    assert "choice 1 of 1" in done.stderr
