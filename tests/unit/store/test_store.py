"""Failures on disk."""

import os

import pytest
import report_builders as build

from treadle.errors import TokenError
from treadle.model.finding import FindingKind
from treadle.store import version
from treadle.store.store import encode, is_id, list_failures, load, make_folder, save
from treadle.store.version import treadle_version


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_saved_is_loaded(in_empty_folder):
    save(build.bank_result())
    saved = load("7f3c")
    assert saved.finding == build.bank_finding()
    assert saved.target == "bank.py"
    assert saved.model == "free-threaded"
    assert saved.options == ()
    assert saved.python == "3.11"
    assert (in_empty_folder / ".treadle" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("name", build.RESULTS)
def test_every_finding_survives(name):
    result = build.RESULTS[name]()
    save(result)
    for found in result.findings:
        assert load(found.id).finding == found
    assert len(list_failures()) == len(result.findings)


def test_a_beginning_is_enough():
    save(build.bank_result())
    assert load("7").finding.id == "7f3c"


def two():
    findings = [
        build.finding(FindingKind.DEADLOCK, build.bank_trace(), id=each)
        for each in ("7f3c", "7f3c01")
    ]
    save(build.result(findings=tuple(findings)))


def test_a_whole_id_is_never_ambiguous():
    two()
    assert load("7f3c").finding.id == "7f3c"


def test_an_ambiguous_beginning():
    two()
    with pytest.raises(
        TokenError, match=r"'7f' is the beginning of 2 saved failures: 7f3c, 7f3c01\. Type"
    ):
        load("7f")


def test_an_unknown_id():
    with pytest.raises(
        TokenError, match=r"no saved failure '7f3c' in \.treadle/failures: none are saved"
    ):
        load("7f3c")
    save(build.bank_result())
    with pytest.raises(TokenError, match=r"no saved failure 'ffff'.*: saved here are 7f3c\."):
        load("ffff")


def test_many_ids_are_not_all_named():
    findings = [
        build.finding(FindingKind.DEADLOCK, build.bank_trace(), id=f"{n:04x}") for n in range(12)
    ]
    save(build.result(findings=tuple(findings)))
    with pytest.raises(TokenError, match="0007 and 4 more"):
        load("ffff")


def test_a_damaged_file(in_empty_folder):
    save(build.bank_result())
    (in_empty_folder / ".treadle" / "failures" / "7f3c.json").write_text("{")
    with pytest.raises(TokenError, match=r"failures/7f3c\.json cannot be read"):
        load("7f3c")
    assert list_failures() == ()


def test_the_latest_first(in_empty_folder):
    two()
    folder = in_empty_folder / ".treadle" / "failures"
    os.utime(folder / "7f3c.json", (1, 1))
    assert [saved.finding.id for saved in list_failures()] == ["7f3c01", "7f3c"]
    os.utime(folder / "7f3c01.json", (0, 0))
    assert [saved.finding.id for saved in list_failures()] == ["7f3c", "7f3c01"]


def test_nothing_is_written_for_nothing(in_empty_folder):
    save(build.pass_result())
    assert list(in_empty_folder.iterdir()) == []
    assert list_failures() == ()


def test_a_file_is_replaced_whole(in_empty_folder, monkeypatch):
    save(build.bank_result())
    monkeypatch.setattr(
        "pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full"))
    )
    with pytest.raises(OSError, match="disk full"):
        save(build.bank_result())
    assert sorted(path.name for path in (in_empty_folder / ".treadle" / "failures").iterdir()) == [
        "7f3c.json"
    ]


def test_a_folder_that_cannot_be_written_to(in_empty_folder):
    (in_empty_folder / ".treadle").write_text("in the way")
    with pytest.raises(OSError, match="exists"):
        save(build.bank_result())


def test_another_root(tmp_path):
    root = tmp_path / "elsewhere"
    save(build.bank_result(), root)
    assert load("7f3c", root).target == "bank.py"
    assert make_folder(root) == root
    assert len(list_failures(root)) == 1


def test_a_trace_of_an_unknown_interpreter():
    trace = build.key_error_trace()
    found = build.finding(
        FindingKind.EXCEPTION, type(trace)(trace.tasks, trace.steps, trace.token, 0)
    )
    save(build.result(findings=(found,)))
    assert load("7f3c").python.startswith("3.")


def test_ids_are_not_tokens():
    assert is_id("7f3c")
    assert not is_id(build.BANK_TOKEN)
    assert not is_id("")
    assert not is_id(build.token())


def test_the_text_is_json():
    save(build.bank_result())
    assert encode(load("7f3c")).startswith(b'{\n "finding"')


def test_version(monkeypatch):
    from importlib import metadata

    version.treadle_version.cache_clear()
    monkeypatch.setattr(metadata, "version", lambda _: "1.2.3")
    assert treadle_version() == "1.2.3"
    version.treadle_version.cache_clear()

    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert treadle_version() == "unknown"
    version.treadle_version.cache_clear()
