"""Treadle also runs uncompiled, from the same sources, as after a build with TREADLE_PURE=1."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import treadle

PACKAGE = Path(treadle.__file__).parent
EXAMPLES = Path(__file__).parents[2] / "examples"
IMPORTED = "import treadle.engine.kernel as k, treadle.instrument.hooks as h; print(k.__file__, h.__file__)"


@pytest.fixture(scope="module")
def pure(tmp_path_factory):
    """Runs Python where the package has no compiled modules."""
    folder = tmp_path_factory.mktemp("pure")
    compiled = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__")
    shutil.copytree(PACKAGE, folder / "treadle", ignore=compiled)

    def run(*arguments):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_the_sources_are_what_runs(pure):
    files = pure("-c", IMPORTED).stdout.split()
    assert [Path(file).suffix for file in files] == [".py", ".py"]


@pytest.mark.parametrize(
    ("example", "code", "verdict"),
    [
        ("bank_account", 1, "fail"),
        ("bank_account_lock", 0, "pass"),
        ("philosophers", 1, "fail"),
        ("condition", 0, "pass"),
    ],
)
def test_lessons_come_out_the_same(pure, example, code, verdict):
    result = pure("-m", "treadle", "check", str(EXAMPLES / f"{example}.py"), "--json")
    assert result.returncode == code, result.stderr
    document = json.loads(result.stdout)
    assert (document["verdict"], document["complete"]) == (verdict, True)
