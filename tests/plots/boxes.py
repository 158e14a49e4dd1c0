"""Boxes of all texts of a picture: which cover one another, which leave the sheet."""

import itertools

import numpy as np
from matplotlib.text import Text

TOLERANCE = 1.0  # pixels (at 150 a inch) that the air around letters may share


def shown(figure):
    """Every text that a reader sees; ticks beyond the ends of an axis are not drawn."""
    figure.canvas.draw()
    unseen = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            slack = 1e-9 * (high - low)
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not ax.axison or not low - slack <= tick.get_loc() <= high + slack:
                    unseen |= {tick.label1, tick.label2}
    texts = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
    return [t for t in texts if t not in unseen and t.get_alpha() != 0]


def corners(text):
    """The four corners (pixels) of a text's box, turned as the text is."""
    turned = text.get_rotation()
    if turned % 90 == 0:
        return np.asarray(Text.get_window_extent(text).corners())[[0, 1, 3, 2]]
    box = Text.get_window_extent(text)
    text.set_rotation(0)
    flat = Text.get_window_extent(text)
    text.set_rotation(turned)
    angle = np.radians(turned)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    half = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]]) * [flat.width / 2, flat.height / 2]
    return half @ turn.T + [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]


def share(a, b):
    """Pixels that two convex boxes share in the direction in which they share least; below 0: apart."""
    least = np.inf
    for shape in (a, b):
        for start, end in zip(shape, np.roll(shape, -1, axis=0), strict=True):
            side = end - start
            normal = np.array([-side[1], side[0]]) / np.hypot(*side)
            on_a, on_b = a @ normal, b @ normal
            least = min(least, min(on_a.max(), on_b.max()) - max(on_a.min(), on_b.min()))
    return least


def faults(figure):
    """What a reader would trip over, in words: texts that cover one another or leave the sheet."""
    texts = shown(figure)
    boxes = [corners(text) for text in texts]
    said = [text.get_text().replace("\n", " / ") for text in texts]
    found = [
        f"'{what}' leaves the sheet: {box.min(axis=0).round()} to {box.max(axis=0).round()}"
        for what, box in zip(said, boxes, strict=True)
        if (box < 0).any() or (box > figure.bbox.max).any()
    ]
    low, high = np.array([b.min(axis=0) for b in boxes]), np.array([b.max(axis=0) for b in boxes])
    for i, j in itertools.combinations(range(len(texts)), 2):
        apart = (low[i] > high[j] - TOLERANCE).any() or (low[j] > high[i] - TOLERANCE).any()
        if not apart and (over := share(boxes[i], boxes[j])) > TOLERANCE:
            found.append(f"'{said[i]}' and '{said[j]}' share {over:.1f} pixels")
    return found
