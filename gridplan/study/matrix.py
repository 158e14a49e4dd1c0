"""Tables of a robust study: what each plan costs in each scenario, and what it would be sorry for."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from gridplan.solve.highs import relative_gap
from gridplan.study.course import Cell, Course
from gridplan.study.extensive import CRITERIA

COSTS = (
    "plan",
    "scenario",
    "cost_meur",
    "bound_meur",
    "gap",
    "regret_meur",
    "unserved_mw_years",
    "status",
    "verified",
)


def costs(course: Course) -> pd.DataFrame:
    """A row per plan and scenario; a plan that cannot be kept in a scenario costs infinitely much there."""
    best = course.best if course.lone else {}
    rows = [
        _row(plan, scenario, cell, best)
        for plan in course.cells
        for scenario, cell in course.cells[plan].items()
    ]
    return pd.DataFrame(rows, columns=list(COSTS))


def _row(plan: str, scenario: str, cell: Cell, best: dict[str, float]) -> dict[str, Any]:
    gap = (
        relative_gap(cell.cost, cell.bound)
        if math.isfinite(cell.cost) and math.isfinite(cell.bound)
        else None
    )
    return {
        "plan": plan,
        "scenario": scenario,
        "cost_meur": cell.cost,
        "bound_meur": cell.bound,
        "gap": math.nan if gap is None else gap,
        "regret_meur": cell.cost - best[scenario],
        "unserved_mw_years": cell.found.unserved,
        "status": cell.found.status.value,
        "verified": cell.found.verified if cell.found.plan is not None else None,
    }


def criteria(course: Course) -> pd.DataFrame:
    """A row per plan with every criterion; of a robust plan also the bound of its own."""
    made = {plan: name for name, plan in course.made.items()}
    rows = [
        {"plan": plan}
        | {f"{name}_meur": course.value(name, plan) for name in CRITERIA}
        | {"starts": len(course.decisions[plan])}
        | {"bound_meur": course.bounds.get(made.get(plan, ""), math.nan)}
        for plan in course.cells
    ]
    names = [f"{name}_meur" for name in CRITERIA]
    return pd.DataFrame(rows, columns=["plan", *names, "starts", "bound_meur"])


def wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Plans down, scenarios across, in the order in which they come."""
    found = table.pivot(index="plan", columns="scenario", values=column)
    return found.reindex(index=table["plan"].drop_duplicates(), columns=table["scenario"].drop_duplicates())


def notes(course: Course) -> tuple[str, ...]:
    """What the reader of the tables must know."""
    said = [f"cost of a scenario: {course.cost.name}, M€"]
    said += [
        f"scenario {name} has no plan: {'; '.join(cell.found.plan.summary.get('explanation', ()))}"
        for name, cell in course.lone.items()
        if cell.found.plan is not None and not cell.found.there
    ]
    table = costs(course)
    known = table["gap"].dropna()
    if len(known):
        wide_open = float((table["cost_meur"] - table["bound_meur"]).max())
        said.append(
            f"costs are proven to {100 * known.max():.2g} %, at most {wide_open:.3g} M€; regrets no better"
        )
    return tuple(said)
