"""The interactive map: for every stage and direction the traces that plotly draws, with their layer."""

from __future__ import annotations

import math
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from gridplan.plots.about import case_rows
from gridplan.plots.ground import extent
from gridplan.plots.shapes import Rings, signed_area, zone_shapes
from gridplan.plots.style import BUILT, CLASSES, COLOURS, DATACENTER, HEAT, INK, PAPER, on_colour
from gridplan.plots.text import Words, short
from gridplan.report.facts import Facts

LAYERS = ("zones", "branches", "stations", "built", "datacenters", "heat", "masts")
WIDTHS = {"none": 1.2, "available": 1.6, "limited": 2.6, "tight": 3.6, "full": 4.8}
LINES = {
    "none": "#B5B5B5",
    "available": "#9A9A9A",
    "limited": "#D9B23C",
    "tight": "#E07B0B",
    "full": "#A50026",
}
Trace = dict[str, Any]
Record = dict[Any, Any]
MARK = 21  # pixels of a station


def states(facts: Facts, words: Words) -> dict[str, list[Trace]]:
    """`year|direction` → traces."""
    zones = case_rows(facts.plan, "zones", "zone", "lon", "lat")
    shapes = zone_shapes(zones, facts.plan.case.shapes)
    found = {}
    for year in facts.years:
        things = facts.things(year)
        for direction in ("demand", "feedin"):
            table = facts.layers(year, direction)
            found[f"{year}|{direction}"] = _traces(table, things, shapes, facts, words)
    return found


def layout(facts: Facts, words: Words) -> dict[str, Any]:
    """Axes without ticks, true to distances, and number separators of the language."""
    table = facts.layers(facts.last, "demand")
    lat = table["lat"].dropna()
    stretch = 1 / math.cos(math.radians(float(lat.mean()))) if len(lat) else 1.0
    axis = {"visible": False, "zeroline": False, "showgrid": False}
    across, along = _extent(table, facts)
    return {
        "xaxis": {**axis, "range": across},
        "yaxis": {**axis, "range": along, "scaleanchor": "x", "scaleratio": stretch},
        "margin": {"l": 4, "r": 4, "t": 34, "b": 4},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": "pan",
        "plot_bgcolor": "#FFFFFF",
        "paper_bgcolor": "#FFFFFF",
        "separators": ",." if words.lang == "nl" else ".,",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": INK},
        "hoverlabel": {"bgcolor": "#FFFFFF", "bordercolor": INK, "font": {"size": 13}, "align": "left"},
    }


def _extent(table: pd.DataFrame, facts: Facts) -> tuple[list[float], list[float]]:
    """Longitudes and latitudes shown at first: the areas, where most things lie in them."""
    shapes = zone_shapes(case_rows(facts.plan, "zones", "zone", "lon", "lat"), facts.plan.case.shapes)
    if not table["lon"].notna().any():
        return [0.0, 1.0], [0.0, 1.0]
    x, y = extent(table, shapes)
    pad = 0.03 * max(float(np.ptp(x)), float(np.ptp(y))) or 0.02
    return [float(x.min()) - pad, float(x.max()) + pad], [float(y.min()) - pad, float(y.max()) + pad]


def _traces(
    table: pd.DataFrame, things: pd.DataFrame, shapes: dict[str, Rings], facts: Facts, words: Words
) -> list[Trace]:
    seen = table[table["lon"].notna()]
    part = {name: seen[seen["layer"] == name].to_dict("records") for name in seen["layer"].unique()}
    found = {name: things[(things["layer"] == name) & things["lon"].notna()].to_dict("records")
             for name in ("sink", "source", "mast")}  # fmt: skip
    return [
        *_zones(part.get("zone", []), shapes, words),
        *_branches(part.get("branch", []), facts.line_names, words),
        *_heat(part.get("heat_link", []), found["sink"], words),
        *_masts(found["mast"], words),
        *_circuits(part.get("circuit", []), words),
        *_datacenters(part.get("datacenter", []), words),
        _stations(part.get("station", []), facts, words),
        *_capacity(part.get("capacity", []), words),
    ]


def safe(text: object) -> str:
    """A name of the case inside a label of plotly, which reads a little HTML."""
    return escape(str(text), quote=False)


def _line(rows: list[Record]) -> dict[str, list[float | None]]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for row in rows:
        xs += [row["lon"], row["to_lon"], None]
        ys += [row["lat"], row["to_lat"], None]
    return {"x": _round(xs), "y": _round(ys)}


def _round(values: list[float | None]) -> list[float | None]:
    return [None if value is None else round(float(value), 5) for value in values]


