"""What a sentence about an item needs besides its cell: limits in MW, load that is there, first years."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from gridplan.explain.built import with_limits
from gridplan.explain.why.cells import Cell, row_of
from gridplan.explain.why.items import Item
from gridplan.explain.why.register.loads import parts
from gridplan.explain.why.say import Line
from gridplan.model.frame import Frame
from gridplan.model.reinforcements import lead_years


def described(frame: Frame, item: Item, cell: Cell, year: int) -> Line:
    """The sentence of an item.

    Args:
        frame: the case over the hours looked at.
        item, cell: what it is about.
        year: stage that the conflict is in.
    """
    values: dict[str, Any] = {"name": cell.name, "value": cell.value, "unit": cell.unit, "year": item.year}
    key = item.kind
    if item.kind.startswith("station_"):
        key = _station(frame, item, year, values)
    elif item.kind.startswith("policy_"):
        row = row_of(frame.case, item)
        scope = row["scope"]
        values["indicator"] = Line(f"indicator.{row['indicator']}")
        values["scope"] = Line("place.whole") if scope == "all" else scope
    elif item.kind == "branch":
        row = row_of(frame.case, item)
        values["circuits"] = int(row["circuits"])
        values["limit"] = frame.network.pf * float(row["circuit_mva"]) * int(row["circuits"])
    elif item.kind == "timing":
        row = row_of(frame.case, item)
        lead = lead_years(row, frame.case.settings.horizon.lead_time)
        known = (frame.case.settings.horizon.years[0] + lead, row["earliest_year"])
        values["first"] = ceil(max(v for v in known if pd.notna(v)))
    elif item.kind == "must_connect":
        values["peak"] = float(row_of(frame.case, item)["peak_mw"])
    elif item.kind == "region":
        values["place"] = item.key[1]
    elif item.kind == "site_heat":
        values["share"] = 100 * float(cell.value)
    elif item.kind == "max_size" and cell.value is None:
        key = "max_size_blank"
    return Line(f"conflict.{key}", values)


def _station(frame: Frame, item: Item, year: int, values: dict[str, Any]) -> str:
    """Limit of a station as it stands, MW, and the load that is there in the worst hour looked at."""
    n, way = str(item.key[0]), item.kind.removeprefix("station_")
    row = row_of(frame.case, item)
    values["limit"] = limit_of(frame, n, way, year)
    values["pf"] = frame.network.pf
    values["mva"] = None if pd.isna(row["transformer_mva"]) else float(row["transformer_mva"])
    values["used"] = float(used_at(frame, n, year).max(initial=0.0))
    if item.column.startswith("firm"):
        return f"{item.kind}_firm"
    return item.kind if row["transformers"] else f"{item.kind}_none"


def limit_of(frame: Frame, station: str, way: str, year: int) -> float:
    """MW that a station passes with nothing built; nan where it has no limit."""
    limits = with_limits(frame.case, frame.network, {})
    return float(limits.get((f"stations.{way}_mw", (station, year)), np.nan))


def used_at(frame: Frame, station: str, year: int) -> np.ndarray:
    """MW of load behind the transformers of a station by period: its own and that of the stations below."""
    load = parts(frame)
    total = np.zeros(len(frame.periods.items))
    for n in _below(frame, station):
        for side in ("mv",) if n == station else ("mv", "hv"):
            for _, _, mw in load.get((n, side, year), ()):
                total = total + mw
    return total


def _below(frame: Frame, station: str) -> list[str]:
    found = [station]
    for n in found:
        found += [child for child, parent in frame.network.parent.items() if parent == n]
    return found
