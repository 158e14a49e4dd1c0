"""MW that are not served: IT power of the programme that is not sited, and peak load that is shed.

mw         Σ_d short[d,Y] + Σ_n peak[n,Y]                       in one stage Y, MW
mw_years   Σ_y length[y] · (Σ_d short[d,y] + Σ_n peak[n,y])     over all stages, MW·years
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.case import Case
from gridplan.model.frame import Frame
from gridplan.solve.compile import Compiled
from gridplan.solve.lexicographic import Objective

MW, MW_YEARS = "mw", "mw_years"
UNITS = {MW: "MW", MW_YEARS: "MW·years"}
UNSERVED, MONEY = "unserved_mw_years", "total_cost_meur"


def measured(case: Case) -> Case:
    """The case in which whatever does not fit may fall short, for its objective counts it."""
    if UNSERVED in case.settings.objective.minimise:
        return case
    return case.what_if({"objective.minimise": [UNSERVED, MONEY]})


def weights(frame: Frame, measure: str, year: int) -> dict[int, float]:
    """Weight of what is not served in each stage."""
    if measure == MW_YEARS:
        return {y: float(length) for y, length in frame.lengths.items()}
    return {year: 1.0}


def aim(compiled: Compiled, measure: str, year: int) -> Objective:
    """What is not served, as an objective of a compiled program."""
    model, cost = compiled.program.model, np.zeros(len(compiled.columns))
    factor = weights(compiled.program.frame, measure, year)
    constant = 0.0
    for (*_, y), column in (*model.datacenters.short.items(), *getattr(model.loads, "peak", {}).items()):
        k = compiled.position.get(id(column))
        if k is not None:
            cost[k] += factor.get(y, 0.0)
    return Objective(f"not served, {UNITS[measure]}", cost, constant)


def shares(compiled: Compiled, x: np.ndarray, years: tuple[int, ...]) -> dict[str, dict[int, float]]:
    """MW that are not served of the programme and of load, by stage."""
    model = compiled.program.model
    found: dict[str, dict[int, float]] = {}
    pairs: tuple[tuple[str, Any], ...] = (
        ("programme", model.datacenters.short),
        ("load", getattr(model.loads, "peak", {})),
    )
    for name, variable in pairs:
        at = dict.fromkeys(years, 0.0)
        for (*_, y), column in variable.items():
            k = compiled.position.get(id(column))
            at[y] += 0.0 if k is None else float(x[k])
        found[name] = at
    return found
