"""Sites: the names of places, the same on every machine."""

import zlib

import pytest

from treadle.engine.site import NOWHERE, Site

ARGUMENTS = ("load_attr", "bal", "bank", "/home/me/bank.py", "Account.deposit", 4, 4, 18, 26)


def test_the_key_does_not_depend_on_the_folder():
    moved = (*ARGUMENTS[:3], "/somewhere/else/bank.py", *ARGUMENTS[4:])
    assert Site(*ARGUMENTS).key == Site(*moved).key


def test_the_key_is_a_checksum_of_where_and_what():
    assert Site(*ARGUMENTS).key == zlib.crc32(b"bank.py|Account.deposit|4|18|load_attr|bal")


@pytest.mark.parametrize(
    ("index", "value"),
    [(0, "store_attr"), (1, "name"), (3, "x/other.py"), (4, "Account.withdraw"), (5, 5), (7, 19)],
)
def test_the_key_tells_places_apart(index, value):
    changed = list(ARGUMENTS)
    changed[index] = value
    assert Site(*changed).key != Site(*ARGUMENTS).key


def test_a_new_site_is_no_point_and_knows_what_it_was_told():
    site = Site(*ARGUMENTS)
    assert not site.is_point
    assert (site.operation, site.name, site.module, site.filename, site.function) == ARGUMENTS[:5]
    assert (site.line, site.end_line, site.column, site.end_column) == ARGUMENTS[5:]
    assert site.global_key == ("bank", "bal")


def test_a_child_is_made_once_for_each_kind():
    site = Site(*ARGUMENTS)
    child = site.child(8)
    assert child is site.child(8)
    assert child is not site.child(10)
    assert child.operation == "8"
    assert (child.filename, child.line, child.column) == (site.filename, site.line, site.column)
    assert len({site.key, child.key, site.child(10).key}) == 3


def test_a_site_without_a_name_has_a_key_too():
    site = Site("call0", None, "m", "f.py", "f", 1, 1, -1, -1)
    assert site.key == zlib.crc32(b"f.py|f|1|-1|call0|None")


def test_a_site_shows_where_it_is():
    assert repr(Site(*ARGUMENTS)) == "<Site load_attr bal /home/me/bank.py:4:18>"


def test_nowhere_is_at_no_line():
    assert NOWHERE.line == 0
    assert not NOWHERE.is_point
