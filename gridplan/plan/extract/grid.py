"""Stations, branches, reinforcements, supplies and what was not served."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.model.reinforcements import lead_years, zone_of
from gridplan.network import Corridor
from gridplan.plan.columns import TABLES
from gridplan.plan.extract.need import Needs, add_needs
from gridplan.plan.extract.outages import worst_outages
from gridplan.plan.extract.reader import ZERO, Reader
from gridplan.plan.extract.rights import station_cuts

BINDING = 1e-3  # MW below a limit that count as at the limit
RANKS = np.unique([*np.linspace(0, 8759, 150).round().astype(int), 1314])


def stations(r: Reader) -> pd.DataFrame:
    """Peak, limit and loading of every station by stage and direction; loading is that of the worst hour."""
    caps = _by_key(r.values("stations", "cap_mw", "substation", "year"))
    limits = {
        "demand": _by_key(r.values("stations", "demand_mw", "substation", "year")),
        "feedin": _by_key(r.values("stations", "feedin_mw", "substation", "year")),
    }
    rated = {row["substation"]: row["rating_profile"] for row in r.frame.rows("substations")}
    rows = []
    for year in r.frame.years:
        names, hours = r.hourly("stations.through", year)
        series = dict(zip(names, hours.T, strict=True))
        for station in r.frame.network.stations:
            mw = series.get(station, np.zeros(1))
            rate = r.rates(rated[station], year) if rated[station] and station in series else np.ones(1)
            for direction, sign in (("demand", 1.0), ("feedin", -1.0)):
                limit = limits[direction].get((station, year), np.nan)
                if direction == "demand":
                    limit = min(limit, caps.get((station, year), np.inf))
                rows.append((station, year, direction, *_loading(sign * mw, limit, rate)))
    columns = list(TABLES["stations"])
    return pd.DataFrame(rows, columns=columns)


def _by_key(table: pd.DataFrame) -> dict[Any, float]:
    return {key: v for *k, v in table.itertuples(index=False) for key in [tuple(k)]}


def _loading(mw: np.ndarray, limit: float, rate: np.ndarray) -> tuple[float, float, float, int, float, float]:
    """Peak; limit and loading in the hour of the highest loading; hours at the limit; headroom; rating."""
    peak = max(float(mw.max()), 0.0)
    if np.isnan(limit):
        return peak, np.nan, np.nan, 0, np.nan, 1.0
    hourly = limit * rate
    binding = int((mw >= hourly - BINDING).sum()) if peak > ZERO else 0
    share, at = _worst(mw, hourly)
    rating = float(rate[min(at, len(rate) - 1)])
    room = limit - peak if (rate == 1).all() else float((hourly - np.maximum(mw, 0.0)).min())
    return peak, limit * rating, share, binding, room, rating


def _worst(mw: np.ndarray, limit: np.ndarray) -> tuple[float, int]:
    """(loading, position) of the hour with the highest loading; of none the one with the least room."""
    mw, rated = np.broadcast_arrays(mw, limit)
    empty = np.where(mw > BINDING, np.inf, 0.0)
    share = np.maximum(np.divide(mw, rated, out=empty, where=rated > ZERO), 0.0)
    at = int(share.argmax()) if share.any() else int((rated - mw).argmin())
    return float(share[at]), at


def duration(r: Reader) -> pd.DataFrame:
    """Load-duration curve of every station: MW at ranks from the highest hour to the lowest; `uncut_mw` is
    the curve if no transport right were off.
    """
    parts = []
    for year in r.frame.years:
        names, hours = r.hourly("stations.through", year)
        if not names:
            continue
        ranks = RANKS if len(hours) == 8760 else np.arange(len(hours))
        off = station_cuts(r, year)
        uncut = hours + np.column_stack([off.get(n, np.zeros(len(hours))) for n in names])
        columns = []
        for mw, name in ((hours, "mw"), (uncut, "uncut_mw")):
            ordered = pd.DataFrame(-np.sort(-mw, axis=0)[ranks], columns=names)
            block = ordered.assign(rank_hours=ranks, year=year)
            columns.append(block.melt(["year", "rank_hours"], var_name="substation", value_name=name))
        parts.append(columns[0].assign(uncut_mw=columns[1]["uncut_mw"]))
    empty = pd.DataFrame(columns=list(TABLES["duration"]))
    return pd.concat(parts, ignore_index=True)[list(empty.columns)] if parts else empty


def branches(r: Reader) -> pd.DataFrame:
    """Peak flow, limit and loading of every corridor; loading is that of its fullest circuit and hour."""
    units = _by_key(r.values("reinforcements", "units", "reinforcement", "unit", "year"))
    rows = []
    for year in r.frame.years:
        network = r.frame.network.at(year)
        on: dict[str, list[Any]] = {name: [] for name in network.corridors}
        for u in network.units:
            if units.get((u.reinforcement, u.number, year), 0) > 0.5:
                on[u.corridor].append(u)
        after = worst_outages(r, year)
        base = dict(zip(*_columns(r.hourly("grid.flow", year)), strict=True))
        extra = dict(zip(*_columns(r.hourly("grid.built", year)), strict=True))
        for name, corridor in network.corridors.items():
            rate = r.rates(corridor.rating, year) if corridor.rating else np.ones(1)
            found = _branch(corridor, on[name], base.get(name, np.zeros(1)), extra, rate)
            rows.append((name, year, *found[:-2], *after.get(name, ("", np.nan, np.nan)), *found[-2:]))
    columns = list(TABLES["branches"])
    return pd.DataFrame(rows, columns=columns)


def _branch(
    corridor: Corridor, standing: list[Any], flow: np.ndarray, extra: dict[Any, np.ndarray], rate: np.ndarray
) -> tuple[int, float, float, float, float, int]:
    """(circuits, peak MW, limit, loading, rating, hours that bind) of a corridor with the units on it."""
    limit, circuits, total = corridor.total_mw, corridor.circuits, flow
    limit += sum(u.mw for u in standing if not u.circuits)
    stands = corridor.circuits and limit > 0
    found = [_worst(np.abs(flow), limit * rate)] if stands else []
    busy = np.abs(flow) >= limit * rate - BINDING if stands else np.zeros(len(flow), bool)
    for u in standing:
        if u.circuits:
            own = extra.get((u.reinforcement, u.number), np.zeros(1))
            total = total + own
            limit, circuits = limit + u.total_mw, circuits + u.circuits
            if u.total_mw:
                found.append(_worst(np.abs(own), u.total_mw * rate))
                busy = busy | (np.abs(own) >= u.total_mw * rate - BINDING)
    share, at = max(found, default=(0.0, 0))
    finite, rating = np.isfinite(limit), float(rate[min(at, len(rate) - 1)])
    peak = float(np.abs(total).max())
    hours = int(busy.sum()) if finite else 0
    return circuits, peak, limit * rating if finite else np.nan, share if finite else np.nan, rating, hours


def _columns(found: tuple[list[Any], np.ndarray]) -> tuple[list[Any], list[np.ndarray]]:
    return found[0], list(found[1].T)


def reinforcements(r: Reader) -> pd.DataFrame:
    """Units in service and started, by stage; start_year is the latest year to begin what enters service."""
    units = r.values("reinforcements", "units", "reinforcement", "unit", "year")
    count = units.groupby(["reinforcement", "year"])["value"].sum().round().astype(int).to_dict()
    rows = []
    for row in r.frame.rows("reinforcements"):
        name, before = row["reinforcement"], 0
        lead = lead_years(row, r.frame.case.settings.horizon.lead_time)
        started = dict.fromkeys(r.frame.years, 0)
        entering: dict[int, int] = {}
        for year in r.frame.years:
            entering[year] = count.get((name, year), 0) - before
            before += entering[year]
            start = year - lead
            stage = max((y for y in r.frame.years if y <= start), default=r.frame.years[0])
            started[stage] += entering[year]
        for year in r.frame.years:
            new = entering[year]
            rows.append(
                {
                    "reinforcement": name,
                    "kind": row["kind"],
                    "target": row["target"] or f"{row['from']}-{row['to']}",
                    "owner": row["owner"],
                    "zone": zone_of(row, r.frame),
                    "year": year,
                    "units_started": started[year],
                    "units_in_service": count.get((name, year), 0),
                    "start_year": year - lead if new else np.nan,
                    "capex_meur": new * row["capex_meur"],
                }
            )
    columns = list(TABLES["reinforcements"])
    return add_needs(pd.DataFrame(rows, columns=columns), Needs(r, count))


def supplies(r: Reader) -> pd.DataFrame:
    """Output of every supply in the hours of the program; export of the outside grid counts negative."""
    keys = ["supply", "year", "period"]
    output, export = r.values("supplies", "output", *keys), r.values("supplies", "export", *keys)
    if output.empty and export.empty:
        return pd.DataFrame(columns=list(TABLES["supplies"]))
    both = pd.concat([output, export.assign(value=-export["value"])]) if len(export) else output
    total = _sums(both, keys)
    total["new_mw"] = _stock(r, "supplies", "new", total)
    return r.timed(total.rename(columns={"value": "mw"}))[list(TABLES["supplies"])]


def _sums(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Σ value by keys, in the order in which they come."""
    return table.groupby(keys, sort=False)["value"].sum().reset_index()


