"""Labels on a map that never overlap: around their mark, else farther away with a leader line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from gridplan.plots.style import INK, PAPER, literal

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels
LABEL_ID = "label"  # gid of every label that was placed
HALO = [withStroke(linewidth=1.8, foreground=PAPER)]
GAP = 1.5  # points kept free around a label


@dataclass(frozen=True)
class Label:
    """A text for a mark at (x, y) in data coordinates; `radius` of the mark and `size` of the text in points.

    Higher `priority` is placed first. `reach` (points) bounds how far from its mark a label may stand.
    """

    text: str
    x: float
    y: float
    priority: float = 0.0
    size: float = 7.0
    radius: float = 5.0
    colour: str = INK
    bold: bool = False
    reach: float = 60.0
    about: str = ""  # what the text is about, for the list of what found no place


@dataclass
class Room:
    """What is taken already, in pixels: boxes no label may touch and points it rather does not cover."""

    edge: Box
    boxes: list[Box] = field(default_factory=list)
    points: list[np.ndarray] = field(default_factory=list)

    def take(self, box: Box) -> None:
        """Mark a box as taken."""
        self.boxes.append(box)

    def is_free(self, box: Box) -> bool:
        """True where a box lies inside the Axes and touches nothing."""
        x0, y0, x1, y1 = box
        inside = x0 >= self.edge[0] and y0 >= self.edge[1] and x1 <= self.edge[2] and y1 <= self.edge[3]
        if not inside or not self.boxes:
            return inside
        b = np.asarray(self.boxes)
        return not bool(np.any((b[:, 0] < x1) & (x0 < b[:, 2]) & (b[:, 1] < y1) & (y0 < b[:, 3])))

    def covered(self, box: Box) -> int:
        """How many points of lines a box would cover."""
        if not self.points:
            return 0
        p = np.vstack(self.points)
        return int(np.sum((p[:, 0] > box[0]) & (p[:, 0] < box[2]) & (p[:, 1] > box[1]) & (p[:, 1] < box[3])))

    def crosses(self, start: np.ndarray, end: np.ndarray) -> bool:
        """True where a leader line would run through a taken box (other than the mark it starts at)."""
        if not self.boxes:
            return False
        along = start + (end - start) * np.linspace(0, 1, 12)[:, None]
        b = np.asarray(self.boxes)
        b = b[
            ~((b[:, 0] <= start[0]) & (start[0] <= b[:, 2]) & (b[:, 1] <= start[1]) & (start[1] <= b[:, 3]))
        ]
        hit = (along[:, None, 0] > b[:, 0]) & (along[:, None, 0] < b[:, 2])
        hit &= (along[:, None, 1] > b[:, 1]) & (along[:, None, 1] < b[:, 3])
        return bool(hit.any())


def room_of(ax: Axes, marks: Iterable[tuple[float, float, float]], lines: Iterable[np.ndarray] = ()) -> Room:
    """Room on Axes whose limits are final: marks are (x, y, radius in points), lines are data points."""
    ax.apply_aspect()
    pixel = ax.figure.dpi / 72
    edge = ax.get_window_extent()
    room = Room((edge.x0 + 2, edge.y0 + 2, edge.x1 - 2, edge.y1 - 2))
    for x, y, radius in marks:
        px, py = ax.transData.transform((x, y))
        r = radius * pixel
        room.take((px - r, py - r, px + r, py + r))
    for line in lines:
        points = ax.transData.transform(line)
        for a, b in pairwise(points):
            steps = max(int(np.hypot(*(b - a)) / 6), 1)
            room.points.append(a + (b - a) * np.linspace(0, 1, steps + 1)[:, None])
    return room


def place(ax: Axes, labels: Iterable[Label], room: Room) -> list[Label]:
    """Draw every label that finds a free place; gives back those that did not, most important first."""
    left = []
    for label in sorted(labels, key=lambda one: (-one.priority, one.text, one.x, one.y)):
        if not _place(ax, label, room):
            left.append(label)
    return left


def _place(ax: Axes, label: Label, room: Room) -> bool:
    pixel = ax.figure.dpi / 72
    text = ax.annotate(
        literal(label.text),
        (label.x, label.y),
        (0, 0),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=label.size,
        color=label.colour,
        fontweight="bold" if label.bold else "normal",
        parse_math=False,
        zorder=9,
        gid=LABEL_ID,
        linespacing=1.05,
        path_effects=HALO,
    )
    extent = Text.get_window_extent(text)
    width, height = extent.width / pixel, extent.height / pixel
    mark = ax.transData.transform((label.x, label.y))
    best: tuple[float, float, float, Box] | None = None
    for cost, dx, dy in _spots(width, height, label.radius, label.reach):
        if best and cost >= best[0]:
            break
        middle = mark + np.array([dx, dy]) * pixel
        half_x, half_y = (width / 2 + GAP) * pixel, (height / 2 + GAP) * pixel
        box = (middle[0] - half_x, middle[1] - half_y, middle[0] + half_x, middle[1] + half_y)
        if not room.is_free(box) or (cost >= 100 and room.crosses(mark, middle)):
            continue
        total = cost + 2.0 * room.covered(box)
        if best is None or total < best[0]:
            best = (total, dx, dy, box)
    if best is None:
        text.remove()
        return False
    _, dx, dy, box = best
    text.set_position((dx, dy))
    room.take(box)
    _leader(ax, label, text, dx, dy, width, height)
    return True


def _spots(width: float, height: float, radius: float, reach: float) -> list[tuple[float, float, float]]:
    """(cost, dx, dy) in points, cheapest first: at the mark, then farther by a leader (cost from 100)."""
    spots = [(0.0, 0.0, 0.0)] if radius == 0 else []
    for distance in (1.5, 4.0, 12.0, 20.0, 30.0, 42.0, 56.0, 72.0, 90.0, 110.0, 135.0, 160.0):
        if distance > reach:
            break
        for turn in range(16):
            angle = 2 * np.pi * turn / 16
            out = radius + distance
            dx = np.cos(angle) * (out + width / 2)
            dy = np.sin(angle) * (out + height / 2)
            sideways = abs(np.sin(angle)) * 3 + (1 if dx < 0 else 0)
            spots.append((distance + sideways + (100 if distance > 6 else 0), float(dx), float(dy)))
    return sorted(spots)


def _leader(ax: Axes, label: Label, text: Text, dx: float, dy: float, width: float, height: float) -> None:
    gap = max(abs(dx) - width / 2, abs(dy) - height / 2) - label.radius
    if gap < 6:
        return
    near = (np.clip(0, dx - width / 2, dx + width / 2), np.clip(0, dy - height / 2, dy + height / 2))
    ax.annotate(
        "",
        (label.x, label.y),
        near,
        textcoords="offset points",
        zorder=3.5,
        arrowprops={"arrowstyle": "-", "color": "#555555", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 0},
    )


def overflow(left: list[Label], heading: str, more: str, rows: int = 18) -> list[str]:
    """Lines that name what found no place on the map (`more` holds {n}); none where everything did."""
    if not left:
        return []
    named = [(label.about or label.text).replace("\n", " ") for label in left]
    rest = [more.format(n=len(named) - rows)] if len(named) > rows else []
    return [heading, *named[:rows], *rest]
