"""The network as it stands in a stage, with one circuit out or none: pieces, parts and what is cut off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from gridplan.plan.verify.view import Record, View


@dataclass(frozen=True)
class Piece:
    """Like circuits in parallel.

    Attributes:
        source: reinforcement that built them; blank: there from the start.
        mw: rating of all of them together, MW.
        x: their reactance in parallel, per unit.
        circuits: how many.
    """

    source: str
    mw: float
    x: float
    circuits: int

    def without_one(self) -> Piece | None:
        """The same with one circuit out; None where that was the last."""
        left = self.circuits - 1
        if not left:
            return None
        return Piece(self.source, self.mw * left / self.circuits, self.x * self.circuits / left, left)


@dataclass
class Corridor:
    """A corridor: its ends, what is there (MW and reactance of one circuit) and what may be added.

    `adds` holds (reinforcement, circuits of a unit, MW and reactance of one circuit); with 0 circuits a unit
    raises the rating. `shift` is what a phase shifter takes off the angle (pu·MW), `until` the last year of
    what is there, `rating` the profile of all ratings.
    """

    ends: tuple[str, str]
    circuits: int
    mw: float
    x: float
    adds: list[tuple[str, int, float, float]] = field(default_factory=list)
    shift: float = 0.0
    until: float = np.inf
    rating: str = ""

    def there(self, year: int) -> int:
        """Circuits of the case that are in service in a year."""
        return self.circuits if year <= self.until else 0


@dataclass(frozen=True)
class State:
    """The network in a stage and an outage.

    Attributes:
        pieces: what is in service on every corridor.
        cut_off: buses that the outage parts from the rest.
        rating: factor on every rating.
    """

    pieces: dict[str, list[Piece]]
    cut_off: frozenset[str]
    rating: float


class Corridors:
    """All corridors of a case."""

    def __init__(self, view: View) -> None:
        """Read branches and what reinforcements add to them."""
        self.view = view
        self.all: dict[str, Corridor] = {}
        for row in view.rows("branches"):
            if row["in_service"]:
                self.all[row["branch"]] = self._branch(row)
        for row in view.rows("reinforcements"):
            if row["kind"] == "branch":
                self._add(row)
        self.index = {name: k for k, name in enumerate(self.all)}
        self._states: dict[tuple[int, str], State] = {}

    def _branch(self, row: Record) -> Corridor:
        x: float = 0.0 if pd.isna(row["x_pu"]) else row["x_pu"]
        convention, shift = self.view.settings.physics.susceptance, 0.0
        if convention == "x/(r2+x2)" and x and pd.notna(row["r_pu"]):
            x = (row["r_pu"] ** 2 + x**2) / x
        elif convention == "1/(x*tap)":
            x, shift = x * row["tap_ratio"], 100 * float(np.deg2rad(row["shift_deg"]))
        mw: float = np.inf if pd.isna(row["circuit_mva"]) else self.view.pf * row["circuit_mva"]
        until: float = np.inf if pd.isna(row["until_year"]) else row["until_year"]
        ends = (row["from"], row["to"])
        return Corridor(ends, int(row["circuits"]), mw, x, [], shift, until, row["rating_profile"])

    def _add(self, row: Record) -> None:
        name = row["target"]
        if not name:
            same = [n for n, c in self.all.items() if set(c.ends) == {row["from"], row["to"]}]
            name = same[0] if len(same) == 1 else row["reinforcement"]
        elif name not in self.all:
            return  # the branch is out of service
        mw, x = self.view.pf * row["adds_mva"], row["x_pu"]
        new = Corridor((row["from"], row["to"]), 0, np.inf if pd.isna(mw) else mw, x)
        corridor = self.all.setdefault(name, new)
        count: int = 1 if pd.isna(row["adds_circuits"]) else int(row["adds_circuits"])
        mw = corridor.mw if pd.isna(mw) else mw
        corridor.adds.append((row["reinforcement"], count, mw, corridor.x if pd.isna(x) else x))

    @cached_property
    def bus(self) -> dict[str, str]:
        """Bus of every station: its own, or its parent's where no corridor ends at it."""
        ends = {end for c in self.all.values() for end in c.ends}
        found = {}
        for station in self.view.stations.index:
            at = station
            while at not in ends and at in self.view.parent:
                at = self.view.parent[at]
            found[station] = at
        return found

    def standing(self, name: str, year: int) -> list[Piece]:
        """What stands on a corridor in a stage: existing circuits, then those of each built row."""
        c, units = self.all[name], self.view.units
        raised = sum(mw * units[r, year] for r, count, mw, _ in c.adds if not count)
        found = []
        if c.there(year):
            found.append(Piece("", c.mw * c.circuits + raised, c.x / c.circuits, c.circuits))
        for r, count, mw, x in c.adds:
            n = count * round(units[r, year])
            if n > 0:
                found.append(Piece(r, mw * n, x / n, n))
        return found

    def state(self, year: int, outage: str = "") -> State:
        """The network in a stage, with a circuit of a branch or of a reinforcement out."""
        if (year, outage) not in self._states:
            self._states[year, outage] = self._state(year, outage)
        return self._states[year, outage]

    def _state(self, year: int, outage: str) -> State:
        whole = {name: self.standing(name, year) for name in self.all}
        if not outage:
            return State(whole, frozenset(), 1.0)
        existing = outage in self.all and self.all[outage].there(year) > 0
        left: dict[str, list[Piece]] = {}
        lost = ""
        for name, pieces in whole.items():
            left[name] = []
            for piece in pieces:
                hit = piece.source == "" and name == outage if existing else piece.source == outage
                remains = piece.without_one() if hit else piece
                lost = name if hit else lost
                left[name] += [remains] if remains else []
        return State(left, self._cut_off(left, lost), self.view.settings.physics.emergency_rating)

    def _cut_off(self, pieces: dict[str, list[Piece]], lost: str) -> frozenset[str]:
        """Buses that lose the grid with the last circuit of a corridor: the side with less supply to follow
        demand; with as much, the smaller one.
        """
        if not lost or pieces[lost]:
            return frozenset()
        lines = [self.all[name].ends for name, standing in pieces.items() if standing]
        a, b = (part(lines, end) for end in self.all[lost].ends)
        if a == b:
            return frozenset()
        following = self._following
        size = {side: (sum(following.get(bus, 0.0) for bus in side), len(side)) for side in (a, b)}
        return b if size[b] <= size[a] else a

    @cached_property
    def _following(self) -> dict[str, float]:
        """MW of supply that can follow demand, by bus; one without a limit outweighs all others."""
        found: dict[str, float] = {}
        for row in self.view.rows("supplies"):
            if row["profile"] and row["technology"] != "grid_supply":
                continue
            mw: float = 1e9 if pd.isna(row["capacity_mw"]) else row["capacity_mw"]
            for station, share in self.view.places(row):
                bus = self.bus[station]
                found[bus] = found.get(bus, 0.0) + share * mw
        return found

    def outages(self, year: int) -> list[str]:
        """Circuits whose loss counts in a stage; of circuits alike in a corridor one stands for all."""
        names = [name for name, c in self.all.items() if c.there(year)]
        for c in self.all.values():
            for r, count, mw, x in c.adds:
                alike = c.there(year) > 0 and (mw, x) == (c.mw, c.x)
                if count and not alike and self.view.units[r, year] > 0.5 and r not in names:
                    names.append(r)
        return names

    def knows(self, outage: str) -> bool:
        """Whether an outage names a circuit of the case."""
        return (
            not outage
            or outage in self.all
            or any(outage == r for c in self.all.values() for r, *_ in c.adds)
        )


def part(lines: Iterable[tuple[str, str]], start: str) -> frozenset[str]:
    """All that hangs together with `start` through lines, itself included."""
    beside: dict[str, list[str]] = {}
    for a, b in lines:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    found, left = {start}, [start]
    while left:
        for other in beside.get(left.pop(), ()):
            if other not in found:
                found.add(other)
                left.append(other)
    return frozenset(found)
