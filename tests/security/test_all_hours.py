"""An hour that no typical day and no peak shows: overloaded after an outage, found by the check, cured."""

import numpy as np
import pytest

from gridplan.model.periods import typical
from gridplan.network import Network
from gridplan.solve.hours import first_hours
from tests.model.cases import demand, grid_supply, line, make, near, station, value
from tests.security.grids import circuits_of, worst

HOUR = 5000  # day 208, 8 o'clock
LOADS = ("B", "C", "D")


def profiles():
    """B and C peak together, without being at their own peaks, in one hour in which D rests."""
    shapes = {n: np.full(8760, 0.6) for n in LOADS}
    shapes["B"][100], shapes["C"][100] = 1.0, 0.5
    shapes["C"][200], shapes["B"][200] = 1.0, 0.5
    shapes["D"][300], shapes["B"][300], shapes["C"][300] = 1.0, 0.8, 0.8
    shapes["B"][HOUR] = shapes["C"][HOUR] = 0.95
    shapes["D"][HOUR] = 0.0
    return shapes


def grid(security):
    """A feeds B and C in a triangle, and D over two circuits. After the loss of AC all for B and C is on AB:
    160 MW at most in the peaks that the program starts with, 190 MW in hour 5000; AB carries 170.
    """
    tables = {
        "substations": [station(n) for n in "ABCD"],
        "branches": [
            line("A", "B", circuit_mva=170),
            line("A", "C", circuit_mva=170),
            line("B", "C", circuit_mva=170),
            line("A", "D", circuit_mva=170, circuits=2),
        ],
        "demands": [demand(n, 100, profile=n) for n in LOADS],
        "supplies": [grid_supply("A")],
        "reinforcements": [
            {"reinforcement": "ab", "kind": "branch", "target": "AB", "capex_meur": 2},
            {"reinforcement": "ac", "kind": "branch", "target": "AC", "capex_meur": 3},
        ],
    }
    settings = {
        "case": {"power_factor": 1.0},
        "physics": {"security": security},
        "time": {"energy_days": 1},
        "objective": {"minimise": ["unserved_mw_years", "capex_meur"]},
    }
    return make(tables, settings, profiles())


def overloaded(case, units):
    """{(hour, outage)} in which something goes unserved: hour by hour, outage by outage, in angles."""
    table = case.profiles[list(LOADS)].to_numpy()
    kinds, where = np.unique(table, axis=0, return_inverse=True)
    circuits, found = circuits_of(case, units), set()
    for k, shape in enumerate(kinds):
        loads = {n: 100 * v for n, v in zip(LOADS, shape, strict=True)}
        for outage, mw in worst(circuits, loads, {"A": 1e4}).items():
            if mw > 1e-6:
                found |= {(int(h), outage) for h in np.flatnonzero(where.ravel() == k)}
    return found


def test_the_program_does_not_start_with_that_hour():
    case = grid("n-1")
    periods = typical(case, whole_days=False)
    starts = {c.hour for c in first_hours(case, Network(case), periods)[2030]}
    assert {100, 200, 300} <= starts
    assert HOUR not in starts
    assert HOUR not in {item.hour_of_year for item in periods.items}


def test_a_plan_that_is_not_secured_overloads_in_that_hour():
    plan = grid("n-0").solve()
    assert value(plan, "capex_meur") == near(0)
    assert overloaded(plan.case, {}) == {(HOUR, "AB"), (HOUR, "AC")}


def test_rounds_find_and_cure_it_and_so_says_brute_force():
    case = grid("n-1")
    plan = case.solve()
    assert plan.status == "optimal"
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "capex_meur") == near(2)
    security = plan.summary["security"]
    assert security["rounds"] >= 2
    assert security["checked"] == 8760 * (1 + 4)
    assert security["violated"] == 0
    flows = plan.table("flows")
    entered = flows[flows["outage"] != ""][["day", "hour", "outage"]].drop_duplicates()
    assert {(d * 24 + h) for d, h, _ in entered.itertuples(index=False)} == {HOUR}
    assert overloaded(case, {"ab": 1}) == set()
    assert plan.certificate.ok, plan.certificate


def test_what_is_flexible_is_dispatched_anew_in_the_check():
    """With a battery of 20 MW at C the 190 MW after an outage are 170: nothing need be built."""
    plan = with_battery().solve()
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "capex_meur") == near(0)
    assert plan.summary["security"]["violated"] == 0


def with_battery():
    """The grid with 25 MW and 50 MWh at C, which charge in the other hours of the day."""
    case = grid("n-1")
    rows = {
        name: [{k: v for k, v in row.items() if v == v and v is not None and v != ""} for row in table]
        for name in ("substations", "branches", "demands", "supplies", "reinforcements")
        for table in [case.table(name).to_dict("records")]
    }
    rows["storages"] = [
        {"storage": "battery", "substation": "C", "power_mw": 25, "energy_mwh": 50, "efficiency": 0.9}
    ]
    settings = {
        "case": {"power_factor": 1.0},
        "physics": {"security": "n-1"},
        "time": {"energy_days": 1},
        "objective": {"minimise": ["unserved_mw_years", "capex_meur"]},
    }
    return make(rows, settings, profiles())


@pytest.mark.parametrize("seed", range(6))
def test_expansion_with_outages_equals_enumeration(seed):
    """All builds of four candidate circuits on a random ring with chords, each with its outages by scipy."""
    tables, loads, supplies, costs = ring(seed)
    settings = {
        "case": {"power_factor": 1.0},
        "physics": {"security": "n-1"},
        "objective": {"minimise": ["capex_meur"]},
    }
    case, best = make(tables, settings), np.inf
    for choice in np.ndindex(*(2,) * len(costs)):
        units = dict(zip(costs, choice, strict=True))
        circuits = circuits_of(case, units)
        if max(worst(circuits, loads, supplies).values()) <= 1e-6:
            best = min(best, sum(costs[r] * u for r, u in units.items()))
    plan = case.solve()
    if np.isinf(best):
        assert plan.status == "infeasible"
    else:
        assert value(plan, "capex_meur") == near(best)
        assert plan.summary["security"]["violated"] == 0
        assert plan.certificate.ok, plan.certificate


def ring(seed):
    """A ring of five buses with two chords, so that no single outage splits it."""
    draw = np.random.default_rng(seed)
    names = [f"n{k}" for k in range(5)]
    ends = [(k, (k + 1) % 5) for k in range(5)] + [(0, 2), (1, 3)]
    branches = [
        line(
            names[a],
            names[b],
            branch=f"l{k}",
            x_pu=float(draw.uniform(0.05, 0.3)),
            circuit_mva=float(draw.integers(40, 90)),
        )
        for k, (a, b) in enumerate(ends)
    ]
    loads = {n: float(draw.integers(20, 55)) for n in names[1:4]}
    supplies = {names[0]: 200.0, names[4]: float(draw.integers(20, 60))}
    chosen = draw.choice(len(ends), 4, replace=False)
    costs = {f"u{k}": float(draw.integers(1, 9)) for k in chosen}
    tables = {
        "substations": [station(n) for n in names],
        "branches": branches,
        "demands": [demand(n, mw) for n, mw in loads.items()],
        "supplies": [{"supply": f"s{n}", "substation": n, "capacity_mw": mw} for n, mw in supplies.items()],
        "reinforcements": [
            {"reinforcement": f"u{k}", "kind": "branch", "target": f"l{k}", "capex_meur": costs[f"u{k}"]}
            for k in chosen
        ],
    }
    return tables, loads, supplies, costs
