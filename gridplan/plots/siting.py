"""Map of where datacenters come and where their heat goes, with MW and TJ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from gridplan.plots import ground
from gridplan.plots.about import About, filled, names_of, rows, stage_of
from gridplan.plots.additions import heat_links, new_datacenters
from gridplan.plots.labels import Label, Room, overflow, place, room_of
from gridplan.plots.places import Places, places_of
from gridplan.plots.shapes import Rings
from gridplan.plots.style import DATACENTER, HEAT, INK, PAPER, headline, nothing
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

COLUMNS = (
    "layer",
    "id",
    "name",
    "lon",
    "lat",
    "to_lon",
    "to_lat",
    "year",
    "mw",
    "tj",
    "peak_mw",
    "connected",
)
MARKS: dict[str, dict[str, Any]] = {  # layer → marker, area (points²), face and edge colour
    "site_unused": {
        "marker": "s",
        "s": 26,
        "facecolors": "none",
        "edgecolors": DATACENTER,
        "linewidths": 0.8,
    },
    "source": {"marker": "^", "s": 46, "facecolors": PAPER, "edgecolors": HEAT, "linewidths": 1.4},
    "sink": {"marker": "o", "s": 60, "facecolors": HEAT, "edgecolors": PAPER, "linewidths": 0.8},
    "sink_open": {"marker": "o", "s": 40, "facecolors": PAPER, "edgecolors": HEAT, "linewidths": 1.0},
    "junction": {"marker": ".", "s": 22, "facecolors": HEAT, "edgecolors": HEAT, "linewidths": 0.5},
    "mast": {"marker": ".", "s": 9, "facecolors": INK, "edgecolors": "none", "linewidths": 0},
}
KEYS = {
    "site_unused": "siting.unused",
    "source": "siting.source",
    "sink": "siting.sink",
    "sink_open": "siting.sink_open",
    "junction": "siting.junction",
    "mast": "siting.mast",
}


def data(plan: Plan, year: int | None = None) -> pd.DataFrame:
    """Everything the map draws in a stage, a row each: areas, sites, heat links, users, masts, shortfall.

    `mw` is new IT MW of a site (of a shortfall row: of the programme that found no place), `tj` heat a year.

    Raises:
        ValueError: a year that is not a stage, or a plan without tables.
    """
    stage = stage_of(plan, year)
    places = places_of(plan)
    used = new_datacenters(plan, stage, places)
    links = heat_links(plan, stage, places)
    layers = [
        *_marks(plan, "zones", "zone", "zone", places.zones),
        *_marks(
            plan, "datacenters", "site", "site_unused", places.others["datacenters"], {r["id"] for r in used}
        ),
        *links,
        *used,
        *_sinks(plan, stage, places),
        *_marks(plan, "heat_sources", "source", "source", places.others["heat_sources"]),
        *_marks(plan, "junctions", "junction", "junction", places.others["junctions"]),
        *_masts(plan, stage, places),
        *_shortfall(plan, stage),
    ]
    return pd.DataFrame(layers, columns=list(COLUMNS)).assign(year=stage)


def _marks(
    plan: Plan,
    table: str,
    key: str,
    layer: str,
    spots: Mapping[str, tuple[float, float]],
    but: set[str] | None = None,
) -> list[dict[str, Any]]:
    nowhere = (math.nan, math.nan)
    return [
        {
            "layer": layer,
            "id": i,
            "name": name,
            **dict(zip(("lon", "lat"), spots.get(i, nowhere), strict=True)),
        }
        for i, name in names_of(plan, table, key).items()
        if i not in (but or set())
    ]


def _sinks(plan: Plan, stage: int, places: Places) -> list[dict[str, Any]]:
    state = {str(row["sink"]): row for row in rows(plan, "heat_sinks", stage).to_dict("records")}
    found = _marks(plan, "heat_sinks", "sink", "sink_open", places.others["heat_sinks"])
    for row in found:
        sink = state.get(row["id"], {})
        row["connected"] = float(sink.get("connected") or 0) > 0.5
        row["tj"] = float(sink.get("heat_tj") or 0) if row["connected"] else math.nan
        row["layer"] = "sink" if row["connected"] else "sink_open"
    return found


def _masts(plan: Plan, stage: int, places: Places) -> list[dict[str, Any]]:
    table = rows(plan, "masts", stage)
    active = set(table["mast"][table["in_service"].astype(float) > 0.5].astype(str))
    return [
        row for row in _marks(plan, "masts", "mast", "mast", places.others["masts"]) if row["id"] in active
    ]


def _shortfall(plan: Plan, stage: int) -> list[dict[str, Any]]:
    table = rows(plan, "shortfall", stage)
    lacking = table[table["it_mw"] > 1e-3].to_dict("records")
    return [
        {
            "layer": "shortfall",
            "id": r["class"],
            "name": f"{r['class']} {r['region'] if filled(r['region']) else ''}".strip(),
            "mw": r["it_mw"],
        }
        for r in lacking
    ]


def draw(
    ax: Axes, table: pd.DataFrame, shapes: Mapping[str, Rings], words: Words, about: About, scale: bool = True
) -> Axes:
    """Draw what `data` gave on Axes (`shapes`: zone → rings; `scale`: with a bar of km)."""
    title = words("siting.title", year=str(table["year"].iloc[0]) if len(table) else "")
    seen = table[table["lon"].notna()]
    if seen.empty:
        nothing(ax, words("map.nowhere"))
        headline(ax, title, about.case, about.footer)
        return ax
    ground.prepare(ax, table, shapes)
    zones = table[table["layer"] == "zone"]
    ground.areas(ax, zones, shapes, ["#F0F0F0"] * len(zones))
    layers = {name: seen[seen["layer"] == name] for name in (*MARKS, "datacenter", "heat_link")}
    ground.heat_lines(ax, layers["heat_link"])
    for name, look in MARKS.items():
        if len(layers[name]):
            ax.scatter(layers[name]["lon"], layers[name]["lat"], zorder=4, gid=name, **look)
    ground.datacenter_marks(ax, layers["datacenter"])
    left = _labels(ax, layers, seen[seen["layer"] == "zone"], words, scale)
    lower = [
        *_totals(table, words),
        *overflow(left, words("map.others"), words("map.more", n="{n}"), ground.list_rows(ax)),
    ]
    ground.beside(ax, _keys(layers, words), words("siting.legend"), lower)
    headline(ax, title, about.case, about.footer)
    return ax


def _labels(
    ax: Axes, layers: dict[str, pd.DataFrame], zones: pd.DataFrame, words: Words, scale: bool
) -> list[Label]:
    sites = layers["datacenter"]
    squares = [math.sqrt(area) / 2 + 0.5 for area in ground.square_area(sites["mw"])]
    marks = list(zip(sites["lon"], sites["lat"], squares, strict=True))
    for name in ("site_unused", "source", "sink", "sink_open", "junction"):
        radius = math.sqrt(MARKS[name]["s"]) / 2 + 0.5
        marks += [(x, y, radius) for x, y in zip(layers[name]["lon"], layers[name]["lat"], strict=True)]
    room = room_of(ax, marks, list(ground.segments(layers["heat_link"])))
    if scale:
        room.take(ground.scale_bar(ax, words("map.scale", km="{km}")))
    wanted = []
    for row, radius in zip(sites.to_dict("records"), squares, strict=True):
        text = f"{short(row['name'], 22)}\n+{words.mw(row['mw'])} MW"
        at, rank = (row["lon"], row["lat"]), 900 + min(row["mw"], 99)
        wanted.append(
            Label(text, *at, rank, size=7.2, radius=radius, colour=DATACENTER, bold=True, reach=110)
        )
    for row in layers["sink"].to_dict("records"):
        text = f"{short(row['name'], 22)}\n{words.mw(row['tj'])} TJ"
        wanted.append(Label(text, row["lon"], row["lat"], 600, size=6.8, radius=4.5, colour=HEAT, reach=110))
    middles = ground.line_middles(layers["heat_link"])
    for row, x, y in zip(layers["heat_link"].to_dict("records"), middles["x"], middles["y"], strict=True):
        text = f"{words.mw(row['tj'])} TJ"
        about = f"{row['name']} {text}"
        wanted.append(Label(text, x, y, 500, size=6.4, radius=1.5, colour=HEAT, bold=True, about=about))
    left = place(ax, wanted, room)
    _area_names(ax, zones, room)
    return left


def _area_names(ax: Axes, zones: pd.DataFrame, room: Room) -> None:
    """Names of areas in grey in their middle or near it, where there is room."""
    names = [
        Label(short(row["name"], 22), row["lon"], row["lat"], size=6.0, radius=0, colour="#777777", reach=3)
        for row in zones.to_dict("records")
    ]
    for radius in (0, 9, 17):
        names = place(ax, [replace(name, radius=radius) for name in names], room)


def _totals(table: pd.DataFrame, words: Words) -> list[str]:
    mw = table.loc[table["layer"] == "datacenter", "mw"].sum()
    tj = table.loc[table["layer"] == "sink", "tj"].sum()
    lines = [words("siting.total", mw=words.mw(float(mw)), tj=words.mw(float(tj)))]
    lacking = table[table["layer"] == "shortfall"]
    if len(lacking):
        lines.append(words("siting.shortfall", mw=words.mw(float(lacking["mw"].sum()))))
        lines += [f"  {short(row['name'])}: {words.mw(row['mw'])} MW" for row in lacking.to_dict("records")]
    return [*lines, ""]


def _keys(layers: dict[str, pd.DataFrame], words: Words) -> list[Artist]:
    keys: list[Artist] = []
    if len(layers["datacenter"]):
        keys.append(
            Line2D(
                [], [], marker="s", linestyle="", color=DATACENTER, markersize=10, label=words("siting.new")
            )
        )
    if len(layers["heat_link"]):
        keys.append(Line2D([], [], color=HEAT, linewidth=2.6, label=words("siting.link")))
    for name, look in MARKS.items():
        if len(layers[name]):
            key = Line2D(
                [],
                [],
                marker=look["marker"],
                linestyle="",
                markersize=math.sqrt(look["s"]),
                markerfacecolor=look["facecolors"],
                markeredgecolor=look["edgecolors"],
                label=words(KEYS[name]),
            )
            keys.append(key)
    return keys
