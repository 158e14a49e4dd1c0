"""The largest x that fits in all hours of a year but H, between bounds that close in on it.

x[h] is the largest x of hour h (the least over its outages); the answer is the (H+1)-th smallest x[h]. Each
state and hour has a lower bound (`shift.py`) and an upper one (duals). The hour with the smallest lower bound
that still matters is solved exactly; its basis serves other hours, its duals bound all, until both bounds on
the answer meet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.explain.mix import improve
from gridplan.explain.places import Place
from gridplan.explain.probe import CAP_MW, Cut, Probe, without_levels
from gridplan.explain.shift import Shifts
from gridplan.explain.stage import Stage

MEET = 1e-3  # MW between the bounds at which they have met
MIXED = 40  # small programs that look for a mix of supplies, by state
MOST = 300  # programs solved for one place; then the lower bound is the answer, and said to be one


@dataclass(frozen=True)
class Found:
    """What fits at a place.

    Attributes:
        mw: largest x; exact where `upper` is not more than MEET above.
        upper: bound from above.
        hour: hour of the year that binds.
        outage: outage that binds; blank: everything is in service.
        cut: what bounds x there.
        limited: hours in which x does not fit.
        curtailed_mwh: MWh a year that do not fit in those hours, at most.
    """

    mw: float
    upper: float
    hour: int
    outage: str
    cut: Cut | None
    limited: int
    curtailed_mwh: float

    @property
    def exact(self) -> bool:
        """Whether the bounds have met."""
        return self.upper - self.mw <= MEET


@dataclass
class _Pairs:
    """Hours of a state that still matter, with bounds."""

    number: int
    hours: np.ndarray
    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    room: np.ndarray
    tried: np.ndarray  # hours of which the program was solved
    mixed: bool = False

    def first(self, open_: np.ndarray) -> int:
        """Of some hours that with the smallest lower bound, and of those the smallest room at the station."""
        least = float(self.lower[open_].min())
        return int(np.where(open_ & (self.lower <= least + MEET), self.room, np.inf).argmin())


class Searcher:
    """Asks the places of a stage one by one; the program of every state is loaded once."""

    def __init__(self, stage: Stage, shifts: Shifts, places: list[Place], directions: list[str]) -> None:
        """Take a stage as it is operated."""
        self.stage, self.shifts = stage, shifts
        self.places, self.directions = places, directions
        self.probes: dict[int, Probe] = {}
        self.values: dict[int, np.ndarray] = {}

    @property
    def solved(self) -> int:
        """Linear programs solved so far."""
        return sum(probe.solved for probe in self.probes.values())

    def probe(self, number: int) -> Probe:
        """The program of a state."""
        if number not in self.probes:
            program = self.stage.states[number].program
            if self.stage.coupled:
                program = without_levels(program)
            self.probes[number] = Probe(program, self.places, self.directions)
        return self.probes[number]

    def valued(self, number: int) -> np.ndarray:
        """Hours × values of a state: profiles, and what does not fit there without x."""
        if number not in self.values:
            self.values[number] = np.column_stack([self.stage.values, self.stage.states[number].worse])
        return self.values[number]

    def find(self, place: Place, way: str, hours: int) -> Found:
        """The largest x that may be limited in at most so many hours."""
        return _Search(self, place, way, min(hours, len(self.stage.values) - 1)).run()

    def explore(self, place: Place, way: str) -> tuple[Found, list[tuple[int, Cut]]]:
        """The firm x, and every bound that was met on the way with the number of its state."""
        search = _Search(self, place, way, 0)
        return search.run(), list(zip(search.states, search.cuts, strict=True))


class _Search:
    def __init__(self, searcher: Searcher, place: Place, way: str, rank: int) -> None:
        self.all, self.place, self.way, self.rank = searcher, place, way, rank
        count = len(searcher.stage.values)
        self.lower, self.upper = np.full(count, CAP_MW), np.full(count, CAP_MW)
        self.at = np.full((count, 2), -1)  # (state, number of the cut) that gives the upper bound
        self.cuts: list[Cut] = []
        self.states: list[int] = []  # of each cut
        self.pairs: list[_Pairs] = []

    def run(self) -> Found:
        """Intact first: it bounds what outages need to be looked at."""
        budget = self.all.solved + MOST
        for number in range(len(self.all.stage.states)):
            self._take(number, self._order(self.upper) if number else np.inf)
            if not number:
                self._close(budget)
        self._close(budget)
        return self._found()

    def _take(self, number: int, below: float) -> None:
        """Add the hours of a state in which less than `below` may fit."""
        hours, lower = self.all.shifts.lower(self.place, self.way, number, below)
        keep = lower < below - MEET if number else np.ones(len(hours), bool)
        hours, lower = hours[keep], lower[keep]
        if len(hours):
            values = self.all.valued(number)[hours]
            room = np.minimum(self.all.shifts.rooms(self.place, self.way, hours), CAP_MW)
            pairs = _Pairs(number, hours, values, lower, np.full(len(hours), CAP_MW), room, hours < 0)
            self.pairs.append(pairs)
            np.minimum.at(self.lower, hours, lower)

    def _order(self, bounds: np.ndarray) -> float:
        """The (H+1)-th smallest."""
        return float(np.partition(bounds, self.rank)[self.rank])

    def _close(self, budget: int) -> None:
        """Solve the hour that matters most until the bounds on the answer meet."""
        while self.all.solved < budget:
            low, high = self._order(self.lower), self._order(self.upper)
            if high - low <= MEET:
                return
            wanted: tuple[float, _Pairs, int] | None = None
            for pairs in self.pairs:
                open_ = (pairs.upper - pairs.lower > MEET / 2) & (pairs.lower < high - MEET / 2)
                open_ &= ~pairs.tried & (self.upper[pairs.hours] > low) & (self.lower[pairs.hours] < high)
                if open_.any():
                    at = pairs.first(open_)
                    if wanted is None or pairs.lower[at] < wanted[0]:
                        wanted = (float(pairs.lower[at]), pairs, at)
            if wanted is None:
                return
            self._solve(wanted[1], wanted[2])
            self._mix(wanted[1])
            self._gather()

    def _solve(self, pairs: _Pairs, at: int) -> None:
        probe = self.all.probe(pairs.number)
        probe.aim(self.way, self.place)
        x, cut = probe.largest(pairs.values[at])
        self.cuts.append(cut)
        self.states.append(pairs.number)
        self._bound(pairs, cut, len(self.cuts) - 1)
        pairs.tried[at] = True
        if self.all.stage.coupled:
            return  # without its day an hour only bounds x from above
        open_ = np.flatnonzero(pairs.upper - pairs.lower > MEET / 2)
        fits, exact = probe.rule(pairs.values[open_])
        fitting = open_[fits]
        known = np.maximum(pairs.lower[fitting], exact)
        pairs.lower[fitting] = np.minimum(known, pairs.upper[fitting])
        pairs.lower[at] = min(max(pairs.lower[at], x), pairs.upper[at]) if x < pairs.upper[at] else x
        if pairs.upper[at] - x > MEET / 2:
            pairs.upper[at] = x
            self._note(pairs, np.array([at]), np.array([x]), len(self.cuts) - 1)

    def _mix(self, pairs: _Pairs) -> None:
        """Once by state: better lower bounds of the hours that are open after the first program."""
        if pairs.mixed:
            return
        pairs.mixed = True
        below = self._order(self.upper)
        open_ = np.flatnonzero((pairs.upper - pairs.lower > MEET / 2) & (pairs.lower < below - MEET / 2))
        if len(open_):
            margins = self.all.shifts.margins(self.place, self.way, pairs.number, pairs.hours[open_])
            better = improve(pairs.lower[open_], below, margins, MIXED)
            pairs.lower[open_] = np.maximum(pairs.lower[open_], np.minimum(better, pairs.upper[open_]))

    def _bound(self, pairs: _Pairs, cut: Cut, number: int) -> None:
        """Lower the upper bounds of a state by a cut."""
        upper = np.maximum(cut.at(pairs.values), 0.0)
        better = np.flatnonzero(upper < pairs.upper - 1e-12)
        pairs.upper[better] = upper[better]
        self._note(pairs, better, upper[better], number)

    def _note(self, pairs: _Pairs, chosen: np.ndarray, upper: np.ndarray, number: int) -> None:
        hours = pairs.hours[chosen]
        better = upper < self.upper[hours]
        self.upper[hours[better]] = upper[better]
        self.at[hours[better]] = (pairs.number, number)

    def _gather(self) -> None:
        """Bounds by hour from those of its states."""
        self.lower[:] = CAP_MW
        for pairs in self.pairs:
            np.minimum.at(self.lower, pairs.hours, pairs.lower)

    def _found(self) -> Found:
        mw, upper = self._order(self.lower), self._order(self.upper)
        mw = min(mw, upper)
        near = np.flatnonzero(self.upper <= upper + MEET)
        hour = int(near[self.upper[near].argmax()])
        state, number = (int(v) for v in self.at[hour])
        limited = np.flatnonzero(self.lower < mw - MEET)
        return Found(
            mw=mw,
            upper=upper,
            hour=hour,
            outage=self.all.stage.states[state].name if state >= 0 else "",
            cut=self.cuts[number] if number >= 0 else None,
            limited=len(limited),
            curtailed_mwh=float((mw - self.lower[limited]).sum()),
        )
