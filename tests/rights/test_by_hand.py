"""Rights on load-duration curves that can be reckoned by hand."""

import numpy as np
import pytest

from gridplan.explain.rights import rights_room
from tests.model.cases import grid_supply, line, near, pick, value
from tests.rights.small import FIRM, LINEAR, NIGHT, RANK, TDTR85, case_of, hall, held, place, sited, verified

PEAKY = np.where(RANK < 1314, 1.0, np.where(NIGHT, 0.4, 0.8))
PEAKY = np.where(NIGHT, 0.4, PEAKY)  # at night 0.4; by day 0.8, in some hours 1


@pytest.fixture(scope="module")
def linear():
    """Station A: base 100 -> 20 MW, limit 100 MW, 40 MW wanted. B: the same with two users of 12 MW. K hangs
    on P, which is like A. C: base 80 MW by day and 40 at night, for a user that draws 0.2 of it by day.
    """
    day = {"sunny": np.where(NIGHT, 0.5, 1.0), "sleepy": np.where(NIGHT, 1.0, 0.2)}
    case = case_of(
        [FIRM, TDTR85],
        *(place(n, 100, 100, "linear") for n in "ABP"),
        place("K", None, limited_by="P"),
        place("C", 100, 80, "sunny"),
        hall("A", 40),
        hall("B", 12),
        hall("B", 12, "second"),
        hall("K", 40),
        hall("C", 100, profile="sleepy"),
        profiles=day,
        minimise=("shortfall_mw", "flexible_mw"),
    )
    return verified(case.solve())


def test_room_by_right_before_anything_is_planned(linear):
    """P(0) = 100: no firm room. P(1314) = 88: 12.0 MW, off by 12 − 80k/8760 MW at rank k < 1314: 7889.9925
    MWh = 15768 − 80/8760·1313·1314/2, which is 7.506 % of 105,120 MWh. The base of today, no solver.
    """
    table = rights_room(linear.case)
    at = {"substation": "A", "direction": "demand"}
    assert pick(table, "room_mw", right="firm", **at) == 0
    assert pick(table, "room_mw", right="tdtr85", **at) == pytest.approx(12.0, abs=1e-9)
    assert pick(table, "limited_hours", right="tdtr85", **at) == 1314
    mwh = 12 * 1314 - 80 / 8760 * 1313 * 1314 / 2
    assert pick(table, "curtailed_share", right="tdtr85", **at) == pytest.approx(mwh / (12 * 8760), abs=1e-9)
    assert mwh / (12 * 8760) == pytest.approx(0.075, abs=1e-4)


def test_what_is_planned_is_that_room(linear):
    """Of 40 MW 12.0 are sited, none firm; what they lose is what the curve says."""
    assert sited(linear, "hall_A") == {"tdtr85": near(12.0)}
    row = held(linear, "hall_A", "tdtr85")
    assert row["contracted_mw"] == near(12.0)
    assert row["limited_hours"] == 1314
    assert 1310 <= row["curtailed_hours"] <= 1314
    assert row["curtailed_mwh"] == pytest.approx(7889.99, rel=1e-3)
    assert row["curtailed_share"] == pytest.approx(0.07506, rel=1e-3)
    assert row["expected_mwh"] == pytest.approx(row["curtailed_mwh"], rel=1e-3)  # 1314 is a rank looked at


def test_a_second_right_of_12_mw_is_refused(linear):
    """After 12 MW the load at rank 1314 is 100 MW: of two users of 12 MW 12 MW stand, and no room is left."""
    assert sum(sited(linear, "hall_B").values()) + sum(sited(linear, "second").values()) == near(12.0)
    at = {"substation": "B", "year": 2030, "direction": "demand"}
    room = linear.table("rights_room")
    assert pick(room, "room_mw", right="firm", **at) == near(0)
    assert pick(room, "room_mw", right="tdtr85", **at) == near(0)


def test_a_station_without_a_limit_has_the_hours_of_the_one_above(linear):
    """K has no transformers of its own; P above it is A's twin."""
    assert sited(linear, "hall_K") == {"tdtr85": near(12.0)}
    assert held(linear, "hall_K", "tdtr85")["substation"] == "K"


def test_a_contract_counts_in_every_hour(linear):
    """By use 60 MW would fit (night: 40 + x ≤ 100; day: 80 + 0.2x ≤ 100). The contract of x counts by day
    too: 80 + x ≤ 100. An 85 % right does not help: more than 1314 hours of the day are like that.
    """
    assert sum(sited(linear, "hall_C").values()) == near(20)
    assert sited(linear, "hall_C") == {"firm": near(20)}
    peak = pick(linear.stations, "peak_mw", substation="C", direction="demand")
    assert peak == near(80 + 0.2 * 20)


