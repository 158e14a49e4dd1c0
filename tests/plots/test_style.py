"""Colours mean what the official map means."""

import math
from itertools import pairwise

import pytest

from gridplan.plots.style import CLASSES, COLOURS, class_of, literal, sheet


@pytest.mark.parametrize(
    ("loading", "room", "name"),
    [
        *[(0.0, 10, "available"), (0.7999, 10, "available"), (0.8, 10, "limited"), (0.95, 5, "tight")],
        *[(0.9999, 1, "tight"), (1.0 - 1e-7, 1, "full"), (1.2, -20, "full"), (0.5, 0.0, "full")],
        *[(math.inf, -3, "full"), (math.nan, 5, "none")],
    ],
)
def test_classes(loading, room, name):
    assert class_of(loading, room) == name


def test_lightness_falls_strictly_so_that_grey_prints_are_read():
    def light(colour):
        r, g, b = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    values = [light(COLOURS[name]) for name in CLASSES]
    assert values == sorted(values, reverse=True)
    assert min(a - b for a, b in pairwise(values)) > 20


def test_no_class_is_green():
    for name in CLASSES:
        r, g, _ = (int(COLOURS[name][k : k + 2], 16) for k in (1, 3, 5))
        assert g <= r


def test_text_of_a_case_is_taken_literally():
    assert literal("a$b$ — Zürich") == "a$b$ — Zürich"
    assert literal("日本") == "□□"


def test_sheets_stay_outside_pyplot():
    from matplotlib import _pylab_helpers

    sheet()
    assert not _pylab_helpers.Gcf.figs
