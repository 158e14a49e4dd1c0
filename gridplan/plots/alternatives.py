"""Small maps of plans that cost nearly the same, side by side; colour says what differs from the first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from gridplan.plots import ground
from gridplan.plots.about import case_rows
from gridplan.plots.additions import added, new_datacenters
from gridplan.plots.network_data import data as grid_data
from gridplan.plots.places import places_of
from gridplan.plots.shapes import Rings, zone_shapes
from gridplan.plots.study_about import case_title, footer
from gridplan.plots.style import BUILT, COLOURS, DPI, FAINT, INK, PAPER, literal
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan
    from gridplan.study.alternatives import Alternatives

ACROSS = 3  # maps in a row
SAME, NEW, DROPPED = "same", "new", "dropped"
LOOKS = {SAME: FAINT, NEW: BUILT, DROPPED: COLOURS["full"]}
COLUMNS = ("plan", "layer", "id", "name", "lon", "lat", "to_lon", "to_lat", "mw", "against_first")
LISTED = 4  # names under a map


def data(study: Alternatives) -> pd.DataFrame:
    """What is drawn, a row per mark and plan; `against_first`: same, new or dropped (drawn, not there)."""
    if not study.plans:
        return pd.DataFrame(columns=list(COLUMNS))
    marks = {number: _marks(plan) for number, plan in study.plans.items()}
    first, rows = marks[1], []
    for number, mine in marks.items():
        for key, mark in mine.items():
            rows.append({**mark, "plan": number, "against_first": SAME if key in first else NEW})
        for key, mark in first.items():
            if key not in mine:
                rows.append({**mark, "plan": number, "against_first": DROPPED})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _marks(plan: Plan) -> dict[tuple[str, str], dict[str, Any]]:
    """Sites, reinforced stations and new circuits at the last stage, by layer and id."""
    stage, places = plan.case.years[-1], places_of(plan)
    found = {("datacenter", row["id"]): row for row in new_datacenters(plan, stage, places)}
    return found | {(row["layer"], row["id"]): row for row in added(plan, stage, places)}


def plot(study: Alternatives, lang: str = "en") -> list[Axes]:
    """Draw the maps on one sheet; the Axes, a plan each."""
    words, table = Words(lang), data(study)
    count = max(len(study.plans), 1)
    across = min(ACROSS, count)
    down = math.ceil(count / across)
    plan = next(iter(study.plans.values()), None)
    shape = _ratio(plan) if plan is not None else 1.0
    width, tall = 3.9, min(max(3.9 * shape, 2.4), 4.6)
    height = 1.35 + down * (tall + 1.0)
    figure = Figure(figsize=(max(across * width + 0.6, 8.6), height), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    drawn = []
    if plan is not None:
        base, shapes = grid_data(plan, plan.case.years[-1]), _shapes(plan)
        for k, number in enumerate(study.plans):
            left = (0.3 + (k % across) * width) / figure.get_figwidth()
            low = height - 0.7 - (k // across + 1) * (tall + 1.0) + 0.65
            ax = figure.add_axes((left, low / height, (width - 0.25) / figure.get_figwidth(), tall / height))
            _map(ax, base, shapes, table[table["plan"] == number])
            _words(ax, study, number, words)
            drawn.append(ax)
    _around(figure, study, words, plan)
    return drawn


def _shapes(plan: Plan) -> dict[str, Rings]:
    return zone_shapes(case_rows(plan, "zones", "zone", "lon", "lat"), plan.case.shapes)


def _ratio(plan: Plan) -> float:
    """Height over width of the ground that is drawn."""
    table = grid_data(plan, plan.case.years[-1])
    shapes = _shapes(plan)
    figure = Figure(figsize=(4, 4))
    ax = figure.add_subplot()
    ground.prepare(ax, table[table["lon"].notna() | (table["layer"] == "zone")], shapes)
    box = ax.get_position()
    return float(box.height / box.width)


def _map(ax: Axes, base: pd.DataFrame, shapes: dict[str, Rings], marks: pd.DataFrame) -> None:
    ground.prepare(ax, base[base["lon"].notna() | (base["layer"] == "zone")], shapes)
    ax.set_anchor("N")
    zones = base[base["layer"] == "zone"]
    ground.areas(ax, zones, shapes, ["#FFFFFF"] * len(zones))
    lines = base[(base["layer"] == "branch") & base["lon"].notna()]
    ax.add_collection(
        LineCollection(list(ground.segments(lines)), colors="#CFCFCF", linewidths=0.8, zorder=2),
        autolim=False,
    )
    stations = base[base["layer"] == "station"]
    ax.scatter(stations["lon"], stations["lat"], s=7, c="#B0B0B0", linewidths=0, zorder=2.2)
    placed = marks[marks["lon"].notna()]
    for state, colour in LOOKS.items():
        part = placed[placed["against_first"] == state]
        dashed = (0, (2, 1.6)) if state == DROPPED else "-"
        circuits = part[(part["layer"] == "circuit") & part["to_lon"].notna()]
        ax.add_collection(
            LineCollection(
                list(ground.segments(circuits)), colors=colour, linewidths=2.4, linestyles=[dashed], zorder=3,
                gid=f"circuit|{state}",
            ),
            autolim=False,
        )  # fmt: skip
        works = part[part["layer"] == "capacity"]
        ax.scatter(
            works["lon"], works["lat"], s=52, facecolors=PAPER, edgecolors=colour, linewidths=2.0, zorder=4,
            linestyles=[dashed], gid=f"work|{state}",
        )  # fmt: skip
        sites = part[part["layer"] == "datacenter"]
        ax.scatter(
            sites["lon"], sites["lat"], s=list(0.55 * ground.square_area(sites["mw"])) if len(sites) else [],
            marker="s", facecolors=PAPER if state == DROPPED else colour, edgecolors=colour,
            linewidths=1.3, linestyles=[dashed], zorder=5, gid=f"site|{state}",
        )  # fmt: skip


def _words(ax: Axes, study: Alternatives, number: int, words: Words) -> None:
    """Title with cost and difference; under the map what is only here, and what is not."""
    row = study.table[study.table["plan"] == number].iloc[0]
    name = study.table.columns[1]
    if number == 1:
        title = words("alternatives.best", value=f"{words.number(float(row[name]), 1)} {_unit(name)}".strip())
    else:
        above = words.number(100 * float(row["above"]), 2)
        title = words("alternatives.other", n=str(number), above=above, differs=words.number(row["differs"]))
    ax.set_title(literal(title), fontsize=9.5, fontweight="bold", color=INK, loc="left", parse_math=False)
    here, first = study.choices[str(number)], study.choices["1"]
    lines = []
    parts = (("does", here),) if number == 1 else (("more", here & ~first), ("less", ~here & first))
    for key, part in parts:
        names = [short(n, 26) for n in study.choices.loc[part, "name"]]
        if names:
            shown = names[:LISTED] + ([f"+{len(names) - LISTED}"] if len(names) > LISTED else [])
            lines.append((words(f"alternatives.{key}", names=", ".join(shown)), key))
    for k, (text, key) in enumerate(lines):
        colour = {"more": LOOKS[NEW], "less": LOOKS[DROPPED]}.get(key, INK)
        ax.annotate(
            literal(_wrapped(text)), (0, 0), (0, -4 - 19 * k), xycoords="axes fraction",
            textcoords="offset points", fontsize=6.6, color=colour, va="top", annotation_clip=False,
            parse_math=False, gid="names",
        )  # fmt: skip


def _wrapped(text: str, width: int = 64) -> str:
    """Two lines at most."""
    from textwrap import wrap

    lines = wrap(text, width)
    return "\n".join(lines[:2]) + (" …" if len(lines) > 2 else "")


def _unit(name: str) -> str:
    return "M€" if name.endswith("_meur") else ""


def _around(figure: Figure, study: Alternatives, words: Words, plan: Plan | None) -> None:
    """Title, legend and footer of the sheet."""
    height = figure.get_figheight()
    year = str(study.case.years[-1])
    title = words("alternatives.title", n=words.number(len(study.plans)), year=year)
    look: dict[str, Any] = {"x": 0.3 / figure.get_figwidth(), "ha": "left", "parse_math": False}
    figure.text(
        y=1 - 0.22 / height, s=literal(case_title(study.case)), fontsize=9, color="#666666", va="top", **look
    )
    text = literal(title if plan is not None else words("alternatives.empty"))
    figure.text(y=1 - 0.40 / height, s=text, fontsize=13, fontweight="bold", color=INK, va="top", **look)
    keys = [Line2D([], [], color=LOOKS[s], linewidth=5, label=words(f"alternatives.{s}")) for s in LOOKS]
    keys.append(
        Line2D([], [], marker="s", linestyle="", color=INK, markersize=8, label=words("alternatives.site"))
    )
    ring = {"markerfacecolor": PAPER, "markeredgecolor": INK, "markeredgewidth": 2.0}
    keys.append(
        Line2D([], [], marker="o", linestyle="", markersize=7, label=words("alternatives.work"), **ring)  # type: ignore[arg-type]
    )
    keys.append(Line2D([], [], color=INK, linewidth=2.4, label=words("alternatives.circuit")))
    figure.legend(
        handles=keys, loc="lower left", bbox_to_anchor=(0.25 / figure.get_figwidth(), 0.24 / height), ncols=6,
        frameon=False, fontsize=7.5, borderaxespad=0, columnspacing=1.4, handlelength=1.8,
    )  # fmt: skip
    known = words("alternatives.complete" if study.complete else "alternatives.open")
    last = footer(words, study.status.value, known)
    figure.text(y=0.1 / height, s=literal(last), fontsize=7, color="#666666", va="bottom", **look)
