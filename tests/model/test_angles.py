"""A second method for the grid: voltage angles in numpy, every combination of builds by brute force, Garver's
grid.
"""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from gridplan.case import read_case
from tests.model.cases import demand, grid_supply, line, make, near, station, value

PF1 = {"case": {"power_factor": 1.0}}
GARVER = Path(__file__).resolve().parents[2] / "cases" / "literature" / "garver6"


def dc_flows(buses, lines, injections):
    """Flows by name of lines (name, from, to, x) under injections in MW that sum to zero.

    B·θ = P, f = Δθ/x.
    """
    at = {n: k for k, n in enumerate(buses)}
    susceptance = np.zeros((len(buses), len(buses)))
    for _, a, b, x in lines:
        i, j = at[a], at[b]
        susceptance[[i, j], [i, j]] += 1 / x
        susceptance[[i, j], [j, i]] -= 1 / x
    power = np.array([injections.get(n, 0.0) for n in buses])
    theta = np.zeros(len(buses))
    theta[1:] = np.linalg.solve(susceptance[1:, 1:], power[1:])
    return {name: (theta[at[a]] - theta[at[b]]) / x for name, a, b, x in lines}


def meshed(seed, buses=7, extra=5):
    """Lines (name, from, to, x) of a connected random grid: a tree and `extra` chords, parallels allowed."""
    draw = np.random.default_rng(seed)
    names = [f"n{k}" for k in range(buses)]
    ends = [(int(draw.integers(k)), k) for k in range(1, buses)]
    ends += [tuple(int(v) for v in draw.choice(buses, 2, replace=False)) for _ in range(extra)]
    lines = [(f"l{k}", names[a], names[b], float(draw.uniform(0.02, 0.5))) for k, (a, b) in enumerate(ends)]
    loads = {n: float(draw.uniform(1, 50)) for n in names[1:]}
    return names, lines, loads


@pytest.mark.parametrize("seed", range(4))
def test_flows_of_an_existing_grid_equal_those_of_the_angle_equations(seed):
    """One supply and fixed demands: flows follow from B·θ = P alone; the cycle rows must give the same."""
    names, lines, loads = meshed(seed)
    tables = {
        "substations": [station(n) for n in names],
        "branches": [line(a, b, branch=name, x_pu=x) for name, a, b, x in lines],
        "demands": [demand(n, mw) for n, mw in loads.items()],
        "supplies": [grid_supply(names[0])],
    }
    plan = make(tables, PF1).solve(gap=0)
    table = plan.table("flows").set_index("branch")["mw"].to_dict()
    injections = {**{n: -mw for n, mw in loads.items()}, names[0]: sum(loads.values())}
    assert table == near(dc_flows(names, lines, injections))


@pytest.mark.parametrize("seed", range(4))
def test_flows_over_built_lines_equal_those_of_the_angle_equations(seed):
    """As above, but every second line is a candidate that must be built, islands included;
    x and sums are the same.

    Building is forced: each candidate is required by a transformer at an end station without which demand is
    shed.
    """
    names, lines, loads = meshed(seed)
    built = [name for k, (name, *_) in enumerate(lines) if k % 2]
    rows = [
        line(a, b, branch=name, x_pu=x, circuit_mva=400, circuits=0 if name in built else 1)
        for name, a, b, x in lines
    ]
    units = [
        {"reinforcement": f"u_{name}", "kind": "branch", "target": name, "capex_meur": 1} for name in built
    ]
    key = {
        "reinforcement": "key",
        "kind": "station",
        "target": "lock",
        "adds_mva": 200,
        "requires": ";".join(f"u_{name}" for name in built),
    }
    lock = station("lock", transformers=0, transformer_mva=100, limited_by=names[1])
    tables = {
        "substations": [*(station(n) for n in names), lock],
        "branches": rows,
        "demands": [*(demand(n, mw) for n, mw in loads.items()), demand("lock", 1)],
        "supplies": [grid_supply(names[0])],
        "reinforcements": [*units, key],
    }
    plan = make(tables, PF1).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "new_circuits") == len(built)
    table = plan.table("flows").set_index("branch")["mw"].to_dict()
    loads[names[1]] += 1
    injections = {**{n: -mw for n, mw in loads.items()}, names[0]: sum(loads.values())}
    assert table == near(dc_flows(names, lines, injections))


