"""Linear relaxations of one program after each other, each from the basis of the last, and their cuts."""

from __future__ import annotations

import math

import numpy as np

from gridplan.explain.game.known import Cut, Free
from gridplan.explain.game.members import Part, Parts
from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Options, Search
from gridplan.solve.lexicographic import Objective
from gridplan.solve.status import SolveStatus

ZERO = 1e-9  # duals below are none
SAFE = 1e-6  # relative, taken off a bound for the solver's tolerances


class Relaxed:
    """HiGHS with the relaxation of one program loaded; only bounds change."""

    def __init__(self, compiled: Compiled, parts: Parts, goal: Objective) -> None:
        """Load it."""
        self.open, self.parts = compiled, parts
        rows, columns = (compiled.row_lower, compiled.row_upper), (compiled.lower, compiled.upper)
        self.search = Search(compiled.matrix, rows, columns, np.zeros(len(compiled.columns), bool))
        self.search.minimise(goal.cost, goal.constant)
        self.rows = np.unique(np.concatenate([np.zeros(0, int), *(p.rows for p in parts.values())]))

    def cut(self, program: Compiled, free: Free, options: Options) -> Cut | None:
        """The cut of a free set; None where a limit came first, or there is no solution."""
        self.search.restrict(program.lower, program.upper)
        if len(self.rows):
            at = self.rows.astype(np.int32)
            low, high = program.row_lower[self.rows], program.row_upper[self.rows]
            self.search.highs.changeRowsBounds(len(at), at, low, high)
        outcome = self.search.run(options)
        if outcome.status != SolveStatus.OPTIMAL or outcome.value is None:
            return None
        prices, costs = self.search.duals(), self.search.reduced_costs
        gain = {name: self._gain(part, prices, costs) for name, part in self.parts.items()}
        gain = {name: value for name, value in gain.items() if value}
        value = outcome.value - SAFE * max(1.0, abs(outcome.value))
        return Cut(value - math.fsum(gain.get(m, 0.0) for m in free), gain)

    def _gain(self, part: Part, prices: np.ndarray, costs: np.ndarray) -> float:
        """What the dual objective loses where a member is freed: −inf where its row carries a price."""
        if (np.abs(prices[part.rows]) > ZERO).any():
            return -np.inf
        own = costs[part.columns]
        return float(np.minimum(own, 0.0) @ self.open.upper[part.columns])
