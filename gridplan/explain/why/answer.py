"""Why not? Of a case, of a plan, or of a place in it."""

from __future__ import annotations

import threading
from dataclasses import replace
from time import monotonic

from gridplan.case import Case
from gridplan.explain.why.ask import Ask
from gridplan.explain.why.explanation import Explanation, Finding
from gridplan.explain.why.oracle import Clock
from gridplan.explain.why.question import Question, cost_of
from gridplan.explain.why.reasons import reasons
from gridplan.explain.why.say import Line
from gridplan.explain.why.shortage import Short, ask_of, shortages
from gridplan.model.periods import Periods
from gridplan.plan.plan import Plan
from gridplan.solve.highs import Options
from gridplan.solve.progress import Progress, Silent
from gridplan.solve.rounds import search
from gridplan.solve.status import SolveStatus

TIME_S = 60.0
MOST = 3  # shortages that are explained, the largest first


def explain(
    case_or_plan: Case | Plan,
    place: str | None = None,
    *,
    mw: float | None = None,
    time_limit_s: float = TIME_S,
    progress: Progress | None = None,
) -> Explanation:
    """Why not: rows of the case that cannot hold together, and changes that help.

    Args:
        case_or_plan: a case is solved first. Without a plan it says why there is none; of a plan, why
            something in it is not served.
        place: a site (why not there?), a station or a zone (what stands there, what limits, what fits), or a
            class, line or policy that is short in the plan.
        mw: MW of IT that are asked at a site; None: its least size or one module.
        time_limit_s: seconds for the explanation, without the first solve.
        progress: watcher of the run.

    Returns:
        The explanation, with `.conflict` and `.repairs` as DataFrames and `.sentences(lang)`.

    Raises:
        ValueError: the place is not in the case.
    """
    from gridplan.explain.why.place import place_of

    watcher = progress or Silent()
    case = case_or_plan.case if isinstance(case_or_plan, Plan) else case_or_plan
    if place is not None:
        place_of(case, place)
    plan = case_or_plan if isinstance(case_or_plan, Plan) else _solved(case, time_limit_s, watcher)
    if plan.explanation is not None and plan is not case_or_plan:
        return plan.explanation
    begun = monotonic()
    watcher.phase("explain")
    if plan.status == SolveStatus.INFEASIBLE:
        found = no_plan(case, plan.proof, time_limit_s)
    elif not plan.has_plan:
        found = Explanation(case.name, "unknown", notes=(Line("head.unknown"),))
    else:
        found = _planned(plan, place, mw, Clock(time_limit_s), watcher)
    watcher.close()
    return found.with_seconds(monotonic() - begun)


def _solved(case: Case, time_limit_s: float, watcher: Progress) -> Plan:
    from gridplan.plan.run import solve

    return solve(case, progress=watcher, repairs_s=time_limit_s)


def no_plan(
    case: Case,
    proof: Periods | None = None,
    time_limit_s: float = TIME_S,
    repairs: bool = True,
    interrupt: threading.Event | None = None,
) -> Explanation:
    """Why a case has no plan.

    Args:
        case: a case that has none.
        proof: hours of the program that has no solution; None: it is looked for again.
        time_limit_s: seconds.
        repairs: also look for changes that help.
        interrupt: ends the search for them when set.
    """
    begun = monotonic()
    options = options_of(case)
    if proof is None:
        solution = search(case, options, Silent())
        if solution.status != SolveStatus.INFEASIBLE:
            return Explanation(case.name, "unknown", notes=(Line("head.unknown"),))
        proof = solution.compiled.program.frame.periods
    question = Question(case, proof, Ask(), Clock(time_limit_s, interrupt), options)
    finding = reasons(question, None, tries=repairs)
    return Explanation(case.name, "infeasible", (finding,), seconds=monotonic() - begun)


def options_of(case: Case) -> Options:
    """Options of solves, as the case has them."""
    own = case.settings.solver
    return Options(own.gap, own.time_limit_s, own.threads, own.seed)


def _planned(plan: Plan, place: str | None, mw: float | None, clock: Clock, watcher: Progress) -> Explanation:
    """Of a plan: what is short in it, or a place."""
    from gridplan.explain.why.place import of_place

    found = shortages(plan)
    if place is not None:
        mine = [s for s in found if place in s.places]
        about = of_place(plan, place, mw, clock, watcher)
        if about is not None:
            return replace(about, findings=(*about.findings, *_explained(plan, mine, clock)[0]))
        found = mine
    findings, notes = _explained(plan, found, clock)
    if not findings and not notes:
        return Explanation(plan.case.name, "fits", notes=(Line("head.nothing"),))
    return Explanation(plan.case.name, "short", tuple(findings), tuple(notes))


def _explained(plan: Plan, found: list[Short], clock: Clock) -> tuple[list[Finding], list[Line]]:
    """Findings of what cannot be served, and notes on what money decides."""
    findings: list[Finding] = []
    notes: list[Line] = []
    chosen = found[:MOST]
    for k, short in enumerate(chosen):
        left = Clock(clock.left / (len(chosen) - k))
        ask = ask_of(plan, short)
        options = replace(options_of(plan.case), time_limit_s=left.left)
        solution = search(plan.case, options, Silent(), prepare=ask.prepare)
        if solution.status == SolveStatus.INFEASIBLE:
            periods = solution.compiled.program.frame.periods
            question = Question(plan.case, periods, ask, left, options_of(plan.case))
            findings.append(reasons(question, short.head))
        elif solution.answer.x is not None:
            base = float(plan.summary["indicators"]["total_cost_meur"]["total"])
            values = {**short.head.values, "extra": cost_of(solution) - base}
            notes.append(Line("head.money", values))
    return findings, notes
