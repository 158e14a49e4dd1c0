"""Rows of the heat tables in the program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.explain.why.items import Item
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry, Rows
from gridplan.model.rows import constrain


def _all_heat(context: Context, rows: Rows) -> None:
    b = context.model.heat
    for at, (k, y, p) in rows:
        mw = float(b.demand[k, y, p])
        if mw:
            along = b.intake[k, next(iter(b.intakes[k])), y, p]
            context.lessen(Item("must_connect", "heat_sinks", (k,), "must_connect"), at, mw, along, per=0.0)


def _site_heat(context: Context, rows: Rows) -> None:
    for at, key in rows:
        context.give(Item("site_heat", "datacenters", (key[0],), "heat_share"), at, per=0.0)


def _source(h: str) -> Item:
    return Item("source", "heat_sources", (h,), "capacity_mw")


def _source_heat(context: Context, rows: Rows) -> None:
    for at, key in rows:
        context.give(_source(key[0]), at)


def _take(context: Context, take: Any) -> None:
    """Heat of sources: their capacity, and nothing before their first year."""
    rows = {r["source"]: r for r in context.frame.rows("heat_sources")}
    for h, level, y, p in take:
        high = take[h, level, y, p].ub
        if h not in rows or high is None:
            continue
        key, first = (h, level, y, p), rows[h]["from_year"]
        context.release(take, key, 0.0, np.inf)
        if pd.notna(first) and y < first:
            item = Item("source_year", "heat_sources", (h,), "from_year")
            context.hold(item, take, key, upper=0.0, charge=float(first - y) / 1000)
            if pd.notna(rows[h]["capacity_mw"]):
                most = float(rows[h]["capacity_mw"] * context.frame.profile(rows[h]["profile"])[p])
                context.hold(_source(h), take, key, upper=most, per=1.0)
        else:
            context.hold(_source(h), take, key, upper=float(high), per=1.0)


def _running(context: Context, running: Any) -> None:
    rows = {r["source"]: r for r in context.frame.rows("heat_sources")}
    for h, y in running:
        first = rows[h]["from_year"]
        if pd.notna(first) and y < first:
            item = Item("source_year", "heat_sources", (h,), "from_year")
            context.release(running, (h, y), 0.0, 1.0)
            context.hold(item, running, (h, y), upper=0.0, charge=float(first - y))


def _pipe_limit(context: Context, rows: Rows) -> None:
    size = context.model.heat.pipe_mw
    largest = str(max(context.model.heat.PIPE, key=lambda k: size[k]))
    for at, _ in rows:
        context.give(Item("pipe", "pipe_types", (largest,), "capacity_mw"), at)


def _pump(context: Context, pump: Any) -> None:
    for w, y in pump:
        high = pump[w, y].ub
        if high is not None:
            context.release(pump, (w, y), 0.0, np.inf)
            context.hold(Item("heat_pump", "heat_pumps", (w,), "max_mw"), pump, (w, y), upper=high, per=1.0)


def _link(most: float) -> ColumnEntry:
    """Columns of a link, with the link first and the stage in its place, before the link may be there."""

    def entry(context: Context, variable: Any) -> None:
        rows = {r["link"]: r for r in context.frame.rows("heat_links")}
        for key in variable:
            first = rows[key[0]]["earliest_year"]
            year = key[-2] if len(key) > 3 else key[-1]  # of a flow the period comes last
            if pd.notna(first) and year < first:
                item = Item("link_year", "heat_links", (key[0],), "earliest_year")
                charge = float(first - year) / (1.0 if most == 1 else 1000)
                context.release(variable, key, 0.0, most)
                context.hold(item, variable, key, upper=0.0, charge=charge)

    return entry


def extend(model: Any) -> None:
    """Rows that stay when a capacity is lifted: no heat without a pipe, an open source, or electricity."""
    b = model.heat
    most = max(float(v) for v in b.pipe_mw.values()) if len(b.PIPE) else 0.0
    most += sum(max(float(b.demand[k, y, p]) for y, p in model.YP) for k in b.SINK)

    def pipes(b: Any, n: Any, y: Any, p: Any) -> Any:
        return sum(b.flow[n, w, lv, y, p] for w, lv in b.flows[n]) <= most * sum(
            b.pipe[n, k, y] for k in b.PIPE
        )

    def sources(b: Any, h: Any, level: Any, y: Any, p: Any) -> Any:
        return b.take[h, level, y, p] <= most * b.running[h, y]

    def sites(b: Any, s: Any, level: Any, y: Any, p: Any) -> Any:
        dc = model.datacenters
        return b.take[s, level, y, p] <= b.existing[s, y, p] + dc.draw[s, p] * dc.it[s, y]

    constrain(b, "laid", b.PIPED, model.YP, rule=pipes)
    constrain(b, "opened", b.FIXED, model.YP, rule=sources)
    constrain(b, "drawn_heat", b.SITE, model.YP, rule=sites)


CONSTRAINTS: dict[str, RowEntry | str] = {
    "heat.laid": "no heat without a pipe",
    "heat.opened": "no heat from a source that is not open",
    "heat.drawn_heat": "no more heat than electricity",
    "heat.all_heat": _all_heat,
    "heat.site_heat": _site_heat,
    "heat.source_heat": _source_heat,
    "heat.pipe_limit": _pipe_limit,
    "heat.some_heat": "the alternative gives the rest",
    "heat.running_stays": "what runs stays",
    "heat.connected_stays": "what is connected stays",
    "heat.pump_stays": "what is built stays",
    "heat.pump_limit": "a heat pump gives no more than was built",
    "heat.pipe_stays": "what is laid stays",
    "heat.one_pipe": "at most one pipe type on a link",
    "heat.capacity_stays": "what is built stays",
    "heat.capacity_limit": "what was paid for by the MW",
    "heat.open_stays": "what is open stays",
    "heat.open_limit": "nothing passes a link that is not there",
    "heat.losses": "pipe losses",
    "heat.balance": "heat balance",
    "heat.withdraw": "what heat draws from the grid",
}
VARIABLES: dict[str, ColumnEntry | str] = {
    "heat.take": _take,
    "heat.running": _running,
    "heat.pump": _pump,
    "heat.flow": _link(np.inf),
    "heat.pipe": _link(1.0),
    "heat.capacity": _link(np.inf),
    "heat.open": _link(1.0),
    "heat.intake": "bounded by rows",
    "heat.connected": "decided by the plan; what costs nothing is connected",
    "heat.lift": "bounded by rows",
    "heat.lost": "bounded by rows",
    "heat.withdrawal": "a sum",
}
