"""From plans to advice: what is right in every scenario, what can wait, and who must decide what first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from gridplan.case import Case
from gridplan.model.frame import Frame
from gridplan.model.reinforcements import transformers
from gridplan.study.course import Course
from gridplan.study.runner import Found

NO_REGRET, WAIT, DEPENDS = "no-regret", "can wait", "scenario-dependent"
DECISIONS = (
    "owner",
    "reinforcement",
    "name",
    "kind",
    "units",
    "latest_decision_year",
    "start_year",
    "in_service",
    "label",
    "capex_meur",
    "mw",
)


def label_works(case: Case, course: Course, lead: str | None) -> pd.DataFrame:
    """Every reinforcement and its label.

    No-regret: started before the reveal in every scenario's own plan and in the robust one. Can wait: in
    none. Else scenario-dependent. `needed_in`: scenarios whose plans (own or robust) have it at the last
    stage.
    """
    names = [s.name for s in course.futures]
    columns = ["reinforcement", "name", "owner", "kind", "label", *(f"now {n}" for n in names), "now robust"]
    if lead is None:
        return pd.DataFrame(columns=[*columns, "needed_in"])
    plans = [*names, lead]
    built = {n: [course.lone[n].found, course.cells[lead][n].found] for n in names}
    rows = []
    for row in case.table("reinforcements").to_dict("records"):
        work = str(row["reinforcement"])
        now = [sum(unit[0] == work for unit in course.decisions[plan]) for plan in plans]
        label = NO_REGRET if min(now) else DEPENDS if max(now) else WAIT
        needed = [n for n in names if any(_stands(found, work) for found in built[n])]
        rows.append([work, _name(row), str(row["owner"] or ""), row["kind"], label, *now, ", ".join(needed)])
    return pd.DataFrame(rows, columns=[*columns, "needed_in"])


def _name(row: Mapping[Any, Any]) -> str:
    name = row.get("name")
    return name if isinstance(name, str) and name else str(row["reinforcement"])


def _stands(found: Found, work: str) -> bool:
    if found.plan is None or not found.there:
        return False
    table = found.plan.table("reinforcements")
    return bool((table.loc[table["reinforcement"] == work, "units_in_service"] > 0).any())


def decision_list(case: Case, course: Course, lead: str | None, within_years: int) -> pd.DataFrame:
    """What the robust plan starts that must be decided in the first years, by owner.

    `start_year`: last year in which the start is in time for the stage that the robust plan wants it in.
    `latest_decision_year`: that, or the earlier start of a scenario's own plan, which is out of reach
    after it. `capex_meur` overnight and `mw` added, of the units started.
    """
    if lead is None:
        return pd.DataFrame(columns=list(DECISIONS))
    works = {str(row["reinforcement"]): row for row in case.table("reinforcements").to_dict("records")}
    table = label_works(case, course, lead)
    labels = dict(zip(table["reinforcement"], table["label"], strict=True))
    chosen: dict[tuple[str, float], int] = {}
    for (work, _), year in course.decisions[lead].items():
        chosen[work, year] = chosen.get((work, year), 0) + 1
    rows = []
    for (work, year), units in chosen.items():
        row, latest = works[work], min(year, *_own(course, work))
        if latest >= case.years[0] + within_years:
            continue
        rows.append(
            {
                "owner": str(row["owner"] or ""),
                "reinforcement": work,
                "name": _name(row),
                "kind": row["kind"],
                "units": units,
                "latest_decision_year": math.floor(latest),
                "start_year": math.floor(year),
                "in_service": _service(course, work, year),
                "label": labels[work],
                "capex_meur": units * float(row["capex_meur"]),
                "mw": units * unit_mw(case, course, row),
            }
        )
    listed = pd.DataFrame(rows, columns=list(DECISIONS))
    return listed.sort_values(["owner", "latest_decision_year", "reinforcement"], ignore_index=True)


def _own(course: Course, work: str) -> list[float]:
    """Start years of a reinforcement in the scenarios' own plans; infinite where it is not started."""
    found = [year for name in course.lone for (r, _), year in course.decisions[name].items() if r == work]
    return [math.inf, *found]


def _service(course: Course, work: str, year: float) -> str:
    """Stage in which a start brings units into service: one year, or a year by scenario where they differ."""
    found = {}
    for name, known in course.known.items():
        stages = [key[1][2] for key, start in known.items() if start[:2] == (work, 1) and start.year >= year]
        earliest = next(s for s in course.futures if s.name == name).case.table("reinforcements")
        first = earliest.loc[earliest["reinforcement"] == work, "earliest_year"].iloc[0]
        fits = [y for y in stages if pd.isna(first) or y >= first]
        found[name] = str(min(fits)) if fits else "later"
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    return ", ".join(f"{name} {stage}" for name, stage in found.items())


def unit_mw(case: Case, course: Course, row: Mapping[Any, Any]) -> float:
    """MW that one unit adds (power factor · MVA); unknown for bays and for circuits without a rating."""
    rounds = course.runners[course.futures[0].name].rounds
    if row["kind"] in ("transformer", "station"):
        count, mva = transformers(dict(row), Frame(case, rounds.network, rounds.periods))
        return count * mva * case.settings.case.power_factor
    units = [u for u in rounds.network.units if u.reinforcement == row["reinforcement"]]
    mw = units[0].total_mw if units else math.nan
    return mw if math.isfinite(mw) else math.nan
