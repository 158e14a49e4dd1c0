"""A plan at a glance, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.case.tables import indicators as vocabulary

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

# What a reader asks first; an indicator that nothing in the case counts in is left out.
SHOWN = (
    "unserved_mw_years", "shortfall_mw", "datacenter_mw", "heat_reused_tj", "capex_meur",
    "operating_cost_meur", "total_cost_meur", "co2_kt",
)  # fmt: skip
UNITS = {"MEUR": "M€"}
TINY = 1e-6  # below this a MW is no MW


def overview(plan: Plan) -> str:
    """Status, totals, what is sited and built by stage, what was checked, as HTML; all text is escaped."""
    title = escape(plan.case.settings.case.title or plan.case.name)
    lines = [f"<h4>{title}: {escape(plan.status.value)}</h4>"]
    lines += [f"<p>{escape(said)}</p>" for said in _notes(plan)]
    if plan.has_plan:
        years = _years(plan)
        lines.append(_table("Indicators, by stage", ["", "unit", *years, "horizon"], _totals(plan)))
        sited = _by_year(plan, "datacenters", "site", "it_mw")
        lines.append(_table("New datacenters (MW IT)", ["site", *years], sited))
        built = _by_year(plan, "reinforcements", "reinforcement", "units_in_service")
        lines.append(_table("Reinforcements (units in service)", ["reinforcement", *years], built))
    return f"<div>{''.join(lines)}</div>"


def figure(value: object) -> str:
    """A number, short: three decimals below 10, one below 1,000, blank where there is none."""
    if not isinstance(value, (int, float)) or pd.isna(value):
        return ""
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 3
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def unit_of(indicator: str) -> str:
    """Unit of an indicator as shown to a reader."""
    unit = vocabulary()[indicator].unit
    return UNITS.get(unit, unit)


def _years(plan: Plan) -> list[str]:
    return [str(year) for year in plan.case.years]


def _notes(plan: Plan) -> Iterable[str]:
    """Scenario and changes, gaps, and what was checked; without a plan, why."""
    case, summary = plan.case, plan.summary
    about = [f"scenario {case.scenario}"] if case.scenario else []
    about += [f"{len(case.changes):,} changes"] if case.changes else []
    if about:
        yield "; ".join(about)
    if not plan.has_plan:
        said = summary.get("explanation") or ()
        yield from [said] if isinstance(said, str) else said
        return
    gaps = [
        f"{name} {100 * goal['gap']:.2g} %"
        for name, goal in (summary.get("objective") or {}).items()
        if isinstance(goal.get("gap"), (int, float))
    ]
    if gaps:
        yield f"gap to the bound: {', '.join(gaps)}"
    security = summary.get("security") or {}
    yield (
        f"checked: {security.get('checked', 0):,} hours and pairs of hour and outage; "
        f"violated: {security.get('violated', 0):,}"
    )
    if plan.certificate is not None:
        yield plan.certificate.line


def _totals(plan: Plan) -> list[list[str]]:
    rows, told = [], plan.summary.get("indicators") or {}
    for name in SHOWN:
        if name not in told:
            continue
        by_year = {str(year): value for year, value in (told[name].get("by_year") or {}).items()}
        cells = [figure(by_year.get(year)) for year in _years(plan)]
        rows.append([name, unit_of(name), *cells, figure(told[name].get("total"))])
    return rows


def _by_year(plan: Plan, table: str, key: str, column: str) -> list[list[str]]:
    """Rows by id with a cell per stage, those that are 0 throughout left out."""
    frame = plan.tables[table]
    if frame.empty:
        return []
    wide = frame.pivot_table(index=key, columns="year", values=column, aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(columns=list(plan.case.years), fill_value=0.0)
    wide = wide[(wide > TINY).any(axis=1)]
    return [[str(name), *(figure(float(value)) for value in row)] for name, row in wide.iterrows()]


def _table(heading: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    title = f"<h5>{escape(heading)}</h5>" if heading else ""
    if not rows:
        return f"{title}<p>none</p>"
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(_cell(at, cell) for at, cell in enumerate(row))}</tr>" for row in rows)
    return f"{title}<table><tr>{top}</tr>{body}</table>"


def _cell(at: int, text: str) -> str:
    side = "left" if at == 0 else "right"
    return f"<td style='text-align:{side}'>{escape(text)}</td>"
