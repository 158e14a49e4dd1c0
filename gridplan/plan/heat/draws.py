"""MW that a connection adds to a station, or frees there, in every hour that was checked.

Hours are those of the check (all 8,760; without it the program's periods). A pump or pipe that several pairs
use is shared as its bill is (`bills.py`), the same share in every hour.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridplan.plan.extract import heat
from gridplan.plan.extract.reader import Reader
from gridplan.plan.heat.bills import Bill, Pair, place_of

Series = dict[str, np.ndarray]  # MW by station and hour


@dataclass(frozen=True)
class Draw:
    """What changes at one station: MW in the hour in which that is most, and in the station's own peak."""

    station: str = ""
    mw: float = 0.0
    binding_mw: float = 0.0


class Draws:
    """Loads of one stage by asset."""

    def __init__(self, r: Reader, year: int) -> None:
        """Read what every heat pump, pipe and all-electric sink draws."""
        self.r, self.year = r, year
        names, through = r.hourly("stations.through", year)
        self.hours = len(through)
        self.peak = {n: int(column.argmax()) for n, column in zip(names, through.T, strict=True)}
        self.extra: dict[tuple[str, str], Series] = {**self._pumps(), **self._pipes()}
        self.freed: dict[tuple[str, str], Series] = self._sinks()

    def _pumps(self) -> dict[tuple[str, str], Series]:
        rows = {row["heat_pump"]: row for row in self.r.frame.rows("heat_pumps")}
        power = self.r.model.heat.power if hasattr(self.r.model.heat, "power") else {}
        drawn: dict[str, Any] = defaultdict(float)
        for key, mw in zip(*_columns(self.r, "heat.lift", self.year), strict=True):
            drawn[key[0]] = drawn[key[0]] + mw * power[key]
        return {
            ("pump", w): _spread(place_of(self.r, rows[w]["at"], rows[w]["side"]), mw)
            for w, mw in drawn.items()
        }

    def _pipes(self) -> dict[tuple[str, str], Series]:
        kw = {row["pipe"]: row["pump_kw_per_km"] for row in self.r.frame.rows("pipe_types")}
        table = self.r.once(heat.heat_links)
        found: dict[tuple[str, str], Series] = {}
        for row in table[(table["year"] == self.year) & (table["pipe"] != "")].to_dict("records"):
            mw = np.full(self.hours, kw[row["pipe"]] * row["length_km"] / 2000)
            parts = [_spread(place_of(self.r, row[end]), mw) for end in ("from", "to")]
            found["link", row["link"]] = _sum([(1.0, part) for part in parts])
        return found

    def _sinks(self) -> dict[tuple[str, str], Series]:
        rows = {row["sink"]: row for row in self.r.frame.rows("heat_sinks")}
        saved: dict[str, Any] = defaultdict(float)
        for key, mw in zip(*_columns(self.r, "heat.intake", self.year), strict=True):
            if rows[key[0]]["alternative"] == "all_electric":
                saved[key[0]] = saved[key[0]] + mw / rows[key[0]]["alternative_cop"]
        return {("sink", k): _spread(place_of(self.r, k), mw) for k, mw in saved.items()}

    def of(self, bills: list[Bill], pair: Pair) -> tuple[Draw, Draw]:
        """(what a pair adds to the station where it adds most, what it frees where it frees most)."""
        chosen = [(bill.pairs[pair], (bill.kind, bill.asset)) for bill in bills if pair in bill.pairs]
        return tuple(  # type: ignore[return-value]
            self._most(_sum([(share, parts[key]) for share, key in chosen if key in parts]))
            for parts in (self.extra, self.freed)
        )

    def _most(self, series: Series) -> Draw:
        if not series:
            return Draw()
        station = max(series, key=lambda n: float(series[n].max()))
        mw = series[station]
        return Draw(station, float(mw.max()), float(mw[self.peak.get(station, 0)]))


def _columns(r: Reader, name: str, year: int) -> tuple[list[Any], Any]:
    keys, hours = r.hourly(name, year)
    return keys, hours.T if keys else []


def _spread(places: list[Any], mw: np.ndarray) -> Series:
    return _sum([(share, {station: mw}) for (station, _), share in places])


def _sum(parts: list[tuple[float, Series]]) -> Series:
    found: Series = {}
    for share, series in parts:
        for station, mw in series.items():
            found[station] = found[station] + share * mw if station in found else share * mw
    return found
