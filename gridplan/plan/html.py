"""A plan at a glance, for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.case.tables import indicators as vocabulary
from gridplan.plan.html_table import table_html

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

TOTALS = (
    "unserved_mw_years",
    "shortfall_mw",
    "datacenter_mw",
    "heat_reused_tj",
    "capex_meur",
    "operating_cost_meur",
    "total_cost_meur",
)
TIGHTEST = 8


def overview(plan: Plan) -> str:
    """Status, objectives, totals and what is new by stage, tightest places; all text is escaped."""
    scenario = f", scenario {plan.case.scenario}" if plan.case.scenario else ""
    lines = [f"<h4>{escape(plan.case.name + scenario)}: {escape(plan.status.value)}</h4>"]
    said = plan.summary.get("explanation") or ()
    lines += [f"<p>{escape(str(line))}</p>" for line in ([said] if isinstance(said, str) else said)]
    if not plan.has_plan:
        return f"<div>{''.join(lines)}</div>"
    lines += [_table("Objectives", _objectives(plan)), _table("Totals", _totals(plan))]
    lines.append(_table("New datacenters, MW IT", _sited(plan)))
    lines.append(_table("Reinforcements, units in service", _built(plan)))
    lines.append(_table("Fullest stations and connections", _fullest(plan)))
    if plan.certificate is not None:
        lines.append(f"<p>{escape(plan.certificate.line)}</p>")
    return f"<div>{''.join(lines)}</div>"


def _table(title: str, table: pd.DataFrame) -> str:
    if table.empty:
        return ""
    return f"<h5>{escape(title)}</h5>{table_html(table)}"


def _objectives(plan: Plan) -> pd.DataFrame:
    goals = dict(plan.summary.get("objective") or {})
    rows = []
    for name, goal in goals.items():
        gap = goal.get("gap")
        kept = {key: value for key, value in goal.items() if key != "gap"}
        unit = {"unit": vocabulary()[name].unit} if name in vocabulary() else {}
        rows.append({"objective": name, **unit, **kept, "gap (%)": None if gap is None else 100 * gap})
    return pd.DataFrame(rows)


def _fullest(plan: Plan) -> pd.DataFrame:
    """Loading in per cent, as on the maps."""
    table = plan.bottlenecks.head(TIGHTEST)
    return table.assign(loading=100 * table["loading"]).rename(columns={"loading": "loading (%)"})


def _totals(plan: Plan) -> pd.DataFrame:
    found = dict(plan.summary.get("indicators") or {})
    rows = [
        {"indicator": name, "unit": found[name]["unit"]}
        | {str(year): value for year, value in found[name]["by_year"].items()}
        | {"total": found[name]["total"]}
        for name in TOTALS
        if name in found
    ]
    return pd.DataFrame(rows)


def _sited(plan: Plan) -> pd.DataFrame:
    return _by_year(plan.tables["datacenters"], "zone", "it_mw")


def _built(plan: Plan) -> pd.DataFrame:
    return _by_year(plan.tables["reinforcements"], "reinforcement", "units_in_service")


def _by_year(table: pd.DataFrame, key: str, column: str) -> pd.DataFrame:
    """A row per id and a column per year; what is 0 is left out."""
    table = table[table[column] > 1e-6]
    if table.empty:
        return pd.DataFrame()
    wide = table.pivot_table(index=key, columns="year", values=column, aggfunc="sum", fill_value=0)
    return wide.rename(columns=str).rename_axis(columns=None).reset_index()
