"""The operation of one hour as a linear program that is affine in the hour's profile values.

It is cut from the same program that sites and builds: everything built is fixed at the plan, the rows and
columns of one period stay. Compiling one period per profile (that profile at 1, all others at 0) gives every
bound as `base + profile values · slope`, so the operation of any hour of the year is known without building
it again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from gridplan.case import Case
from gridplan.model.build import build
from gridplan.model.terms import DISPATCH
from gridplan.network import Network
from gridplan.solve.affine import Affine
from gridplan.solve.axes import axes, unit_periods
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.keys import Key
from gridplan.solve.spread import spread

CLEAR = 1e-3  # MW that do not fit and count as a violation
SHORT_EUR_PER_MW = 1e5  # price of one MW that does not fit: above any price of energy
ALIKE = 1e-7  # MW by which bounds may differ and no dispatch notices
BOUNDS = ("row_lower", "row_upper", "lower", "upper")
SHORT, OVER, EASE = "short", "over", "spread"
SOFT_ROWS = {  # rows that may fall short or have too much, at that price
    "stations.sums": ((SHORT, 1.0), (OVER, -1.0)),
    "rights.reserves": ((SHORT, 1.0),),
    "rights.feedin_reserves": ((SHORT, 1.0),),
    "heat.all_heat": ((SHORT, 1.0),),
    "heat.backed_heat": ((SHORT, 1.0),),
    "heat.losses": ((SHORT, 1.0),),
}


@dataclass(frozen=True)
class Hourly:
    """A linear program of one hour, for any profile values.

    Attributes:
        year: stage.
        matrix: rows × columns.
        row_lower, row_upper, lower, upper: affine bounds.
        cost: EUR per hour and unit of each column.
        rows, columns: keys of rows and columns; slack columns are (SHORT | OVER, (row, *index)).
        profiles: names of the first values of an hour; `driven` adds more values.
    """

    year: int
    matrix: sparse.csc_array
    row_lower: Affine
    row_upper: Affine
    lower: Affine
    upper: Affine
    cost: np.ndarray
    rows: list[Key]
    columns: list[Key]
    profiles: tuple[str, ...] = ()

    @property
    def slack(self) -> np.ndarray:
        """Positions of the slack columns."""
        return np.array([k for k, (name, _) in enumerate(self.columns) if name in (SHORT, OVER)], int)

    def alike(self, other: Hourly) -> bool:
        """Whether another program is the same, but for what no dispatch notices."""
        if (
            self.matrix.shape != other.matrix.shape
            or self.columns != other.columns
            or self.rows != other.rows
        ):
            return False
        if (self.matrix != other.matrix).nnz or not np.array_equal(self.cost, other.cost):
            return False
        pairs = ((getattr(self, name), getattr(other, name)) for name in BOUNDS)
        return all(
            np.allclose(mine, theirs, rtol=0.0, atol=ALIKE)
            for a, b in pairs
            for mine, theirs in ((a.base, b.base), (a.slope, b.slope))
        )

    def where(self, name: str) -> tuple[list[tuple[Any, ...]], np.ndarray]:
        """(indices, positions) of the columns of one variable, e.g. `grid.flow`."""
        found = [(key, k) for k, (component, key) in enumerate(self.columns) if component == name]
        return [key for key, _ in found], np.array([k for _, k in found], int)

    def part(self, rows: np.ndarray, columns: np.ndarray) -> Hourly:
        """The program of some rows and columns (boolean masks)."""
        return Hourly(
            self.year,
            sparse.csc_array(self.matrix[np.flatnonzero(rows), :][:, np.flatnonzero(columns)]),
            self.row_lower.part(rows),
            self.row_upper.part(rows),
            self.lower.part(columns),
            self.upper.part(columns),
            self.cost[columns],
            [key for key, keep in zip(self.rows, rows, strict=True) if keep],
            [key for key, keep in zip(self.columns, columns, strict=True) if keep],
            self.profiles,
        )

    def driven(self, columns: np.ndarray) -> Hourly:
        """The same program with some columns given: each becomes one more value, after the profiles."""
        unit = np.zeros((len(columns), len(self.columns)))
        unit[np.arange(len(columns)), columns] = 1.0
        given = [
            Affine(
                np.where(unit.any(axis=0), 0.0, b.base),
                np.vstack([np.where(unit.any(axis=0), 0.0, b.slope), unit]),
            )
            for b in (self.lower, self.upper)
        ]
        none = np.zeros((len(columns), len(self.rows)))
        rows = [Affine(b.base, np.vstack([b.slope, none])) for b in (self.row_lower, self.row_upper)]
        return replace(self, lower=given[0], upper=given[1], row_lower=rows[0], row_upper=rows[1])

    def following(self, columns: np.ndarray, rule: np.ndarray) -> Hourly:
        """The same program with some columns given by the values: (1 + values) × columns, base and slopes."""
        bounds = []
        for b in (self.lower, self.upper):
            base, slope = b.base.copy(), b.slope.copy()
            base[columns], slope[:, columns] = rule[0], rule[1:]
            bounds.append(Affine(base, slope))
        return replace(self, lower=bounds[0], upper=bounds[1])

    def told(self, rows: np.ndarray) -> Hourly:
        """The same program with the right-hand sides of some equations given: each becomes one more value."""
        unit = np.zeros((len(rows), len(self.rows)))
        unit[np.arange(len(rows)), rows] = 1.0
        given = unit.any(axis=0)
        sides = [
            Affine(np.where(given, 0.0, b.base), np.vstack([np.where(given, 0.0, b.slope), unit]))
            for b in (self.row_lower, self.row_upper)
        ]
        none = np.zeros((len(rows), len(self.columns)))
        columns = [Affine(b.base, np.vstack([b.slope, none])) for b in (self.lower, self.upper)]
        return replace(self, row_lower=sides[0], row_upper=sides[1], lower=columns[0], upper=columns[1])

    def seeing(self, values: np.ndarray) -> Hourly:
        """The same program for fewer values (boolean mask); the others have no say, or are 0."""
        bounds = (self.row_lower, self.row_upper, self.lower, self.upper)
        slim = [Affine(b.base, b.slope[values]) for b in bounds]
        return replace(self, row_lower=slim[0], row_upper=slim[1], lower=slim[2], upper=slim[3])


class HourlyProgram:
    """Operation of the hours of one stage, compiled once; `under` fixes what is built."""

    def __init__(self, case: Case, network: Network, profiles: tuple[str, ...], year: int) -> None:
        """Compile.

        Args:
            case: the case.
            network: its network.
            profiles: profiles in the order of the values that will be asked.
            year: stage.
        """
        self.year, self.profiles = year, profiles
        along = axes(case, profiles)
        periods, count = unit_periods(profiles, along, year), len(along) + 1
        compiled = self.compiled = compile_program(build(case, periods, network))
        times = frozenset(compiled.program.model.YP)
        rows, columns = (_by_period(keys, times) for keys in (compiled.row_keys, compiled.column_keys))
        self.rows, self.columns = list(rows[0]), list(columns[0])
        self._rows = [[rows[p][key] for key in self.rows] for p in range(count)]
        self._columns = [[columns[p][key] for key in self.columns] for p in range(count)]
        self.static = [(k, key) for k, key in enumerate(compiled.column_keys) if key[1][-2:] not in times]
        self._owners = [[axis.owners(keys) for axis in along] for keys in (self.rows, self.columns)]
        self._width = len(profiles)
        self._matrix = compiled.matrix[self._rows[0], :][:, self._columns[0]]
        self._cost = _cost(compiled)[self._columns[0]]

    def under(self, built: dict[Key, float]) -> Hourly:
        """The program of an hour under a plan: value of every variable without a period, by key."""
        compiled = self.compiled
        fixed = np.zeros(len(compiled.columns))
        for k, key in self.static:
            fixed[k] = built.get(key, 0.0)
        shift = compiled.matrix @ fixed
        bounds = [
            self._affine([compiled.row_lower[o] - shift[o] for o in self._rows], 0),
            self._affine([compiled.row_upper[o] - shift[o] for o in self._rows], 0),
            self._affine([compiled.lower[o] for o in self._columns], 1),
            self._affine([compiled.upper[o] for o in self._columns], 1),
        ]
        flows = np.array([k for k, (name, _) in enumerate(self.columns) if name == "grid.flow"], int)
        matrix, bounds, extra = spread(self._matrix, bounds, flows)
        rows = [*self.rows, *((EASE, (k,)) for k in range(2 * len(extra)))]
        columns = [*self.columns, *((EASE, (k,)) for k in range(len(extra)))]
        cost = np.concatenate([self._cost, extra])
        return replace(_with_slack(self.year, matrix, bounds, cost, rows, columns), profiles=self.profiles)

    def _affine(self, values: list[np.ndarray], kind: int) -> Affine:
        """Bounds from their values in every unit period; rows are of kind 0, columns of kind 1."""
        base = values[0]
        finite = np.isfinite(base)
        slope = np.zeros((self._width, len(base)))
        for owner, moved in zip(self._owners[kind], values[1:], strict=True):
            change = np.where(finite, moved, 0.0) - np.where(finite, base, 0.0)
            change[np.abs(change) < 1e-12] = 0.0
            at = np.flatnonzero(change)
            assert (owner[at] >= 0).all(), "a column of limited hours moves what is not of its station"
            slope[owner[at], at] = change[at]
        return Affine(base, slope)


def _by_period(keys: list[Key], times: frozenset[tuple[int, int]]) -> dict[int, dict[Key, int]]:
    """Positions of the keys that end with a stage and a period, by period."""
    found: dict[int, dict[Key, int]] = {}
    for k, (name, index) in enumerate(keys):
        if index[-2:] in times:
            found.setdefault(index[-1], {})[name, index[:-1]] = k
    return found


def _cost(compiled: Compiled) -> np.ndarray:
    """EUR per hour of every column: unit periods weigh one hour."""
    frame = compiled.program.frame
    terms = [
        t for name in ("operating_cost_meur", DISPATCH) for t in compiled.program.terms.parts(name, "all")
    ]
    cost, _ = compiled.vector(terms, dict.fromkeys(frame.years, 1e6))
    return cost


def _with_slack(
    year: int,
    matrix: sparse.csc_array,
    bounds: list[Affine],
    cost: np.ndarray,
    rows: list[Key],
    columns: list[Key],
) -> Hourly:
    """Let every place fall short or have too much, at a price, so that an hour that does not fit says by
    how much.
    """
    columns = list(columns)
    entries: list[tuple[int, float]] = []
    for k, (name, key) in enumerate(rows):
        for kind, sign in SOFT_ROWS.get(name, ()):
            entries.append((k, sign))
            columns.append((kind, (name, *key[:-1])))
    extra = len(entries)
    at, signs = [k for k, _ in entries], [v for _, v in entries]
    soft = sparse.csc_array((signs, (at, range(extra))), shape=(len(rows), extra))
    wide = sparse.csc_array(sparse.hstack([matrix, soft])) if extra else matrix

    def extend(bound: Affine, value: float) -> Affine:
        slope = np.hstack([bound.slope, np.zeros((len(bound.slope), extra))])
        return Affine(np.concatenate([bound.base, np.full(extra, value)]), slope)

    row_lower, row_upper, lower, upper = bounds
    prices = np.concatenate([cost, np.full(extra, SHORT_EUR_PER_MW)])
    return Hourly(
        year, wide, row_lower, row_upper, extend(lower, 0.0), extend(upper, np.inf), prices, rows, columns
    )