# A 3-bus expansion with 8 candidate units, and the same by enumeration ------------------------------------

EXISTING = [("AB", "A", "B", 0.2, 40.0), ("AC", "A", "C", 0.4, 30.0)]
UNITS = [  # name, row, capex, (from, to, x, MW)
    ("ab", 1, 4.0, ("A", "B", 0.2, 40.0)),
    ("ab", 2, 4.0, ("A", "B", 0.2, 40.0)),
    ("ac", 1, 7.0, ("A", "C", 0.4, 30.0)),
    ("ac", 2, 7.0, ("A", "C", 0.4, 30.0)),
    ("ac", 3, 7.0, ("A", "C", 0.4, 30.0)),
    ("bc", 1, 5.0, ("B", "C", 0.3, 35.0)),
    ("bc", 2, 5.0, ("B", "C", 0.3, 35.0)),
    ("fat", 1, 13.0, ("A", "C", 0.1, 90.0)),
]
WANTED = {"B": 70.0, "C": 95.0}


def expansion():
    """The expansion in gridplan's tables."""
    return {
        "substations": [station(n) for n in "ABC"],
        "branches": [
            *(line(a, b, branch=name, x_pu=x, circuit_mva=mw) for name, a, b, x, mw in EXISTING),
            line("B", "C", x_pu=0.3, circuit_mva=35, circuits=0),
        ],
        "demands": [demand(n, mw) for n, mw in WANTED.items()],
        "supplies": [grid_supply("A")],
        "reinforcements": [
            {"reinforcement": "ab", "kind": "branch", "target": "AB", "max_units": 2, "capex_meur": 4},
            {"reinforcement": "ac", "kind": "branch", "target": "AC", "max_units": 3, "capex_meur": 7},
            {"reinforcement": "bc", "kind": "branch", "target": "BC", "max_units": 2, "capex_meur": 5},
            {
                "reinforcement": "fat",
                "kind": "branch",
                "target": "AC",
                "adds_mva": 90,
                "x_pu": 0.1,
                "capex_meur": 13,
            },
        ],
    }


def least_unserved(circuits):
    """Least MW that are not served with these circuits: an LP in angles of B and C and served MW (scipy)."""
    # variables: θ_B, θ_C (θ_A = 0), served B, served C; |Δθ/x| ≤ MW per circuit; what arrives is what is
    # served
    angle = {"A": np.zeros(4), "B": np.array([1.0, 0, 0, 0]), "C": np.array([0, 1.0, 0, 0])}
    rows, limits, arrives = [], [], {"B": np.zeros(4), "C": np.zeros(4)}
    for a, b, x, mw in circuits:
        flow = (angle[a] - angle[b]) / x
        rows += [flow, -flow]
        limits += [mw, mw]
        for end, sign in ((b, 1), (a, -1)):
            if end in arrives:
                arrives[end] = arrives[end] + sign * flow
    arrives["B"][2], arrives["C"][3] = -1, -1
    found = linprog(
        [0, 0, -1, -1],
        A_ub=np.array(rows),
        b_ub=limits,
        A_eq=np.array([arrives["B"], arrives["C"]]),
        b_eq=[0, 0],
        bounds=[(None, None), (None, None), (0, WANTED["B"]), (0, WANTED["C"])],
    )
    return sum(WANTED.values()) + found.fun


