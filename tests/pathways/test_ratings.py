"""Ratings that follow the hour: hot days. Power factor 1; profile `hot` is 0.8 in ten hours, else 1."""

import numpy as np
import pytest

from gridplan.case.problem import CaseError
from gridplan.explain.headroom import headroom
from tests.model.cases import demand, grid_supply, line, make, near, pick, station, value

HOT = slice(4000, 4010)
PF = {"case": {"power_factor": 1.0}}


def hot(share=0.8):
    """1 in every hour but ten."""
    values = np.ones(8760)
    values[HOT] = share
    return values


def one_station(mw, **columns):
    """80 MW firm (2 × 80 MVA), at 0.8 in the hot hours, with flat demand."""
    row = station("A", transformers=2, transformer_mva=80, rating_profile="hot", **columns)
    return make({"substations": [row], "demands": [demand("A", mw)]}, PF, {"hot": hot()})


def two_stations(mw, settings=PF, **columns):
    """A feeds B over one line of 100 MVA, at 0.8 in the hot hours."""
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=100, rating_profile="hot", **columns)],
        "demands": [demand("B", mw)],
        "supplies": [grid_supply("A")],
    }
    return make(tables, settings, {"hot": hot()})


def test_a_station_is_derated_in_hot_hours():
    """70 MW: 80 in 8750 hours, 64 in ten: 6 MW short, in 10 h: 60 MWh. The table is of the worst hour."""
    plan = one_station(70).solve(gap=0)
    assert plan.status == "optimal" and plan.certificate.ok
    assert value(plan, "unserved_mw_years") == near(6)
    row = plan.stations[plan.stations["direction"] == "demand"].iloc[0]
    assert (row["peak_mw"], row["limit_mw"], row["rating"]) == near((70, 64, 0.8))
    assert (row["loading"], row["headroom_mw"]) == near((1, 0))
    assert row["binding_hours"] == 10


def test_loading_is_that_of_the_worst_hour_and_headroom_of_the_least_room():
    """60 MW: 60/64 in hot hours, 4 MW of room there; nothing short."""
    plan = one_station(60).solve(gap=0)
    assert plan.certificate.ok
    row = plan.stations[plan.stations["direction"] == "demand"].iloc[0]
    assert (row["peak_mw"], row["loading"], row["headroom_mw"]) == near((60, 60 / 64, 4))
    assert value(plan, "unserved_mw_years") == 0


def test_feedin_is_derated_too():
    """A plant must run at 128 MW: 160 fit, and in hot hours 128, exactly."""
    tables = {
        "substations": [station("A", transformers=2, transformer_mva=80, rating_profile="hot")],
        "supplies": [
            {"supply": "s", "substation": "A", "technology": "wind", "profile": "one", "capacity_mw": 128.0}
            | {"curtailable": False},
            grid_supply("A"),
        ],
    }
    plan = make(tables, PF, {"hot": hot(), "one": np.ones(8760)}).solve(gap=0)
    assert pick(plan.stations, "headroom_mw", direction="feedin") == near(0)
    assert pick(plan.stations, "binding_hours", direction="feedin") == 10


def test_a_new_transformer_is_derated_like_the_others():
    """70 MW again, for 10 M€ a third transformer of 40 MVA: 0.8·(200 − 80) = 96 MW."""
    case = one_station(70).what_if(
        {"reinforcements.t": {"kind": "transformer", "target": "A", "adds_mva": 40, "capex_meur": 10}}
    )
    plan = case.solve(gap=0)
    assert value(plan, "unserved_mw_years") == 0
    assert pick(plan.stations, "limit_mw", direction="demand") == near(96)


@pytest.mark.parametrize(("flow", "mw", "short"), [("dc", 70, 0), ("transport", 90, 10)])
def test_a_line_is_derated_in_hot_hours(flow, mw, short):
    """70 MW over 100 MVA, 80 in hot hours: loading 70/80 there. Of 90 MW 10 are short."""
    plan = two_stations(mw, PF | {"physics": {"flow": flow}}).solve(gap=0)
    assert plan.certificate.ok and value(plan, "unserved_mw_years") == near(short)
    row = plan.branches.iloc[0]
    assert (row["limit_mw"], row["loading"], row["rating"]) == near((80, min(mw / 80, 1), 0.8))


def test_circuits_that_are_added_have_the_profile_of_their_branch():
    """170 MW over two circuits of 100 MVA: 200, hot 160: the second circuit leaves 10 MW short; a raise by
    20 MVA brings 0.8·220 = 176.
    """
    case = two_stations(170).what_if(
        {"reinforcements.c": {"kind": "branch", "target": "AB", "capex_meur": 1}}
    )
    assert value(case.solve(gap=0), "unserved_mw_years") == near(10)
    raised = case.what_if(
        {"reinforcements.r": {"kind": "branch", "target": "AB", "adds_circuits": 0, "adds_mva": 20}}
    )
    plan = raised.what_if({"physics.flow": "transport"}).solve(gap=0)
    assert value(plan, "unserved_mw_years") == 0 and plan.certificate.ok


def test_outages_meet_the_rating_of_the_hour():
    """Two circuits of 100 MVA, the loss of one leaves 100, hot 80 MW: of 85 MW 5 are short."""
    settings = PF | {"physics": {"security": "n-1"}}
    plan = two_stations(85, settings, circuits=2).solve(gap=0)
    assert plan.certificate.ok and plan.summary["security"]["violated"] == 0
    assert value(plan, "unserved_mw_years") == near(5)
    row = plan.branches.iloc[0]
    assert (row["outage_loading"], row["outage_mw"]) == near((1, 80))


