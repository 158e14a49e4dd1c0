"""The programme to be sited: lines of datacenter_demand, and which sites may serve them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridplan.model.frame import Frame


@dataclass(frozen=True)
class Line:
    """One class of datacenters wanted in one region.

    Attributes:
        kind, region: class and region of the row; a blank or `all` region is everywhere.
        it_mw: new IT MW wanted by stage, cumulative.
        sites: eligible sites; in a wide frame all sites of the class.
        barred: sites of the class that are not eligible, and the columns that say so.
        price: M€ per IT MW that falls short, 0 where none is charged.
        soft: a shortfall is possible, because the objective counts it.
    """

    kind: str
    region: str
    it_mw: dict[int, float]
    sites: tuple[str, ...]
    barred: dict[str, tuple[str, ...]]
    price: float
    soft: bool


def programme(frame: Frame, sites: dict[str, dict[str, Any]]) -> dict[str, Line]:
    """Lines by name `class|region`; years before the first row want nothing, between rows it grows evenly."""
    zones = frame.case.table("zones")
    latency = dict(zip(zones["zone"], zones["rtt_ms"], strict=True))
    weights = frame.case.settings.objective.minimise
    place = {s: frame.zone_at(row["zone"], row["substation"]) for s, row in sites.items()}
    lines = {}
    for (kind, region), rows in frame.case.table("datacenter_demand").groupby(
        ["class", "region"], sort=False
    ):
        prices = rows["unserved_meur_per_mw"].dropna()
        price = float(prices.iloc[0]) if len(prices) and "total_cost_meur" in weights else 0.0
        rtt = rows["max_rtt_ms"].min()
        suited = [s for s, row in sites.items() if row["class"] in ("", kind)]
        barred: dict[str, tuple[str, ...]] = {}
        for s in suited:
            far = pd.notna(rtt) and place[s] in latency and latency[place[s]] > rtt
            away = not frame.in_scope(place[s], str(region))
            if far or away:
                barred[s] = ("region",) * away + ("max_rtt_ms",) * bool(far)
        eligible = tuple(s for s in suited if frame.wide or s not in barred)
        soft = price > 0 or "unserved_mw_years" in weights or "shortfall_mw" in weights
        wanted = frame.by_year(rows, "it_mw")
        start = rows["year"].min()
        it_mw = {y: 0.0 if pd.notna(start) and y < start else float(v) for y, v in wanted.items()}
        lines[f"{kind}|{region}"] = Line(str(kind), str(region), it_mw, eligible, barred, price, soft)
    return lines
