"""Who fills the stations that are full: the largest causes in the hour that binds, against the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes

from gridplan.explain.tight.tell import named
from gridplan.explain.why.say import Say
from gridplan.plots.style import COLOURS, INK, PAPER, headline, margins, nothing, sheet, write
from gridplan.plots.text import short

if TYPE_CHECKING:
    from gridplan.explain.tight.result import Bottlenecks

COLUMNS = ("bar", "station", "label", "direction", "year", "cause", "begin", "mw", "limit_mw")
SHADES = ("#2B6CB0", "#6F9BCB", "#B3CBE4")
MOST = 18


def data(found: Bottlenecks, say: Say) -> pd.DataFrame:
    """A row for each cause (MW) of each full station and direction, in its first full stage."""
    rows = []
    own = found.full[found.full["cause_1"].notna()]
    for bar, row in enumerate(own.head(MOST).to_dict("records")):
        label = say(
            "bottleneck.row",
            name=short(str(row["name"]), 30),
            way=say(f"way.{row['direction']}"),
            year=row["year"],
        )
        begin = 0.0
        for what, mw in named(row, say):
            limit = row["limit_mw"]
            rows.append((bar, row["station"], label, row["direction"], row["year"], what, begin, mw, limit))
            begin += mw
    return pd.DataFrame(rows, columns=list(COLUMNS))


def plot(found: Bottlenecks, lang: str = "en") -> Axes:
    """Draw bottlenecks on a sheet of its own."""
    say = Say(lang)
    table = data(found, say)
    count = int(table["bar"].max()) + 1 if len(table) else 0
    ax = sheet(12.0, max(3.6, 2.0 + 0.5 * count))
    ax.gridplan_data = table  # type: ignore[attr-defined]
    title, footer = say("bottleneck.title"), say("bottleneck.footer")
    case = found.case.settings.case.title or found.case.name
    if not count:
        nothing(ax, say("bottleneck.none"))
        headline(ax, title, case, footer)
        return ax
    labels = list(table.drop_duplicates("bar")["label"])
    margins(ax, 0.45 + 0.066 * max(map(len, labels)), 0.35, 0.95, 0.85)
    ends = pd.concat([table["begin"] + table["mw"], table["limit_mw"].dropna()])
    most = float(ends.max()) * 1.12
    ax.set_xlim(0, most)
    for bar, part in table.groupby("bar"):
        _bar(ax, int(str(bar)), part, most, say)
    ax.set_yticks(range(len(labels)), labels, fontsize=8)
    for text in ax.get_yticklabels():
        text.set_parse_math(False)
    ax.set_ylim(len(labels) - 0.5, -0.55)
    ax.set_xlabel(say("bottleneck.axis"), fontsize=8.5)
    ax.tick_params(labelsize=8, left=False)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    headline(ax, title, case, footer, drop=42)
    return ax


def _bar(ax: Axes, bar: int, part: pd.DataFrame, most: float, say: Say) -> None:
    """The causes of one station beside each other, each with its MW, and the line of the limit."""
    room = ax.get_position().width * 12.0 / 0.062  # characters that the Axes are wide
    for k, row in enumerate(part.to_dict("records")):
        ax.barh(bar, row["mw"], 0.6, left=row["begin"], color=SHADES[k], gid="cause")
        size, wide = f"{say.words.mw(row['mw'])} MW", int(room * row["mw"] / most)
        text = size if wide < len(size) + 6 else f"{short(row['cause'], wide - len(size) - 1)} {size}"
        if wide >= len(size):
            colour = PAPER if k == 0 else INK
            middle = row["begin"] + row["mw"] / 2
            write(ax, middle, bar, text, ha="center", va="center", fontsize=7.5, color=colour)
    limit = float(part["limit_mw"].iloc[0])
    if limit == limit:
        ax.plot([limit, limit], [bar - 0.4, bar + 0.4], color=COLOURS["full"], linewidth=2.2, gid="limit")
        text = f"{say.words.mw(limit)} MW"
        write(ax, limit, bar - 0.42, text, ha="center", va="bottom", fontsize=7, color=COLOURS["full"])
