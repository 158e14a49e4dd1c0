"""Heat links with their load on the grid and without it: two columns of bars, and why they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes

from gridplan.plots.study_about import case_title, footer
from gridplan.plots.style import FAINT, HEAT, INK, bare, headline, margins, nothing, sheet, write
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.explain.heat_coupling import Coupling

COLUMNS = (
    "link",
    "name",
    "status",
    "reason",
    "station",
    "by",
    "tj_with",
    "tj_without",
    "needs_mw",
    "room_mw",
)
COLOURS = {
    "both": "#B7A6CC",
    "more": HEAT,
    "less": "#D9822B",
    "only_with": HEAT,
    "only_without": "#B5321F",
}
WIDTH, ROW = 11.7, 0.215  # inches: sheet, height of a row
HALF, MIDDLE, AFTER = 2.15, 3.3, 3.0  # inches: a column of bars, names between, reasons


def data(found: Coupling) -> pd.DataFrame:
    """What is drawn: a row a link in the order of the picture, TJ a year, with names in words."""
    table, case = found.links.copy(), found.plan.case
    names: dict[str, str] = {}
    for name, key in (
        ("datacenters", "site"),
        ("heat_sources", "source"),
        ("heat_sinks", "sink"),
        ("junctions", "junction"),
    ):
        if case.has(name):
            rows = case.table(name)
            label = rows["name"] if "name" in rows else rows[key]
            names |= {str(i): str(n) for i, n in zip(rows[key], label, strict=True) if pd.notna(n) and n}
    ends = zip(table["from"].astype(str), table["to"].astype(str), strict=True)
    table["name"] = [f"{short(names.get(a, a), 20)} – {short(names.get(b, b), 20)}" for a, b in ends]
    return table[list(COLUMNS)]


def plot(found: Coupling, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the comparison on Axes, or on a sheet of its own."""
    words, table = Words(lang), data(found)
    prices = dict(zip(("with", "without"), map(words.mw, found.eur_per_mwh), strict=True))
    notes = [words("coupling.same_sites"), words("coupling.prices", **prices)]
    last = footer(words, found.plan.status.value, *notes)
    title = words("coupling.title", year=str(found.plan.case.years[-1]))
    ax = ax or sheet(WIDTH, max(len(table) * ROW + 2.1, 4.0))
    if table.empty:
        nothing(ax, words("coupling.nothing"))
        headline(ax, title, case_title(found.plan.case), last)
        return ax
    margins(ax, 0.45, 0.25, 0.5, 1.15)
    bare(ax)
    ax.set_xlim(0, 2 * HALF + MIDDLE + AFTER)
    ax.set_ylim(max(len(table), 3) - 0.4, -0.6)
    most = max(float(table[["tj_with", "tj_without"]].to_numpy().max()), 1e-9)
    for k, row in enumerate(table.to_dict("records")):
        _row(ax, k, {str(name): value for name, value in row.items()}, (HALF - 0.5) / most, words)
    for x, key, ha in ((HALF, "with", "right"), (HALF + MIDDLE, "without", "left")):
        write(ax, x, -0.85, words(f"coupling.{key}"), fontsize=8.5, fontweight="bold", ha=ha, va="bottom")
    why = 2 * HALF + MIDDLE + 0.15
    write(ax, why, -0.85, words("coupling.why"), fontsize=8.5, fontweight="bold", va="bottom")
    headline(ax, title, case_title(found.plan.case), last, drop=10, rise=30)
    return ax


def _row(ax: Axes, k: int, row: dict[str, Any], scale: float, words: Words) -> None:
    """Bars of a link to both sides of its name, their TJ, and why they differ."""
    colour, same = COLOURS[row["status"]], row["status"] == "both"
    sides = (("with", HALF, -1, "right"), ("without", HALF + MIDDLE, 1, "left"))
    for side, x, way, ha in sides:
        tj = float(row[f"tj_{side}"])
        ax.barh(k, way * tj * scale, left=x, height=0.66, color=colour, linewidth=0, gid=f"tj_{side}")
        text = words.mw(tj) if tj > 0 else "–"
        at = x + way * (tj * scale + 0.05)
        tone = INK if tj > 0 else FAINT
        write(ax, at, k, text, fontsize=6.8, ha=ha, va="center", color=tone, gid="number")
    middle = HALF + MIDDLE / 2
    tone = FAINT if same else INK
    write(ax, middle, k, row["name"], fontsize=7, ha="center", va="center", color=tone, gid="name")
    text = words("coupling.same") if same else _reason(row, words)
    write(ax, 2 * HALF + MIDDLE + 0.15, k, text, fontsize=7, ha="left", va="center", color=tone, gid="reason")


def _reason(row: dict[str, Any], words: Words) -> str:
    return words(
        f"coupling.{row['reason']}",
        station=short(str(row["station"]), 14),
        needs=words.mw(abs(float(row["needs_mw"]))),
        room=words.mw(max(float(row["room_mw"]), 0.0)),
        by=short(str(row["by"]).replace("; ", ", "), 26),
    )
