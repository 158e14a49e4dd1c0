"""What the report asks of a plan, computed once and free of language."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.plots import network_data, siting
from gridplan.plots.about import case_rows, filled, line_names, names_of, rows, stages
from gridplan.plots.built import built
from gridplan.plots.growth_data import data as growth
from gridplan.plots.network_data import station_load
from gridplan.plots.style import class_of
from gridplan.plots.text import Words, glossary

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan
    from gridplan.report.unlocked import Unlocked

Record = dict[Any, Any]
LEAST_MW = 1e-3


def measure(name: str, words: Words) -> str:
    """An indicator of one year in words with its unit; its id where the glossary has none."""
    return words(f"measure.{name}") if name in glossary()["measure"] else name


class Facts:
    """A plan, its manifest, and the tables the chapters share.

    Attributes:
        plan: a plan with tables.
        manifest: content of manifest.json.
        unlocked: what `gridplan unlock` found for it, if it was asked.
        years: the stages.
    """

    def __init__(self, plan: Plan, manifest: Mapping[str, Any], unlocked: Unlocked | None = None) -> None:
        self.plan, self.manifest, self.years = plan, manifest, stages(plan)
        self.unlocked = unlocked
        self.first, self.last = self.years[0], self.years[-1]
        self.kept: dict[str, Any] = {}  # what is the same for many pages, by language
        self._layers: dict[tuple[int, str], pd.DataFrame] = {}
        self._things: dict[int, pd.DataFrame] = {}

    @cached_property
    def title(self) -> str:
        """Title of the case, else its name."""
        settings = self.plan.case.settings.case
        return str(settings.title or settings.name)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the hashes of all input files, the scenario, the changes and the options."""
        case = self.manifest.get("case") or {}
        told = {
            "inputs": self.manifest.get("inputs"),
            "scenario": case.get("scenario"),
            "changes": case.get("changes"),
            "options": self.manifest.get("options"),
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    def total(self, name: str) -> float:
        """An indicator over all years; nan where the plan has none."""
        found = (self.plan.summary.get("indicators") or {}).get(name) or {}
        return float(found.get("total", math.nan))

    def value(self, name: str, year: int, zone: str = "all") -> float:
        """An indicator of a zone (`all`: the whole region) in a stage; nan where no row says so."""
        return self._indicators.get((name, zone, year), math.nan)

    @cached_property
    def _indicators(self) -> dict[tuple[str, str, int], float]:
        table = rows(self.plan, "indicators")
        keys = zip(table["indicator"], table["zone"].astype(str), table["year"].astype(int), strict=True)
        return dict(zip(keys, table["value"].astype(float), strict=True))

    @cached_property
    def zone_names(self) -> dict[str, str]:
        """Zone → name."""
        return names_of(self.plan, "zones", "zone")

    @cached_property
    def zones(self) -> dict[str, Record]:
        """Zone → row of the case."""
        table = case_rows(self.plan, "zones", "zone", "owner", "population", "res_region", "land_ha")
        return {str(row["zone"]): row for row in table.to_dict("records")}

    @cached_property
    def station_names(self) -> dict[str, str]:
        """Station → name."""
        return names_of(self.plan, "substations", "substation")

    @cached_property
    def sink_names(self) -> dict[str, str]:
        """Heat sink → name."""
        return names_of(self.plan, "heat_sinks", "sink")

    @cached_property
    def stations(self) -> dict[str, Record]:
        """Station → row of the case."""
        more = ("zone", "owner", "kv", "transformers", "transformer_mva", "limited_by")
        table = case_rows(self.plan, "substations", "substation", *more)
        return {str(row["substation"]): row for row in table.to_dict("records")}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Station → the number of its fact sheet, free of odd characters."""
        return {station: number for number, station in enumerate(self.stations)}

    @cached_property
    def loads(self) -> list[Record]:
        """Peak, limit, loading, room and class of every station, stage and direction."""
        found = []
        for row in rows(self.plan, "stations").to_dict("records"):
            load = station_load(row)
            kind = class_of(load["loading"], load["headroom_mw"])
            kind = "unbuilt" if kind == "none" and float(row["limit_mw"]) <= 1e-6 else kind
            base = {key: row[key] for key in ("year", "direction", "binding_hours")}
            found.append({"substation": str(row["substation"]), **base, **load, "class": kind})
        return found

    def load(self, station: str, year: int, direction: str = "demand") -> Record:
        """Load of a station in a stage; empty where there is none."""
        return self._load.get((station, year, direction), {})

    @cached_property
    def _load(self) -> dict[tuple[str, int, str], Record]:
        return {(r["substation"], int(r["year"]), r["direction"]): r for r in self.loads}

    def full(self, year: int, direction: str = "demand") -> list[str]:
        """Stations without room in a stage, by name."""
        found = [s for s in self.stations if self.load(s, year, direction).get("class") == "full"]
        return sorted(found, key=lambda s: self.station_names[s])

    @cached_property
    def lines(self) -> list[Record]:
        """Peak, limit and loading of every branch and stage, with its name."""
        names = self.line_names
        return [
            {"branch": str(row["branch"]), "name": names.get(str(row["branch"]), str(row["branch"]))}
            | {"year": int(row["year"])}
            | station_load(row)
            for row in rows(self.plan, "branches").to_dict("records")
        ]

    @cached_property
    def line_names(self) -> dict[str, str]:
        """Branch → its name, else the names of its two ends."""
        return line_names(self.plan)

    @cached_property
    def serves(self) -> dict[str, list[tuple[str, float]]]:
        """Zone → stations that feed it, with their share."""
        found: dict[str, list[tuple[str, float]]] = {}
        table = case_rows(self.plan, "service_areas", "zone", "substation", "share")
        for row in table.to_dict("records"):
            share = float(row["share"]) if filled(row["share"]) else 1.0
            if share > 0:
                found.setdefault(str(row["zone"]), []).append((str(row["substation"]), share))
        for zone in self.zones:
            if zone not in found and zone in self.stations:
                found[zone] = [(zone, 1.0)]
        return found

    @cached_property
    def built(self) -> list[Record]:
        """What is built, with the row of the case: units, start, service, cost, owner, place."""
        table = case_rows(self.plan, "reinforcements", "reinforcement", "name", "earliest_year")
        facts = {str(row["reinforcement"]): row for row in table.to_dict("records")}
        zones = dict(
            zip(*(rows(self.plan, "reinforcements")[k] for k in ("reinforcement", "zone")), strict=True)
        )
        found = []
        for row in built(self.plan).to_dict("records"):
            fact = facts.get(row["reinforcement"], {})
            label = fact.get("name")
            name = str(label) if filled(label) else str(row["reinforcement"])
            zone = zones.get(row["reinforcement"])
            found.append({**row, "name": name, "zone": str(zone) if filled(zone) else ""})
        return found

    @cached_property
    def sites(self) -> list[Record]:
        """Datacenter sites: name, zone, station, and new IT MW by stage (over classes and rights)."""
        table = rows(self.plan, "datacenters")
        mw = table.assign(site=table["site"].astype(str)).groupby(["site", "year"])["it_mw"].sum().to_dict()
        case = case_rows(
            self.plan, "datacenters", "site", "zone", "substation", "owner", "existing_it_mw", "class"
        )
        names = names_of(self.plan, "datacenters", "site")
        found = []
        for row in case.drop_duplicates("site").to_dict("records"):
            site = str(row["site"])
            zone = str(row["zone"]) if filled(row["zone"]) else ""
            station = str(row["substation"]) if filled(row["substation"]) else ""
            zone = zone or str(self.stations.get(station, {}).get("zone") or "")
            new = {year: float(mw.get((site, year), 0.0)) for year in self.years}
            opened = next((year for year in self.years if new[year] > LEAST_MW), None)
            found.append(
                {"site": site, "name": names[site], "zone": zone, "substation": station, "mw": new}
                | {"owner": row["owner"] if filled(row["owner"]) else "", "class": str(row["class"])}
                | {"existing": float(row["existing_it_mw"]) if filled(row["existing_it_mw"]) else 0.0}
                | {"opened": opened}
            )
        return found

    @cached_property
    def reuse(self) -> list[Record]:
        """Rows of the table on residual heat, with its sentences."""
        return rows(self.plan, "heat_reuse").to_dict("records")

    @cached_property
    def shortfall(self) -> list[Record]:
        """What of the programme found no place: class, region, year, MW IT."""
        table = rows(self.plan, "shortfall")
        return table[table["it_mw"] > LEAST_MW].to_dict("records")

    @cached_property
    def unserved(self) -> list[Record]:
        """Stations with demand that is not served: year, MW, MWh."""
        table = rows(self.plan, "unserved")
        return table[table["mw"] > LEAST_MW].to_dict("records")

    @cached_property
    def policies(self) -> list[Record]:
        """Policies with what they ask and what is reached."""
        return rows(self.plan, "policies").to_dict("records")

    @cached_property
    def parts(self) -> dict[tuple[str, int], list[Record]]:
        """(station, stage) → categories in its fullest hour, the largest first."""
        found: dict[tuple[str, int], list[Record]] = {}
        for row in growth(self.plan, top=None).to_dict("records"):
            found.setdefault((row["substation"], int(row["year"])), []).append(row)
        return {key: sorted(part, key=lambda r: (-r["mw"], r["category"])) for key, part in found.items()}

    @cached_property
    def options(self) -> dict[str, list[Record]]:
        """Target → reinforcements that the case allows there."""
        more = ("name", "target", "adds_mva", "capex_meur", "earliest_year")
        table = case_rows(self.plan, "reinforcements", "reinforcement", *more)
        return _grouped(table.to_dict("records"), "target")

    @cached_property
    def rights_room(self) -> dict[str, list[Record]]:
        """Station → room for demand by right in the last stage."""
        table = rows(self.plan, "rights_room", self.last)
        return _grouped(table[table["direction"] == "demand"].to_dict("records"), "substation")

    def layers(self, year: int, direction: str) -> pd.DataFrame:
        """What the map of the grid draws."""
        if (year, direction) not in self._layers:
            self._layers[year, direction] = network_data.data(self.plan, year, direction)
        return self._layers[year, direction]

    def things(self, year: int) -> pd.DataFrame:
        """What the map of sites, heat and masts draws."""
        if year not in self._things:
            self._things[year] = siting.data(self.plan, year)
        return self._things[year]

    @cached_property
    def curves(self) -> dict[str, pd.DataFrame]:
        """Station → its load-duration curves (year, hours, MW)."""
        table = rows(self.plan, "duration").astype({"substation": str})
        parts = table.sort_values(["year", "rank_hours"]).groupby("substation", sort=False)
        return {str(station): part for station, part in parts}


def _grouped(records: list[Record], key: str) -> dict[str, list[Record]]:
    """Rows by the text of a column."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(str(record[key]), []).append(record)
    return found
