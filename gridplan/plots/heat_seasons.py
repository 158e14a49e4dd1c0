"""Summer heat and winter demand: what heat networks want, can have, lack and have to spare, by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from gridplan.plots.about import About, names_of, rows, stage_of
from gridplan.plots.style import HEAT, INK, PAPER, headline, margins, nothing, write
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

COLUMNS = ("network", "name", "year", "month", "wanted_tj", "covered_tj", "missing_tj", "surplus_tj")
PARTS = ("covered", "missing", "surplus")  # from below
FACES = {"covered": HEAT, "missing": "#F1A340", "surplus": PAPER}
TEXTS = {"covered": PAPER, "missing": INK, "surplus": HEAT}
ALL = "all"


def data(plan: Plan, year: int | None = None, network: str | None = None) -> pd.DataFrame:
    """Twelve months of all heat networks together, or of one, in TJ (last stage unless told).

    `covered_tj` is what hour by hour is both wanted and offered, `missing_tj` what is wanted beyond it
    (back-up or alternative), `surplus_tj` what is offered beyond it. No network: no rows.

    Raises:
        ValueError: a year that is not a stage, a network that is not there, a plan without tables.
    """
    stage = stage_of(plan, year)
    table = rows(plan, "heat_seasons", stage)
    there = list(dict.fromkeys(table["network"].astype(str)))
    if network is not None:
        if network not in there:
            raise ValueError(f"heat network '{network}' is not there; there are {', '.join(there) or 'none'}")
        table = table[table["network"].astype(str) == network]
    value = ["wanted_tj", "usable_tj", "missing_tj", "surplus_tj"]
    table = table.astype(dict.fromkeys(value, float)).groupby("month")[value].sum().reset_index()
    name = network or (there[0] if len(there) == 1 else ALL)
    names = names_of(plan, "heat_sinks", "sink")
    table = table.rename(columns={"usable_tj": "covered_tj"})
    return table.assign(network=name, name=names.get(name, name), year=stage)[list(COLUMNS)]


def networks(plan: Plan, year: int) -> list[str]:
    """Heat networks of a stage, by the sink that names them."""
    return list(dict.fromkeys(rows(plan, "heat_seasons", year)["network"].astype(str)))


def draw(ax: Axes, table: pd.DataFrame, words: Words, about: About) -> Axes:
    """Draw what `data` gave on Axes."""
    if table.empty:
        nothing(ax, words("heat_seasons.empty"))
        headline(ax, words("heat_seasons.plain"), about.case, about.footer)
        return ax
    margins(ax, 0.95, 0.4, 1.6, 1.15)
    month, below = table["month"].to_numpy(float), np.zeros(len(table))
    top = float(table[[f"{part}_tj" for part in PARTS]].sum(axis=1).max())
    for part in PARTS:
        tj = table[f"{part}_tj"].to_numpy(float)
        ax.bar(month, tj, 0.72, below, color=FACES[part], edgecolor=HEAT, linewidth=0.9, zorder=3, gid=part)
        for m, low, high in zip(month, below, tj, strict=True):
            if high > 0.037 * top:
                look = {"ha": "center", "va": "center", "fontsize": 7.5, "color": TEXTS[part], "zorder": 5}
                write(ax, m, low + high / 2, words.mw(high), **look)
        below = below + tj
    wanted = table["wanted_tj"].to_numpy(float)
    ax.hlines(wanted, month - 0.44, month + 0.44, color=INK, linewidth=2.2, zorder=6, gid="wanted")
    _axes(ax, month, top, words)
    _legend(ax, words)
    name = short(str(table["name"].iloc[0]), 40)
    place = words("heat_seasons.together") if table["network"].iloc[0] == ALL else name
    title = words("heat_seasons.title", network=place, year=str(table["year"].iloc[0]))
    note = f"{words('heat_seasons.note')}\n{about.footer}"
    headline(ax, title, about.case, note, drop=74, rise=28)
    at = {"xy": (0, 1), "xytext": (0, 10), "xycoords": "axes fraction", "textcoords": "offset points"}
    look = {"fontsize": 9.5, "color": INK, "va": "bottom", "gid": "total", "annotation_clip": False}
    ax.annotate(_totals(table, words), **at, **look)  # type: ignore[arg-type]
    return ax


def _axes(ax: Axes, month: np.ndarray, top: float, words: Words) -> None:
    ax.set_xlim(0.4, 12.6)
    ax.set_ylim(0, 1.06 * max(top, 1e-6))
    ax.set_xticks(month, [words(f"months.m{int(m)}") for m in month], fontsize=9)
    ax.set_ylabel(words("heat_seasons.axis"), fontsize=9)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: words.mw(y)))
    ax.tick_params(labelsize=8, length=0)
    ax.grid(axis="y", color="#E3E3E3", linewidth=0.7, zorder=0)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def _legend(ax: Axes, words: Words) -> None:
    keys = [Patch(facecolor=FACES[p], edgecolor=HEAT, label=words(f"heat_seasons.{p}")) for p in PARTS]
    keys.append(Patch(facecolor=INK, edgecolor=INK, linewidth=0, label=words("heat_seasons.wanted")))
    below = -26 / (ax.get_window_extent().height * 72 / ax.get_figure(root=True).dpi)  # type: ignore[union-attr]
    look = {"ncols": 2, "frameon": False, "fontsize": 8, "handlelength": 1.6, "handleheight": 0.9}
    ax.legend(handles=keys, loc="upper left", bbox_to_anchor=(0, below), **look)


def _totals(table: pd.DataFrame, words: Words) -> str:
    """The year in one sentence."""
    total = {name: float(table[f"{name}_tj"].sum()) for name in ("wanted", *PARTS)}
    share = words.percent(total["covered"] / total["wanted"]) if total["wanted"] > 0 else "–"
    return words("heat_seasons.total", share=share, **{name: words.mw(tj) for name, tj in total.items()})
