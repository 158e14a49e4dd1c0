"""MATPOWER files: what becomes of every element, round trips, and errors that name file and line."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gridplan.case import CaseError, read_case
from gridplan.exchange import matpower
from gridplan.exchange.kinds import EXAMPLES

THREE = (EXAMPLES / "three_bus.m").read_text(encoding="utf-8")


def write(folder, text, name="grid.m"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def dollars(case):
    plan = case.solve(gap=0, threads=1)
    assert plan.status == "optimal"
    return 1e6 * plan.summary["indicators"]["operating_cost_meur"]["total"]


def row(case, table, name):
    frame = case.table(table)
    return frame[frame.iloc[:, 0] == name].iloc[0]


def test_the_example_by_hand(tmp_path):
    """Load 200 MW: gen1 0.05·P² + 20·P + 100, gen2 30 EUR/MWh up to 40 MW, then 50.

    No line binds. Marginal costs: gen2's 40 MW at 30; gen1 at 160 MW has 20 + 16 = 36 < 50: P = 160, Q = 40.
    Cost 0.05·160² + 20·160 + 100 + 1200 = 5780.
    """
    case = matpower.read(EXAMPLES / "three_bus.m")
    assert row(case, "supplies", "gen1")["min_mw"] == 20
    assert case.table("supplies")["supply"].tolist() == ["gen1", "gen2", "gen2_2"]
    assert dollars(case) == pytest.approx(5780, rel=1e-6)
    case.write(tmp_path / "case")
    again = read_case(tmp_path / "case")
    assert again.tables["branches"].equals(case.tables["branches"])
    assert dollars(again) == pytest.approx(5780, rel=1e-6)


def changed(*pairs):
    text = THREE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_base_power_and_taps(tmp_path):
    """x on 50 MVA is twice that on 100 MVA; the tap is kept; rateA = 0 leaves the angle limit."""
    text = changed(
        ("baseMVA = 100", "baseMVA = 50"),
        ("0.1	0	60	0	0	0	0", "0.1	0	0	0	0	0.98	-3"),
    )
    line = row(matpower.read(write(tmp_path, text)), "branches", "2-3")
    x, r = 0.2, 0.02
    assert (line["x_pu"], line["r_pu"], line["tap_ratio"], line["shift_deg"]) == (x, r, 0.98, -3)
    assert line["kind"] == "transformer"
    assert line["circuit_mva"] == pytest.approx(100 * math.radians(30) * x / (r * r + x * x))
    case = matpower.read(
        write(
            tmp_path,
            changed(
                ("60	0	0	0	0	1	-30	30", "0	0	0	0	0	1	-360	360")
            ),
        )
    )
    assert math.isnan(row(case, "branches", "2-3")["circuit_mva"])


def test_negative_loads_and_generators_that_always_take(tmp_path):
    """Pd = −50 runs as a supply of 50 MW; Pmax = −5 is a demand with its cost; shunts are load."""
    text = changed(
        ("3	2	50	10	0	0", "3	2	-50	10	4	0"),
        ("1	100	0;", "1	-5	-15;"),
        ("0.1	0	60", "0.1	0	90"),
    )
    text = text.replace(
        "1	0	0	3	0	0	40	1200	100	4200",
        "2	0	0	3	0.1	10	7	0	0	0",
    )
    case = matpower.read(write(tmp_path, text))
    fixed = row(case, "supplies", "load3")
    assert (fixed["capacity_mw"], fixed["min_mw"]) == (50, 50)
    assert row(case, "demands", "shunt3")["peak_mw"] == 4
    assert row(case, "demands", "gen2")["peak_mw"] == 5
    # gen2 takes as little as it can: one MW more is worth at most 10 EUR/MWh, gen1 asks 20 + 0.1·109
    assert dollars(case) == pytest.approx(0.05 * 109**2 + 20 * 109 + 100 + 2.5 - 50 + 7, rel=1e-6)


def test_what_is_out_of_service_is_left_out(tmp_path):
    text = changed(
        ("60	0	0	0	0	1", "60	0	0	0	0	0"), ("1	100	0;", "0	100	0;")
    )
    case = matpower.read(write(tmp_path, text))
    assert not row(case, "branches", "2-3")["in_service"]
    assert case.table("supplies")["supply"].tolist() == ["gen1"]
    isolated = changed(("3	2	50", "3	4	50"))
    case = matpower.read(write(tmp_path, isolated))
    assert case.table("substations")["substation"].tolist() == ["1", "2"]
    assert case.table("branches")["branch"].tolist() == ["1-2"]


def test_parallel_branches_comments_and_arithmetic(tmp_path):
    text = changed(
        ("	2	3	0.01	0.1	0	60", "	2,3,1e-2,1/10,0,120/2 ... goes on\n"),
        ("	1	2	0.01	0.2", "%{\nnothing here\n%}\n	1	2	0.01	0.2"),
        (
            "	1	3	0.01	0.2	0	80	0	0	0	0	1	-30	30;",
            "1 3 .01 .2 0 80 0 0 0 0 1 -30 30; 1 3 .01 .2 0 Inf 0 0 0 0 1 0 0 % two",
        ),
        ("mpc.version", "mpc.bus_name = {'a % b'; 'c; d'; 'e]'};\nmpc.version"),
    )
    text = text.replace(" ... goes on", " ...")
    frame = matpower.read(write(tmp_path, text)).table("branches")
    assert frame["branch"].tolist() == ["1-2", "1-3", "1-3#2", "2-3"]
    assert frame["circuit_mva"].tolist()[1:] == pytest.approx([80, math.nan, 60], nan_ok=True)


BROKEN = [  # what is replaced, by what; line in the file; column; part of the message
    ("3	2	50", "2	2	50", 10, "mpc.bus bus_i", "there already"),
    ("	3	2	50	10", "	3	2	50	1O", 10, "mpc.bus", "'1O' is no number"),
    ("1	1	0	150	1	1.1	0.9;\n];", "1	1	0	150	1	1.1;\n];", 10,
     "mpc.bus", "has 12 entries"),
    ("	3	0	0	100", "	7	0	0	100", 16, "mpc.gen bus",
     "bus 7 is not in mpc.bus"),
    ("1	100	0;", "1	100	101;", 16, "mpc.gen Pmin", "leave nothing"),
    ("	2	3	0.01", "	2	9	0.01", 23, "mpc.branch tbus", "bus 9"),
    ("	2	3	0.01", "	2	2	0.01", 23, "mpc.branch tbus", "same bus"),
    ("0.01	0.1	0	60", "0	0	0	60", 23, "mpc.branch x", "reactance"),
    ("60	0	0	0	0	1	-30", "600	0	0	0	0	1	-20", 23,
     "mpc.branch angmin", "cannot be expressed"),
    ("2	0	0	3	0.05", "2	0	0	3	-0.05", 29, "mpc.gencost n",
     "not convex"),
    ("40	1200	100	4200", "40	1200	100	1300", 30, "mpc.gencost n", "not convex"),
    ("40	1200	100	4200", "40	1200	30	4200", 30, "mpc.gencost n",
     "do not rise"),
    ("2	0	0	3	0.05	20	100	0", "2	0	0	4	0.1	0.05	20	100", 29,
     "mpc.gencost n", "third degree"),
    ("	1	0	0	3	0	0	40	1200	100	4200;\n", "", 29,
     "mpc.gencost model", "1 rows for 2 generators"),
    ("mpc.baseMVA = 100;", "mpc.baseMVA = 0;", 4, "mpc.baseMVA", "a base is needed"),
    ("mpc.version = '2';", "mpc.version = '1';", 3, "mpc.version", "version 1"),
    ("%	2	startup", "mpc.bus(:, 3) = mpc.bus(:, 3) / 1e3;\n%	2	startup", 26, "",
     "is a computation"),
    ("mpc.branch = [", "mpc.dcline = [ 1 2 1 0 0 0 0 1 1 0 100 ];\nmpc.branch = [", 20,
     "mpc.dcline status", "DC lines"),
    ("-30	30;\n];", "-30	30;\n", 20, "mpc.branch", "is not closed"),
    ("0.9;\n];", "0.9;\n] * 2;", 7, "mpc.bus", "after the ] is a computation"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "column", "message"), BROKEN)
def test_a_broken_file_is_told_by_line_and_column(tmp_path, old, new, line, column, message):
    with pytest.raises(CaseError) as error:
        matpower.read(write(tmp_path, changed((old, new))))
    problem = error.value.problems[0]
    assert (problem.file, problem.row, problem.column) == ("grid.m", line, column)
    assert message in problem.message


def test_problems_are_shown_together(tmp_path):
    text = changed(
        ("3	2	50", "2	2	50"),
        ("	2	3	0.01", "	2	9	0.01"),
        ("1	100	0;", "1	100	101;"),
    )
    with pytest.raises(CaseError) as error:
        matpower.read(write(tmp_path, text))
    assert {problem.row for problem in error.value.problems} >= {10, 16, 23}


def test_what_the_case_finds_wrong_names_the_line_of_the_source(tmp_path):
    """Bus 2 has load, but nothing leads there: found by the checks of the case, told at its line."""
    text = changed(
        ("80	0	0	0	0	1", "80	0	0	0	0	0"),
        ("120	0	0	0	0	1", "120	0	0	0	0	0"),
    )
    text = text.replace("	3	0	0	100", "	1	0	0	100")
    with pytest.raises(CaseError) as error:
        matpower.read(write(tmp_path, text))
    assert (error.value.problems[0].file, error.value.problems[0].row) == ("grid.m", 9)


def test_binary_files_and_unknown_conventions_are_refused(tmp_path):
    with pytest.raises(CaseError, match=r"a \.m file"):
        matpower.read(write(tmp_path, "x", "grid.mat"))
    with pytest.raises(CaseError, match=r"1/\(x\*tap\)"):
        matpower.read(EXAMPLES / "three_bus.m", susceptance="1/x/tap")


CANDIDATES = """
COLUMNS
mpc.ne_branch = [
 1 2 0.01 0.2 0 90 0 0 0 0 1 -60 60 7;
 1 2 0.01 0.2 0 90 0 0 0 0 1 -60 60 7;
 2 3 0.01 0.2 0 0 0 0 0 0 1 -60 60 5;
];
""".replace(
    "COLUMNS",
    "%column_names% f_bus t_bus br_r br_x br_b rate_a rate_b rate_c tap shift br_status angmin angmax "
    "construction_cost",
)


def test_candidates_are_built_at_least_cost(tmp_path):
    """Bus 2 takes 150 MW and has no branch left: two circuits of 90 MW for 14, or one of 5 and one of 7.

    With 1-2 and 2-3 both: 90 MW by the first at most. 2-3 then carries ≥ 60, 1-3 brings 80 and gen2 is there:
    12 suffices, if the angles allow: a cycle 1-2-3 of x = 0.2 each. Flow 1-2 = f, 1-3 = g, 2-3 (3 to 2) = h:
    f = g + h (same x), f + h = 150, f ≤ 90, g ≤ 80. f = 90, h = 60, g = 30: gen2 gives 80 of its 100.
    """
    text = (
        changed(
            ("120	0	0	0	0	1", "120	0	0	0	0	0"),
            ("60	0	0	0	0	1", "60	0	0	0	0	0"),
        )
        + CANDIDATES
    )
    case = matpower.read(write(tmp_path, text), susceptance="1/x")
    works = case.table("reinforcements")
    assert works["max_units"].tolist() == [2, 1]
    plan = case.solve(threads=1)
    goal = plan.summary["objective"]["capex_meur"]
    assert (goal["value"], goal["bound"]) == (pytest.approx(12), pytest.approx(12))


def angles(text_rows, loads, plants, tap):
    """A DC optimal power flow in angles (scipy): min Σ cost·P with f = (θa − θb − φ)/(x·tap)."""
    buses = sorted({b for a, c, *_ in text_rows for b in (a, c)})
    n, g = len(buses), len(plants)
    rows, limits = [], []
    balance = np.zeros((n, n + g))
    rest = np.array([loads.get(b, 0.0) for b in buses])
    for a, c, x, mw, ratio, degrees in text_rows:
        b, shift = 100 / (x * (ratio if tap else 1)), math.radians(degrees) if tap else 0.0
        line = np.zeros(n + g)
        line[buses.index(a)], line[buses.index(c)] = b, -b
        rows += [line, -line]
        limits += [mw + b * shift, mw - b * shift]
        balance[buses.index(a)] -= line
        balance[buses.index(c)] += line
        rest[buses.index(a)] -= b * shift
        rest[buses.index(c)] += b * shift
    for k, (bus, *_) in enumerate(plants):
        balance[buses.index(bus), n + k] = 1
    bounds = [(0, 0), *([(None, None)] * (n - 1)), *((low, high) for _, low, high, _ in plants)]
    cost = [*([0] * n), *(c for *_, c in plants)]
    found = linprog(cost, A_ub=np.array(rows), b_ub=limits, A_eq=balance, b_eq=rest, bounds=bounds)
    assert found.status == 0
    return found.fun


@pytest.mark.parametrize("shift", [0, 4, -4])
@pytest.mark.parametrize("convention", ["1/x", "1/(x*tap)"])
def test_phase_shifters_and_taps_as_the_angle_equations_have_them(tmp_path, shift, convention):
    """Cheap power at 1, dear at 3, a shifter on 1-2 and a tap on 2-3: cycle rows against angles."""
    text = changed(
        ("120	0	0	0	0	1", f"70	0	0	0	{shift}	1"),
        ("60	0	0	0	0	1", "60	0	0	0.9	0	1"),
        ("2	0	0	3	0.05	20", "2	0	0	3	0	20"),
        ("2	1	150", "2	1	90"),
    )
    text = text.replace(
        "1	0	0	3	0	0	40	1200	100	4200",
        "2	0	0	3	0	70	0	0	0	0",
    )
    lines = [(1, 2, 0.2, 70, 1, shift), (1, 3, 0.2, 80, 1, 0), (2, 3, 0.1, 60, 0.9, 0)]
    plants = [(1, 20, 300, 20), (3, 0, 100, 70)]
    expected = 100 + angles(lines, {2: 90.0, 3: 50.0}, plants, convention == "1/(x*tap)")
    case = matpower.read(write(tmp_path, text.replace("-30	30", "0	0")), susceptance=convention)
    assert dollars(case) == pytest.approx(expected, rel=1e-6)
    assert bool(case.warnings) == (shift != 0 and convention == "1/x")


def test_imported_plans_keep_every_invariant(tmp_path):
    """Quadratic and piecewise linear cost, least output, tap and phase shifter, by another program."""
    text = changed(
        ("120	0	0	0	0	1", "120	0	0	1.05	-2	1"),
        ("60	0	0	0	0	1", "60	0	0	0.9	0	1"),
    )
    plan = matpower.read(write(tmp_path, text), susceptance="1/(x*tap)").solve(threads=1)
    assert plan.status == "optimal"
    assert plan.certificate.ok, plan.certificate


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(THREE) - 1),
    length=st.integers(0, 30),
    put=st.sampled_from(
        ["", ";", "]", "[", "%", "NaN", "Inf", "-1", "1e400", "'", "...", "\n", "mpc.x = 1", "1/0", "é"]
    ),
)
def test_a_damaged_file_gives_a_case_or_its_problems(tmp_path, at, length, put):
    try:
        matpower.read(write(tmp_path, THREE[:at] + put + THREE[at + length :]))
    except CaseError as error:
        assert all(problem.file for problem in error.problems)
