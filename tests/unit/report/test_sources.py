import report_builders as build

from treadle.model.trace import Action, Trace
from treadle.report.sources import AROUND, WHOLE, source_files


def trace(*places):
    steps = [build.step(n, 1, Action.READ, resource="x", place=p) for n, p in enumerate(places, 1)]
    return Trace(build.tasks("f"), tuple(steps), build.token(), 0)


def text(file):
    return {number: "".join(part for _, part in runs) for number, runs in file.lines}


def test_a_short_file_is_shown_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("x = 1\n\nprint(x)\n")
    (file,) = source_files([trace(build.place(3, "print(x)", "a.py"))])
    assert text(file) == {1: "x = 1", 2: "", 3: "print(x)"}
    assert file.note == ""


def test_a_long_file_is_shown_around_what_ran(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("".join(f"x{n} = 1\n" for n in range(1, WHOLE + 100)))
    (file,) = source_files([trace(build.place(200, "x200 = 1", "a.py"))])
    assert sorted(text(file)) == list(range(200 - AROUND, 200 + AROUND + 1))


def test_a_changed_file_is_not_shown_as_if_it_had_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("# new\nx = 1\n")
    (file,) = source_files([trace(build.place(1, "x = 1", "a.py"))])
    assert text(file) == {1: "x = 1"}
    assert "changed since" in file.note


def test_a_missing_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (file,) = source_files([trace(build.place(7, "x = 1", "gone.py"))])
    assert text(file) == {7: "x = 1"}
    assert "cannot be read" in file.note


def test_the_busiest_file_comes_first():
    places = [build.place(1, "x", name) for name in ("a.py", "b.py", "b.py")]
    assert [file.name for file in source_files([trace(*places)])] == ["b.py", "a.py"]
