"""Whether a program has a solution while only some items are in force: one HiGHS model, bounds changed.

First the relaxation: where it has none, it is solved again without presolve, for a dual ray that names the
rows and bounds that refute it (Farkas), so that all other items can go at once. Only where it has one, whole
numbers are asked for. With few items in force presolve takes most of a large program away: on cases/mra
(51,700 rows) a test takes a few seconds with it, and 30 to 45 s without.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from time import monotonic

import highspy
import numpy as np

from gridplan.explain.why.holds import Wide
from gridplan.explain.why.items import Item
from gridplan.solve.highs import Options, Search
from gridplan.solve.status import SolveStatus

RAY = 1e-9  # entries of a ray below, relative to the largest, are noise


class Clock:
    """What is left of a time limit; nothing once it is interrupted."""

    def __init__(self, seconds: float, interrupt: threading.Event | None = None) -> None:
        """Start with so many seconds."""
        self.ends, self.interrupt = monotonic() + seconds, interrupt

    @property
    def left(self) -> float:
        """Seconds that are left, at least 0."""
        stopped = self.interrupt is not None and self.interrupt.is_set()
        return 0.0 if stopped else max(0.0, self.ends - monotonic())

    @property
    def over(self) -> bool:
        """Whether time is up."""
        return self.left <= 0.0


@dataclass(frozen=True)
class Verdict:
    """Answer of one test.

    Attributes:
        feasible: None where a limit came first.
        core: items that alone leave no solution (only where there is none).
    """

    feasible: bool | None
    core: frozenset[Item] = frozenset()


class Oracle:
    """Tests sets of items on one wide program."""

    def __init__(self, wide: Wide, clock: Clock, each_s: float = 20.0, threads: int = 1) -> None:
        """Hand the program to HiGHS once.

        Args:
            wide: the program.
            clock: limit of all tests together.
            each_s: limit of one test.
            threads: threads of the solver.
        """
        self.wide, self.clock, self.each_s, self.threads = wide, clock, each_s, threads
        c = wide.compiled
        rows, columns = (c.row_lower, c.row_upper), (c.lower, c.upper)
        self.relaxed = Search(c.matrix, rows, columns, np.zeros(len(c.columns), bool))
        self.whole = Search(c.matrix, rows, columns, c.integer) if c.integer.any() else None
        self.tests = 0

    def test(self, on: Collection[Item]) -> Verdict:
        """Whether there is a solution with these items in force and all others lifted."""
        self.tests += 1
        off = np.ones(len(self.wide.items), bool)
        off[[self.wide.number[i] for i in on]] = False
        row_lower, row_upper, lower, upper = self.wide.bounds(off)
        crossed = lower > upper + 1e-9
        if crossed.any():
            none = np.zeros(len(row_lower), bool)
            one = np.zeros(len(lower), bool)
            one[np.flatnonzero(crossed)[0]] = True
            return Verdict(False, frozenset(self.wide.touching(none, one, one) & set(on)))
        every = np.arange(len(row_lower), dtype=np.int32)
        for search in (self.relaxed, self.whole):
            if search is not None:
                search.highs.changeRowsBounds(len(every), every, row_lower, row_upper)
                search.restrict(lower, upper)
        verdict = self._relaxation(on)
        if verdict.feasible and self.whole is not None:
            return self._whole(on)
        return verdict

    def _relaxation(self, on: Collection[Item]) -> Verdict:
        outcome = self.relaxed.run(self._options())
        if outcome.status != SolveStatus.INFEASIBLE:
            return Verdict(True if outcome.status == SolveStatus.OPTIMAL else None)
        return Verdict(False, self._core(on))

    def _core(self, on: Collection[Item]) -> frozenset[Item]:
        """Items behind the dual ray; all where HiGHS has none."""
        self.relaxed.highs.setOptionValue("presolve", "off")
        self.relaxed.run(self._options())
        self.relaxed.highs.setOptionValue("presolve", "choose")
        status, there, ray = self.relaxed.highs.getDualRay()
        if status == highspy.HighsStatus.kError or not there or not np.abs(ray).max(initial=0.0):
            return frozenset(on)
        rows = np.abs(ray) > RAY * np.abs(ray).max()
        reduced = self.wide.compiled.matrix.T @ np.where(rows, ray, 0.0)
        columns = np.abs(reduced) > RAY * max(np.abs(reduced).max(initial=0.0), 1e-12)
        return frozenset(self.wide.touching(rows, columns, columns) & set(on))

    def _whole(self, on: Collection[Item]) -> Verdict:
        assert self.whole is not None
        self.whole.has_plan = False
        outcome = self.whole.run(self._options())
        if outcome.status == SolveStatus.INFEASIBLE:
            return Verdict(False, frozenset(on))
        return Verdict(True if outcome.x is not None else None)

    def _options(self) -> Options:
        return Options(1.0, min(self.each_s, self.clock.left), self.threads)
