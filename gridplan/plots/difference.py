"""Map of what one plan has more or less than another, by zone, with a number in every zone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Patch

from gridplan.case.tables import indicators
from gridplan.plots import ground
from gridplan.plots.about import about, case_rows, names_of, stage_of
from gridplan.plots.labels import Label, place, room_of
from gridplan.plots.places import places_of
from gridplan.plots.shapes import zone_shapes
from gridplan.plots.style import FAINT, INK, headline, nothing, sheet
from gridplan.plots.text import Words, short
from gridplan.plots.waterfall import pair

if TYPE_CHECKING:
    from gridplan.study.compare import Comparison

# Blue less, orange more: apart for colour-blind people; the number says which in grey.
STEPS = ["#1F4E79", "#9DC3E6", "#F7F7F7", "#FDAE61", "#A54A00"]
SHADES = LinearSegmentedColormap.from_list("difference", STEPS)
SAME = 1e-6
COLUMNS = (
    *("layer", "id", "name", "lon", "lat", "to_lon", "to_lat", "year"),
    *("before", "after", "change", "unit"),
)


def data(
    comparison: Comparison, indicator: str = "datacenter_mw", plan: str | None = None, year: int | None = None
) -> pd.DataFrame:
    """What is drawn, a row per zone: `id`, `name`, `lon`, `lat`, `year`, `before`, `after`, `change`, `unit`.

    Raises:
        ValueError: an unknown indicator, plan or year, or a plan without tables.
    """
    first, other = pair(comparison, plan)
    if indicator not in indicators():
        raise ValueError(f"indicator '{indicator}' is not there; there are {', '.join(indicators())}")
    one = comparison.plans[first]
    stage = stage_of(one, year)
    table = comparison.zones
    table = table[(table["indicator"] == indicator) & (table["year"] == stage)].set_index("zone")
    spots = places_of(one).zones
    rows = []
    for zone, name in names_of(one, "zones", "zone").items():
        before, after = (float(table[p].get(zone, 0.0)) for p in (first, other))
        lon, lat = spots.get(zone, (math.nan, math.nan))
        rows.append(
            {"layer": "zone", "id": zone, "name": name, "lon": lon, "lat": lat, "to_lon": math.nan}
            | {"to_lat": math.nan, "year": stage, "before": before, "after": after, "change": after - before}
            | {"unit": indicators()[indicator].unit}
        )
    columns = [
        "layer",
        "id",
        "name",
        "lon",
        "lat",
        "to_lon",
        "to_lat",
        "year",
        "before",
        "after",
        "change",
        "unit",
    ]
    return pd.DataFrame(rows, columns=columns)


def plot(
    comparison: Comparison, indicator: str, plan: str | None, year: int | None, ax: Axes | None, lang: str
) -> Axes:
    """Draw the map on Axes, or on a sheet of its own."""
    words, table = Words(lang), data(comparison, indicator, plan, year)
    first, other = pair(comparison, plan)
    one = comparison.plans[first]
    unit = "M€" if indicators()[indicator].unit == "MEUR" else indicators()[indicator].unit
    name = words(f"indicator.{indicator}").partition(" (")[0] if _named(indicator) else indicator
    heads = {"name": name, "first": short(first, 22), "plan": short(other, 22), "unit": unit}
    title = words("compare.map", **heads, year=str(stage_of(one, year)))
    caption = about(comparison.plans[other], words)
    ax = ax or sheet()
    seen = table[table["lon"].notna()].reset_index(drop=True)
    if seen.empty:
        nothing(ax, words("map.nowhere"))
        headline(ax, title, caption.case, caption.footer)
        return ax
    shapes = zone_shapes(case_rows(one, "zones", "zone", "lon", "lat"), one.case.shapes)
    ground.prepare(ax, seen, shapes)
    top = max(float(seen["change"].abs().max()), SAME)
    ground.areas(ax, seen, shapes, [_shade(value / top) for value in seen["change"]])
    _labels(ax, seen, words, unit)
    total = words("compare.sum", value=words.mw(float(table["change"].sum()), signed=True), unit=unit)
    lower = [total] if (table["change"].abs() > SAME).any() else [words("compare.same")]
    ground.beside(ax, _keys(top, words, unit), words("compare.legend"), lower)
    headline(ax, title, caption.case, caption.footer)
    return ax


def _named(indicator: str) -> bool:
    from gridplan.plots.text import glossary

    return indicator in glossary()["indicator"]


def _shade(share: float) -> str:
    """Colour of a change between −1 and 1 (shares of the largest)."""
    return to_hex(SHADES(0.5 + 0.5 * share))


def _labels(ax: Axes, zones: pd.DataFrame, words: Words, unit: str) -> None:
    room = room_of(ax, [])
    room.take(ground.scale_bar(ax, words("map.scale", km="{km}")))
    wanted = []
    for row in zones.to_dict("records"):
        moved = abs(row["change"]) > SAME
        text = f"{short(row['name'], 22)}\n{words.mw(row['change'], signed=True)} {unit}"
        if moved:
            wanted.append(
                Label(
                    text, row["lon"], row["lat"], 100 + abs(row["change"]), 7.5, 0, INK, bold=True, reach=110
                )
            )
        else:
            wanted.append(Label(short(row["name"], 22), row["lon"], row["lat"], 0, 6.0, 0, FAINT, reach=12))
    place(ax, wanted, room)


def _keys(top: float, words: Words, unit: str) -> list[Artist]:
    found: list[Artist] = []
    for share in (1.0, 0.5, 0.0, -0.5, -1.0) if top > SAME else (0.0,):
        label = f"{words.mw(share * top, signed=True)} {unit}"
        colour = ground.pale(_shade(share))
        found.append(Patch(facecolor=colour, edgecolor="#BBBBBB", label=label))
    return found
