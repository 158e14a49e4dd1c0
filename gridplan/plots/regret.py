"""The regret matrix as a heat map: what is decided now against what may come, a number in every cell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle

from gridplan.plots.study_about import case_title, footer
from gridplan.plots.style import (
    BUILT,
    COLOURS,
    FAINT,
    INK,
    PAPER,
    bare,
    headline,
    literal,
    margins,
    sheet,
    write,
)
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.study.robust import Robust

SHADES = LinearSegmentedColormap.from_list(
    "regret", [COLOURS[name] for name in ("available", "limited", "tight", "full")]
)
LARGEST = "largest"


def data(study: Robust) -> pd.DataFrame:
    """What is drawn, a row per cell: `plan`, `scenario` (or `largest`), `regret_meur`, `starts`, `chosen`."""
    starts = dict(zip(study.criteria["plan"], study.criteria["starts"], strict=True))
    cells = study.costs[["plan", "scenario", "regret_meur"]]
    largest = cells.groupby("plan", sort=False)["regret_meur"].max().reset_index().assign(scenario=LARGEST)
    table = pd.concat([cells, largest[cells.columns]], ignore_index=True)
    chosen = f"robust {study.criterion}"
    return table.assign(starts=table["plan"].map(starts), chosen=table["plan"] == chosen)


def plot(study: Robust, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the regret matrix on Axes, or on a sheet of its own."""
    words, table = Words(lang), data(study)
    plans = list(dict.fromkeys(table["plan"]))
    columns = list(dict.fromkeys(table["scenario"]))
    ax = ax or sheet(max(8.0, 5.0 + 1.35 * len(columns)), 2.6 + 0.46 * len(plans))
    names = [literal(_name(plan, table, study, words)) for plan in plans]
    left = 0.6 + 0.068 * max(map(len, names))  # inches that the names take
    margins(ax, left, 1.0, 1.15, 1.35)
    bare(ax)
    finite = table["regret_meur"][np.isfinite(table["regret_meur"])]
    top = max(float(finite.max()) if len(finite) else 0.0, 1e-9)
    for row in table.to_dict("records"):
        _cell(ax, columns.index(row["scenario"]), plans.index(row["plan"]), row, top, words)
    ax.set_xlim(0, len(columns))
    ax.set_ylim(len(plans), 0)
    ax.set_yticks(np.arange(len(plans)) + 0.5, names, fontsize=8)
    heads = [words("regret.largest") if c == LARGEST else short(c, 16) for c in columns]
    ax.set_xticks(np.arange(len(columns)) + 0.5, [literal(h) for h in heads], fontsize=9, fontweight="bold")
    ax.tick_params(length=0, labeltop=True, labelbottom=False, pad=4)
    for text in (*ax.get_yticklabels(), *ax.get_xticklabels()):
        text.set_parse_math(False)
    _frame(ax, plans, columns, table, study, words)
    last = f"{_note(study, words)}\n{footer(words, study.status.value)}"
    headline(
        ax, words("regret.title"), case_title(study.case), last, drop=16, rise=48, left=72 * (left - 0.3)
    )
    return ax


def _note(study: Robust, words: Words) -> str:
    """What a regret is, what a cost is, and how well both are known."""
    gaps = study.costs["gap"].dropna()
    gap = words.number(100 * gaps.max(), 2) if len(gaps) else "–"
    wide = (study.costs["cost_meur"] - study.costs["bound_meur"]).replace(np.inf, np.nan).max()
    money, _, unserved = study.cost.partition(" + ")
    name = words(f"indicator.{money}").partition(" (")[0]
    price = unserved.partition(" ")[0] if " " in unserved else "1"
    key = "regret.cost_unserved" if unserved else "regret.cost"
    cost = words(key, money=name, **({"price": price} if unserved else {}))
    return words("regret.note", cost=cost, gap=gap, open=words.mw(float(wide)))


def _cell(ax: Axes, column: int, line: int, row: dict, top: float, words: Words) -> None:
    value = row["regret_meur"]
    share = min(value / top, 1.0) if math.isfinite(value) else 1.0
    colour = to_hex(SHADES(share))
    gap = 0.12 if row["scenario"] == LARGEST else 0.03
    box = Rectangle(
        (column + gap, line + 0.06), 0.97 - gap, 0.88, facecolor=colour, edgecolor=FAINT, linewidth=0.6,
        gid=f"{row['plan']}|{row['scenario']}",
    )  # fmt: skip
    ax.add_patch(box)
    text = words.mw(value) if math.isfinite(value) else words("regret.unfit")
    dark = sum(w * int(colour[k : k + 2], 16) for w, k in ((0.21, 1), (0.72, 3), (0.07, 5))) < 120
    write(
        ax, column + (gap + 1) / 2 - 0.015, line + 0.5, text, ha="center", va="center", fontsize=9,
        color=PAPER if dark else INK, fontweight="bold" if row["scenario"] == LARGEST else "normal",
    )  # fmt: skip


def _name(plan: str, table: pd.DataFrame, study: Robust, words: Words) -> str:
    units = words.number(float(table.loc[table["plan"] == plan, "starts"].iloc[0]))
    if plan == "nothing":
        return words("regret.nothing")
    if plan in study.weights:
        name = words("regret.own", name=short(plan, 16))
    else:
        name = words("regret.robust", criterion=words(f"study.{plan.removeprefix('robust ')}"))
    return words("regret.units", name=name, units=units)


def _frame(
    ax: Axes, plans: list[str], columns: list[str], table: pd.DataFrame, study: Robust, words: Words
) -> None:
    """What rows and columns are, and a frame around the chosen row."""
    chosen = [plan for plan in plans if table.loc[table["plan"] == plan, "chosen"].any()]
    for plan in chosen:
        at = plans.index(plan)
        ax.add_patch(
            Rectangle(
                (0, at),
                len(columns),
                1,
                fill=False,
                edgecolor=BUILT,
                linewidth=2.2,
                zorder=6,
                clip_on=False,
                gid="chosen",
            )
        )
        look: dict[str, Any] = {
            "va": "center",
            "fontsize": 8.5,
            "color": BUILT,
            "fontweight": "bold",
            "clip_on": False,
        }
        write(ax, len(columns) + 0.08, at + 0.5, words("regret.chosen"), **look)
    rows = words("regret.plans_never") if math.isinf(study.reveal) else words(
        "regret.plans", year=f"{study.reveal:.0f}"
    )  # fmt: skip
    aside: dict[str, Any] = {
        "fontsize": 8,
        "color": "#666666",
        "fontstyle": "italic",
        "annotation_clip": False,
    }
    ax.annotate(
        rows, (0, 1), (-6, 9), xycoords="axes fraction", textcoords="offset points", ha="right", **aside
    )
    ax.annotate(
        words("regret.scenario"),
        (0, 1),
        (4, 24),
        xycoords="axes fraction",
        textcoords="offset points",
        **aside,
    )
