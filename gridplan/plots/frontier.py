"""A frontier as a picture: every plan a point with its number, those worth a look marked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from gridplan.plots.labels import Label, place, room_of
from gridplan.plots.study_about import case_title, footer
from gridplan.plots.style import BUILT, COLOURS, FAINT, INK, PAPER, headline, margins, nothing, sheet
from gridplan.plots.text import Words

if TYPE_CHECKING:
    from gridplan.study.axes import Axis
    from gridplan.study.frontier import Frontier


def data(study: Frontier) -> pd.DataFrame:
    """What is drawn: `point`, `x` and `y` (in the units of the two indicators), `picked`, `bound`."""
    table = study.table
    return pd.DataFrame(
        {
            "point": table["point"],
            "x": table[study.first.indicator],
            "y": table[study.second.indicator],
            "picked": table["picked"],
            "bound": table["bound"],
        }
    )


def plot(study: Frontier, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw a frontier on Axes, or on a sheet of its own."""
    words, table = Words(lang), data(study)
    ax = ax or sheet(10.5, 6.6)
    gaps = study.table["gap"].dropna()
    proven = words("frontier.proven", gap=words.number(100 * gaps.max(), 2)) if len(gaps) else ""
    last = footer(words, study.status.value, proven)
    title = words("frontier.title", n=words.number(len(table)))
    if table.empty:
        nothing(ax, words("frontier.empty"))
        headline(ax, title, case_title(study.case), last)
        return ax
    margins(ax, 0.95, 2.6, 1.15, 0.85)
    _curve(ax, table, study, words)
    _axes(ax, study.first, study.second, words)
    _points(ax, table, study, words)
    ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, fontsize=7.5, borderaxespad=0)
    headline(ax, title, case_title(study.case), last, drop=44)
    return ax


def _curve(ax: Axes, table: pd.DataFrame, study: Frontier, words: Words) -> None:
    """Steps where all points are known; a dotted line where only some were looked at."""
    if study.step is not None and study.complete:
        ax.plot(
            table["x"], table["y"], drawstyle="steps-post", color=FAINT, linewidth=1.2, zorder=2,
            label=words("frontier.step"),
        )  # fmt: skip
    else:
        ax.plot(
            table["x"], table["y"], ":", color=FAINT, linewidth=1.2, zorder=2, label=words("frontier.open")
        )


def _points(ax: Axes, table: pd.DataFrame, study: Frontier, words: Words) -> None:
    plain, marked = table[table["picked"] == ""], table[table["picked"] != ""]
    look: dict[str, Any] = {"zorder": 4, "linewidths": 1.0, "clip_on": False}
    if len(plain):
        ax.scatter(
            plain["x"], plain["y"], s=46, c=PAPER, edgecolors=BUILT, gid="points",
            label=words("frontier.point"), **look,
        )  # fmt: skip
    ax.scatter(
        marked["x"], marked["y"], s=110, c=COLOURS["tight"], edgecolors=INK, gid="picked", marker="D",
        label=words("frontier.picked"), **look,
    )  # fmt: skip
    line = table[["x", "y"]].to_numpy(float)
    room = room_of(ax, [(x, y, 6.0) for x, y in line], [line])
    labels = []
    for row in table.to_dict("records"):
        text = str(row["point"])
        if row["picked"]:
            text = f"{text}  {_why(row['picked'], study, words)}\n{_values(row, study, words)}"
        rank = 10.0 if row["picked"] else 0.0
        size = 7.5 if row["picked"] else 7.0
        labels.append(Label(text, row["x"], row["y"], rank, size, 7.0, bold=bool(row["picked"]), reach=110))
    place(ax, labels, room)


def _why(picked: str, study: Frontier, words: Words) -> str:
    """Why a point is worth a look."""
    if picked == "elbow":
        return words("frontier.elbow")
    axis = study.first if picked == "least_first" else study.second
    name = words(f"indicator.{axis.indicator}").partition(" (")[0]
    return words("frontier.best", name=name)


def _values(row: dict, study: Frontier, words: Words) -> str:
    """Both values with their units."""
    units = ["M€" if axis.unit == "MEUR" else axis.unit for axis in (study.first, study.second)]
    return " · ".join(f"{_number(row[k], words)} {unit}" for k, unit in zip(("x", "y"), units, strict=True))


def _number(value: float, words: Words) -> str:
    """Digits enough to tell points apart."""
    size = abs(value)
    return words.number(value, 0 if size >= 1000 else 1 if size >= 10 else 3)


def _axes(ax: Axes, first: Axis, second: Axis, words: Words) -> None:
    for axis, label, one in (
        (ax.xaxis, ax.set_xlabel, first),
        (ax.yaxis, ax.set_ylabel, second),
    ):
        name = words(f"indicator.{one.indicator}")
        label(words("frontier.more" if one.sign < 0 else "frontier.less", name=name), fontsize=9)
        low, high = ax.get_xlim() if axis is ax.xaxis else ax.get_ylim()
        digits = max(0, min(4, 1 - math.floor(math.log10(high - low)))) if high > low else 0
        axis.set_major_formatter(FuncFormatter(lambda v, _, d=digits: words.number(v, d)))
    ax.margins(0.08)
    ax.grid(color="#E2E2E2", linewidth=0.7, zorder=0)
    ax.tick_params(labelsize=8)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
