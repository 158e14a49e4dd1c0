"""Hours: typical days keep the energy of a year, and hours outside them are found by the check."""

import numpy as np
import pytest

from gridplan.model.periods import Critical, snapshot, typical
from tests.model.cases import demand, grid_supply, line, make, near, pick, station, value

PF1 = {"case": {"power_factor": 1.0}}
HOURS = np.arange(8760)
SHAPES = {
    "homes": 0.5 + 0.3 * np.sin(2 * np.pi * HOURS / 24) + 0.2 * np.cos(2 * np.pi * HOURS / 8760),
    "sun": np.clip(np.sin(2 * np.pi * (HOURS - 6) / 24), 0, None) * (1 - HOURS / 17520),
    "noise": np.random.default_rng(1).uniform(size=8760),
}


@pytest.mark.parametrize(
    ("days", "blocks", "whole"), [(1, 1, False), (4, 0, False), (7, 5, False), (3, 0, True)]
)
def test_typical_days_keep_the_year(days, blocks, whole):
    """Weights sum to 8760 h, and Σ weight · value is the annual sum of every profile;
    whole days have 24 blocks.
    """
    case = make(
        {"substations": [station("A")]}, {"time": {"energy_days": days, "blocks_per_day": blocks}}, SHAPES
    )
    periods = typical(case, whole)
    weights = np.array([item.weight for item in periods.items])
    assert len(weights) == days * (24 if whole else blocks or 3)
    assert weights.sum() == pytest.approx(8760)
    for name, shape in SHAPES.items():
        assert weights @ periods.values(name) == pytest.approx(shape.sum())
    for day in {item.day for item in periods.items}:
        assert sum(item.hours for item in periods.items if item.day == day) == 24


def test_two_kinds_of_days_are_told_apart():
    """100 days of 0.2 and 265 of 0.8: two typical days of weight 2400 and 6360 h of exactly that."""
    shape = np.where(HOURS // 24 < 100, 0.2, 0.8)
    case = make(
        {"substations": [station("A")]}, {"time": {"energy_days": 2, "blocks_per_day": 1}}, {"p": shape}
    )
    found = {round(item.values[0], 9): item.weight for item in typical(case, False).items}
    assert found == {0.2: 2400, 0.8: 6360}


def test_a_day_is_cut_where_it_changes():
    """Each day 0.1 till 7 h, 0.9 till 20 h, 0.4 after: three blocks of 7, 13 and 4 hours."""
    day = np.array([0.1] * 7 + [0.9] * 13 + [0.4] * 4)
    case = make({"substations": [station("A")]}, {"time": {"energy_days": 1}}, {"p": np.tile(day, 365)})
    found = [(item.hour, item.hours, round(item.values[0], 9)) for item in typical(case, False).items]
    assert found == [(0, 7, 0.1), (7, 13, 0.9), (20, 4, 0.4)]


def test_without_profiles_a_year_is_one_hour():
    """One period that weighs [time] hours."""
    case = make({"substations": [station("A")]}, {"time": {"hours": 100}})
    (item,) = snapshot(case).items
    assert item.weight == 100
    assert typical(case, False) == snapshot(case)


def test_critical_hours_carry_no_energy():
    """An added hour has weight 0 and the values of its hour; adding it again changes nothing;
    whole days come whole.
    """
    case = make({"substations": [station("A")]}, None, SHAPES)
    base = typical(case, False)
    more = base.with_hours(case, {2030: [Critical(5000)]})
    (added,) = more.items[len(base.items) :]
    assert (added.day, added.hour, added.weight) == (208, 8, 0)
    assert added.hour_of_year == 5000
    assert added.values == pytest.approx(tuple(SHAPES[name][5000] for name in more.profiles))
    assert more.with_hours(case, {2030: [Critical(5000)]}) == more
    whole = typical(case, True)
    assert len(whole.with_hours(case, {2030: [Critical(5000)]}).items) == len(whole.items) + 24


def test_energy_of_a_year_is_exact_in_the_plan():
    """Demand of 100 MW · profile at 50 EUR/MWh: 100 · 50 · Σ profile EUR, however few the typical days."""
    tables = {
        "substations": [station("A")],
        "demands": [demand("A", 100, profile="homes")],
        "supplies": [grid_supply("A", cost_eur_per_mwh=50, co2_kg_per_mwh=300)],
    }
    settings = {**PF1, "time": {"energy_days": 2, "all_hours": False}}
    plan = make(tables, settings, {"homes": SHAPES["homes"]}).solve(gap=0)
    energy = 100 * SHAPES["homes"].sum()
    assert value(plan, "operating_cost_meur") == near(energy * 50 / 1e6)
    assert value(plan, "co2_kt") == near(energy * 300 / 1e6)


def spike(hour):
    """0.4 in all hours but one."""
    shape = np.full(8760, 0.4)
    shape[hour] = 1.0
    return shape


def test_the_peak_hour_of_every_station_is_in_the_program_from_the_start():
    """One hour of 100 MW among 40 at B behind a line of 60 MW: typical days do not see it;
    a circuit is built.

    In the first round the hour of the peak (3000 = day 125, hour 0) is a period of weight 0.
    """
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=60)],
        "demands": [demand("B", 100, profile="spike")],
        "supplies": [grid_supply("A")],
        "reinforcements": [
            {"reinforcement": "r", "kind": "branch", "target": "AB", "capex_meur": 1},
        ],
    }
    plan = make(tables, PF1, {"spike": spike(3000)}).solve(gap=0)
    assert value(plan, "new_circuits") == 1
    assert plan.summary["security"]["rounds"] == 1
    assert plan.summary["security"]["checked"] == 8760
    assert plan.summary["security"]["violated"] == 0
    flows = plan.table("flows")
    assert pick(flows, "mw", day=125, hour=0, weight_hours=0.0) == near(100)
    assert pick(plan.branches, "peak_mw", branch="AB") == near(100)


