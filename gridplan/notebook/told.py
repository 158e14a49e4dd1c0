"""Figures of a plan beside those of the case, for the panel."""

from __future__ import annotations

from html import escape

from gridplan.case.tables import indicators as vocabulary
from gridplan.notebook.figures import figure, unit_of
from gridplan.plan.html import TOTALS
from gridplan.plan.plan import Plan


def told(plan: Plan, base: Plan) -> str:
    """Indicators over the horizon: the case itself, the what-if, and the difference, each with its unit.

    The case itself has one column. Without a plan: the sentences that say why.
    """
    if not plan.has_plan:
        said = plan.summary.get("explanation") or "there is no plan"
        return "".join(f"<p>{escape(line)}</p>" for line in ([said] if isinstance(said, str) else said))
    rows, mine, theirs = [], plan.summary["indicators"], base.summary.get("indicators") or {}
    alone = plan is base
    for name in TOTALS:
        if name not in mine:
            continue
        now, before = mine[name]["total"], theirs.get(name, {}).get("total")
        move = "" if before is None else _signed(now - before)
        cells = (figure(now),) if alone else (figure(before), figure(now), move)
        right = "".join(f"<td style='text-align:right;white-space:nowrap'>{cell}</td>" for cell in cells)
        label = f"{escape(name)} ({escape(unit_of(name))})"
        tip = escape(vocabulary()[name].description, quote=True)
        rows.append(f"<tr><td title='{tip}' style='text-align:left'>{label}</td>{right}</tr>")
    columns = ("as is",) if alone else ("as is", "what if", "difference")
    head = "".join(f"<th style='text-align:right;white-space:nowrap'>{cell}</th>" for cell in columns)
    table = f"<table><tr><th style='text-align:left'>over the horizon</th>{head}</tr>{''.join(rows)}</table>"
    return table if alone else table + _loose(plan, base)


def _loose(plan: Plan, base: Plan) -> str:
    """What the gaps leave open: a difference within them says nothing."""
    lines = []
    for name, goal in (plan.summary.get("objective") or {}).items():
        both = (goal, (base.summary.get("objective") or {}).get(name) or {})
        known = [one for one in both if one.get("value") is not None and one.get("bound") is not None]
        most = max((abs(one["value"] - one["bound"]) for one in known), default=0.0)
        if name in vocabulary() and figure(most) != "0":
            size = escape(f"{name}: {figure(most)} {unit_of(name)}")
            lines.append(f"<small>Open within the gaps: {size}. Differences below may be chance.</small>")
    return "<br>".join(lines)


def _signed(value: float) -> str:
    text = figure(value)
    return f"+{text}" if value > 0 and text != "0" else text
