"""Programs here run as users' programs do: interposed, and inside a main body."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from treadle.interpose.patch import install, uninstall


@pytest.fixture
def installed():
    """Our primitives stand in the place of the interpreter's."""
    install()
    yield
    uninstall()
