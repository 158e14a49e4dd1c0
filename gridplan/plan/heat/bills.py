"""What heat costs and saves a year: every asset's bill, shared by the pairs of producer and sink that use it.

A bill is money (M€ a year; investments in M€), energy and CO2 of one asset in one stage. It is shared by the
heat that each pair sends through the asset in that stage; a pipe or pump that rests in a stage is the bill of
its own ends, so that all bills together are what the plan pays for heat.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from gridplan.model.heat.count import GAS_KG_PER_MWH
from gridplan.plan.extract import heat
from gridplan.plan.extract.reader import Reader
from gridplan.plan.heat.prices import Place, Prices, prices
from gridplan.plan.heat.shares import Shares, shares
from gridplan.plan.heat.trace import traces

Pair = tuple[str, str]
ITEMS = ("invest_meur", "electricity_gwh", "electricity_meur", "source_meur", "saved_meur", "co2_kt")


@dataclass
class Bill:
    """One asset in one stage: its shares and amounts by item of ITEMS."""

    kind: str
    asset: str
    pairs: dict[Pair, float]
    items: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ITEMS, 0.0))


@dataclass(frozen=True)
class Books:
    """Bills and shares of every stage."""

    bills: dict[int, list[Bill]]
    shares: dict[int, Shares]

    def of(self, year: int) -> dict[Pair, dict[str, float]]:
        """Sum by pair of every item."""
        found: dict[Pair, dict[str, float]] = defaultdict(lambda: dict.fromkeys(ITEMS, 0.0))
        for bill in self.bills[year]:
            for pair, share in bill.pairs.items():
                for item, amount in bill.items.items():
                    found[pair][item] += share * amount
        return found


def books(r: Reader) -> Books:
    """All bills of heat."""
    shared = {y: shares(t) for y, t in r.once(traces).items()}
    clerk = _Clerk(r, shared)
    return Books({y: list(clerk.bills(y)) for y in r.frame.years}, shared)


class _Clerk:
    """Writes the bills of one solution."""

    def __init__(self, r: Reader, shared: dict[int, Shares]) -> None:
        self.r, self.frame, self.shared = r, r.frame, shared
        self.prices: Prices = r.once(prices)
        self.rows = {
            table: {row[key]: row for row in r.frame.rows(table)}
            for table, key in (
                ("heat_links", "link"),
                ("heat_pumps", "heat_pump"),
                ("heat_sinks", "sink"),
                ("heat_sources", "source"),
                ("pipe_types", "pipe"),
            )
        }
        self.lift, self.intake = energy(r, "lift"), energy(r, "intake")

    def bills(self, year: int) -> Iterator[Bill]:
        """Bills of one stage."""
        at = self.shared[year]
        for row in self._stage(heat.heat_links, year):
            yield self._link(row, _pairs(at, at.links.get(row["link"])), year)
        for row in self._stage(heat.heat_pumps, year):
            yield self._pump(row, _pairs(at, at.pumps.get(row["heat_pump"])), year)
        for row in self._stage(heat.heat_sinks, year):
            if row["heat_tj"] or row["capex_meur"]:
                yield self._sink(row, _pairs(at, at.of_sink(row["sink"])), year)
        for row in self._stage(heat.heat_sources, year):
            if row["heat_tj"] or row["capex_meur"]:
                yield self._source(row, _pairs(at, at.of_producer(row["source"])))

    def _stage(self, make: Any, year: int) -> list[dict[str, Any]]:
        table: pd.DataFrame = self.r.once(make)
        return [
            {str(k): v for k, v in row.items()} for row in table[table["year"] == year].to_dict("records")
        ]

    def _link(self, row: dict[str, Any], pairs: dict[Pair, float], year: int) -> Bill:
        bill = Bill("link", row["link"], pairs or {(row["from"], row["to"]): 1.0})
        bill.items["invest_meur"] = row["capex_meur"]
        if row["pipe"]:
            mw = self.rows["pipe_types"][row["pipe"]]["pump_kw_per_km"] * row["length_km"] / 1000
            for end in (row["from"], row["to"]):
                self._draw(bill, place_of(self.r, end), year, {p: mw / 2 for _, p in self._periods(year)})
        return bill

    def _pump(self, row: dict[str, Any], pairs: dict[Pair, float], year: int) -> Bill:
        w, own = row["heat_pump"], self.rows["heat_pumps"][row["heat_pump"]]
        bill = Bill("pump", w, pairs or {(row["at"], row["at"]): 1.0})
        bill.items["invest_meur"] = own["capex_meur_per_mw"] * row["heat_mw"]
        self._draw(bill, place_of(self.r, row["at"], own["side"]), year, self.lift.get((w, year), {}))
        return bill

    def _sink(self, row: dict[str, Any], pairs: dict[Pair, float], year: int) -> Bill:
        k, own = row["sink"], self.rows["heat_sinks"][row["sink"]]
        bill = Bill("sink", k, pairs or {(k, k): 1.0})
        bill.items["invest_meur"] = row["capex_meur"]
        mwh = row["heat_tj"] / heat.TJ_PER_MWH
        bill.items["saved_meur"] = mwh * own["alternative_eur_per_mwh"] / 1e6
        if own["alternative"] == "all_electric":
            freed = {p: -mw / own["alternative_cop"] for p, mw in self.intake.get((k, year), {}).items()}
            money = self._draw(bill, place_of(self.r, k), year, freed)
            bill.items["saved_meur"] -= money
            bill.items["electricity_meur"] = bill.items["electricity_gwh"] = 0.0  # what pumps use
        else:
            bill.items["co2_kt"] = -mwh * GAS_KG_PER_MWH / 1e6
        return bill

    def _source(self, row: dict[str, Any], pairs: dict[Pair, float]) -> Bill:
        h = row["source"]
        bill = Bill("source", h, pairs or {(h, h): 1.0})
        bill.items["invest_meur"] = row["capex_meur"]
        if h in self.rows["heat_sources"]:
            own, mwh = self.rows["heat_sources"][h], row["heat_tj"] / heat.TJ_PER_MWH
            bill.items["source_meur"] = mwh * own["cost_eur_per_mwh"] / 1e6
            bill.items["co2_kt"] = mwh * own["co2_kg_per_mwh"] / 1e6
        return bill

    def _periods(self, year: int) -> list[tuple[int, int]]:
        return [(y, p) for y, p in self.frame.weighted if y == year]

    def _draw(self, bill: Bill, places: list[tuple[Place, float]], year: int, mw: dict[int, float]) -> float:
        """Add electricity of so many MW in every period; M€ a year."""
        mwh = {p: self.frame.weight(p) * v for p, v in mw.items()}
        money = sum(v * self.prices.at(places, year, p) for p, v in mwh.items()) / 1e6
        total = sum(mwh.values())
        bill.items["electricity_gwh"] += total / 1e3
        bill.items["electricity_meur"] += money
        bill.items["co2_kt"] += total * self.prices.carbon[year] / 1e6
        return money


def energy(r: Reader, variable: str) -> dict[tuple[str, int], dict[int, float]]:
    """MW by (asset, stage) and period that counts: electricity of a `lift`, heat of an `intake`."""
    found: dict[tuple[str, int], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    counted = set(r.frame.weighted)
    levels = ["a", "b"] if variable == "lift" else ["a"]
    power = r.model.heat.power if variable == "lift" and hasattr(r.model.heat, "power") else {}
    for name, *level, y, p, mw in r.values("heat", variable, "k", *levels, "y", "p").itertuples(index=False):
        if (y, p) in counted:
            found[name, y][p] += mw * (power[(name, *level)] if variable == "lift" else 1.0)
    return found


def place_of(r: Reader, node: str, side: str = "mv") -> list[tuple[Place, float]]:
    """((station, side), share) that feed a node of the heat network."""
    at = r.once(_net).nodes[node]
    return r.frame.places(at.zone, at.substation, side)


def _net(r: Reader) -> Any:
    from gridplan.model.heat.net import heat_net

    return heat_net(r.frame)


def _pairs(at: Shares, matrix: np.ndarray | None) -> dict[Pair, float]:
    if matrix is None:
        return {}
    return {(at.producers[i], at.sinks[j]): float(matrix[i, j]) for i, j in np.argwhere(matrix > 0).tolist()}
