"""Rows of masts, cells and coverage for cases that can be reckoned by hand."""

from __future__ import annotations

from typing import Any

from tests.model.cases import Row

CAPEX: dict[str, Any] = {"objective": {"minimise": ["capex_meur"]}}


def mast(name: str, keur: float, **columns: Any) -> Row:
    """A mast in zone A."""
    return {"mast": name, "zone": "A", "lat": 52.0, "lon": 5.0, "capex_keur": keur, **columns}


def cell(name: str, **columns: Any) -> Row:
    """A cell in zone A that must be covered."""
    return {"cell": name, "zone": "A", "lat": 52.0, "lon": 5.0, "required": "true", **columns}


def pairs(**reach: str) -> list[Row]:
    """Coverage table: pairs(m="abc") says that mast m covers cells a, b and c."""
    return [{"mast": m, "cell": c} for m, cells in reach.items() for c in cells]


def standing(plan: Any, year: int = 2030, what: str = "in_service") -> set[str]:
    """Masts in service in a year (or with an edge site: what="edge")."""
    rows = plan.masts
    return set(rows.loc[rows[what] & (rows["year"] == year), "mast"])