def _points(rows: list[Record], middle: bool = False) -> dict[str, list[float | None]]:
    if middle:
        return {
            "x": _round([(row["lon"] + row["to_lon"]) / 2 for row in rows]),
            "y": _round([(row["lat"] + row["to_lat"]) / 2 for row in rows]),
        }
    return {"x": _round([row["lon"] for row in rows]), "y": _round([row["lat"] for row in rows])}


def _trace(layer: str, mode: str, **more: Any) -> Trace:
    return {"type": "scatter", "mode": mode, "meta": layer, "name": layer, "hoverinfo": "skip", **more}


def _hover(layer: str, rows: list[Record], texts: list[str], middle: bool) -> Trace:
    """Unseen points that say the numbers of a line or an area when the pointer is near."""
    mark = {"size": 2, "color": INK, "opacity": 0}
    at = _points(rows, middle)
    return _trace(layer, "markers", **at, marker=mark, hovertext=texts) | {"hoverinfo": "text"}


def _zones(rows: list[Record], shapes: dict[str, Rings], words: Words) -> list[Trace]:
    found = []
    for kind in ("none", *CLASSES):
        xs: list[float | None] = []
        ys: list[float | None] = []
        for row in rows:
            if row["capacity_class"] != kind:
                continue
            for ring in shapes.get(row["id"], []):
                xs += [*ring[:, 0].tolist(), None]
                ys += [*ring[:, 1].tolist(), None]
        if xs:
            look = {
                "fill": "toself",
                "fillcolor": _pale(COLOURS[kind]),
                "line": {"color": "#C4C4C4", "width": 1},
            }
            found.append(_trace("zones", "lines", x=_round(xs), y=_round(ys), **look))
    texts = [f"<b>{safe(row['name'])}</b><br>{_loading(row, words)}" for row in rows]
    names = [safe(short(row["name"], 20)) for row in rows]
    label = {"text": names, "textfont": {"size": 10, "color": "#5A5A5A"}, "hovertext": texts}
    middles = [_middle(shapes.get(row["id"], []), row) for row in rows]
    at = {"x": [lon for lon, _ in middles], "y": [lat for _, lat in middles]}
    return [*found, _trace("zones", "text", **at, **label) | {"hoverinfo": "text"}]


def _middle(rings: Rings, row: Record) -> tuple[float, float]:
    """Where the name of an area stands: the middle of its largest ring, else its own place."""
    if not rings:
        return float(row["lon"]), float(row["lat"])
    ring = max(rings, key=lambda r: abs(signed_area(r)))
    x, y = ring[:-1, 0], ring[:-1, 1]
    weight = x * np.roll(y, -1) - np.roll(x, -1) * y
    area = float(weight.sum()) or 1.0
    lon = float(((x + np.roll(x, -1)) * weight).sum()) / (3 * area)
    lat = float(((y + np.roll(y, -1)) * weight).sum()) / (3 * area)
    return round(lon, 5), round(lat, 5)


def _pale(colour: str, share: float = 0.38) -> str:
    parts = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgb({','.join(str(round(255 - share * (255 - part))) for part in parts)})"


def _loading(row: Record, words: Words) -> str:
    """Words on how full something is."""
    kind = words(f"classes.{row['capacity_class']}")
    if math.isnan(float(row["loading"])):
        return safe(kind)
    full = words("report.loading", loading=words.percent(float(row["loading"])))
    return safe(f"{full} · {kind}")


def _numbers(row: Record, words: Words, name: str = "") -> str:
    lines = [f"<b>{safe(name or row['name'])}</b>"]
    peak, limit = float(row["peak_mw"]), float(row["limit_mw"])
    if not math.isnan(peak):
        lines.append(safe(words("report.peak_of", peak=words.mw(peak), limit=words.mw(limit))))
    if not math.isnan(float(row["headroom_mw"])):
        lines.append(safe(words("report.room", mw=words.mw(float(row["headroom_mw"])))))
    return "<br>".join([*lines, _loading(row, words)])


def _branches(rows: list[Record], names: dict[str, str], words: Words) -> list[Trace]:
    found = []
    for kind in ("none", *CLASSES):
        mine = [row for row in rows if row["capacity_class"] == kind]
        if mine:
            look = {"color": LINES[kind], "width": WIDTHS[kind]}
            found.append(_trace("branches", "lines", **_line(mine), line=look))
    texts = [_numbers(row, words, names.get(row["id"], "")) for row in rows]
    return [*found, _hover("branches", rows, texts, middle=True)]


