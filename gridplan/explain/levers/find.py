"""`unlock`: exact re-solves of a case with every reinforcement, and every pair of them, free."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import inf, isinf
from time import monotonic

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.case.cells import split_ids
from gridplan.engine import Crew
from gridplan.explain.built import UNITS, built_of
from gridplan.explain.game import Game, Recipe, reinforcements
from gridplan.explain.levers.course import NONE, Course
from gridplan.explain.levers.measure import MW, MW_YEARS, aim, measured, shares
from gridplan.explain.levers.result import Unlock
from gridplan.explain.levers.table import pairs_of, singles_of
from gridplan.explain.subjects import without
from gridplan.plan.plan import Plan
from gridplan.plan.run import options_of
from gridplan.solve.compile import Compiled
from gridplan.solve.keys import Key, key_of
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.status import SolveStatus


@dataclass(frozen=True)
class Told:
    """What is kept of a plan: units in service at the end by reinforcement, and MW not served."""

    units: dict[str, int]
    short: dict[str, dict[int, float]]


def unlock(
    case: Case,
    *,
    pairs: bool = False,
    kept: Plan | None = None,
    with_required: bool = False,
    only: list[str] | None = None,
    leave_out: Sequence[str] = (),
    measure: str = MW,
    year: int | None = None,
    within: float = 0.01,
    all_hours: bool = True,
    time_limit_s: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    workers: int | None = 0,
    scheduler: str | None = None,
    memory: str | None = None,
    progress: Progress | None = None,
    interrupt: threading.Event | None = None,
) -> Unlock:
    """What every reinforcement alone lets be served, and every pair; exact re-solves, not duals.

    Args:
        case: the case. Cost plays no part: what can be served is.
        pairs: also every pair.
        kept: a plan whose reinforcements are in service in any case, as it has them; None: nothing is built.
        with_required: a reinforcement comes with those that its row requires.
        only: reinforcements to look at; None: all.
        leave_out: `heat`, `telecom`: left out of the case with what they draw from the grid; quicker.
        measure: `mw` in one stage, or `mw_years` over all.
        year: stage that `mw` is counted in; None: the last.
        within: MW (or MW·years) to within which everything must be known.
        all_hours: check every plan in all hours (and outages); False: critical hours alone, which may promise
            a little too much.
        time_limit_s: of each search.
        threads, seed: of the solver; None: the case's, and one thread where processes may take part.
        workers, scheduler, memory: who searches, as of `gridplan.engine.Crew`: 0 this process, a number of
            others, None: this one, and one a core once it takes long. All come to the same tables.
        progress, interrupt: watcher, and what stops the study.

    Returns:
        The study; `complete` is False where some bound was not closed in time.

    Raises:
        ValueError: unknown measure, year or reinforcement, a case without reinforcements, or one in which
            even the reference has no plan.
        EngineError: processes are missing, or a search failed in one.
    """
    begun = monotonic()
    stage = case.years[-1] if year is None else year
    _check(case, measure, stage, within, only)
    soft = without(measured(case), leave_out)
    fixed = _kept(kept)
    needed = _needed(case) if with_required else {}
    crew = Crew(workers, scheduler, memory, interrupt)
    options = options_of(soft, 0.0, time_limit_s, crew.threads(threads), seed)
    recipe = Recipe(
        soft,
        partial(reinforcements, kept=fixed, needed=needed),
        partial(aim, measure=measure, year=stage),
        _tell,
        options,
        within,
        fixed,
        all_hours,
        partial(_ties, table=case.table("reinforcements"), within=within),
    )
    watcher = progress or Silent()
    try:
        with crew:
            game = Game(recipe, watcher, interrupt, crew)
            there = [n for n in _names(case) if n in game.names() and (only is None or n in only)]
            course = Course(game, there, within)
            course.singles()
            _reference(game)
            if pairs:
                course.pairs()
    finally:
        watcher.close()
    late = [n for n in _names(case) if n not in there and (only is None or n in only)]
    return Unlock(
        case, measure, stage, within, game.found(NONE), game.found(frozenset(there)),
        singles_of(game, case, there, late, needed), pairs_of(game, case, there, needed) if pairs else None,
        _status(game), game.searches, game.relaxations, game.checked,
        monotonic() - begun, vars(options)
        | {"within": within, "all_hours": all_hours, "leave_out": list(leave_out)},
    )  # fmt: skip


def _check(case: Case, measure: str, year: int, within: float, only: list[str] | None) -> None:
    if measure not in (MW, MW_YEARS):
        raise ValueError(f"measure '{measure}' is not there; there are {MW} and {MW_YEARS}")
    if year not in case.years:
        raise ValueError(f"year {year} is not a stage; there are {', '.join(map(str, case.years))}")
    if within <= 0:
        raise ValueError(f"within = {within}: more than 0 MW")
    known = _names(case)
    if not known:
        raise ValueError("the case has no reinforcements.csv with rows to look at")
    for name in only or ():
        if name not in known:
            raise ValueError(f"reinforcement '{name}' is not there; there are {', '.join(known)}")


def _names(case: Case) -> list[str]:
    return [str(n) for n in case.table("reinforcements")["reinforcement"]]


def _kept(plan: Plan | None) -> dict[Key, float]:
    """Units in service in a plan."""
    if plan is None:
        return {}
    return {key: value for key, value in built_of(plan).items() if key[0] == UNITS and value > 0.5}


def _needed(case: Case) -> dict[str, tuple[str, ...]]:
    """What every reinforcement requires, and what that requires."""
    table = case.table("reinforcements")
    first = {str(r["reinforcement"]): split_ids(r["requires"]) for r in table.to_dict("records")}
    found = {}
    for name in first:
        reach = list(first[name])
        for other in reach:
            reach += [n for n in first.get(other, ()) if n not in reach]
        found[name] = tuple(n for n in dict.fromkeys(reach) if n != name)
    return found


def _ties(compiled: Compiled, table: pd.DataFrame, within: float) -> np.ndarray:
    """A small cost on every unit, so that none is built for nothing: a quarter of `within` for the two
    dearest reinforcements together.
    """
    cost = {r["reinforcement"]: 1.0 + r["capex_meur"] for r in table.to_dict("records")}
    whole = sorted(cost[r["reinforcement"]] * r["max_units"] for r in table.to_dict("records"))
    scale = 0.25 * within / max(1.0, sum(whole[-2:]) * len(compiled.program.frame.years))
    found = np.zeros(len(compiled.columns))
    for k, column in enumerate(compiled.columns):
        name, index = key_of(column)
        if name == UNITS:
            found[k] = scale * cost[index[0]]
    return found


def _tell(compiled: Compiled, x: np.ndarray) -> Told:
    last = compiled.program.frame.years[-1]
    units: dict[str, int] = {}
    for k, column in enumerate(compiled.columns):
        name, index = key_of(column)
        if name == UNITS and index[2] == last and x[k] > 0.5:
            units[str(index[0])] = units.get(str(index[0]), 0) + 1
    return Told(units, shares(compiled, x, tuple(compiled.program.frame.years)))


def _reference(game: Game) -> None:
    found = game.found(NONE)
    if found.lower == inf:
        raise ValueError(
            "without reinforcements there is no plan, however much falls short (critical load, supply that "
            "must run, or policies are in the way; `gridplan explain` names the rows). "
            "Measure against a plan: --kept"
        )
    if isinf(found.upper) and not game.stopped:
        raise ValueError("no plan was found for the reference in time; give more with --time-limit")


def _status(game: Game) -> SolveStatus:
    if game.stopped:
        return SolveStatus.INTERRUPTED
    return SolveStatus.OPTIMAL if game.found(NONE).exact else SolveStatus.LIMIT
