"""What fills a station, what datacenters take of the land, and electricity by sub-region: by hand."""

import math

import pandas as pd
import pytest
from matplotlib.text import Text

from gridplan.plots import growth_data, land, power_data
from tests.plots.conftest import SMALL_CASE, SMALL_PLAN, make_plan

DEMANDS = [  # 2030 lies between two rows of homes: 10 + 5/10·(30 − 10) = 20 MW
    {"demand": "homes", "zone": "M", "category": "households", "year": 2025, "peak_mw": 10.0},
    {"demand": "homes", "zone": "M", "category": "households", "year": 2035, "peak_mw": 30.0},
    {"demand": "works", "substation": "SM", "category": "=industry", "year": math.nan, "peak_mw": 8.0},
    {
        "demand": "steel",
        "substation": "SM",
        "category": "steel",
        "year": math.nan,
        "peak_mw": 99.0,
        "side": "hv",
    },
]


def withdrawal(station, subject, year, hour, mw, weight=1000.0, side="mv", outage=""):
    return {"substation": station, "side": side, "subject": subject, "year": year, "day": 3, "hour": hour} | {
        "mw": mw,
        "weight_hours": weight,
        "outage": outage,
    }


WITHDRAWALS = [
    withdrawal("SM", "demands", 2030, 8, 20.0),
    withdrawal("SM", "datacenters", 2030, 8, 7.0),
    withdrawal("SM", "supplies", 2030, 8, -2.0),
    withdrawal("SM", "demands", 2030, 9, 21.0),  # less in all: 21 against 25
    withdrawal("SM", "demands", 2030, 10, 80.0, weight=0.0, outage="W-M"),  # after an outage
    withdrawal("SM", "supplies", 2030, 8, -500.0, side="hv"),
]


@pytest.fixture
def plan():
    case = {**SMALL_CASE, "demands": DEMANDS}
    case["supplies"] = [
        {"supply": "sun", "zone": "M", "technology": "pv"},
        {"supply": "grid", "substation": "SW", "technology": "grid_supply"},
    ]
    case["zones"] = [
        {**row, "land_ha": ha, "region": region}
        for row, ha, region in zip(SMALL_CASE["zones"], (10.0, math.nan, 0.0), ("A", "B", "B"), strict=True)
    ]
    supplies = [
        {"supply": name, "year": 2030, "day": 3, "hour": 8, "mw": mw, "weight_hours": 1000.0, "outage": ""}
        for name, mw in (("sun", 5.0), ("grid", 400.0))
    ]
    land_rows = [
        {"indicator": name, "zone": zone, "year": year, "value": value, "unit": ""}
        for name, zone, year, value in (
            ("land_ha", "W", 2030, 2.0),
            ("land_ha", "W", 2035, 6.0),
            ("land_ha", "all", 2035, 6.0),
            ("datacenter_mw", "W", 2035, 40.0),
        )
    ]
    more = {"withdrawals": WITHDRAWALS, "supplies": supplies, "indicators": land_rows}
    return make_plan(case, {**SMALL_PLAN, **more})


def test_the_fullest_hour_is_split_by_category(plan):
    table = growth_data.data(plan)
    assert set(table["hour"]) == {8} and set(table["total_mw"]) == {25.0}
    # SM feeds 0.6 of zone M: 0.6·20 = 12 MW of homes besides 8 MW of works, of the 20 MW drawn
    found = dict(zip(table["category"], table["mw"], strict=True))
    right = {"households": 12.0, "=industry": 8.0, "datacenters": 7.0, "supplies": -2.0}
    assert found == pytest.approx(right)
    assert set(table["limit_mw"]) == {176.0} and set(table["peak_mw"]) == {110.0}
    assert list(table["mw"]) == sorted(table["mw"], reverse=True)


def test_what_is_asked_must_be_there(plan):
    with pytest.raises(ValueError, match="substation 'X' is not there; there are SW, SM, SO"):
        plan.plot.growth("X")
    with pytest.raises(ValueError, match="top = 0: at least 1"):
        plan.plot.growth(top=0)


def test_land_grows_by_stage_within_what_there_is(plan):
    table = land.data(plan)
    own = table[table["zone"] == "W"]
    assert list(own["used_ha"]) == [0.0, 2.0, 6.0] and list(own["added_ha"]) == [0.0, 2.0, 4.0]
    assert set(table["zone"]) == {"W"}, "no land and no datacenter: left out"
    texts = [t.get_text().strip() for t in plan.plot.land(lang="nl").texts if t.get_gid() == "row"]
    assert texts == ["6 van 10 ha (60 %), 40 MW IT"]


def test_electricity_of_a_sub_region_balances(plan):
    table = power_data.data(plan, 2030)
    flows = {(r["from"], r["to"]): r["gwh"] for r in table.to_dict("records")}
    # used: (20 + 21)·1000 h = 41 GWh, as 0.6·20 to 8 MW; of 5 GWh made 0.6 at SM
    expected = {("B", "households"): 24.6, ("B", "=industry"): 16.4, ("B", "datacenters"): 7.0}
    expected |= {("pv", "B"): 3.0, ("pv", "A"): 2.0, ("A", "grid"): 2.0, ("grid", "B"): 45.0}
    assert flows == pytest.approx(expected)


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("kind", ["growth", "land", "power"])
def test_words_stay_on_the_sheet(plan, kind, lang):
    options = {"year": 2030} if kind == "power" else {}
    ax = getattr(plan.plot, kind)(**options, lang=lang)
    figure = ax.figure
    figure.canvas.draw()
    texts = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels()]
    texts += ax.get_legend().get_texts() if ax.get_legend() else []
    said = [text for text in texts if text.get_text()]
    assert len(said) > 5
    for text in said:
        box = Text.get_window_extent(text)
        assert box.x0 >= 0 and box.y0 >= 0, text.get_text()
        assert box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1, text.get_text()


@pytest.mark.parametrize("kind", ["growth", "land", "power"])
def test_an_empty_plan_says_so(kind):
    ax = getattr(make_plan({}, {}).plot, kind)()
    assert any(t.get_gid() == "message" and t.get_text() for t in ax.texts)


def test_a_category_is_no_formula_in_the_csv(plan, tmp_path):
    _, table = plan.plot.save(tmp_path, ["growth"])
    assert "'=industry" in set(pd.read_csv(table)["category"])
