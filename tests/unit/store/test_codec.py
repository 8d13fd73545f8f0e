"""Dataclasses as JSON and back."""

import dataclasses
import enum
import json

import pytest

from treadle.store.codec import decode, encode


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    x: int
    weight: float = 0.5
    colour: Colour = Colour.RED


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    name: str
    points: tuple[Point, ...]
    origin: Point | None = None
    pair: tuple[str, bool] = ("", False)
    rows: tuple[tuple[str, Point | None], ...] = ()


SHAPE = Shape(
    "sm\u00f6rg\u00e5s \ud800",
    (Point(1), Point(2, 3.0, Colour.BLUE)),
    Point(0),
    ("a", True),
    (("p", Point(9)), ("q", None)),
)


@pytest.mark.parametrize("shape", [SHAPE, Shape("", ())])
def test_what_is_written_is_read(shape):
    again = decode(encode(shape, 1), Shape)
    assert again == shape
    assert all(type(point.colour) is Colour for point in again.points)


def test_the_text_is_indented_json():
    assert encode(Point(1), 2) == b'{\n  "x": 1,\n  "weight": 0.5,\n  "colour": "red"\n}'


def test_what_is_left_out_is_the_default_and_what_is_unknown_is_passed_over():
    assert decode(b'{"name": "n", "points": [], "later": {}}', Shape) == Shape("n", ())


def test_a_whole_number_is_a_float_too():
    assert decode(b'{"x": 1, "weight": 2}', Point) == Point(1, 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "it is no Shape"),
        ({"name": "n"}, "it is incomplete: .*'points'"),
        ({"name": 1, "points": []}, r"\.name is no str"),
        ({"name": None, "points": []}, r"\.name is no str"),
        ({"name": "n", "points": {}}, r"\.points is no list"),
        ({"name": "n", "points": [1]}, r"\.points is no Point"),
        ({"name": "n", "points": [{}]}, r"\.points is incomplete"),
        ({"name": "n", "points": [{"x": True}]}, r"\.points\.x is no int"),
        ({"name": "n", "points": [{"x": 1.5}]}, r"\.points\.x is no int"),
        ({"name": "n", "points": [], "origin": {"x": "1"}}, r"\.origin\.x is no int"),
        ({"name": "n", "points": [], "pair": ["a"]}, r"\.pair is no list"),
        ({"name": "n", "points": [], "pair": ["a", 1]}, r"\.pair is no bool"),
        ({"name": "n", "points": [{"x": 1, "colour": "green"}]}, r"\.points\.colour: 'green' is"),
    ],
)
def test_what_does_not_fit_is_refused(content, message):
    with pytest.raises(ValueError, match=message):
        decode(json.dumps(content).encode(), Shape)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff"])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ValueError, match="."):
        decode(text, Shape)
