"""Heat: links, sinks, sources and heat pumps, by stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gridplan.plan.columns import TABLES
from gridplan.plan.extract.heat_backup import backups
from gridplan.plan.extract.reader import Reader

TJ_PER_MWH = 0.0036


def heat_links(r: Reader) -> pd.DataFrame:
    """Heat links that carry heat or are built, by stage."""
    rows = {row["link"]: row for row in r.frame.rows("heat_links")}
    types = {row["pipe"]: row for row in r.frame.rows("pipe_types")}
    pipes = r.values("heat", "pipe", "link", "pipe", "year")
    laid = {(n, y): k for n, k, y, v in pipes.itertuples(index=False) if v > 0.5}
    capacity = {(n, y): v for n, y, v in r.values("heat", "capacity", "link", "year").itertuples(index=False)}
    opened = {
        (n, y) for n, y, v in r.values("heat", "open", "link", "year").itertuples(index=False) if v > 0.5
    }
    ways = {(n, w, y): v for n, w, y, v in _net_heat(r).itertuples(index=False)}
    found = []
    for y in r.frame.years:
        peaks = _peaks(r, "flow", y, net=True)
        for n, row in rows.items():
            there, back = ways.get((n, 1, y), 0.0), ways.get((n, -1, y), 0.0)
            pipe, mwh, size = laid.get((n, y), ""), there + back, capacity.get((n, y), 0.0)
            if not (pipe or mwh > 1e-6 or size > 1e-6 or (n, y) in opened):
                continue
            cost = row["capex_meur_per_mw"] * size
            if pipe or (n, y) in opened:
                cost += row["fixed_meur"]
            if pipe:
                cost += types[pipe]["capex_meur_per_km"] * row["length_km"]
            found.append(
                (
                    n,
                    pipe,
                    y,
                    peaks.get(n, 0.0),
                    mwh * TJ_PER_MWH,
                    row["length_km"],
                    cost,
                    row["from"],
                    row["to"],
                    there * TJ_PER_MWH,
                    back * TJ_PER_MWH,
                )
            )
    columns = ["link", "pipe", "year", "peak_mw", "heat_tj", "length_km", "capex_meur", "from", "to"]
    columns += ["forward_tj", "backward_tj"]
    return pd.DataFrame(found, columns=columns)


def _net_heat(r: Reader) -> pd.DataFrame:
    """MWh a year through each link and way: of every temperature and period what goes there less what
    comes back.
    """
    keys = ["link", "level", "year", "period"]
    flow = r.values("heat", "flow", "link", "way", "level", "year", "period")
    flow["value"] *= flow["way"].astype(float)
    net = flow.groupby(keys, sort=False)["value"].sum().reset_index()
    there = net.assign(way=1, value=net["value"].clip(lower=0.0))
    back = net.assign(way=-1, value=(-net["value"]).clip(lower=0.0))
    return r.annual(pd.concat([there, back], ignore_index=True), ["link", "way", "year"])


def _peaks(
    r: Reader, variable: str, year: int, factor: Mapping[Any, float] | None = None, net: bool = False
) -> dict[Any, float]:
    """Largest MW of each asset (first index of a heat variable): of all hours and of the energy that is
    reported. With `net`, flows there and back (second index 1 and -1) at one temperature offset each other.

    The check dispatches every hour anew, so a link may work harder in the program than there.
    """
    largest: dict[Any, float] = {}
    for keys, hours in (r.hourly(f"heat.{variable}", year), r.modelled(f"heat.{variable}", year)):
        parts: dict[Any, np.ndarray] = {}
        for key, column in zip(keys, hours.T, strict=True):
            mw = column * (factor[key] if factor is not None else 1.0)
            part = (key[0], key[2]) if net else key
            parts[part] = parts.get(part, np.zeros(len(mw))) + (key[1] * mw if net else mw)
        total: dict[Any, np.ndarray] = {}
        for part, mw in parts.items():
            total[part[0]] = total.get(part[0], np.zeros(len(mw))) + np.abs(mw)
        for name, mw in total.items():
            largest[name] = max(largest.get(name, 0.0), float(mw.max()))
    return largest


def heat_sinks(r: Reader) -> pd.DataFrame:
    """Heat that every sink takes from links and from elsewhere, by stage."""
    rows = {row["sink"]: row for row in r.frame.rows("heat_sinks")}
    chosen = r.values("heat", "connected", "sink", "year")
    joined = {(k, y): v > 0.5 for k, y, v in chosen.itertuples(index=False)}
    intake = r.values("heat", "intake", "sink", "level", "year", "period")
    energy = {(k, y): v for k, y, v in r.annual(intake, ["sink", "year"]).itertuples(index=False)}
    others = backups(r, energy)
    found = []
    for y in r.frame.years:
        peaks = _peaks(r, "intake", y)
        for k, row in rows.items():
            mwh, peak = energy.get((k, y), 0.0), peaks.get(k, 0.0)
            state, *rest = others[k, y]
            cost = row["connect_meur"] if joined[k, y] else 0.0
            if row["backup_capex_meur_per_mw"] > 0:
                cost += row["backup_capex_meur_per_mw"] * others[k, y].backup_mw
            there = bool(mwh > 1e-6 or peak > 1e-6) if state is None else state
            found.append((k, row["zone"], y, there, peak, mwh * TJ_PER_MWH, cost, *rest))
    columns = list(TABLES["heat_sinks"])
    return pd.DataFrame(found, columns=columns)


def heat_sources(r: Reader) -> pd.DataFrame:
    """Heat taken from every source and datacenter that can give any, and what opening it costs, by stage."""
    rows = {row["source"]: row for row in r.frame.rows("heat_sources")}
    opened = r.values("heat", "running", "source", "year")
    running = {(h, y): v > 0.5 for h, y, v in opened.itertuples(index=False)}
    take = r.values("heat", "take", "source", "level", "year", "period")
    energy = {(h, y): v for h, y, v in r.annual(take, ["source", "year"]).itertuples(index=False)}
    names = list(dict.fromkeys(h for h, _ in r.model.heat.TAKE)) if hasattr(r.model.heat, "TAKE") else []
    found = []
    for y in r.frame.years:
        peaks = _peaks(r, "take", y)
        for h in names:
            cost = rows[h]["fixed_meur"] if running.get((h, y), False) else 0.0
            kind = "source" if h in rows else "datacenter"
            found.append((h, kind, y, peaks.get(h, 0.0), energy.get((h, y), 0.0) * TJ_PER_MWH, cost))
    return pd.DataFrame(found, columns=list(TABLES["heat_sources"]))


def heat_pumps(r: Reader) -> pd.DataFrame:
    """Heat pumps that are built: MW of heat, peak and electricity."""
    rows = {row["heat_pump"]: row for row in r.frame.rows("heat_pumps")}
    built = r.values("heat", "pump", "heat_pump", "year")
    lift = r.values("heat", "lift", "heat_pump", "low", "high", "year", "period")
    power = r.model.heat.power if hasattr(r.model.heat, "power") else {}
    heat = {(w, y): v for w, y, v in r.annual(lift, ["heat_pump", "year"]).itertuples(index=False)}
    if len(lift):
        lift["value"] *= [
            power[w, a, b] for w, a, b in zip(lift["heat_pump"], lift["low"], lift["high"], strict=True)
        ]
    energy = {(w, y): v for w, y, v in r.annual(lift, ["heat_pump", "year"]).itertuples(index=False)}
    found = []
    for y in r.frame.years:
        peaks, electric = _peaks(r, "lift", y), _peaks(r, "lift", y, power)
        for w, year, mw in built[built["year"] == y].itertuples(index=False):
            if mw > 1e-6:
                gwh = energy.get((w, year), 0.0) / 1000
                tj = heat.get((w, year), 0.0) * TJ_PER_MWH
                found.append((w, rows[w]["at"], year, mw, peaks.get(w, 0.0), electric.get(w, 0.0), gwh, tj))
    columns = ["heat_pump", "at", "year", "heat_mw", "peak_mw", "electric_peak_mw", "electricity_gwh"]
    columns += ["heat_tj"]
    return pd.DataFrame(found, columns=columns)
