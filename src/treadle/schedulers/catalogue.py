"""The schedulers by the names that a command line knows them by."""

from __future__ import annotations

from treadle.schedulers.delay import DelayBounded
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.dpor import Dpor
from treadle.schedulers.pct import Pct
from treadle.schedulers.pos import Pos
from treadle.schedulers.random_walk import RandomWalk
from treadle.schedulers.randomised import Randomised
from treadle.schedulers.surw import Surw

RANDOMISED: dict[str, type[Randomised]] = {
    "random-walk": RandomWalk,
    "pct": Pct,
    "pos": Pos,
    "surw": Surw,
}
"""Those that draw every execution from a seed, in the order in which the portfolio takes turns."""

BOUNDED: dict[str, type[DepthFirst | DelayBounded]] = {"dfs": DepthFirst, "delay": DelayBounded}
"""Those that try everything, by growing bounds."""

REDUCING: dict[str, type[Dpor]] = {"dpor": Dpor}
"""Those that try one schedule of all that are equivalent."""

PORTFOLIO = "portfolio"
"""Not one scheduler: depth-first search, then partial order reduction, and the randomised ones in turn."""

NAMES = (PORTFOLIO, *REDUCING, *BOUNDED, *RANDOMISED)
"""What ``--scheduler`` accepts."""
