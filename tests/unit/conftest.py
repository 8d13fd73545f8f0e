"""What holds for every test of a part."""

import pytest

from treadle.interpose.patch import is_installed


@pytest.fixture(autouse=True)
def _the_process_is_given_back():
    """A test leaves the interpreter's own primitives, or those of its module's fixture, where they were."""
    before = is_installed()
    yield
    assert is_installed() is before
