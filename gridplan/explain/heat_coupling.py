"""Which heat links pay where heat has to find its place on the grid, and which where it only pays for power.

The sites of a plan, and all else outside heat, stay. Heat is searched twice, in the hours that the plan was
made for, and then the reinforcements that can be left out: once with `[physics] heat_on_grid = true`, where
heat pumps and all-electric heating draw from their stations, once with false, where they pay the mean price
of supply and draw from none. Both are solved as closely, so that what differs is the work of the grid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gridplan.explain.again import Again, again
from gridplan.explain.heat_why import Side, links_of, works_of
from gridplan.plan.extract import grid, heat
from gridplan.plan.extract.heat_business import heat_business
from gridplan.plan.extract.reader import Reader
from gridplan.plan.plan import Plan
from gridplan.solve.alone import HEAT
from gridplan.solve.fixed import held, kept, whole
from gridplan.solve.highs import Options
from gridplan.solve.lexicographic import Answer, Goal
from gridplan.solve.polish import SHARE, polish
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.rounds import Solution
from gridplan.solve.status import SolveStatus

GAP = 1e-5  # of the objective, to which reinforcements are searched
CLOSE = 1e-5  # of the objective, to which heat is searched
WORKS = "reinforcements"
TABLES: dict[str, Callable[[Reader], pd.DataFrame]] = {
    "heat_links": heat.heat_links,
    "heat_business": heat_business,
    "stations": grid.stations,
    "reinforcements": grid.reinforcements,
}


@dataclass(frozen=True)
class Coupling:
    """Heat links and reinforcements with the grid and without it.

    Attributes:
        plan: whose sites were kept.
        links: a row for every link that is used in either: `link`, `from`, `to`, `length_km`; `status` (both,
            more, less, only_with, only_without: what the grid makes of it); with `_with` and `_without` the
            year of first use, pipe, MW and TJ a year in the last stage; `reason` (station, frees, instead,
            power), `station`, `needs_mw`, `room_mw`, `by`.
        works: a row for every reinforcement that is not the same in both: `reinforcement`, `target`,
            `year_with`, `year_without`, `units_with`, `units_without`, `capex_meur` (more with the grid).
        meur: M€ of the last objective, (with, without).
        open_meur: M€ by which each may be less.
        eur_per_mwh: mean price of the electricity of heat connections in the last stage, (with, without).
    """

    plan: Plan
    links: pd.DataFrame
    works: pd.DataFrame
    meur: tuple[float, float]
    open_meur: tuple[float, float]
    eur_per_mwh: tuple[float, float]


def coupling(plan: Plan, progress: Progress | None = None, time_limit_s: float = 300.0) -> Coupling:
    """Compare the heat links that pay with the grid and without it.

    Args:
        plan: a plan made with `heat_on_grid = true`.
        progress: watcher of the run.
        time_limit_s: seconds for each of both searches.

    Raises:
        ValueError: a plan without decisions, or one made without the grid; no plan was found in time.
    """
    if not plan.case.settings.physics.heat_on_grid:
        raise ValueError("this plan was made with [physics] heat_on_grid = false; solve the case with true")
    watch = progress or Silent()
    watch.phase("heat with and without the grid", 2)
    alone = replace(plan, case=plan.case.what_if({"physics.heat_on_grid": False}))
    sides: list[Side] = []
    for k, each in enumerate((plan, alone)):
        sides.append(_side(each, Options(GAP, time_limit_s, 1, 0)))
        watch.advance(k + 1)
    on, off = sides
    return Coupling(
        plan,
        links_of(plan.case, on, off),
        works_of(plan.case, on, off),
        (on.meur, off.meur),
        (on.open_meur, off.open_meur),
        (on.price, off.price),
    )


def _side(plan: Plan, options: Options) -> Side:
    """The best heat around what a plan sites, then the least of its reinforcements, as tables."""
    a = again(plan, options)
    answer = Answer(SolveStatus.OPTIMAL, a.plan.x, _goals(a, a.plan.value), 0)
    better = polish(a.compiled, answer, replace(options, time_limit_s=options.time_limit_s / SHARE), CLOSE)
    x, left = _leanest(a, whole(a.compiled, better.x if better.x is not None else a.plan.x), options)
    last = a.goals[-1].of(x)
    solution = Solution(a.compiled, replace(better, x=x, goals=_goals(a, last)), None, 1, {})
    r = Reader(solution)
    tables = {table: r.once(make) for table, make in TABLES.items()}
    return Side(tables, last, left + (np.inf if better.heat_gap is None else max(better.heat_gap, 0.0)))


def _leanest(a: Again, x: np.ndarray, options: Options) -> tuple[np.ndarray, float]:
    """(columns, M€ by which they may be better) with no reinforcement that heat and sites can do without."""
    lower, upper = kept(a.compiled, x, a.at, [HEAT, WORKS])
    for k in np.flatnonzero(a.compiled.integer & ~a.at.hourly):
        if a.at.subject[k] == HEAT:
            lower[k] = upper[k] = x[k]
        elif a.at.subject[k] == WORKS:
            upper[k] = x[k]
    search = held(a.compiled, a.goals, a.values, (lower, upper), a.compiled.integer)
    search.start_from(x)
    outcome = search.run(options)
    if outcome.x is None or outcome.value is None:
        return x, np.inf
    return outcome.x, outcome.value - (-np.inf if outcome.bound is None else outcome.bound)


def _goals(a: Again, value: float) -> dict[str, Goal]:
    """Objectives with the values that are held, and of the last one."""
    reached = [v + goal.constant for v, goal in zip(a.values, a.goals[:-1], strict=True)]
    return {goal.name: Goal(v, None, None) for goal, v in zip(a.goals, [*reached, value], strict=True)}
