"""Rights that the tables of a plan give MW, with what the case says of them hour by hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.busy import curve_of, offered, profile, sure, window
from gridplan.plan.verify.view import Record, View

DEMAND, FEEDIN = "demand", "feedin"
ID = ("holder", "right", "substation", "year")
Sizes = dict[tuple[str, str, int], float]


@dataclass(frozen=True)
class Hold:
    """A right at one station in one stage, by the case and the size that the tables say.

    Attributes:
        told: its row in table `rights`; only the ids where it is missing.
        right, row: rows of the case.
        share: part of the holder's power at this station.
        contract: MW.
        whole, draw: MW in every hour without, and with, the hours of a block.
        sure: 1 in hours in which it may not be off.
    """

    told: Record
    right: Record
    row: Record
    share: float
    contract: float
    whole: np.ndarray
    draw: np.ndarray
    sure: np.ndarray

    @property
    def id(self) -> Record:
        """What names its row."""
        return {key: self.told[key] for key in ID}

    @property
    def station(self) -> str:
        """Where it is."""
        return str(self.told["substation"])

    @property
    def kind(self) -> str:
        """Which right it is."""
        return str(self.right["right"])

    @property
    def shut(self) -> np.ndarray:
        """MW outside the hours of a block, by hour."""
        return np.asarray(self.whole - self.draw)

    @property
    def most(self) -> np.ndarray:
        """MW that may be off by hour."""
        return np.asarray(self.shut + np.minimum(self.draw, self.contract * (1 - self.sure)))


def sizes(v: View, direction: str) -> Sizes:
    """IT MW of sites by right and stage; MW added to supplies, by the contracts that the tables say."""
    found: Sizes = defaultdict(float)
    if direction == DEMAND:
        found.update(v.totals("datacenters", ["site", "right", "year"], "it_mw"))
        return found
    first = v.by_id("supplies", "supply")
    for r in v.records("rights"):
        if r["direction"] == FEEDIN and r["holder"] in first:
            top = float(profile(v, first[r["holder"]]["profile"]).max())
            found[r["holder"], r["right"], r["year"]] += r["contracted_mw"] / top
    return found


def holds(v: View, direction: str) -> Iterator[Hold]:
    """Every right that the tables give MW."""
    rights, table = offered(v, direction), "datacenters" if direction == DEMAND else "supplies"
    rows = v.by_id(table, "site" if direction == DEMAND else "supply")
    told = {tuple(r[key] for key in ID): r for r in v.records("rights") if r["direction"] == direction}
    for (name, right, year), mw in sizes(v, direction).items():
        if name not in rows or right not in rights or year not in v.lengths or not mw > tolerance.UNIT:
            continue
        row, of = rows[name], rights[right]
        shape = (row["pue"] * row["utilisation"] if direction == DEMAND else 1.0) * profile(v, row["profile"])
        for n, share in v.places(row):
            at = curve_of(v, v.parent.get(n, n) if row["side"] == "hv" else n, direction)
            key = (name, right, n, year)
            whole = share * mw * shape
            yield Hold(
                told.get(key, dict(zip(ID, key, strict=True))),
                of,
                row,
                share,
                float(whole.max()),
                whole,
                whole * window(v, of),
                sure(v, of, at, int(year), direction),
            )
