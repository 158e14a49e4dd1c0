"""Figures of a plan beside those of the case, for the panel."""

from __future__ import annotations

from html import escape

from gridplan.notebook.figures import figure, unit_of
from gridplan.plan.html import TOTALS
from gridplan.plan.plan import Plan


def told(plan: Plan, base: Plan) -> str:
    """Indicators over the horizon: the case itself, the what-if, and the difference, each with its unit.

    Without a plan: the sentences that say why.
    """
    if not plan.has_plan:
        said = plan.summary.get("explanation") or "there is no plan"
        return "".join(f"<p>{escape(line)}</p>" for line in ([said] if isinstance(said, str) else said))
    rows, mine, theirs = [], plan.summary["indicators"], base.summary.get("indicators") or {}
    for name in TOTALS:
        if name not in mine:
            continue
        now, before = mine[name]["total"], theirs.get(name, {}).get("total")
        move = "" if before is None else _signed(now - before)
        cells = "".join(
            f"<td style='text-align:right'>{cell}</td>" for cell in (figure(before), figure(now), move)
        )
        rows.append(f"<tr><td>{escape(name)} ({escape(unit_of(name))})</td>{cells}</tr>")
    head = "".join(f"<th>{cell}</th>" for cell in ("over the horizon", "as is", "what if", "difference"))
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _signed(value: float) -> str:
    text = figure(value)
    return f"+{text}" if value > 0 and text != "0" else text
