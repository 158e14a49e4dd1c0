"""Files: each picture with exactly the data it draws."""

import io

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.plots.conftest import SMALL_CASE, SMALL_PLAN, make_plan

USUAL = [
    "map_demand_2035",
    "map_feedin_2035",
    "map_demand_2026",
    "bottlenecks",
    "duration_SO",
    "growth",
    "gantt",
    "siting_2035",
    "land",
    "power_2035",
]


def test_the_usual_pictures_each_have_their_csv(small, tmp_path):
    written = small.plot.save(tmp_path / "figures")
    assert [path.name for path in written] == [f"{name}.{end}" for name in USUAL for end in ("png", "csv")]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written[::2])


@pytest.mark.parametrize("name", USUAL)
def test_a_csv_is_the_data_of_its_picture(small, tmp_path, name):
    _, table = small.plot.save(tmp_path, [name])
    kind, options = small.plot.names()[name]
    buffer = io.StringIO(small.plot.data(kind, **options).to_csv(index=False))
    pd.testing.assert_frame_equal(pd.read_csv(table), pd.read_csv(buffer))


def test_names_may_be_kinds(small, tmp_path):
    written = small.plot.save(tmp_path, ["siting", "map_feedin_2030"], lang="nl")
    assert [path.name for path in written[::2]] == ["siting_2035.png", "map_feedin_2030.png"]


def test_an_unknown_name_writes_nothing(small, tmp_path):
    with pytest.raises(ValueError, match="picture 'sankey' is not there; there are map, bottlenecks"):
        small.plot.save(tmp_path / "new", ["gantt", "sankey"])
    with pytest.raises(ValueError, match="language 'fr'"):
        small.plot.save(tmp_path / "new", lang="fr")
    assert not (tmp_path / "new").exists()
    with pytest.raises(ValueError, match="picture 'sankey'"):
        small.plot.data("sankey")


def test_a_plan_without_curves_or_places_can_be_saved(tmp_path):
    bare = make_plan({}, {})
    assert not any("duration" in path.name for path in bare.plot.save(tmp_path))


def test_pictures_are_the_same_each_time(small, tmp_path):
    one, two = (small.plot.save(tmp_path / folder, ["map_demand_2035"])[0] for folder in "ab")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("kind", ["map", "bottlenecks", "duration", "gantt", "siting"])
def test_axes_of_your_own_are_used_and_left_where_they_are(small, kind):
    figure = Figure(figsize=(12, 6))
    mine, other = figure.subplots(1, 2)
    place = mine.get_position(original=True).bounds
    drawn = getattr(small.plot, kind)(ax=mine)
    assert drawn is mine and isinstance(drawn, Axes)
    assert mine.get_position(original=True).bounds == place
    assert not other.texts


def test_names_of_a_case_never_become_formulas_or_paths(tmp_path):
    plan = make_plan(SMALL_CASE, SMALL_PLAN)
    odd = {
        "substation": "S/$x_{$",
        "name": "$\\frac{1}{0}$ 日本 \n <b>",
        "zone": "W",
        "lat": 52.3,
        "lon": 4.7,
    }
    case = SMALL_CASE | {"substations": [*SMALL_CASE["substations"], odd]}
    tables = {name: table.to_dict("records") for name, table in plan.tables.items()}
    tables["stations"].append(
        {"substation": odd["substation"], "year": 2035, "direction": "demand", "peak_mw": 99, "limit_mw": 90}
        | {"loading": 1.1, "headroom_mw": -9.0}
    )
    tables["duration"].append({"substation": odd["substation"], "year": 2035, "rank_hours": 0, "mw": 99})
    written = make_plan(case, tables).plot.save(tmp_path)
    assert tmp_path / "duration_S-x_.png" in written
