"""The scenarios of a robust study as one program: their matrices on a diagonal, common decisions merged.

Compiled once. The criteria share it: each is another objective over the cost columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy import sparse

from gridplan.solve.compile import Compiled
from gridplan.solve.form import Form, with_columns
from gridplan.solve.keys import Key, key_of
from gridplan.study.starts import Start, Unit

CRITERIA = ("expected", "worst", "regret", "cvar")
TIE = 1e-5  # weight of the expected cost where a criterion leaves a choice
Entries = list[tuple[dict[int, float], float, float]]  # (factor by column, lower, upper)


@dataclass(frozen=True)
class Part:
    """One scenario of the large program.

    Attributes:
        name: of the scenario.
        weight: its probability.
        compiled: its own program.
        cost: what is minimised in it.
        starts: start behind each unit and stage.
        best: its least known cost, M€.
        bound: no plan of it costs less, M€.
    """

    name: str
    weight: float
    compiled: Compiled
    cost: Form
    starts: Mapping[Key, Start]
    best: float
    bound: float


class Extensive:
    """The arrays of the large program, and where each scenario's columns are in it.

    Attributes:
        places: column in the large program of every column of each part.
        costs, tails: column of each part's cost, and of what it is above η.
        worst, regret, eta: columns of the criteria.
    """

    def __init__(self, parts: list[Part], reveal: float, alpha: float) -> None:
        """Put the parts together; starts before the reveal year are one column in all."""
        self.alpha, self.reveal = alpha, reveal
        self.parts = [_with_units(part) for part in parts]
        self.places, self.shared = self._merge()
        self.width = 1 + max((int(at.max()) for at in self.places), default=-1)
        self.blocks = [self._block(part, at) for part, at in zip(self.parts, self.places, strict=True)]
        n = len(parts)
        self.costs = [self.width + k for k in range(n)]
        self.tails = [self.width + n + k for k in range(n)]
        self.worst, self.regret, self.eta = (self.width + 2 * n + k for k in range(3))
        self.columns = self.width + 2 * n + 3
        self._arrays()

    def refer(self, best: Mapping[str, float], bound: Mapping[str, float]) -> None:
        """Take later knowledge of the least costs and their bounds, M€ by scenario."""
        self.parts = [replace(p, best=best[p.name], bound=bound[p.name]) for p in self.parts]
        for row, part, column in zip(self.regret_rows, self.parts, self.costs, strict=True):
            self.row_lower[row] = -part.best
            self.lower[column] = part.bound
        self.lower[self.worst] = max(part.bound for part in self.parts)

    def _merge(self) -> tuple[list[np.ndarray], dict[Start, int]]:
        """Column in the large program of every column of each part, and of each shared start."""
        shared: dict[Start, int] = {}
        places: list[np.ndarray] = []
        width = 0
        for part in self.parts:
            at = np.zeros(len(part.compiled.columns), int)
            for k, column in enumerate(part.compiled.columns):
                start = part.starts.get(key_of(column))
                if start is not None and start.year < self.reveal:
                    if start not in shared:
                        shared[start], width = width, width + 1
                    at[k] = shared[start]
                else:
                    at[k], width = width, width + 1
            places.append(at)
        return places, shared

    def _block(self, part: Part, at: np.ndarray) -> sparse.csc_array:
        chosen = sparse.csc_array((np.ones(len(at)), (np.arange(len(at)), at)), shape=(len(at), self.width))
        return sparse.csc_array(part.compiled.matrix @ chosen)

    def _arrays(self) -> None:
        programs = [part.compiled for part in self.parts]
        begun, criteria = self._begun(), self._criteria()
        more = [*begun, *criteria]
        rows = sparse.lil_array((len(more), self.columns))
        for k, (factors, _, _) in enumerate(more):
            for column, factor in factors.items():
                rows[k, column] = factor
        wide = sparse.csc_array(sparse.vstack(self.blocks))
        blank = sparse.csc_array((wide.shape[0], self.columns - self.width))
        self.matrix = sparse.csc_array(sparse.vstack([sparse.hstack([wide, blank]), rows]))
        self.row_lower = np.concatenate([*(c.row_lower for c in programs), [low for _, low, _ in more]])
        self.row_upper = np.concatenate([*(c.row_upper for c in programs), [high for _, _, high in more]])
        self.lower, self.upper = np.full(self.columns, -np.inf), np.full(self.columns, np.inf)
        self.integer = np.zeros(self.columns, bool)
        for c, at in zip(programs, self.places, strict=True):
            np.maximum.at(self.lower, at, c.lower)
            np.minimum.at(self.upper, at, c.upper)
            self.integer[at] |= c.integer
        self.lower[self.tails] = 0.0
        first = wide.shape[0] + len(begun)
        self.regret_rows = [first + 4 * k + 2 for k in range(len(programs))]
        self.refer({p.name: p.best for p in self.parts}, {p.name: p.bound for p in self.parts})

    def _begun(self) -> Entries:
        """A start stays: w(τ) rises with τ, and is in service in time also where that is after the reveal."""
        by_unit: dict[tuple[str, int], list[Start]] = {}
        for start in self.shared:
            by_unit.setdefault(start[:2], []).append(start)
        found: Entries = []
        for starts in by_unit.values():
            starts.sort(key=lambda start: start.year)
            for early, late in pairwise(starts):
                found.append(({self.shared[late]: 1.0, self.shared[early]: -1.0}, 0.0, np.inf))
        for part, at in zip(self.parts, self.places, strict=True):
            for k, column in enumerate(part.compiled.columns):
                after = part.starts.get(key_of(column))
                if after is not None and after.year >= self.reveal and after[:2] in by_unit:
                    last = by_unit[after[:2]][-1]
                    found.append(({int(at[k]): 1.0, self.shared[last]: -1.0}, 0.0, np.inf))
        return found

    def _criteria(self) -> Entries:
        """Four a scenario: C_s − cost·x = constant; worst ≥ C_s; regret ≥ C_s − best_s; tail_s ≥ C_s − η."""
        found: Entries = []
        for k, part in enumerate(self.parts):
            cost, total = part.cost.objective(part.compiled), self.costs[k]
            factors: dict[int, float] = {total: 1.0}
            for column in np.flatnonzero(cost.cost):
                at = int(self.places[k][column])
                factors[at] = factors.get(at, 0.0) - float(cost.cost[column])
            found.append((factors, cost.constant, cost.constant))
            found.append(({self.worst: 1.0, total: -1.0}, 0.0, np.inf))
            found.append(({self.regret: 1.0, total: -1.0}, -part.best, np.inf))
            found.append(({self.tails[k]: 1.0, self.eta: 1.0, total: -1.0}, 0.0, np.inf))
        return found

    def objective(self, criterion: str) -> np.ndarray:
        """Cost by column: the criterion, and a little of the expected cost."""
        cost = np.zeros(self.columns)
        weights = [part.weight for part in self.parts]
        if criterion == "expected":
            cost[self.costs] = weights
            return cost
        cost[self.costs] = [TIE * weight for weight in weights]
        if criterion == "cvar":
            cost[self.eta] = 1.0
            cost[self.tails] = [weight / (1.0 - self.alpha) for weight in weights]
        else:
            cost[self.worst if criterion == "worst" else self.regret] = 1.0
        return cost

    @property
    def offset(self) -> float:
        """Σ p · best: added to a regret, so that its gap is a share of the cost."""
        return sum(part.weight * part.best for part in self.parts)

    def decided(self, x: np.ndarray) -> dict[Unit, float]:
        """First year by which each unit is started, of those started before the reveal year."""
        found: dict[Unit, float] = {}
        for start, column in self.shared.items():
            if x[column] > 0.5:
                unit = (start.reinforcement, start.unit)
                found[unit] = min(start.year, found.get(unit, start.year))
        return found

    def bound(self, criterion: str, bound: float) -> float:
        """Bound of a criterion from that of its objective.

        The expected cost, of which the objective holds a little, is at most the criterion (a regret and
        `offset`).
        """
        if criterion == "expected":
            return bound
        return bound / (1.0 + TIE) - (self.offset if criterion == "regret" else 0.0)

    def start(self, values: list[Mapping[Key, float]]) -> np.ndarray:
        """A plan by scenario as a start, NaN where nothing is known; the first that knows a start says it."""
        x = np.full(self.columns, np.nan)
        for part, at, known in zip(self.parts, self.places, values, strict=True):
            mine = np.array([known.get(key, np.nan) for key in part.compiled.column_keys])
            x[at] = np.where(np.isnan(x[at]), mine, x[at])
        return x


def _with_units(part: Part) -> Part:
    """The part with a column for every unit, also where no row of it names one."""
    units = part.compiled.program.model.reinforcements.units
    return replace(part, compiled=with_columns(part.compiled, list(units.values())))


def value_of(criterion: str, costs: Mapping[str, float], weights: Mapping[str, float],
             best: Mapping[str, float], alpha: float) -> float:  # fmt: skip
    """A criterion of the costs of one plan by scenario, M€; CVaR: the mean of the worst share 1 − α."""
    if criterion == "expected":
        return sum(weights[name] * cost for name, cost in costs.items())
    if criterion == "worst":
        return max(costs.values())
    if criterion == "regret":
        return max(cost - best[name] for name, cost in costs.items())
    left, total = 1.0 - alpha, 0.0
    for name, cost in sorted(costs.items(), key=lambda item: -item[1]):
        share = min(weights[name], left)
        total, left = total + share * cost, left - share
    return total / (1.0 - alpha)
