"""What the randomised schedulers have in common: a stream of random numbers for each execution.

Everything that one of them does follows from its seed: the first execution uses it, each further execution
the next number.
"""

from __future__ import annotations

import random

from treadle.schedulers.base import Scheduler


class Randomised(Scheduler):
    """Base class: seeds the generator, and draws what is not a task uniformly.

    Args:
        seed: The first execution's seed; each further execution uses the next number.

    Attributes:
        seed: The current execution's seed.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed - 1
        self._random = random.Random()
        self._draw = self._random.random

    def begin(self) -> bool:
        """Seed the generator for the next execution."""
        self.seed += 1
        self._random.seed(self.seed)
        return True

    def draw(self, arity: int, kind: int) -> int:
        """Any possibility."""
        return self.below(arity)

    def below(self, limit: int) -> int:
        """Draw a number, each with the same probability.

        Args:
            limit: At least 1.

        Returns:
            A number from 0 to ``limit - 1``.
        """
        return int(self._draw() * limit)
