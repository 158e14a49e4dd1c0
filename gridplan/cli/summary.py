"""A plan in words on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gridplan.cli.text import columns, number, percent, unit_of

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

_MEANING = {
    "optimal": "solved to the requested gap",
    "limit": "a limit was reached; this is the best plan found, better ones may exist",
    "no_plan": "a limit was reached before any plan was found",
    "infeasible": "proven: no plan satisfies this case",
    "interrupted": "stopped by the user",
}
_TIGHTEST = 10


def describe(plan: Plan) -> list[str]:
    """Lines of the summary that `gridplan solve` prints."""
    scenario = f", scenario {plan.case.scenario}" if plan.case.scenario else ""
    status = plan.status.value
    if plan.case.changes:
        scenario += f" ({len(plan.case.changes):,} cells changed)"
    lines = [f"Case {plan.case.name}{scenario}", f"Status: {status} ({_MEANING[status]})"]
    lines += _explanation(plan.summary)
    if not plan.has_plan:
        return lines
    parts = (_objective, _totals, _sited, _shortfall, _queue, _tightest, _checked, _verified)
    for part in parts:
        found = part(plan)
        lines += ["", *found] if found else []
    return lines


def _explanation(summary: Mapping[str, Any]) -> list[str]:
    """Why there is no plan, where the solver could say."""
    said = summary.get("explanation") or ()
    return [f"  {line}" for line in ([said] if isinstance(said, str) else said)]


def _objective(plan: Plan) -> list[str]:
    rows = []
    for name, part in (plan.summary.get("objective") or {}).items():
        value, bound = (number(part.get(key), unit_of(name)) for key in ("value", "bound"))
        rows.append((name, value, "bound", bound, "gap", percent(part.get("gap"))))
    return ["Objectives, the first goes before the second", *columns(rows, right=(1, 3, 5))] if rows else []


def _totals(plan: Plan) -> list[str]:
    """Unserved load, heat and money."""
    indicators: Mapping[str, Any] = plan.summary.get("indicators") or {}
    rows = []
    for name, label in (
        ("unserved_mw_years", "unserved load"),
        ("shortfall_mw", "datacenter programme not sited"),
        ("datacenter_mw", "datacenters sited (new IT power)"),
        ("capex_meur", "investment, overnight, undiscounted"),
        ("operating_cost_meur", "cost of operation, undiscounted"),
        ("total_cost_meur", "total cost, discounted"),
    ):
        if name in indicators:
            rows.append((label, number(indicators[name].get("total"), unit_of(name))))
    for year, value in (indicators.get("heat_reused_tj") or {}).get("by_year", {}).items():
        rows.append((f"heat reused in {year}", number(value, "TJ/yr")))
    return ["Totals", *columns(rows, right=(1,))] if rows else []


def _sited(plan: Plan) -> list[str]:
    """New IT power per zone and year."""
    table = plan.tables.get("datacenters")
    if table is None or table.empty:
        return []
    wide = table.pivot_table(index="zone", columns="year", values="it_mw", aggfunc="sum", fill_value=0.0)
    wide = wide[(wide > 1e-6).any(axis=1)]
    if wide.empty:
        return ["New datacenters: none"]
    head = ("zone", *(str(year) for year in wide.columns))
    rows = [(str(zone), *(number(float(mw), "MW") for mw in row)) for zone, row in wide.iterrows()]
    rows.append(("all zones", *(number(float(mw), "MW") for mw in wide.sum())))
    return ["New datacenters, IT power in service", *columns([head, *rows], right=range(1, len(head)))]


def _shortfall(plan: Plan) -> list[str]:
    table = plan.tables.get("shortfall")
    if table is None or table.empty:
        return []
    short = table[table["it_mw"] > 1e-6]
    if short.empty:
        return ["Shortfall of the datacenter programme: 0 MW"]
    rows = [
        (str(row["class"]), str(row["region"]), str(row["year"]), number(float(row["it_mw"]), "MW"))
        for row in short.fillna({"class": "", "region": "all"}).to_dict("records")
    ]
    return ["Shortfall of the datacenter programme, IT power", *columns(rows, right=(3,))]


def _queue(plan: Plan) -> list[str]:
    """MW of the queue that are served by the last stage, by class and direction."""
    table = plan.tables.get("queue_classes")
    if table is None or table.empty:
        return []
    last = table[table["year"] == table["year"].max()]
    rows = [
        (
            str(row["direction"]),
            f"class {row['class']}" if row["class"] else "no class",
            number(float(row["mw_served"]), "MW"),
            "of",
            number(float(row["mw_served"] + row["mw_waiting"]), "MW"),
            f"{row['mean_waiting_years']:.1f} years" if row["mw_served"] > 0 else "",
        )
        for row in last.fillna({"class": ""}).to_dict("records")
    ]
    title = f"Queue, served by {last['year'].iloc[0]}, and mean waiting time"
    return [title, *columns(rows, right=(2, 4, 5))]


def _tightest(plan: Plan) -> list[str]:
    """The ten stations with the highest loading, each in its tightest year and direction."""
    table = plan.tables.get("stations")
    if table is None or table.empty:
        return []
    tight = table.dropna(subset=["loading"]).sort_values(
        ["loading", "substation", "year"], ascending=[False, True, True]
    )
    tight = tight.drop_duplicates("substation").head(_TIGHTEST)
    rows = [
        (str(row["substation"]), str(row["year"]), str(row["direction"]), number(float(row["peak_mw"]), "MW"),
         "of", number(float(row["limit_mw"]), "MW"), percent(float(row["loading"])))
        for row in tight.to_dict("records")
    ]  # fmt: skip
    return ["Tightest stations", *columns(rows, right=(3, 5, 6))] if rows else []


def _checked(plan: Plan) -> list[str]:
    """How many hours and outages the plan was checked for."""
    security = plan.summary.get("security") or {}
    if not security.get("checked"):
        return ["Checked hours: none; this plan is not shown to hold in every hour"]
    return [
        f"Checked: {number(security.get('hours'), 'hours')}, {number(security.get('outages'), 'outages')}, "
        f"{number(security['checked'], 'pairs of hour and outage')}; "
        f"violated: {number(security.get('violated'), 'pairs')}"
    ]


def _verified(plan: Plan) -> list[str]:
    """What was recomputed of the plan, in one line."""
    return [plan.certificate.line] if plan.certificate is not None else []
