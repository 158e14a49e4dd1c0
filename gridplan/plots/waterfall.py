"""From one plan to another, step by step: M€ by part of the cost, or new MW by zone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from gridplan.plots.about import about, stage_of
from gridplan.plots.style import (
    BUILT,
    COLOURS,
    FAINT,
    INK,
    headline,
    literal,
    margins,
    nothing,
    sheet,
)
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.study.compare import Comparison

KINDS = ("cost", "mw")
MOST = 14  # steps drawn; the smallest of more are put together
LESS = COLOURS["limited"]
MORE = COLOURS["tight"]
COLUMNS = ("step", "kind", "value", "start", "end")


def data(
    comparison: Comparison, of: str = "cost", plan: str | None = None, year: int | None = None
) -> pd.DataFrame:
    """What is drawn: `step`, `kind` (total, more, less), `value` (M€, or MW IT), and its `start` and `end`.

    Raises:
        ValueError: an unknown kind, plan or year, or a plan without tables.
    """
    first, other = pair(comparison, plan)
    if of not in KINDS:
        raise ValueError(f"waterfall '{of}' is not there; there are {', '.join(KINDS)}")
    before, steps = _cost(comparison, first, other) if of == "cost" else _mw(comparison, first, other, year)
    rows = [(first, "total", before, 0.0, before)]
    at = before
    for name, value in _largest(steps):
        rows.append((name, "more" if value > 0 else "less", value, at, at + value))
        at += value
    rows.append((other, "total", at, 0.0, at))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def pair(comparison: Comparison, plan: str | None) -> tuple[str, str]:
    """The first plan and another one (the second unless told), both with tables; else ValueError."""
    first, *others = comparison.names
    other = others[0] if plan is None else plan
    if other not in others:
        raise ValueError(f"plan '{other}' is not compared with {first}; there are {', '.join(others)}")
    for name in (first, other):
        if not comparison.plans[name].has_plan:
            status = comparison.plans[name].status.value
            raise ValueError(f"'{name}' has no plan to draw: the solve ended as '{status}'")
    return first, other


def _cost(comparison: Comparison, first: str, other: str) -> tuple[float, dict[str, float]]:
    table = comparison.cost.set_index("part")
    steps = (table[other] - table[first]).drop("total")
    return float(table[first]["total"]), {str(k): float(v) for k, v in steps.items()}


def _mw(comparison: Comparison, first: str, other: str, year: int | None) -> tuple[float, dict[str, float]]:
    stage = stage_of(comparison.plans[first], year)
    table = comparison.sites[comparison.sites["year"] == stage]
    by_zone = table.groupby("zone")[[first, other]].sum()
    steps = by_zone[other] - by_zone[first]
    return float(by_zone[first].sum()), {str(k): float(v) for k, v in steps.items()}


def _largest(steps: dict[str, float]) -> list[tuple[str, float]]:
    """Steps that are there, in order; the smallest of many in one."""
    there = [(name, value) for name, value in steps.items() if abs(value) > 1e-6]
    kept = {name for name, _ in sorted(there, key=lambda step: -abs(step[1]))[:MOST]}
    rest = [value for name, value in there if name not in kept]
    found = [(name, value) for name, value in there if name in kept]
    return [*found, (f"+{len(rest)}", sum(rest))] if rest else found


def plot(
    comparison: Comparison, of: str, plan: str | None, year: int | None, ax: Axes | None, lang: str
) -> Axes:
    """Draw a waterfall on Axes, or on a sheet of its own."""
    words, table = Words(lang), data(comparison, of, plan, year)
    first, other = pair(comparison, plan)
    ax = ax or sheet(max(8.0, 3.0 + 0.85 * len(table)), 5.8)
    stage = str(stage_of(comparison.plans[first], year))
    names = {"first": short(first, 24), "plan": short(other, 24)}
    title = words(f"compare.{of}", **names, **({"year": stage} if of == "mw" else {}))
    caption = about(comparison.plans[other], words)
    if len(table) == 2:
        nothing(ax, words("compare.same"))
        headline(ax, title, caption.case, caption.footer)
        return ax
    margins(ax, 0.95, 0.4, 1.75, 1.15)
    for at, row in enumerate(table.to_dict("records")):
        _bar(ax, at, row, words, _digits(table))
    _axes(ax, table, of, words)
    headline(ax, title, caption.case, caption.footer, drop=92, rise=24)
    return ax


def _span(table: pd.DataFrame) -> tuple[float, float]:
    """Lowest and highest value that the steps reach."""
    reached = table.loc[table["kind"] != "total", ["start", "end"]].to_numpy()
    return float(reached.min()), float(reached.max())


def _cut(table: pd.DataFrame) -> bool:
    """Whether the axis does not begin at 0: small changes of a large sum."""
    low, high = _span(table)
    return low > 3 * (high - low)


def _digits(table: pd.DataFrame) -> int:
    """Decimals of the totals and the axis, enough to tell small changes of a large sum."""
    low, high = _span(table)
    fine = math.ceil(-math.log10((high - low) / 10)) if high > low else 0
    return min(max(fine, 0), 3) if _cut(table) else 0


def _bar(ax: Axes, at: int, row: dict, words: Words, digits: int) -> None:
    low, high = sorted((row["start"], row["end"]))
    colour = {"total": BUILT, "more": MORE, "less": LESS}[row["kind"]]
    ax.bar(at, high - low, 0.66, low, color=colour, edgecolor=INK, linewidth=0.6, gid=f"step {row['step']}")
    if row["kind"] != "total":
        ax.plot([at - 1 + 0.33, at - 0.33], [row["start"]] * 2, color=FAINT, linewidth=0.8)
    else:
        ax.plot([at - 1 + 0.33, at - 0.33], [row["end"]] * 2, color=FAINT, linewidth=0.8 if at else 0)
    whole = row["kind"] == "total"
    text = (
        words.number(row["value"], digits) if whole and digits else words.mw(row["value"], signed=not whole)
    )
    ax.annotate(
        literal(text), (at, high), (0, 3), textcoords="offset points", ha="center", fontsize=8, color=INK,
        parse_math=False, gid="value",
    )  # fmt: skip


def _axes(ax: Axes, table: pd.DataFrame, of: str, words: Words) -> None:
    names = [_name(row, of, words) for row in table.to_dict("records")]
    ax.set_xticks(np.arange(len(table)), [literal(n) for n in names], rotation=35, ha="right", fontsize=8)
    for text in ax.get_xticklabels():
        text.set_parse_math(False)
    (low, high), cut, digits = _span(table), _cut(table), _digits(table)
    span = high - low
    ax.set_ylim(
        low - 0.6 * span if cut else min(0.0, low - 0.1 * span), high + 0.14 * (span if cut else high)
    )
    note = words("compare.cut") if cut else ""
    ax.set_ylabel(literal(words(f"compare.{of}_axis") + note), fontsize=9)
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda v, _: words.number(v, digits) if digits else words.mw(v))
    )
    ax.tick_params(labelsize=8)
    ax.grid(axis="y", color="#E2E2E2", linewidth=0.7, zorder=0)
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    keys = [Patch(facecolor=c, edgecolor=INK, label=words(f"compare.{k}")) for k, c in _keys().items()]
    ax.legend(handles=keys, frameon=False, fontsize=7.5, ncols=3, loc="lower left", bbox_to_anchor=(0, 1))


def _name(row: dict, of: str, words: Words) -> str:
    """What stands under a step: a plan, a part of the cost, a zone, or how many others."""
    if row["kind"] != "total" and row["step"].startswith("+"):
        return words("compare.rest", n=row["step"][1:])
    if of == "cost" and row["kind"] != "total":
        return words(f"compare.{row['step']}")
    return short(row["step"], 22)


def _keys() -> dict[str, str]:
    return {"total": BUILT, "up": MORE, "down": LESS}
