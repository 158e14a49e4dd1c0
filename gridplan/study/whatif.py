"""What-ifs one after the other: what the first solve found serves all that follow.

The critical hours stay, and the last plan is tried first. Where a patch moves only bounds, costs and
right-hand sides of whole stages, the programs of all hours stay too, and hours of stages in which nothing
moved are not dispatched again. Where rows or columns come or go, or hours move, only that is made anew.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from gridplan.case import Case
from gridplan.model.limited import profiles
from gridplan.plan.plan import Plan
from gridplan.plan.run import options_of, plan_of
from gridplan.solve.keep import Moved, moved
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.rounds import Rounds, Solution
from gridplan.study.html import page
from gridplan.study.resume import resumed

OPTIONS = ("gap", "time_limit_s", "threads", "seed")
# Tables that say nothing of an hour, but for what is built.
STAGED = frozenset({"policies", "reinforcements", "datacenter_demand", "datacenters", "pipe_types", "queue"})


@dataclass(frozen=True)
class Course:
    """How a what-if was answered.

    Attributes:
        kept: the last plan was shown to be good enough; nothing was searched.
        moved: what differs in the program; None where the hours differ and all was made anew.
        seconds: of the whole, tables and verification included.
    """

    kept: bool
    moved: Moved | None
    seconds: float


class WhatIf:
    """What-ifs on one case; each answers for the case with its patch alone, whatever was asked before."""

    def __init__(
        self,
        case: Case,
        *,
        gap: float | None = None,
        time_limit_s: float | None = None,
        threads: int | None = None,
        seed: int | None = None,
    ) -> None:
        """Nothing is solved yet.

        Args:
            case: the case.
            gap, time_limit_s, threads, seed: as of `Case.solve`, for every solve.
        """
        self.case, self.options = case, options_of(case, gap, time_limit_s, threads, seed)
        self.rounds: Rounds | None = None
        self.solution: Solution | None = None
        self.course: Course | None = None
        self._plan: Plan | None = None

    @classmethod
    def of(cls, plan: Plan) -> WhatIf:
        """What-ifs on the case of a plan that is there, loaded ones too; with the options of its solve.

        The plan is the base. The first what-if brings back its hours and its program, and operates it once.
        """
        known = {name: plan.options[name] for name in OPTIONS if name in plan.options}
        session = cls(plan.case, **known)
        session._plan = plan
        return session

    def base(self, progress: Progress | None = None, interrupt: threading.Event | None = None) -> Plan:
        """The plan of the case itself; solved once."""
        if self._plan is None:
            watcher, begun = progress or Silent(), monotonic()
            self.rounds = Rounds(self.case, self.options, watcher, interrupt)
            self.solution = self.rounds.run()
            if self.rounds.checker is not None and self.solution.check is not None:
                self.rounds.checker.take(self.solution.check)
            self._plan = plan_of(self.case, self.solution, self.options, watcher, begun, 0.0, interrupt)
            watcher.close()
        return self._plan

    def solve(
        self,
        patch: Mapping[str, Any],
        progress: Progress | None = None,
        interrupt: threading.Event | None = None,
    ) -> Plan:
        """The plan of the case under a patch as of `Case.what_if`; `course` says how it was found.

        Raises:
            CaseError: the patch gives no valid case.
        """
        return self.answer(self.case.what_if(patch), progress, interrupt)

    def answer(
        self, case: Case, progress: Progress | None = None, interrupt: threading.Event | None = None
    ) -> Plan:
        """The plan of a case that differs a little, as of `solve`."""
        self.base(progress, interrupt)
        watcher, begun = progress or Silent(), monotonic()
        self._resume(watcher)
        if self.solution is None or self.solution.answer.x is None or not same_hours(self.case, case):
            rounds, change = Rounds(case, self.options, watcher, interrupt), None
        else:
            rounds, change = self._following(case, watcher, interrupt)
        solution = rounds.run()
        plan = plan_of(case, solution, self.options, watcher, begun, 0.0, interrupt)
        watcher.close()
        self.course = Course(solution.rounds == 0, change, monotonic() - begun)
        return plan

    def _resume(self, watcher: Progress) -> None:
        """What a plan that was there before says of its search."""
        if self.rounds is None and self._plan is not None and self._plan.has_plan:
            self.rounds, self.solution = resumed(self._plan, self.options, watcher)

    def _following(
        self, case: Case, watcher: Progress, interrupt: threading.Event | None
    ) -> tuple[Rounds, Moved]:
        """A search that begins with what is known; its program is compiled."""
        assert self.rounds is not None and self.solution is not None
        old = self.solution.compiled
        rounds = self.rounds.following(case, self.solution.answer, None)
        rounds.progress, rounds.interrupt = watcher, interrupt
        change = moved(old, rounds.base())
        checker = self.rounds.checker
        if checker is not None:
            if change.hours or not _staged(self.case, case):
                checker = checker.again(case, rounds.network)
            else:
                checker = checker.over(case, rounds.network)
        rounds.checker = checker
        return rounds, change

    def _repr_html_(self) -> str:
        """The case and the last answer, for notebooks."""
        from gridplan.solve.status import SolveStatus

        status = SolveStatus.NO_PLAN if self._plan is None else self._plan.status
        said = [] if self.course is None else [f"last what-if: {self.course.seconds:.1f} s"]
        return page(f"What-ifs on {self.case.name}", status, said, {})


def same_hours(one: Case, other: Case) -> bool:
    """Whether two cases have the same hours: stages, profiles, and which hours are limited."""
    a, b = one.settings, other.settings
    if a.time != b.time or a.horizon.years != b.horizon.years or a.physics.security != b.physics.security:
        return False
    if any(one.has(name) != other.has(name) for name in ("storages", "heat_storages")):
        return False
    mine, theirs = profiles(one), profiles(other)
    return mine is theirs if mine is None or theirs is None else bool(mine.equals(theirs))


def _staged(one: Case, other: Case) -> bool:
    """Whether two cases differ in tables that say nothing of an hour, but for what is built."""
    a, b = one.settings, other.settings
    if a.physics != b.physics or a.case != b.case or set(one.tables) != set(other.tables):
        return False
    return all(name in STAGED or one.table(name).equals(other.table(name)) for name in one.tables)