def _heat(links: list[Record], sinks: list[Record], words: Words) -> list[Trace]:
    texts = [
        f"<b>{safe(r['name'])}</b><br>{safe(words('report.heat', tj=words.mw(float(r['tj']))))}"
        for r in links
    ]
    users = [
        f"<b>{safe(r['name'])}</b><br>{safe(words('report.heat', tj=words.mw(float(r['tj']))))}"
        for r in sinks
    ]
    mark = {"size": 11, "color": HEAT, "line": {"color": PAPER, "width": 1}}
    return [
        _trace("heat", "lines", **_line(links), line={"color": HEAT, "width": 3.2}),
        _hover("heat", links, texts, middle=True),
        _trace("heat", "markers", **_points(sinks), marker=mark, hovertext=users) | {"hoverinfo": "text"},
    ]


def _masts(rows: list[Record], words: Words) -> list[Trace]:
    texts = [f"<b>{safe(row['name'])}</b><br>{safe(words('siting.mast'))}" for row in rows]
    mark = {"size": 6, "color": INK, "symbol": "triangle-up"}
    return [_trace("masts", "markers", **_points(rows), marker=mark, hovertext=texts) | {"hoverinfo": "text"}]


def _circuits(rows: list[Record], words: Words) -> list[Trace]:
    texts = [
        safe(words("report.circuit", n=words.number(float(r["added"])), year=str(int(r["added_year"]))))
        for r in rows
    ]
    texts = [f"<b>{safe(row['name'])}</b><br>{text}" for row, text in zip(rows, texts, strict=True)]
    label = {"text": [f"<b>{int(row['added_year'])}</b>" for row in rows], "textposition": "top center"}
    years = _trace("built", "text", **_points(rows, True), **label, textfont={"color": BUILT, "size": 12})
    line = {"color": BUILT, "width": 4, "dash": "dot"}
    return [
        _trace("built", "lines", **_line(rows), line=line),
        years,
        _hover("built", rows, texts, middle=True),
    ]


def _datacenters(rows: list[Record], words: Words) -> list[Trace]:
    most = max((float(row["mw"]) for row in rows), default=1.0)
    sizes = [round(8 + 16 * math.sqrt(float(row["mw"]) / most), 1) for row in rows]
    texts = [
        f"<b>{safe(r['name'])}</b><br>{safe(words('report.new_it', mw=words.mw(float(r['mw']))))}"
        for r in rows
    ]
    mark = {
        "size": sizes,
        "symbol": "square",
        "color": DATACENTER,
        "opacity": 1,
        "line": {"color": PAPER, "width": 1},
    }
    label = {"text": [f"+{words.mw(float(row['mw']))}" for row in rows], "textposition": "bottom center"}
    look = {"marker": mark, "textfont": {"color": DATACENTER, "size": 11}, "hovertext": texts}
    return [_trace("datacenters", "markers+text", **_points(rows), **label, **look) | {"hoverinfo": "text"}]


def _stations(rows: list[Record], facts: Facts, words: Words) -> Trace:
    rows = sorted(rows, key=lambda row: not math.isnan(float(row["loading"])))  # those with a number on top
    lone = [math.isnan(float(row["loading"])) for row in rows]
    mark = {
        "size": [9 if alone else MARK for alone in lone],
        "color": [COLOURS[row["capacity_class"]] for row in rows],
        "symbol": ["diamond" if row["congested"] else "circle" for row in rows],
        "opacity": 1,
        "line": {"color": INK, "width": [3 if row["congested"] else 1.2 for row in rows]},
    }
    texts = ["" if a else words.percent(float(row["loading"])) for a, row in zip(lone, rows, strict=True)]
    ink = {"size": 9.5, "color": [on_colour(row["capacity_class"]) for row in rows]}
    hint = safe(words("report.click"))
    return _trace(
        "stations",
        "markers+text",
        **_points(rows),
        marker=mark,
        text=texts,
        textfont=ink,
        hovertext=[f"{_numbers(row, words)}<br><i>{hint}</i>" for row in rows],
        customdata=[facts.numbers[row["id"]] for row in rows],
    ) | {"hoverinfo": "text"}


def _capacity(rows: list[Record], words: Words) -> list[Trace]:
    """New transformers and bays above their station: all of one station together, the last year told."""
    at: dict[tuple[float, float], list[Record]] = {}
    for row in rows:
        at.setdefault((row["lon"], row["lat"]), []).append(row)
    firsts = [members[0] for members in at.values()]
    label = [f"▲{max(int(row['added_year']) for row in members)}" for members in at.values()]
    look = {"text": label, "textposition": "top center", "textfont": {"color": BUILT, "size": 11}}
    return [_trace("built", "markers+text", **_points(firsts), **look, marker={"size": MARK, "opacity": 0})]
