"""No label covers another, a mark or the edge of the sheet."""

import itertools

import pytest
from matplotlib.text import Text

from gridplan.plots.labels import LABEL_ID, Label, place, room_of
from gridplan.plots.style import sheet
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
def test_every_text_is_on_the_sheet(sixty, name, lang):
    kind, options = sixty.plot.names()[name]
    ax = getattr(sixty.plot, kind)(**options, lang=lang)
    figure = ax.figure
    figure.canvas.draw()
    texts = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels()]
    texts += ax.get_legend().get_texts() if ax.get_legend() else []
    for text in texts:
        if text.get_text():
            box = Text.get_window_extent(text)
            where = (text.get_text(), box.bounds, figure.bbox.bounds)
            assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1, (
                where
            )


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
