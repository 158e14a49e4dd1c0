"""What a case and the tables of its plan say, read anew: nothing here comes from the program."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.plan.columns import TABLES

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

Record = dict[str, Any]
ASSETS = (
    "reinforcement",
    "substation",
    "branch",
    "site",
    "link",
    "pipe",
    "sink",
    "source",
    "heat_pump",
    "heat_storage",
    "network",
    "mast",
)
PLACES = ("supply", "storage", "policy", "zone", "region", "from", "to", "at", "target", "owner", "scope")
HOLDERS = ("holder", "group")
WORDS = ("kind", "direction", "class", "right", "side", "subject", "indicator", "sense", "unit")
LISTS = (
    "links",
    "pipes",
    "heat_pumps",
    "station",
    "freed_station",
    "verdict",
    "by",
    "from_kind",
    "to_kind",
    "sentence_en",
    "sentence_nl",
)
OTHERS = ("outage", "worst_outage", "substations", "need", "request", "stations", "date", "blocked_by")
TEXT = frozenset((*ASSETS, *PLACES, *HOLDERS, *WORDS, *LISTS, *OTHERS))
FLAGS = frozenset({"open", "connected", "in_service", "edge", "binding"})
# Tables with rows for hours of the program.
HOURLY = ("flows", "supplies", "storages", "heat_storages", "withdrawals", "curtailments")


class View:
    """A plan and its case, seen as tables."""

    def __init__(self, plan: Plan) -> None:
        """Take a plan that has tables."""
        self.plan, self.case, self.settings = plan, plan.case, plan.case.settings
        self.years = list(plan.case.years)
        self.pf = self.settings.case.power_factor
        stations = self.case.table("substations")
        self.stations = stations.set_index("substation", drop=False)
        self.zone_of = dict(zip(stations["substation"], stations["zone"], strict=True))
        self.parent = {
            n: up for n, up in zip(stations["substation"], stations["limited_by"], strict=True) if up
        }
        self._tables: dict[str, pd.DataFrame] = {}
        self._rows: dict[str, list[Record]] = {}

    def table(self, name: str) -> pd.DataFrame:
        """A table of the plan with all its columns: text never blank as nan, numbers as floats."""
        if name not in self._tables:
            stated = self.plan.tables.get(name, pd.DataFrame())
            self._tables[name] = _typed(stated, name) if len(stated) else _empty(name)
        return self._tables[name]

    def records(self, name: str) -> list[Record]:
        """Rows of a table of the plan as dictionaries."""
        return _records(self.table(name))

    def rows(self, name: str) -> list[Record]:
        """Rows of a table of the case as dictionaries; a blank is nan, which no comparison finds true."""
        if name not in self._rows:
            found = _records(self.case.table(name))
            self._rows[name] = [
                {k: np.nan if v is None or v is pd.NA else v for k, v in row.items()} for row in found
            ]
        return self._rows[name]

    def by_id(self, name: str, key: str) -> dict[str, Record]:
        """Rows of a table of the case by their id; the first, where an asset has rows for several years."""
        found: dict[str, Record] = {}
        for row in self.rows(name):
            found.setdefault(row[key], row)
        return found

    def groups(self, name: str, key: str) -> dict[str, list[Record]]:
        """Rows of a table of the case by id, where an id may have several (one a year)."""
        found: dict[str, list[Record]] = {}
        for row in self.rows(name):
            found.setdefault(row[key], []).append(row)
        return found

    def stated(self, name: str, keys: list[str], column: str) -> dict[Any, Any]:
        """Value of a column of the plan by its keys; of double rows the last."""
        table = self.table(name)
        at = table[keys[0]] if len(keys) == 1 else zip(*(table[key] for key in keys), strict=True)
        return dict(zip(at, table[column], strict=True))

    def totals(self, name: str, keys: list[str], column: str) -> dict[Any, float]:
        """Sum of a column of the plan by its keys."""
        table = self.table(name)
        return {} if table.empty else table.groupby(keys, sort=False)[column].sum().to_dict()

    @cached_property
    def sited(self) -> list[Record]:
        """Rows of `datacenters` by site and stage: MW over all rights, and whether the site is open."""
        table = self.table("datacenters")
        sums = dict.fromkeys(("it_mw", "grid_mw", "existing_grid_mw"), "sum")
        found = table.groupby(["site", "year"], sort=False).agg({**sums, "open": "any"})
        return _records(found.reset_index())

    def of_sites(self, column: str) -> dict[tuple[str, int], float]:
        """A column of `sited` by site and stage."""
        return {(r["site"], r["year"]): r[column] for r in self.sited}

    @cached_property
    def base_load(self) -> dict[tuple[str, int], np.ndarray]:
        """MW through every station by stage and hour, before the plan adds anything."""
        from gridplan.plan.verify.busy import base

        return base(self)

    @cached_property
    def lengths(self) -> dict[int, int]:
        """Years a stage stands for."""
        ends = [*self.years[1:], self.settings.horizon.last_year + 1]
        return {a: b - a for a, b in zip(self.years, ends, strict=True)}

    @cached_property
    def discount(self) -> dict[int, float]:
        """D_y = Σ (1+r)^−(year − first stage) over the years of a stage."""
        rate = self.settings.horizon.discount_rate
        return {
            y: sum((1 + rate) ** -(y + k - self.years[0]) for k in range(n)) for y, n in self.lengths.items()
        }

    @cached_property
    def annuity(self) -> float:
        """a = r/(1 − (1+r)^−L)."""
        rate, life = self.settings.horizon.discount_rate, self.settings.horizon.lifetime_years
        return rate / (1 - (1 + rate) ** -life) if rate else 1 / life

    @cached_property
    def _areas(self) -> dict[str, list[tuple[str, float]]]:
        found: dict[str, list[tuple[str, float]]] = {n: [(n, 1.0)] for n in self.stations.index}
        for zone, rows in self.groups("service_areas", "zone").items():
            found[zone] = [(row["substation"], row["share"]) for row in rows]
        return found

    def places(self, row: Mapping[str, Any]) -> list[tuple[str, float]]:
        """(station, share) that feed an asset."""
        if row.get("substation"):
            return [(row["substation"], 1.0)]
        return self._areas.get(row["zone"], [])

    def zone_at(self, row: Mapping[str, Any]) -> str:
        """Zone of an asset: its own, or that of its station (whose id may stand as the zone)."""
        if row["zone"] in self.zones:
            return str(row["zone"])
        return str(self.zone_of.get(row["zone"] or row.get("substation"), ""))

    @cached_property
    def zones(self) -> dict[str, Record]:
        """Rows of table `zones`."""
        return self.by_id("zones", "zone")

    def by_year(self, rows: list[Record], column: str) -> dict[int, float]:
        """Values of one asset in the stages: straight lines between its rows, flat outside."""
        known = [(row["year"], row[column]) for row in rows if not pd.isna(row[column])]
        dated = sorted((float(year), float(value)) for year, value in known if not pd.isna(year))
        if not dated:
            return dict.fromkeys(self.years, float(known[0][1]) if known else np.nan)
        at, values = zip(*dated, strict=True)
        return {y: float(np.interp(y, at, values)) for y in self.years}

    def full_hours(self, name: str) -> float:
        """Sum of a profile over the year, h; the hours of the year for a flat one."""
        if not name or self.case.profiles is None:
            return self.year_hours
        return float(self.case.profiles[name].sum())

    def most(self, name: str) -> float:
        """Largest value of a profile; 1 for a blank one."""
        return float(self.case.profiles[name].max()) if name and self.case.profiles is not None else 1.0

    def least(self, name: str) -> float:
        """Smallest value of a profile; 1 for a blank one."""
        return float(self.case.profiles[name].min()) if name and self.case.profiles is not None else 1.0

    def lead(self, row: Record) -> float:
        """Lead time of a reinforcement, years."""
        slow = row["lead_time_p90_years"]
        counts = self.settings.horizon.lead_time == "p90" and slow > row["lead_time_years"]
        return float(slow if counts else row["lead_time_years"])

    def ending(self, rows: list[Record], by_year: dict[int, float]) -> dict[int, float]:
        """Values of an asset by stage, 0 after the first until_year that its rows state."""
        last = next((row["until_year"] for row in rows if not pd.isna(row["until_year"])), np.inf)
        return {y: 0.0 if y > last else value for y, value in by_year.items()}

    @cached_property
    def year_hours(self) -> float:
        """Hours of a year of energy."""
        return float(self.settings.time.hours) if self.case.profiles is None else 8760.0

    @cached_property
    def units(self) -> dict[tuple[str, int], float]:
        """Units in service by (reinforcement, year); 0 where no row says so."""
        stated = self.stated("reinforcements", ["reinforcement", "year"], "units_in_service")
        keys = [(row["reinforcement"], y) for row in self.rows("reinforcements") for y in self.years]
        return {key: float(np.nan_to_num(stated.get(key, 0.0))) for key in keys}

    @cached_property
    def indicators(self) -> dict[tuple[str, str, int], float]:
        """Value by (indicator, zone, year)."""
        return self.stated("indicators", ["indicator", "zone", "year"], "value")

    def whole(self, name: str, year: int) -> float:
        """Value of an indicator for the whole region; nan where no row says so."""
        return self.indicators.get((name, "all", year), np.nan)


def _typed(stated: pd.DataFrame, name: str) -> pd.DataFrame:
    wanted = dict.fromkeys((*TABLES[name], *(["outage"] if name in HOURLY else [])))
    index = pd.RangeIndex(len(stated))
    return pd.DataFrame({column: _column(stated, column, index) for column in wanted}, index=index)


@cache
def _empty(name: str) -> pd.DataFrame:
    """A table without rows, made once: most tables of a small plan are empty."""
    return _typed(pd.DataFrame(), name)


def _column(stated: pd.DataFrame, column: str, index: pd.RangeIndex) -> pd.Series:
    if column not in stated:
        values = np.full(len(index), np.nan, dtype=object)
    elif stated[column].dtype == float and column not in TEXT:
        values = stated[column].to_numpy()
    else:
        values = stated[column].to_numpy(dtype=object)
    if column in TEXT:
        return pd.Series(np.where(pd.isna(values), "", values), index, dtype=object)
    if column in FLAGS:
        return pd.Series(np.where(pd.isna(values), False, values).astype(bool), index)
    if values.dtype != float:
        values = np.asarray(pd.to_numeric(values, errors="coerce"), dtype=float)
    return pd.Series(values, index)


def _records(table: pd.DataFrame) -> list[Record]:
    if table.empty:
        return []
    found: list[dict[Hashable, Any]] = table.to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in found]


def ancestors(view: View, station: str) -> list[str]:
    """Stations whose transformers also carry this one."""
    found: list[str] = []
    at: Any = station
    while at in view.parent and len(found) <= len(view.parent):
        at = view.parent[at]
        found.append(at)
    return found
