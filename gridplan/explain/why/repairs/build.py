"""Something new that is in no table: a transformer or a circuit, sized from what is near. An assumption."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

import pandas as pd

from gridplan.case import Case
from gridplan.explain.why.cells import cell_of, row_of
from gridplan.explain.why.items import Item
from gridplan.explain.why.question import Question
from gridplan.explain.why.repairs.candidate import Candidate
from gridplan.explain.why.repairs.table import fresh

TABLE = "reinforcements"
ALONE = 2  # the first transformer of a station is its own reserve: try one more, too


def new_transformer(question: Question) -> Iterator[Candidate]:
    """Transformers at stations in conflict that have no row for any."""
    kind = next((k for k in ("station_demand", "station_feedin") if question.of(k)), "")
    relief = question.least(kind) if kind else None
    if relief is None or not relief.by:
        return
    case = question.case
    rows = case.table(TABLE)
    known = set(rows.loc[rows["kind"].isin(("transformer", "station")), "target"])
    if known & {str(i.key[0]) for i in relief.by}:
        return  # its own row is too late, or has too few units: another repair
    for extra in range(ALONE):
        patch: dict[str, Any] = {}
        found: list[dict[str, Any]] = []
        for item, mw in relief.by.items():
            station = str(item.key[0])
            mva = _size(case, station)
            if mva is None:
                return
            count = ceil(mw / (case.settings.case.power_factor * mva) - 1e-6) + extra
            cost, lead = _near(case, "transformer", mva)
            name = fresh(case, TABLE, f"{station}-new-transformer")
            cells = {"kind": "transformer", "target": station, "adds_mva": mva, "max_units": count}
            patch[f"{TABLE}.{name}"] = {**cells, **_price(cost, lead)}
            found.append({"count": count, "mva": mva, "name": cell_of(case, item).name, "mw": mw})
        yield _candidate("new_transformer", patch, found)


def new_circuit(question: Question) -> Iterator[Candidate]:
    """Circuits next to branches in conflict that have no row for any."""
    relief = question.least("branch") if question.of("branch") else None
    if relief is None or not relief.by:
        return
    case = question.case
    if set(case.table(TABLE)["target"]) & {str(i.key[0]) for i in relief.by}:
        return
    patch: dict[str, Any] = {}
    found: list[dict[str, Any]] = []
    for item, mw in relief.by.items():
        branch = str(item.key[0])
        mva = float(row_of(case, item)["circuit_mva"])
        if not mva > 0:
            return
        count = ceil(mw / (case.settings.case.power_factor * mva) - 1e-6)
        cost, lead = _near(case, "branch", 1.0)
        name = fresh(case, TABLE, f"{branch}-new-circuit")
        patch[f"{TABLE}.{name}"] = {
            "kind": "branch",
            "target": branch,
            "max_units": count,
            **_price(cost, lead),
        }
        found.append({"count": count, "mva": mva, "name": _name(case, item), "mw": mw})
    yield _candidate("new_circuit", patch, found)


def _candidate(kind: str, patch: dict[str, Any], found: list[dict[str, Any]]) -> Candidate:
    largest = max(found, key=lambda f: f["mw"])
    return Candidate(kind, patch, {**largest, "others": len(found) - 1}, assumption=True)


def _name(case: Case, item: Item) -> str:
    return cell_of(case, item).name


def _size(case: Case, station: str) -> float | None:
    """MVA of one transformer: the station's own, else the median of all stations."""
    sizes = case.table("substations").set_index("substation")["transformer_mva"]
    own = sizes.loc[station]
    value = own if pd.notna(own) else sizes.median()
    return float(value) if pd.notna(value) else None


def _near(case: Case, kind: str, mva: float) -> tuple[float | None, float | None]:
    """(M€ of one unit, lead time in years): medians of the rows of a kind, by MVA for transformers."""
    rows = case.table(TABLE)
    rows = rows[rows["kind"] == kind]
    if rows.empty:
        return None, None
    lead = float(rows["lead_time_years"].median())
    if kind == "branch":
        return float(rows["capex_meur"].median()), lead
    per_mva = (rows["capex_meur"] / rows["adds_mva"]).dropna()
    return (float(per_mva.median()) * mva if len(per_mva) else None), lead


def _price(cost: float | None, lead: float | None) -> dict[str, float]:
    cells = {"capex_meur": cost, "lead_time_years": lead}
    return {name: round(value, 3) for name, value in cells.items() if value}