def _stock(r: Reader, block: str, variable: str, table: pd.DataFrame) -> list[float]:
    """What was added to the asset of each row (its first column) by its year; 0 where nothing can be."""
    added = _by_key(r.values(block, variable, "asset", "year"))
    return [added.get(key, 0.0) for key in zip(table.iloc[:, 0], table["year"], strict=True)]


def storages(r: Reader) -> pd.DataFrame:
    """Discharge less charge, and energy kept, of every storage in the hours of the program."""
    keys = ["storage", "year", "period"]
    columns = list(TABLES["storages"])
    charge, discharge = r.values("storages", "charge", *keys), r.values("storages", "discharge", *keys)
    if discharge.empty:
        return pd.DataFrame(columns=columns)
    level = r.values("storages", "level", *keys).rename(columns={"value": "energy_mwh"})
    table = discharge.assign(mw=discharge["value"] - charge["value"]).merge(level, on=keys)
    table["new_mw"] = _stock(r, "storages", "new_mw", table)
    table["new_mwh"] = _stock(r, "storages", "new_mwh", table)
    return r.timed(table)[columns]


def flows(r: Reader) -> pd.DataFrame:
    """Flow on every corridor in the hours of the program, all its circuits together."""
    base = r.values("grid", "flow", "branch", "year", "period")
    built = r.values("grid", "built", "reinforcement", "unit", "year", "period")
    if len(built):
        names = {(u.reinforcement, u.number): u.corridor for u in r.frame.network.units}
        built["branch"] = [names[k] for k in zip(built["reinforcement"], built["unit"], strict=True)]
        base = pd.concat([base, built[["branch", "year", "period", "value"]]], ignore_index=True)
    total = _sums(base, ["branch", "year", "period"])
    return r.timed(total.rename(columns={"value": "mw"}))[list(TABLES["flows"])]


def unserved(r: Reader) -> pd.DataFrame:
    """Unserved demand where there is any: worst MW, MWh per year, and the outage after which it is worst."""
    peak = r.values("loads", "peak", "substation", "year")
    if not (peak["value"] > 1e-6).any():
        return pd.DataFrame(columns=list(TABLES["unserved"]))
    energy = r.values("loads", "unserved", "substation", "side", "year", "period")
    mwh = r.annual(energy, ["substation", "year"]).rename(columns={"value": "mwh"})
    table = peak.rename(columns={"value": "mw"}).merge(mwh, on=["substation", "year"], how="left")
    worst = r.timed(energy.groupby(["substation", "year", "period"], sort=False)["value"].sum().reset_index())
    worst = worst.assign(value=worst["value"].round(4), whole=worst["outage"] == "")
    worst = worst.sort_values(["value", "whole"], ascending=[False, True], kind="stable")
    worst = worst.drop_duplicates(["substation", "year"])
    table = table.merge(worst[["substation", "year", "outage"]], on=["substation", "year"], how="left")
    table = table.rename(columns={"outage": "worst_outage"})
    return table[table["mw"] > 1e-6][list(TABLES["unserved"])].reset_index(drop=True)