def combined(**shares):
    """Base 40 MW at night, 80 by day, 100 in at most 1314 hours of the day; limit 110; 100 MW wanted."""
    rights = [FIRM, {**TDTR85, "max_share": shares.get("tdtr85", 1)}, {"right": "block"}]
    parts = (place("A", 110, 100, "peaky"), hall("A", 100))
    goals = ("shortfall_mw", "demand_curtailed_gwh")
    return verified(case_of(rights, *parts, profiles={"peaky": PEAKY}, minimise=goals).solve())


def test_three_rights_on_one_connection():
    """Firm f ≤ 110 − 100; with 85 % rights f + t ≤ 110 − 80; at night f + t + b ≤ 110 − 40 = 70. All 70 are
    sited, and the least is curtailed with f = 10, t = 20, b = 40. A block is off 16 h a day.
    """
    plan = combined()
    assert sited(plan, "hall_A") == {"firm": near(10), "tdtr85": near(20), "block": near(40)}
    assert held(plan, "hall_A", "block")["curtailed_mwh"] == near(40 * 16 * 365)
    assert held(plan, "hall_A", "block")["limited_hours"] == 16 * 365
    peak_hours = int((PEAKY == 1).sum())
    assert held(plan, "hall_A", "tdtr85")["curtailed_mwh"] == near(20 * peak_hours)
    assert held(plan, "hall_A", "tdtr85")["curtailed_hours"] == peak_hours
    assert held(plan, "hall_A", "firm")["curtailed_mwh"] == 0
    assert value(plan, "firm_mw") == near(10)
    assert value(plan, "flexible_mw") == near(60)


def test_a_right_has_at_most_its_share_of_a_site():
    """85 % rights on at most a quarter of the 70 MW: 17.5 MW, and the block takes 42.5."""
    plan = combined(tdtr85=0.25)
    assert sited(plan, "hall_A") == {"firm": near(10), "tdtr85": near(17.5), "block": near(42.5)}


def test_members_of_a_group_share_a_contract():
    """Two users of 10 MW in turn draw 10 MW together: both fit in a group of 10 MW at a station of 10 MW.
    At the same time they do not. With firm rights two contracts of 10 MW need 20 MW, in turn or not.
    """
    turns = {"early": (np.arange(8760) % 24 < 12) * 1.0, "late": (np.arange(8760) % 24 >= 12) * 1.0}

    def pair(n, limit, group="", second="late"):
        halls = [hall(n, 10, f"{n}_{k}", group=group, profile=p) for k, p in enumerate(("early", second))]
        shared = {"transport_groups": [{"group": group, "max_mw": 10, "substation": n}]} if group else {}
        return [place(n, limit), *halls, shared]

    parts = [*pair("A", 10, "turns"), *pair("B", 10, "same", "early"), *pair("C", 10), *pair("D", 20)]
    parts += pair("E", None, "large", "early")  # only the group limits; the rest is firm
    goals = ("shortfall_mw", "firm_mw")
    plan = verified(case_of([FIRM, {"right": "group"}], *parts, profiles=turns, minimise=goals).solve())

    def total(n):
        return sum(sum(sited(plan, f"{n}_{k}").values()) for k in (0, 1))

    assert {n: total(n) for n in "ABCDE"} == {
        "A": near(20),
        "B": near(10),
        "C": near(10),
        "D": near(20),
        "E": near(20),
    }
    assert sited(plan, "A_0") == sited(plan, "A_1") == {"group": near(10)}
    assert sum(sited(plan, f"E_{k}").get("group", 0) for k in (0, 1)) == near(10)
    groups = plan.table("rights_groups")
    assert pick(groups, "peak_mw", group="turns") == near(10)
    assert pick(groups, "sum_mw", group="turns") == near(20)


