"""Load-duration curve of a substation: how many hours a year it is how full, and the room for each right."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter

from gridplan.plots import duration_rights
from gridplan.plots.about import About, names_of, rows, stage_of
from gridplan.plots.network_data import station_load
from gridplan.plots.style import COLOURS, FAINT, INK, PAPER, headline, literal, margins
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

YEAR_HOURS = 8760.0
LIMITED_HOURS = 0.15 * YEAR_HOURS  # 1314 h: an 85 % right may be off in the busiest 15 % of the hours
WARNING = 0.85
COLUMNS = (
    *("substation", "name", "year", "rank_hours", "mw", "uncut_mw", "demand_limit_mw", "feedin_limit_mw"),
    *duration_rights.COLUMNS,
)


def data(plan: Plan, substation: str | None = None, year: int | None = None) -> pd.DataFrame:
    """Sorted load (MW; negative is feed-in) by hours of the year, with the limits (MW) of both directions,
    and the transport rights that are held there or left.

    Without a name the substation with the highest demand loading of that year; without a year the last stage.

    Raises:
        ValueError: a year that is not a stage, or a substation (or a plan) without a duration curve.
    """
    stage = stage_of(plan, year)
    table = rows(plan, "duration", stage).astype({"substation": str})
    there = list(dict.fromkeys(table["substation"]))
    if not there:
        raise ValueError(
            f"this plan has no load-duration curves in {stage} (its table 'duration' has no rows)"
        )
    if substation is None:
        substation = tightest(plan, stage, there)
    if substation not in there:
        raise ValueError(
            f"substation '{substation}' has no load-duration curve; there are {', '.join(there)}"
        )
    curve = table[table["substation"] == substation].sort_values("rank_hours", ignore_index=True)
    limits = {way: _limit(plan, substation, stage, way) for way in ("demand", "feedin")}
    name = names_of(plan, "substations", "substation").get(substation, substation)
    curve = curve.assign(name=name, demand_limit_mw=limits["demand"], feedin_limit_mw=limits["feedin"])
    curve = curve.assign(**duration_rights.held(plan, substation, stage))
    return curve[list(COLUMNS)]


def tightest(plan: Plan, stage: int, among: list[str]) -> str:
    """The substation with the highest demand loading of a stage; the first where none has a limit."""
    loads = rows(plan, "stations", stage).astype({"substation": str})
    loads = loads[(loads["direction"] == "demand") & loads["substation"].isin(among)]
    found = [(station_load(row)["loading"], row["substation"]) for row in loads.to_dict("records")]
    found = [pair for pair in found if not math.isnan(pair[0])]
    return max(found, key=lambda pair: pair[0])[1] if found else among[0]


def _limit(plan: Plan, substation: str, stage: int, way: str) -> float:
    loads = rows(plan, "stations", stage)
    limit = loads.loc[
        (loads["substation"].astype(str) == substation) & (loads["direction"] == way), "limit_mw"
    ]
    return float(limit.iloc[0]) if len(limit) and np.isfinite(float(limit.iloc[0])) else math.nan


def load_at(table: pd.DataFrame, hours: float) -> float:
    """MW that is exceeded in `hours` hours of the year, linear between the points of the curve."""
    return float(np.interp(hours, table["rank_hours"].to_numpy(float), table["mw"].to_numpy(float)))


def hours_above(table: pd.DataFrame, mw: float) -> float:
    """Hours of the year in which the load is above `mw` MW, linear between the points of the curve."""
    hours, load = table["rank_hours"].to_numpy(float), table["mw"].to_numpy(float)
    if load[0] <= mw:
        return 0.0
    if load[-1] > mw:
        return float(hours[-1])
    return float(np.interp(-mw, -load, hours))


def draw(ax: Axes, table: pd.DataFrame, words: Words, about: About) -> Axes:
    """Draw what `data` gave on Axes."""
    rights = duration_rights.entries(table, words)
    more = 12.0 * ((len(rights) + 2) // 2) if rights else 0.0  # points that the legend needs for them
    margins(ax, 0.95, 0.4, 1.55 + more / 72, 0.85)
    hours, load = table["rank_hours"].to_numpy(float), table["mw"].to_numpy(float)
    demand, feedin = float(table["demand_limit_mw"].iloc[0]), float(table["feedin_limit_mw"].iloc[0])
    ax.plot(hours, load, color=INK, linewidth=1.8, gid="curve", zorder=4)
    ax.axhline(0, color=FAINT, linewidth=0.8)
    uncut = duration_rights.uncut(table)
    _scale(ax, np.maximum(load, uncut), demand, feedin)
    ax.axvspan(0, LIMITED_HOURS, color="#EFEFEF", zorder=0, gid="limited_hours")
    for limit, key, colour in (
        (demand, "demand_limit", COLOURS["full"]),
        (-feedin, "feedin_limit", "#555555"),
    ):
        if math.isfinite(limit) and ax.get_ylim()[0] <= limit <= ax.get_ylim()[1]:
            ax.axhline(limit, color=colour, linewidth=1.6, linestyle=(0, (6, 2)), gid=key, zorder=3)
            text = words(f"duration.{key}", mw=words.mw(abs(limit)))
            under = key == "feedin_limit" and demand + feedin < 0.05 * np.ptp(
                ax.get_ylim()
            )  # the two lines meet
            ax.annotate(
                text,
                (YEAR_HOURS, limit),
                (-3, -3 if under else 3),
                textcoords="offset points",
                ha="right",
                va="top" if under else "bottom",
                fontsize=8.5,
                color=colour,
                fontweight="bold",
            )
    keys: list[Artist] = [
        Patch(facecolor="#EFEFEF", edgecolor=FAINT, linewidth=0.5, label=words("duration.limited"))
    ]
    if demand > 0:
        keys += _shade(ax, table, demand, words)
    keys += duration_rights.shade(ax, table, words) + rights
    below = -38 / (ax.get_window_extent().height * 72 / ax.get_figure(root=True).dpi)  # type: ignore[union-attr]
    ax.legend(handles=keys, loc="upper left", bbox_to_anchor=(0, below), ncols=2, frameon=False, fontsize=7.5)
    _notes(ax, table, demand, words)
    ax.set_xlabel(words("duration.hours"), fontsize=9)
    ax.set_ylabel(words("duration.load"), fontsize=9)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: words.number(x)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: words.mw(y)))
    ax.tick_params(labelsize=8)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    station = short(str(table["name"].iloc[0]), 30)
    title = words("duration.title", station=station, year=str(table["year"].iloc[0]))
    headline(ax, literal(title), about.case, about.footer, drop=80 + more)
    return ax


def _scale(ax: Axes, load: np.ndarray, demand: float, feedin: float) -> None:
    """Show the curve, the demand limit, and the feed-in limit where the load comes near it."""
    top = np.nanmax([load.max(), demand, 0.0])
    low = min(load.min(), 0.0)
    if low < -0.3 * feedin:
        low = min(low, -feedin)
    if top - low < 1e-6:  # nothing flows and nothing may
        top, low = 1.0, -1.0
    room = 0.16 * (top - low)
    ax.set_ylim(low - (0.4 * room if low < 0 else 0), top + room)
    ax.set_xlim(0, YEAR_HOURS)


def _shade(ax: Axes, table: pd.DataFrame, demand: float, words: Words) -> list[Patch]:
    """Hours above 85 % and above 100 % of the demand limit, up to the curve; legend entries."""
    hours, load = table["rank_hours"].to_numpy(float), table["mw"].to_numpy(float)
    keys = []
    for share, key, colour in ((WARNING, "above", COLOURS["tight"]), (1.0, "over", COLOURS["full"])):
        level = share * demand
        count = hours_above(table, level * (1 + 1e-9))
        if key == "over" and count == 0:
            continue
        above = list(load >= level)
        ax.fill_between(
            hours, load, level, where=above, interpolate=True, color=colour, lw=0, zorder=2, gid=key
        )
        keys.append(Patch(facecolor=colour, label=words(f"duration.{key}", hours=words.number(count))))
    return keys


def _notes(ax: Axes, table: pd.DataFrame, demand: float, words: Words) -> None:
    """Peak and the load exceeded in 15 % of the hours, each with the room it leaves."""
    peak, usual = float(table["mw"].max()), load_at(table, LIMITED_HOURS)
    known = math.isfinite(demand)
    low, high = ax.get_ylim()
    falls = (usual - load_at(table, 5000)) / (
        high - low
    )  # share of the height: a flat curve leaves room below it
    points = ax.get_window_extent().height * 72 / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    gap = (demand - peak) / (high - low) * points  # between the peak and the line of the limit, in points
    wish = (duration_rights.uncut(table).max() - peak) / (high - low) * points  # what is off stands above it
    above = (26, max(gap + 6 if known and 0 <= gap < 40 else 10, wish + 6), "bottom")
    level = (peak - usual) / (high - low) < 0.14  # the note of the peak stands beside
    under = (14, -16 - max(falls, 0.0) * points, "top")
    beside = (14, 12, "bottom") if falls > 0.15 and not level else under  # clear of the curve
    for mw, at, key, place in (
        (peak, 0.0, "peak", above),
        (usual, LIMITED_HOURS, "p15", beside),
    ):
        room = duration_rights.room_of(table, "firm" if key == "peak" else "tdtr85", demand - mw)
        values = {"mw": words.mw(mw)} | ({"room": words.mw(room)} if known else {})
        if key == "p15":
            values["hours"] = words.number(LIMITED_HOURS)
        ax.plot([at], [mw], marker="o", color=INK, markersize=5, clip_on=False, zorder=5, gid=f"point_{key}")
        ax.annotate(
            words(f"duration.{key}" if known else f"duration.{key}_only", **values),
            (at, mw),
            place[:2],
            textcoords="offset points",
            fontsize=8.5,
            color=INK,
            va=place[2],
            zorder=6,
            gid=key,
            arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 0.8},
            path_effects=[withStroke(linewidth=2.5, foreground=PAPER)],
        )
