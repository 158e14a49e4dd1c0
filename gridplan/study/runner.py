"""Plans of one case, one after the other: hours found, the compiled program and the last plan are kept."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic

from gridplan.case import Case
from gridplan.plan.plan import Plan
from gridplan.plan.run import plan_of
from gridplan.solve.extra import Extra
from gridplan.solve.highs import Options
from gridplan.solve.keys import Key
from gridplan.solve.lexicographic import Goal
from gridplan.solve.progress import Progress
from gridplan.solve.rounds import Rounds, values
from gridplan.solve.status import SolveStatus

UNSERVED = "unserved_mw_years"


class Prefixed:
    """A watcher that says which part of a study a phase belongs to."""

    def __init__(self, progress: Progress) -> None:
        """Pass everything on."""
        self.progress, self.prefix = progress, ""

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase, after the name of the part."""
        self.progress.phase(f"{self.prefix}: {name}" if self.prefix else name, total)

    def advance(self, done: int) -> None:
        """Steps done."""
        self.progress.advance(done)

    def search(
        self, incumbent: float | None, bound: float | None, gap: float | None, nodes: int, seconds: float
    ) -> None:
        """State of the search."""
        self.progress.search(incumbent, bound, gap, nodes, seconds)

    def close(self) -> None:
        """The study closes its watcher itself."""


@dataclass(frozen=True)
class Found:
    """What a search of a study gave.

    Attributes:
        status: how it ended.
        goals: value, bound and gap by objective.
        values: every variable by key, to start the next search from; empty where no plan was found.
        unserved: MW·years that are not served.
        plan: the plan, where it was asked for; without tables where none was found.
    """

    status: SolveStatus
    goals: Mapping[str, Goal]
    values: Mapping[Key, float]
    unserved: float
    plan: Plan | None

    @property
    def there(self) -> bool:
        """Whether a plan was found."""
        return bool(self.values)

    @property
    def verified(self) -> bool:
        """Whether the plan was recomputed and holds."""
        return self.plan is not None and self.plan.certificate is not None and self.plan.certificate.ok


class Runner:
    """Searches for plans of one case."""

    def __init__(
        self, case: Case, options: Options, progress: Progress, interrupt: threading.Event | None = None
    ) -> None:
        """Nothing is built yet; the time limit is that of each search."""
        self.case, self.options, self.interrupt = case, options, interrupt
        self.watcher = Prefixed(progress)
        self.rounds = Rounds(case, options, self.watcher, interrupt)

    def find(self, extra: Extra, part: str, with_plan: bool = True) -> Found:
        """Search with what is asked beyond the case.

        Args:
            extra: what is asked.
            part: name of the search in the progress.
            with_plan: make tables of what is found and recompute them, which takes as long as a small search.
        """
        begun, self.watcher.prefix = monotonic(), part
        solution = self.rounds.run(extra)
        x, plan = solution.answer.x, None
        if with_plan or x is None:
            plan = plan_of(self.case, solution, self.options, self.watcher, begun)
        kept = values(solution.compiled, x) if x is not None else {}
        unserved = math.nan
        if x is not None:
            cost, constant = solution.compiled.objective(UNSERVED)
            unserved = float(cost @ x) + constant
        return Found(solution.status, solution.answer.goals, kept, unserved, plan)

    @property
    def stopped(self) -> bool:
        """Whether the user wants the study to end."""
        return self.interrupt is not None and self.interrupt.is_set()


def worst(statuses: list[SolveStatus]) -> SolveStatus:
    """Status of a study: that of its worst part that has a plan; where none has, that of the last."""
    order = [SolveStatus.INTERRUPTED, SolveStatus.LIMIT, SolveStatus.OPTIMAL]
    return next((status for status in order if status in statuses), statuses[-1])


def at_gap(options: Options, gap: float) -> Options:
    """The same limits with another gap."""
    return replace(options, gap=gap)
