"""From a case to a plan."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from time import monotonic
from typing import Any

import pandas as pd

from gridplan.case import Case
from gridplan.plan.columns import TABLES
from gridplan.plan.extract import assets, grid, outages, withdrawals
from gridplan.plan.extract.decisions import decisions
from gridplan.plan.extract.indicators import indicators, totals
from gridplan.plan.extract.queue import queue_tables
from gridplan.plan.extract.reader import Reader
from gridplan.plan.plan import Plan
from gridplan.plan.verify import Certificate, verify
from gridplan.solve.conflict import conflict
from gridplan.solve.highs import Options
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.rounds import Solution, search
from gridplan.solve.status import SolveStatus

EXTRACT: dict[str, Callable[[Reader], pd.DataFrame]] = {
    "reinforcements": grid.reinforcements,
    "stations": grid.stations,
    "branches": grid.branches,
    "datacenters": assets.datacenters,
    "shortfall": assets.shortfall,
    "heat_links": assets.heat_links,
    "heat_sinks": assets.heat_sinks,
    "heat_sources": assets.heat_sources,
    "heat_pumps": assets.heat_pumps,
    "masts": assets.masts,
    "supplies": grid.supplies,
    "storages": grid.storages,
    "flows": grid.flows,
    "withdrawals": withdrawals.withdrawals,
    "unserved": grid.unserved,
    "islanding": outages.islanding,
    "duration": grid.duration,
    "policies": assets.policies,
    "indicators": indicators,
    "decisions": decisions,
}


def solve(
    case: Case,
    *,
    gap: float | None = None,
    time_limit_s: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    interrupt: threading.Event | None = None,
) -> Plan:
    """Solve a case.

    Args:
        case: what to plan.
        gap: relative gap to stop at (share of 1); None: the case's.
        time_limit_s: seconds for all solving; None: the case's.
        threads: threads of the solver, 0 for its own choice; None: the case's.
        seed: random seed of the solver; None: the case's.
        progress: watcher of the run.
        interrupt: when set, the search stops and the best plan is kept.

    Returns:
        The plan, with its status and its certificate; its tables are empty where none was found.
    """
    own = case.settings.solver
    options = Options(
        own.gap if gap is None else gap,
        own.time_limit_s if time_limit_s is None else time_limit_s,
        own.threads if threads is None else threads,
        own.seed if seed is None else seed,
    )
    watcher = progress or Silent()
    begun = monotonic()
    try:
        solution = search(case, options, watcher, interrupt)
        watcher.phase("write tables")
        tables = _tables(solution)
        plan = Plan(case, solution.status, _summary(solution, tables), tables, asdict(options))
        watcher.phase("verify")
        plan = _verified(plan)
        seconds = {**solution.seconds, "total": monotonic() - begun}
        summary = {**plan.summary, "seconds": {name: round(value, 3) for name, value in seconds.items()}}
        if solution.status == SolveStatus.INFEASIBLE:
            summary["explanation"] = conflict(solution.compiled)
    finally:
        watcher.close()
    return replace(plan, summary=summary, log=_log(solution, seconds, plan.certificate))


def _tables(solution: Solution) -> dict[str, pd.DataFrame]:
    if solution.answer.x is None:
        return {}
    reader = Reader(solution)
    found = {name: make(reader) for name, make in EXTRACT.items()}
    found |= queue_tables(reader.frame.case, found, reader.frame.network)
    return {name: found[name] for name in TABLES}


def _verified(plan: Plan) -> Plan:
    """The plan with its certificate; where there is none, nothing is verified."""
    if not plan.has_plan:
        return plan
    certificate = verify(plan)
    return replace(plan, certificate=certificate, summary={**plan.summary, "verified": certificate.brief})


def _summary(solution: Solution, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    frame = solution.compiled.program.frame
    return {
        "status": solution.status.value,
        "objective": {name: asdict(goal) for name, goal in solution.answer.goals.items()},
        "indicators": totals(tables["indicators"], frame) if tables else {},
        "security": _security(solution),
    }


def _security(solution: Solution) -> dict[str, Any]:
    """What was checked, and whether anything is violated."""
    frame, check = solution.compiled.program.frame, solution.check
    periods = len(frame.pairs)
    return {
        "hours": len(check.index) if check is not None else periods,
        "outages": check.outages if check is not None else 0,
        "checked": check.checked if check is not None else periods,
        "combinations": check.combinations if check is not None else 0,
        "violated": check.violated if check is not None else 0,
        "worst_mw": check.worst if check is not None else 0.0,
        "islanding": sorted({name for s in check.survivals.values() for name in s.islands}) if check else [],
        "rounds": solution.rounds,
    }


def _log(solution: Solution, seconds: dict[str, float], certificate: Certificate | None) -> tuple[str, ...]:
    compiled, answer, check = solution.compiled, solution.answer, solution.check
    rows, columns = compiled.matrix.shape
    lines = [
        f"program: {rows} rows, {columns} columns, {compiled.matrix.nnz} nonzeros, "
        f"{int(compiled.integer.sum())} integer",
        f"rounds: {solution.rounds}, branch-and-bound nodes: {answer.nodes}",
    ]
    lines += [f"{name}: value {g.value}, bound {g.bound}, gap {g.gap}" for name, g in answer.goals.items()]
    if check is not None:
        lines.append(
            f"checked: {check.checked} hours and pairs of hour and outage, violated: {check.violated}, "
            f"worst: {check.worst:.6f} MW"
        )
    lines += [certificate.line, *certificate.shown()] if certificate else []
    lines += [f"seconds in {name}: {value:.3f}" for name, value in seconds.items()]
    return tuple(lines)
