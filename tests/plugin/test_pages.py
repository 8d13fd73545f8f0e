"""``--treadle-html``: a page for each failing test, and for no other."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

LOSES = """
@pytest.mark.treadle
def test_lose():
    account = Account()
    add_both(account)
    assert account.bal == 50
"""
KEEPS = """
@pytest.mark.treadle
def test_keep():
    account = Safe()
    add_both(account)
    assert account.bal == 50
"""


def pages(folder):
    """The names of the pages in a folder, without the hashes."""
    if not folder.exists():
        return []
    return sorted(
        re.fullmatch(r"(.*)-[0-9a-f]{8}\.html", path.name)[1] for path in folder.iterdir()
    )


def told(folder, name):
    """What the page of a test shows."""
    (path,) = folder.glob(f"{name}-*.html")
    data = re.search(r'<script type="application/json" id="trace">(.*?)</script>', path.read_text())
    return json.loads(data[1])


def test_a_failing_test_has_a_page_and_a_passing_one_has_none(bank, token):
    bank.write(LOSES + KEEPS)
    result = bank.run("--treadle-html=out/pages")
    result.assert_outcomes(failed=1, passed=1)
    folder = bank.path / "out" / "pages"
    assert pages(folder) == ["test_bank.py-test_lose"]
    page = told(folder, "test_bank.py-test_lose")
    assert page["title"] == "AssertionError in main: assert 100 == 50"
    assert page["replay"] == f"pytest test_bank.py::test_lose --treadle-replay={token(result)}"


def test_without_the_option_nothing_is_written(bank):
    bank.write(LOSES)
    result = bank.run("--treadle-no-saved")
    result.assert_outcomes(failed=1)
    assert not list(bank.path.rglob("*.html"))
    result.stdout.no_fnmatch_line("*HTML*")


def test_the_summary_and_junit_say_where_it_is(bank):
    bank.write(LOSES + KEEPS)
    result = bank.run("--treadle-html=pages", "--junitxml=junit.xml")
    result.stdout.fnmatch_lines(
        [
            "test_bank.py::test_lose: AssertionError*",
            "  pytest test_bank.py::test_lose --treadle-replay=*",
            "  HTML: pages/test_bank.py-test_lose-*.html",
        ],
        consecutive=True,
    )
    properties = ET.parse(bank.path / "junit.xml").iter("property")
    (named,) = [each.get("value") for each in properties if each.get("name") == "treadle.html"]
    assert (bank.path / named).is_file()


def test_each_parameter_has_its_own_page(bank):
    bank.write(
        """
@pytest.mark.treadle
@pytest.mark.parametrize("name", ["a/b", "a:b", "../é"])
def test_it(name):
    account = Account()
    add_both(account)
    assert account.bal == 50
"""
    )
    bank.run("--treadle-html=pages").assert_outcomes(failed=3)
    names = ["test_bank.py-test_it-..-xe9"] + ["test_bank.py-test_it-a-b"] * 2
    assert pages(bank.path / "pages") == names


def test_a_later_run_writes_the_same_file(bank):
    bank.write(LOSES)
    bank.run("--treadle-html=pages").assert_outcomes(failed=1)
    bank.run("--treadle-html=pages").assert_outcomes(failed=1)
    assert pages(bank.path / "pages") == ["test_bank.py-test_lose"]


@pytest.mark.slow
def test_under_xdist_the_workers_write_and_the_summary_is_one(bank):
    bank.write(LOSES)
    bank.write(LOSES, "test_other")
    result = bank.run("-n", "2", "--treadle-html=pages", inside=False)
    result.assert_outcomes(failed=2)
    assert pages(bank.path / "pages") == ["test_bank.py-test_lose", "test_other.py-test_lose"]
    assert result.stdout.str().count("  HTML: pages/test_") == 2


def test_the_ini_file_means_its_own_folder_and_the_command_line_where_one_is(bank, monkeypatch):
    bank.write(LOSES)
    (bank.path / "pytest.ini").write_text("[pytest]\ntreadle_html = pages\n")
    below = bank.path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    bank.run("..").assert_outcomes(failed=1)
    assert pages(bank.path / "pages") == ["test_bank.py-test_lose"]
    bank.run("..", "--treadle-html=mine").assert_outcomes(failed=1)
    assert pages(below / "mine") == ["test_bank.py-test_lose"]


@pytest.mark.parametrize("name", ["bank.py", "bank.py/pages"])
def test_a_folder_that_cannot_be_is_refused_before_anything_runs(bank, name):
    bank.write(LOSES)
    result = bank.run(f"--treadle-html={name}")
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        [
            f"ERROR: --treadle-html: no pages can be written into *{name}: *bank.py is not a folder. Name *"
        ]
    )


def test_a_folder_that_may_not_be_written_to_is_refused(bank, monkeypatch):
    bank.write(LOSES)
    closed = bank.path / "closed"
    closed.mkdir()
    monkeypatch.setattr("os.access", lambda path, mode: path != closed)  # as for anybody but root
    result = bank.run("--treadle-html=closed/pages")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --treadle-html: *closed may not be written to. *"])


def test_a_page_that_cannot_be_written_is_told_of_and_the_failure_what_it_was(bank):
    bank.write(LOSES)
    bank.run("--treadle-html=pages")
    (page,) = (bank.path / "pages").iterdir()
    page.write_text("my notes")
    result = bank.run("--treadle-html=pages")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E       assert 100 == 50", "  *.html exists and is no report of Treadle's*"]
    )
    result.stdout.no_fnmatch_line("  HTML: *")
    assert page.read_text() == "my notes"


def test_a_deadlock_an_example_and_a_checked_function_have_pages(bank):
    bank.write(
        """
from hypothesis import given, settings, strategies as st

@pytest.mark.treadle
def test_deadlock():
    lock = threading.Lock()
    threads = [threading.Thread(target=lock.acquire) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

@pytest.mark.treadle
@settings(max_examples=5, derandomize=True, database=None)
@given(st.integers(1, 9))
def test_example(x):
    account = Account()
    add_both(account, (x, x))
    assert account.bal == 2 * x

def test_inside(treadle):
    treadle.check(lambda: add_both(Account()), ignore=["interference"]).raise_if_failed()
    treadle.check(lambda: add_both(Account())).raise_if_failed()
"""
    )
    bank.run("--treadle-html=pages").assert_outcomes(failed=3)
    folder = bank.path / "pages"
    names = [f"test_bank.py-test_{name}" for name in ("deadlock", "example", "inside")]
    assert pages(folder) == names
    titles = [told(folder, name)["title"] for name in names]
    assert titles[0] == "lock was never released"
    assert titles[1].startswith("AssertionError in main")
    assert titles[2].startswith("lost update on")


def test_what_has_no_steps_is_a_page_of_text(bank):
    bank.write(
        """
@pytest.mark.treadle
def test_deadlock():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
"""
    )
    bank.run("--treadle-html=pages").assert_outcomes(failed=1)
    (path,) = (bank.path / "pages").iterdir()
    assert "main already holds Lock#1" in path.read_text()
