"""Phasing: when each reinforcement starts, when it is in service, what it costs and who owns it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gridplan.plots.about import About, names_of, stages
from gridplan.plots.built import built
from gridplan.plots.style import BUILT, INK, PAPER, headline, literal, margins, nothing, write
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

BUILDING = "#9DB8D2"
OWNERS = (BUILT, "#6A3D9A", "#8C4A00", "#8E1B4F")  # of the owners with most rows; dark, under white text
OTHERS = "#555555"
LEGEND_COLUMNS = 3
ROW_INCHES = 0.33
# Marker, colour and height above the middle of the bar (rows).
MARKS = {
    "latest_start": ("D", PAPER, 0.0),
    "need_year": ("^", PAPER, 0.0),
    "short_year": ("v", "#FE9929", 0.34),
}
WORDS = {"latest_start": "gantt.latest", "need_year": "gantt.need", "short_year": "gantt.short"}
COLUMNS = (
    "row",
    "reinforcement",
    "name",
    "kind",
    "target",
    "owner",
    "units",
    "start_year",
    "latest_start",
    "need_year",
    "short_year",
    "year",
    "until_year",
    "capex_meur",
)


def data(plan: Plan) -> pd.DataFrame:
    """One row per reinforcement and year in which units come into service, earliest start first (row 0).

    Built from `start_year` to `year`, in service from then to `until_year` (the case's last year);
    `need_year` is when the plan would no longer fit without it, `latest_start` that (or, where it is not
    needed, `year`) less the lead time, `short_year` when it would be short on a straight line between stages;
    `capex_meur` overnight. Nothing built: no rows.
    """
    table = built(plan)
    names = names_of(plan, "reinforcements", "reinforcement")
    last = getattr(plan.case.settings.horizon, "last_year", None)
    until = max(float(last) if last else 0.0, float(stages(plan)[-1]) + 1)
    table = table.assign(name=[names.get(r, r) for r in table["reinforcement"]], until_year=until)
    table = table.sort_values(["start_year", "year", "reinforcement"], ignore_index=True)
    return table.assign(row=range(len(table)))[list(COLUMNS)]


def height(table: pd.DataFrame) -> float:
    """Height of a sheet for these rows, in inches."""
    return 2.3 + ROW_INCHES * max(len(table), 5) + 0.17 * (_legend_rows(table) - 1)


def draw(ax: Axes, table: pd.DataFrame, words: Words, about: About, price_year: int | None = None) -> Axes:
    """Draw what `data` gave on Axes (`price_year` of the M€, where known)."""
    if table.empty:
        nothing(ax, words("gantt.empty"))
        headline(ax, words("gantt.title"), about.case, about.footer)
        return ax
    names = _names(table, words)
    left = 0.5 + 0.062 * max(map(len, names))  # inches that the names take
    more = _legend_rows(table) - 1
    margins(ax, left, 1.9, 1.15 + 0.17 * more, 0.8)
    rows = table["row"].to_numpy(float)
    start, year, until = (table[c].to_numpy(float) for c in ("start_year", "year", "until_year"))
    ax.barh(rows, year - start, left=start, height=0.62, color=BUILDING, zorder=3, gid="building")
    shades = [owners(table).get(owner, OTHERS) for owner in table["owner"]]
    ax.barh(rows, until - year, left=year, height=0.62, color=shades, zorder=3, gid="service")
    for column, mark in MARKS.items():
        ax.scatter(
            table[column],
            rows - mark[2],
            marker=mark[0],
            s=30,
            facecolors=mark[1],
            edgecolors=INK,
            linewidths=1.1,
            zorder=5,
            gid=column,
            clip_on=False,
        )
    first, last = math.floor(min(start.min(), table["latest_start"].min())), math.ceil(until.max())
    ax.set_xlim(first - 0.4, last)
    ax.set_ylim(len(table) - 0.4, -0.6)
    for row in table.to_dict("records"):
        _words_of_row(ax, row, last, words)
    _axes(ax, names, first, last, words)
    _legend(ax, table, words)
    total = words.mw(float(table["capex_meur"].sum()))
    note = (
        words("gantt.total", meur=total, price_year=str(price_year))
        if price_year
        else words("gantt.total_plain", meur=total)
    )
    drop = 56 + 12 * more
    headline(
        ax, words("gantt.title"), about.case, f"{note}\n{about.footer}", drop=drop, left=72 * (left - 0.3)
    )
    return ax


def _words_of_row(ax: Axes, row: dict, last: float, words: Words) -> None:
    look = {"ha": "center", "va": "center", "fontsize": 7.5, "zorder": 6}
    span = row["until_year"] - row["year"]
    since = words("gantt.from", year=f"{row['year']:.0f}") if span >= 2.5 else f"{row['year']:.0f}"
    write(ax, row["year"] + span / 2, row["row"], since, color=PAPER, **look)
    if row["year"] - row["start_year"] >= 2.5:
        middle = (row["start_year"] + row["year"]) / 2
        write(ax, middle, row["row"], f"{row['start_year']:.0f}–{row['year']:.0f}", color=INK, **look)
    price = words("gantt.cost", meur=words.mw(row["capex_meur"]))
    text = " · ".join([price, *([short(row["owner"], 18)] if row["owner"] else [])])
    ax.annotate(
        literal(text),
        (last, row["row"]),
        (5, 0),
        textcoords="offset points",
        va="center",
        fontsize=7.5,
        color=INK,
        annotation_clip=False,
        parse_math=False,
        gid="cost",
    )


def _names(table: pd.DataFrame, words: Words) -> list[str]:
    labels = []
    for row in table.to_dict("records"):
        units = f"{words('gantt.units', n=words.number(row['units']))} " if row["units"] > 1 else ""
        labels.append(literal(units + short(row["name"], 36)))
    return labels


def _axes(ax: Axes, names: list[str], first: float, last: float, words: Words) -> None:
    ax.set_yticks(np.arange(len(names)), names, fontsize=7.5)
    for text in ax.get_yticklabels():
        text.set_parse_math(False)
    step = max(round((last - first) / 12), 1)
    ax.set_xticks(np.arange(first, last + 1, step))
    ax.set_xticklabels([f"{tick:.0f}" for tick in ax.get_xticks()], fontsize=8)
    ax.set_xlabel(words("gantt.year"), fontsize=9, labelpad=1)
    ax.grid(axis="x", color="#E2E2E2", linewidth=0.7, zorder=0)
    ax.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)


def _legend(ax: Axes, table: pd.DataFrame, words: Words) -> None:
    """What bars and marks mean, and whose they are."""
    keys: list[Patch | Line2D] = [Patch(facecolor=BUILDING, label=words("gantt.build"))]
    named = owners(table)
    for owner, shade in named.items():
        label = words("gantt.owner", owner=short(owner, 24)) if owner else words("gantt.service")
        keys.append(Patch(facecolor=shade, label=literal(label)))
    if set(table["owner"]) - set(named):
        keys.append(Patch(facecolor=OTHERS, label=words("gantt.owner", owner=words("gantt.others"))))
    for column, (marker, face, _) in MARKS.items():
        if table[column].notna().any():
            look = {"marker": marker, "markerfacecolor": face, "markeredgecolor": INK}
            keys.append(Line2D([], [], linestyle="", label=words(WORDS[column]), **look))  # type: ignore[arg-type]
    offset = -30 / (ax.get_window_extent().height * 72 / ax.figure.dpi)
    ax.legend(
        handles=keys,
        loc="upper left",
        bbox_to_anchor=(0, offset),
        ncols=LEGEND_COLUMNS,
        frameon=False,
        fontsize=7.5,
        borderaxespad=0,
        labelcolor=INK,
    )


def owners(table: pd.DataFrame) -> dict[str, str]:
    """Colour of the owners with most rows, in that order."""
    count = table["owner"].value_counts(sort=False)
    order = sorted(count.index, key=lambda owner: (-count[owner], owner))
    return dict(zip(order, OWNERS, strict=False))


def _legend_rows(table: pd.DataFrame) -> int:
    named = min(table["owner"].nunique(), len(OWNERS) + 1)
    marks = sum(bool(table[column].notna().any()) for column in MARKS)
    return max(math.ceil((1 + named + marks) / LEGEND_COLUMNS), 1)
