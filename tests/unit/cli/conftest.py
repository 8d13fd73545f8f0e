"""Every command of these tests gets its answers from a stand-in for the explorer."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "report"))


@pytest.fixture(autouse=True)
def api(monkeypatch, tmp_path):
    """The stand-in for treadle.api."""
    from fake_api import FakeApi

    import treadle

    fake = FakeApi()
    monkeypatch.setitem(sys.modules, "treadle.api", fake)
    monkeypatch.setattr(treadle, "api", fake, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("treadle.cli.arguments._cores", lambda: 1)
    monkeypatch.setenv("COLUMNS", "80")
    return fake
