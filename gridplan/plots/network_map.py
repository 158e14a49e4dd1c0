"""Map of the grid in one year and direction: loading of substations, connections, areas; what is built."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gridplan.plots import ground
from gridplan.plots.about import About
from gridplan.plots.labels import overflow
from gridplan.plots.network_data import data
from gridplan.plots.network_labels import place_labels
from gridplan.plots.shapes import Rings
from gridplan.plots.style import (
    BUILT,
    COLOURS,
    DATACENTER,
    FAINT,
    HATCH,
    HEAT,
    INK,
    PAPER,
    class_keys,
    headline,
    nothing,
)
from gridplan.plots.text import Words

RADIUS = 6.0  # of a substation's mark, points
WIDTHS = {"none": 1.0, "available": 1.6, "limited": 2.6, "tight": 3.6, "full": 4.6}  # points

__all__ = ["data", "draw"]


def draw(
    ax: Axes, table: pd.DataFrame, shapes: Mapping[str, Rings], words: Words, about: About, scale: bool = True
) -> Axes:
    """Draw what `data` gave on Axes (`shapes`: zone → rings; `scale`: with a bar of km)."""
    seen = table[table["lon"].notna()]
    first = table.iloc[0] if len(table) else {"year": "", "direction": "demand"}
    way = words(f"directions.{first['direction']}")
    title = words("map.title", year=str(first["year"]), direction=way)
    if seen.empty and not any(zone in shapes for zone in table["id"]):
        nothing(ax, words("map.nowhere"))
        headline(ax, title, about.case, about.footer)
        return ax
    ground.prepare(ax, table, shapes)
    layers = {name: seen[seen["layer"] == name] for name in ("branch", "station", "circuit", "capacity")}
    layers |= {name: seen[seen["layer"] == name] for name in ("datacenter", "heat_link")}
    zones = table[table["layer"] == "zone"]
    ground.areas(ax, zones, shapes, [COLOURS[c] for c in zones["capacity_class"]])
    _lines(ax, layers["branch"])
    _new_circuits(ax, layers["circuit"])
    ground.heat_lines(ax, layers["heat_link"])
    ground.heat_ends(ax, layers["heat_link"])
    _stations(ax, layers["station"], set(layers["capacity"]["name"]))
    ground.datacenter_marks(ax, layers["datacenter"], zorder=3.8)
    bar = ground.scale_bar(ax, words("map.scale", km="{km}")) if scale else None
    left, outside = place_labels(ax, layers, words, bar, RADIUS)
    more, rows = words("map.more", n="{n}"), ground.list_rows(ax)
    lower = overflow(left, words("map.others"), more, rows)
    lower += [""] if left and outside else []
    lower += overflow(outside, words("map.outside"), more, max(rows - len(left), 6))
    ground.beside(ax, _keys(layers, zones, words), words("map.legend"), lower)
    headline(ax, title, about.case, about.footer)
    return ax


def _lines(ax: Axes, branches: pd.DataFrame) -> None:
    """Connections in the colour and width of their class, with a thin dark edge so that pale ones show."""
    if branches.empty:
        return
    parts, kinds = list(ground.segments(branches)), branches["capacity_class"]
    widths = [WIDTHS[kind] for kind in kinds]
    ax.add_collection(
        LineCollection(parts, colors="#6B6B6B", linewidths=[w + 1.2 for w in widths], zorder=2), autolim=False
    )
    coloured = LineCollection(
        parts, colors=[COLOURS[k] for k in kinds], linewidths=widths, zorder=2.1, gid="branches"
    )
    ax.add_collection(coloured, autolim=False)


def _new_circuits(ax: Axes, circuits: pd.DataFrame) -> None:
    if len(circuits):
        lines = LineCollection(
            list(ground.segments(circuits)),
            colors=BUILT,
            linewidths=2.6,
            linestyles=(0, (3, 1.6)),
            zorder=2.6,
            gid="circuits",
        )
        ax.add_collection(lines, autolim=False)


def _stations(ax: Axes, stations: pd.DataFrame, grown: set[str]) -> None:
    """Substations as discs; a blue ring where capacity is added, hatching where demand is not served."""
    for congested, part in stations.groupby("congested"):
        has_new = part["id"].isin(grown)
        sizes = [(2 * RADIUS if c != "none" else RADIUS) ** 2 for c in part["capacity_class"]]
        ax.scatter(
            part["lon"],
            part["lat"],
            s=sizes,
            c=[COLOURS[c] for c in part["capacity_class"]],
            edgecolors=PAPER if congested else [BUILT if new else INK for new in has_new],
            linewidths=0.4 if congested else [2.4 if new else 0.7 for new in has_new],
            zorder=4,
            hatch=HATCH if congested else None,
            gid="congested" if congested else "stations",
        )
        if congested:
            ax.scatter(
                part["lon"],
                part["lat"],
                s=sizes,
                facecolors="none",
                zorder=4.1,
                edgecolors=[BUILT if new else INK for new in has_new],
                linewidths=[2.4 if new else 0.7 for new in has_new],
            )


def _keys(layers: dict[str, pd.DataFrame], zones: pd.DataFrame, words: Words) -> list[Artist]:
    """Legend entries of what is on this map; the four classes always."""
    shown = pd.concat([zones, layers["branch"], layers["station"]])
    keys: list[Artist] = [
        *class_keys(words, bool((shown["capacity_class"] == "none").any()), bool(shown["congested"].any()))
    ]
    disc = {"marker": "o", "markersize": 8, "markerfacecolor": PAPER, "linestyle": ""}
    entries: list[tuple[bool, Artist]] = [
        (True, Line2D([], [], **disc, markeredgecolor=INK, label=words("map.station"))),  # type: ignore[arg-type]
        (
            len(zones) > 0,
            Patch(facecolor=ground.pale("#FE9929"), edgecolor="#BBBBBB", label=words("map.zone")),
        ),
        (len(layers["branch"]) > 0, Line2D([], [], color=FAINT, linewidth=3, label=words("map.branch"))),
        (
            len(layers["circuit"]) > 0,
            Line2D([], [], color=BUILT, linewidth=2.6, linestyle=(0, (3, 1.6)), label=words("map.circuit")),
        ),
    ]
    for what in ("transformer", "bay"):
        ring = Line2D([], [], **disc, markeredgecolor=BUILT, markeredgewidth=2.4, label=words(f"map.{what}"))  # type: ignore[arg-type]
        entries.append((bool((layers["capacity"]["added_what"] == what).any()), ring))
    square = Line2D(
        [], [], marker="s", linestyle="", color=DATACENTER, markersize=9, label=words("map.datacenter")
    )
    entries.append((len(layers["datacenter"]) > 0, square))
    heat = Line2D([], [], color=HEAT, linewidth=2.6, label=words("map.heat_link"))
    entries.append((len(layers["heat_link"]) > 0, heat))
    return keys + [key for wanted, key in entries if wanted]
