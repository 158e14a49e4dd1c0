"""The least objective by free set: what is known of it, and waves of searches for what is not.

A plan counts once it was checked in every hour (and outage) that the case asks for; hours that fail enter
the program for all later searches. What was proven with fewer hours stays a bound, plans stay plans.

Searches are pieces of work (`board`). Those of one wave know what was known before it; bounds from a wave,
and cuts that are made between waves, save searches of the next.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gridplan.engine import Crew, packed
from gridplan.explain.game import members
from gridplan.explain.game.board import Answer, Ask, Board, Recipe, play
from gridplan.explain.game.known import Free, Known, Made
from gridplan.explain.game.relaxed import Relaxed
from gridplan.model.periods import Critical, Periods
from gridplan.solve.compile import Compiled
from gridplan.solve.keys import Key
from gridplan.solve.lexicographic import Objective
from gridplan.solve.progress import Progress, Silent

WAVE = 16  # pieces of one wave, at most: more at once keep more processes busy, fewer save more searches
Wanted = tuple[Free, str]  # a free set, and what the progress calls it


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


class Game:
    """The least objective of a case by free set."""

    def __init__(
        self,
        recipe: Recipe,
        progress: Progress | None = None,
        interrupt: threading.Event | None = None,
        crew: Crew | None = None,
    ) -> None:
        """Nothing is built yet.

        Args:
            recipe: what it is about.
            progress, interrupt: watcher, and what stops it.
            crew: who does the searches; None: this process.
        """
        self.recipe, self.progress, self.interrupt = recipe, progress or Silent(), interrupt
        self.crew = crew or Crew(interrupt=interrupt)
        self.board = Board(recipe, self.progress, interrupt)
        self.known = Known()
        self.searches = self.relaxations = 0
        self._relaxed: Relaxed | None = None

    @property
    def stopped(self) -> bool:
        """Whether the user wants it to end."""
        return self.board.stopped

    @property
    def compiled(self) -> Compiled:
        """The program of the present hours."""
        return self.board.compiled

    @property
    def parts(self) -> members.Parts:
        """Members of that program."""
        _ = self.compiled
        return self.board.parts

    @property
    def goal(self) -> Objective:
        """Objective of that program."""
        _ = self.compiled
        return self.board.goal

    @property
    def checked(self) -> bool:
        """Whether every plan was checked in all hours."""
        return self.board.rounds.checked and self.recipe.all_hours

    def names(self) -> list[str]:
        """Members that there are."""
        return list(self.parts)

    def held(self, free: Free) -> Compiled:
        """The program with some members free and all others held."""
        return members.held(self.compiled, self.parts, free, self.recipe.kept)

    def found(self, free: Free) -> Found:
        """What is known without a search."""
        plan = self.known.best(free)
        upper = math.inf if plan is None else plan.value
        lower = min(self.known.lower(free), upper)
        return Found(lower, upper, plan, self.recipe.met(lower, upper))

    def relax(self, free: Free, label: str) -> Found:
        """Bound a free set by its linear relaxation, whose duals bound all others too."""
        known = self.found(free)
        if known.exact or self.stopped:
            return known
        compiled = self.compiled
        if self._relaxed is None or self._relaxed.open is not compiled:
            self._relaxed = Relaxed(compiled, self.parts, self.goal)
        self.progress.phase(f"bound {label}")
        self.relaxations += 1
        cut = self._relaxed.cut(self.held(free), free, self.recipe.options)
        if cut is not None:
            self.known.cuts.append(cut)
        return self.found(free)

    def settle(self, free: Free, label: str) -> Found:
        """Search until the least objective of a free set is known within the gap, or a limit is reached."""
        self.wave([(free, label)])
        return self.found(free)

    def settle_all(self, wanted: Sequence[Wanted]) -> None:
        """The same for many, in waves; what an earlier wave tells is not searched for."""
        left = list(wanted)
        while left and not self.stopped:
            open_ = [(free, label) for free, label in left if not self.found(free).exact]
            self.wave(open_[:WAVE])
            left = open_[WAVE:]

    def wave(self, wanted: Sequence[Wanted]) -> None:
        """Search for all of these at once, each from what is known now."""
        labels = {free: label for free, label in reversed(wanted) if not self.found(free).exact}
        asks = [self._ask(free, labels[free]) for free, _ in wanted if free in labels]
        asks = list({ask.free: ask for ask in asks}.values())
        if not asks or self.stopped:
            return
        if self.crew.ready(len(asks)):
            more = f" and {len(asks) - 1} more" if len(asks) > 1 else ""
            self.progress.phase(f"search {asks[0].label}{more}", len(asks))
            pieces = [(self._packed, ask) for ask in asks]
            answers: Mapping[int, Answer] = self.crew.away(play, pieces, self.progress.advance)
        else:
            answers = dict(enumerate(self.crew.here(self.board.settle, asks)))
        for k in sorted(answers):
            self._take(asks[k], answers[k])

    def _ask(self, free: Free, label: str) -> Ask:
        known = self.found(free)
        start: Mapping[Key, float] = {} if known.plan is None else known.plan.values
        return Ask(free, label, known.lower, known.upper, start, self.board.rounds.periods)

    def _take(self, ask: Ask, answer: Answer) -> None:
        """What a piece came to; its hours enter the program."""
        self.searches += answer.searches
        if answer.bound > -math.inf:
            self.known.prove(ask.free, answer.bound)
        if answer.plan is not None:
            self.known.plans.append(answer.plan)
        now = self.board.rounds.periods
        if answer.periods not in (ask.periods, now):
            own = now == ask.periods
            self.board.at(answer.periods if own else _both(self.recipe.case, now, answer.periods))

    @cached_property
    def _packed(self) -> bytes:
        return packed(self.recipe)


def _both(case: Any, mine: Periods, other: Periods) -> Periods:
    """Periods with the critical hours of others too."""
    hours = {
        year: [
            Critical(item.hour_of_year, item.outage, item.cut)
            for item in (other.items[k] for k in used)
            if item.weight == 0
        ]
        for year, used in other.by_year.items()
    }
    return mine.with_hours(case, hours)
