"""The largest x MW that fits in an hour, as a linear program: its operation with a free column x.

    max x   s.t. operation of the hour, with x more drawn (or fed in) at a place;  Σ slack ≤ E;  x ≤ CAP_MW

E is what does not fit in that hour without x (0 in a plan that fits every hour): x makes nothing worse.
Only bounds move from hour to hour, and the largest x is concave and piecewise affine in them: the basis of an
hour gives the exact x of every hour in which it stays feasible (`rule`), and its duals a bound from above in
every other (`Cut`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy import sparse

from gridplan.explain.places import SIGN, Place
from gridplan.solve.affine import Affine
from gridplan.solve.days import KEPT
from gridplan.solve.hourly import EASE, Hourly
from gridplan.solve.keys import Key
from gridplan.solve.parametric import Engine

CAP_MW = 10_000.0  # no larger x is looked for
PROBE, WORSE = "probe", "worse"
BALANCE = "stations.sums"
SMALL = 1e-9
ANY = 1e9  # MW of E that is no limit


@dataclass(frozen=True)
class Cut:
    """An upper bound on x for all hours, and the rows and columns that make it.

    Attributes:
        affine: x ≤ affine[0] + values · affine[1:].
        rows, columns: keys with their dual value (MW of x per unit of the bound), 0 left out.
    """

    affine: np.ndarray
    rows: tuple[tuple[Key, float], ...]
    columns: tuple[tuple[Key, float], ...]

    def at(self, values: np.ndarray) -> np.ndarray:
        """Upper bound (MW) for hours × values."""
        return np.asarray(self.affine[0] + values @ self.affine[1:])


def with_probes(hourly: Hourly, places: list[Place], directions: list[str]) -> Hourly:
    """The program of an hour with a column x for every direction and place, and E as one more value."""
    rows = np.array([name != EASE for name, _ in hourly.rows], bool)
    columns = np.array([name != EASE for name, _ in hourly.columns], bool)
    plain = hourly.part(rows, columns)
    at = {key[0]: k for k, (name, key) in enumerate(plain.rows) if name == BALANCE and key[1] == "mv"}
    keys: list[Key] = [(PROBE, (way, *p.key)) for way in directions for p in places]
    entries = [
        (at[station], k, -SIGN[way] * share)
        for k, (way, p) in enumerate((way, p) for way in directions for p in places)
        for station, share in p.shares
    ]
    height, count = len(plain.rows), len(keys)
    added = sparse.csc_array(
        ([v for _, _, v in entries], ([r for r, _, _ in entries], [c for _, c, _ in entries])),
        shape=(height, count),
    )
    slack = np.zeros((1, len(plain.columns) + count))
    slack[0, plain.slack] = 1.0
    wide = sparse.vstack([sparse.hstack([plain.matrix, added]), sparse.csr_array(slack)])
    values = len(plain.lower.slope)
    none = np.zeros(count)
    more = np.zeros((values + 1, 1))
    more[-1] = 1.0
    return replace(
        plain,
        matrix=sparse.csc_array(wide),
        row_lower=_wider(plain.row_lower, np.array([-np.inf]), np.zeros((values + 1, 1))),
        row_upper=_wider(plain.row_upper, np.zeros(1), more),
        lower=_wider(plain.lower, none, np.zeros((values + 1, count))),
        upper=_wider(plain.upper, none, np.zeros((values + 1, count))),
        cost=np.zeros(len(plain.columns) + count),
        rows=[*plain.rows, (WORSE, ())],
        columns=[*plain.columns, *keys],
    )


def without_levels(hourly: Hourly) -> Hourly:
    """The program of an hour in which storages and tanks give and take freely: no more than there can fit."""
    free = np.array([name in KEPT for name, _ in hourly.rows], bool)
    low, up = hourly.row_lower, hourly.row_upper
    return replace(
        hourly,
        row_lower=Affine(np.where(free, -np.inf, low.base), np.where(free, 0.0, low.slope)),
        row_upper=Affine(np.where(free, np.inf, up.base), np.where(free, 0.0, up.slope)),
    )


def _wider(bound: Affine, base: np.ndarray, slope: np.ndarray) -> Affine:
    """Bounds with one more value, and more entries at the end."""
    top = np.vstack([bound.slope, np.zeros((1, len(bound.base)))])
    return Affine(np.concatenate([bound.base, base]), np.hstack([top, slope]))


class Probe:
    """HiGHS with one hour and its probes loaded; one probe at a time is free."""

    def __init__(self, hourly: Hourly, places: list[Place], directions: list[str]) -> None:
        """Load the program."""
        self.program = with_probes(hourly, places, directions)
        self.engine = Engine(self.program)
        self.column = {key: k for k, (name, key) in enumerate(self.program.columns) if name == PROBE}
        self.aimed = -1
        self.solved = 0
        self.height = len(self.program.rows)

    def aim(self, direction: str, place: Place) -> None:
        """Choose the column that is maximised; all other probes stay 0."""
        for column, most in ((self.aimed, 0.0), (self.column[direction, *place.key], CAP_MW)):
            if column >= 0:
                self.program.upper.base[column] = most
                self.engine.bounds[1][0, self.height + column] = most
                self.engine.highs.changeColCost(column, -1.0 if most else 0.0)
        self.aimed = self.column[direction, *place.key]

    def largest(self, values: np.ndarray) -> tuple[float, Cut]:
        """The largest x (MW) in an hour and what bounds it; values are profiles and E."""
        for _ in range(3):
            self.solved += 1
            try:
                x = self.engine.solve(values)
                return max(float(x[self.aimed]), 0.0), self._cut()
            except RuntimeError:
                if self.engine.highs.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
                    raise
            values = np.append(values[:-1], self.least(values))
        raise RuntimeError("the operation of an hour has no solution even where all may fall short")

    def least(self, values: np.ndarray) -> float:
        """MW that do not fit in an hour without x, a little rounded up."""
        slack = self.program.slack
        self._price(slack, 1.0, 0.0)
        found = float(self.engine.solve(np.append(values[:-1], ANY))[slack].sum())
        self._price(slack, 0.0, CAP_MW)
        return found + 1e-6

    def _price(self, slack: np.ndarray, price: float, most: float) -> None:
        for k in slack:
            self.engine.highs.changeColCost(int(k), price)
        self.engine.highs.changeColCost(self.aimed, -1.0 if most else 0.0)
        self.program.upper.base[self.aimed] = most

    def rule(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(positions of the hours in which the last basis fits, the exact x there)."""
        rule = self.engine.rule()
        if rule is None or not len(values):
            return np.zeros(0, int), np.zeros(0)
        fits = self.engine.fits(rule, values)
        return fits, np.maximum(rule[0, self.aimed] + values[fits] @ rule[1:, self.aimed], 0.0)

    def _cut(self) -> Cut:
        """Bound from above by the duals of the last program."""
        solution = self.engine.highs.getSolution()
        duals = np.concatenate([solution.row_dual, solution.col_dual])
        lower, upper = self.engine.bounds
        side = np.where(duals > 0, lower[0], upper[0])
        duals = np.where((np.abs(duals) > SMALL) & np.isfinite(side), duals, 0.0)
        positive, negative = np.flatnonzero(duals > 0), np.flatnonzero(duals < 0)
        affine = -(lower[:, positive] @ duals[positive] + upper[:, negative] @ duals[negative])
        rows = tuple((self.program.rows[k], float(duals[k])) for k in np.flatnonzero(duals[: self.height]))
        found = np.flatnonzero(duals[self.height :])
        columns = tuple((self.program.columns[k], float(duals[self.height + k])) for k in found)
        return Cut(affine, rows, columns)
