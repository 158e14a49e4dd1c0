"""`bottlenecks`: stations by stage and direction: what limits them, who fills them, what a MW costs."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd

from gridplan.explain.built import built_of
from gridplan.explain.headroom import headroom
from gridplan.explain.limits import BRANCH, ELSEWHERE, OWN, PARENT
from gridplan.explain.places import DEMAND, FEEDIN
from gridplan.explain.tight.operated import Operated
from gridplan.explain.tight.result import Bottlenecks
from gridplan.network import Network
from gridplan.plan.plan import Plan
from gridplan.solve.progress import Progress, Silent

FULL_MW = 0.05  # less room than this is none
TOP = 3
BAY = "bay"
COLUMNS = (
    "station", "name", "year", "direction", "full", "first_full_year", "headroom_mw", "limited_by", "element",
    "outage", "peak_mw", "limit_mw", "binding_hours", "day", "hour",
    *(f"{part}_{k}" for k in range(1, TOP + 1) for part in ("cause", "category", "mw")),
    "price_meur_per_mw_year", "energy_eur_per_mwh", "scarcity_meur_per_mw_year", "meaning",
)  # fmt: skip
SCARCE = 1e-6  # M€/MW·yr


def bottlenecks(
    plan: Plan,
    years: Sequence[int] | None = None,
    directions: Sequence[str] = (DEMAND, FEEDIN),
    places: Sequence[str] | None = None,
    price: float = 1.0,
    progress: Progress | None = None,
) -> Bottlenecks:
    """Every station, stage and direction: when it is full, what limits it, who fills it, what a MW costs.

    Args:
        plan: a plan.
        years, directions: stages (None: all) and `demand`, `feedin`.
        places: stations; None: all.
        price: M€ per MW·year that is not served, where the case minimises that.
        progress: watcher.

    Raises:
        ValueError: unknown year, direction or station; a plan without tables.
    """
    begun, watcher = monotonic(), progress or Silent()
    case, network = plan.case, Network(plan.case)
    built = built_of(plan)
    stations = list(network.stations) if places is None else list(places)
    for name in stations:
        if name not in network.stations:
            known = ", ".join(sorted(network.stations))
            raise ValueError(f"station '{name}' is not there; there are {known}")
    room = headroom(plan, years, directions, places=stations, progress=watcher)
    room = room[room["kind"] == "station"]
    watcher.phase("operate the hours that bind")
    full = room[room["headroom_mw"] <= FULL_MW]
    hours = {
        (int(r["year"]), int(24 * r["day"] + r["hour"]), str(r["outage"])) for r in full.to_dict("records")
    }
    operated = Operated(case, built, sorted(hours), price)
    maker = _Rows(plan, network, operated)
    rows = [maker.row({str(k): v for k, v in r.items()}) for r in room.to_dict("records")]
    rows += maker.bays(sorted(set(room["year"])), stations)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["first_full_year"] = _first(table)
    order = ["first_full_year", "headroom_mw", "station", "direction", "year"]
    table = table.sort_values(order, kind="stable", ignore_index=True)
    return Bottlenecks(case, table.astype({"first_full_year": "Int64"}), price, monotonic() - begun)


def _first(table: pd.DataFrame) -> pd.Series:
    """First stage in which a station is full, by direction; of bays apart."""
    bays = table["limited_by"] == BAY
    found = table[table["full"]].groupby(["station", "direction", bays])["year"].min()
    keys = zip(table["station"], table["direction"], bays, strict=True)
    return pd.Series([found.get(key, np.nan) for key in keys], index=table.index, dtype=float)


class _Rows:
    """Makes the rows of the table."""

    def __init__(self, plan: Plan, network: Network, operated: Operated) -> None:
        self.plan, self.network, self.operated = plan, network, operated
        self.prices = operated.prices()
        stations, branches = plan.stations.to_dict("records"), plan.branches.to_dict("records")
        self.stations = {(r["substation"], r["year"], r["direction"]): r for r in stations}
        self.branches = {(r["branch"], r["year"]): r for r in branches}
        names = plan.case.table("substations")
        self.names = {r["substation"]: str(r["name"] or r["substation"]) for r in names.to_dict("records")}

    def row(self, at: dict[str, Any]) -> dict[str, Any]:
        """One station, stage and direction, from what `headroom` says."""
        n, year, way = str(at["place"]), int(at["year"]), str(at["direction"])
        full = bool(at["headroom_mw"] <= FULL_MW)
        cells = {"station": n, "name": self.names.get(n, n), "year": year, "direction": way, "full": full}
        cells |= {k: at[k] for k in ("headroom_mw", "limited_by", "element", "outage", "day", "hour")}
        peak, limit, hours = self._loading(n, year, way, at)
        cells |= {"peak_mw": peak, "limit_mw": limit, "binding_hours": hours}
        if self._absent(n, year):
            return cells | {"meaning": "absent"}
        if full:
            above = str(at["element"]) if at["limited_by"] == PARENT else n
            period = self.operated.period(year, int(24 * at["day"] + at["hour"]), str(at["outage"]))
            cells |= self._causes(above, year, way, period)
        return cells | self._price(n, year, way, full)

    def _absent(self, n: str, year: int) -> bool:
        """Whether a station has no transformers yet."""
        keys = [(n, year, way) for way in (DEMAND, FEEDIN)]
        limits = [float(self.stations[key]["limit_mw"]) for key in keys if key in self.stations]
        return bool(limits) and all(limit <= 1e-6 for limit in limits)

    def bays(self, years: list[int], stations: list[str]) -> list[dict[str, Any]]:
        """A row for every station and stage without a free bay: no new site or circuit can be connected."""
        return [
            {"station": n, "name": self.names.get(n, n), "year": y, "direction": DEMAND, "full": True}
            | {"limited_by": BAY, "element": n, "outage": "", "headroom_mw": np.nan, "meaning": "bay"}
            for n, y in sorted(self.operated.full_bays)
            if n in stations and y in years and not self._absent(n, y)
        ]

    def _loading(self, n: str, year: int, way: str, at: dict[str, Any]) -> tuple[float, float, float]:
        """(peak MW, limit MW, hours at the limit) of the element that limits; of others of the station."""
        element = str(at["element"])
        if at["limited_by"] == BRANCH and (element, year) in self.branches:
            own = self.branches[element, year]
            return float(own["peak_mw"]), float(own["limit_mw"]), float(own.get("binding_hours", np.nan))
        where = element if at["limited_by"] in (OWN, PARENT, ELSEWHERE) else n
        if (where, year, way) not in self.stations:
            return np.nan, np.nan, np.nan
        own = self.stations[where, year, way]
        hours = float(own["binding_hours"]) if at["limited_by"] in (OWN, PARENT, ELSEWHERE) else np.nan
        return max(0.0, float(own["peak_mw"])), float(own["limit_mw"]), hours

    def _causes(self, n: str, year: int, way: str, period: int) -> dict[str, Any]:
        """The largest causes in the hour that binds, at a station and all below it."""
        below = [n]
        for name in below:
            below += [child for child, parent in self.network.parent.items() if parent == name]
        sign = 1.0 if way == DEMAND else -1.0
        found = {cause: sign * mw for cause, mw in self.operated.causes(below, year, period).items()}
        top = sorted(((mw, cause) for cause, mw in found.items() if mw > 0), reverse=True)[:TOP]
        cells: dict[str, Any] = {}
        for k, (mw, (subject, category)) in enumerate(top, 1):
            cells |= {f"cause_{k}": subject, f"category_{k}": category, f"mw_{k}": mw}
        return cells

    def _price(self, n: str, year: int, way: str, full: bool) -> dict[str, Any]:
        """Price of one MW more in a direction, and what it means."""
        price = self.prices.get((n, year))
        if price is None:
            return {"meaning": "none"}
        sign = 1.0 if way == DEMAND else -1.0
        scarce = sign * price.scarcity > SCARCE
        return {
            "price_meur_per_mw_year": sign * price.total,
            "energy_eur_per_mwh": sign * price.energy,
            "scarcity_meur_per_mw_year": sign * price.scarcity,
            "meaning": "scarce" if scarce else "whole" if full else "energy",
        }
