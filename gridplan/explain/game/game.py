"""Searches for the least objective by free set: one compiled program, of which only bounds change.

A plan counts once it was checked in every hour (and outage) that the case asks for; hours that fail enter
the program for all later searches. What was proven with fewer hours stays a bound, plans stay plans.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gridplan.case import Case
from gridplan.explain.game import members
from gridplan.explain.game.known import Free, Known, Made
from gridplan.explain.game.relaxed import Relaxed
from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Options, Search
from gridplan.solve.hourly import Key, key_of
from gridplan.solve.lexicographic import Objective, optimise
from gridplan.solve.progress import Progress
from gridplan.solve.rounds import Rounds, values
from gridplan.solve.start import WORTH
from gridplan.solve.status import SolveStatus

Aim = Callable[[Compiled], Objective]
Tell = Callable[[Compiled, np.ndarray], Any]
Which = Callable[[Compiled], dict[str, members.Part]]
EXACT = 1e-6  # relative distance of bounds that have met


@dataclass(frozen=True)
class Found:
    """What is known of a free set.

    Attributes:
        lower, upper: the least objective lies between them; infinite where there is no plan.
        plan: the best plan known.
        exact: they have met, within the tolerance of the game.
    """

    lower: float
    upper: float
    plan: Made | None
    exact: bool


@dataclass
class Game:
    """The least objective of a case by free set.

    Attributes:
        case: the case.
        which: members of a compiled program.
        aim: objective of a compiled program.
        tell: what is kept of a plan.
        options: limits of each search; its gap is relative to the objective.
        within: distance between bounds that is as good as none, in the unit of the objective.
        kept: units of reinforcements that are in service in any case.
        all_hours: check every plan in every hour; False: look at the hours that are likely to be critical,
            and only under plans with all members held or all free.
        tie: small costs by column, which decide among plans of like objective.
    """

    case: Case
    which: Which
    aim: Aim
    tell: Tell
    options: Options
    progress: Progress
    within: float = 0.0
    kept: Mapping[Key, float] = field(default_factory=dict)
    all_hours: bool = True
    tie: Callable[[Compiled], np.ndarray] | None = None
    interrupt: threading.Event | None = None

    def __post_init__(self) -> None:
        """Nothing is built yet."""
        self.known = Known()
        self.rounds = Rounds(self.case, self.options, self.progress, self.interrupt)
        self.searches = self.relaxations = 0
        self.label = ""
        self._of: Compiled | None = None
        self._relaxed: Relaxed | None = None

    @property
    def stopped(self) -> bool:
        """Whether the user wants it to end."""
        return self.interrupt is not None and self.interrupt.is_set()

    @property
    def compiled(self) -> Compiled:
        """The program of the present hours; its parts are renewed when hours come in."""
        now = self.rounds.base()
        if now is not self._of:
            self._of, self.parts, self.goal = now, self.which(now), self.aim(now)
            self.ties = None if self.tie is None else self.tie(now)
            self._relaxed = None
        return now

    def refresh(self) -> None:
        """Look at the members of the program anew."""
        self._of = None

    def names(self) -> list[str]:
        """Members that there are."""
        _ = self.compiled
        return list(self.parts)

    def found(self, free: Free) -> Found:
        """What is known without a search."""
        plan = self.known.best(free)
        upper = math.inf if plan is None else plan.value
        lower = min(self.known.lower(free), upper)
        return Found(lower, upper, plan, self._met(lower, upper))

    def _met(self, lower: float, upper: float) -> bool:
        if math.isinf(upper):
            return lower == upper
        return upper - lower <= max(self.within, (EXACT + self.options.gap) * abs(upper), EXACT)

    def relax(self, free: Free) -> Found:
        """Bound a free set by its linear relaxation, whose duals bound all others too."""
        known = self.found(free)
        if known.exact or self.stopped:
            return known
        compiled = self.compiled
        if self._relaxed is None:
            self._relaxed = Relaxed(compiled, self.parts, self.goal)
        self.progress.phase(f"bound {self.label}")
        self.relaxations += 1
        cut = self._relaxed.cut(members.held(compiled, self.parts, free, self.kept), free, self.options)
        if cut is not None:
            self.known.cuts.append(cut)
        return self.found(free)

    def settle(self, free: Free) -> Found:
        """Search until the least objective of a free set is known within the gap, or a limit is reached."""
        known = self.found(free)
        for _ in range(_rounds(self.rounds)):
            if known.exact or self.stopped:
                return known
            more = self._search(free)
            known = self.found(free)
            if not more:
                break
        return known

    def _search(self, free: Free) -> bool:
        """One search, and the check of its plan; True where hours came in and it must be done again."""
        compiled = self.compiled
        program = members.held(compiled, self.parts, free, self.kept)
        start = self.known.best(free)
        first = None
        if start is not None:
            first = np.array([start.values.get(key_of(v), np.nan) for v in compiled.columns])
        self.searches += 1
        status, x, bound = self._run(program, first, free)
        if status == SolveStatus.INFEASIBLE:
            self.known.prove(free, math.inf)
            return False
        if bound is not None:
            self.known.prove(free, self._sure(bound - self._ties(program)))
        if x is None:
            return False
        ends = not free or len(free) == len(self.parts)
        if self.all_hours or ends:
            fits, more = self.rounds.judge(values(program, x), not self.all_hours)
            if not fits:
                return more
        self._take(compiled, program, free, x)
        return False

    def _run(
        self, program: Compiled, start: np.ndarray | None, free: Free
    ) -> tuple[SolveStatus, np.ndarray | None, float | None]:
        """(How a search ended, its plan, its bound): plainly where `within` says how near is near enough."""
        options = replace(self.options, gap=self._gap(free))
        if self.within:
            self.progress.phase(f"solve ({self.label})")
            search = Search(
                program.matrix, (program.row_lower, program.row_upper), (program.lower, program.upper),
                program.integer,
            )  # fmt: skip
            search.watcher, search.interrupt = self.progress, self.interrupt
            search.minimise(self._todo.cost, self._todo.constant)
            if start is not None:
                search.start_from(start)
            outcome = search.run(options)
            return outcome.status, outcome.x, outcome.bound
        answer = optimise(
            program, options, self.progress, self.interrupt,
            start=start, label=f" ({self.label})", todo=[self._todo], own=False,
        )  # fmt: skip
        return answer.status, answer.x, next(iter(answer.goals.values())).bound

    def _take(self, compiled: Compiled, program: Compiled, free: Free, x: np.ndarray) -> None:
        """A plan that counts; its objective without what only breaks ties."""
        whole = np.clip(np.where(program.integer, np.round(x), x), program.lower, program.upper)
        made = Made(
            self.goal.of(x),
            members.needs(compiled, self.parts, free, whole),
            values(program, x),
            self.tell(compiled, x),
        )
        self.known.plans.append(made)

    @property
    def _todo(self) -> Objective:
        return self.goal if self.ties is None else replace(self.goal, cost=self.goal.cost + self.ties)

    def _ties(self, program: Compiled) -> float:
        """The most that breaking ties can add to the objective of a program."""
        return 0.0 if self.ties is None else float(self.ties @ np.where(self.ties > 0, program.upper, 0.0))

    def _gap(self, free: Free) -> float:
        """Relative gap of a search: of the options; in large programs what `within` is of the objective."""
        upper, lower = self.known.upper(free), self.known.lower(free)
        about = upper if math.isfinite(upper) else 1.5 * max(lower, 0.0)
        if not self.within or self.compiled.integer.sum() < WORTH or about <= 0:
            return self.options.gap
        return max(self.options.gap, self.within / about)

    def _sure(self, bound: float) -> float:
        return bound - EXACT * max(1.0, abs(bound))


def _rounds(rounds: Rounds) -> int:
    """Searches of one free set, at most: hours may come in after each."""
    return 60 if rounds.secured else 12
