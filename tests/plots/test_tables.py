"""Bottleneck chart, duration curve, phasing and siting draw their data."""

import math

import numpy as np
import pytest
from matplotlib.colors import to_hex

from gridplan.plots.duration import hours_above, load_at
from gridplan.plots.style import COLOURS, HATCH
from gridplan.solve.status import SolveStatus
from tests.plots.conftest import SMALL_CASE, SMALL_PLAN, make_plan


def text_of(ax, gid):
    return next(text.get_text() for text in ax.texts if text.get_gid() == gid)


def artist(ax, gid):
    return next(child for child in ax.get_children() if child.get_gid() == gid)


def test_bottlenecks_are_sorted_and_coloured(small):
    data = small.plot.data("bottlenecks")
    worst = data.groupby("row")["loading"].max()
    assert list(worst) == sorted(worst, reverse=True)
    assert data.iloc[0]["element"] == "SM" and data["rows_in_all"].iloc[0] == 8
    ax = small.plot.bottlenecks()
    cells = {patch.get_gid(): patch for patch in ax.patches}
    assert len(cells) == len(data)
    for row in data.to_dict("records"):
        cell = cells[f"{row['element']}|{row['direction']}|{row['year']}"]
        assert to_hex(cell.get_facecolor()).upper() == COLOURS[row["capacity_class"]]
        assert int(cell.get_y()) == row["row"]
        assert (cell.get_hatch() == HATCH) == row["congested"]


def test_cells_say_loading_and_room(small):
    texts = [text.get_text() for text in small.plot.bottlenecks(lang="nl").texts]
    assert "103 % / −3 MW" in texts and "62 % / 66 MW" in texts and "100 % / 0 MW" in texts
    assert texts.count("▲") == 5  # SM and SW in both directions, W-O once


def test_bottlenecks_of_one_direction_and_a_few_rows(small):
    data = small.plot.data("bottlenecks", direction="feedin", top=2)
    assert set(data["direction"]) <= {"feedin", "both"} and data["row"].nunique() == 2
    with pytest.raises(ValueError, match="top = 0"):
        small.plot.bottlenecks(top=0)


def test_nothing_loaded_is_said():
    ax = make_plan(SMALL_CASE, {}).plot.bottlenecks()
    assert "No substation" in text_of(ax, "message")


HELD = (("firm", 0.0), ("tdtr85", 960.0))


def test_duration_draws_the_curve_and_its_numbers(small):
    data = small.plot.data("duration", substation="SM", year=2030)
    ax = small.plot.duration("SM", 2030)
    assert np.allclose(artist(ax, "curve").get_xydata(), data[["rank_hours", "mw"]])
    assert artist(ax, "demand_limit").get_ydata()[0] == 176
    assert text_of(ax, "peak").startswith("peak 140 MW\n36 MW left")
    assert "116 MW" in text_of(ax, "p15") and "60 MW left" in text_of(ax, "p15")  # 140 − 160·0.15
    assert artist(ax, "point_p15").get_xydata()[0] == pytest.approx([1314, 116])


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_duration_shows_rights_and_what_is_off(lang):
    """Room by right is the plan's; what is off lies between the load and the dotted line: 10 MW for 876 h."""
    curve = [
        {**row, "uncut_mw": row["mw"] + 10 * (row["rank_hours"] < 960)} for row in SMALL_PLAN["duration"]
    ]
    at = {"substation": "SM", "year": 2030, "direction": "demand"}
    rights = [{**at, "holder": "x", "right": r, "contracted_mw": 20.0, "curtailed_hours": h} for r, h in HELD]
    room = [{**at, "right": "firm", "room_mw": 5.0}, {**at, "right": "tdtr85", "room_mw": 7.0}]
    plan = make_plan(SMALL_CASE, SMALL_PLAN | {"duration": curve, "rights": rights, "rights_room": room})
    ax = plan.plot.duration("SM", 2030, lang=lang)
    legend = "\n".join(text.get_text() for text in ax.get_legend().get_texts())
    held = {
        "en": "85 % rights (TDTR): 20 MW, off 960 h",
        "nl": "85 %-rechten (TDTR): 20 MW, 960 u per jaar uit",
    }
    assert held[lang] in legend
    assert {"en": "firm rights: 20 MW, never off", "nl": "vaste rechten: 20 MW, nooit uit"}[lang] in legend
    assert {"en": "9 GWh a year", "nl": "9 GWh per jaar"}[lang] in legend
    assert {"en": "5 MW left", "nl": "5 MW over"}[lang] in text_of(ax, "peak")
    assert {"en": "7 MW left", "nl": "7 MW over"}[lang] in text_of(ax, "p15")
    assert artist(ax, "uncut").get_ydata()[0] == 150


def test_hours_above_a_level_are_read_from_the_curve(small):
    data = small.plot.data("duration", substation="SM")
    assert load_at(data, 4380) == pytest.approx(60)
    assert hours_above(data, 60) == pytest.approx(4380)
    assert hours_above(data, 1000) == 0 and hours_above(data, -1000) == 8760


def test_duration_takes_the_tightest_station_unless_told(small):
    assert set(small.plot.data("duration")["substation"]) == {"SO"}


def test_duration_without_a_curve_names_those_there_are(small):
    with pytest.raises(ValueError, match="substation 'SW' has no load-duration curve; there are SM, SO"):
        small.plot.duration("SW")
    with pytest.raises(ValueError, match="no load-duration curves in 2035"):
        make_plan(SMALL_CASE, {}).plot.duration()


