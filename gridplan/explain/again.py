"""The program of a plan once more: for the hours that the plan was made for, operated as decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.explain.built import built_of
from gridplan.model.build import build
from gridplan.model.periods import Critical, typical
from gridplan.network import Network
from gridplan.plan.plan import Plan
from gridplan.solve.compile import Compiled, compile_program
from gridplan.solve.fixed import Layout, Operation, kept, layout, operate
from gridplan.solve.highs import Options
from gridplan.solve.lexicographic import Objective, objectives


@dataclass(frozen=True)
class Again:
    """A program, its layout and objectives, and the plan in it.

    Attributes:
        compiled: the program.
        at: its layout.
        goals: objectives in order.
        values: what the plan reaches of all but the last, without their constants.
        plan: cheapest operation of what the plan decides.
    """

    compiled: Compiled
    at: Layout
    goals: list[Objective]
    values: list[float]
    plan: Operation


def again(plan: Plan, options: Options) -> Again:
    """Build the program of a plan anew.

    Its hours are those of the plan's tables; hours after an outage are left out.

    Raises:
        ValueError: the plan holds no decisions, or what it decides cannot be operated.
    """
    case, built = plan.case, built_of(plan)
    periods = typical(case, whole_days=case.has("storages") or case.has("heat_storages"))
    if case.profiles is not None:
        periods = periods.with_hours(case, _critical(plan))
    compiled = compile_program(build(case, periods, Network(case)))
    at, goals = layout(compiled), objectives(compiled)
    x = np.array(
        [0.0 if hourly else built.get(key, 0.0) for key, hourly in zip(at.keys, at.hourly, strict=True)]
    )
    told = plan.summary["objective"]
    values = [float(told[goal.name]["value"]) - goal.constant for goal in goals[:-1]]
    operation = operate(compiled, goals, values, kept(compiled, x, at), options)
    if operation is None:
        raise ValueError("what this plan decides cannot be operated in its own hours; solve the case again")
    return Again(compiled, at, goals, values, operation)


def _critical(plan: Plan) -> dict[int, list[Critical]]:
    """Hours of the plan's tables that carry no weight, by stage, with nothing out of service."""
    table = plan.table("withdrawals")
    table = table[(table["weight_hours"] == 0) & (table["outage"].fillna("") == "")]
    found: dict[int, list[Critical]] = {}
    keys = table[["year", "day", "hour"]].drop_duplicates()
    for year, day, hour in keys.itertuples(index=False):
        found.setdefault(int(year), []).append(Critical(24 * int(day) + int(hour)))
    return found
