"""Masts and their edge sites: what stands, draws, covers and costs, and what an outage does to them."""

from __future__ import annotations

import pandas as pd

from gridplan.model.telecom.net import Net, telecom_net
from gridplan.plan.columns import TABLES
from gridplan.plan.extract.outages import islanding
from gridplan.plan.extract.reader import Reader


def masts(r: Reader) -> pd.DataFrame:
    """Masts by stage: in service or not, kW, weight in reach, edge site, battery, station, cost so far."""
    net = telecom_net(r.frame)
    standing, edges = _chosen(r, "mast"), _chosen(r, "edge")
    feeds = {k: _feeds(r, row["zone"]) for k, row in net.masts.items()}
    reached = _reached(net)
    found = []
    for k, row in net.masts.items():
        for y in r.frame.years:
            on, edge = (k, y) in standing, (k, y) in edges
            kwh = on * net.battery_kwh(k) + edge * net.edge_battery_kwh(k)
            found.append(
                {
                    "mast": k,
                    "zone": row["zone"],
                    "year": y,
                    "in_service": on,
                    "kw": on * row["power_kw"],
                    "edge": edge,
                    "edge_kw": edge * row["edge_kw"],
                    "covers_share": on * reached[k],
                    "site": row["site"],
                    "battery_kwh": kwh,
                    "substation": ";".join(feeds[k]),
                    "capex_keur": on * net.mast_keur(k) + edge * net.edge_keur(k),
                }
            )
    table = pd.DataFrame(found, columns=list(TABLES["masts"]))
    return _with_sites(table, net)


def _chosen(r: Reader, variable: str) -> set[tuple[str, int]]:
    values = r.values("telecom", variable, "mast", "year")
    return {(k, y) for k, y, v in values.itertuples(index=False) if v > 0.5}


def _feeds(r: Reader, zone: str) -> dict[str, float]:
    """Stations that feed a mast, with shares."""
    return {n: share for (n, _), share in r.frame.places(zone, "", "mv")}


def _reached(net: Net) -> dict[str, float]:
    """Share of all weight that is in reach of each mast."""
    weight = dict.fromkeys(net.masts, 0.0)
    for c, near in net.cover.reach.items():
        for k in near:
            weight[k] += net.cells[c]["weight"]
    whole = sum(row["weight"] for row in net.cells.values())
    return {k: part / whole if whole else 0.0 for k, part in weight.items()}


def _with_sites(table: pd.DataFrame, net: Net) -> pd.DataFrame:
    """The cost of a shared site, in equal parts on the masts that stand on it."""
    there = table[table["in_service"] & table["site"].isin(list(net.shared))]
    sharing = there.groupby(["site", "year"])["mast"].transform("size")
    parts = [net.site_keur(k) / count for k, count in zip(there["mast"], sharing, strict=True)]
    table.loc[there.index, "capex_keur"] += parts
    return table


def mast_outages(r: Reader) -> pd.DataFrame:
    """Masts in service whose station an outage cuts off: the share of their feed that is lost, and the hours
    that the battery lasts.
    """
    rows = {row["mast"]: row for row in r.frame.rows("masts")}
    standing, found = _chosen(r, "mast"), []
    for outage, year, stations, _ in islanding(r).itertuples(index=False, name=None):
        cut = set(stations.split(";"))
        for k, row in rows.items():
            lost = sum(share for n, share in _feeds(r, row["zone"]).items() if n in cut)
            if lost > 0 and (k, year) in standing:
                found.append((outage, year, k, lost, float(row["battery_h"])))
    table = pd.DataFrame(found, columns=list(TABLES["mast_outages"]))
    return table.astype({"lost_share": float, "battery_h": float})
