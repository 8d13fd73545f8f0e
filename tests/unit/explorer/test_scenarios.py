"""Which scenarios there are for a class, and which calls are guessed."""

import itertools

from treadle.explorer.scenarios import guessed_calls, scenarios
from treadle.model.scenario import Call

F, G = Call("f"), Call("g")


def test_the_smallest_first_and_each_once():
    found = list(scenarios([F, G], 2, 2, (), Call("C")))
    sizes = [scenario.size for scenario in found]
    assert sizes == sorted(sizes)
    shapes = {tuple(sorted(map(str, scenario.threads))) for scenario in found}
    assert len(shapes) == len(found)


def test_none_is_left_out():
    found = {
        tuple(sorted(map(str, each.threads))) for each in scenarios([F, G], 2, 2, (), Call("C"))
    }
    bodies = [body for n in (1, 2) for body in itertools.product((F, G), repeat=n)]
    assert found == {tuple(sorted(map(str, pair))) for pair in itertools.product(bodies, repeat=2)}


def test_three_threads():
    found = list(scenarios([F], 3, 2, (), Call("C")))
    assert [tuple(map(len, each.threads)) for each in found] == [
        (1, 1, 1),
        (2, 1, 1),
        (2, 2, 1),
        (2, 2, 2),
    ]


class Box:
    def put(self, value: int, *, loud: bool = False): ...
    def get(self, key, default=None): ...
    def named(self, name: str): ...
    def each(self, callback): ...
    def only(self, *, needed): ...
    def _private(self): ...
    async def later(self): ...
    def __len__(self):
        return 0

    @property
    def size(self):
        return 0

    @staticmethod
    def helper(): ...

    @classmethod
    def make(cls): ...


def test_calls_are_guessed_from_annotations_and_names():
    assert guessed_calls(Box) == [
        Call("__len__"),
        Call("get", ("a",)),
        Call("named", ("a",)),
        Call("put", (1,)),
    ]
