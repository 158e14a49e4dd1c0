"""Siting against land: what new datacenters take of the land that each municipality has for them (ha)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from gridplan.plots.about import About, case_rows, names_of, rows, stages
from gridplan.plots.style import COLOURS, FAINT, INK, headline, literal, margins, nothing, write
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

COLUMNS = ("zone", "name", "year", "used_ha", "added_ha", "land_ha", "it_mw")
SHADES = ("#9DB7D5", "#5B8DB8", "#2B6CB0", "#1F4E79", "#12304B")
ROW_INCHES = 0.27
LEAST_HA = 1e-3


def data(plan: Plan) -> pd.DataFrame:
    """A row per municipality and stage: ha used, ha added since the last one, ha there is (blank: no limit).

    Municipalities without land of their own and without new datacenters are left out.

    Raises:
        ValueError: a plan without tables.
    """
    table = rows(plan, "indicators")
    found = {}
    for name in ("land_ha", "datacenter_mw"):
        own = table[table["indicator"] == name]
        keys = zip(own["zone"].astype(str), own["year"].astype(int), strict=True)
        found[name] = dict(zip(keys, own["value"].astype(float), strict=True))
    limits = case_rows(plan, "zones", "zone", "land_ha").set_index("zone")["land_ha"].astype(float).to_dict()
    found_rows: list[dict[str, object]] = []
    for zone, name in names_of(plan, "zones", "zone").items():
        before = 0.0
        for year in stages(plan):
            used = found["land_ha"].get((zone, year), 0.0)
            there = {
                "land_ha": float(limits.get(zone, math.nan)),
                "it_mw": found["datacenter_mw"].get((zone, year), 0.0),
            }
            found_rows.append(
                {"zone": zone, "name": name, "year": year, "used_ha": used, "added_ha": used - before} | there
            )
            before = used
    made = pd.DataFrame(found_rows, columns=list(COLUMNS))
    most = made.groupby("zone")["used_ha"].transform("max")
    made = made[(most > LEAST_HA) | (made["land_ha"].fillna(0) > LEAST_HA)]
    last = made[made["year"] == made["year"].max()].set_index("zone")
    order = last.sort_values(["used_ha", "land_ha", "name"], ascending=[False, False, True]).index
    rank = {zone: n for n, zone in enumerate(order)}
    made = made.assign(rank=[rank[zone] for zone in made["zone"]])
    return made.sort_values(["rank", "year"], ignore_index=True)[list(COLUMNS)]


def height(table: pd.DataFrame) -> float:
    """Height of a sheet for these rows, in inches."""
    return 2.5 + ROW_INCHES * max(table["zone"].nunique(), 6)


def draw(ax: Axes, table: pd.DataFrame, words: Words, about: About) -> Axes:
    """Draw what `data` gave on Axes: a bar per municipality, shaded by stage, in the outline of its land."""
    title = words("land.title")
    if table.empty:
        nothing(ax, words("land.empty"))
        headline(ax, title, about.case, about.footer)
        return ax
    margins(ax, 2.2, 2.3, 1.35, 0.85)
    zones = list(dict.fromkeys(table["zone"]))
    years = sorted(int(year) for year in table["year"].unique())
    shade = dict(
        zip(years, SHADES[-len(years) :] if len(years) <= len(SHADES) else SHADES * len(years), strict=False)
    )
    for at, zone in enumerate(zones):
        own = table[table["zone"] == zone]
        there = float(own["land_ha"].iloc[0])
        if math.isfinite(there):
            ax.barh(
                at, there, 0.74, facecolor=COLOURS["available"], edgecolor=FAINT, linewidth=0.8, gid="land"
            )
        left = 0.0
        for row in own.to_dict("records"):
            ax.barh(
                at,
                row["added_ha"],
                0.5,
                left=left,
                color=shade[int(row["year"])],
                gid=f"{zone}|{row['year']}",
            )
            left += row["added_ha"]
        _say(ax, at, own, words)
    ax.set_ylim(len(zones) - 0.4, -0.6)
    ax.set_yticks(
        np.arange(len(zones)), [literal(short(name, 28)) for name in dict.fromkeys(table["name"])], fontsize=8
    )
    for text in ax.get_yticklabels():
        text.set_parse_math(False)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", labelsize=8)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: words.mw(x)))
    ax.set_xlabel(words("land.axis"), fontsize=9)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    keys = [Patch(facecolor=shade[year], label=words("land.year", year=str(year))) for year in years]
    keys.append(Patch(facecolor=COLOURS["available"], edgecolor=FAINT, label=words("land.there")))
    ax.legend(
        handles=keys,
        loc="upper left",
        bbox_to_anchor=(0, -0.42 / ax.get_window_extent().height * 150),
        ncols=5,
        frameon=False,
        fontsize=7.5,
    )
    headline(ax, title, about.case, about.footer, drop=64, left=2.0 * 72)
    return ax


def _say(ax: Axes, at: int, own: pd.DataFrame, words: Words) -> None:
    """Behind each bar: ha of ha, per cent, and MW IT."""
    row = own.iloc[-1].to_dict()
    used, there = float(row["used_ha"]), float(row["land_ha"])
    values = {"used": words.mw(used), "mw": words.mw(float(row["it_mw"]))}
    if math.isfinite(there):
        share = words.percent(used / there) if there > LEAST_HA else "–"
        text = words("land.row", **values, there=words.mw(there), share=share)
    else:
        text = words("land.row_free", **values)
    ends = max(used, there) if math.isfinite(there) else used
    write(ax, ends, at, f"  {text}", fontsize=7, va="center", color=INK, gid="row", clip_on=False)
