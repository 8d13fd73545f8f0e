"""Programs that block, compute for ever, end or crash their process: one sentence, the right exit code.

Each runs in a process of its own, as a user runs it, with a short limit for what does not come back.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

LOST_UPDATE = """
import ctypes, os, threading
class A: n = 0
def bump():
    v = A.n
    A.n = v + 1
def test():
    A.n = 0
    threads = [threading.Thread(target=bump) for _ in range(2)]
    for t in threads: t.start()
    for t in threads: t.join()
    {}
"""


def in_a_thread(body: str, imports: str = "") -> str:
    """A program with one thread that runs a body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return (
        f"import threading\n{imports}\ndef work():\n{lines}\n"
        "t = threading.Thread(target=work)\nt.start()\nt.join()\n"
    )


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "treadle", *arguments]


@pytest.fixture
def check(tmp_path):
    """Checks a program's text: (exit code, standard output and error with single blanks)."""

    def check(text, *arguments, function=""):
        (tmp_path / "p.py").write_text(text)
        done = subprocess.run(
            command("check", f"p.py{function}", "--stuck-after", "0.2", *arguments),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert "deadlock" not in done.stdout
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    return check


@pytest.mark.parametrize(
    ("body", "imports", "words"),
    [
        ("while True: pass", "", "T1 stayed at p.py:4 (work) for 0.2 seconds"),
        (
            "a, b = socket.socketpair()\nb.recv(10)",
            "import socket",
            "T1 stayed in b.recv(10) at p.py:5 (work)",
        ),
        (
            "socket.create_server(('127.0.0.1', 0)).accept()",
            "import socket",
            "stayed in socket.create_server(('127.0.0.1', 0)).accept() at p.py:4 (work)",
        ),
        (
            "select.select([os.pipe()[0]], [], [])",
            "import os, select",
            "stayed in select.select([os.pipe()[0]], [], []) at p.py:4",
        ),
        (
            "subprocess.run(['sleep', '60'])",
            "import subprocess",
            "stayed in subprocess.run(['sleep', '60']) at p.py:4",
        ),
        (
            "fcntl.flock(f, fcntl.LOCK_EX)\ng = open(__file__)\nfcntl.flock(g, fcntl.LOCK_EX)",
            "import fcntl\nf = open(__file__)",
            "stayed in fcntl.flock(g, fcntl.LOCK_EX) at p.py:7",
        ),
        (
            "os.read(os.pipe()[0], 1)",
            "import os",
            "stayed in os.read(os.pipe()[0], 1) at p.py:4",
        ),
        (
            "with os.fdopen(os.pipe()[0]) as f: f.read()",
            "import os",
            "stayed in f.read() at p.py:4",
        ),
        (
            "lock = multiprocessing.Lock()\nlock.acquire()\nlock.acquire()",
            "import multiprocessing",
            "T1 stayed in lock.acquire() at p.py:6 (work) for 0.2 seconds",
        ),
        (
            (
                "libc = ctypes.CDLL(None)\nmutex = bytes(64)\n"
                "libc.pthread_mutex_lock(mutex)\nlibc.pthread_mutex_lock(mutex)"
            ),
            "import ctypes",
            "stayed in libc.pthread_mutex_lock(mutex) at p.py:7",
        ),
        (
            "re.match(r'(a+)+b', 'a' * 60)",
            "import re",
            "stayed in re.match(r'(a+)+b', 'a' * 60) at p.py:4",
        ),
        ("sum(range(10**14))", "", "stayed in sum(range(10**14)) at p.py:4 (work) for 0.2"),
        (
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
            "",
            "T1 stayed at p.py:6 (work) for 0.2 seconds",
        ),
        ("signal.alarm(1)", "import signal", "called signal.alarm at p.py:4"),
        (
            "os.kill(os.getpid(), signal.SIGKILL)",
            "import os, signal",
            "the process of the program was ended by SIGKILL",
        ),
        (
            "ctypes.CDLL(None)._exit(0)",
            "import ctypes",
            "the program ended its process with exit code 0",
        ),
        (
            "ctypes.string_at(0)",
            "import ctypes",
            "ended by SIGSEGV in ctypes.string_at(0) at p.py:4 (work)",
        ),
    ],
)
def test_what_is_not_controlled_is_named(check, body, imports, words):
    code, text = check(in_a_thread(body, imports))
    assert words in text
    assert "so it was not controlled" in text
    assert code == 5


FOREIGN_LOCK = """
import multiprocessing, threading
lock = multiprocessing.Lock()
total = 0
def work():
    global total
    with lock:
        total += 1
threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
assert total == 2
"""


@pytest.mark.parametrize("arguments", [(), ("--fail-on", "data-race")])
def test_a_lock_of_c_code_is_no_mistake_of_the_program(check, arguments):
    # Whoever holds it is suspended and the other waits for it: by a choice of ours, and the accesses that
    # the lock orders seem unordered to us.
    code, text = check(FOREIGN_LOCK, *arguments)
    assert "stayed in SemLock.__enter__() at p.py:7 (work) for 0.2 seconds" in text
    assert "so it was not controlled" in text
    assert "FAILED" not in text
    assert "ata race" not in text
    assert code == 5


def test_a_lock_of_ours_in_its_place_is_controlled(check):
    code, text = check(FOREIGN_LOCK.replace("multiprocessing.Lock", "threading.Lock"))
    assert "the search is complete" in text
    assert code == 0


@pytest.mark.parametrize("end", ["sum(range(10**14))", "ctypes.CDLL(None)._exit(0)"])
def test_what_was_found_before_a_bad_end_is_reported_and_saved(check, tmp_path, end):
    body = f"A.runs += 1\n    if A.runs > 40: {end}\n    assert A.n == 2"
    text = LOST_UPDATE.format(body).replace("n = 0", "n = runs = 0", 1)
    code, text = check(text, "--scheduler", "random-walk", function="::test")
    assert code == 1
    assert "AssertionError" in text
    assert "so it was not controlled" in text
    (saved,) = (tmp_path / ".treadle" / "failures").glob("*.json")
    again = subprocess.run(command("replay", saved.stem), cwd=tmp_path, timeout=60, check=False)
    assert again.returncode == 1


@pytest.mark.parametrize("words", [("run",), ("replay", "AQAjvg", "--target")])
def test_one_execution_that_does_not_come_back(tmp_path, words):
    (tmp_path / "p.py").write_text(in_a_thread("while True: pass"))
    arguments = [*words, "p.py", "--stuck-after", "0.2"]
    done = subprocess.run(
        command(*arguments), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 5
    assert "T1 stayed at p.py:4 (work)" in done.stderr


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (in_a_thread("os._exit(0)", "import os"), 0, "PASSED"),
        (in_a_thread("os._exit(3)", "import os"), 1, "SystemExit: 3"),
        (in_a_thread("os.abort()", "import os"), 1, "SystemExit: os.abort() was called"),
        (in_a_thread("raise SystemExit(3)"), 0, "PASSED"),
        (in_a_thread("pass") + "raise SystemExit(3)", 1, "SystemExit: 3"),
        (in_a_thread("pass") + "raise KeyboardInterrupt", 1, "KeyboardInterrupt"),
        (in_a_thread("work()"), 1, "RecursionError"),
        (
            in_a_thread("x = []\nwhile True: x.append(bytes(1 << 24))", "import resource\n")
            .replace("t.start", "resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))\nt.start"),
            1,
            "MemoryError in T1",
        ),
    ],
)  # fmt: skip
def test_programs_that_end_in_unusual_ways(check, text, code, words):
    got, said = check(text, "--stuck-after", "60")  # they do come back, if slowly
    assert words in said
    assert got == code


