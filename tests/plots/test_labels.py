"""No label covers another, a mark or the edge of the sheet."""

import itertools

import pytest
from matplotlib.text import Text

from gridplan.plots.labels import LABEL_ID, Label, place, room_of
from gridplan.plots.style import sheet
from tests.plots.boxes import faults
from tests.plots.conftest import make_plan


def boxes(ax, gid=LABEL_ID):
    ax.figure.canvas.draw()
    return [Text.get_window_extent(text) for text in ax.texts if text.get_gid() == gid]


def overlapping(found):
    return [(a, b) for a, b in itertools.combinations(found, 2) if a.overlaps(b)]


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("year", [2026, 2035])
def test_labels_of_sixty_stations_do_not_overlap(sixty, year, lang):
    ax = sixty.plot.map(year, lang=lang)
    found = boxes(ax)
    assert len(found) > 40
    assert not overlapping(found)
    assert all(
        ax.get_window_extent().containsx(b.x0) and ax.get_window_extent().containsx(b.x1) for b in found
    )


def test_labels_of_the_siting_map_do_not_overlap(sixty):
    assert not overlapping(boxes(sixty.plot.siting()))


def test_every_loud_station_is_on_the_map_or_in_the_list(sixty):
    data = sixty.plot.data("map")
    ax = sixty.plot.map()
    text = "\n".join(t.get_text() for t in ax.texts if t.get_gid() in (LABEL_ID, "list"))
    loud = data[(data["layer"] == "station") & (data["loading"] >= 0.8)]
    assert len(loud) > 10
    assert [name for name in loud["name"] if f"{name} " not in text] == []


def test_labels_are_the_same_each_time(sixty):
    first, second = ([b.bounds for b in boxes(sixty.plot.map())] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", ["map_demand_2035", "siting_2035", "bottlenecks", "duration_S8", "gantt"])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_every_text_is_on_the_sheet_and_clear_of_others(sixty, name, lang):
    kind, options = sixty.plot.names()[name]
    ax = getattr(sixty.plot, kind)(**options, lang=lang)
    assert faults(ax.figure) == []


def test_faults_are_found():
    ax = sheet(4, 3)
    ax.set_axis_off()
    for x, word, turned in (
        (0.2, "first", 0),
        (0.24, "second", 0),
        (0.6, "alone", 0),
        (0.99, "too far to the right", 0),
    ):
        ax.text(x, 0.5, word, rotation=turned)
    for x in (0.2, 0.3):
        ax.text(x, 0.1, "aslant and long", rotation=45)
    assert [what.split("'")[1] for what in faults(ax.figure)] == ["too far to the right", "first"]


def test_what_finds_no_room_is_given_back_the_least_important_first():
    ax = sheet(2, 2)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    crowd = [Label(f"label {k:02d}", 0.5, 0.5, priority=k, reach=20) for k in range(40)]
    left = place(ax, crowd, room_of(ax, [(0.5, 0.5, 4)]))
    assert 0 < len(left) < 40
    assert {label.priority for label in left} == set(range(len(left)))
    assert not overlapping(boxes(ax))


@pytest.mark.parametrize("kind", ["map", "bottlenecks", "gantt", "siting", "cover"])
def test_empty_pictures_keep_their_words_on_the_sheet(kind):
    ax = getattr(make_plan({}, {}).plot, kind)()
    ax.figure.canvas.draw()
    found = [Text.get_window_extent(text) for text in ax.texts]
    assert len(found) == 4  # message, title, case, footer
    assert all(b.y0 >= 0 and b.y1 <= ax.figure.bbox.y1 for b in found)
    assert not overlapping(found)
