"""Map of what masts cover: places covered or not, masts that stand or come, edge sites, shares by area."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gridplan.case.reach import mast_reach
from gridplan.plots import ground
from gridplan.plots.about import About, case_rows, names_of, rows, stage_of
from gridplan.plots.additions import at_place
from gridplan.plots.labels import Label, overflow, place, room_of
from gridplan.plots.places import places_of
from gridplan.plots.shapes import Rings
from gridplan.plots.style import CLASSES, COLOURS, FAINT, INK, PAPER, headline, nothing
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

COLUMNS = (
    "layer", "id", "name", "lon", "lat", "to_lon", "to_lat", "year", "weight", "share", "kw", "since",
    "capex_keur",
)  # fmt: skip
CROWDED = 60  # things from which the sheet is larger
STEPS = (
    0.98,
    0.9,
    0.75,
)  # shares below which an area is a class worse; 98 % is the rule of the 700 MHz licences
MARKS: dict[str, dict[str, Any]] = {  # layer → marker, area (points²), face and edge colour
    "cell": {"marker": "o", "facecolors": PAPER, "edgecolors": FAINT, "linewidths": 0.7, "s": 26},
    "mast_standing": {"marker": "^", "facecolors": "#BDBDBD", "edgecolors": INK, "linewidths": 0.7, "s": 26},
    "mast_new": {"marker": "^", "facecolors": INK, "edgecolors": PAPER, "linewidths": 0.6, "s": 62},
    "edge": {"marker": "D", "facecolors": COLOURS["tight"], "edgecolors": INK, "linewidths": 1.0, "s": 64},
    "cell_open": {
        "marker": "X",
        "facecolors": COLOURS["full"],
        "edgecolors": PAPER,
        "linewidths": 0.6,
        "s": 64,
    },
}


def data(plan: Plan, year: int | None = None) -> pd.DataFrame:
    """What the map draws in a stage, a row each; `layer`: zone, cell, cell_open (not covered), mast_standing,
    mast_new, edge.

    `weight` of a cell or of all cells of a zone, `share` of a zone's weight that is covered (1: all), `kw` of
    a mast or edge site, `since` the first stage of a new mast or edge site, `capex_keur` what it costs.

    Raises:
        ValueError: a year that is not a stage, or a plan without tables.
    """
    stage = stage_of(plan, year)
    masts, cells = _masts(plan, stage), _cells(plan, stage)
    found = [*_zones(plan, cells), *cells, *masts]
    return pd.DataFrame(found, columns=list(COLUMNS)).assign(year=stage)


def _cells(plan: Plan, stage: int) -> list[dict[str, Any]]:
    tables = [
        case_rows(plan, "masts", "mast", "lat", "lon", "radius_km"),
        case_rows(plan, "cells", "cell", "zone", "lat", "lon", "weight"),
        case_rows(plan, "coverage", "mast", "cell"),
    ]
    told = rows(plan, "masts", stage)
    on = set(told["mast"][told["in_service"].astype(float) > 0.5].astype(str))
    standing = tables[0]["mast"].isin(on).to_numpy(bool)
    names = names_of(plan, "cells", "cell")
    found = []
    for row, near in zip(tables[1].to_dict("records"), mast_reach(*tables), strict=True):
        layer = "cell" if standing[near].any() else "cell_open"
        spot = (row["lon"], row["lat"]) if pd.notna(row["lon"]) and pd.notna(row["lat"]) else None
        found.append(
            {"layer": layer, "id": row["cell"], "name": names[row["cell"]], **at_place(spot)}
            | {"weight": float(row["weight"]), "zone": row["zone"]}
        )
    return found


def _zones(plan: Plan, cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    spots = places_of(plan).zones
    found = []
    for zone, name in names_of(plan, "zones", "zone").items():
        own = [cell for cell in cells if cell["zone"] == zone]
        whole = sum(cell["weight"] for cell in own)
        part = sum(cell["weight"] for cell in own if cell["layer"] == "cell")
        share = part / whole if whole else math.nan
        spot = at_place(spots.get(zone))
        found.append({"layer": "zone", "id": zone, "name": name, **spot, "weight": whole, "share": share})
    return found


def _masts(plan: Plan, stage: int) -> list[dict[str, Any]]:
    told = rows(plan, "masts")
    spots, names = places_of(plan).others["masts"], names_of(plan, "masts", "mast")
    table = case_rows(plan, "masts", "mast", "existing")
    existing = set(table["mast"][table["existing"].astype(float) > 0.5].astype(str))
    now = {str(row["mast"]): row for row in told[told["year"] == stage].to_dict("records")}
    on, edges = (_since(told, column) for column in ("in_service", "edge"))
    found = []
    for mast, name in names.items():
        row, spot = now.get(mast, {}), at_place(spots.get(mast))
        if on.get(mast, math.inf) <= stage:
            layer = "mast_standing" if mast in existing else "mast_new"
            found.append(
                {"layer": layer, "id": mast, "name": name, **spot, "kw": row.get("kw")}
                | {"since": on[mast], "capex_keur": row.get("capex_keur")}
            )
        if edges.get(mast, math.inf) <= stage:
            found.append(
                {"layer": "edge", "id": mast, "name": name, **spot, "kw": row.get("edge_kw")}
                | {"since": edges[mast]}
            )
    return found


def _since(told: pd.DataFrame, column: str) -> dict[str, int]:
    """First stage in which a flag of each mast is set."""
    there = told[told[column].astype(float) > 0.5]
    return {str(mast): int(year) for mast, year in there.groupby("mast")["year"].min().items()}


def class_of(share: float) -> str:
    """Class of a covered share; `none` where nobody is to be covered."""
    return "none" if math.isnan(share) else CLASSES[sum(share < step - 1e-9 for step in STEPS)]


def draw(
    ax: Axes, table: pd.DataFrame, shapes: Mapping[str, Rings], words: Words, about: About, scale: bool = True
) -> Axes:
    """Draw what `data` gave on Axes (`shapes`: zone → rings; `scale`: with a bar of km)."""
    title = words("cover.title", year=str(table["year"].iloc[0]) if len(table) else "")
    seen = table[table["lon"].notna()]
    if not seen["layer"].isin(MARKS).any():
        nothing(ax, words("cover.empty"))
        headline(ax, title, about.case, about.footer)
        return ax
    ground.prepare(ax, table, shapes)
    zones = table[table["layer"] == "zone"]
    ground.areas(ax, zones, shapes, [COLOURS[class_of(share)] for share in zones["share"]])
    layers = {name: seen[seen["layer"] == name] for name in MARKS}
    for height, (name, look) in enumerate(MARKS.items()):
        if len(layers[name]):
            ax.scatter(layers[name]["lon"], layers[name]["lat"], zorder=4 + height / 10, gid=name, **look)
    left = _labels(ax, layers, seen[seen["layer"] == "zone"], words, scale)
    lower = [
        *_totals(table, words),
        *overflow(left, words("map.others"), words("map.more", n="{n}"), ground.list_rows(ax)),
    ]
    ground.beside(ax, _keys(layers, zones, words), words("cover.legend"), lower)
    headline(ax, title, about.case, about.footer)
    return ax


def _radius(layer: str) -> float:
    return math.sqrt(MARKS[layer]["s"]) / 2 + 0.5


def _labels(
    ax: Axes, layers: dict[str, pd.DataFrame], zones: pd.DataFrame, words: Words, scale: bool
) -> list[Label]:
    """Numbers at what is not covered, at edge sites and areas; years at new masts; what found no room."""
    marks = [
        (x, y, _radius(name))
        for name, layer in layers.items()
        for x, y in zip(layer["lon"], layer["lat"], strict=True)
    ]
    room = room_of(ax, marks)
    if scale:
        room.take(ground.scale_bar(ax, words("map.scale", km="{km}")))
    wanted = []
    for row in zones.dropna(subset=["share"]).to_dict("records"):
        text = f"{short(row['name'], 20)}\n{words.number(math.floor(100 * row['share'] + 1e-6))} %"
        rank = 900 - row["share"]
        wanted.append(Label(text, row["lon"], row["lat"], rank, size=6.6, radius=0, bold=True, reach=60))
    for row in layers["edge"].to_dict("records"):
        text = f"{words.mw(row['kw'])} kW"
        wanted.append(_at("edge", row, text, 700, about=f"{short(row['name'])}: {text}"))
    for row in layers["cell_open"].to_dict("records"):
        text = words.mw(row["weight"])
        about = f"{short(row['name'])}: {text}"
        wanted.append(_at("cell_open", row, text, 500 + min(row["weight"], 99), COLOURS["full"], about))
    for row in layers["mast_new"].to_dict("records"):
        about = f"{short(row['name'])}: {row['since']:.0f}"
        wanted.append(_at("mast_new", row, f"{row['since']:.0f}", 100, about=about, size=5.6))
    return place(ax, wanted, room)


def _at(
    layer: str, row: Mapping[Any, Any], text: str, rank: float, colour: str = INK, about: str = "",
    size: float = 6.4,
) -> Label:  # fmt: skip
    plain = Label(text, row["lon"], row["lat"], rank, size=size, radius=_radius(layer), colour=colour)
    return replace(plain, bold=layer != "mast_new", reach=45, about=about)


def _totals(table: pd.DataFrame, words: Words) -> list[str]:
    part = table.groupby("layer")["weight"].sum()
    covered, missing = float(part.get("cell", 0.0)), float(part.get("cell_open", 0.0))
    count = table["layer"].value_counts()
    new, edge = table[table["layer"] == "mast_new"], table[table["layer"] == "edge"]
    share = covered / (covered + missing) if covered + missing else math.nan
    kw = float(np.nansum(table["kw"].astype(float)))
    lines = [
        words("cover.share", share=words.number(100 * share, 1), missing=words.mw(missing)),
        words("cover.masts", standing=str(count.get("mast_standing", 0)), new=str(len(new))),
        words("cover.power", kw=words.number(kw)),
    ]
    if len(edge):
        edge_kw = float(edge["kw"].sum())
        lines.append(words("cover.edges", n=str(len(edge)), kw=words.number(edge_kw)))
    return [*lines, ""]


def _keys(layers: dict[str, pd.DataFrame], zones: pd.DataFrame, words: Words) -> list[Artist]:
    keys: list[Artist] = []
    for name, look in MARKS.items():
        if len(layers[name]):
            key = Line2D(
                [], [], marker=look["marker"], linestyle="", markersize=math.sqrt(look["s"]),
                markerfacecolor=look["facecolors"], markeredgecolor=look["edgecolors"],
                label=words(f"cover.{name}"),
            )  # fmt: skip
            keys.append(key)
    for name in CLASSES if zones["share"].notna().any() else ():
        colour = ground.pale(COLOURS[name])
        keys.append(Patch(facecolor=colour, edgecolor=FAINT, linewidth=0.6, label=words(f"cover.{name}")))
    return keys
