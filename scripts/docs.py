"""Make what the documentation shows by running it: reports, help texts, and the gallery of lessons.

Nothing that a reader sees of Treadle's output is typed by hand. Writes docs/reports/ and docs/gallery/.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
REPORTS = DOCS / "reports"
GALLERY = DOCS / "gallery"
PROGRAMS = DOCS / "programs"
COMMANDS = ("check", "check-class", "run", "replay", "show", "ls", "rm")
_TIMED = re.compile(r"\d+\.\d+s\b")


def run(arguments: list[str], folder: Path) -> str:
    """What a command prints, as a reader would see it; times are left out.

    Args:
        arguments: The command, after ``python -m``.
        folder: Where it is run.

    Returns:
        Standard output, then standard error.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GITHUB_", "PYTEST_")) and name not in {"CI", "FORCE_COLOR"}
    }
    environment |= {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {0, 1}:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return _TIMED.sub("0.1s", done.stdout + done.stderr)


def make_reports(folder: Path) -> None:
    """The reports that the pages quote.

    Args:
        folder: An empty folder to work in.
    """
    for program in PROGRAMS.glob("*.py"):
        shutil.copy(program, folder)
    shutil.copy(ROOT / "examples" / "bank_account.py", folder)
    shutil.copy(ROOT / "examples" / "philosophers.py", folder)
    shutil.copy(ROOT / "examples" / "philosophers_ordered.py", folder)
    (folder / "pytest.ini").write_text("[pytest]\n")
    pytest = ["pytest", "-p", "no:cacheprovider", "-p", "no:randomly"]
    texts = {
        "bank_account": run(["treadle", "check", "bank_account.py"], folder),
        "philosophers": run(["treadle", "check", "philosophers.py"], folder),
        "philosophers_ordered": run(["treadle", "check", "philosophers_ordered.py"], folder),
        "pytest_failing": run([*pytest, "-q", "test_bank.py"], folder),
        "in_process": run(["in_process"], folder),
        "options": run(["pytest", "--help"], folder),
    }
    shutil.copy(folder / "safe_bank.py", folder / "bank.py")
    texts["pytest_passing"] = run([*pytest, "-v", "--no-header", "test_bank.py"], folder)
    texts["options"] = _options(texts["options"])
    texts |= {name: run(["treadle", name, "--help"], folder) for name in COMMANDS}
    for name, text in texts.items():
        (REPORTS / f"{name}.txt").write_text(text)


def _options(text: str) -> str:
    """The part of pytest's help that is about Treadle."""
    group = re.search(r"(?ms)^Treadle:.*?(?=^\S)", text)
    ini = re.findall(r"(?m)^  treadle_\w+ .*(?:\n {20,}.*)*", text)
    if group is None or not ini:
        sys.exit("pytest --help says nothing of Treadle: is the plugin installed?")
    return group.group().rstrip() + "\n\nIn the ini-file:\n" + "\n".join(ini) + "\n"


def make_lesson(path: Path, folder: Path) -> tuple[str, str, str]:
    """The page of one lesson.

    Args:
        path: The program.
        folder: A folder with all of them.

    Returns:
        Name, title, and what was found.
    """
    doc = ast.get_docstring(ast.parse(path.read_text())) or path.stem
    title, _, rest = doc.partition("\n")
    expected = next((line for line in rest.splitlines() if line.startswith("Expect:")), "")
    words = "\n".join(line for line in rest.splitlines() if not line.startswith("Expect:"))
    report = run(["treadle", "check", path.name], folder)
    page = (
        f"# {title.rstrip('.')}\n\n{words.strip()}\n\n"
        f'```python title="{path.name}"\n--8<-- "{path.name}"\n```\n\n'
        f"`treadle check {path.name}` says:\n\n```text\n{report.rstrip()}\n```\n"
    )
    (GALLERY / f"{path.stem}.md").write_text(page)
    return path.stem, title, expected.removeprefix("Expect:").strip()


def main() -> None:
    """Make everything anew."""
    for made in (REPORTS, GALLERY):
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
    with tempfile.TemporaryDirectory() as name:
        make_reports(Path(name))
    lessons = sorted((ROOT / "examples").glob("*.py"))
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(2) as pool:
        for path in lessons:
            shutil.copy(path, name)
        told = list(pool.map(lambda path: make_lesson(path, Path(name)), lessons))
    rows = [f"| [{title.rstrip('.')}]({stem}.md) | {found} |" for stem, title, found in told]
    head = "# Gallery\n\nThe lessons: each program with what `treadle check` really says of it.\n\n"
    table = "\n".join(["| lesson | verdict |", "|---|---|", *rows])
    (GALLERY / "index.md").write_text(f"{head}{table}\n")


if __name__ == "__main__":
    main()
