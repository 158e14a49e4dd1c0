"""Transport rights on a load-duration curve: what users hold at a substation, and what is left."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gridplan.plots.about import rows
from gridplan.plots.style import INK
from gridplan.plots.text import Words

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

SEEN_GWH = 1e-3  # less is not drawn
RIGHTS = ("firm", "tdtr85", "block", "non_firm", "group")
COLUMNS = tuple(f"{right}_{what}" for right in RIGHTS for what in ("mw", "off_hours", "room_mw"))


def held(plan: Plan, substation: str, stage: int) -> dict[str, float]:
    """By right: contracts for demand (MW), hours a year in which somebody is off, MW left; nan: none."""
    found = dict.fromkeys(COLUMNS, math.nan)
    for name, column, what, how in (
        ("rights", "contracted_mw", "mw", "sum"),
        ("rights", "curtailed_hours", "off_hours", "max"),
        ("rights_room", "room_mw", "room_mw", "max"),
    ):
        table = rows(plan, name, stage)
        mine = table[(table["substation"].astype(str) == substation) & (table["direction"] == "demand")]
        for right, value in mine.groupby("right")[column].agg(how).items():
            found[f"{right}_{what}"] = float(value)
    return found


def room_of(table: pd.DataFrame, right: str, otherwise: float) -> float:
    """MW left for a right by the plan; `otherwise` where the plan knows of no rights."""
    known = float(table[f"{right}_room_mw"].iloc[0])
    return otherwise if math.isnan(known) else known


def entries(table: pd.DataFrame, words: Words) -> list[Artist]:
    """Legend entries of the rights that are held."""
    found: list[Artist] = []
    for right in RIGHTS:
        mw, hours = (float(table[f"{right}_{what}"].iloc[0]) for what in ("mw", "off_hours"))
        if mw > 0:
            key = "duration.right" if hours > 0 else "duration.right_sure"
            text = words(key, right=words(f"duration.{right}"), mw=words.mw(mw), hours=words.number(hours))
            found.append(Line2D([], [], linestyle="", marker="", label=text))
    return found


def uncut(table: pd.DataFrame) -> np.ndarray:
    """MW by rank if nobody were off; the load itself where the plan does not tell."""
    load = table["mw"].to_numpy(float)
    stated = pd.to_numeric(table["uncut_mw"], errors="coerce").to_numpy(float)
    return np.where(np.isnan(stated), load, stated)


def shade(ax: Axes, table: pd.DataFrame, words: Words) -> list[Artist]:
    """Energy that users do not get: between the load and what they would draw; its legend entry."""
    hours, load = table["rank_hours"].to_numpy(float), table["mw"].to_numpy(float)
    wish = uncut(table)
    gwh = float(np.trapezoid(wish - load, hours)) / 1000
    if gwh < SEEN_GWH:
        return []
    ax.plot(hours, wish, color=INK, linewidth=1.0, linestyle=(0, (2, 2)), gid="uncut", zorder=4)
    look: Any = {"facecolor": "none", "edgecolor": "#777777", "hatch": "////", "linewidth": 0.0}
    ax.fill_between(hours, wish, load, where=list(wish > load), interpolate=True, gid="off", zorder=3, **look)
    return [Patch(label=words("duration.off", gwh=words.mw(gwh)), **look)]
