"""What outages do: the highest loading of every corridor after one, and what is cut off."""

from __future__ import annotations

import pandas as pd

from gridplan.plan.columns import TABLES
from gridplan.plan.extract.reader import Reader


def worst_outages(r: Reader, year: int) -> dict[str, tuple[str, float, float]]:
    """By corridor: the outage after which it is fullest, MW then and loading (1: emergency rating)."""
    if r.check is None or year not in r.check.survivals:
        return {}
    groups = r.check.topologies[year].groups
    found: dict[str, tuple[str, float, float]] = {}
    for k, (loading, name, mw) in r.check.survivals[year].worst.items():
        corridor = groups[k].corridor
        if loading > found.get(corridor, ("", 0.0, 0.0))[2]:
            found[corridor] = (name, mw, loading)
    return found


def islanding(r: Reader) -> pd.DataFrame:
    """Outages that split the grid: the stations that are cut off, and the most MW that ran to them."""
    rows = []
    for year, survival in r.check.survivals.items() if r.check is not None else ():
        for name, island in survival.islands.items():
            stations = [n for n in r.frame.network.stations if r.frame.network.bus[n] in island.buses]
            rows.append((name, year, ";".join(stations), island.mw))
    table = pd.DataFrame(rows, columns=list(TABLES["islanding"]))
    return table.astype({"peak_mw": float}) if len(table) else table
