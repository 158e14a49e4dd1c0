"""Studies: many programs about one case. Trade-offs, alternatives, and decisions that survive the future."""

from gridplan.study.alternatives import Alternatives, alternatives
from gridplan.study.frontier import Frontier, frontier
from gridplan.study.robust import Robust, robust

__all__ = ["Alternatives", "Frontier", "Robust", "alternatives", "frontier", "robust"]
