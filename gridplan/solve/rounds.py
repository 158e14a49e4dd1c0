"""Rounds: solve with few hours and no outage, check all, add the worst, solve again from the last plan."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import numpy as np

from gridplan.case import Case
from gridplan.model.build import Program, build
from gridplan.model.periods import typical
from gridplan.network import Network
from gridplan.solve.checker import Check, Checker
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.extra import Extra
from gridplan.solve.highs import Options
from gridplan.solve.hours import first_hours, likely_hours
from gridplan.solve.keep import inherited, keep
from gridplan.solve.keys import Key
from gridplan.solve.lexicographic import Answer, Goal, optimise
from gridplan.solve.polish import polish
from gridplan.solve.progress import Progress
from gridplan.solve.start import WORTH
from gridplan.solve.status import SolveStatus

ROUNDS = 12
SECURED = 60  # rounds with outages: each brings few pairs of hour and outage
Result = TypeVar("Result")


@dataclass(frozen=True)
class Solution:
    """Answer to a case, before it is made into tables.

    Attributes:
        compiled: the last program.
        answer: its answer.
        check: check of all hours and outages, or None where there was none.
        rounds: number of programs solved.
        seconds: by phase.
    """

    compiled: Compiled
    answer: Answer
    check: Check | None
    rounds: int
    seconds: dict[str, float]

    @property
    def status(self) -> SolveStatus:
        """Status of the whole: a plan that does not fit every hour is not optimal."""
        if self.answer.status == SolveStatus.OPTIMAL and self.check is not None and self.check.violated:
            return SolveStatus.LIMIT
        return self.answer.status


Prepare = Callable[[Program], None]


def search(
    case: Case,
    options: Options,
    progress: Progress,
    interrupt: threading.Event | None = None,
    prepare: Prepare | None = None,
) -> Solution:
    """Find a plan for a case that fits every hour, and survives every outage where that is asked.

    Args:
        case, options, progress, interrupt: as of `gridplan.plan.run.solve`.
        prepare: changes bounds of every program that is built (to ask for what a case cannot say).
    """
    return Rounds(case, options, progress, interrupt, prepare).run()


class Rounds:
    """Searches for plans of one case: the hours found so far and what is compiled serve the next search."""

    def __init__(
        self,
        case: Case,
        options: Options,
        progress: Progress,
        interrupt: threading.Event | None = None,
        prepare: Prepare | None = None,
    ) -> None:
        """Choose the first hours; nothing is built yet.

        Args:
            case: what to plan.
            options: gap, seconds (of each search), threads, seed.
            progress: watcher.
            interrupt: stops a search when set.
            prepare: changes bounds of every program that is built.
        """
        self.case, self.options, self.progress, self.interrupt = case, options, progress, interrupt
        self.prepare = prepare
        self.extra = Extra()
        self.network = Network(case)
        days = case.has("storages") or case.has("heat_storages")
        self.periods = typical(case, whole_days=days)
        self.periods = self.periods.with_hours(case, first_hours(case, self.network, self.periods))
        self.secured = case.settings.physics.security == "n-1"
        self.checked = self.secured or (case.profiles is not None and case.settings.time.all_hours)
        self.checker: Checker | None = None
        self._likely: np.ndarray | None = None  # hours of the first look
        self.compiled: Compiled | None = None  # of these periods, without extras
        self.seconds = {"build": 0.0, "solve": 0.0, "check": 0.0}
        self.ends = 0.0
        self.scouted = False
        self.label = ""
        self.known: Mapping[Key, float] = {}  # an earlier plan, to begin with
        self.before: Mapping[str, Goal] = {}  # what was known of the objectives of its program
        self.last: Compiled | None = None  # that program

    def following(self, case: Case, answer: Answer, checker: Checker | None) -> Rounds:
        """Searches for a case that differs a little: the same hours, the last plan first.

        Args:
            case: must have the hours of this one.
            answer: the last answer, to the program that is compiled.
            checker: the check of this case; None: it is compiled when it is needed.
        """
        assert self.compiled is not None and answer.x is not None
        other = copy(self)
        other.case, other.network, other.compiled = case, Network(case), None
        other._likely = None
        other.checker, other.scouted, other.seconds = checker, True, dict(self.seconds)
        other.secured = case.settings.physics.security == "n-1"
        other.known, other.before = values(self.compiled, answer.x, whole=False), answer.goals
        other.last = self.compiled
        return other

    def run(self, extra: Extra | None = None) -> Solution:
        """Scout (with fractions, or without outages), draft until a plan fits every hour, then prove its gap.

        A proof may find a better plan that does not fit; it is mended by further drafts, and its bound holds.

        Args:
            extra: what is asked beyond the case.
        """
        self.extra, self.label = extra or Extra(), ""
        self.ends = monotonic() + self.options.time_limit_s
        self.seconds = dict.fromkeys(self.seconds, 0.0)
        compiled = self._build()
        built: dict[Key, float] = {}
        kept = self._kept(compiled)
        if kept is not None:
            return kept
        compiled = self._build()
        if not self.scouted and self.checked and compiled.integer.sum() >= WORTH:
            self.scouted = True
            scout = self._optimise(compiled, relaxed=not self.secured, draft=True)
            if scout.x is not None:
                found = values(compiled, scout.x, whole=self.secured)
                built = found if self.secured else {}
                if self._add(self._look(found)):
                    compiled = self._build()
        proof: Answer | None = None
        for number in range(1, (SECURED if self.secured else ROUNDS) + 1):
            self.label = f" (round {number})" if number > 1 else ""
            if number > 1:
                compiled = self._build()
            known = built or self.extra.start or self.known
            start = _start(compiled, known) if known else None
            near = self._near(compiled, built)
            answer = self._optimise(compiled, start=start, draft=self.checked, repair=near)
            answer = answer if near else self._polished(compiled, answer)
            if answer.x is None or not self.checked:
                return Solution(compiled, answer, None, number, self.seconds)
            built = values(compiled, answer.x)
            check = self._inspect(built)
            if not check.violated and answer.status == SolveStatus.OPTIMAL:
                answer = answer if proof is None else answer.bounded_by(proof)
                if not answer.proven(self.options.gap):
                    draft = answer
                    proof = answer = _no_worse(draft, self._optimise(compiled, start=draft.x, prove=True))
                    if answer.x is not None and answer.x is not draft.x:
                        built = values(compiled, answer.x)
                        check = self._inspect(built)
            over = answer.status != SolveStatus.OPTIMAL or monotonic() > self.ends
            if over or not self._add(check):
                break
        if check.violated and check.quick:
            check = self._check(built, quick=False)  # how many do not fit
        return Solution(compiled, answer, check, number, self.seconds)

    def judge(self, built: dict[Key, float], likely: bool = False) -> tuple[bool, bool]:
        """(Whether a plan found elsewhere fits, whether hours that it fails were taken into the program).

        Args:
            built: value of every variable of the plan.
            likely: look only at the hours that are likely to be critical.
        """
        if not self.checked:
            return True, False
        check = self._look(built) if likely else self._inspect(built)
        return not check.violated, self._add(check)

    def _kept(self, compiled: Compiled) -> Solution | None:
        """The earlier plan, where it still fits every row and hour and nothing better is to be expected."""
        if not self.known or self.extra != Extra() or self.prepare is not None:
            return None
        self.progress.phase("try the last plan")
        left = replace(self.options, time_limit_s=self.ends - monotonic())
        sure = inherited(self.last, compiled, self.before) if self.last is not None else {}
        start = _start(compiled, self.known)
        work = partial(keep, compiled, start, self.before, left, sure, self.progress, self.interrupt)
        answer = self._timed("solve", work)
        if answer is None or answer.x is None:
            return None
        built = values(compiled, answer.x)
        check = self._check(built) if self.checked else None
        if check is not None and check.violated and answer.status == SolveStatus.OPTIMAL:
            self.known = built
            self._add(check)
            return None
        return Solution(compiled, answer, check, 0 if answer.x is start else 1, self.seconds)

    def _timed(self, phase: str, work: Callable[[], Result]) -> Result:
        begun = monotonic()
        result = work()
        self.seconds[phase] += monotonic() - begun
        return result

    def base(self) -> Compiled:
        """The program of the present hours, compiled once, without what is asked beyond the case."""
        if self.compiled is None:
            self.progress.phase(f"build{self.label}")
            self.compiled = self._timed("build", self._compiled)
        return self.compiled

    def _compiled(self) -> Compiled:
        program = build(self.case, self.periods, self.network)
        if self.prepare is not None:
            self.prepare(program)
        return compile_program(program)

    def _build(self) -> Compiled:
        return self.extra.on(self.base())

    def _optimise(self, compiled: Compiled, **how: Any) -> Answer:
        left = replace(self.options, time_limit_s=self.ends - monotonic())
        own = self.extra == Extra() and self.prepare is None
        how |= {"label": self.label, "todo": self.extra.todo(compiled), "own": own}
        work = partial(optimise, compiled, left, self.progress, self.interrupt, **how)
        return self._timed("solve", work)

    def _polished(self, compiled: Compiled, answer: Answer) -> Answer:
        """The answer, with no heat link left out that pays."""
        large = compiled.integer.sum() >= WORTH  # small programs are searched to their gap at once
        heat = self.case.has("heat_links") and self.extra == Extra()
        if answer.x is None or not large or not heat or self._stopped:
            return answer
        self.progress.phase(f"search heat{self.label}")
        left = replace(self.options, time_limit_s=max(self.ends - monotonic(), 0.0))
        return self._timed("solve", partial(polish, compiled, answer, left))

    @property
    def _stopped(self) -> bool:
        return self.interrupt is not None and self.interrupt.is_set()

    def _near(self, compiled: Compiled, built: dict[Key, float]) -> bool:
        """Whether the last plan is worth keeping to: with outages, in a program that takes long."""
        return bool(built) and self.secured and bool(compiled.integer.sum() >= WORTH)

    def _inspect(self, built: dict[Key, float]) -> Check:
        """Every hour; with outages only once the hours that are likely to be critical show nothing."""
        if self.secured and not self._whole:
            first = self._look(built)
            if first.violated:
                return first
        return self._check(built)

    @property
    def _whole(self) -> bool:
        """Whether hours cannot be looked at one by one."""
        every = self.case.profiles is None or not self.case.settings.time.all_hours
        return self.periods.whole_days or every

    def _look(self, built: dict[Key, float]) -> Check:
        """First look at the hours that are likely to be critical."""
        if self._likely is None and not self._whole:
            self._likely = likely_hours(self.case, self.periods)
        return self._check(built, self._likely)

    def _check(self, built: dict[Key, float], only: np.ndarray | None = None, quick: bool = True) -> Check:
        if self.checker is None:
            threads = self.options.threads
            make = partial(Checker, self.case, self.network, self.periods.profiles, threads)
            self.checker = self._timed("build", make)
        if only is None and self.case.profiles is not None and not self.case.settings.time.all_hours:
            only = np.unique([item.hour_of_year for item in self.periods.items])
        work = partial(self.checker.check, built, self.progress, self.label, only, quick)
        return self._timed("check", work)

    def _add(self, check: Check) -> bool:
        """Take the worst hours of a check into the program; False where there are none to take."""
        assert self.checker is not None
        more = self.periods.with_hours(self.case, self.checker.worst(check))
        if more == self.periods:
            return False
        self.periods, self.compiled = more, None
        return True


def _no_worse(draft: Answer, proof: Answer) -> Answer:
    """The proven answer, with the draft's plan (which fits every hour) unless a better one was found."""
    if proof.x is None:
        status = proof.status if proof.status == SolveStatus.INTERRUPTED else SolveStatus.LIMIT
        return replace(draft, status=status)
    drafted, proved = (list(a.goals.values()) for a in (draft, proof))
    for old, new in zip(drafted, proved, strict=True):
        if old.value is None or new.value is None or new.value < old.value - 1e-6 * max(1.0, abs(old.value)):
            return proof
    return replace(proof, x=draft.x, heat_gap=draft.heat_gap)


def values(compiled: Compiled, x: np.ndarray, whole: bool = True) -> dict[Key, float]:
    """Value of every variable by component and index, fixed ones included; integers whole, bounds kept."""
    clean = np.clip(np.where(compiled.integer & whole, np.round(x), x), compiled.lower, compiled.upper)
    return dict(zip(compiled.column_keys, clean.tolist(), strict=True)) | compiled.given


def _start(compiled: Compiled, built: Mapping[Key, float]) -> np.ndarray:
    """The last plan in the columns of a new program; NaN where it says nothing."""
    return np.array([built.get(key, np.nan) for key in compiled.column_keys])
