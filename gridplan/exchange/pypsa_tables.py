"""A PyPSA network as tables, from a case or a plan in one of its years."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case import Case, CaseError, Problem
from gridplan.explain.built import built_of, with_limits
from gridplan.model.frame import Frame
from gridplan.model.loads import existing_mw
from gridplan.model.periods import snapshot
from gridplan.network import Network
from gridplan.plan import Plan
from gridplan.solve.topology import Topology

LARGE = 1e6  # MW that stand for no limit
BEHIND = " mv"  # of a bus behind the transformers of a station


@dataclass
class Tables:
    """Components by their PyPSA list name: rows by name, and series (snapshots × columns) by attribute."""

    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    series: dict[tuple[str, str], dict[str, np.ndarray]] = field(default_factory=dict)
    hours: float = 8760.0
    count: int = 1

    def add(self, kind: str, name: str, **cells: Any) -> str:
        """Add a component; a name that another one has already gets a number. Returns the name."""
        rows, made = self.rows.setdefault(kind, {}), name
        while made in rows:
            made = f"{name} ({len(rows)})"
        rows[made] = cells
        return made

    def over_time(self, kind: str, attribute: str, name: str, values: np.ndarray) -> None:
        """Add a series."""
        self.series.setdefault((kind, attribute), {})[name] = values


def tables_of(what: Case | Plan, year: int | None, profiles: pd.DataFrame | None = None) -> Tables:
    """The network of a year: what stands (of a plan: what it built), what is drawn and what can supply.

    Args:
        what: case or plan.
        year: stage; None: the first.
        profiles: other hours than those of the case (one column per profile), such as typical ones.

    Raises:
        CaseError: for a year that is no stage, and for phase shifters, which have another sign convention.
    """
    case = what if isinstance(what, Case) else what.case
    at = case.years[0] if year is None else year
    if at not in case.years:
        allowed = ", ".join(map(str, case.years))
        raise CaseError([Problem("--year", None, "", str(at), f"{at} is no stage", allowed, check="export")])
    network = Network(case)
    built = with_limits(case, network, {} if isinstance(what, Case) else built_of(what))
    made = _Maker(case, network, at, profiles)
    made.buses(built)
    made.branches(Topology(network, built, at, case.settings.physics.flow == "dc"))
    made.loads(what if isinstance(what, Plan) else None)
    made.supplies(what if isinstance(what, Plan) else None)
    made.storages()
    return made.tables


class _Maker:
    def __init__(self, case: Case, network: Network, year: int, profiles: pd.DataFrame | None) -> None:
        self.case, self.network, self.year = case, network, year
        self.frame = Frame(case, network, snapshot(case))
        self.profiles = case.profiles if profiles is None else profiles
        self.tables = Tables(hours=case.settings.time.hours)
        if self.profiles is not None:
            self.tables.count, self.tables.hours = len(self.profiles), float(len(self.profiles))
        self.limited: set[str] = set()
        self.behind = _behind(case.table("substations")["substation"])

    def buses(self, built: dict[Any, float]) -> None:
        """A bus per station, and one behind its transformers where these have a limit."""
        rows = {row["substation"]: row for row in self.case.table("substations").to_dict("records")}
        limit: dict[str, dict[str, float]] = {name: {} for name in rows}
        for (name, key), value in built.items():
            if name.startswith("stations.") and key[1] == self.year:
                limit[key[0]][name.removeprefix("stations.")] = value
        for station, row in rows.items():
            place = (
                {"x": row["lon"], "y": row["lat"]} if pd.notna(row["lon"]) and pd.notna(row["lat"]) else {}
            )
            if self.network.bus[station] == station:
                self.tables.add("buses", station, v_nom=1.0, carrier="AC", **place)
            of = {name: mw for name, mw in limit[station].items() if math.isfinite(mw)}
            demand, feedin = of.get("demand_mw", math.inf), of.get("feedin_mw", math.inf)
            if math.isfinite(demand):
                demand = min(demand, of.get("cap_mw", math.inf))
            if math.isfinite(demand) or math.isfinite(feedin) or self.network.bus[station] != station:
                self.limited.add(station)
                self.tables.add("buses", self.behind[station], v_nom=1.0, carrier="AC", **place)
                demand, feedin = min(demand, LARGE), min(feedin, LARGE)
                size = max(demand, feedin, 1e-9)
                self.tables.add(
                    "links", f"{station} transformers", bus0=self._above(station), bus1=self.behind[station],
                    p_nom=size, p_max_pu=demand / size, p_min_pu=-feedin / size, efficiency=1.0,
                )  # fmt: skip

    def _above(self, station: str) -> str:
        """Where a station's transformers hang: its own bus, or behind its parent's."""
        parent = self.network.parent.get(station, "")
        if self.network.bus[station] == station or not parent:
            return station
        return self.behind[parent]

    def _bus(self, station: str, side: str) -> str:
        if station in self.limited and (side != "hv" or self.network.bus[station] != station):
            return self.behind[station]
        return station

    def branches(self, topology: Topology) -> None:
        """A line per group of like circuits (without physics: a link); 1 kV and 1 MVA are PyPSA's units."""
        shifts = dict(self.case.table("branches")[["branch", "shift_deg"]].itertuples(index=False, name=None))
        convention = self.case.settings.physics.susceptance
        seen: dict[str, int] = {}
        for group in topology.groups:
            seen[group.corridor] = count = seen.get(group.corridor, 0) + 1
            name = group.corridor + (f" #{count}" if count > 1 else "")
            if convention == "1/(x*tap)" and shifts.get(group.corridor):
                message = "a phase shifter is not exported"
                found = Problem(
                    "branches.csv", None, "shift_deg", group.corridor, message, "0", check="export"
                )
                raise CaseError([found])
            ends = {"bus0": group.ends[0], "bus1": group.ends[1]}
            mw = min(group.mw, LARGE)
            if topology.dc:
                x = max(group.x, 1e-6) / group.count / 100.0
                self.tables.add("lines", name, **ends, x=x, r=0.0, s_nom=mw, num_parallel=float(group.count))
            else:
                self.tables.add("links", name, **ends, p_nom=mw, p_max_pu=1.0, p_min_pu=-1.0, efficiency=1.0)

    def _series(self, profile: str) -> np.ndarray | None:
        if not profile or self.profiles is None:
            return None
        return self.profiles[profile].to_numpy(float)

    def _load(self, name: str, row: Mapping[Any, Any], mw: float) -> None:
        shape = self._series(row.get("profile", ""))
        for (station, side), share in self.frame.places(
            row["zone"], row["substation"], row.get("side", "mv")
        ):
            title = name if share == 1 else f"{name} at {station}"
            title = self.tables.add("loads", title, bus=self._bus(station, side), p_set=share * mw)
            if shape is not None:
                self.tables.over_time("loads", "p_set", title, share * mw * shape)

    def loads(self, plan: Plan | None) -> None:
        """Demands, and what datacenters draw."""
        for name, rows in self.case.table("demands").groupby("demand", sort=False):
            first = rows.iloc[0].to_dict()
            self._load(str(name), first, self.frame.by_year(rows, "peak_mw")[self.year])
        new = {}
        if plan is not None:
            table = plan.datacenters
            table = table[table["year"] == self.year]
            new = table.groupby("site")["grid_mw"].sum().to_dict()
        for row in self.frame.rows("datacenters"):
            mw = existing_mw(row, self.frame)[self.year] + float(new.get(row["site"], 0.0))
            if mw:
                self._load(f"datacenter {row['site']}", row, mw)
        if "unserved_mw_years" in self.case.settings.objective.minimise:
            price = self.case.settings.objective.unserved_eur_per_mwh
            for bus in {cells["bus"] for cells in self.tables.rows.get("loads", {}).values()}:
                self.tables.add("generators", f"unserved at {bus}", bus=bus, p_nom=LARGE, marginal_cost=price)

    def supplies(self, plan: Plan | None) -> None:
        """Generators; a grid above also takes, at no price."""
        grown: dict[Any, Any] = {}
        if plan is not None and len(plan.tables["supplies"]):
            table = plan.table("supplies")
            grown = table[table["year"] == self.year].groupby("supply")["new_mw"].max().to_dict()
        for name, rows in self.case.table("supplies").groupby("supply", sort=False):
            first: Mapping[Any, Any] = rows.iloc[0].to_dict()
            mw = self.frame.by_year(rows, "capacity_mw")[self.year]
            new = float(grown.get(str(name), 0.0) or 0.0)
            least = self.frame.by_year(rows, "min_mw")[self.year]
            self._supply(str(name), first, LARGE if math.isnan(mw) else mw, new, least)

    def _supply(self, name: str, row: Mapping[Any, Any], mw: float, new: float, least: float) -> None:
        shape = self._series(row["profile"])
        whole = mw + new
        if row["profile"] and not row["curtailable"]:
            least = mw
        ratio = least / whole if whole > 0 else 0.0
        for (station, side), share in self.frame.places(row["zone"], row["substation"], row["side"]):
            title = name if share == 1 else f"{name} at {station}"
            part = 1.0 if mw >= LARGE else share  # a share of no limit is no limit
            cells = {"bus": self._bus(station, side), "p_nom": part * whole, "carrier": row["technology"]}
            cells |= {"marginal_cost": row["cost_eur_per_mwh"]}
            if row["cost_eur_per_mw2h"]:
                cells["marginal_cost_quadratic"] = row["cost_eur_per_mw2h"]
            title = self.tables.add("generators", title, **cells, p_min_pu=ratio, p_max_pu=1.0)
            if shape is not None:
                self.tables.over_time("generators", "p_max_pu", title, shape)
                if ratio:
                    self.tables.over_time("generators", "p_min_pu", title, ratio * shape)
            if row["technology"] == "grid_supply":
                taken = {"bus": cells["bus"], "p_nom": part * mw, "carrier": "export"}
                self.tables.add("generators", f"{title} takes", **taken, p_min_pu=-1.0, p_max_pu=0.0)

    def storages(self) -> None:
        """Batteries; half of the losses on either way."""
        for row in self.frame.rows("storages"):
            for (station, side), share in self.frame.places(row["zone"], row["substation"], row["side"]):
                title = row["storage"] if share == 1 else f"{row['storage']} at {station}"
                one_way = math.sqrt(row["efficiency"])
                hours = row["energy_mwh"] / row["power_mw"] if row["power_mw"] else 0.0
                self.tables.add(
                    "storage_units", title, bus=self._bus(station, side), p_nom=share * row["power_mw"],
                    max_hours=hours, efficiency_store=one_way, efficiency_dispatch=one_way,
                    cyclic_state_of_charge=True,
                )  # fmt: skip


def _behind(stations: Iterable[str]) -> dict[str, str]:
    """A name for the bus behind the transformers of every station, which no other bus has."""
    names = list(stations)
    taken, made = set(names), {}
    for station in names:
        name = station + BEHIND
        while name in taken:
            name += BEHIND
        taken.add(name)
        made[station] = name
    return made
