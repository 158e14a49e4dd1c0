"""Who keeps the voltage, with how many Mvar, and which stations lack compensation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gridplan.ac.collapse import lacking
from gridplan.ac.flow import Grid
from gridplan.ac.gather import NO_MVAR, Gather
from gridplan.case import Case
from gridplan.model.frame import Frame
from gridplan.model.periods import snapshot
from gridplan.network import Network

KEEPS, SHORT = "keeps", "short"
HARDEST = 200  # hours with the lowest voltage, for which the lack is computed
COLUMNS = ("substation", "year", "role", "most_mvar", "most_hour", "least_mvar", "hours")


def holding(case: Case, network: Network, year: int, buses: Sequence[str]) -> np.ndarray:
    """By bus, whether a grid above (`technology = grid_supply`) feeds it in a stage."""
    frame, found = Frame(case, network, snapshot(case)), set()
    table = case.table("supplies")
    for _, rows in table[table["technology"] == "grid_supply"].groupby("supply", sort=False):
        first = rows.iloc[0].to_dict()
        mw = frame.by_year(rows, "capacity_mw")[year]
        if np.isnan(mw) or mw > 0:
            places = frame.places(first["zone"], first["substation"], first["side"])
            found |= {network.bus[station] for (station, _), _ in places}
    return np.array([bus in found for bus in buses], bool)


def support_rows(
    year: int,
    grid: Grid,
    buses: Sequence[str],
    intact: Gather,
    mw: np.ndarray,
    mvar: np.ndarray,
    floor: float,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Rows of a stage in `ac_support`, and what its row in `ac_years` says of it.

    Args:
        year: stage.
        grid: the intact network.
        buses: ids.
        intact: its hours.
        mw, mvar: hours × buses, what each bus takes.
        floor: pu below which a station lacks compensation.
    """
    keeps = grid.live & ~np.isnan(grid.target)
    keeps[grid.slack] = True
    rows = []
    for k in np.flatnonzero(keeps).tolist():
        places = {"most_mvar": intact.most[k], "most_hour": int(intact.most_at[k])}
        more = {"least_mvar": intact.least[k], "hours": int(intact.gives[k])}
        rows.append({"substation": buses[k], "year": year, "role": KEEPS} | places | more)
    level = np.where(intact.solved, intact.lowest, -np.inf)
    low = np.flatnonzero(level < floor)
    hours = low[np.argsort(level[low], kind="stable")][:HARDEST]
    given, helped = lacking(grid, mw[hours], mvar[hours], floor)
    given, hours = given[helped], hours[helped]
    if len(hours):
        at = given.argmax(axis=0)
        for k in np.flatnonzero(given.max(axis=0) > NO_MVAR).tolist():
            places = {"most_mvar": given[at[k], k], "most_hour": int(intact.hours[hours[at[k]]])}
            more = {"least_mvar": 0.0, "hours": int((given[:, k] > NO_MVAR).sum())}
            rows.append({"substation": buses[k], "year": year, "role": SHORT} | places | more)
    total = given.sum(axis=1)
    said = {"low_hours": len(low), "short_mvar": float(total.max(initial=0.0))}
    return rows, said