def enumerated(allowed=("ab", "ac", "bc", "fat")):
    """(least MW not served, least capex among those) over all 2^8 builds."""
    best = (math.inf, math.inf)
    for build in itertools.product((0, 1), repeat=len(UNITS)):
        chosen = [unit for unit, flag in zip(UNITS, build, strict=True) if flag]
        if any(unit[0] not in allowed for unit in chosen):
            continue
        circuits = [row[1:] for row in EXISTING] + [unit[3] for unit in chosen]
        best = min(best, (round(least_unserved(circuits), 6), sum(unit[2] for unit in chosen)))
    return best


@pytest.mark.parametrize("allowed", [("ab", "ac", "bc", "fat"), ("ab", "ac", "bc"), ("bc", "fat"), ("ac",)])
def test_the_program_finds_what_enumeration_finds(allowed):
    """All 2^8 builds, each with its own LP in angles: the same least unserved MW, then the same least capex.

    `what_if` bars the rows that are not allowed. Order: unserved first, then money.
    """
    settings = {**PF1, "objective": {"minimise": ["unserved_mw_years", "capex_meur"]}}
    barred = {f"reinforcements.{r}.max_units": 0 for r in ("ab", "ac", "bc", "fat") if r not in allowed}
    plan = make(expansion(), settings).what_if(barred).solve(gap=0)
    short, capex = enumerated(allowed)
    assert value(plan, "unserved_mw_years") == near(short)
    assert value(plan, "capex_meur") == near(capex)


@pytest.mark.parametrize("build", [(0, 0, 0, 0), (1, 0, 1, 0), (2, 1, 0, 1), (0, 3, 2, 1)])
def test_a_given_build_serves_what_its_own_equations_say(build):
    """Free units, at most `build` of each row: no build inside serves more than the best of its subsets."""
    names = ("ab", "ac", "bc", "fat")
    patch: dict = {f"reinforcements.{r}.max_units": k for r, k in zip(names, build, strict=True)}
    plan = make(expansion(), PF1).what_if(patch).solve(gap=0)
    most = dict(zip(names, build, strict=True))
    units = [unit for unit in UNITS if unit[1] <= most[unit[0]]]
    subsets = itertools.chain.from_iterable(itertools.combinations(units, k) for k in range(len(units) + 1))
    best = min(least_unserved([row[1:] for row in EXISTING] + [u[3] for u in some]) for some in subsets)
    assert value(plan, "unserved_mw_years") == near(best)


# Garver's 6-bus grid --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scenario", "optimum"), [(None, 110), ("fixed", 200)])
def test_garvers_grid_has_its_published_optimum(scenario, optimum):
    """Romero et al. (2002): 110 with redispatch, 200 with generation fixed (10³ US$); proven,
    and on its own equations.

    The flows of the plan also satisfy B·θ = P of the built grid.
    """
    case = read_case(GARVER, scenario=scenario)
    plan = case.solve(gap=0)
    goal = plan.summary["objective"]["capex_meur"]
    assert plan.status == "optimal"
    assert goal["value"] == near(optimum)
    assert goal["bound"] == near(optimum)
    units = plan.reinforcements.set_index("target")["units_in_service"]
    rows = case.table("branches").to_dict("records")
    count = {r["branch"]: r["circuits"] + units[r["branch"]] for r in rows}
    lines = [
        (r["branch"], r["from"], r["to"], r["x_pu"] / count[r["branch"]]) for r in rows if count[r["branch"]]
    ]
    injections = {r["substation"]: -r["peak_mw"] for r in case.table("demands").to_dict("records")}
    places = case.table("supplies").set_index("supply")["substation"]
    for r in plan.table("supplies").to_dict("records"):
        injections[places[r["supply"]]] = injections.get(places[r["supply"]], 0) + r["mw"]
    used = sorted({n for _, a, b, _ in lines for n in (a, b)})
    table = plan.table("flows").set_index("branch")["mw"]
    found = {name: mw for name, mw in table.items() if count[name]}
    assert found == pytest.approx(dc_flows(used, lines, injections), abs=1e-3)
