"""Heat from producers through heat pumps to users, TJ a year, with what is lost and what nobody uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.plots import sankey
from gridplan.plots.about import case_rows, filled, names_of, rows, stage_of
from gridplan.plots.sankey import Band, Id, Layout, Node
from gridplan.plots.text import Words

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

COLUMNS = ("year", "from", "from_kind", "from_name", "to", "to_kind", "to_name", "tj")
PLACE = {"site": 0, "source": 0, "pump": 1, "tank": 1, "sink": 2}
ENDS = ("lost", "unused")
OWN = ("alternative", "backup")  # what a user has besides links
NOWHERE = (*ENDS, *OWN, "electricity")  # ends of flows that have no place of their own
WIDTH, SIDE = 11.7, 2.75  # inches: sheet, room for names
TALL = 5.5  # inches of the largest column, if every slot were as high as its amount
SHOWN_TJ = 0.05  # what would be 0.0 in the picture is in the table only
ELSEWHERE = "elsewhere"


def data(plan: Plan, year: int | None = None, region: str | None = None) -> pd.DataFrame:
    """Flows that the picture draws, TJ a year; with `region` those that begin or end in it.

    Raises:
        ValueError: a year that is not a stage, an unknown region, or a plan without tables.
    """
    stage = stage_of(plan, year)
    table = rows(plan, "heat_flows", stage)[["year", "from", "from_kind", "to", "to_kind", "tj"]].copy()
    table[["from", "to"]] = table[["from", "to"]].astype(object).where(table[["from", "to"]].notna(), "")
    if region is not None:
        table = _inside(plan, table, region)
    names = _names(plan)
    for end in ("from", "to"):
        table[f"{end}_name"] = [names.get(str(i), str(i)) for i in table[end]]
    return table[list(COLUMNS)].sort_values("tj", ascending=False, ignore_index=True)


def _names(plan: Plan) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, key in (
        ("heat_pumps", "heat_pump"),
        ("heat_storages", "heat_storage"),
        ("heat_sources", "source"),
    ):
        found |= names_of(plan, name, key)
    return found | names_of(plan, "datacenters", "site") | names_of(plan, "heat_sinks", "sink")


def _inside(plan: Plan, table: pd.DataFrame, region: str) -> pd.DataFrame:
    """Flows that touch a region; ends outside it are one."""
    zones = case_rows(plan, "zones", "zone", "region", "res_region")
    members = {
        str(z)
        for z, *names in zones[["zone", "zone", "region", "res_region"]].itertuples(index=False)
        if region in map(str, names)
    }
    if not members:
        known = sorted({str(v) for c in ("zone", "region", "res_region") for v in zones[c] if filled(v)})
        raise ValueError(f"region '{region}' is not there; there are {', '.join(known)}")
    at, touched = _zones(plan), []
    for k, row in zip(table.index, table.to_dict("records"), strict=True):
        ends = [end for end in ("from", "to") if row[end] and row[f"{end}_kind"] not in NOWHERE]
        inside = [end for end in ends if at.get(str(row[end]), "") in members]
        touched.append(bool(inside))
        for end in set(ends) - set(inside):
            table.loc[k, [end, f"{end}_kind"]] = [ELSEWHERE, "source" if end == "from" else "sink"]
    keys = ["year", "from", "from_kind", "to", "to_kind"]
    summed: pd.DataFrame = table[touched].groupby(keys, as_index=False, sort=False).agg({"tj": "sum"})
    return summed


def _zones(plan: Plan) -> dict[str, str]:
    """Zone of every producer, user, heat pump and tank."""
    stations = case_rows(plan, "substations", "substation", "zone")
    station = dict(zip(stations["substation"].astype(str), stations["zone"].astype(str), strict=True))
    at: dict[str, str] = {}
    for table, key in (
        ("datacenters", "site"),
        ("heat_sources", "source"),
        ("heat_sinks", "sink"),
        ("junctions", "junction"),
    ):
        for row in case_rows(plan, table, key, "zone", "substation").to_dict("records"):
            own = str(row["zone"]) if filled(row["zone"]) else station.get(str(row["substation"]), "")
            at[str(row[key])] = own
    for table, key in (("heat_pumps", "heat_pump"), ("heat_storages", "heat_storage")):
        for row in case_rows(plan, table, key, "at").to_dict("records"):
            at[str(row[key])] = at.get(str(row["at"]), "")
    return at


def parts(table: pd.DataFrame, words: Words) -> tuple[list[Node], list[Band]]:
    """Nodes and bands of what `data` gave; users without a link are one node."""
    served = set(table.loc[~table["from_kind"].isin(OWN) & (table["to_kind"] == "sink"), "to"])
    nodes: dict[Id, Node] = {}
    alone: dict[str, float] = {}
    bands, others = [], set()

    def node(kind: str, name: str, label: str) -> Node:
        return nodes.setdefault((kind, name), Node((kind, name), PLACE[kind], label))

    for record in table.to_dict("records"):
        row = {str(k): v for k, v in record.items()}
        a, b, tj = str(row["from_kind"]), str(row["to_kind"]), float(row["tj"])
        if tj < SHOWN_TJ:
            continue
        if a == "alternative" and row["to"] not in served:
            alone[str(row["from"])] = alone.get(str(row["from"]), 0.0) + tj
            others.add(str(row["to"]))
        elif a in (*OWN, "electricity"):
            kind = {"electricity": a, "backup": f"backup_{row['from']}"}.get(a, str(row["from"]))
            node(b, str(row["to"]), str(row["to_name"])).before.append((kind, tj))
        elif b in ENDS:
            node(a, str(row["from"]), str(row["from_name"])).after.append((b, tj))
        else:
            start = node(a, str(row["from"]), _label(row, "from", words))
            end = node(b, str(row["to"]), _label(row, "to", words))
            bands.append(Band(start.id, end.id, tj))
    if alone:
        rest = node("sink", "", words("sankey.unlinked", n=str(len(others))))
        rest.before += sorted(alone.items())
    return list(nodes.values()), _forward(nodes, bands)


def _label(row: dict[str, Any], end: str, words: Words) -> str:
    return words("sankey.elsewhere") if row[end] == ELSEWHERE else str(row[f"{end}_name"])


def _forward(nodes: dict[Id, Node], bands: list[Band]) -> list[Band]:
    """Bands that go from left to right; a pump that feeds a pump or a tank moves that one column on."""
    for _ in range(3):
        for band in bands:
            start, end = nodes[band.start], nodes[band.end]
            if end.column <= start.column and end.id[0] != "sink":
                end.column = start.column + 1
    last = max((node.column for node in nodes.values()), default=2)
    for node in nodes.values():
        if node.id[0] == "sink":
            node.column = max(last, 2)
    return [band for band in bands if nodes[band.start].column < nodes[band.end].column]


def scale_of(nodes: list[Node], bands: list[Band]) -> float:
    """Inches per TJ."""
    columns: dict[int, float] = {}
    for node in nodes:
        out = sum(b.amount for b in bands if b.start == node.id) + sum(tj for _, tj in node.after)
        into = sum(b.amount for b in bands if b.end == node.id) + sum(tj for _, tj in node.before)
        columns[node.column] = columns.get(node.column, 0.0) + max(into, out)
    return TALL / max(max(columns.values(), default=1.0), 1e-9)


def placed(table: pd.DataFrame, words: Words) -> tuple[Layout, float]:
    """(everything in its place, inches per TJ)."""
    nodes, bands = parts(table, words)
    scale = scale_of(nodes, bands)
    return sankey.layout(nodes, bands, scale), scale


def height(table: pd.DataFrame, words: Words) -> float:
    """Inches of a sheet on which everything has its place."""
    return max(placed(table, words)[0].height + 2.0, 4.0) if len(table) else 6.0
