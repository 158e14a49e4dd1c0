"""What every subject of the program needs to know: stages, periods, places and money."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from sys import intern
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.case.tables import tables
from gridplan.model.periods import Periods
from gridplan.network import Network

Place = tuple[str, str]  # (station, side)


@dataclass(frozen=True)
class Hours:
    """Periods of a stage that carry energy and cost.

    Attributes:
        at: their positions among all (year, period).
        period: of each.
        weight: hours per year of each.
    """

    at: np.ndarray
    period: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class Frame:
    """A case seen by the program.

    Attributes:
        case, network, periods: what it is made of.
        wide: also columns that rows of the case rule out (sites out of reach, circuits that come too late),
            and sites without their own limits; `gridplan.explain.why` binds all of these again, one by one.
    """

    case: Case
    network: Network
    periods: Periods
    wide: bool = False

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of a table, each a dictionary by column; they are read, never changed."""
        if table not in self._rows:
            known = self.case.table(table) if self.case.has(table) else pd.DataFrame()
            names = [str(name) for name in known.columns]
            # A column at a time, which is quick; to_dict is not.
            values = (_plain(known[name]) for name in names)
            self._rows[table] = [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
        return self._rows[table]

    def forget(self) -> None:
        """Drop what was read of tables; it is read again when it is asked for."""
        for name in ("_rows", "_yearly", "_last", "stations"):
            self.__dict__.pop(name, None)

    @cached_property
    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        return {}

    @cached_property
    def stations(self) -> dict[str, dict[str, Any]]:
        """Rows of `substations` by id."""
        return {row["substation"]: row for row in self.rows("substations")}

    @cached_property
    def years(self) -> list[int]:
        """Stage years that have periods, in order."""
        return [y for y in self.case.settings.horizon.years if y in self.periods.by_year]

    @cached_property
    def lengths(self) -> dict[int, int]:
        """Years that each stage stands for; the last runs up to and including last_year."""
        horizon = self.case.settings.horizon
        ends = [*horizon.years[1:], horizon.last_year + 1]
        return {y: end - y for y, end in zip(horizon.years, ends, strict=True)}

    @cached_property
    def discount(self) -> dict[int, float]:
        """D_y: sum of the discount factors of the years of each stage."""
        rate, first = self.case.settings.horizon.discount_rate, self.case.settings.horizon.years[0]
        return {
            y: sum((1 + rate) ** -(year - first) for year in range(y, y + length))
            for y, length in self.lengths.items()
        }

    @cached_property
    def annuity(self) -> float:
        """Yearly share of an investment over lifetime_years."""
        rate, life = self.case.settings.horizon.discount_rate, self.case.settings.horizon.lifetime_years
        return 1 / life if rate == 0 else rate / (1 - (1 + rate) ** -life)

    @cached_property
    def previous(self) -> dict[int, int]:
        """The stage before each stage but the first."""
        return {b: a for a, b in pairwise(self.years)}

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(year, period) in order."""
        return self.periods.pairs

    @cached_property
    def weighted(self) -> list[tuple[int, int]]:
        """(year, period) that carry energy and cost."""
        return [(y, p) for y, p in self.pairs if self.periods.items[p].weight > 0]

    @cached_property
    def hours(self) -> dict[int, Hours]:
        """Weighted periods of every stage."""
        found: dict[int, list[tuple[int, int]]] = {y: [] for y in self.years}
        for k, (y, p) in enumerate(self.pairs):
            if self.periods.items[p].weight > 0:
                found[y].append((k, p))
        each = {y: np.array(pairs, int).reshape(-1, 2) for y, pairs in found.items()}
        weights = np.array([item.weight for item in self.periods.items], float)
        return {y: Hours(own[:, 0], own[:, 1], weights[own[:, 1]]) for y, own in each.items()}

    def weight(self, period: int) -> float:
        """Hours per year of a period."""
        return self.periods.items[period].weight

    def profile(self, name: str) -> np.ndarray:
        """Value of a profile in every period; ones for a blank name."""
        return self.periods.values(name)

    def places(self, zone: str, substation: str, side: str) -> list[tuple[Place, float]]:
        """((station, side), share) that feed an asset."""
        return [((n, side or "mv"), share) for n, share in self.network.feeds(zone, substation)]

    @cached_property
    def zone_regions(self) -> dict[str, set[str]]:
        """Region names of every zone."""
        zones = self.case.table("zones")
        return {
            z: {r, res} - {""}
            for z, r, res in zip(zones["zone"], zones["region"], zones["res_region"], strict=True)
        }

    def zone_at(self, zone: str, substation: str) -> str:
        """Zone of an asset: its own, or that of its station (whose id may stand as the zone)."""
        if zone in self.zone_regions:
            return zone
        return self.network.zone_of.get(zone or substation, "") or zone

    def in_scope(self, place: str, scope: str) -> bool:
        """Whether a zone (or region) lies in a scope: a zone, a region, a RES region, or all."""
        return scope in ("", "all") or place == scope or scope in self.zone_regions.get(place, set())

    def until(self, rows: pd.DataFrame, by_year: dict[int, float]) -> dict[int, float]:
        """The same values, 0 after the until_year of an asset (the first row that states one)."""
        last = rows["until_year"].dropna()
        return {y: v if last.empty or y <= last.iloc[0] else 0.0 for y, v in by_year.items()}

    def by_year(self, rows: pd.DataFrame, column: str) -> dict[int, float]:
        """Value of one asset in every stage: interpolated between rows, held outside them.

        `rows` are the rows of one key, with an optional `year` column; a blank year holds for all stages.
        """
        if len(rows) == 1:  # most assets; the rest below is slow
            value = rows[column].iloc[0]
            return dict.fromkeys(self.years, float("nan") if pd.isna(value) else float(value))
        return self._between(_years(rows), rows[column].to_numpy(float, na_value=np.nan))

    def yearly(self, table: str, column: str) -> dict[str, dict[int, float]]:
        """`by_year` of every asset of a table, by id in the order of the table: in one go, which is quick."""
        if (table, column) not in self._yearly:
            rows = self.case.table(table)
            key = tables()[table].key[0]
            at, values = _years(rows), rows[column].to_numpy(float, na_value=np.nan)
            members: dict[str, list[int]] = {}
            for k, name in enumerate(rows[key].tolist()):
                members.setdefault(name, []).append(k)
            self._yearly[table, column] = {
                name: dict.fromkeys(self.years, float(values[own[0]]))
                if len(own) == 1
                else self._between(at[own], values[own])
                for name, own in members.items()
            }
        return self._yearly[table, column]

    @cached_property
    def _yearly(self) -> dict[tuple[str, str], dict[str, dict[int, float]]]:
        return {}

    def ending(self, table: str, column: str) -> dict[str, dict[int, float]]:
        """`until` of `yearly`: 0 after the until_year of an asset (the first row that states one)."""
        if table not in self._last:
            last = self._last[table] = {}
            for row in self.rows(table):
                if pd.notna(row["until_year"]):
                    last.setdefault(row[tables()[table].key[0]], float(row["until_year"]))
        last, found = self._last[table], self.yearly(table, column)
        changed = {
            name: {y: v if y <= year else 0.0 for y, v in found[name].items()} for name, year in last.items()
        }
        return {**found, **changed} if changed else found

    @cached_property
    def _last(self) -> dict[str, dict[str, float]]:
        return {}

    def _between(self, at: np.ndarray, values: np.ndarray) -> dict[int, float]:
        """Values of rows with years `at` (NaN: all years), interpolated in every stage."""
        known = ~np.isnan(values)
        at, values = at[known], values[known]
        if not len(values):
            return dict.fromkeys(self.years, float("nan"))
        dated = ~np.isnan(at)
        if not dated.any():
            return dict.fromkeys(self.years, float(values[0]))
        order = np.argsort(at[dated], kind="stable")
        found = np.interp(self.years, at[dated][order], values[dated][order])
        return dict(zip(self.years, found.tolist(), strict=True))


def _plain(column: pd.Series) -> list[Any]:
    """Values as Python has them; a name that is there many times is one string in memory."""
    values = (None if v is pd.NA else v for v in column.tolist())
    return [intern(v) if v.__class__ is str else v for v in values]


def _years(rows: pd.DataFrame) -> np.ndarray:
    """Year of every row; NaN where it has none."""
    if "year" not in rows:
        return np.full(len(rows), np.nan)
    return rows["year"].to_numpy(float, na_value=np.nan)
