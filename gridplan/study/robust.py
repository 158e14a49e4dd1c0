"""Decisions that survive the future: what to start now, before it is known which scenario comes."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.case import Case
from gridplan.engine import Crew
from gridplan.plan.plan import Plan
from gridplan.plan.run import options_of
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.status import SolveStatus
from gridplan.study import matrix
from gridplan.study.course import Course, cost_of
from gridplan.study.each import Each
from gridplan.study.extensive import CRITERIA
from gridplan.study.labels import decision_list, label_works
from gridplan.study.runner import Runner
from gridplan.study.scenarios import Given, scenarios
from gridplan.study.starts import reveal_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ALL = "all"


@dataclass(frozen=True)
class Robust:
    """What survives the scenarios.

    Attributes:
        case: the base.
        criterion: the one that labels and decisions follow.
        costs: a row per plan and scenario: `cost_meur`, `bound_meur`, `gap`, `regret_meur`,
            `unserved_mw_years`, `status`, `verified`. Plans: `nothing` (started before the reveal), each
            scenario's own, and `robust …`.
        criteria: a row per plan: `expected_meur`, `worst_meur`, `regret_meur`, `cvar_meur`, `starts` (units
            started before the reveal), and for robust plans `bound_meur` of their criterion.
        reinforcements: a row per reinforcement: `label` (no-regret | can wait | scenario-dependent), units
            started before the reveal in each scenario's own plan (`now …`) and in the robust one,
            `needed_in`.
        decisions: what the robust plan starts in the first years, by owner.
        sentences: by language, what it comes to.
        plans: plans of each scenario alone (by its name) and of the robust decisions (`criterion-scenario`).
        status: how the study ended.
        cost: what is minimised, as a form of indicators.
        reveal: year from which the scenario is known; infinite: never.
        weights: probability by scenario.
        alpha: of CVaR.
        notes: what the reader must know.
        options: limits of each search.
    """

    case: Case
    criterion: str
    costs: pd.DataFrame
    criteria: pd.DataFrame
    reinforcements: pd.DataFrame
    decisions: pd.DataFrame
    sentences: Mapping[str, tuple[str, ...]]
    plans: Mapping[str, Plan]
    status: SolveStatus
    cost: str
    reveal: float
    weights: Mapping[str, float]
    alpha: float
    notes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def regret(self) -> pd.DataFrame:
        """The regret matrix, M€: plans down, scenarios across."""
        return matrix.wide(self.costs, "regret_meur")

    def plot(self, ax: Axes | None = None, lang: str = "en") -> Axes:
        """The regret matrix as a heat map with its numbers."""
        from gridplan.plots import regret

        return regret.plot(self, ax, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write tables, picture, sentences and plans to a folder, whole or not at all."""
        from gridplan.study.save import save

        return save(self, "robust", folder, lang)

    def _repr_html_(self) -> str:
        """The tables for notebooks."""
        from gridplan.study.html import page

        parts = {
            "Regret, M€": self.regret.reset_index(),
            "Criteria": self.criteria,
            "Decide first": self.decisions,
        }
        notes = (*self.sentences.get("en", ()), *self.notes)
        return page(f"Robust decisions for {self.case.name}", self.status, notes, parts)


def robust(
    case: Case,
    given: Sequence[str] | Mapping[str, Given],
    weights: Mapping[str, float] | Sequence[float] | None = None,
    criterion: str | Sequence[str] = "regret",
    *,
    reveal: int | None = None,
    price: float = 1.0,
    alpha: float = 0.5,
    within_years: int = 2,
    gap: float | None = None,
    time_limit_s: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    workers: int | None = 0,
    scheduler: str | None = None,
    memory: str | None = None,
    progress: Progress | None = None,
    interrupt: threading.Event | None = None,
) -> Robust:
    """Reinforcements to start before the scenario is known; all else is decided per scenario (docs/study.md).

    Args:
        case: the base.
        given: scenarios: names of folders, `base` for the case itself; or by name a folder, a patch or a
            case.
        weights: probabilities, by name or in order, any positive numbers; None: equal.
        criterion: `expected`, `worst`, `regret`, `cvar`, several of them (the first leads), or `all`
            (`regret` leads).
        reveal: year from which the scenario is known; None: the second stage (one stage: never).
        price: M€ per MW·year of unserved demand, in cases that minimise it.
        alpha: CVaR is the mean of the worst share 1 − alpha.
        within_years: decisions of the first so many years are listed.
        gap, time_limit_s, threads, seed: of each search, None: the case's. A gap is a share of the cost.
        workers, scheduler, memory: who searches for scenarios by themselves, as of `gridplan.engine.Crew`: 0
            this process, a number of others, None: this one, and one a core once it takes long. All come to
            the same tables. A search has one thread then, unless told.
        progress, interrupt: watcher, and what stops the study.

    Raises:
        ValueError: unknown criterion, or numbers out of range.
        CaseError: scenarios that are not valid, or whose common decisions do not compare.
    """
    chosen = _criteria(criterion)
    if price < 0 or not 0 <= alpha < 1 or within_years < 0:
        raise ValueError(
            f"price = {price}, alpha = {alpha}, within_years = {within_years}: 0 or more, alpha < 1"
        )
    futures, limit = scenarios(case, given, weights), reveal_of(case, reveal)
    crew = Crew(workers, scheduler, memory, interrupt)
    options = options_of(case, gap, time_limit_s, crew.threads(threads), seed)
    watcher = progress or Silent()
    try:
        runners = {s.name: Runner(s.case, options, watcher, interrupt) for s in futures}
        with crew:
            each = Each(runners, crew, watcher)
            course = Course(futures, runners, cost_of(case, price), limit, alpha, each)
            if course.alone() and course.tried():
                for name in chosen:
                    if not course.robust(name):
                        break
    finally:
        watcher.close()
    return _result(case, course, chosen, within_years, vars(options))


def _criteria(given: str | Sequence[str]) -> list[str]:
    if given == ALL:
        return ["regret", *(name for name in CRITERIA if name != "regret")]
    chosen = [given] if isinstance(given, str) else list(given)
    for name in chosen:
        if name not in CRITERIA:
            raise ValueError(f"criterion '{name}' is not there; there are {', '.join(CRITERIA)}, {ALL}")
    if not chosen:
        raise ValueError(f"no criterion; there are {', '.join(CRITERIA)}, {ALL}")
    return list(dict.fromkeys(chosen))


def _result(
    case: Case, course: Course, chosen: list[str], within_years: int, options: Mapping[str, Any]
) -> Robust:
    from gridplan.study.sentences import sentences

    lead = course.made.get(chosen[0])
    costs, criteria = matrix.costs(course), matrix.criteria(course)
    works = label_works(case, course, lead)
    listed = decision_list(case, course, lead, within_years)
    found = {name: cell.found for name, cell in course.lone.items()}
    for criterion, plan in course.made.items():
        found |= {f"{criterion}-{s}": cell.found for s, cell in course.cells[plan].items()}
    plans = {name: one.plan for name, one in found.items() if one.plan is not None}
    told = {
        lang: sentences(course, chosen[0], works, listed, within_years, lang) for lang in ("en", "nl")
    } if lead else {}  # fmt: skip
    return Robust(
        case, chosen[0], costs, criteria, works, listed, told, plans, course.status, course.cost.name,
        course.reveal, course.weights, course.alpha, matrix.notes(course), options,
    )  # fmt: skip
