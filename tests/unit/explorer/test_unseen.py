"""The Good-Turing estimate: right on average where the truth is known."""

import random
from collections import Counter

import pytest

from treadle.explorer.unseen import NEVER, unseen


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([600, 400], "fewer than 1 in 1,000 may"),
        ([997, 1, 1, 1], "about 1 in 333 may"),
        ([1, 1, 1], "most may"),
        ([1, 2], "about 1 in 3 may"),
    ],
)
def test_what_is_said(counts, words):
    said = unseen(counts)
    assert said.startswith(NEVER)
    assert words in said


def test_without_executions_there_is_no_estimate():
    assert unseen([]) == NEVER


def test_the_estimate_is_right_on_average():
    draw = random.Random(1)
    outcomes = list(range(40))
    weights = [1 / (1 + n) for n in outcomes]
    missing = estimated = 0.0
    for _ in range(300):
        counts = Counter(draw.choices(outcomes, weights, k=60))
        missing += sum(w for n, w in zip(outcomes, weights, strict=True) if n not in counts)
        text = unseen(counts.values())
        if "about" in text:
            estimated += 1 / int(text.split("about 1 in ")[1].split()[0])
    assert estimated / 300 == pytest.approx(missing / 300 / sum(weights), rel=0.1)
