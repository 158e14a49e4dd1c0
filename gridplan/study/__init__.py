"""Studies: many programs about one case. Trade-offs, alternatives, and decisions that survive the future."""

from gridplan.study.alternatives import Alternatives, alternatives
from gridplan.study.frontier import Frontier, frontier
from gridplan.study.robust import Robust, robust
from gridplan.study.sweeps import Design, Draw, Sweep, read_study, sweep

__all__ = [
    "Alternatives",
    "Design",
    "Draw",
    "Frontier",
    "Robust",
    "Sweep",
    "alternatives",
    "frontier",
    "read_study",
    "robust",
    "sweep",
]