def test_a_meshed_grid_shifts_to_derated_lines():
    """A feeds C over AC and A-B-C, all x alike; AB is 60 MVA and halved in hot hours.

    Of D MW at C a third runs over AB: 90 MW fill 30 of 30 MW in hot hours, 2/3 run over AC. Of 99 MW 9 are
    short in hot hours and none in others.
    """
    tables = {
        "substations": [station(n) for n in "ABC"],
        "branches": [
            line("A", "B", circuit_mva=60, rating_profile="hot"),
            line("B", "C", circuit_mva=100),
            line("A", "C", circuit_mva=100),
        ],
        "demands": [demand("C", 99)],
        "supplies": [grid_supply("A")],
    }
    plan = make(tables, PF, {"hot": hot(0.5)}).solve(gap=0)
    assert plan.certificate.ok
    assert value(plan, "unserved_mw_years") == near(9)
    assert pick(plan.branches, "limit_mw", branch="AB") == near(30)
    assert pick(plan.branches, "loading", branch="AB") == near(1)
    assert pick(plan.branches, "rating", branch="AC") == 1


def test_headroom_is_what_the_hot_hours_leave():
    """60 MW at B (line 100, hot 80; station without limit): 20 more fit firmly; 40 if ten hours may be
    limited. At a station of 80, hot 64: 4 and 20.
    """
    table = headroom(two_stations(60), directions=["demand"], places=["B"], built=False)
    assert table["headroom_mw"].iloc[0] == near(20)
    assert (table["limited_by"].iloc[0], table["element"].iloc[0]) == ("branch", "AB")
    assert 4000 <= 24 * table["day"].iloc[0] + table["hour"].iloc[0] < 4010
    table = headroom(two_stations(60), directions=["demand"], places=["B"], built=False, hours=10)
    assert table["headroom_mw"].iloc[0] == near(40)
    for hours, mw in ((0, 4), (10, 20)):
        table = headroom(one_station(60), directions=["demand"], places=["A"], built=False, hours=hours)
        assert table["headroom_mw"].iloc[0] == near(mw)
        assert (table["limited_by"].iloc[0], table["element"].iloc[0]) == ("station", "A")


def test_headroom_after_outages_meets_the_rating_of_the_hour():
    """Two circuits of 100 MVA: after the loss of one 80 MW in hot hours, so 20 fit next to 60."""
    settings = PF | {"physics": {"security": "n-1"}}
    table = headroom(two_stations(60, settings, circuits=2), directions=["demand"], places=["B"], built=False)
    assert table["headroom_mw"].iloc[0] == near(20)
    assert table["limited_by"].iloc[0] == "branch after outage"


def test_a_rating_above_one_is_used():
    """Cold hours of 1.2: 110 MW over 100 MVA in ten hours of demand that is 80 elsewhere."""
    shape = np.full(8760, 80 / 110)
    shape[HOT] = 1.0
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=100, rating_profile="cold")],
        "demands": [demand("B", 110, profile="shape")],
        "supplies": [grid_supply("A")],
    }
    plan = make(tables, PF, {"cold": hot(1.2), "shape": shape}).solve(gap=0)
    assert value(plan, "unserved_mw_years") == 0 and plan.certificate.ok
    assert pick(plan.branches, "loading", branch="AB") == near(110 / 120)


def test_an_unknown_profile_is_named():
    with pytest.raises(CaseError, match="'warm' is not in the profiles file"):
        one_station(60).what_if({"substations.A.rating_profile": "warm"})


def test_a_constant_profile_is_the_same_as_smaller_ratings():
    """0.8 on everything, or everything 0.8 as large: with n-1 on a ring the same plan, limits and headroom.
    A plant at C helps after outages, a second circuit may be built.
    """
    mva = {"AB": 60, "BC": 70, "AC": 80}
    tables = {
        "substations": [station(n, transformers=2, transformer_mva=100, rating_profile="hot") for n in "ABC"],
        "branches": [line(*n, circuit_mva=v, rating_profile="hot") for n, v in mva.items()],
        "demands": [demand("C", 90, profile="day"), demand("B", 30, profile="day")],
        "supplies": [
            grid_supply("A", cost_eur_per_mwh=20),
            {
                "supply": "p",
                "substation": "C",
                "technology": "chp",
                "capacity_mw": 25,
                "cost_eur_per_mwh": 90,
            },
        ],
        "reinforcements": [{"reinforcement": "c", "kind": "branch", "target": "AC", "capex_meur": 40}],
    }
    settings = PF | {"physics": {"security": "n-1", "emergency_rating": 1.1}}
    shape = 0.6 + 0.4 * np.sin(np.arange(8760) / 500) ** 2
    rated = make(tables, settings, {"day": shape, "hot": np.full(8760, 0.8)})
    less = {f"branches.{n}.circuit_mva": 0.8 * v for n, v in mva.items()}
    less |= {f"substations.{n}.transformer_mva": 80 for n in "ABC"}
    none = {f"{t}.*.rating_profile": None for t in ("substations", "branches")}
    scaled = rated.what_if(less | none)
    one, two = rated.solve(gap=0), scaled.solve(gap=0)
    assert one.certificate.ok and two.certificate.ok
    assert value(one, "total_cost_meur") == near(value(two, "total_cost_meur"))
    assert one.summary["security"]["violated"] == 0 and one.reinforcements["units_in_service"].tolist() == [1]
    for table, column in (("stations", "limit_mw"), ("stations", "loading"), ("branches", "limit_mw")):
        right = two.tables[table][column].tolist()
        assert one.tables[table][column].tolist() == pytest.approx(right, abs=2e-3, nan_ok=True)
    rooms = [headroom(plan, directions=["demand"], places=["B", "C"])["headroom_mw"] for plan in (one, two)]
    assert rooms[0].tolist() == pytest.approx(rooms[1].tolist(), abs=0.01)
