"""Transformers of stations: what stands in a year, what may be added, and the limits that follow (MVA)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from gridplan.model.frame import Frame
from gridplan.model.reinforcements import transformers


@dataclass
class Room:
    """Transformers of a station, MVA.

    Attributes:
        demand, feedin: limits before anything is built, nan: none.
        total: all transformers in service, or the given demand limit if that is more.
        size: existing transformer, 0 where unknown.
        secure: the demand limit is counted without the largest transformer.
        firm: the demand limit is given, so that emergency_rating is in it already.
        adds: MVA that one unit of each reinforcement brings.
        sizes: MVA of its largest transformer.
    """

    demand: float
    feedin: float
    total: float
    size: float
    secure: bool
    firm: bool
    adds: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    def base(self, rating: float, changes: bool) -> float:
        """MVA of the demand limit before the largest transformer is taken off, where it `changes`.

        A given limit holds as it stands; what follows from the transformers may use their emergency rating.
        """
        if self.firm:
            return self.demand + (rating * self.size if changes else 0.0)
        return rating * (self.demand + self.size) if changes else min(rating * self.demand, self.total)

    def may_exceed(self, rating: float, most: float) -> bool:
        """Whether the rest at emergency rating may carry more than all together, with up to `most` MVA
        added.
        """
        smallest = self.size or min((mva for mva in self.sizes.values() if mva > 0), default=0.0)
        if self.firm:
            return (rating - 1) * most > self.total - self.demand
        return (rating - 1) * (self.total + most) > rating * smallest

    def limits(self, rating: float, units: dict[str, int]) -> tuple[float, float, float, float]:
        """(demand, feed-in, all together, largest) in MVA with so many units of each reinforcement."""
        mva = sum(self.adds[r] * k for r, k in units.items())
        largest = max([self.size, *(self.sizes[r] for r, k in units.items() if k)])
        changes = self.secure and bool(self.adds)
        demand = self.base(rating, changes) + (rating * (mva - largest) if changes else mva)
        return demand, self.feedin + mva, self.total + mva, largest


def gone(row: dict[str, Any], year: float) -> int:
    """Transformers of a station that are out of service in a year."""
    if pd.isna(row["retire_year"]) or year < row["retire_year"]:
        return 0
    there = int(row["transformers"])
    return there if pd.isna(row["retire_transformers"]) else min(int(row["retire_transformers"]), there)


def rooms(frame: Frame, year: float) -> dict[str, Room]:
    """Transformers of every station in a year, and what reinforcements can add."""
    found = {}
    for row in frame.rows("substations"):
        count = None if pd.isna(row["transformers"]) else int(row["transformers"])
        size = 0.0 if pd.isna(row["transformer_mva"]) else float(row["transformer_mva"])
        known = count is not None and (size > 0 or count == 0)
        left = gone(row, year)
        count, retired = (None if count is None else count - left), left * size
        total = (count or 0) * size
        largest = size if count else 0.0
        demand = total - largest if known else float("nan")
        feedin = total if known else float("nan")
        if pd.notna(row["firm_demand_mva"]):
            demand = max(float(row["firm_demand_mva"]) - retired, 0.0)
        if pd.notna(row["firm_feedin_mva"]):
            feedin = max(float(row["firm_feedin_mva"]) - retired, 0.0)
        if left and not count:
            demand = feedin = 0.0
        firm = bool(pd.notna(row["firm_demand_mva"]))
        all_mva = max(total, demand) if firm else total
        found[row["substation"]] = Room(demand, feedin, all_mva, largest, known or not firm, firm)
    for row in frame.rows("reinforcements"):
        if row["kind"] in ("transformer", "station"):
            number, each = transformers(row, frame)
            found[row["target"]].adds[row["reinforcement"]] = number * each
            found[row["target"]].sizes[row["reinforcement"]] = each
    return found
