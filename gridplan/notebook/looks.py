"""How the panel looks: what widgets cannot be told by their layout, and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from gridplan.plan.plan import Plan

# Labels wrap instead of being cut; figures are close together; colours are those of the reader's theme.
STYLE = """<style>
.gridplan-panel .widget-checkbox {height: auto; margin: 1px 2px}
.gridplan-panel .widget-checkbox .widget-label-basic {
  display: flex; align-items: flex-start; white-space: normal;
  height: auto; line-height: 20px !important; padding: 0}
.gridplan-panel .widget-checkbox input[type=checkbox] {margin: 1px 8px 0 2px; flex: 0 0 auto}
.gridplan-panel .widget-html, .gridplan-panel .widget-html-content {height: auto; line-height: 1.35}
.gridplan-panel td, .gridplan-panel th {padding: 1px 6px; line-height: 1.35}
.gridplan-panel progress {width: 100% !important; display: block}
.gridplan-panel .widget-image {height: auto !important; align-self: flex-start}
.gridplan-panel .wrong {color: var(--jp-error-color1, #b00020)}
.gridplan-panel :focus-visible {outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: 1px}
</style>"""
NAMED = 3  # switches named in a line


def answer(plan: Plan, how: str, off: Iterable[str]) -> str:
    """One line on a plan: status, gap, how it was found, and what is switched off; HTML."""
    gaps = [
        goal["gap"] for goal in (plan.summary.get("objective") or {}).values() if goal.get("gap") is not None
    ]
    gap = f", gap {100 * max(gaps):.2g} %" if plan.has_plan and gaps else ""
    status = escape(f"{plan.status.value}{gap}")
    kind = "" if plan.has_plan else " class='wrong'"
    return f"<span{kind}><b>{status}</b></span>; {escape(how)}<br>{escape(switched(off))}"


def switched(off: Iterable[str]) -> str:
    """What is off: `as is`, or a few ids and how many more."""
    names = list(off)
    if not names:
        return "as is: all switches on"
    more = "" if len(names) <= NAMED else f" and {len(names) - NAMED} more"
    return f"off: {', '.join(names[:NAMED])}{more}"


def wrong(text: str) -> str:
    """A line that nobody should overlook; HTML."""
    return f"<span class='wrong'>{escape(text)}</span>"
