"""Flows of electricity by sub-region, GWh a year: supply, sub-region, use, and the grid around it."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from gridplan.plots import sankey
from gridplan.plots.about import About
from gridplan.plots.growth import COLOURS, label
from gridplan.plots.heat_bands import BAR, number, ribbon
from gridplan.plots.power_data import NOWHERE
from gridplan.plots.sankey import Band, Id, Layout, Node
from gridplan.plots.style import BUILT, INK, bare, headline, margins, nothing, write
from gridplan.plots.text import Words, glossary, short

WIDTH, SIDE = 11.7, 2.5  # inches: sheet, room for names
TALL = 5.2  # inches of the largest column, if every slot were as high as its amount
SMALL = 0.006  # share of all from which a flow has a band of its own
COLUMN = {"supply": 0, "region": 1, "use": 2}
TONES = {"grid": "#777777", "solar": "#E6A700", "pv": "#E6A700", "wind": "#4E9A9A", "region": BUILT}
REST = "rest"


def placed(table: pd.DataFrame, words: Words) -> tuple[Layout, float]:
    """(everything in its place, inches per GWh); what is small joins the others of its kind."""
    least = SMALL * float(table.loc[table["to_kind"] != "region", "gwh"].sum())
    nodes: dict[Id, Node] = {}
    sums: dict[tuple[Id, Id], float] = {}
    for row in table.to_dict("records"):
        start, end = (_end(row, side, float(row["gwh"]) < least) for side in ("from", "to"))
        sums[start, end] = sums.get((start, end), 0.0) + float(row["gwh"])
        for i, other in ((start, 0), (end, 2)):
            column = 1 if i[0] == "region" else other
            nodes.setdefault(i, Node(i, column, _name(i, words)))
    bands = [Band(start, end, gwh) for (start, end), gwh in sums.items()]
    columns = [sum(b.amount for b in bands if nodes[b.start].column == k) for k in (0, 1)]
    scale = TALL / max(*columns, 1e-9)
    return sankey.layout(list(nodes.values()), bands, scale), scale


def _end(row: dict, side: str, small: bool) -> Id:
    """Node at one end of a flow; the grid is two nodes, one that gives and one that takes."""
    kind, name = str(row[f"{side}_kind"]), str(row[side])
    if kind == "grid":
        return ("grid", "in" if side == "from" else "out")
    return (kind, REST if small and kind != "region" else name)


def _name(i: Id, words: Words) -> str:
    kind, name = i
    if kind == "grid":
        return words(f"power.grid_{name}")
    if name == REST and kind != "region":
        return words(f"power.rest_{kind}")
    if kind == "supply":
        return words(f"technologies.{name}") if name in glossary()["technologies"] else name.replace("_", " ")
    if kind == "region":
        return words("power.no_region") if name == NOWHERE else name
    return label(name, words)


def height(table: pd.DataFrame, words: Words) -> float:
    """Inches of a sheet on which everything has its place."""
    return max(placed(table, words)[0].height + 2.0, 4.0) if len(table) else 6.0


def draw(ax: Axes, table: pd.DataFrame, words: Words, about: About) -> Axes:
    """Draw what `power_data.data` gave on Axes."""
    title = words("power.title", year=str(table["year"].iloc[0]) if len(table) else "")
    if table.empty:
        nothing(ax, words("power.empty"))
        headline(ax, title, about.case, about.footer)
        return ax
    made, scale = placed(table, words)
    margins(ax, SIDE, SIDE, 0.9, 0.85)
    bare(ax)
    wide = WIDTH - 2 * SIDE
    ax.set_xlim(0, wide)
    ax.set_ylim(made.height, 0)
    at = {column: column * (wide - BAR) / 2 for column in range(3)}
    for band in made.pieces:
        start, end = made.nodes[band.start], made.nodes[band.end]
        left = at[start.column] + BAR
        tone = _tone(end.id if start.id[0] == "region" else start.id)
        ribbon(ax, (left, start.out[band]), (at[end.column], end.into[band]), band.amount * scale, tone)
        number(ax, left + 0.04, start.out[band], words.number(band.amount))
    for node in made.nodes.values():
        _node(ax, node, at[node.column], words)
    headline(ax, title, about.case, f"{words('power.note')}\n{about.footer}", drop=14, left=SIDE * 72 - 36)
    return ax


def _tone(i: Id) -> str:
    kind, name = i
    known = next((tone for key, tone in TONES.items() if key in (kind, name) or name.startswith(key)), None)
    return known or COLOURS.get(name) or ("#B08D57" if kind == "supply" else "#9A9A9A")


def _node(ax: Axes, node: Node, x: float, words: Words) -> None:
    """The bar of a node, its name and its GWh; those of sub-regions stand on the bar."""
    box = Rectangle(
        (x, node.top), BAR, node.height, facecolor=_tone(node.id), linewidth=0, zorder=4, gid="node"
    )
    ax.add_patch(box)
    keys = node.out if node.column == 0 else node.into
    total = sum(0.0 if isinstance(key, str) else key.amount for key in keys)
    text = f"{short(node.label, 32)}  {words.number(total)}"
    middle, look = node.top + node.height / 2, {"fontsize": 7, "va": "center", "color": INK, "gid": "name"}
    if node.column == 0:
        write(ax, x - 0.07, middle, text, ha="right", **look)
    elif node.column == 2:
        write(ax, x + BAR + 0.07, middle, text, ha="left", **look)
    else:
        write(ax, x - 0.06, middle, text, ha="right", zorder=7, bbox=BACK, **look)


BACK = {"facecolor": "#FFFFFF", "alpha": 0.8, "edgecolor": "none", "pad": 1.0}
