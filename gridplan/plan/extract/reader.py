"""Reading a solution by index: variables as tables, periods with their day and hour."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from gridplan.model.frame import Frame
from gridplan.solve.compile import Compiled
from gridplan.solve.hours import Check
from gridplan.solve.rounds import Solution

ZERO = 1e-7


class Reader:
    """A solution, ready to be asked."""

    def __init__(self, solution: Solution) -> None:
        """Take a solution that has a plan."""
        assert solution.answer.x is not None
        self.compiled: Compiled = solution.compiled
        self.x: np.ndarray = solution.answer.x
        self.check: Check | None = solution.check
        self.frame: Frame = self.compiled.program.frame
        self.model: Any = self.compiled.program.model

    def values(self, block: str, variable: str, *names: str) -> pd.DataFrame:
        """Rows of one variable: a column per index, then `value`; tiny values are 0. Empty where there is none."""
        owner = getattr(self.model, block)
        if not hasattr(owner, variable):
            return pd.DataFrame(columns=[*names, "value"]).astype({"value": float})
        table = self.compiled.read(getattr(owner, variable), self.x, list(names))
        table["value"] = table["value"].astype(float).mask(lambda v: v.abs() < ZERO, 0.0)
        return table

    @cached_property
    def periods(self) -> pd.DataFrame:
        """day, hour (of the day) and weight of every period."""
        items = self.frame.periods.items
        return pd.DataFrame(
            {
                "day": [i.day for i in items],
                "hour": [i.hour for i in items],
                "weight_hours": [i.weight for i in items],
            }
        )

    def timed(self, table: pd.DataFrame) -> pd.DataFrame:
        """The same rows with day, hour and weight_hours instead of `period`."""
        return table.join(self.periods, on="period").drop(columns="period")

    def annual(self, table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
        """Σ value · hours per year, by keys (MW become MWh)."""
        weighted = table.assign(value=table["value"] * table["period"].map(self.periods["weight_hours"]))
        return weighted.groupby(keys, sort=False, as_index=False)["value"].sum()

    def hourly(self, name: str, year: int) -> tuple[list[Any], np.ndarray]:
        """(assets, hours × assets) of one variable: all hours if they were checked, else the periods of the program."""
        if self.check is not None:
            keys, values = self.check.certificates[year].column(name)
            return [key[:-1] if len(key) > 2 else key[0] for key in keys], values
        return self.modelled(name, year)

    def modelled(self, name: str, year: int) -> tuple[list[Any], np.ndarray]:
        """(assets, periods × assets) of one variable in the periods of the program."""
        block, variable = name.split(".")
        owner = getattr(self.model, block)
        if not hasattr(owner, variable):
            return [], np.zeros((1, 0))
        dimension = getattr(owner, variable).dim() - 2
        keys = [f"k{i}" for i in range(dimension)]
        table = self.values(block, variable, *keys, "year", "period")
        table = table[table["year"] == year]
        if table.empty:
            return [], np.zeros((1, 0))
        wide = table.pivot_table(index="period", columns=keys, values="value", sort=False)
        return list(wide.columns), wide.to_numpy(float)