def test_feedin_against_all_transformers_and_demand_without_the_largest():
    """Two transformers of 50 MVA: demand up to 50 MW, feed-in to 100 MW. Base 20 MW, at noon (1095 h) 5 MW.
    Demand: 50 − 20 = 30 MW, in an hour without wind. Wind v: firm v ≤ 100 + 5 + 30 (what the new user draws);
    with rights that are off at noon v ≤ 100 + 20 + 30 = 150 MW. Without limited hours: 135.
    """
    hour = np.arange(8760)
    base, wind = np.where((hour % 24 >= 11) & (hour % 24 < 14), 0.25, 1.0), np.where(hour == 5000, 0.0, 1.0)
    turbines = {"supply": "wind", "substation": "A", "technology": "wind", "profile": "wind"}
    turbines |= {"capacity_mw": 0, "max_new_mw": 400, "curtailable": True}
    policy = {"policy": "much", "indicator": "res_gwh", "sense": "min", "value": 9000, "price": 1}
    parts = (
        place("A", None, 20, "base", transformers=2, transformer_mva=50),
        hall("A", 100),
        {"supplies": [grid_supply("A"), turbines], "policies": [policy]},
    )
    noon = {**TDTR85, "direction": "feedin", "limited_hours": 1095}
    profiles, goals = {"base": base, "wind": wind}, ("shortfall_mw", "total_cost_meur")
    time = {"energy_days": 1, "blocks_per_day": 3}

    def solved(*rights):
        return verified(case_of(list(rights), *parts, profiles=profiles, minimise=goals, time=time).solve())

    plan = solved(FIRM, noon)
    assert sited(plan, "hall_A") == {"firm": near(30)}
    row = held(plan, "wind", "tdtr85")
    assert held(plan, "wind", "firm")["contracted_mw"] + row["contracted_mw"] == near(150)
    assert row["contracted_mw"] >= 15 - 1e-3
    assert row["curtailed_mwh"] == near(15 * 1095)
    assert row["curtailed_hours"] == 1095
    assert held(solved(FIRM), "wind", "firm")["contracted_mw"] == near(135)


def test_after_the_loss_of_a_circuit():
    """Two circuits of 60 MW; base 60 MW in 1314 hours, else 40. Secure, one circuit carries all: nothing
    firm, 20 MW under an 85 % right, off in the 1314 hours. Without security 120 − 60 = 60 MW are firm.
    """
    base = np.where(RANK < 1314, 1.0, 2 / 3)
    parts = (
        {"substations": [{"substation": "A"}], "supplies": [grid_supply("A")]},
        place("B", None, 60, "base"),
        {"branches": [line("A", "B", circuits=2, circuit_mva=60)]},
        hall("B", 80),
    )
    goals = ("shortfall_mw", "flexible_mw")
    found = {}
    for security in ("n-0", "n-1"):
        physics = {"security": security, "islanding": "forbid"}
        case = case_of([FIRM, TDTR85], *parts, profiles={"base": base}, minimise=goals, physics=physics)
        found[security] = sited(verified(case.solve()), "hall_B")
    assert found["n-0"]["firm"] == near(60)
    assert sum(found["n-0"].values()) == near(80)
    assert found["n-1"] == {"tdtr85": near(20)}


def test_heat_counts_on_power_that_may_not_be_off():
    """A hall of 10 MW heats a town; under a non-firm right it may be off at any time: no heat counts."""
    heat = {
        "zones": [{"zone": "z"}],
        "heat_sinks": [
            {"sink": "town", "zone": "z", "peak_mw": 6, "temperature_c": 30, "alternative": "gas"}
        ],
        "heat_links": [{"link": "pipe", "from": "hall_A", "to": "town", "length_km": 1}],
    }
    heat["heat_sinks"][0] |= {"alternative_eur_per_mwh": 70}
    hot = hall("A", 10, heat_share=1.0, heat_c=30)
    goals = ("shortfall_mw", "total_cost_meur")
    found = {}
    for right in ("firm", "non_firm"):
        plan = case_of(
            [{"right": right}], place("A", 50, 10, "linear", zone="z"), hot, heat, minimise=goals
        ).solve()
        found[right] = value(verified(plan), "heat_delivered_tj")
    assert found == {"firm": near(6 * 8760 * 0.0036), "non_firm": near(0)}


def test_without_the_table_there_is_nothing_of_rights():
    """By use 60 MW fit at C, as before there were rights."""
    day = {"sunny": np.where(NIGHT, 0.5, 1.0), "sleepy": np.where(NIGHT, 1.0, 0.2)}
    case = case_of([], place("C", 100, 80, "sunny"), hall("C", 100, profile="sleepy"), profiles=day)
    assert not case.has("transport_rights")
    plan = verified(case.solve())
    assert sited(plan, "hall_C") == {"firm": near(60)}
    assert len(plan.table("rights")) == len(plan.table("rights_room")) == 0
    assert LINEAR.max() == 1
