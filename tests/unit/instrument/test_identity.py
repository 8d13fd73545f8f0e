import gc

from treadle.instrument.identity import IdentitySet


class Equal:
    def __eq__(self, other):
        raise AssertionError("must not be compared")

    __hash__ = None


def test_objects_are_told_apart_by_identity():
    seen, one, other = IdentitySet(), Equal(), Equal()
    seen.add(one)
    assert one in seen
    assert other not in seen


def test_objects_are_not_kept_alive():
    seen = IdentitySet()
    for _ in range(3):
        seen.add(Equal())
    gc.collect()
    assert len(seen) == 0


def test_adding_twice():
    seen, one = IdentitySet(), Equal()
    seen.add(one)
    seen.add(one)
    gc.collect()
    assert one in seen
    assert len(seen) == 1
