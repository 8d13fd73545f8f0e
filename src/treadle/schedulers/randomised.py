"""What the randomised schedulers have in common: a stream of random numbers for each execution.

Everything that one of them does follows from its seed: the first execution uses it, each further execution
the next number. The generator is SplitMix64 (Steele, Lea and Flood: Fast splittable pseudorandom number
generators, OOPSLA 2014), because to seed ``random.Random`` costs a tenth of an execution.
"""

from __future__ import annotations

from treadle.schedulers.base import Scheduler

# Numbers of 64 bits, also where the compiled code does not see to it by itself.
_ALL = 0xFFFF_FFFF_FFFF_FFFF
_STEP = 0x9E37_79B9_7F4A_7C15
_FIRST = 0xBF58_476D_1CE4_E5B9
_SECOND = 0x94D0_49BB_1331_11EB
_UNIT = 2.0**-53


class Randomised(Scheduler):
    """Base class: seeds the generator, and draws what is not a task uniformly.

    Args:
        seed: The first execution's seed; each further execution uses the next number.

    Attributes:
        seed: The current execution's seed.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed - 1
        self._state = 0

    def begin(self) -> bool:
        """Seed the generator for the next execution."""
        self.seed += 1
        self._state = self.seed & _ALL
        return True

    def draw(self, arity: int, kind: int) -> int:
        """Any possibility."""
        return self.below(arity)

    def fraction(self) -> float:
        """Draw a number, uniformly.

        Returns:
            A number of at least 0 and below 1, a multiple of ``2**-53``.
        """
        self._state = (self._state + _STEP) & _ALL
        bits = self._state
        bits = ((bits ^ (bits >> 30)) * _FIRST) & _ALL
        bits = ((bits ^ (bits >> 27)) * _SECOND) & _ALL
        return ((bits ^ (bits >> 31)) >> 11) * _UNIT

    def below(self, limit: int) -> int:
        """Draw a number, each with the same probability.

        Args:
            limit: At least 1.

        Returns:
            A number from 0 to ``limit - 1``.
        """
        return int(self.fraction() * limit)
