"""What a picture asks of a plan: its years, directions, tables, title and footer."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.plan.columns import TABLES
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

DIRECTIONS = {
    "demand": "demand",
    "afname": "demand",
    "feedin": "feedin",
    "feed_in": "feedin",
    "invoeding": "feedin",
    "generation": "feedin",
}


@dataclass(frozen=True)
class About:
    """Who and how sure: the case's title and the footer of a picture."""

    case: str
    footer: str


def direction_of(name: str) -> str:
    """`demand` or `feedin` of any accepted spelling; ValueError names them."""
    key = str(name).strip().lower().replace("-", "_").replace(" ", "_")
    if key not in DIRECTIONS:
        raise ValueError(f"direction '{name}' is not there; there are demand, feedin")
    return DIRECTIONS[key]


def stages(plan: Plan) -> list[int]:
    """The planning stages of the case, in years."""
    return sorted(int(year) for year in plan.case.settings.horizon.years)


def stage_of(plan: Plan, year: int | None) -> int:
    """The year asked for, or the last stage; ValueError where it is not a stage."""
    years = stages(plan)
    if year is None:
        return years[-1]
    if year not in years:
        raise ValueError(f"year {year} is not a stage; there are {', '.join(map(str, years))}")
    return int(year)


def rows(plan: Plan, name: str, year: int | None = None) -> pd.DataFrame:
    """A table of the plan (of one year), with all its columns even where it is missing.

    Raises:
        ValueError: the plan holds no tables at all (infeasible, or a limit without a plan).
    """
    if not plan.has_plan:
        raise ValueError(f"there is no plan to draw: the solve ended as '{plan.status.value}'")
    table = plan.tables.get(name)
    table = pd.DataFrame() if table is None else table
    table = table.reindex(columns=list(dict.fromkeys([*table.columns, *TABLES[name]])))
    if "direction" in table.columns:
        table = table.assign(direction=[direction_of(value) for value in table["direction"]])
    return table if year is None else table[table["year"] == year].reset_index(drop=True)


def case_rows(plan: Plan, name: str, *columns: str) -> pd.DataFrame:
    """A table of the case, empty (but with `columns`) where the case has none."""
    table: pd.DataFrame = plan.case.table(name) if plan.case.has(name) else pd.DataFrame()
    return table.reindex(columns=list(dict.fromkeys([*table.columns, *columns]))).reset_index(drop=True)


def filled(value: object) -> bool:
    """True unless a cell is blank (NaN, NA, None or empty)."""
    if value is None or value is pd.NA:
        return False
    return not (value == "" or (isinstance(value, float) and math.isnan(value)))


def names_of(plan: Plan, table: str, key: str) -> dict[str, str]:
    """Id → name of the rows of a case table; the id where there is no name."""
    found = case_rows(plan, table, key, "name")
    return {
        str(i): str(name) if filled(name) else str(i)
        for i, name in zip(found[key], found["name"], strict=True)
    }


def line_names(plan: Plan) -> dict[str, str]:
    """Branch → its name, else the names of its two ends; with the id where two have the same ends."""
    names, at = names_of(plan, "branches", "branch"), names_of(plan, "substations", "substation")
    found = dict(names)
    for row in case_rows(plan, "branches", "branch", "from", "to").to_dict("records"):
        branch, ends = str(row["branch"]), [at.get(str(row[end]), str(row[end])) for end in ("from", "to")]
        if names[branch] == branch:
            found[branch] = " – ".join(ends)
    count = Counter(found.values())
    return {branch: name if count[name] == 1 else f"{name} ({branch})" for branch, name in found.items()}


def about(plan: Plan, words: Words, *notes: str) -> About:
    """Title of the case and the footer: status, gap, what was checked, notes, disclaimer."""
    settings = plan.case.settings.case
    title = str(getattr(settings, "title", "") or getattr(settings, "name", "") or "")
    parts = [words("footer.status", status=words(f"status.{plan.status.value}"))]
    goals = plan.summary.get("objective") or {}
    gaps = [
        float(goal["gap"])
        for goal in goals.values()
        if isinstance(goal, dict) and goal.get("gap") is not None
    ]
    if gaps:
        parts.append(words("footer.gap", gap=words.number(100 * max(gaps), 2)))
    security = plan.summary.get("security") or {}
    if security.get("checked"):
        counts = {
            key: words.number(float(security.get(key) or 0)) for key in ("hours", "outages", "violated")
        }
        parts.append(words("footer.checked", **counts))
    last = [*[note for note in notes if note], words("footer.disclaimer")]
    return About(short(title, 90), " · ".join(parts) + "\n" + " · ".join(last))
