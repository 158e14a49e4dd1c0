"""A question that has "no" for an answer: the case, what is asked on top of it, and the hours that matter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from gridplan.case import Case
from gridplan.explain.why.ask import SLACK_MW, Ask
from gridplan.explain.why.elastic import Relief, least, measured
from gridplan.explain.why.holds import Wide
from gridplan.explain.why.items import Item
from gridplan.explain.why.minimal import Conflict, conflict, conflicts
from gridplan.explain.why.oracle import Clock, Oracle
from gridplan.explain.why.widen import critical, widen
from gridplan.model.periods import Periods
from gridplan.solve.highs import Options
from gridplan.solve.progress import Silent
from gridplan.solve.rounds import Solution, search
from gridplan.solve.start import WORTH
from gridplan.solve.status import SolveStatus

ROUGH = 0.05  # gap, share of 1, to which repairs of a large program are solved
EXTRA = 4  # units beyond max_units that lifting it allows
SERVED_MW = 1e-3  # what may be left of a shortfall that a repair takes away


@dataclass
class Question:
    """One "no", and what is found about it.

    Attributes:
        case: the case.
        periods: hours of the program that has no solution.
        ask: what is asked on top of the case.
        clock: time for everything.
        options: gap, threads and seed of solves.
        found: conflicts, once they are named.
        more: units beyond max_units that the wide program has, by reinforcement.
        hours: the hours among them that are looked at, where they are fewer.
        ask_again: a repaired case is asked the same (a site); else it is solved as it is, and must serve
            what was short.
    """

    case: Case
    periods: Periods
    ask: Ask
    clock: Clock
    options: Options
    ask_again: bool = False
    found: list[Conflict] = field(default_factory=list)
    more: dict[str, int] = field(default_factory=dict)
    hours: Periods | None = None
    _known: dict[tuple, Relief | None] = field(default_factory=dict)

    @cached_property
    def wide(self) -> Wide:
        """The program in which every item can be lifted."""
        return widen(self.case, self.hours or self.periods, self.ask, self.more)

    def oracle(self) -> Oracle:
        """Tests on the wide program; on critical hours alone where those have no solution already."""
        few = critical(self.periods)
        if few is not None and self.hours is None and not self.found:
            self.hours = few
            oracle = Oracle(self.wide, self.clock, threads=self.options.threads)
            if oracle.test(self.wide.items).feasible is False:
                return oracle
            self.hours = None
            del self.wide
        return Oracle(self.wide, self.clock, threads=self.options.threads)

    @property
    def items(self) -> list[Item]:
        """Items of all conflicts."""
        return list(dict.fromkeys(i for c in self.found for i in c.items))

    def of(self, *kinds: str) -> list[Item]:
        """Items of the conflicts of some kinds."""
        return [i for i in self.items if i.kind in kinds]

    def name(self) -> None:
        """Find the conflicts; where more units of a reinforcement would help, that is a row of its own."""
        self.found = conflicts(self.oracle())
        self.more = self._near()
        if not self.more or not self.found:
            return
        del self.wide
        oracle = self.oracle()
        units = [i for i in self.wide.items if i.kind == "max_units"]
        again = [conflict(oracle, [*c.items, *units]) for c in self.found]
        self.found = [new or old for new, old in zip(again, self.found, strict=True)]

    def _near(self) -> dict[str, int]:
        """Reinforcements at the stations and branches in conflict that are not too late already, and units
        beyond those allowed.
        """
        late = {str(i.key[0]) for i in self.of("timing")}
        places = {str(i.key[0]) for i in self.items if i.table in ("substations", "branches")}
        table = self.case.table("reinforcements")
        rows = table[table["target"].isin(places) | (table["from"].isin(places) & table["to"].isin(places))]
        return {str(r): EXTRA for r in rows["reinforcement"] if r not in late}

    def learn(self, periods: Periods) -> None:
        """Take the hours of another program with no solution too."""
        if set(periods.items) - set(self.periods.items):
            self.periods = periods
            self.hours = None if self.hours is None else critical(periods)
            self._known.clear()
            del self.wide

    def least(self, *kinds: str, lifted: bool = False) -> Relief | None:
        """The least repair with items of these kinds: loosened wherever they are, or lifted where they are in
        conflict.
        """
        key = (*kinds, lifted)
        if key not in self._known:
            items = {i for i in self.wide.items if i.kind in kinds}
            loosened = set() if lifted else measured(self.wide) & items
            gone = set(self.of(*kinds)) & items if lifted else set()
            threads = self.options.threads
            self._known[key] = least(self.wide, loosened, gone, self.clock, threads, self._own(loosened))
        return self._known[key]

    def _own(self, items: set[Item]) -> set[Item]:
        """Those of the programme that are short: they give way before what is served."""
        short = {key for key, most in self.ask.short.items() if most == 0.0}
        return {i for i in items if i.kind == "programme" and (f"{i.key[0]}|{i.key[1]}", i.year) in short}

    def preset(self, kind: str, relief: Relief) -> None:
        """Take a relief as the least of a kind."""
        for lifted in (False, True):
            self._known[kind, lifted] = relief

    def try_(self, case: Case) -> Solution:
        """Solve a repaired case, with every hour checked."""
        prepare = self.ask.prepare if self.ask_again else None
        options = replace(self.options, gap=self.gap, time_limit_s=self.clock.left)
        return search(case, options, Silent(), self.clock.interrupt, prepare)

    @property
    def gap(self) -> float:
        """Gap of the solves that try a repair: in a large program a plan will do."""
        large = self.wide.compiled.integer.sum() >= WORTH
        return max(self.options.gap, ROUGH) if large else self.options.gap

    def serves(self, solution: Solution) -> bool:
        """Whether a solved repaired case is a plan, and what was short is served in it."""
        if solution.answer.x is None or (solution.check is not None and solution.check.violated):
            return False
        if solution.status not in (SolveStatus.OPTIMAL, SolveStatus.LIMIT):
            return False
        return self.ask_again or not self._short(solution)

    def _short(self, solution: Solution) -> bool:
        """Whether anything that was asked to be served falls short still."""
        c, x = solution.compiled, solution.answer.x
        assert x is not None
        for column, most in self.ask.bounded(c.program.model):
            at = c.position.get(id(column))
            if at is not None and most <= SLACK_MW and x[at] > SERVED_MW:
                return True
        return False


def cost_of(solution: Solution) -> float:
    """Total discounted cost of a solution, M€."""
    assert solution.answer.x is not None
    cost, constant = solution.compiled.objective("total_cost_meur")
    return float(cost @ solution.answer.x) + constant


def room_of(solution: Solution, station: str, year: int) -> float | None:
    """MW for datacenters at a station in a stage, of a solved case; None where it has no limit."""
    c, x = solution.compiled, solution.answer.x
    assert x is not None
    m = c.program.model
    if (station, year) not in m.stations.demand_mw or station not in m.stations.LOADED:
        return None

    def value(variable: object, key: tuple) -> float:
        column = variable[key]  # type: ignore[index]
        at = c.position.get(id(column))
        return float(x[at]) if at is not None else 0.0

    limit = value(m.stations.demand_mw, (station, year))
    drawn = m.datacenters.withdrawal if hasattr(m.datacenters, "withdrawal") else {}
    rooms = []
    for y, p in m.YP:
        if y == year:
            new = value(drawn, (station, "mv", y, p)) if (station, "mv", y, p) in drawn else 0.0
            rooms.append(limit - value(m.stations.through, (station, y, p)) + new)
    return float(np.min(rooms)) if rooms else None