FORKS = """
import os, sys, threading
lock = threading.Lock()
items = []
def child():
    pid = os.fork()
    if pid == 0:
        with lock:
            print("not in the report")
        sys.exit(len(items))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
def work():
    with lock:
        items.append(1)
t = threading.Thread(target=work)
t.start()
assert child() <= len(items)
t.join()
assert child() == 1
"""


def test_a_forked_child_goes_its_own_way(check):
    code, text = check(FORKS, "--stuck-after", "60")
    assert code == 0
    assert "the program forks (p.py:6); its children are not controlled" in text
    assert "not in the report" not in text


INTERRUPTED = LOST_UPDATE.format("assert A.n == 2\n    {}")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        # A search without an end, of which something was found.
        (INTERRUPTED.format("os.write(1, b'go ')"), 1, "AssertionError"),
        # Nothing was found, and the thread computes.
        (LOST_UPDATE.format("os.write(1, b'go ')\n    while True: pass"), 130, "interrupted"),
        # A call that lets nobody interrupt it.
        (LOST_UPDATE.format("os.write(1, b'go ')\n    sum(range(10**14))"), 5, "not controlled"),
    ],
)
def test_an_interrupted_search_ends_at_once(tmp_path, text, code, words):
    (tmp_path / "p.py").write_text(text)
    arguments = ("check", "p.py::test", "--scheduler", "random-walk", "--max-seconds", "600")
    with subprocess.Popen(
        command(*arguments, "--stuck-after", "600"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        said = b""
        while said.count(b"go ") < (50 if code == 1 else 1):
            said += os.read(process.stdout.fileno(), 100)
        process.send_signal(signal.SIGINT)
        said += process.stdout.read()
    text = " ".join(said.replace(b"go ", b"").decode().split())
    assert words in text
    assert "Traceback" not in text
    assert process.returncode == code
