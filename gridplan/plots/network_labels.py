"""Words on the map of the grid: loud substations by name, the others by number, lines, and what is built."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from gridplan.plots import ground
from gridplan.plots.labels import Box, Label, place, room_of
from gridplan.plots.style import BUILT, DATACENTER, HEAT, INK
from gridplan.plots.text import Words, short

QUIET = "#444444"
NAMED = 0.95  # loading from which a name may stand far from its mark
FEW = 25  # up to so many substations all get their name
LOUD = 0.80  # loading from which a mark gets its name


def place_labels(
    ax: Axes, layers: dict[str, pd.DataFrame], words: Words, bar: Box | None, disc: float
) -> tuple[list[Label], list[Label]]:
    """Place the labels; those that found no room, and those of things outside the map.

    `disc` is the radius of a substation's mark in points, `bar` the box of the scale bar in pixels.
    """
    stations, sites = layers["station"], layers["datacenter"]
    squares = [math.sqrt(area) / 2 + 0.5 for area in ground.square_area(sites["mw"])]
    marks = [(x, y, disc + 0.8) for x, y in zip(stations["lon"], stations["lat"], strict=True)]
    marks += list(zip(sites["lon"], sites["lat"], squares, strict=True))
    lines = [*ground.segments(layers["branch"]), *ground.segments(layers["heat_link"])]
    room = room_of(ax, marks, lines)
    if bar:
        room.take(bar)
    wanted = [*_station_labels(stations, layers["capacity"], words, disc), *_line_labels(layers, words)]
    for row, radius in zip(sites.to_dict("records"), squares, strict=True):
        text = f"+{words.mw(row['mw'])} MW"
        about = f"{short(row['name'])} {text}"
        rank = 1400 + min(row["mw"], 99)
        at = (row["lon"], row["lat"])
        wanted.append(
            Label(
                text, *at, rank, size=7.5, radius=radius, colour=DATACENTER, bold=True, reach=110, about=about
            )
        )
    outside = [label for label in wanted if not ground.is_inside(ax, label.x, label.y)]
    inside = [label for label in wanted if ground.is_inside(ax, label.x, label.y)]
    return place(ax, inside, room), sorted(outside, key=lambda label: -label.priority)


def _station_labels(stations: pd.DataFrame, capacity: pd.DataFrame, words: Words, disc: float) -> list[Label]:
    gains: dict[str, list[str]] = {}
    for row in capacity.to_dict("records"):
        what = f" {words('map.bays')}" if row["added_what"] == "bay" else ""
        gains.setdefault(row["name"], []).append(
            f"+{words.number(row['added'])}{what} ({int(row['added_year'])})"
        )
    labels = []
    for row in stations.to_dict("records"):
        loading, gain, at = row["loading"], gains.get(row["id"], []), (row["lon"], row["lat"])
        number = "" if math.isnan(loading) else f"{words.percent(loading)} %"
        named = f"{short(row['name'], 22)} {number}".strip()
        if gain or loading >= LOUD:
            text = "\n".join([named, *([" ".join(gain)] if gain else [])])
            full = row["capacity_class"] == "full"
            rank = (1000 if full else 700 if gain else 500) + (100 * min(loading, 3) if number else 0)
            labels.append(
                Label(
                    text,
                    *at,
                    rank,
                    size=6.8,
                    radius=disc + 1,
                    bold=full,
                    reach=130 if loading >= NAMED else 80,
                )
            )
        elif number:
            text, size = (named, 6.2) if len(stations) <= FEW else (number.removesuffix(" %"), 5.6)
            labels.append(
                Label(
                    text,
                    *at,
                    10 + loading,
                    size=size,
                    radius=disc + 0.5,
                    colour=QUIET,
                    reach=30,
                    about=named,
                )
            )
    return labels


def _line_labels(layers: dict[str, pd.DataFrame], words: Words) -> list[Label]:
    labels: list[Label] = []
    loud = layers["branch"][layers["branch"]["loading"] >= LOUD]
    for row, text in zip(loud.to_dict("records"), loud["loading"].map(words.percent), strict=True):
        rank = 300 + 100 * min(row["loading"], 3)
        labels.append(_on_line(row, f"{text} %", rank, INK))
    for row in layers["circuit"].to_dict("records"):
        text = f"+{words.number(row['added'])} ({int(row['added_year'])})"
        labels.append(_on_line(row, text, 850, BUILT, bold=True))
    for row in layers["heat_link"].to_dict("records"):
        labels.append(_on_line(row, f"{words.mw(row['tj'])} TJ", 400, HEAT))
    return labels


def _on_line(row: dict, text: str, priority: float, colour: str, bold: bool = False) -> Label:
    """Label at the middle of a line."""
    x, y = (row["lon"] + row["to_lon"]) / 2, (row["lat"] + row["to_lat"]) / 2
    about = f"{short(row['name'])} {text}"
    return Label(text, x, y, priority, size=6.4, radius=1.5, colour=colour, bold=bold, about=about)
