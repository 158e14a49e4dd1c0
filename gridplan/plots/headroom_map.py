"""Map of the MW that still fit at every station in one year and direction, and the connections that limit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gridplan.case import Case
from gridplan.plan.plan import Plan
from gridplan.plots import ground, style
from gridplan.plots.about import case_rows, names_of
from gridplan.plots.additions import at_place, line_between
from gridplan.plots.labels import Label, overflow, place, room_of
from gridplan.plots.places import places_of
from gridplan.plots.shapes import Rings, zone_shapes
from gridplan.plots.text import Words, short
from gridplan.solve.status import SolveStatus

STEPS = (1.0, 10.0, 50.0)  # MW below which a place is full, tight, limited
RADIUS = 6.0  # of a substation's mark, points
FEW = 25  # up to so many substations all get their name
NO_LIMIT = "no limit found"
COLUMNS = (
    "layer", "id", "name", "lon", "lat", "to_lon", "to_lat", "year", "direction", "hours", "headroom_mw",
    "capacity_class", "limited_by", "element", "outage", "day", "hour", "exact", "limits",
)  # fmt: skip


def class_of(mw: float) -> str:
    """Capacity class of the MW that still fit."""
    return ("full", "tight", "limited", "available")[sum(mw >= step for step in STEPS)]


def data(table: pd.DataFrame, plan: Plan, year: int, direction: str) -> pd.DataFrame:
    """What is drawn, a row each; `layer`: zone, branch or station; `limits`: places that a branch limits."""
    part = table[(table["year"] == year) & (table["direction"] == direction)]
    places, rows = places_of(plan), []
    for kind, key, spots in (("zone", "zone", places.zones), ("station", "substation", places.stations)):
        found = part[part["kind"] == kind].set_index("place")
        for name, label in names_of(plan, f"{kind}s" if kind == "zone" else "substations", key).items():
            row = found.loc[name].to_dict() if name in found.index else {}
            kept = {k: row[k] for k in COLUMNS if k in row}
            mw = row.get("headroom_mw")
            look = "none" if mw is None else class_of(float(mw))
            spot = at_place(spots.get(name))
            rows.append({"layer": kind, "id": name, "name": label, **spot, **kept, "capacity_class": look})
    counts = part[part["kind"] == "station"]["element"].value_counts()
    branches = case_rows(plan, "branches", "branch", "from", "to")
    pairs: dict[frozenset[str], int] = {}
    for row in branches.to_dict("records"):
        ends = (str(row["from"]), str(row["to"]))
        nth = pairs[frozenset(ends)] = pairs.get(frozenset(ends), -1) + 1
        line = line_between(places.stations.get(ends[0]), places.stations.get(ends[1]), nth)
        name = str(row["branch"])
        rows.append({"layer": "branch", "id": name, "name": name, **line, "limits": int(counts.get(name, 0))})
    return pd.DataFrame(rows, columns=list(COLUMNS)).assign(year=year, direction=direction)


def draw(
    ax: Axes, table: pd.DataFrame, shapes: Mapping[str, Rings], words: Words, case: str, secure: bool
) -> Axes:
    """Draw what `data` gave on Axes (`shapes`: zone → rings; `secure`: outages were looked at)."""
    first = table.iloc[0]
    way = words(f"directions.{first['direction']}")
    title = words("headroom.title", year=str(first["year"]), direction=way)
    stations = table[(table["layer"] == "station") & table["lon"].notna()]
    if stations.empty:
        style.nothing(ax, words("map.nowhere"))
        style.headline(ax, title, case, "")
        return ax
    ground.prepare(ax, table[table["lon"].notna()], shapes)
    zones = table[table["layer"] == "zone"]
    ground.areas(ax, zones, shapes, [style.COLOURS[c] for c in zones["capacity_class"]])
    branches = table[(table["layer"] == "branch") & table["lon"].notna()]
    _lines(ax, branches)
    ax.scatter(
        stations["lon"], stations["lat"], s=(2 * RADIUS) ** 2, gid="stations", zorder=4, linewidths=0.7,
        c=[style.COLOURS[c] for c in stations["capacity_class"]], edgecolors=style.INK,
    )  # fmt: skip
    bar = ground.scale_bar(ax, words("map.scale", km="{km}")) if not _schematic(table) else None
    left, outside = _labels(ax, stations, branches, words, bar)
    more, count = words("map.more", n="{n}"), ground.list_rows(ax)
    lower = overflow(left, words("map.others"), more, count)
    lower += overflow(outside, words("map.outside"), more, max(count - len(left), 6))
    ground.beside(ax, _keys(words, branches), words("headroom.legend"), lower)
    hours = first_hours(table)
    level = words("headroom.flexible", hours=words.number(hours)) if hours else words("headroom.firm")
    notes = [level, words("headroom.secure" if secure else "headroom.intact"), words("footer.disclaimer")]
    style.headline(ax, title, case, " · ".join(notes))
    return ax


def first_hours(table: pd.DataFrame) -> int:
    """Hours in which the MW may be limited."""
    known = table["hours"].dropna()
    return int(known.iloc[0]) if len(known) else 0


def _schematic(table: pd.DataFrame) -> bool:
    return bool(table.loc[table["layer"] == "zone", "lon"].isna().all())


def _lines(ax: Axes, branches: pd.DataFrame) -> None:
    for binds, part in branches.groupby(branches["limits"] > 0):
        colour, width = (style.COLOURS["full"], 3.2) if binds else (style.FAINT, 1.4)
        lines = LineCollection(
            list(ground.segments(part)), colors=colour, linewidths=width, zorder=2 + 0.1 * bool(binds),
            gid="limiting" if binds else "branches",
        )  # fmt: skip
        ax.add_collection(lines, autolim=False)


def _labels(
    ax: Axes, stations: pd.DataFrame, branches: pd.DataFrame, words: Words, bar: Any
) -> tuple[list[Label], list[Label]]:
    """MW at every station, places by limiting connection; those without room, and those off the map."""
    marks = [(x, y, RADIUS + 0.8) for x, y in zip(stations["lon"], stations["lat"], strict=True)]
    room = room_of(ax, marks, list(ground.segments(branches)))
    if bar:
        room.take(bar)
    wanted = []
    for row in stations.dropna(subset=["headroom_mw"]).to_dict("records"):
        mw = words.mw(row["headroom_mw"])
        number = words("headroom.more", mw=mw) if row["limited_by"] == NO_LIMIT else mw
        named = f"{short(row['name'], 22)} {number}"
        text = f"{named} MW" if len(stations) <= FEW else number
        rank = 1000 - min(row["headroom_mw"], 999)
        bold = row["capacity_class"] == "full"
        wanted.append(
            Label(text, row["lon"], row["lat"], rank, size=6.6, radius=RADIUS + 1, bold=bold, reach=110,
                  about=f"{named} MW")
        )  # fmt: skip
    for row in branches[branches["limits"] > 0].to_dict("records"):
        x, y = (row["lon"] + row["to_lon"]) / 2, (row["lat"] + row["to_lat"]) / 2
        text = f"×{int(row['limits'])}"
        about = f"{short(row['name'])} {text}"
        wanted.append(Label(text, x, y, 5, size=6.2, radius=1.5, colour=style.COLOURS["full"], about=about))
    inside = [label for label in wanted if ground.is_inside(ax, label.x, label.y)]
    outside = [label for label in wanted if not ground.is_inside(ax, label.x, label.y)]
    return place(ax, inside, room), outside


def _keys(words: Words, branches: pd.DataFrame) -> list[Artist]:
    keys: list[Artist] = [
        Patch(facecolor=style.COLOURS[n], edgecolor=style.FAINT, linewidth=0.6, label=words(f"headroom.{n}"))
        for n in style.CLASSES
    ]
    disc = Line2D(
        [], [], marker="o", markersize=8, markerfacecolor=style.PAPER, markeredgecolor=style.INK,
        linestyle="", label=words("headroom.station"),
    )  # fmt: skip
    keys += [disc, Line2D([], [], color=style.FAINT, linewidth=1.4, label=words("headroom.branch"))]
    if (branches["limits"] > 0).any():
        full = style.COLOURS["full"]
        keys.append(Line2D([], [], color=full, linewidth=3.2, label=words("headroom.binds")))
    return keys


def save(table: pd.DataFrame, plan_or_case: Plan | Case, folder: Path, lang: str = "en") -> list[Path]:
    """Draw a map and its CSV per year and direction; of one alone the name is `headroom_map`."""
    plan = plan_or_case
    if isinstance(plan, Case):
        plan = Plan(plan, SolveStatus.NO_PLAN, {}, {})
    case, words = plan.case, Words(lang)
    shapes = zone_shapes(case_rows(plan, "zones", "zone", "lon", "lat"), case.shapes)
    settings = case.settings
    title = short(settings.case.title or settings.case.name, 90)
    pairs = list(dict.fromkeys(zip(table["year"], table["direction"], strict=True)))
    written = []
    for year, way in pairs:
        rows = data(table, plan, year, way)
        crowded = (rows["layer"] == "station").sum() > FEW
        ax = style.sheet(14.6, 10.3) if crowded else style.sheet()
        draw(ax, rows, shapes, words, title, settings.physics.security == "n-1")
        name = "headroom_map" if len(pairs) == 1 else f"headroom_map_{way}_{year}"
        figure = ax.get_figure(root=True)
        assert figure is not None
        figure.savefig(folder / f"{name}.png", metadata={"Software": None})
        rows.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
        written += [folder / f"{name}.png", folder / f"{name}.csv"]
    return written
