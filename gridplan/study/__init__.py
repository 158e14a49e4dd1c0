"""Studies: many programs about one case. Trade-offs, alternatives, and decisions that survive the future."""

from gridplan.study.alternatives import Alternatives, alternatives
from gridplan.study.compare import Comparison, Rerun, compare, rerun
from gridplan.study.frontier import Frontier, frontier
from gridplan.study.robust import Robust, robust
from gridplan.study.sweeps import Design, Draw, Sweep, read_study, sweep
from gridplan.study.whatif import WhatIf

__all__ = [
    "Alternatives",
    "Comparison",
    "Design",
    "Draw",
    "Frontier",
    "Rerun",
    "Robust",
    "Sweep",
    "WhatIf",
    "alternatives",
    "compare",
    "frontier",
    "read_study",
    "rerun",
    "robust",
    "sweep",
]
