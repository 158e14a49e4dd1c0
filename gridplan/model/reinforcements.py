"""Reinforcements: every discrete decision about building the grid.

Sets: r reinforcement, k unit (1..max_units), y stage. Variable: u[r,k,y] ∈ {0,1}, unit in service.

    u[r,k,y] ≥ u[r,k,y−1]          what is built stays
    u[r,k,y] ≥ u[r,k+1,y]          units of one row come in order (no twins)
    u[r,k,y] = 0                   before earliest_year and before first stage + lead time
    u[r,1,y] ≤ u[q,1,y]            r requires q
    u[r,1,Y] + u[q,1,Y] ≤ 1        r excludes q (Y: last stage)

A unit that enters service in stage y was started in year y − lead time: lead_time_years, or with
`[horizon] lead_time = "p90"` lead_time_p90_years where that is longer. Its crew works evenly over the lead
time, and so is it paid; the indicators crew_fte (full-time equivalents) and investment_meur_per_year are the
mean over the years of a stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from gridplan.case.cells import split_ids
from gridplan.model.frame import Frame
from gridplan.model.rows import constrain
from gridplan.model.stages import keep
from gridplan.model.terms import Terms


def add(m: Any, frame: Frame, terms: Terms) -> None:
    """Add block `reinforcements` with `units[r,k,y]`."""
    rows = {r["reinforcement"]: r for r in frame.rows("reinforcements")}
    numbers = [(r, k) for r, row in rows.items() for k in range(1, int(row["max_units"]) + 1)]
    b = m.reinforcements = pyo.Block()
    b.UNIT = pyo.Set(dimen=2, initialize=numbers)
    b.units = pyo.Var(b.UNIT, m.Y, domain=pyo.Binary)
    for (r, _, y), unit in b.units.items():
        if y < first_year(rows[r], frame):
            unit.fix(0)
    keep(b, "stays", b.units, b.UNIT)
    b.NEXT = pyo.Set(dimen=2, initialize=[(r, k) for r, k in numbers if (r, k + 1) in b.UNIT])
    constrain(b, "ordered", b.NEXT, m.Y, rule=_ordered)
    _links(m, b, rows, frame)
    for r, k in numbers:
        _count(b, frame, terms, rows[r], k)


def first_year(row: dict[str, Any], frame: Frame) -> float:
    """First year in which a unit can be in service."""
    horizon = frame.case.settings.horizon
    lead = horizon.years[0] + lead_years(row, horizon.lead_time)
    return lead if pd.isna(row["earliest_year"]) else max(lead, float(row["earliest_year"]))


def lead_column(row: Mapping[Any, Any], chance: str) -> str:
    """Column of the lead time that counts: the usual one (`p50`), or the one that 9 of 10 keep to (`p90`)."""
    slow = chance == "p90" and row["lead_time_p90_years"] > row["lead_time_years"]
    return "lead_time_p90_years" if slow else "lead_time_years"


def lead_years(row: Mapping[Any, Any], chance: str) -> float:
    """Years from start to service."""
    return float(row[lead_column(row, chance)])


def _ordered(b: Any, r: Any, k: Any, y: Any) -> Any:
    """u[r,k,y] ≥ u[r,k+1,y]: identical units come in order. Takes no plan away; removes twins."""
    return b.units[r, k, y] >= b.units[r, k + 1, y]


def _requires(b: Any, r: Any, q: Any, y: Any) -> Any:
    """u[r,1,y] ≤ u[q,1,y]: r needs q in service. Binds where q is built for r's sake."""
    return b.units[r, 1, y] <= b.units[q, 1, y]


def _excludes(b: Any, r: Any, q: Any) -> Any:
    """u[r,1,Y] + u[q,1,Y] ≤ 1 at the last stage: never both."""
    last = b.model().Y.last()
    return b.units[r, 1, last] + b.units[q, 1, last] <= 1


def _links(m: Any, b: Any, rows: dict[str, dict[str, Any]], frame: Frame) -> None:
    needs = [(r, q) for r, row in rows.items() for q in split_ids(row["requires"])]
    for r, q in needs:
        if (r, 1) in b.UNIT and (q, 1) not in b.UNIT:  # what it needs cannot be built
            for y in frame.years:
                b.units[r, 1, y].fix(0)
    b.REQUIRES = pyo.Set(
        dimen=2, initialize=[(r, q) for r, q in needs if (r, 1) in b.UNIT and (q, 1) in b.UNIT]
    )
    constrain(b, "requires", b.REQUIRES, m.Y, rule=_requires)
    bars = {tuple(sorted((r, q))) for r, row in rows.items() for q in split_ids(row["excludes"]) if q != r}
    pairs = sorted((r, q) for r, q in bars if (r, 1) in b.UNIT and (q, 1) in b.UNIT)
    b.EXCLUDES = pyo.Set(dimen=2, initialize=pairs)
    constrain(b, "excludes", b.EXCLUDES, rule=_excludes)


def _count(b: Any, frame: Frame, terms: Terms, row: dict[str, Any], k: int) -> None:
    """Money, crew and pieces of one unit."""
    name = row["reinforcement"]
    zone = zone_of(row, frame)
    tags = (name, row["kind"], row["owner"])
    stock = {y: b.units[name, k, y] for y in frame.years}
    lead = lead_years(row, frame.case.settings.horizon.lead_time)
    terms.invest(zone, stock, row["capex_meur"], tags, lead)
    circuits = 0
    if row["kind"] == "branch":
        circuits = 1 if pd.isna(row["adds_circuits"]) else row["adds_circuits"]
    for y in frame.years:
        terms.add("new_circuits", zone, y, stock[y], float(circuits), tags)
        if row["kind"] in ("transformer", "station"):
            count, _ = transformers(row, frame)
            terms.add("new_transformers", zone, y, stock[y], float(count), tags)
    if row["crew_fte_years"]:
        terms.spread("crew_fte", zone, stock, row["crew_fte_years"], tags, lead)


def zone_of(row: dict[str, Any], frame: Frame) -> str:
    """Zone that a reinforcement counts in: its own, its station's, or that of the end where its branch
    starts.
    """
    if row.get("zone"):
        return str(row["zone"])
    corridor = frame.network.corridors.get(row["target"] or row["reinforcement"])
    station = corridor.start if corridor else row["target"] or row["from"]
    return frame.network.zone_of.get(station, "")


def transformers(row: dict[str, Any], frame: Frame) -> tuple[int, float]:
    """(number, MVA of each) of the transformers that one unit of a row brings."""
    size = float(frame.stations[row["target"]]["transformer_mva"])
    total, count = row["adds_mva"], row["adds_transformers"]
    if pd.isna(count):
        fits = row["kind"] == "station" and pd.notna(total) and size > 0
        count = max(1, round(total / size)) if fits else 1
    each = size if pd.isna(total) else total / max(int(count), 1)
    return int(count), 0.0 if pd.isna(each) else float(each)
