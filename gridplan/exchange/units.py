"""Units of the columns of result tables, which stand at the end of their names."""

from __future__ import annotations

from gridplan.plan.columns import TABLES

UNITS: dict[str, str] = {  # longest ending first
    "_meur_per_year": "MEUR per year",
    "_eur_per_gj": "EUR/GJ",
    "_keur": "thousand EUR",
    "_meur": "MEUR",
    "_mwh": "MWh",
    "_kwh": "kWh",
    "_gwh": "GWh",
    "_mva": "MVA",
    "_mvar": "Mvar",
    "_mw": "MW",
    "_kw": "kW",
    "_tj": "TJ",
    "_kt": "kt",
    "_km": "km",
    "_pu": "p.u.",
    "_hours": "h",
    "_h": "h",
    "_c": "°C",
    "_share": "share",
}
WORDS = {
    "mw": "MW",
    "mwh": "MWh",
    "kw": "kW",
    "loading": "share of the limit",
    "outage_loading": "share of the limit",
    "year": "year",
    "start_year": "year",
    "hour": "hour of the day",
    "day": "day of the year",
    "month": "month",
    "units_started": "units",
    "units_in_service": "units",
    "circuits": "circuits",
}


def unit_of(column: str) -> str:
    """Unit of a column of a result table; blank for text."""
    if column in WORDS:
        return WORDS[column]
    if column.startswith("eur_per_gj"):
        return "EUR/GJ"
    return next((unit for ending, unit in UNITS.items() if column.endswith(ending)), "")


def known_tables() -> tuple[str, ...]:
    """Tables of a plan in their order."""
    return tuple(TABLES)
