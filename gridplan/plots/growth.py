"""Stacked growth by category per station: what fills it in each stage, against its limit (MW)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter

from gridplan.plots.about import About
from gridplan.plots.style import DATACENTER, FAINT, HEAT, INK, PAPER, headline, literal, margins, nothing
from gridplan.plots.text import Words, glossary, short

# Paul Tol's muted scheme (colour-blind safe); what the plan adds keeps its colour of the maps.
COLOURS = {
    "households": "#DDCC77",
    "services": "#88CCEE",
    "business": "#88CCEE",
    "industry": "#999933",
    "horticulture": "#44AA99",
    "greenhouses": "#44AA99",
    "mobility_road": "#D4717F",
    "rail": "#AA4499",
    "existing_datacenters": "#9DB7D5",
    "datacenters": DATACENTER,
    "heat": HEAT,
}
OTHERS = ("#882255", "#117733", "#BBBBBB", "#8A8A8A", "#D9D9D9")
WIDE = 0.84  # of the room between two stations
NUMBERED = 0.045  # share of the height from which a part carries its number


def label(category: str, words: Words) -> str:
    """Name of a category: of the glossary where it is there, else as the case has it."""
    known = glossary()["categories"]
    return words(f"categories.{category}") if category in known else category.replace("_", " ")


def colours(categories: list[str]) -> dict[str, str]:
    """Colour of every category, the same in every picture of a case."""
    spare = [name for name in categories if name not in COLOURS]
    return {name: COLOURS.get(name) or OTHERS[spare.index(name) % len(OTHERS)] for name in categories}


def ink_on(colour: str) -> str:
    """Ink or paper, whichever can be read on a colour."""
    grey = np.dot(np.asarray(to_rgb(colour)) ** 2.2, (0.2126, 0.7152, 0.0722))
    return PAPER if grey < 0.19 else INK


def draw(ax: Axes, table: pd.DataFrame, words: Words, about: About) -> Axes:
    """Draw what `growth_data.data` gave on Axes: a group of bars per station, a bar per stage."""
    stations = list(dict.fromkeys(table["substation"]))
    one = short(str(table["name"].iloc[0]), 30) if len(stations) == 1 else ""
    title = words("growth.title_one", station=one) if one else words("growth.title")
    if table.empty:
        nothing(ax, words("growth.empty"))
        headline(ax, title, about.case, about.footer)
        return ax
    margins(ax, 0.8, 2.6, 1.75, 0.85)
    years = sorted(int(year) for year in table["year"].unique())
    categories = list(dict.fromkeys(table["category"]))
    colour = colours(sorted(categories))
    width = WIDE / len(years)
    top = _top(table)
    for n, station in enumerate(stations):
        for k, year in enumerate(years):
            bar = table[(table["substation"] == station) & (table["year"] == year)]
            at = n - WIDE / 2 + (k + 0.5) * width
            _bar(ax, at, 0.92 * width, bar, colour, words, top if one else math.inf)
            _total(ax, at, 0.92 * width, bar, words, 8.5 if one else 5.8)
    ax.autoscale_view()
    _axes(ax, table, stations, years, width, words)
    keys: list = [Patch(facecolor=colour[name], label=literal(label(name, words))) for name in categories]
    keys.append(Line2D([], [], color=INK, linewidth=1.6, label=words("growth.limit")))
    legend = ax.legend(handles=keys, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=8)
    for text in legend.get_texts():
        text.set_parse_math(False)
    headline(ax, title, about.case, f"{words('growth.note')}\n{about.footer}", drop=24 if one else 76)
    return ax


def _top(table: pd.DataFrame) -> float:
    above = table[table["mw"] > 0].groupby(["substation", "year"])["mw"].sum().max()
    return float(np.nanmax([above, table["limit_mw"].max(), 1e-6]))


def _bar(
    ax: Axes, x: float, width: float, bar: pd.DataFrame, colour: dict[str, str], words: Words, top: float
) -> None:
    """Parts of one station in one stage: what it takes upward, what feeds in downward."""
    up = down = 0.0
    for row in bar.to_dict("records"):
        mw = float(row["mw"])
        base = up if mw > 0 else down
        gid = f"{row['substation']}|{row['year']}|{row['category']}"
        look: dict[str, Any] = {
            "facecolor": colour[row["category"]],
            "edgecolor": PAPER,
            "linewidth": 0.4,
            "gid": gid,
        }
        ax.add_patch(Rectangle((x - width / 2, base), width, mw, **look))
        if abs(mw) >= NUMBERED * top:
            ink = ink_on(colour[row["category"]])
            ax.text(x, base + mw / 2, words.mw(mw), ha="center", va="center", fontsize=8, color=ink)
        up, down = (up + mw, down) if mw > 0 else (up, down + mw)


def _total(ax: Axes, x: float, width: float, bar: pd.DataFrame, words: Words, size: float) -> None:
    """The sum above a bar, and the station's limit as a line across it."""
    if bar.empty:
        return
    up = float(bar.loc[bar["mw"] > 0, "mw"].sum())
    limit, total = float(bar["limit_mw"].iloc[0]), float(bar["total_mw"].iloc[0])
    if math.isfinite(limit):
        ax.plot(
            [x - width / 2, x + width / 2], [limit, limit], color=INK, linewidth=1.6, zorder=4, gid="limit"
        )
    near = math.isfinite(limit) and 0 <= limit - up < 0.04 * ax.dataLim.height
    ax.annotate(
        words.mw(total) if size > 8 else words.number(total),
        (x, limit if near else up),
        (0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=size,
        color=INK,
        fontweight="bold",
        path_effects=[withStroke(linewidth=2, foreground=PAPER)],
        zorder=5,
        gid="total",
    )


def _axes(
    ax: Axes, table: pd.DataFrame, stations: list[str], years: list[int], width: float, words: Words
) -> None:
    """Names of stations below, years under each bar, MW at the side."""
    names = dict(zip(table["substation"], table["name"], strict=True))
    spots = [n - WIDE / 2 + (k + 0.5) * width for n in range(len(stations)) for k in range(len(years))]
    many = len(spots) > 12
    texts = [f"’{year % 100:02d}" if many else str(year) for _ in stations for year in years]
    ax.set_xticks(spots, texts, fontsize=6 if many else 9)
    ax.tick_params(axis="x", length=0, pad=2)
    ax.tick_params(axis="y", labelsize=8)
    for n, station in enumerate(stations if len(stations) > 1 else []):
        ax.annotate(
            literal(short(names[station], 18)),
            (n, 0),
            (3, -16),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="right",
            va="top",
            rotation=28,
            fontsize=7.5,
            color=INK,
            parse_math=False,
            annotation_clip=False,
            gid="name",
        )
    ax.axhline(0, color=FAINT, linewidth=0.8)
    ax.set_xlim(-0.6, len(stations) - 0.4)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.06 * (high - low))
    ax.set_ylabel(words("growth.axis"), fontsize=9)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: words.mw(y)))
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
