"""What heat costs, saves and delivers: terms of the indicators."""

from __future__ import annotations

from typing import Any

from gridplan.model.frame import Frame
from gridplan.model.heat.net import HeatNet
from gridplan.model.terms import Terms

TJ_PER_MWH = 0.0036
GAS_KG_PER_MWH = (
    226.0  # 56.4 kg/GJ natural gas (Dutch emission list) at 90 % boiler efficiency, per MWh of heat
)


def count(m: Any, b: Any, frame: Frame, terms: Terms, net: HeatNet) -> None:
    """Add the terms of every source, sink, link, heat pump and tank."""
    _links(b, frame, terms, net)
    _pumps(b, frame, terms, net)
    _sources(b, frame, terms, net)
    _sinks(b, frame, terms, net)
    _tanks(b, frame, terms, net)


def _links(b: Any, frame: Frame, terms: Terms, net: HeatNet) -> None:
    types = {r["pipe"]: r for r in frame.rows("pipe_types")}
    for n in b.LINK:
        row = net.links[n]
        zone, tags = net.nodes[row["from"]].zone, (n, row["owner"])
        if n in b.PIPED:
            for k, pipe in types.items():
                cost = row["fixed_meur"] + pipe["capex_meur_per_km"] * row["length_km"]
                terms.invest(zone, {y: b.pipe[n, k, y] for y in frame.years}, cost, (*tags, k))
        elif n in b.OPENED:
            terms.invest(zone, {y: b.open[n, y] for y in frame.years}, row["fixed_meur"], tags)
        if n in b.SIZED:
            terms.invest(zone, {y: b.capacity[n, y] for y in frame.years}, row["capex_meur_per_mw"], tags)


def _pumps(b: Any, frame: Frame, terms: Terms, net: HeatNet) -> None:
    rows = {r["heat_pump"]: r for r in frame.rows("heat_pumps")}
    for w in b.PUMP:
        zone = net.nodes[b.stands[w]].zone
        stock = {y: b.pump[w, y] for y in frame.years}
        terms.invest(zone, stock, rows[w]["capex_meur_per_mw"], (w,))
        for y in frame.years:
            terms.add("heat_pump_mw", zone, y, stock[y], 1.0, (w,))


def _sources(b: Any, frame: Frame, terms: Terms, net: HeatNet) -> None:
    rows = {r["source"]: r for r in frame.rows("heat_sources")}
    for h, level in b.TAKE:
        zone = net.nodes[h].zone
        for y, p in frame.weighted:
            column, hours = b.take[h, level, y, p], frame.weight(p)
            if h in rows:
                terms.operate(zone, y, column, hours * rows[h]["cost_eur_per_mwh"] / 1e6, (h,))
                terms.add("co2_kt", zone, y, column, hours * rows[h]["co2_kg_per_mwh"] / 1e6, (h,))
            else:
                terms.add("heat_reused_tj", zone, y, column, hours * TJ_PER_MWH, (h,))
    for h in b.PRICED:
        terms.invest(
            net.nodes[h].zone, {y: b.running[h, y] for y in frame.years}, rows[h]["fixed_meur"], (h,)
        )


def _sinks(b: Any, frame: Frame, terms: Terms, net: HeatNet) -> None:
    for row in frame.rows("heat_sinks"):
        k, zone = row["sink"], row["zone"]
        tags = (k, row["alternative"], row["owner"])
        price = row["alternative_eur_per_mwh"] / 1e6
        carbon, own = _carbon(row["alternative"]), [k] if k in b.BACKUP else []
        terms.invest(zone, {y: b.connected[k, y] for y in frame.years}, row["connect_meur"], tags)
        for y, p in frame.weighted:
            hours = frame.weight(p)
            demand = b.demand[k, y, p]
            terms.operate(zone, y, None, hours * demand * price, tags)
            terms.add("co2_kt", zone, y, None, hours * demand * carbon, tags)
            linked = [b.intake[k, level, y, p] for level in b.intakes[k]]
            for column in linked:
                terms.add("heat_delivered_tj", zone, y, column, hours * TJ_PER_MWH, tags)
            for column in [*linked, *(b.backup[q, y, p] for q in own)]:
                terms.operate(zone, y, column, -hours * price, tags)
                terms.add("co2_kt", zone, y, column, -hours * carbon, tags)
        if k in b.BACKUP:
            _backup(b, frame, terms, row)


def _backup(b: Any, frame: Frame, terms: Terms, row: dict[str, Any]) -> None:
    k, zone, tags = row["sink"], row["zone"], (row["sink"], row["backup"], row["owner"])
    if k in b.BOILER:
        stock = {y: b.boiler[k, y] for y in frame.years}
        terms.invest(zone, stock, row["backup_capex_meur_per_mw"], tags)
    price, carbon = row["backup_eur_per_mwh"] / 1e6, _carbon(row["backup"])
    for y, p in frame.weighted:
        hours, column = frame.weight(p), b.backup[k, y, p]
        terms.operate(zone, y, column, hours * price, tags)
        terms.add("co2_kt", zone, y, column, hours * carbon, tags)
        terms.add("heat_backup_tj", zone, y, column, hours * TJ_PER_MWH, tags)


def _carbon(fuel: str) -> float:
    """kt of CO2 per MWh of heat; that of electricity is counted where it is made."""
    return GAS_KG_PER_MWH / 1e6 if fuel == "gas" else 0.0


def _tanks(b: Any, frame: Frame, terms: Terms, net: HeatNet) -> None:
    rows = {r["heat_storage"]: r for r in frame.rows("heat_storages")}
    for k in b.TANK:
        zone = net.nodes[net.tank_at[k]].zone
        stock = {y: b.new_room[k, y] for y in frame.years}
        terms.invest(zone, stock, rows[k]["capex_meur_per_mwh"], (k,))
