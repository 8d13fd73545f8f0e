"""Random walk: at every point, any enabled task with equal probability.

Simple, unbiased by any idea of what bugs look like, and a control that the other schedulers must beat:
"naive random scheduling at least as good as bounding" (Thomson, Donaldson, Betts, PPoPP 2014). Weak when a
bug needs one task to be held back over many steps.
"""

from __future__ import annotations

from treadle.schedulers.base import Point
from treadle.schedulers.randomised import Randomised


class RandomWalk(Randomised):
    """Chooses uniformly among the enabled tasks.

    Args:
        seed: The first execution's seed; each further execution uses the next number.
    """

    def choose(self, point: Point) -> int:
        """Any enabled task."""
        return self.below(len(point.enabled))
