"""Searches of one free set, until its plan fits every hour: a piece of work of a game, in any process.

What a piece comes to depends on what it is asked alone: on the hours, bounds and start plan that the driver
knew, never on what the process did before.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gridplan.case import Case
from gridplan.engine import Last
from gridplan.explain.game import members
from gridplan.explain.game.known import Free, Made
from gridplan.model.periods import Periods
from gridplan.solve.compile import Compiled
from gridplan.solve.highs import Options, Search
from gridplan.solve.keys import Key, key_of
from gridplan.solve.lexicographic import Objective, optimise
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.rounds import Rounds, values
from gridplan.solve.start import WORTH
from gridplan.solve.status import SolveStatus

Aim = Callable[[Compiled], Objective]
Tell = Callable[[Compiled, np.ndarray], Any]
Which = Callable[[Compiled], dict[str, members.Part]]
Tie = Callable[[Compiled], np.ndarray]
EXACT = 1e-6  # relative distance of bounds that have met
ROUNDS, SECURED = 12, 60  # searches of one free set, at most: hours may come in after each


@dataclass(frozen=True)
class Recipe:
    """What a game is about; it pickles.

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
    within: float = 0.0
    kept: Mapping[Key, float] = field(default_factory=dict)
    all_hours: bool = True
    tie: Tie | None = None

    def met(self, lower: float, upper: float) -> bool:
        """Whether bounds are as near as is asked."""
        if math.isinf(upper):
            return lower == upper
        return upper - lower <= max(self.within, (EXACT + self.options.gap) * abs(upper), EXACT)


@dataclass(frozen=True)
class Ask:
    """A piece: what the driver knows of a free set.

    Attributes:
        free: members that are free.
        label: of the search in the progress.
        lower, upper: bounds.
        start: integers of the best plan known, by key.
        periods: hours of the program.
    """

    free: Free
    label: str
    lower: float
    upper: float
    start: Mapping[Key, float]
    periods: Periods


@dataclass(frozen=True)
class Answer:
    """What became of a piece.

    Attributes:
        bound: proven; infinite: there is no plan; −infinite: nothing was.
        plan: a plan that counts.
        periods: hours of the last program, those that came in included.
        searches: programs searched.
    """

    bound: float
    plan: Made | None
    periods: Periods
    searches: int


