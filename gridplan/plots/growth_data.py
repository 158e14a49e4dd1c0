"""Who fills each station: the fullest hour of every stage, split by category (MW)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.plots.about import case_rows, filled, names_of, rows, stages

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

DEMANDS = "demands"
COLUMNS = ("substation", "name", "year", "day", "hour", "category", "mw", "total_mw", "limit_mw", "peak_mw")
LEAST_MW = 0.05
TOP = 10  # stations, unless told


def data(plan: Plan, substation: str | None = None, top: int | None = TOP) -> pd.DataFrame:
    """A row per station, stage and category, the `top` (None: all) largest stations of the last first.

    The hour is the one in which the station's own withdrawals are largest among the hours that the program
    holds; `mw` sums to `total_mw` there (a negative one feeds in). `peak_mw` is the largest of all hours that
    were checked, in which flexible load may be placed otherwise; `limit_mw` the station's limit for demand.
    Load of the case is split by `demands.category` in proportion to what each draws in that hour.

    Raises:
        ValueError: unknown substation, `top` below 1, or a plan without tables.
    """
    if top is not None and top < 1:
        raise ValueError(f"top = {top}: at least 1 station is needed")
    table = _fullest(plan)
    names = names_of(plan, "substations", "substation")
    if substation is not None:
        if substation not in names:
            raise ValueError(f"substation '{substation}' is not there; there are {', '.join(names)}")
        table = table[table["substation"] == substation]
    table = _split(plan, table)
    table = table[table["mw"].abs() >= LEAST_MW]
    limits = _limits(plan)
    keys = list(zip(table["substation"], table["year"], strict=True))
    table = table.assign(
        name=[names.get(station, station) for station in table["substation"]],
        limit_mw=[limits.get(key, (math.nan, math.nan))[0] for key in keys],
        peak_mw=[limits.get(key, (math.nan, math.nan))[1] for key in keys],
    )
    return _ranked(table, None if substation else top)[list(COLUMNS)]


def _fullest(plan: Plan) -> pd.DataFrame:
    """Withdrawals by subject behind the transformers, in each station's fullest hour of each stage."""
    table = rows(plan, "withdrawals").astype({"substation": str, "subject": str})
    whole = table["outage"].isna() | (table["outage"] == "")
    table = table[(table["side"] == "mv") & whole]
    if table.empty:
        return table.assign(total_mw=pd.Series(dtype=float))
    hour = ["substation", "year", "day", "hour"]
    parts = table.groupby([*hour, "subject"])["mw"].sum().reset_index()
    parts["total_mw"] = parts.groupby(hour)["mw"].transform("sum")
    best = parts.sort_values(["total_mw", "day", "hour"], ascending=[False, True, True], kind="stable")
    best = best.drop_duplicates(["substation", "year"])[hour]
    return parts.merge(best, on=hour)


