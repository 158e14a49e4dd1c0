"""Rounds: solve with few hours, check all of them, add the worst, solve again from the last plan."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import Any, cast

import numpy as np
import pyomo.environ as pyo

from gridplan.case import Case
from gridplan.model.build import build
from gridplan.model.periods import typical
from gridplan.network import Network
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.highs import Options
from gridplan.solve.hourly import Key, key_of
from gridplan.solve.hours import Check, Checker, first_hours, worst_hours
from gridplan.solve.lexicographic import Answer, optimise
from gridplan.solve.progress import Progress
from gridplan.solve.status import SolveStatus

ROUNDS = 12


@dataclass(frozen=True)
class Solution:
    """Answer to a case, before it is made into tables.

    Attributes:
        compiled: the last program.
        answer: its answer.
        check: check of all hours, or None where there was none.
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


def search(
    case: Case, options: Options, progress: Progress, interrupt: threading.Event | None = None
) -> Solution:
    """Find a plan for a case that fits every hour."""
    ends = monotonic() + options.time_limit_s
    seconds = {"build": 0.0, "solve": 0.0, "check": 0.0}
    network = Network(case)
    periods = typical(case, whole_days=case.has("storages") or case.has("heat_storages"))
    periods = periods.with_hours(case, first_hours(case, network, periods))
    checked = case.profiles is not None and case.settings.time.all_hours
    checker: Checker | None = None
    built: dict[Key, float] = {}
    check: Check | None = None
    draft = checked
    for number in range(1, ROUNDS + 1):
        label = f" (round {number})" if number > 1 else ""
        compiled = _timed(seconds, "build", lambda: _build(case, periods, network, progress))
        start = _start(compiled, built) if built else None

        left = replace(options, time_limit_s=ends - monotonic())
        work = partial(optimise, compiled, left, progress, interrupt, start, label, draft)
        answer = cast(Answer, _timed(seconds, "solve", work))
        if answer.x is None or not checked:
            break
        if checker is None:
            checker = _timed(seconds, "build", lambda: Checker(case, network, periods.profiles))
        built = values(compiled, answer.x)
        check = _timed(seconds, "check", partial(checker.check, built, progress, label))
        if draft and not check.violated and answer.status == SolveStatus.OPTIMAL:
            draft = False
            left = replace(options, time_limit_s=ends - monotonic())
            work = partial(optimise, compiled, left, progress, interrupt, answer.x, label, prove=True)
            proven = _no_worse(answer, cast(Answer, _timed(seconds, "solve", work)))
            if proven.x is not answer.x:
                assert proven.x is not None
                built = values(compiled, proven.x)
                check = _timed(seconds, "check", partial(checker.check, built, progress, label))
            answer = proven
        more = worst_hours(check)
        before, periods = periods, periods.with_hours(case, more)
        if not more or periods == before or answer.status != SolveStatus.OPTIMAL or monotonic() > ends:
            break
    return Solution(compiled, answer, check, number, seconds)


def _no_worse(draft: Answer, proof: Answer) -> Answer:
    """The proven answer; it keeps the draft's plan (which fits every hour) unless the search found a better one."""
    if proof.x is None:
        status = proof.status if proof.status == SolveStatus.INTERRUPTED else SolveStatus.LIMIT
        return replace(draft, status=status)
    drafted, proved = (list(a.goals.values()) for a in (draft, proof))
    for old, new in zip(drafted, proved, strict=True):
        if old.value is None or new.value is None or new.value < old.value - 1e-6 * max(1.0, abs(old.value)):
            return proof
    return replace(proof, x=draft.x)


def _build(case: Case, periods: Any, network: Network, progress: Progress) -> Compiled:
    progress.phase("build")
    return compile_program(build(case, periods, network))


def _timed(seconds: dict[str, float], phase: str, work: Any) -> Any:
    begun = monotonic()
    result = work()
    seconds[phase] += monotonic() - begun
    return result


def values(compiled: Compiled, x: np.ndarray) -> dict[Key, float]:
    """Value of every variable by component and index, fixed ones included; whole numbers are whole, bounds kept."""
    clean = np.clip(np.where(compiled.integer, np.round(x), x), compiled.lower, compiled.upper)
    found = {key_of(v): float(value) for v, value in zip(compiled.columns, clean, strict=True)}
    for v in compiled.program.model.component_data_objects(pyo.Var):
        if v.fixed:
            found[key_of(v)] = float(v.value)
    return found


def _start(compiled: Compiled, built: dict[Key, float]) -> np.ndarray:
    """The last plan in the columns of a new program; NaN where it says nothing."""
    return np.array([built.get(key_of(v), np.nan) for v in compiled.columns])
