"""Colours, classes and the sheet that every picture is drawn on.

Colours follow the meaning of the official Dutch capacity map, which has no green; they stay apart for
colour-blind people and in grey. Hatching means congestion (full and not everything served) and nothing else.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import Patch
from matplotlib.text import Text

from gridplan.plots.shown import Sheet
from gridplan.plots.text import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLASSES = ("available", "limited", "tight", "full")
COLOURS = {
    "available": "#F7F7F7",
    "limited": "#FEE391",
    "tight": "#FE9929",
    "full": "#A50026",
    "none": "#FFFFFF",
}
THRESHOLDS = (0.80, 0.95, 1.0 - 1e-6)  # loading from which a class begins, per class after the first
HATCH = "////"
INK = "#222222"
FAINT = "#8A8A8A"
PAPER = "#FFFFFF"
BUILT = "#1F4E79"  # what the plan adds to the grid
DATACENTER = "#2B6CB0"
HEAT = "#6A3D9A"
DPI = 150
SHEET = "gridplan-sheet"


def class_of(loading: float, headroom_mw: float = math.nan) -> str:
    """Capacity class of a loading (share of the limit); `none` where there is no limit.

    A station whose headroom (MW) is gone is full whatever its own loading, since its parent may be the limit.
    """
    if math.isnan(loading):
        return "none"
    if headroom_mw <= 1e-6:
        return "full"
    return CLASSES[sum(loading >= threshold for threshold in THRESHOLDS)]


def on_colour(name: str) -> str:
    """Colour of text that stands on the colour of a class."""
    return "#FFFFFF" if name == "full" else INK


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties())).get_charmap())


def literal(text: str) -> str:
    """Text of a case as it can be drawn: what the font lacks becomes a box, so that nothing warns."""
    return "".join(c if c == "\n" or ord(c) in _glyphs() else "□" for c in text)


def sheet(width: float = 11.7, height: float = 8.3) -> Axes:
    """New Axes on a figure of its own (inches; A4 landscape unless told), outside pyplot."""
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor=PAPER)
    figure.set_gid(SHEET)
    FigureCanvasAgg(figure)
    return figure.add_subplot(axes_class=Sheet)


def margins(ax: Axes, left: float, right: float, bottom: float, top: float) -> None:
    """Place Axes by margins in inches, only on a sheet of our own (Axes of a user stay where they are)."""
    figure = ax.get_figure(root=True)
    if figure is None or figure.get_gid() != SHEET:
        return
    width, height = figure.get_size_inches()
    ax.set_position(
        (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    )


def shorten(ax: Axes, bottom: float, top: float, least: float = 6.2) -> None:
    """Take away the height that a wide map leaves empty on a sheet of our own (inches, not below `least`)."""
    figure = ax.get_figure(root=True)
    if figure is None or figure.get_gid() != SHEET:
        return
    width, height = figure.get_size_inches()
    used = ax.get_position().height * height + bottom + top
    if used < height - 0.05:
        box = ax.get_position(original=True)
        height = max(used, least)
        figure.set_size_inches(width, height)
        ax.set_position((box.x0, bottom / height, box.width, (height - bottom - top) / height))


def write(ax: Axes, x: float, y: float, text: str, **options: object) -> Text:
    """Text in data coordinates, taken literally (a `$` is a dollar)."""
    return ax.text(x, y, literal(text), parse_math=False, **options)  # type: ignore[arg-type]


def headline(
    ax: Axes, title: str, case: str, footer: str, drop: float = 14, rise: float = 8, left: float = 0
) -> None:
    """Title with the case's name above it, `rise` points above the Axes, and the footer `drop` points below.

    All begin `left` points left of the Axes.
    """
    for text, at, up, look in (
        (
            title,
            1,
            rise,
            {"fontsize": 13, "fontweight": "bold", "color": INK, "va": "bottom", "gid": "title"},
        ),
        (case, 1, rise + 22, {"fontsize": 9, "color": "#666666", "va": "bottom", "gid": "case"}),
        (footer, 0, -drop, {"fontsize": 7, "color": "#666666", "va": "top", "gid": "footer"}),
    ):
        ax.annotate(
            literal(text),
            (0, at),
            (-left, up),
            xycoords="axes fraction",
            textcoords="offset points",
            parse_math=False,
            annotation_clip=False,
            **look,  # type: ignore[arg-type]
        )


def bare(ax: Axes) -> None:
    """Take frame and ticks away."""
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ax.spines.values():
        side.set_visible(False)


def nothing(ax: Axes, message: str) -> None:
    """An empty picture that says why it is empty."""
    margins(ax, 0.5, 0.5, 0.8, 0.9)
    bare(ax)
    ax.text(
        0.5,
        0.5,
        literal(message),
        transform=ax.transAxes,
        ha="center",
        va="center",
        fontsize=14,
        color=INK,
        parse_math=False,
        wrap=True,
        gid="message",
    )


def class_keys(words: Words, with_none: bool, with_congested: bool) -> list[Patch]:
    """Legend entries of the capacity classes with their thresholds."""
    names = [*CLASSES, *(["none"] if with_none else [])]
    keys = [
        Patch(facecolor=COLOURS[name], edgecolor=FAINT, linewidth=0.6, label=words(f"classes.{name}"))
        for name in names
    ]
    if with_congested:
        keys.append(
            Patch(facecolor=COLOURS["full"], edgecolor=PAPER, hatch=HATCH, label=words("classes.congested"))
        )
    return keys
