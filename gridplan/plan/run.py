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
from gridplan.plan.extract import (
    assets,
    grid,
    heat,
    heat_business,
    heat_flows,
    heat_reuse,
    heat_seasons,
    heat_tanks,
    outages,
    rights,
    telecom,
    withdrawals,
)
from gridplan.plan.extract.decisions import decisions
from gridplan.plan.extract.indicators import indicators, totals
from gridplan.plan.extract.queue import queue_tables
from gridplan.plan.extract.reader import Reader
from gridplan.plan.plan import Plan
from gridplan.plan.verify import Certificate, verify
from gridplan.solve.highs import Options
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.rounds import Solution, search
from gridplan.solve.status import SolveStatus

EXTRACT: dict[str, Callable[[Reader], pd.DataFrame]] = {
    "reinforcements": grid.reinforcements,
    "stations": grid.stations,
    "branches": grid.branches,
    "datacenters": assets.datacenters,
    "rights": rights.rights,
    "rights_room": rights.rights_room,
    "rights_groups": rights.rights_groups,
    "shortfall": assets.shortfall,
    "heat_links": heat.heat_links,
    "heat_sinks": heat.heat_sinks,
    "heat_sources": heat.heat_sources,
    "heat_pumps": heat.heat_pumps,
    "heat_storages": heat_tanks.heat_storages,
    "heat_seasons": heat_seasons.heat_seasons,
    "heat_business": heat_business.heat_business,
    "heat_connections": heat_business.heat_connections,
    "heat_reuse": heat_reuse.heat_reuse,
    "heat_flows": heat_flows.heat_flows,
    "masts": telecom.masts,
    "mast_outages": telecom.mast_outages,
    "supplies": grid.supplies,
    "storages": grid.storages,
    "curtailments": rights.curtailments,
    "flows": grid.flows,
    "withdrawals": withdrawals.withdrawals,
    "unserved": grid.unserved,
    "islanding": outages.islanding,
    "duration": grid.duration,
    "policies": assets.policies,
    "indicators": indicators,
    "decisions": decisions,
}

NAMING_S = 20.0  # seconds, at most, for naming the rows in conflict


def solve(
    case: Case,
    *,
    gap: float | None = None,
    time_limit_s: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    interrupt: threading.Event | None = None,
    repairs_s: float = 0.0,
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
        repairs_s: seconds for changes that would help, where there is no plan; 0: the rows in conflict only.

    Returns:
        The plan, with its status and its certificate; its tables are empty where none was found.
    """
    options = options_of(case, gap, time_limit_s, threads, seed)
    watcher = progress or Silent()
    begun = monotonic()
    try:
        solution = search(case, options, watcher, interrupt)
        return plan_of(case, solution, options, watcher, begun, repairs_s, interrupt)
    finally:
        watcher.close()


def options_of(
    case: Case,
    gap: float | None = None,
    time_limit_s: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
) -> Options:
    """Limits of a search; None: the case's."""
    own = case.settings.solver
    return Options(
        own.gap if gap is None else gap,
        own.time_limit_s if time_limit_s is None else time_limit_s,
        own.threads if threads is None else threads,
        own.seed if seed is None else seed,
    )


def plan_of(
    case: Case,
    solution: Solution,
    options: Options,
    watcher: Progress,
    begun: float,
    repairs_s: float | None = None,
    interrupt: threading.Event | None = None,
) -> Plan:
    """The plan of a solution: its tables, recomputed, with summary and log.

    Args:
        case: what was solved.
        solution: what was found.
        options: limits of the search.
        watcher: told of the phases.
        begun: `monotonic()` when the search began.
        repairs_s: as of `solve`; None: where there is no plan, nothing is explained.
        interrupt: stops the explanation when set.
    """
    watcher.phase("write tables")
    tables = tables_of(solution)
    plan = Plan(case, solution.status, _summary(solution, tables), tables, asdict(options))
    watcher.phase("verify")
    plan = _verified(plan)
    seconds = {**solution.seconds}
    if solution.status == SolveStatus.INFEASIBLE and repairs_s is not None:
        watcher.phase("explain")
        plan = _explained(plan, solution, repairs_s, interrupt)
        seconds["explain"] = plan.explanation.seconds if plan.explanation is not None else 0.0
    seconds["total"] = monotonic() - begun
    summary = {**plan.summary, "seconds": {name: round(value, 3) for name, value in seconds.items()}}
    return replace(plan, summary=summary, log=_log(solution, seconds, plan.certificate))


def _explained(plan: Plan, solution: Solution, repairs_s: float, interrupt: threading.Event | None) -> Plan:
    """The plan that there is not, with the rows of the case that are in the way."""
    from gridplan.explain.why import no_plan

    proof = solution.compiled.program.frame.periods
    found = no_plan(plan.case, proof, max(NAMING_S, repairs_s), repairs_s > 0, interrupt)
    summary = {**plan.summary, "explanation": found.sentences("en")}
    return replace(plan, summary=summary, proof=proof, explanation=found)


HEAT = ("heat_links", "heat_sinks", "heat_sources", "heat_pumps", "heat_storages", "datacenters")


def _silent(case: Case) -> tuple[str, ...]:
    """How tables begin that are empty for a case: of subjects that it has not."""
    heat, masts = any(case.has(name) for name in HEAT), case.has("masts")
    return (*(() if heat else ("heat_",)), *(() if masts else ("mast",)))


def tables_of(solution: Solution) -> dict[str, pd.DataFrame]:
    """The tables of a plan; none where there is no plan."""
    if solution.answer.x is None:
        return {}
    reader = Reader(solution)
    silent = _silent(reader.frame.case)
    found = {
        name: pd.DataFrame(columns=list(TABLES[name])) if name.startswith(silent) else reader.once(make)
        for name, make in EXTRACT.items()
    }
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