def test_duration_without_a_limit_promises_no_room():
    plan = make_plan(SMALL_CASE, {"duration": SMALL_PLAN["duration"]})
    ax = plan.plot.duration("SM")
    assert text_of(ax, "peak") == "peak 140 MW"


def test_gantt_bars_run_from_start_to_service_to_the_end(small):
    data = small.plot.data("gantt")
    assert list(data["reinforcement"]) == ["T-SM", "C-WO", "B-SW"]
    assert list(data["latest_start"]) == [2026, 2027, 2033]
    assert data["capex_meur"].sum() == pytest.approx(73.5)
    ax = small.plot.gantt()
    building, service = ax.containers
    assert [bar.get_x() for bar in building] == [2026, 2026, 2033]
    assert [bar.get_width() for bar in building] == [4, 9, 2]
    assert [bar.get_x() + bar.get_width() for bar in service] == [2040] * 3
    assert np.allclose(artist(ax, "latest_start").get_offsets(), data[["latest_start", "row"]])
    costs = [text.get_text() for text in ax.texts if text.get_gid() == "cost"]
    assert costs == ["M€ 12.5 · Netbeheerder", "M€ 60 · Landelijk", "M€ 1 · Netbeheerder"]
    assert "M€ 73.5 (overnight, price year 2025)" in text_of(ax, "footer")


def test_gantt_marks_needs_and_latest_starts_and_names_owners():
    """Needed in 2033 (3 years of slack), short on a straight line in 2029; two owners, two colours."""
    steps = [
        {"reinforcement": "T-SM", "year": 2030, "units_in_service": 1, "start_year": 2026}
        | {"need_year": 2033, "latest_start_year": 2029, "short_year": 2029},
        {"reinforcement": "C-WO", "year": 2035, "units_in_service": 1, "start_year": 2027},
    ]
    plan = make_plan(SMALL_CASE, {"reinforcements": steps})
    for lang, word in (("en", "needed from this year"), ("nl", "nodig vanaf dit jaar")):
        ax = plan.plot.gantt(lang=lang)
        assert artist(ax, "need_year").get_offsets()[0].tolist() == [2033, 0]
        assert artist(ax, "latest_start").get_offsets()[:, 0].tolist() == [2029, 2027]
        assert artist(ax, "short_year").get_offsets()[0, 0] == 2029
        legend = [text.get_text() for text in ax.get_legend().get_texts()]
        assert word in legend and sum("Netbeheerder" in text or "Landelijk" in text for text in legend) == 2
        _building, service = ax.containers
        assert len({bar.get_facecolor() for bar in service}) == 2


def test_units_in_steps_are_bars_of_their_own():
    steps = [
        {"reinforcement": "T-SM", "year": y, "units_in_service": u}
        for y, u in ((2026, 0), (2030, 1), (2035, 3))
    ]
    data = make_plan(SMALL_CASE, {"reinforcements": steps}).plot.data("gantt")
    assert list(zip(data["year"], data["units"], data["capex_meur"], strict=True)) == [
        (2030, 1, 12.5),
        (2035, 2, 25.0),
    ]


def test_an_empty_gantt_says_nothing_is_built():
    ax = make_plan(SMALL_CASE, {}).plot.gantt()
    assert text_of(ax, "message").startswith("Nothing is built")


def test_siting_shows_megawatts_heat_and_what_found_no_place(small):
    data = small.plot.data("siting")
    mw = data[data["layer"] == "datacenter"].set_index("id")["mw"]
    assert dict(mw) == {"DC1": 120, "DC2": 7.5}
    assert list(data[data["layer"] == "mast"]["id"]) == ["A1"]
    assert list(data[data["layer"] == "site_unused"]["id"]) == ["DC3"]
    ax = small.plot.siting()
    texts = [text.get_text() for text in ax.texts]
    assert "Campus West\n+120 MW" in texts and "Greenhouses\n172 TJ" in texts
    assert "Not placed: 12.5 MW IT of the programme" in text_of(ax, "list")
    for layer, gid in (
        ("datacenter", "datacenters"),
        ("mast", "mast"),
        ("sink", "sink"),
        ("sink_open", "sink_open"),
    ):
        assert np.allclose(artist(ax, gid).get_offsets(), data.loc[data["layer"] == layer, ["lon", "lat"]])


def test_marks_at_one_place_are_drawn_apart(small):
    data = small.plot.data("siting")
    spots = data[data["layer"].isin(["datacenter", "site_unused", "sink", "sink_open"])][
        ["lon", "lat"]
    ].to_numpy()
    gaps = [math.dist(a, b) for k, a in enumerate(spots) for b in spots[:k]]
    assert min(gaps) > 0.003


def test_a_plan_without_tables_is_refused_with_its_status():
    from gridplan.plan.plan import Plan

    plan = Plan(case=make_plan({}, {}).case, status=SolveStatus.INFEASIBLE, summary={}, tables={})
    for name in ("map", "bottlenecks", "gantt", "siting", "duration", "cover"):
        draw = getattr(plan.plot, name)
        with pytest.raises(ValueError, match="the solve ended as 'infeasible'"):
            draw()


def test_of_two_equally_full_rows_the_one_that_is_full_longer_comes_first():
    loads = [("B", 2026, 100), ("B", 2030, 100), ("A", 2026, 50), ("A", 2030, 100)]
    table = [
        {"substation": s, "year": y, "direction": "demand", "peak_mw": p, "limit_mw": 100}
        for s, y, p in loads
    ]
    data = make_plan({}, {"stations": table}).plot.data("bottlenecks")
    assert list(data["element"]) == ["B", "B", "A", "A"]
