"""What is asked, in a later year: the first in which it works."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

import pandas as pd

from gridplan.explain.why.cells import cell_of, governing, ident, row_of, rows_of
from gridplan.explain.why.items import TIMING, Item
from gridplan.explain.why.question import Question
from gridplan.explain.why.repairs.candidate import Candidate
from gridplan.model.reinforcements import lead_years

TRIED = 4  # years
COLUMNS = {
    "programme": "year",
    "policy_min": "from_year",
    "cell": "required",
    "edge_cell": "edge_required",
    "must_connect": "from_year",
}


def later(question: Question) -> Iterator[Candidate]:
    """All wishes in the conflict moved to one later year, the earliest first."""
    wishes = [i for i in question.items if i.kind in COLUMNS]
    if not wishes:
        return
    start = max(_from(question, i) for i in wishes)
    for year in _years(question, start)[:TRIED]:
        patch: dict[str, Any] = {}
        for item in wishes:
            patch.update(_moved(question, item, year))
        if not patch:
            continue
        patch.update(_stage(question, year))
        values = {"name": cell_of(question.case, wishes[0]).name, "year": year, "years": year - start}
        yield Candidate("later", patch, values, years_later=year - start)


def _from(question: Question, item: Item) -> int:
    """Year from which a wish holds now."""
    if item.year:
        return item.year
    column = COLUMNS[item.kind]
    value = row_of(question.case, item)[column]
    first = question.case.years[0]
    return first if pd.isna(value) else max(int(value), first)


def _years(question: Question, start: int) -> list[int]:
    """Years in which something changes: stages, and the first years of what comes too late."""
    found = {y for y in question.case.years if y > start}
    first = question.case.years[0]
    for item in question.items:
        if item.role == TIMING:
            row = row_of(question.case, item)
            chance = question.case.settings.horizon.lead_time
            lead = lead_years(row, chance) if "lead_time_years" in row else 0.0
            known = [first + lead, row.get("earliest_year"), row.get("from_year")]
            found.add(ceil(max(v for v in known if pd.notna(v))))
        if item.kind == "policy_max":
            until = row_of(question.case, item)["until_year"]
            if pd.notna(until):
                found.add(int(until) + 1)
    return sorted(y for y in found if y > start)


def _moved(question: Question, item: Item, year: int) -> dict[str, Any]:
    column = COLUMNS[item.kind]
    if item.kind != "programme":
        return {f"{item.table}.{item.ident}.{column}": year}
    row = governing(rows_of(question.case, item.table, item.key), item.year)
    if row["year"] > item.year:  # between two rows: nothing to move
        return {}
    return {f"{item.table}.{ident(item.table, row)}.{column}": year}


def _stage(question: Question, year: int) -> dict[str, Any]:
    """A stage in that year, where the case has none."""
    horizon = question.case.settings.horizon
    if year in horizon.years:
        return {}
    patch: dict[str, Any] = {"horizon.years": sorted({*horizon.years, year})}
    if year > horizon.last_year:
        patch["horizon.last_year"] = year
    return patch
