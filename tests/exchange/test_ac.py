"""AC check: against closed formulas, against the plan's own flows, and in the result folder."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from gridplan.ac import ac_check, add_to_folder
from gridplan.ac.circuits import Circuits
from gridplan.ac.collapse import lacking
from gridplan.ac.flow import Grid
from gridplan.case import CaseError, case_from_tables
from gridplan.cli import main
from gridplan.plan.load import load_plan
from gridplan.plan.save import save
from gridplan.plan.verify import verify_folder

pytest.importorskip("power_grid_model", reason="power-grid-model is not installed")


def two_stations(r=0.02, x=0.1, mw=40.0, circuits=2, mva=30.0, **settings):
    """A load behind a line; the grid above at the other end."""
    case = {"case": {"name": "line", "power_factor": 0.9}, "horizon": {"years": [2030]}, **settings}
    branch = {"branch": "ab", "from": "a", "to": "b", "circuits": circuits, "circuit_mva": mva, "x_pu": x}
    tables = {
        "substations": [{"substation": "a"}, {"substation": "b"}],
        "branches": [branch | {"r_pu": r}],
        "demands": [{"demand": "d", "substation": "b", "year": 2030, "peak_mw": mw}],
        "supplies": [{"supply": "g", "substation": "a", "technology": "grid_supply"}],
    }
    return case_from_tables(case, {name: pd.DataFrame(rows) for name, rows in tables.items()})


@pytest.fixture(scope="module")
def plan():
    return two_stations().solve(threads=1)


def by_hand(p, q, r, x):
    """Far voltage (pu) and losses of a line, from V⁴ + (2(rp + xq) − 1)V² + |z|²(p² + q²) = 0."""
    b = 2 * (r * p + x * q) - 1
    square = (-b + math.sqrt(b * b - 4 * (r * r + x * x) * (p * p + q * q))) / 2
    return math.sqrt(square), r * (p * p + q * q) / square


def test_a_line_by_hand(plan):
    """40 MW at power factor 0.9 behind two circuits of 0.02 + 0.1j pu: 0.01 + 0.05j together."""
    q = 0.4 * math.tan(math.acos(0.9))
    voltage, loss = by_hand(0.4, q, 0.01, 0.05)
    result = ac_check(plan)
    (year,), (branch,) = result.years.to_dict("records"), result.branches.to_dict("records")
    far = result.stations.set_index("substation").loc["b"]
    assert (far["lowest_pu"], far["highest_pu"]) == pytest.approx((voltage, voltage), rel=1e-7)
    assert branch["dc_mw"] == pytest.approx(40)
    assert branch["ac_mw"] == pytest.approx(40 + 100 * loss, rel=1e-6)
    near_q = q + loss * 5  # what the reactance takes: x/r times the losses
    assert branch["ac_mva"] == pytest.approx(100 * math.hypot(0.4 + loss, near_q), rel=1e-6)
    assert branch["limit_mva"] == 60 and branch["ac_loading"] == pytest.approx(branch["ac_mva"] / 60)
    assert year["loss_mwh"] == pytest.approx(8760 * 100 * loss, rel=1e-5)
    assert (year["unsolved_hours"], year["overloaded_branches"], year["differing_branches"]) == (0, 0, 0)


def test_an_outage_by_hand(plan):
    """One of the two circuits is out: 0.02 + 0.1j for all of it."""
    voltage, loss = by_hand(0.4, 0.4 * math.tan(math.acos(0.9)), 0.02, 0.1)
    result = ac_check(plan, outages=True)
    far = result.stations.set_index("substation").loc["b"]
    assert (far["outage_lowest_pu"], far["worst_outage"]) == (pytest.approx(voltage, rel=1e-6), "ab")
    (branch,) = result.branches.to_dict("records")
    assert branch["outage_loading"] * 30 > 100 * (0.4 + loss)
    assert result.years["outages"].tolist() == [1]


def test_without_resistance_small_angles_give_the_flows_of_the_plan():
    case = two_stations(r=0.0, x=1e-4, circuits=1, mva=90.0)
    result = ac_check(case.solve(threads=1), power_factor=1.0)
    assert result.branches["difference_share"].max() < 1e-6
    assert result.years["loss_mwh"].iloc[0] == pytest.approx(0, abs=1e-3)


def test_more_than_5_percent_apart_is_told():
    """0.3 pu of resistance for 40 MW: more than 5 % is lost on the way."""
    result = ac_check(two_stations(r=0.3, x=0.3, circuits=1, mva=90.0).solve(threads=1))
    _, loss = by_hand(0.4, 0.4 * math.tan(math.acos(0.9)), 0.3, 0.3)
    (branch,) = result.branches.to_dict("records")
    assert branch["difference_share"] == pytest.approx(loss / 0.4, rel=1e-6) and loss / 0.4 > 0.05
    assert (branch["differing_hours"], result.years["differing_branches"].tolist()) == (1, [1])


def test_what_has_no_solution_is_counted_and_not_reported():
    """A line of 2 pu cannot carry 40 MW at any voltage."""
    result = ac_check(two_stations(x=2.0, circuits=1, mva=90.0).solve(threads=1))
    assert result.years["unsolved_hours"].tolist() == [1]
    assert result.branches["ac_loading"].isna().all()


def test_an_hour_without_a_solution_is_explained():
    """No resistance, 1.5 pu: solvable where 1 − 4xq − 4x²p² ≥ 0, for f · 0.4 pu at power factor 0.9.

    With the far end lifted to 0.9 pu: P = 0.9·sin δ/x, and 0.9·(cos δ − 0.9)/x arrives.
    """
    result = ac_check(two_stations(r=0.0, x=1.5, circuits=1, mva=90.0).solve(threads=1))
    (row,) = result.unsolved.to_dict("records")
    tan = math.tan(math.acos(0.9))
    share = (math.sqrt(tan * tan + 1) - tan) / (2 * 1.5 * 0.4)
    assert share - 1 / 128 <= row["solved_share"] <= share
    assert (row["substation"], row["branch"], row["reason"], row["outage"]) == ("b", "ab", "voltage", "")
    cosine = math.sqrt(1 - (0.4 * 1.5 / 0.9) ** 2)
    short = 100 * (0.4 * tan - 0.9 * (cosine - 0.9) / 1.5)
    assert (row["short_mvar"], row["short_at"]) == (pytest.approx(short, rel=1e-3), "b")
    assert result.support.set_index("substation").loc["b", "most_mvar"] == pytest.approx(short, rel=1e-3)
    (year,) = result.years.to_dict("records")
    assert (year["low_hours"], year["short_mvar"]) == (1, pytest.approx(short, rel=1e-3))


def test_beyond_what_any_compensation_solves():
    """40 MW over 3 pu would need sin δ above 1 at 0.9 pu, and at 1 pu as well."""
    result = ac_check(two_stations(x=3.0, r=0.0, circuits=1, mva=90.0).solve(threads=1), power_factor=1.0)
    (row,) = result.unsolved.to_dict("records")
    assert (row["reason"], row["short_at"]) == ("angle", "") and math.isnan(row["short_mvar"])
    assert row["solved_share"] == pytest.approx(1 / 2 / 3 / 0.4, abs=1 / 128)


def test_a_second_grid_above_keeps_its_voltage():
    """At 1 pu on both ends and without resistance each end gives half of what the line takes, x·i²."""
    case = two_stations(r=0.0, x=0.5, circuits=1, mva=90.0)
    rows = [{"supply": "h", "substation": "b", "technology": "grid_supply", "cost_eur_per_mwh": 99.0}]
    supplies = pd.concat([case.table("supplies")[["supply", "substation", "technology"]], pd.DataFrame(rows)])
    tables = {name: case.table(name) for name in ("substations", "branches", "demands")}
    settings = {"case": {"power_factor": 0.9}, "horizon": {"years": [2030]}}
    plan = case_from_tables(settings, {**tables, "supplies": supplies}).solve(threads=1)
    both, one = ac_check(plan), ac_check(plan, hold="one")
    assert one.stations.set_index("substation").loc["b", "lowest_pu"] < 0.9
    assert both.stations["lowest_pu"].tolist() == pytest.approx([1, 1], abs=2e-4)
    mw = both.branches["dc_mw"].iloc[0]
    half = 100 * (1 - math.sqrt(1 - (0.5 * mw / 100) ** 2)) / 0.5
    given = both.support.set_index("substation")
    assert given["role"].tolist() == ["keeps", "keeps"]
    assert given.loc["a", "most_mvar"] == pytest.approx(half, abs=0.05)
    assert given.loc["b", "most_mvar"] == pytest.approx(half + 40 * math.tan(math.acos(0.9)), abs=0.05)
    assert both.support["most_hour"].tolist() == [0, 0] and not len(both.unsolved)


def test_the_least_compensation_lifts_every_station_to_the_floor():
    """A line a-b-c-d: with the Mvar given nobody is below 0.9 pu, and no one who gives is above."""
    x = np.array([0.3, 0.3, 0.3])
    flat = np.zeros(3)
    ends = np.array([0, 1, 2]), np.array([1, 2, 3])
    circuits = Circuits(("ab", "bc", "cd"), *ends, flat, x, flat + 1, flat, flat + 1, np.ones(3, int))
    grid = Grid(circuits, 4, np.array([9.0, 0, 0, 0]))
    mw = np.array([[0, 20.0, 20.0, 30.0], [0, 5.0, 5.0, 5.0], [0, 60.0, 0.0, 0.0]])
    given, helped = lacking(grid, mw, 0.4 * mw, 0.9)
    u, solved = grid.voltages(mw, 0.4 * mw - given)
    assert helped.all() and solved.all() and (u > 0.9 - 2e-4).all()
    assert given[1].max() == 0 and given[0].max() > 5 and (given >= 0).all()
    assert u[given > 0.01] == pytest.approx(0.9, abs=2e-4)


def test_taps_shifts_and_islands():
    """A transformer at 1.05 without load lowers the far voltage by that; each island has its own anchor."""
    one = np.ones(2)
    tap, shift = np.array([1.05, 1.0]), np.array([0.0, 0.3])
    ends = np.array([0, 2]), np.array([1, 3])
    circuits = Circuits(("t", "u"), *ends, 0 * one, 0.1 * one, tap, shift, one, one.astype(int))
    grid = Grid(circuits, 5, np.array([9.0, 0, 0, 4.0, 0]))
    assert sorted(grid.slack) == [0, 3] and grid.live.tolist() == [True] * 4 + [False]
    (flow,) = grid.solve(np.zeros((3, 5)), np.zeros((3, 5)))
    assert flow.u[:, 1] == pytest.approx([1 / 1.05] * 3) and np.isnan(flow.u[:, 4]).all()


def test_tables_join_the_result_folder(plan, tmp_path, capsys):
    save(plan, tmp_path / "plan")
    with pytest.raises(SystemExit) as end:
        main(["ac-check", str(tmp_path / "plan"), "--outages"])
    assert not end.value.code and "1 hours; losses" in capsys.readouterr().out
    loaded = load_plan(tmp_path / "plan")
    assert loaded.table("ac_branches")["branch"].tolist() == ["ab"]
    assert verify_folder(tmp_path / "plan").ok
    add_to_folder(ac_check(plan), tmp_path / "plan")
    again = load_plan(tmp_path / "plan").table("ac_branches")
    assert again["worst_outage"].tolist() == [""] or again["worst_outage"].isna().all()
    table = tmp_path / "plan" / "tables" / "ac_branches.csv"
    table.write_text(table.read_text().replace(",60.0,", ",61.0,"))
    assert not verify_folder(tmp_path / "plan").ok


def test_wrong_use_is_told(plan, tmp_path, capsys):
    with pytest.raises(ValueError, match="2031 is not a stage"):
        ac_check(plan, [2031])
    with pytest.raises(ValueError, match="power factor"):
        ac_check(plan, power_factor=1.5)
    with pytest.raises(ValueError, match="allowed: grid, one"):
        ac_check(plan, hold="both")
    save(plan, tmp_path / "plan")
    for arguments in (["ac-check", str(tmp_path)], ["ac-check", str(tmp_path / "plan"), "--year", "1999"]):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 2
    assert "1999 is not a stage" in capsys.readouterr().err


def test_a_case_without_branches_has_no_ac_flow():
    tables = {"substations": pd.DataFrame([{"substation": "a"}])}
    case = case_from_tables({"horizon": {"years": [2030]}}, tables)
    with pytest.raises(CaseError, match="no branches"):
        ac_check(case.solve(threads=1))


def test_json(plan, tmp_path, capsys):
    save(plan, tmp_path / "plan")
    with pytest.raises(SystemExit):
        main(["ac-check", str(tmp_path / "plan"), "--json"])
    assert json.loads(capsys.readouterr().out)["years"][0]["hours"] == 1
