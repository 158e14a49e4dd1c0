"""Why this site and not that one: the plan that would have it, against the plan that does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from gridplan.explain.why.ask import Ask
from gridplan.explain.why.cells import rows_of
from gridplan.explain.why.explanation import Explanation
from gridplan.explain.why.oracle import Clock
from gridplan.explain.why.question import Question, cost_of
from gridplan.explain.why.reasons import reasons
from gridplan.explain.why.repairs.candidate import down
from gridplan.explain.why.say import Line
from gridplan.plan.plan import Plan
from gridplan.solve.highs import Options
from gridplan.solve.progress import Silent
from gridplan.solve.rounds import Solution, search
from gridplan.solve.status import SolveStatus

USUAL_MW = 10.0  # asked where a site has neither a least size nor modules
TINY = 1e-3
COMPARED = {  # table → (keys, value, unit)
    "datacenters": (("site",), "it_mw", "MW"),
    "reinforcements": (("reinforcement",), "units_in_service", ""),
    "heat_links": (("link",), "peak_mw", "MW"),
    "shortfall": (("class", "region"), "it_mw", "MW"),
    "unserved": (("substation",), "mw", "MW"),
}


def of_site(plan: Plan, site: str, mw: float | None, clock: Clock) -> Explanation:
    """What it would take, and cost, to have MW at a site in the last stage; or why that cannot be."""
    case, year = plan.case, plan.case.years[-1]
    asked = _asked(plan, site) if mw is None else mw
    table = plan.datacenters
    there = float(table.loc[(table["site"] == site) & (table["year"] == year), "it_mw"].sum())
    values = {"name": site, "year": year, "mw": asked}
    if there >= asked - TINY:
        return Explanation(case.name, "place", notes=(Line("place.built", {**values, "mw": there}),))
    ask = Ask(site=site, site_mw=asked, year=year)
    own = case.settings.solver
    options = Options(own.gap, clock.left, own.threads, own.seed)
    solution = search(case, options, Silent(), prepare=ask.prepare)
    base = float(plan.summary["indicators"]["total_cost_meur"]["total"])
    if solution.status == SolveStatus.INFEASIBLE:
        periods = solution.compiled.program.frame.periods
        question = Question(case, periods, ask, clock, options, ask_again=True)
        finding = reasons(question, Line("head.site", values), base)
        return Explanation(case.name, "place", (finding,), tuple(_fits(question, values)))
    if solution.answer.x is None:
        return Explanation(case.name, "unknown", notes=(Line("head.unknown"),))
    return _compared(plan, solution, values, base)


def _asked(plan: Plan, site: str) -> float:
    """One module, or the least size, or 10 MW (or what fits on the site, where that is less)."""
    row = rows_of(plan.case, "datacenters", (site,))[0]
    if row["module_it_mw"] > 0 or row["min_it_mw"] > 0:
        return float(max(row["module_it_mw"] if row["module_it_mw"] > 0 else 0.0, row["min_it_mw"]))
    room = row["max_it_mw"] - row["existing_it_mw"]
    return float(min(USUAL_MW, room)) if pd.notna(room) and room > 0 else USUAL_MW


def _fits(question: Question, values: dict[str, Any]) -> Iterator[Line]:
    """How many MW fit at the site; tried."""
    relief = question.least("asked")
    if relief is None or question.clock.over:
        return
    mw = down(max(0.0, question.ask.site_mw - sum(relief.by.values())))
    less = replace(question, ask=replace(question.ask, site_mw=mw))
    if mw > TINY and less.serves(less.try_(question.case)):
        yield Line("place.fits", {**values, "mw": mw})


def _compared(plan: Plan, solution: Solution, values: dict[str, Any], base: float) -> Explanation:
    from gridplan.plan.run import tables_of

    extra = cost_of(solution) - base
    more = Line("place.less" if extra < 0 else "place.more")
    notes = [Line("place.forced", {**values, "extra": abs(extra), "more": more})]
    known = {**plan.summary.get("objective", {}), **{k: vars(g) for k, g in solution.answer.goals.items()}}
    goal = known.get("total_cost_meur")
    if goal and goal["value"] is not None and goal["bound"] is not None:
        wide = 2 * abs(goal["value"] - goal["bound"])
        if wide > abs(extra) / 10:
            notes.append(Line("place.gap", {"gap": wide}))
    details = _changes(plan.tables, tables_of(solution))
    lines = [
        Line(f"changed.{row['table']}", {str(k): v for k, v in row.items()})
        for row in details.to_dict("records")
    ]
    return Explanation(plan.case.name, "place", notes=(*notes, *lines), details=details)


def _changes(before: Any, after: Any) -> pd.DataFrame:
    """Rows of a plan that change: table, name, year, old and new value."""
    parts = []
    for name, (keys, column, unit) in COMPARED.items():
        old, new = (_by_key(tables[name], keys, column) for tables in (before, after))
        both = pd.concat([old.rename("old"), new.rename("new")], axis=1).fillna(0.0).reset_index()
        both = both[(both["old"] - both["new"]).abs() > TINY]
        label = both[list(keys)].astype(str).agg(" ".join, axis=1) if len(both) else pd.Series(dtype=str)
        parts.append(
            both.assign(table=name, name=label, unit=unit)[["table", "name", "year", "old", "new", "unit"]]
        )
    return pd.concat(parts, ignore_index=True)


def _by_key(table: pd.DataFrame, keys: tuple[str, ...], column: str) -> pd.Series:
    return table.fillna(dict.fromkeys(keys, "")).groupby([*keys, "year"])[column].sum().astype(float)
