"""Which heat links pay where heat has to find its place on the grid, and which where it only pays for power.

The sites of a plan, and all else outside heat, stay. Heat and the reinforcements of the grid are searched
twice, in the hours that the plan was made for: once with `[physics] heat_on_grid = true`, where heat pumps
and all-electric heating draw from their stations, once with false, where they pay the mean price of supply
and draw from none. Both are solved to the same gap, so that what differs is the work of the grid.
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
from gridplan.solve.fixed import held, kept
from gridplan.solve.highs import Options
from gridplan.solve.lexicographic import Answer, Goal
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.rounds import Solution

GAP = 1e-4  # of the objective, to which both are solved
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
    """

    plan: Plan
    links: pd.DataFrame
    works: pd.DataFrame
    meur: tuple[float, float]
    open_meur: tuple[float, float]


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
    )


def _side(plan: Plan, options: Options) -> Side:
    """The best heat and reinforcements around what a plan sites, as tables."""
    a = again(plan, options)
    bounds = kept(a.compiled, a.plan.x, a.at, [HEAT, WORKS])
    search = held(a.compiled, a.goals, a.values, bounds, a.compiled.integer)
    search.start_from(a.plan.x)
    outcome = search.run(options)
    if outcome.x is None or outcome.value is None:
        raise ValueError(f"no plan was found in {options.time_limit_s:.0f} s; give more time")
    bound = -np.inf if outcome.bound is None else outcome.bound
    goals = _goals(a, outcome.value, bound)
    solution = Solution(a.compiled, Answer(outcome.status, outcome.x, goals, outcome.nodes), None, 1, {})
    r = Reader(solution)
    return Side(
        {name: r.once(make) for name, make in TABLES.items()}, outcome.value, max(outcome.value - bound, 0.0)
    )


def _goals(a: Again, value: float, bound: float) -> dict[str, Goal]:
    first = {
        goal.name: Goal(v + goal.constant, None, None) for goal, v in zip(a.goals[:-1], a.values, strict=True)
    }
    return first | {a.goals[-1].name: Goal(value, bound, None)}
