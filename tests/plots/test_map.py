"""The map draws its data: places, colours, widths and words."""

import math

import numpy as np
import pytest
from matplotlib.colors import to_hex

from gridplan.plots.labels import LABEL_ID
from gridplan.plots.style import COLOURS
from tests.plots.conftest import SMALL_CASE, SMALL_PLAN, make_plan


def artist(ax, gid):
    return next(child for child in ax.get_children() if child.get_gid() == gid)


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() == LABEL_ID]


def test_stations_stand_where_the_data_says_in_the_colour_of_their_class(small):
    data = small.plot.data("map", year=2035)
    stations = data[data["layer"] == "station"]
    drawn = artist(small.plot.map(2035), "stations")
    assert np.allclose(drawn.get_offsets(), stations[["lon", "lat"]])
    assert [to_hex(c).upper() for c in drawn.get_facecolors()] == [
        COLOURS[c] for c in stations["capacity_class"]
    ]
    assert list(stations["capacity_class"]) == ["tight", "available", "full"]


def test_hatching_is_congestion_and_nothing_else(small):
    ax = small.plot.map(2026)
    data = small.plot.data("map", year=2026).set_index("id")
    assert data.loc["SM", "congested"] and not data.loc["SW", "congested"]
    hatched = [child for child in ax.collections if getattr(child, "get_hatch", lambda: None)()]
    assert [child.get_gid() for child in hatched] == ["congested"]
    assert np.allclose(hatched[0].get_offsets(), [[4.76, 52.34]])


def test_connections_are_wider_when_fuller_and_absent_before_they_are_built(small):
    early, late = (small.plot.data("map", year=year) for year in (2026, 2035))
    assert list(early[early["layer"] == "branch"]["id"]) == ["W-M", "M-O"]
    assert list(late[late["layer"] == "branch"]["id"]) == ["W-M", "M-O", "W-O"]
    lines = artist(small.plot.map(2030), "branches")
    assert lines.get_linewidths()[0] > lines.get_linewidths()[1]
    assert "85 %" in words(small.plot.map(2030))


def test_what_is_built_is_marked_with_its_number_and_year(small):
    texts = words(small.plot.map(2035))
    assert any("+1 (2030)" in text and "Meer & Co $A$ 79 %" in text for text in texts)
    assert any("+2 bays (2035)" in text for text in texts)
    assert "+1 (2035)" in texts
    assert "+120 MW" in texts and "+7.5 MW" in texts and "180 TJ" in texts
    circuit = artist(small.plot.map(2035), "circuits").get_segments()[0]
    data = small.plot.data("map", year=2035)
    row = data[data["layer"] == "circuit"].iloc[0]
    assert np.allclose(circuit, [[row["lon"], row["lat"]], [row["to_lon"], row["to_lat"]]])
    assert not any("2035" in text for text in words(small.plot.map(2030)))


def test_squares_grow_with_megawatts(small):
    sizes = artist(small.plot.map(2035), "datacenters").get_sizes()
    assert sizes[0] > sizes[1]


def test_zones_take_the_class_of_their_fullest_station(small):
    data = small.plot.data("map", year=2026)
    zones = data[data["layer"] == "zone"].set_index("id")["capacity_class"]
    assert dict(zones) == {"W": "available", "M": "full", "O": "available"}


def test_directions_differ_and_take_dutch_names(small):
    demand, feedin = (small.plot.data("map", year=2035, direction=way) for way in ("afname", "invoeding"))
    assert set(demand["direction"]) == {"demand"} and set(feedin["direction"]) == {"feedin"}
    peak = feedin.set_index("id")["peak_mw"]
    assert peak["SM"] == 180
    assert feedin.set_index("id").loc["SO", "capacity_class"] == "none"


def test_titles_say_what_in_which_language(small):
    ax = small.plot.map(2030, "feedin", lang="nl")
    texts = {text.get_gid(): text.get_text() for text in ax.texts}
    assert texts["title"] == "Belasting van het net in 2030, invoeding"
    assert texts["case"] == "Polder test: 3 stations at $5 a piece"
    assert "0,83 %" in texts["footer"] and "geen aansluitadvies" in texts["footer"]


def test_the_legend_names_the_thresholds_and_what_is_drawn(small):
    legend = [text.get_text() for text in small.plot.map(2035).get_legend().get_texts()]
    assert [line for line in legend if "80" in line or "95" in line]
    assert "new circuit, with year in service" in legend and "residual-heat link in service" in legend
    before = [text.get_text() for text in small.plot.map(2026).get_legend().get_texts()]
    assert "new circuit, with year in service" not in before


def test_unknown_year_and_direction_name_what_is_there(small):
    with pytest.raises(ValueError, match="year 2031 is not a stage; there are 2026, 2030, 2035"):
        small.plot.map(2031)
    with pytest.raises(ValueError, match="direction 'up' is not there; there are demand, feedin"):
        small.plot.map(2030, "up")


def test_things_without_coordinates_are_named_in_the_footer():
    nowhere = {"substation": "SX", "name": "Nowhere", "zone": "", "lat": math.nan, "lon": math.nan}
    case = SMALL_CASE | {"substations": [*SMALL_CASE["substations"], nowhere]}
    ax = make_plan(case, SMALL_PLAN).plot.map(2026)
    assert "no coordinates: Nowhere" in next(t.get_text() for t in ax.texts if t.get_gid() == "footer")


def test_a_grid_without_coordinates_is_drawn_as_a_scheme():
    case = {"substations": [{"substation": s} for s in "abc"]}
    case["branches"] = [{"branch": "ab", "from": "a", "to": "b"}, {"branch": "bc", "from": "b", "to": "c"}]
    plan = make_plan(
        case, {"branches": [{"branch": "ab", "year": 2035, "peak_mw": 9, "limit_mw": 10, "loading": 0.9}]}
    )
    data = plan.plot.data("map")
    assert data["lon"].notna().all()
    ax = plan.plot.map()
    assert "drawn as a scheme" in next(t.get_text() for t in ax.texts if t.get_gid() == "footer")
    assert not [child for child in ax.get_children() if child.get_gid() == "scale"]


def test_a_case_without_places_gives_a_picture_that_says_so():
    ax = make_plan({}, {}).plot.map(lang="nl")
    assert "Geen coördinaten" in next(t.get_text() for t in ax.texts if t.get_gid() == "message")


def test_stations_far_outside_the_areas_are_listed_beside_the_map():
    far = {"substation": "FAR", "name": "Far away", "zone": "", "lat": 53.6, "lon": 7.0}
    load = {"substation": "FAR", "year": 2035, "direction": "demand", "peak_mw": 9, "limit_mw": 10}
    case = SMALL_CASE | {"substations": [*SMALL_CASE["substations"], far]}
    ax = make_plan(case, SMALL_PLAN | {"stations": [*SMALL_PLAN["stations"], load]}).plot.map(2035)
    assert ax.get_xlim()[1] < 6
    beside = next(t.get_text() for t in ax.texts if t.get_gid() == "list")
    assert "Outside the map:\nFar away 90 %" in beside


def test_blank_whole_numbers_are_read_as_blank(small):
    """The reader gives whole-number columns as Int64, where a blank is <NA>."""
    tables = {name: small.case.table(name) for name in SMALL_CASE}
    tables["reinforcements"] = tables["reinforcements"].convert_dtypes()
    plan = make_plan(tables, SMALL_PLAN)
    for name in ("map", "gantt", "bottlenecks"):
        assert plan.plot.data(name).equals(small.plot.data(name))