class Board:
    """The program of a game in one process, and its searches."""

    def __init__(
        self, recipe: Recipe, progress: Progress | None = None, interrupt: threading.Event | None = None
    ) -> None:
        """Nothing is built yet."""
        self.recipe, self.progress, self.interrupt = recipe, progress or Silent(), interrupt
        self.rounds = Rounds(recipe.case, recipe.options, self.progress, interrupt)
        self._of: Compiled | None = None
        self._last: tuple[Periods, Compiled | None] | None = None  # of a search that brought hours

    @property
    def stopped(self) -> bool:
        """Whether the user wants it to end."""
        return self.interrupt is not None and self.interrupt.is_set()

    def at(self, periods: Periods) -> None:
        """Go to the program of some hours; the last one need not be built again."""
        if periods == self.rounds.periods:
            return
        known = self._last[1] if self._last is not None and self._last[0] == periods else None
        self.rounds.periods, self.rounds.compiled = periods, known

    @property
    def compiled(self) -> Compiled:
        """The program of the present hours; its parts are renewed when hours come in."""
        now = self.rounds.base()
        if now is not self._of:
            self._of, self.parts, self.goal = now, self.recipe.which(now), self.recipe.aim(now)
            self.ties = None if self.recipe.tie is None else self.recipe.tie(now)
        return now

    def settle(self, ask: Ask) -> Answer:
        """Search until the least objective is known within the gap and hours, or a limit is reached."""
        self.at(ask.periods)
        first = self.compiled
        bound, plan, searches = -math.inf, None, 0
        for _ in range(SECURED if self.rounds.secured else ROUNDS):
            if self.stopped or self.recipe.met(min(max(ask.lower, bound), ask.upper), ask.upper):
                break
            searches += 1
            proven, plan, more = self._search(ask)
            bound = max(bound, proven)
            if not more:
                break
        answer = Answer(bound, plan, self.rounds.periods, searches)
        if self.rounds.compiled is not first:
            self._last = self.rounds.periods, self.rounds.compiled
            self.rounds.periods, self.rounds.compiled = ask.periods, first
        return answer

    def _search(self, ask: Ask) -> tuple[float, Made | None, bool]:
        """(Bound, plan that counts, whether hours came in and it must be done again) of one search."""
        compiled = self.compiled
        program = members.held(compiled, self.parts, ask.free, self.recipe.kept)
        start = None
        if ask.start:
            start = np.array([ask.start.get(key, np.nan) for key in compiled.column_keys])
        status, x, bound = self._run(program, start, ask)
        if status == SolveStatus.INFEASIBLE:
            return math.inf, None, False
        proven = -math.inf if bound is None else _sure(bound - self._most(program))
        if x is None:
            return proven, None, False
        ends = not ask.free or len(ask.free) == len(self.parts)
        if self.recipe.all_hours or ends:
            fits, more = self.rounds.judge(values(program, x), not self.recipe.all_hours)
            if not fits:
                return proven, None, more
        return proven, self._made(compiled, program, ask.free, x), False

    def _run(
        self, program: Compiled, start: np.ndarray | None, ask: Ask
    ) -> tuple[SolveStatus, np.ndarray | None, float | None]:
        """(How a search ended, its plan, its bound): plainly where `within` says how near is near enough."""
        options, label = replace(self.recipe.options, gap=self._gap(ask)), ask.label
        todo = self.goal if self.ties is None else replace(self.goal, cost=self.goal.cost + self.ties)
        if self.recipe.within:
            self.progress.phase(f"solve ({label})")
            search = Search(
                program.matrix, (program.row_lower, program.row_upper), (program.lower, program.upper),
                program.integer,
            )  # fmt: skip
            search.watcher, search.interrupt = self.progress, self.interrupt
            search.minimise(todo.cost, todo.constant)
            if start is not None:
                search.start_from(start)
            outcome = search.run(options)
            return outcome.status, outcome.x, outcome.bound
        answer = optimise(
            program, options, self.progress, self.interrupt,
            start=start, label=f" ({label})", todo=[todo], own=False,
        )  # fmt: skip
        return answer.status, answer.x, next(iter(answer.goals.values())).bound

    def _made(self, compiled: Compiled, program: Compiled, free: Free, x: np.ndarray) -> Made:
        """A plan that counts; its objective without what only breaks ties."""
        whole = np.clip(np.where(program.integer, np.round(x), x), program.lower, program.upper)
        chosen = np.flatnonzero(program.integer)
        return Made(
            self.goal.of(x),
            members.needs(compiled, self.parts, free, whole),
            {key_of(program.columns[k]): float(whole[k]) for k in chosen},
            self.recipe.tell(compiled, x),
            members.tight(compiled, self.parts, whole),
        )

    def _most(self, program: Compiled) -> float:
        """The most that breaking ties can add to the objective of a program."""
        return 0.0 if self.ties is None else float(self.ties @ np.where(self.ties > 0, program.upper, 0.0))

    def _gap(self, ask: Ask) -> float:
        """Relative gap of a search: of the options; in large programs what `within` is of the objective."""
        gap, within = self.recipe.options.gap, self.recipe.within
        about = ask.upper if math.isfinite(ask.upper) else 1.5 * max(ask.lower, 0.0)
        if not within or self.compiled.integer.sum() < WORTH or about <= 0:
            return gap
        return max(gap, within / about)


def _sure(bound: float) -> float:
    return bound - EXACT * max(1.0, abs(bound))


_boards = Last(Board)


def play(recipe: bytes, ask: Ask) -> Answer:
    """A piece in a process of its own: the recipe, `packed`, is unpacked by its first piece."""
    return _boards.of(recipe).settle(ask)
