"""The load-duration curve of a one-pager as a small vector picture inside the page."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gridplan.plots.duration import LIMITED_HOURS, YEAR_HOURS
from gridplan.plots.text import Words
from gridplan.report.facts import Facts

WIDTH, HEIGHT = 720, 260  # user units of the picture
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 14, 40
SHADES = ("#9DB7D5", "#5B8DB8", "#2B6CB0", "#222222")


@dataclass(frozen=True)
class Line:
    """A curve of one stage: points of the path, colour, name, and where the name stands."""

    points: str
    colour: str
    year: str
    x: float
    y: float


@dataclass(frozen=True)
class Curve:
    """What the template draws; lengths in user units."""

    lines: tuple[Line, ...]
    ticks_x: tuple[tuple[float, str], ...]
    ticks_y: tuple[tuple[float, str], ...]
    busy: float
    limit: float | None
    limit_text: str
    alt: str


def curve(facts: Facts, station: str, words: Words) -> Curve | None:
    """The curves of all stages of a station with the limit for demand of the last; None where it has none."""
    if station not in facts.curves:
        return None
    table = facts.curves[station]
    limit = float(facts.load(station, facts.last).get("limit_mw", math.nan))
    known = math.isfinite(limit) and limit > 0
    top = max(float(table["mw"].max()), limit if known else 0.0, 1.0) * 1.06
    low = min(float(table["mw"].min()), 0.0)

    def x(hours: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * hours / YEAR_HOURS, 1)

    def y(mw: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (top - mw) / (top - low), 1)

    lines = []
    stages = sorted(int(year) for year in table["year"].unique())
    for number, year in enumerate(stages):
        part = table[table["year"] == year]
        hours, mw = part["rank_hours"].to_numpy(float), part["mw"].to_numpy(float)
        points = " ".join(f"{x(hour)},{y(load)}" for hour, load in zip(hours, mw, strict=True))
        at = 2600 + 900.0 * (number % 6)  # hours at which its name stands, beside those of the others
        colour = SHADES[max(len(SHADES) - len(stages) + number, 0)]
        lines.append(Line(points, colour, str(year), x(at), y(float(np.interp(at, hours, mw)))))
    text = words("duration.demand_limit", mw=words.mw(limit)) if known else ""
    return Curve(
        lines=tuple(lines),
        ticks_x=tuple((x(h), words.number(h)) for h in range(0, 8761, 2000)),
        ticks_y=tuple((y(mw), words.mw(mw)) for mw in _steps(low, top)),
        busy=x(LIMITED_HOURS),
        limit=y(limit) if known else None,
        limit_text=text,
        alt=words("script.curve"),
    )


def _steps(low: float, top: float) -> list[float]:
    """Round numbers of MW along the side, four to eight of them."""
    raw = (top - low) / 5
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * k for k in (1, 2, 2.5, 5, 10) if size * k >= raw)
    return [k * step for k in range(math.ceil(low / step), math.floor(top / step) + 1)]
