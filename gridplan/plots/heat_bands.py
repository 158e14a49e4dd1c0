"""Drawing heat flows: bands, bars, names, and a number on every flow."""

from __future__ import annotations

import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path

from gridplan.plots.about import About
from gridplan.plots.heat_sankey import SIDE, WIDTH, placed
from gridplan.plots.sankey import Id, Layout, Node
from gridplan.plots.style import FAINT, HEAT, INK, PAPER, bare, headline, margins, nothing, write
from gridplan.plots.text import Words, short

COLOURS = {
    "site": HEAT,
    "source": "#A0724A",
    "pump": HEAT,
    "tank": HEAT,
    "electricity": "#E6A700",
    "lost": "#D98880",
    "unused": "#D5D5D5",
    "gas": "#7F8C8D",
    "all_electric": "#F3D27A",
    "backup_gas": "#A9B4BC",
    "backup_electric": "#F8E3AE",
}
BAR, STUB = 0.09, 0.42  # inches: width of a node, length of a flow without an end


def draw(ax: Axes, table: pd.DataFrame, words: Words, about: About, region: str = "") -> Axes:
    """Draw what `data` gave on Axes."""
    year = str(table["year"].iloc[0]) if len(table) else ""
    title = words("sankey.title", year=year) + (f": {region}" if region else "")
    if table.empty:
        nothing(ax, words("sankey.nothing"))
        headline(ax, title, about.case, about.footer)
        return ax
    made, scale = placed(table, words)
    margins(ax, SIDE, SIDE, 0.95, 0.85)
    bare(ax)
    wide = WIDTH - 2 * SIDE
    ax.set_xlim(0, wide)
    ax.set_ylim(made.height, 0)
    last = max(node.column for node in made.nodes.values())
    at = {column: column * (wide - BAR) / max(last, 1) for column in range(last + 1)}
    colour = _colours(made)
    for band in made.pieces:
        start, end = made.nodes[band.start], made.nodes[band.end]
        left, right = at[start.column] + BAR, at[end.column] + (BAR if end.id[0] == "lane" else 0)
        ribbon(ax, (left, start.out[band]), (right, end.into[band]), band.amount * scale, colour[band.start])
        if start.id[0] != "lane":
            number(ax, left + 0.04, start.out[band], words.mw(band.amount))
    for node in made.nodes.values():
        if node.id[0] != "lane":
            _node(ax, node, at[node.column], words, colour[node.id], scale, last)
    _legend(ax, made, words)
    headline(ax, title, about.case, about.footer, drop=46, left=SIDE * 72 - 36)
    return ax


def _colours(made: Layout) -> dict[Id, str]:
    """Colour of every node: of its producers where those are of one kind."""
    found = {i: COLOURS.get(i[0], HEAT) for i in made.nodes}
    moving = {i for band in made.pieces for i in (band.start, band.end)}
    found |= {i: COLOURS["unused"] for i in made.nodes if i not in moving}
    for node in sorted(made.nodes.values(), key=lambda node: node.column):
        feeds = {found[band.start] for band in made.pieces if band.end == node.id}
        if node.column and feeds:
            found[node.id] = feeds.pop() if len(feeds) == 1 else HEAT
    return found


def ribbon(ax: Axes, a: tuple[float, float], b: tuple[float, float], thick: float, colour: str) -> None:
    """A band from a to b, `thick` high at both ends (data units)."""
    half, middle = max(thick, 0.012) / 2, (a[0] + b[0]) / 2
    points = [
        (a[0], a[1] - half),
        (middle, a[1] - half),
        (middle, b[1] - half),
        (b[0], b[1] - half),
        (b[0], b[1] + half),
        (middle, b[1] + half),
        (middle, a[1] + half),
        (a[0], a[1] + half),
        (a[0], a[1] - half),
    ]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    ax.add_patch(
        PathPatch(Path(points, codes), facecolor=colour, alpha=0.42, linewidth=0, gid="flow", zorder=2)
    )


def number(ax: Axes, x: float, y: float, text: str, ha: str = "left", colour: str = INK) -> None:
    """A small number on a band, readable on any colour."""
    label = write(
        ax, x, y, text, fontsize=6.2, ha=ha, va="center", color=colour, zorder=6, gid="number", clip_on=False
    )
    label.set_path_effects([patheffects.withStroke(linewidth=2.2, foreground=PAPER)])


def _node(ax: Axes, node: Node, x: float, words: Words, colour: str, scale: float, last: int) -> None:
    """The bar of a node, its name, and flows that only begin or end there."""
    ax.add_patch(
        Rectangle((x, node.top), BAR, node.height, facecolor=colour, linewidth=0, zorder=4, gid="node")
    )
    for kind, tj in node.before:
        _stub(ax, x - STUB, node.into[kind], kind, tj * scale)
        number(ax, x - STUB + 0.03, node.into[kind], words.mw(tj))
    for kind, tj in node.after:
        faded = node.column == 0 and kind == "unused"
        _stub(ax, x + BAR, node.out[kind], kind, tj * scale)
        number(ax, x + BAR + 0.04, node.out[kind], words.mw(tj), colour=FAINT if faded else INK)
    middle = node.top + node.height / 2
    used = sum(tj for kind, tj in node.after if kind != "unused")
    used += sum(
        0.0 if isinstance(key, str) else key.amount
        for key in (node.into if node.column == last else node.out)
    )
    used += sum(tj for _, tj in node.before) if node.column == last else 0.0
    text = f"{short(node.label, 34)}  {words.mw(used)}"
    if node.column == 0:
        tone = INK if used > 0 else FAINT
        write(ax, x - 0.07, middle, text, fontsize=7, ha="right", va="center", color=tone, gid="name")
    elif node.column == last:
        write(ax, x + BAR + 0.07, middle, text, fontsize=7, ha="left", va="center", color=INK, gid="name")


def _stub(ax: Axes, x: float, y: float, kind: str, thick: float) -> None:
    thick = max(thick, 0.012)
    ax.add_patch(
        Rectangle(
            (x, y - thick / 2),
            STUB,
            thick,
            facecolor=COLOURS[kind],
            alpha=0.75,
            linewidth=0,
            zorder=3,
            gid=kind,
        )
    )


def _legend(ax: Axes, made: Layout, words: Words) -> None:
    kinds = [node.id[0] for node in made.nodes.values()]
    kinds += [kind for node in made.nodes.values() for kind, _ in [*node.before, *node.after]]
    shown = [k for k in COLOURS if k in kinds and k not in ("pump", "tank")]
    keys = [Patch(facecolor=COLOURS[k], label=words(f"sankey.{k}")) for k in shown]
    ax.legend(
        handles=keys,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.06 / made.height),
        ncols=min(len(keys), 7),
        fontsize=7,
        frameon=False,
    )
