"""Reading a solution by index: variables as tables, periods with their day and hour."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from gridplan.model.frame import Frame
from gridplan.plan.extract.book import RightsBook
from gridplan.solve.checker import Check
from gridplan.solve.compile import Compiled
from gridplan.solve.lexicographic import Answer
from gridplan.solve.rounds import Solution

ZERO = 1e-7
TINY = 1e-6  # MW
Made = TypeVar("Made")


class Reader:
    """A solution, ready to be asked."""

    def __init__(self, solution: Solution) -> None:
        """Take a solution that has a plan."""
        assert solution.answer.x is not None
        self.compiled: Compiled = solution.compiled
        self.decided: np.ndarray = solution.answer.x  # as it was checked, before it is tidied
        self.x: np.ndarray = solution.answer.x.copy()
        self.check: Check | None = solution.check
        self.answer: Answer = solution.answer
        self._made: dict[Callable[[Reader], Any], Any] = {}
        self.frame: Frame = self.compiled.program.frame
        self.model: Any = self.compiled.program.model
        self._tighten()
        self._tighten_lost()
        self._cover()

    def once(self, make: Callable[[Reader], Made]) -> Made:
        """What `make` makes of this solution; made once, so not to be changed."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    def _tighten(self) -> None:
        """Take away what tolerances leave: shed load below 1e-6 MW, and the slack between it and its peak."""
        loads = self.model.loads
        if not hasattr(loads, "unserved"):
            return
        worst: dict[Any, dict[int, float]] = {}
        for (n, _, y, p), v in loads.unserved.items():
            k = self.compiled.position.get(id(v))
            if k is not None:
                self.x[k] = 0.0 if self.x[k] < TINY else self.x[k]
                at = worst.setdefault((n, y), {})
                at[p] = at.get(p, 0.0) + float(self.x[k])
        for key, v in loads.peak.items():
            k = self.compiled.position.get(id(v))
            if k is not None:
                self.x[k] = max(worst.get(key, {}).values(), default=0.0)

    def _tighten_lost(self) -> None:
        """Energy that rights lose is what the rows ask, where no cost keeps it down."""
        lost = getattr(self.model.rights, "lost", {})
        chosen = [self.compiled.position[id(v)] for v in lost.values() if id(v) in self.compiled.position]
        matrix = self.compiled.matrix
        for k in chosen:
            rows = matrix.indices[matrix.indptr[k] : matrix.indptr[k + 1]]
            factors = matrix.data[matrix.indptr[k] : matrix.indptr[k + 1]]
            rest = (matrix[rows, :] @ self.x) - factors * self.x[k]
            asked = np.where(
                factors > 0, self.compiled.row_lower[rows] - rest, rest - self.compiled.row_upper[rows]
            )
            floor = asked / np.abs(factors)
            self.x[k] = min(self.x[k], max(0.0, float(floor[np.isfinite(floor)].max(initial=0.0))))

    @cached_property
    def book(self) -> RightsBook:
        """Who is off when, under transport rights."""
        return RightsBook(self)

    def _cover(self) -> None:
        """Count as covered what masts and edge sites in service reach; the program may count less of it."""
        b = self.model.telecom
        for covered, stock, reach in (("covered", "mast", "reach"), ("edge_covered", "edge", "edge_reach")):
            for (c, y), v in getattr(b, covered, {}).items():
                k = self.compiled.position.get(id(v))
                if k is not None:
                    found = (self._value(getattr(b, stock)[mast, y]) for mast in getattr(b, reach)[c])
                    self.x[k] = min(1.0, max(found, default=0.0))

    def _value(self, v: Any) -> float:
        if v.fixed:
            return float(v.value)
        k = self.compiled.position.get(id(v))
        return 0.0 if k is None else float(self.x[k])

    def values(self, block: str, variable: str, *names: str) -> pd.DataFrame:
        """Rows of one variable: a column per index, then `value`; tiny values are 0.

        Empty where there is no such variable.
        """
        owner = getattr(self.model, block)
        if not len(getattr(owner, variable, ())):
            return pd.DataFrame(columns=[*names, "value"]).astype({"value": float})
        table = self.compiled.read(getattr(owner, variable), self.x, list(names))
        table["value"] = table["value"].astype(float).mask(lambda v: v.abs() < ZERO, 0.0)
        return table

    @cached_property
    def periods(self) -> pd.DataFrame:
        """day, hour (of the day), weight and outage of every period."""
        items = self.frame.periods.items
        return pd.DataFrame(
            {
                "day": [i.day for i in items],
                "hour": [i.hour for i in items],
                "weight_hours": [i.weight for i in items],
                "outage": [i.outage for i in items],
            }
        )

    def timed(self, table: pd.DataFrame) -> pd.DataFrame:
        """The same rows with day, hour, weight_hours and outage instead of `period`."""
        return table.join(self.periods, on="period").drop(columns="period")

    def annual(self, table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
        """Σ value · hours per year, by keys (MW become MWh)."""
        weighted = table.assign(value=table["value"] * table["period"].map(self.periods["weight_hours"]))
        return weighted.groupby(keys, sort=False)["value"].sum().reset_index()

    def hourly(self, name: str, year: int) -> tuple[list[Any], np.ndarray]:
        """(assets, hours × assets) of one variable.

        All hours if they were checked, else the periods of the program.
        """
        if self.check is not None:
            keys, values = self.check.certificates[year].column(name)
            return [key[:-1] if len(key) > 2 else key[0] for key in keys], values
        return self.modelled(name, year)

    def rates(self, profile: str, year: int) -> np.ndarray:
        """Value of a profile in the hours of `hourly`; ones for a blank name."""
        if self.check is not None and self.frame.case.profiles is not None:
            count = len(self.check.index)
            return (
                self.frame.case.profiles[profile].to_numpy(float)[self.check.index]
                if profile
                else np.ones(count)
            )
        return self.frame.profile(profile)[sorted(self.frame.periods.by_year[year])]

    def modelled(self, name: str, year: int) -> tuple[list[Any], np.ndarray]:
        """(assets, periods × assets) of one variable in the periods of the program."""
        block, variable = name.split(".")
        owner = getattr(self.model, block)
        if not len(getattr(owner, variable, ())):
            return [], np.zeros((1, 0))
        dimension = getattr(owner, variable).dim() - 2
        keys = [f"k{i}" for i in range(dimension)]
        table = self.values(block, variable, *keys, "year", "period")
        table = table[table["year"] == year]
        if table.empty:
            return [], np.zeros((1, 0))
        wide = table.pivot_table(index="period", columns=keys, values="value", sort=False)
        return list(wide.columns), wide.to_numpy(float)
