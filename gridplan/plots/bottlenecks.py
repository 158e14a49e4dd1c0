"""Table chart of bottlenecks: substations and connections by loading, a column per planning year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from gridplan.plots.about import About, direction_of, line_names, names_of, rows
from gridplan.plots.built import built
from gridplan.plots.network_data import station_load
from gridplan.plots.style import (
    BUILT,
    COLOURS,
    FAINT,
    HATCH,
    INK,
    PAPER,
    bare,
    class_keys,
    class_of,
    headline,
    literal,
    margins,
    nothing,
    on_colour,
    write,
)
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

COLUMNS = (
    "row",
    "kind",
    "element",
    "name",
    "direction",
    "year",
    "peak_mw",
    "limit_mw",
    "loading",
    "headroom_mw",
    "capacity_class",
    "congested",
    "new_capacity",
    "rows_in_all",
)
ROW_INCHES = 0.27


def data(plan: Plan, direction: str | None = None, top: int = 20) -> pd.DataFrame:
    """The `top` fullest rows, each with a cell per year: loading (share), headroom (MW), class.

    Rows are substations per direction (or of one direction) and connections; `row` 0 is the fullest.
    `new_capacity` marks years in which a reinforcement of the element comes into service.

    Raises:
        ValueError: unknown direction, `top` below 1, or a plan without tables.
    """
    if top < 1:
        raise ValueError(f"top = {top}: at least 1 row is needed")
    stations = rows(plan, "stations")
    if direction is not None:
        stations = stations[stations["direction"] == direction_of(direction)]
    branches = (
        rows(plan, "branches").assign(direction="both", kind="branch").rename(columns={"branch": "element"})
    )
    stations = stations.assign(kind="station").rename(columns={"substation": "element"})
    cells = pd.concat([stations, branches]).astype({"element": str}).to_dict("records")
    short_of = rows(plan, "unserved")
    lacking = {(str(r["substation"]), r["year"]) for r in short_of.to_dict("records") if r["mw"] > 1e-6}
    names = line_names(plan) | names_of(plan, "substations", "substation")
    grown = {(row["target"], row["year"]) for row in built(plan).to_dict("records")}
    found = []
    for cell in cells:
        load = station_load(cell)
        where = (cell["element"], cell["year"])
        kind = class_of(load["loading"], load["headroom_mw"])
        congested = kind == "full" and cell["direction"] == "demand" and where in lacking
        found.append(
            {key: cell[key] for key in ("kind", "element", "direction", "year")}
            | load
            | {
                "name": names.get(cell["element"], cell["element"]),
                "capacity_class": kind,
                "congested": congested,
            }
            | {"new_capacity": where in grown}
        )
    return _ranked(pd.DataFrame(found, columns=list(COLUMNS)), top)


def _ranked(table: pd.DataFrame, top: int) -> pd.DataFrame:
    key = ["kind", "element", "direction"]
    table = table[table.groupby(key)["loading"].transform(lambda values: values.notna().any()).astype(bool)]
    if table.empty:
        return table
    worst = table.groupby(key, as_index=False).agg(loading=("loading", "max"), usual=("loading", "mean"))
    worst = worst.sort_values(["loading", "usual", *key], ascending=[False, False, True, True, True])
    order = {tuple(row): n for n, row in enumerate(worst[key].itertuples(index=False, name=None))}
    ranks = [order[tuple(row)] for row in table[key].itertuples(index=False, name=None)]
    table = table.assign(row=ranks, rows_in_all=len(order))
    return table[table["row"] < top].sort_values(["row", "year"], ignore_index=True).astype({"year": int})


def height(table: pd.DataFrame) -> float:
    """Height of a sheet for these rows, in inches."""
    return 2.4 + ROW_INCHES * max(int(table["row"].max()) + 1 if len(table) else 0, 6)


def draw(ax: Axes, table: pd.DataFrame, words: Words, about: About, direction: str | None = None) -> Axes:
    """Draw what `data` gave on Axes."""
    way = (
        words("bottlenecks.both_ways")
        if direction is None
        else words(f"directions.{direction_of(direction)}")
    )
    title = words("bottlenecks.title", direction=way)
    if table.empty:
        nothing(ax, words("bottlenecks.empty"))
        headline(ax, title, about.case, about.footer)
        return ax
    names = table.drop_duplicates("row")
    texts = [literal(_name(row, words)) for row in names.to_dict("records")]
    left = 0.5 + 0.062 * max(map(len, texts))  # inches that the names take
    margins(ax, left, 0.3, 1.35, 1.05)
    bare(ax)
    years = sorted(table["year"].unique())
    for cell in table.to_dict("records"):
        _cell(ax, years.index(cell["year"]), cell, words)
    count = len(names)
    ax.set_xlim(0, len(years))
    ax.set_ylim(count, 0)
    ax.set_yticks(np.arange(count) + 0.5, texts, fontsize=7.5)
    ax.set_xticks(np.arange(len(years)) + 0.5, [str(year) for year in years], fontsize=9, fontweight="bold")
    ax.tick_params(length=0, labeltop=True, labelbottom=False, pad=3)
    for text in ax.get_yticklabels():
        text.set_parse_math(False)
    note = words(
        "bottlenecks.note", n=words.number(count), all=words.number(float(table["rows_in_all"].iloc[0]))
    )
    _legend(ax, table, words)
    headline(ax, title, about.case, f"{note}\n{about.footer}", drop=50, rise=24, left=72 * (left - 0.3))
    return ax


def _name(row: dict, words: Words) -> str:
    what = words("bottlenecks.branch") if row["kind"] == "branch" else words(f"directions.{row['direction']}")
    return f"{short(row['name'], 32)} · {what}"


def _cell(ax: Axes, column: int, cell: dict, words: Words) -> None:
    kind = cell["capacity_class"]
    edge = FAINT if not cell["congested"] else "#D9A0A8"
    box = Rectangle(
        (column + 0.02, cell["row"] + 0.06),
        0.96,
        0.88,
        facecolor=COLOURS[kind],
        edgecolor=edge,
        linewidth=0.6,
        hatch=HATCH if cell["congested"] else None,
        gid=f"{cell['element']}|{cell['direction']}|{cell['year']}",
    )
    ax.add_patch(box)
    if math.isnan(cell["loading"]):
        known = not math.isnan(cell["peak_mw"]) and not (cell["limit_mw"] <= 1e-6)
        text = words("bottlenecks.open_cell", peak=words.mw(cell["peak_mw"])) if known else "–"
    else:
        room = words.mw(cell["headroom_mw"])
        text = words("bottlenecks.cell", loading=words.percent(cell["loading"]), room=room)
    drawn = write(
        ax,
        column + 0.5,
        cell["row"] + 0.5,
        text,
        ha="center",
        va="center",
        fontsize=7.5,
        color=on_colour(kind),
    )
    if cell["congested"]:
        drawn.set_bbox({"facecolor": COLOURS[kind], "edgecolor": "none", "pad": 1.5})
    if cell["new_capacity"]:
        mark = {"color": PAPER if kind == "full" else BUILT, "fontsize": 7, "ha": "left", "va": "center"}
        write(ax, column + 0.05, cell["row"] + 0.5, "▲", gid="new_capacity", **mark)


def _legend(ax: Axes, table: pd.DataFrame, words: Words) -> None:
    keys: list = [
        *class_keys(words, bool((table["capacity_class"] == "none").any()), bool(table["congested"].any()))
    ]
    if table["new_capacity"].any():
        label = words("bottlenecks.built").removeprefix("▲ ")
        keys.append(Line2D([], [], marker="^", linestyle="", color=BUILT, label=label))
    ax.legend(
        handles=keys,
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=ax.transAxes,
        ncols=3,
        frameon=False,
        fontsize=7,
        borderaxespad=0.6,
        labelcolor=INK,
    )
