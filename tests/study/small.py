"""Cases of one station for studies, and their enumeration by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

from gridplan.case import Case
from tests.model.cases import Row, demand, make, station

HAVE = 60.0  # MW at station A before anything is built


def work(name: str, mw: float, meur: float, **columns: Any) -> Row:
    """A transformer of `mw` at A for `meur`."""
    row = {"reinforcement": name, "kind": "transformer", "target": "A", "adds_mva": mw, "capex_meur": meur}
    return {**row, "owner": "DSO", **columns}


def station_case(
    peaks: dict[int, float],
    works: list[Row],
    more: dict[str, Any] | None = None,
    last_year: int | None = None,
    crew: float | None = None,
) -> Case:
    """Station A with HAVE MW, demand by stage (MW), works to choose from; unserved load first, then capex.

    `crew`: most technicians at work, FTE.
    """
    years = sorted(peaks)
    settings = {
        "case": {"power_factor": 1.0},
        "horizon": {"years": years, "last_year": last_year or years[-1], "discount_rate": 0.0},
        "objective": {"minimise": ["unserved_mw_years", "capex_meur"]},
        **(more or {}),
    }
    demands = [demand("A", mw, year=year) for year, mw in peaks.items()]
    tables = {
        "substations": [station("A", firm_demand_mva=HAVE)],
        "demands": demands,
        "reinforcements": works,
    }
    if crew is not None:
        tables["policies"] = [{"policy": "crew", "indicator": "crew_fte", "sense": "max", "value": crew}]
    return make(tables, settings)


def subsets(works: list[Row]) -> list[tuple[frozenset[str], float, float]]:
    """(names, MW, M€) of every subset of works."""
    found = []
    for chosen in product((False, True), repeat=len(works)):
        rows = [row for row, taken in zip(works, chosen, strict=True) if taken]
        names = frozenset(row["reinforcement"] for row in rows)
        found.append((names, sum(r["adds_mva"] for r in rows), sum(r["capex_meur"] for r in rows)))
    return found


def undominated(points: set[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points of which no other is as small in both."""
    return sorted(p for p in points if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in points))
