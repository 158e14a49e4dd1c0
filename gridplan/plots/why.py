"""Why not: a bar for each limit in the way; what is there, what still fits, and what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from gridplan.explain.why.say import Say, capital
from gridplan.plots.style import (
    COLOURS,
    DATACENTER,
    FAINT,
    HATCH,
    INK,
    PAPER,
    headline,
    literal,
    margins,
    nothing,
    sheet,
    write,
)
from gridplan.plots.text import Words, short

if TYPE_CHECKING:
    from gridplan.explain.why.explanation import Explanation

NAME = "explanation"
GREYS = ("#6F6F6F", "#8F8F8F", "#AFAFAF", "#C6C6C6", "#D6D6D6", "#E4E4E4", "#EFEFEF")
WIDE = 0.62  # height of a bar, of 1


def data(explanation: Explanation) -> pd.DataFrame:
    """A row for each part of each bar, with where it begins and ends in the unit of the bar."""
    table = explanation.bars.drop_duplicates()
    table["bar"] = table.groupby(["finding", "name", "unit"], sort=False).ngroup()
    table["end"] = table.groupby("bar")["value"].cumsum()
    table["begin"] = table["end"] - table["value"]
    return table


def plot(explanation: Explanation, lang: str = "en") -> Axes:
    """The picture on a sheet of its own."""
    table = data(explanation)
    count = int(table["bar"].max()) + 1 if len(table) else 1
    asked = [rows[0].says for f in explanation.findings for rows in f.conflicts[:1]]
    what = capital(Say(lang).line(asked[0])) if asked else explanation.case
    return draw(sheet(11.7, 2.6 + 1.15 * max(count, 1)), table, explanation.case, what, lang)


def draw(ax: Axes, table: pd.DataFrame, case: str, what: str, lang: str = "en") -> Axes:
    """Draw what `data` gave: every bar as a share of what would be needed, its numbers inside.

    Args:
        ax: where to draw.
        table: what `data` gave.
        case, what: name of the case, and what is asked, for the title.
        lang: `en` or `nl`.
    """
    say, words = Say(lang), Words(lang)
    title = say("picture.title", what=short(what, 80))
    if table.empty:
        nothing(ax, say("picture.none"))
        headline(ax, title, case, "")
        return ax
    margins(ax, 2.6, 0.5, 0.9, 1.0)
    greys: dict[int, int] = {}
    for row in table.to_dict("records"):
        _part(ax, table, row, greys, words)
    count = int(table["bar"].max()) + 1
    for bar in range(count):
        _limit(ax, bar, table[table["bar"] == bar], say)
    ax.set_xlim(0, 1.004)
    ax.set_ylim(count - 0.45, -0.62)
    ax.set_xticks([])
    first = table.drop_duplicates("bar")
    ax.set_yticks(first["bar"], [literal(short(str(name), 30)) for name in first["name"]], parse_math=False)
    ax.tick_params(length=0)
    for side in ("top", "right", "bottom"):
        ax.spines[side].set_visible(False)
    _legend(ax, table, say)
    headline(ax, title, case, words("footer.disclaimer"))
    return ax


def _needed(table: pd.DataFrame, bar: int) -> float:
    return float(table.loc[table["bar"] == bar, "end"].max())


def _part(ax: Axes, table: pd.DataFrame, row: dict, greys: dict[int, int], words: Words) -> None:
    bar, whole = int(row["bar"]), _needed(table, int(row["bar"]))
    begin, width = row["begin"] / whole, row["value"] / whole
    look: dict[str, Any] = {"facecolor": DATACENTER, "edgecolor": PAPER}
    if row["part"] == "used":
        shade = greys[bar] = greys.get(bar, -1) + 1
        look = {"facecolor": GREYS[min(shade, len(GREYS) - 1)], "edgecolor": PAPER}
    elif row["part"] == "missing":
        look = {"facecolor": PAPER, "edgecolor": COLOURS["full"], "hatch": HATCH}
    ax.barh(bar, width, WIDE, left=begin, linewidth=1.2, gid=row["part"], **look)
    size = f"{words.mw(row['value'])} {row['unit']}"
    dark = row["part"] == "fits" or (row["part"] == "used" and greys[bar] < 1)
    room = int(width * 95)
    lines = [t for t in (short(str(row["label"]), max(room, 4)) if row["label"] else "", size) if t]
    if len(size) <= room:
        box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5} if row["part"] == "missing" else None
        write(
            ax, begin + width / 2, bar, "\n".join(lines), ha="center", va="center", fontsize=8.5, bbox=box,
            color=PAPER if dark else COLOURS["full"] if row["part"] == "missing" else INK,
        )  # fmt: skip


def _limit(ax: Axes, bar: int, part: pd.DataFrame, say: Say) -> None:
    """The line of a limit, with its number above the bar."""
    at = float(part["limit"].iloc[0]) / float(part["end"].max())
    ax.plot([at, at], [bar - 0.42, bar + 0.36], color=INK, linewidth=2.2, gid="limit", solid_capstyle="butt")
    text = say("picture.limit", value=float(part["limit"].iloc[0]), unit=part["unit"].iloc[0])
    write(
        ax, min(at, 0.99), bar - 0.46, text, ha="center" if at < 0.9 else "right", va="bottom", fontsize=8.5
    )


def _legend(ax: Axes, table: pd.DataFrame, say: Say) -> None:
    looks: dict[str, dict[str, Any]] = {
        "used": {"facecolor": GREYS[1], "edgecolor": FAINT},
        "fits": {"facecolor": DATACENTER, "edgecolor": FAINT},
        "missing": {"facecolor": PAPER, "edgecolor": COLOURS["full"], "hatch": HATCH},
    }
    shown = [name for name in looks if (table["part"] == name).any()]
    keys = [Patch(label=say(f"picture.{name}"), **looks[name]) for name in shown]
    ax.legend(
        handles=keys, loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=3, frameon=False, fontsize=9
    )


def save(explanation: Explanation, folder: Path, lang: str = "en") -> list[Path]:
    """Write the picture and its CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    figure = plot(explanation, lang).get_figure(root=True)
    assert figure is not None
    figure.savefig(folder / f"{NAME}.png", metadata={"Software": None})
    table = data(explanation)
    table.to_csv(folder / f"{NAME}.csv", index=False, lineterminator="\n")
    return [folder / f"{NAME}.png", folder / f"{NAME}.csv"]
