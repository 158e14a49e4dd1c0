"""Rows of `datacenters`, `datacenter_demand` and `zones` in the program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows
from gridplan.model.datacenters import site_limits
from gridplan.model.frame import Frame
from gridplan.model.programme import Line, programme

TABLE, PROGRAMME = "datacenters", "datacenter_demand"


def wanted(line: Line, year: int) -> Item:
    """A line of the programme in one stage."""
    return Item("programme", PROGRAMME, (line.kind, line.region), "it_mw", year)


def _lines(frame: Frame) -> dict[str, Line]:
    return programme(frame, {r["site"]: r for r in frame.rows(TABLE)})


def _served(context: Context, rows: Rows) -> None:
    lines, short = _lines(context.frame), context.model.datacenters.short
    for at, (d, y) in rows:
        if lines[d].it_mw[y]:
            context.lessen(wanted(lines[d], y), at, lines[d].it_mw[y], short[d, y])


def _site(kind: str, column: str) -> RowEntry:
    """Rows of a site, each with the site as the first part of its index."""

    def entry(context: Context, rows: Rows) -> None:
        for at, (s, _) in rows:
            context.give(Item(kind, TABLE, (s,), column), at, per=0.0)

    return entry


def _land(context: Context, rows: Rows) -> None:
    for at, (z, _) in rows:
        context.give(Item("land", "zones", (z,), "land_ha"), at)


def _asked(context: Context, rows: Rows) -> None:
    ask = context.ask
    for at, _ in rows:
        context.give(Item("asked", "asked", (ask.site, str(ask.site_mw)), "it_mw", ask.year), at)


def _it(context: Context, it: Any) -> None:
    """New IT MW: the size of the site, what the programme asks there, and its first year."""
    frame = context.frame
    rows = {r["site"]: r for r in frame.rows(TABLE)}
    lines = _lines(frame)
    limits = site_limits(rows, lines, frame)
    beyond = context.model.datacenters.room
    for s, y in it:
        context.release(it, (s, y), 0.0, beyond[s])
        size = Item("max_size", TABLE, (s,), "max_it_mw")
        if "max_it_mw" in limits[s]:
            context.hold(size, it, (s, y), upper=limits[s]["max_it_mw"], per=1.0)
        asking = [d for d in lines.values() if s in d.sites and s not in d.barred]
        most = limits[s]["it_mw"]
        if np.isfinite(most):
            owners = [wanted(d, year) for d in asking for year in frame.years if d.it_mw[year]]
            owners += [_bar(d, column) for d in lines.values() for column in d.barred.get(s, ())]
            context.hold(owners, it, (s, y), upper=most)
        elif "max_it_mw" not in limits[s]:
            context.hold(size, it, (s, y), upper=0.0)  # neither a size nor a programme
        _late(context, it, rows[s], y, beyond[s])


def _open(context: Context, open_: Any) -> None:
    rows = {r["site"]: r for r in context.frame.rows(TABLE)}
    for s, y in open_:
        context.release(open_, (s, y), 0.0, 1.0)
        _late(context, open_, rows[s], y, 1.0)


def _late(context: Context, variable: Any, row: dict[str, Any], year: int, most: float) -> None:
    first = row["earliest_year"]
    if pd.notna(first) and year < first:
        item = Item("site_year", TABLE, (row["site"],), "earliest_year")
        charge = float(first - year) / max(most, 1.0)
        context.hold(item, variable, (row["site"], year), upper=0.0, charge=charge)


def _bar(line: Line, column: str) -> Item:
    """What keeps a site from serving a line: its region, or its distance."""
    kind = "rtt" if column == "max_rtt_ms" else "region"
    return Item(kind, PROGRAMME, (line.kind, line.region), column)


def _serves(context: Context, serves: Any) -> None:
    """A site that is too far away, or in another region, may not serve a line."""
    lines = _lines(context.frame)
    for s, d, y in serves:
        line = lines[d]
        for column in line.barred.get(s, ()):
            item = _bar(line, column)
            context.release(serves, (s, d, y), 0.0, np.inf)
            context.hold(item, serves, (s, d, y), upper=0.0, charge=1.0)


CONSTRAINTS: dict[str, RowEntry | str] = {
    "ask": _asked,
    "datacenters.served": _served,
    "datacenters.minimum": _site("min_size", "min_it_mw"),
    "datacenters.whole": _site("module", "module_it_mw"),
    "datacenters.land": _land,
    "datacenters.opens": "nothing stands on a site that is not open",
    "datacenters.it_stays": "what is built stays",
    "datacenters.open_stays": "what is open stays",
    "datacenters.enough": "a site serves no more than it has",
    "datacenters.withdraw": "what IT draws from the grid",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "datacenters.it": _it,
    "datacenters.open": _open,
    "datacenters.serves": _serves,
    "datacenters.modules": "whole modules; their size is in the row `whole`",
    "datacenters.short": "decided by the plan; what an explanation asks is in force",
    "datacenters.withdrawal": "a sum",
}