def _split(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """The load of the case by category; all else by its subject."""
    loads = Loads(plan)
    found = []
    for row in table.to_dict("records"):
        base = {k: row[k] for k in ("substation", "year", "day", "hour", "total_mw")}
        shares = loads.shares(row["substation"], int(row["year"]), int(row["day"]) * 24 + int(row["hour"]))
        if row["subject"] != DEMANDS or not shares:
            found.append({**base, "category": row["subject"], "mw": row["mw"]})
            continue
        found += [{**base, "category": k, "mw": row["mw"] * share} for k, share in shares.items()]
    columns = ["substation", "year", "day", "hour", "total_mw", "category", "mw"]
    return pd.DataFrame(found, columns=columns)


class Loads:
    """Demand of the case by station, as (category, profile, MW by stage)."""

    def __init__(self, plan: Plan) -> None:
        table = plan.case.profiles
        self.profiles: dict[str, np.ndarray] = {}
        if table is not None:
            self.profiles = {str(name): table[name].to_numpy(float) for name in table.columns}
        self.at: dict[str, list[tuple[str, str, dict[int, float]]]] = {}
        more = ("zone", "substation", "category", "profile", "year", "peak_mw", "side")
        table = case_rows(plan, "demands", "demand", *more)
        self._shares = _shares(plan)
        for _, members in table[table["side"] != "hv"].groupby("demand", sort=False):
            row = members.iloc[0].to_dict()
            peak = _by_year(members, stages(plan))
            category = str(row["category"]) if filled(row["category"]) else DEMANDS
            profile = str(row["profile"]) if filled(row["profile"]) else ""
            for station, share in self.places(row):
                mw = {year: share * value for year, value in peak.items()}
                self.at.setdefault(station, []).append((category, profile, mw))

    def places(self, row: dict[Any, Any]) -> list[tuple[str, float]]:
        """Stations that feed an asset, with their share: its own, its zone's, or the one of that name."""
        if filled(row["substation"]):
            return [(str(row["substation"]), 1.0)]
        zone = str(row["zone"])
        return self._shares.get(zone, [(zone, 1.0)])

    def of_year(self, station: str, year: int) -> dict[str, float]:
        """Share of every category in the energy of a year; empty where there is none."""
        found: dict[str, float] = {}
        for category, profile, mw in self.at.get(station, []):
            values = self.profiles.get(profile)
            hours = 8760.0 if values is None else float(values.sum())
            found[category] = found.get(category, 0.0) + mw[year] * hours
        total = sum(found.values())
        return {k: v / total for k, v in found.items()} if abs(total) > 1e-9 else {}

    def shares(self, station: str, year: int, hour: int) -> dict[str, float]:
        """Share of every category in the load of a station in an hour; empty where there is none."""
        found: dict[str, float] = {}
        for category, profile, mw in self.at.get(station, []):
            found[category] = found.get(category, 0.0) + mw[year] * self._value(profile, hour)
        total = sum(found.values())
        return {k: v / total for k, v in found.items()} if abs(total) > 1e-9 else {}

    def _value(self, profile: str, hour: int) -> float:
        values = self.profiles.get(profile)
        return float(values[hour]) if values is not None and 0 <= hour < len(values) else 1.0


def _shares(plan: Plan) -> dict[str, list[tuple[str, float]]]:
    """Zone → (station, share) that feed it."""
    found: dict[str, list[tuple[str, float]]] = {}
    for row in case_rows(plan, "service_areas", "zone", "substation", "share").to_dict("records"):
        share = float(row["share"]) if filled(row["share"]) else 1.0
        found.setdefault(str(row["zone"]), []).append((str(row["substation"]), share))
    return found


def _by_year(members: pd.DataFrame, years: list[int]) -> dict[int, float]:
    """MW in every stage: a straight line between the rows of a demand, flat outside them."""
    known = members.dropna(subset=["peak_mw"]).sort_values("year")
    mw = known["peak_mw"].to_numpy(float)
    if known["year"].isna().any() or len(known) < 2:
        return dict.fromkeys(years, float(mw[0]) if len(mw) else 0.0)
    at = known["year"].to_numpy(float)
    return {year: float(np.interp(year, at, mw)) for year in years}


def _limits(plan: Plan) -> dict[tuple[str, int], tuple[float, float]]:
    table = rows(plan, "stations")
    table = table[table["direction"] == "demand"]
    limit = np.where(np.isinf(table["limit_mw"].astype(float)), np.nan, table["limit_mw"].astype(float))
    keys = zip(table["substation"].astype(str), table["year"].astype(int), strict=True)
    return dict(zip(keys, zip(limit, table["peak_mw"].astype(float), strict=True), strict=True))


def _ranked(table: pd.DataFrame, top: int | None) -> pd.DataFrame:
    """Largest total of the last stage first; within a station by year, then by size in the last stage."""
    if table.empty:
        return table
    last = table[table["year"] == table["year"].max()]
    order = last.groupby("substation")["total_mw"].max().sort_values(ascending=False, kind="stable")
    rank = {str(station): n for n, station in enumerate(order.index)}
    sizes = last.groupby("category")["mw"].sum()
    table = table.assign(
        rank=[rank.get(station, len(rank)) for station in table["substation"]],
        size=[-float(sizes.get(category, 0.0)) for category in table["category"]],
    )
    table = table if top is None else table[table["rank"] < top]
    return table.sort_values(["rank", "year", "size", "category"], ignore_index=True)
