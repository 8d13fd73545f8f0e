"""The README shows the real report of the bank account."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def shown_in_readme() -> str:
    readme = (ROOT / "README.md").read_text()
    command = "$ treadle check examples/bank_account.py\n"
    begin = readme.index(command) + len(command)
    return readme[begin : readme.index("```", begin)]


def test_readme_shows_the_real_report(tmp_path):
    examples = tmp_path / "examples"
    examples.mkdir()
    program = (ROOT / "examples" / "bank_account.py").read_text()
    (examples / "bank_account.py").write_text(program)
    command = [sys.executable, "-m", "treadle", "check", "examples/bank_account.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == shown_in_readme()
    assert done.returncode == 1
