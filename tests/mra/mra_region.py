"""A second, independent reading of the Amsterdam region: plain pandas and a DC power flow in numpy."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd

CASE = Path(__file__).parents[2] / "cases" / "mra"
PF = 0.95
OUTSIDE = ["BKK380", "BWK380", "KIJ380", "ENS380"]


def table(name: str) -> pd.DataFrame:
    """One table of the case as it stands on disk."""
    return pd.read_csv(CASE / f"{name}.csv")


@cache
def loads(year: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Hourly load in MW of every station: all of it, and the part behind its own transformers."""
    profiles, areas = table("profiles"), table("service_areas")
    stations = table("substations").substation
    whole = {name: np.zeros(8760) for name in stations}
    behind = {name: np.zeros(8760) for name in stations}
    for _, rows in table("demands").groupby("demand"):
        first = rows.iloc[0]
        series = np.interp(year, rows.year, rows.peak_mw) * profiles[first.profile].to_numpy()
        if isinstance(first.substation, str):
            parts = [(first.substation, 1.0)]
        else:
            own = areas[areas.zone == first.zone]
            parts = list(zip(own.substation, own.share, strict=True))
        for station, share in parts:
            whole[station] += share * series
            behind[station] += share * series * (first.side == "mv")
    for _, site in table("datacenters").query("existing_it_mw > 0").iterrows():
        growth = (1 + site.existing_growth) ** (year - 2026)
        series = site.existing_it_mw * site.pue * site.existing_utilisation * growth * profiles["datacenter"]
        whole[site.substation] += series.to_numpy()
        behind[site.substation] += series.to_numpy()
    return whole, behind


def station_limits() -> dict[str, float]:
    """Firm demand limit in MW of the stations that have transformers today."""
    rows = table("substations").query("transformers > 0")
    return dict(zip(rows.substation, PF * (rows.transformers - 1) * rows.transformer_mva, strict=True))


def live(outage: str = "") -> pd.DataFrame:
    """Branches with circuits in service, one circuit less where an outage is named."""
    rows = table("branches").query("in_service and circuits > 0").copy()
    rows.loc[rows.branch == outage, "circuits"] -= 1
    return rows[rows.circuits > 0]


def flows(whole: dict[str, np.ndarray], hours: list[int], outage: str = "") -> dict[str, float]:
    """Largest loading of each branch of the main grid over some hours, by DC power flow.

    The outside grid feeds in at four 380 kV nodes held at one angle; nothing is generated inside, so this
    is the load side only. Loading is |flow| / (power factor x circuits x rating).
    """
    rows, names = live(outage), list(whole)
    graph = nx.Graph(list(zip(rows["from"], rows["to"], strict=True)))
    main = nx.node_connected_component(graph, "DIM380")
    at = {name: index for index, name in enumerate(names)}
    ends = np.zeros((len(rows), len(names)))
    for row, (a, b) in enumerate(zip(rows["from"], rows["to"], strict=True)):
        ends[row, at[a]], ends[row, at[b]] = 1, -1
    stiff = (rows.circuits / rows.x_pu).to_numpy()
    laplace = ends.T @ (stiff[:, None] * ends)
    free = [at[name] for name in names if name in main and name not in OUTSIDE]
    drawn = -np.array([whole[name][hours] for name in names])
    angle = np.zeros((len(names), len(hours)))
    angle[free] = np.linalg.solve(laplace[np.ix_(free, free)], drawn[free])
    flow = np.abs(stiff[:, None] * (ends @ angle)).max(axis=1)
    limit = (PF * rows.circuits * rows.circuit_mva).to_numpy()
    return dict(zip(rows.branch, flow / limit, strict=True))


def peak_hours(whole: dict[str, np.ndarray]) -> list[int]:
    """Hours worth a look: the five of the largest total, and the peaks of Haarlemmermeer and of Flevoland."""
    total = np.sum(list(whole.values()), axis=0)
    flevoland = whole["LLS150"] + whole["ALR150"] + whole["ZWO150"]
    return [int(h) for h in [*np.argsort(total)[-5:], whole["HMM150"].argmax(), flevoland.argmax()]]
