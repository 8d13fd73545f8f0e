"""The pages of the documentation include what they mean to include, and the reference has every public name."""

import re
from pathlib import Path

import pytest

import treadle

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
MADE = ("reports/", "gallery/")  # by scripts/docs.py


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_included_is_named_as_the_site_wants_it(page):
    for line in (DOCS / page).read_text().splitlines():
        if re.search(r"-\s*-\s*8\s*<\s*-\s*-", line):
            name = re.fullmatch(r'--8<-- "(.*)"', line)
            assert name, line
            found = [(folder / name[1]).exists() for folder in (DOCS, ROOT / "examples")]
            assert any(found) or name[1].startswith(MADE)


def test_the_pages_include_something():
    text = "".join((DOCS / page).read_text() for page in PAGES)
    assert text.count('--8<-- "programs/') >= 3


def test_the_reference_has_every_public_name():
    told = (DOCS / "reference" / "api.md").read_text()
    names = {name.rpartition(".")[2] for name in re.findall(r"(?m)^::: (\S+)$", told)}
    errors = {name for name in treadle.__all__ if name.endswith("Error")}
    assert "errors" in names
    assert set(treadle.__all__) - names - errors == {"__version__"}