def must_run(where, profile):
    """40 MW of wind that may not be curtailed."""
    return {
        "supply": f"w_{where}",
        "substation": where,
        "technology": "wind",
        "profile": profile,
        "capacity_mw": 40,
        "curtailable": False,
    }


def two_windy_stations(**time):
    """Two stations of 30 MW feed-in with 40 MW of wind each, at full power in one hour: A in 1000, B in 7000.

    The first guess knows the hour in which all wind together is strongest, which is A's (B has 0.39 there, A
    0.4 in B's).
    """
    low = spike(7000)
    low[1000] = 0.39
    stations = [station(n, transformers=1, transformer_mva=30) for n in "AB"]
    tables = {
        "substations": stations,
        "supplies": [must_run("A", "a"), must_run("B", "b"), grid_supply("A"), grid_supply("B")],
        "reinforcements": [
            {
                "reinforcement": n,
                "kind": "transformer",
                "target": n.upper(),
                "adds_mva": 30,
                "capex_meur": 1,
            }
            for n in "ab"
        ],
        "demands": [demand("A", 0)],
    }
    high = spike(1000)
    high[999] = 1.0
    return make(tables, {**PF1, "time": time}, {"a": high, "b": low})


def test_rounds_add_the_hour_that_typical_days_miss():
    """Wind of 40 MW in one hour does not fit 30 MW feed-in at B; no typical day nor first guess shows it.

    With the check of all hours it enters in a second round, and both transformers are built; without, B's is
    not.
    """
    plan = two_windy_stations(energy_days=1).solve(gap=0)
    assert plan.status == "optimal"
    assert plan.summary["security"]["rounds"] >= 2
    assert plan.summary["security"]["violated"] == 0
    assert value(plan, "capex_meur") == near(2)
    peaks = plan.stations.query("direction == 'feedin'").set_index("substation")["peak_mw"]
    assert peaks.to_dict() == near({"A": 40, "B": 40})
    hours = plan.table("supplies").query("weight_hours == 0")
    assert (7000 // 24, 7000 % 24) in set(zip(hours["day"], hours["hour"], strict=True))
    blind = two_windy_stations(energy_days=1, all_hours=False).solve(gap=0)
    assert blind.summary["security"]["rounds"] == 1
    assert value(blind, "capex_meur") < 2


def test_an_hour_that_nothing_can_mend_leaves_no_plan():
    """Without reinforcements the hour that enters makes the program infeasible, and the plan says so."""
    case = two_windy_stations(energy_days=1).what_if({"reinforcements": None})
    assert case.solve(gap=0).status == "infeasible"


def test_loading_comes_from_all_hours():
    """Peaks and binding hours come from all 8760 hours: 100 MW once, 40 MW else, limit 100."""
    tables = {
        "substations": [station("A", firm_demand_mva=100)],
        "demands": [demand("A", 100, profile="spike")],
    }
    plan = make(tables, PF1, {"spike": spike(4000)}).solve(gap=0)
    assert pick(plan.stations, "peak_mw", direction="demand") == near(100)
    assert pick(plan.stations, "binding_hours", direction="demand") == 1
    curve = plan.table("duration").set_index("rank_hours")["mw"]
    assert curve[0] == near(100)
    assert curve[1:].to_numpy() == near(np.full(len(curve) - 1, 40.0))
