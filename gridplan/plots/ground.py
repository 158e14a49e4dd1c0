"""The ground under a map: extent, areas, scale bar, and the legend and lists beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path

from gridplan.plots.shapes import Rings
from gridplan.plots.style import DATACENTER, HEAT, INK, PAPER, bare, literal, margins, shorten

KM_PER_DEGREE = 111.2
MOST = 0.7  # share of all points within the areas from which what lies far out is left off the map
SIDE = 3.2  # inches beside a map for its legend


def prepare(ax: Axes, data: pd.DataFrame, shapes: Mapping[str, Rings]) -> None:
    """Fix the extent to what is drawn (degrees) with a margin, and an aspect true to distances."""
    margins(ax, 0.3, SIDE, 0.65, 0.75)
    bare(ax)
    x, y = extent(data, shapes)
    pad = 0.04 * max(np.ptp(x), np.ptp(y)) or 0.02
    ax.set_xlim(x.min() - pad, x.max() + pad)
    ax.set_ylim(y.min() - pad, y.max() + pad)
    ax.set_aspect(1 / math.cos(math.radians(float(y.mean()))), anchor="NW")
    ax.apply_aspect()
    shorten(ax, 0.65, 0.75)
    ax.apply_aspect()


def extent(data: pd.DataFrame, shapes: Mapping[str, Rings]) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes to be shown: the areas, where most things lie in them, else everything."""
    points = np.vstack([data[["lon", "lat"]].to_numpy(float), data[["to_lon", "to_lat"]].to_numpy(float)])
    points = points[np.isfinite(points).all(axis=1)]
    rings = [ring for zone in data.loc[data["layer"] == "zone", "id"] for ring in shapes.get(zone, [])]
    if not rings:
        return points[:, 0], points[:, 1]
    ground = np.vstack(rings)
    low, high = ground.min(axis=0), ground.max(axis=0)
    edge = 0.05 * (high - low)
    near = np.all((points >= low - edge) & (points <= high + edge), axis=1)
    shown = points[near] if near.mean() >= MOST else points
    x, y = np.vstack([ground, shown]).T
    return x, y


def is_inside(ax: Axes, x: float, y: float) -> bool:
    """Whether a point lies within the Axes."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    return x0 <= x <= x1 and y0 <= y <= y1


def areas(
    ax: Axes, zones: pd.DataFrame, shapes: Mapping[str, Rings], colours: Sequence[str]
) -> PathCollection:
    """Fill each zone that has a shape; the order of `zones` is the order of the paths."""
    drawn = [
        (shapes[zone], colour) for zone, colour in zip(zones["id"], colours, strict=True) if zone in shapes
    ]
    paths = [Path.make_compound_path(*[Path(ring, closed=True) for ring in rings]) for rings, _ in drawn]
    areas = PathCollection(
        paths,
        facecolors=[pale(colour) for _, colour in drawn],
        edgecolors="#BBBBBB",
        linewidths=0.6,
        zorder=1,
        gid="zones",
    )
    return ax.add_collection(areas, autolim=False)  # type: ignore[return-value]


def pale(colour: str, share: float = 0.38) -> tuple[float, float, float]:
    """A colour mixed with white, so that marks stand out on an area of the same class."""
    r, g, b = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return (1 - share + share * r, 1 - share + share * g, 1 - share + share * b)


def segments(lines: pd.DataFrame) -> np.ndarray:
    """Lines as an array (line, end, lon/lat)."""
    return lines[["lon", "lat", "to_lon", "to_lat"]].to_numpy(float).reshape(-1, 2, 2)


def heat_lines(ax: Axes, links: pd.DataFrame) -> None:
    """Residual-heat links in service."""
    if len(links):
        ax.add_collection(
            LineCollection(list(segments(links)), colors=HEAT, linewidths=2.6, zorder=3, gid="heat_links"),
            autolim=False,
        )


def heat_ends(ax: Axes, links: pd.DataFrame) -> None:
    """A dot at both ends of each heat link, so that none seems to end in nothing."""
    ends = segments(links).reshape(-1, 2)
    ax.scatter(
        ends[:, 0], ends[:, 1], s=26, c=HEAT, edgecolors=PAPER, linewidths=0.6, zorder=3.2, gid="heat_ends"
    )


def square_area(mw: pd.Series) -> np.ndarray:
    """Area of a datacenter's square in points²: proportional to its MW, the largest 260, none below 30."""
    values = mw.to_numpy(float)
    return np.maximum(260 * values / max(values.max(initial=0), 1e-9), 30)


def datacenter_marks(ax: Axes, sites: pd.DataFrame, zorder: float = 6) -> None:
    """Squares sized by new IT MW."""
    if len(sites):
        ax.scatter(
            sites["lon"],
            sites["lat"],
            s=list(square_area(sites["mw"])),
            marker="s",
            c=DATACENTER,
            edgecolors=PAPER,
            linewidths=1.0,
            zorder=zorder,
            gid="datacenters",
        )


def line_middles(lines: pd.DataFrame) -> pd.DataFrame:
    """Middle of each line."""
    return pd.DataFrame(
        {"x": (lines["lon"] + lines["to_lon"]) / 2, "y": (lines["lat"] + lines["to_lat"]) / 2}
    )


def scale_bar(ax: Axes, text: str) -> tuple[float, float, float, float]:
    """A bar of a round number of km in the lower left corner (`text` holds {km}); its box in pixels."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    km = (x1 - x0) * KM_PER_DEGREE * math.cos(math.radians((y0 + y1) / 2))
    best = max(v * 10.0**e for e in range(-3, 4) for v in (1, 2, 5) if v * 10.0**e <= 0.25 * km)
    length = (x1 - x0) * best / km
    left, low = x0 + 0.02 * (x1 - x0), y0 + 0.02 * (y1 - y0)
    bar = ax.plot(
        [left, left + length], [low, low], color=INK, linewidth=2.5, solid_capstyle="butt", zorder=8
    )[0]
    bar.set_gid("scale")
    label = ax.annotate(
        text.format(km=f"{best:g}"),
        (left + length / 2, low),
        (0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=7,
        color=INK,
        zorder=8,
    )
    extent = label.get_window_extent()
    start, end = ax.transData.transform([(left, low), (left + length, low)])
    return (min(start[0], extent.x0), start[1] - 3, max(end[0], extent.x1), extent.y1)


def list_rows(ax: Axes) -> int:
    """How many lines of small text fit beside a map under its legend."""
    return max(int(ax.get_window_extent().height * 72 / ax.figure.dpi * 0.5 / 8.8), 6)


def beside(ax: Axes, keys: list[Artist], title: str, lower: Sequence[str] = ()) -> None:
    """Legend beside the map and, under it, lines of small text."""
    legend = ax.legend(
        handles=keys,
        title=title,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        borderaxespad=0,
        frameon=False,
        fontsize=7.5,
        title_fontsize=9,
        alignment="left",
        labelspacing=0.7,
        handlelength=2.4,
    )
    for text in (*legend.get_texts(), legend.get_title()):
        text.set_parse_math(False)
    if lower:
        bottom = legend.get_window_extent().y0 - 10 * ax.figure.dpi / 72
        x, y = ax.transAxes.inverted().transform((ax.transAxes.transform((1.015, 0))[0], bottom))
        ax.text(
            x,
            y,
            literal("\n".join(lower)),
            transform=ax.transAxes,
            va="top",
            fontsize=6.5,
            color=INK,
            linespacing=1.35,
            parse_math=False,
            gid="list",
        )
