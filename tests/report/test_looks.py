"""Colours that can be read (WCAG 2.1 AA), and a file that can be mailed."""

import re

import pytest

from gridplan.case import read_case
from gridplan.plan.save import save
from gridplan.plots.growth import COLOURS as CATEGORIES
from gridplan.plots.growth import OTHERS, ink_on
from gridplan.plots.style import BUILT, CLASSES, COLOURS, DATACENTER, HEAT, INK, PAPER, on_colour
from gridplan.report.page import _text

TEXT, GRAPHIC = 4.5, 3.0  # least contrast of text, and of things that must be seen


def luminance(colour):
    """Relative luminance of #rgb or #rrggbb."""
    code = colour.lstrip("#")
    code = "".join(2 * c for c in code) if len(code) == 3 else code
    parts = [int(code[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Contrast of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.005)


def test_every_text_colour_of_the_style_can_be_read():
    css = _text("report.css")
    named = dict(re.findall(r"--(\w+): (#\w+)", css))
    used = {named.get(name, name) for name in re.findall(r"(?<![-\w])color: (?:var\(--)?([#\w]+)", css)}
    texts = {colour for colour in used if colour.startswith("#")}
    assert {named["ink"], named["faint"], named["blue"]} <= texts
    for paper in ("#fff", *re.findall(r"\.alarm \{[^}]*background: (#\w+)", css)):
        assert {c: contrast(c, paper) for c in texts if contrast(c, paper) < TEXT} == {}
    marks = [named["blue"], named["red"], *re.findall(r"outline: \S+ solid (#\w+)", css)]
    assert len(marks) == 3 and all(contrast(mark, "#fff") >= GRAPHIC for mark in marks)


def test_numbers_on_the_colours_of_the_map_can_be_read():
    for kind in (*CLASSES, "none"):
        assert contrast(on_colour(kind), COLOURS[kind]) >= TEXT, kind
    for colour in (INK, BUILT, DATACENTER, HEAT):
        assert contrast(colour, PAPER) >= TEXT, colour
    for colour in (*CATEGORIES.values(), *OTHERS):
        assert contrast(ink_on(colour), colour) >= TEXT, colour


def test_the_libraries_leave_room_for_the_plan(pages):
    sizes = [path.stat().st_size for path in pages.glob("dossier.*.html")]
    assert len(sizes) == 2 and max(sizes) < 4e6


@pytest.mark.slow
def test_the_dossier_of_the_region_is_below_8_mb(tmp_path):
    from gridplan.report import report

    plan = read_case("cases/mra").solve(threads=1)
    files = report(save(plan, tmp_path / "mra", case_path="cases/mra"), everything=True)
    sizes = {path.name: path.stat().st_size for path in files if path.name.startswith("dossier")}
    assert len(sizes) == 2 and max(sizes.values()) < 8e6, sizes
