"""Who is off when: what a dispatch cuts at a station, shared over the rights there.

Rights at one station are alike for the grid, so a dispatch may take from any of them. What it takes is
shared anew: the cheapest energy goes first (`curtailed_eur_per_mwh`), at one price non-firm rights before
others, and among equals in proportion to what each may be off in that hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gridplan.model.frame import Frame
from gridplan.model.limited import year_of
from gridplan.model.offers import NON_FIRM, Offer
from gridplan.model.rights import demand, feedin
from gridplan.model.rights.demand import Held
from gridplan.model.rights.feedin import Fed

if TYPE_CHECKING:
    from gridplan.plan.extract.reader import Reader

Key = tuple[str, str, str, str]  # station, side, holder, right
Level = tuple[float, bool]


@dataclass(frozen=True)
class Hours:
    """Hours of a stage in which operation is known.

    Attributes:
        frame: their frame.
        pick: their positions in that frame.
        weight: hours of the year that each stands for.
    """

    frame: Frame
    pick: np.ndarray
    weight: np.ndarray


class RightsBook:
    """Rights of a solution, hour by hour."""

    def __init__(self, reader: Reader) -> None:
        """Take a reader."""
        self.reader, self.frame = reader, reader.frame
        check = reader.check
        self.whole = check is not None and len(check.index) == 8760 and self.frame.case.profiles is not None

    @cached_property
    def year_frame(self) -> Frame:
        """The frame of all hours of the year, or of the program where they were not checked."""
        return year_of(self.frame.case, self.frame.network) if self.whole else self.frame

    def hours(self, year: int, program: bool = False) -> Hours:
        """All hours where they were checked (or `program`: those of the program), with their weights."""
        if self.whole and not program:
            return Hours(self.year_frame, np.arange(8760), np.ones(8760))
        pick = np.array(self.frame.periods.by_year[year])
        return Hours(self.frame, pick, np.array([self.frame.weight(int(p)) for p in pick]))

    @cached_property
    def held(self) -> dict[Key, Held]:
        """Rights of sites in every hour of `year_frame`."""
        return demand.holdings(self.year_frame)

    @cached_property
    def program_held(self) -> dict[Key, Held]:
        """Rights of sites in every period of the program."""
        return demand.holdings(self.frame)

    @cached_property
    def fed(self) -> dict[Key, Fed]:
        """Rights of supplies in every hour of `year_frame`."""
        return feedin.holdings(self.year_frame)

    @cached_property
    def it(self) -> dict[tuple[str, str, int], float]:
        """IT MW by site, right and stage."""
        table = self.reader.values("rights", "it", "site", "right", "year")
        return {(s, r, y): v for s, r, y, v in table.itertuples(index=False)}

    @cached_property
    def new(self) -> dict[tuple[str, str, int], float]:
        """MW added by supply, right and stage."""
        table = self.reader.values("rights", "new", "supply", "right", "year")
        return {(g, r, y): v for g, r, y, v in table.itertuples(index=False)}

    def hourly(self, name: str, year: int, program: bool = False) -> dict[tuple[str, ...], np.ndarray]:
        """MW of a variable by its assets, in the hours of `hours`."""
        if self.whole and not program:
            keys, values = self.reader.hourly(name, year)
            return {k if isinstance(k, tuple) else (k,): v for k, v in zip(keys, values.T, strict=True)}
        block, variable = name.split(".")
        owner = getattr(self.reader.model, block)
        if not hasattr(owner, variable):
            return {}
        count = getattr(owner, variable).dim() - 2
        table = self.reader.values(block, variable, *(f"k{i}" for i in range(count)), "year", "period")
        place = {p: i for i, p in enumerate(self.frame.periods.by_year[year])}
        found: dict[tuple[str, ...], np.ndarray] = {}
        for *key, y, p, v in table.itertuples(index=False):
            if y == year:
                found.setdefault(tuple(key), np.zeros(len(place)))[place[p]] = v
        return found

    def cuts(self, year: int, program: bool = False) -> dict[Key, np.ndarray]:
        """MW that is off by right and station, in the hours of `hours`; outside the hours of a block too."""
        hours = self.hours(year, program)
        held = self.program_held if program else self.held
        totals: dict[tuple[str, str], np.ndarray] = {}
        for key, mw in self.hourly("rights.cut", year, program).items():
            at = (key[0], key[1])
            totals[at] = totals.get(at, np.zeros(len(mw))) + mw
        found: dict[Key, np.ndarray] = {}
        for at, total in totals.items():
            mine = {k: h for k, h in held.items() if k[:2] == at and h.offer.flexible}
            most = {k: self._most(k, h, year, hours.pick) for k, h in mine.items()}
            found.update(shared(total, most, {k: level(h.offer) for k, h in mine.items()}))
        for k, h in held.items():
            shut = h.share * (h.whole - h.draw)[hours.pick] * self.it.get((k[2], k[3], year), 0.0)
            if shut.any() or k in found:
                found[k] = found.get(k, np.zeros(len(shut))) + shut
        return found

    def _most(self, key: Key, h: Held, year: int, pick: np.ndarray) -> np.ndarray:
        """MW that a right may be off."""
        mw = self.it.get((key[2], key[3], year), 0.0)
        return np.asarray(np.maximum(h.share * (h.draw - h.steady[year])[pick] * mw, 0.0))

    def feedin_cuts(self, year: int) -> dict[Key, np.ndarray]:
        """MW that added supply is off by right and station: of all that is not fed in, what rights allow."""
        hours = self.hours(year)
        output = self.hourly("supplies.output", year)
        first = {(k[2], k[3]): h for k, h in self.fed.items()}
        found: dict[Key, np.ndarray] = {}
        for g in dict.fromkeys(name for name, _ in first):
            mine = {r: h for (q, r), h in first.items() if q == g}
            table = self.frame.case.table("supplies")
            rows = table[table["supply"] == g]
            size = self.frame.until(rows, self.frame.by_year(rows, "capacity_mw"))[year]
            able = size * hours.frame.profile(rows["profile"].iloc[0])
            parts = {r: h.gives[hours.pick] * self.new.get((g, r, year), 0.0) for r, h in mine.items()}
            off = np.clip(able[hours.pick] + sum(parts.values()) - output[g,], 0.0, None)
            kept = {r: self._kept(g, r, year, hours.pick) for r in mine}
            most = {r: parts[r] * (1 - kept[r]) for r in mine}
            for r, mw in shared(off, most, {r: level(h.offer) for r, h in mine.items()}).items():
                found.update({k: h.share * mw for k, h in self.fed.items() if k[2:] == (g, r)})
        return found

    def _kept(self, supply: str, right: str, year: int, pick: np.ndarray) -> np.ndarray:
        """1 in hours in which a right may be off at none of its stations."""
        return np.min([h.sure[year][pick] for k, h in self.fed.items() if k[2:] == (supply, right)], axis=0)


def level(offer: Offer) -> Level:
    """Who is off first: the cheapest, and at one price non-firm rights."""
    return offer.price, offer.right != NON_FIRM


def shared(total: npt.ArrayLike, most: dict, levels: dict) -> dict:
    """What is off by right: level after level, within one in proportion to the most that each may be off."""
    rest, found = np.asarray(total, float).copy(), {}
    for at in sorted(set(levels.values())):
        group = [k for k, own in levels.items() if own == at]
        room = sum(most[k] for k in group)
        take = np.minimum(rest, room)
        part = np.divide(take, room, out=np.zeros_like(rest), where=room > 1e-12)
        found.update({k: most[k] * part for k in group})
        rest = rest - take
    return found
