"""What a heat sink needs."""

from __future__ import annotations

from gridplan.plan.verify.view import Record, View


def sink_mwh(v: View, row: Record, year: int) -> float:
    """Heat a sink needs in a year, MWh."""
    if row["from_year"] > year:
        return 0.0
    if row["annual_gwh"] >= 0 and (v.case.profiles is not None or not row["peak_mw"] >= 0):
        return float(row["annual_gwh"] * 1000)
    return float(row["peak_mw"] * v.full_hours(row["profile"])) if row["peak_mw"] >= 0 else 0.0
