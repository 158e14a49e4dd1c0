"""The grid: transport and DC flow, parallel circuits, ratings, candidates. Power factor 1 throughout."""

import pytest

from tests.model.cases import demand, grid_supply, line, make, near, pick, station, value

DC = {"case": {"power_factor": 1.0}, "physics": {"flow": "dc"}}
TRANSPORT = {"case": {"power_factor": 1.0}, "physics": {"flow": "transport"}}


def flows(plan):
    """MW by corridor in the one period."""
    table = plan.table("flows")
    return dict(zip(table["branch"], table["mw"], strict=True))


def triangle(mw=90, **changed):
    """Supply at A, `mw` at C; lines AB, BC, AC with x = 0.1 and no limit; `changed` by branch."""
    return {
        "substations": [station(n) for n in "ABC"],
        "branches": [line(a, b, **changed.get(a + b, {})) for a, b in ("AB", "BC", "AC")],
        "demands": [demand("C", mw)],
        "supplies": [grid_supply("A")],
    }


def test_equal_reactances_split_one_third_two_thirds():
    """Way A-B-C has x = 0.2, A-C 0.1: of 90 MW, 30 go round and 60 direct."""
    plan = make(triangle(), DC).solve(gap=0)
    assert flows(plan) == near({"AB": 30, "BC": 30, "AC": 60})
    assert pick(plan.branches, "peak_mw", branch="AC") == near(60)


def test_other_reactances_split_in_inverse_proportion():
    """x(ABC) = 0.05 + 0.10 = 0.15, x(AC) = 0.3: shares 0.3/0.45 and 0.15/0.45 of 90 MW.

    60 round, 30 direct.
    """
    plan = make(triangle(AB={"x_pu": 0.05}, AC={"x_pu": 0.3}), DC).solve(gap=0)
    assert flows(plan) == near({"AB": 60, "BC": 60, "AC": 30})


def test_a_branch_written_the_other_way_counts_negative():
    """Row CA instead of AC: the same 60 MW from A to C, counted −60."""
    tables = triangle()
    tables["branches"][2] = line("C", "A")
    assert flows(make(tables, DC).solve(gap=0)) == near({"AB": 30, "BC": 30, "CA": -60})


@pytest.mark.parametrize(("settings", "served"), [(DC, 60), (TRANSPORT, 80)])
def test_a_full_line_holds_back_the_others_under_dc_only(settings, served):
    """AC holds 40 MW. DC: the way round gets half of that, 20, so 60 of 90 MW. Transport:
    BC's 40 fill up: 80 MW.
    """
    tables = triangle(AC={"circuit_mva": 40}, BC={"circuit_mva": 40})
    plan = make(tables, settings).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(90 - served)
    assert pick(plan.branches, "loading", branch="AC") == near(1)


def test_a_full_line_changes_the_dispatch():
    """90 MW at C; A gives for 10, B for 50 EUR/MWh; AC holds 50 MW.

    From A alone AC would carry 60. Each MW moved from A to B (shares of AC: 2/3 and 1/3) relieves AC by 1/3:
    30 MW from B, 60 from A. Cost per hour: 60·10 + 30·50 = 2100 EUR.
    """
    tables = triangle(AC={"circuit_mva": 50})
    tables["supplies"] = [
        {"supply": "a", "substation": "A", "technology": "chp", "cost_eur_per_mwh": 10},
        {"supply": "b", "substation": "B", "technology": "chp", "cost_eur_per_mwh": 50},
    ]
    plan = make(tables, DC).solve(gap=0)
    assert pick(plan.table("supplies"), "mw", supply="a") == near(60)
    assert pick(plan.table("supplies"), "mw", supply="b") == near(30)
    assert value(plan, "operating_cost_meur") == near(2100 * 8760 / 1e6)


def test_parallel_rows_share_by_reactance():
    """Two rows between A and B with x 0.1 and 0.3: 100 MW as 75 and 25; a third,
    written B-A with 0.3: 60, 20, −20.
    """
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", branch="one"), line("A", "B", branch="two", x_pu=0.3)],
        "demands": [demand("B", 100)],
        "supplies": [grid_supply("A")],
    }
    assert flows(make(tables, DC).solve(gap=0)) == near({"one": 75, "two": 25})
    tables["branches"].append(line("B", "A", branch="three", x_pu=0.3))
    assert flows(make(tables, DC).solve(gap=0)) == near({"one": 60, "two": 20, "three": -20})


def test_circuits_of_one_row_are_parallel():
    """AC with 2 circuits has x 0.05 against 0.2 round: 0.2/0.25 of 90 = 72 MW direct,
    18 round; limit 2 · 50 MVA.
    """
    plan = make(triangle(AC={"circuits": 2, "circuit_mva": 50}), DC).solve(gap=0)
    assert flows(plan) == near({"AB": 18, "BC": 18, "AC": 72})
    assert pick(plan.branches, "limit_mw", branch="AC") == near(100)
    assert pick(plan.branches, "circuits", branch="AC") == 2


def test_power_factor_turns_the_rating_of_a_line_into_mw():
    """100 MVA at power factor 0.9 carry 90 of 95 MW."""
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=100)],
        "demands": [demand("B", 95)],
        "supplies": [grid_supply("A")],
    }
    plan = make(tables, {"case": {"power_factor": 0.9}}).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(5)


def test_an_open_tie_carries_nothing():
    """Tie AC out of service: all 90 MW over A-B-C, and no flow is reported on AC."""
    plan = make(triangle(AC={"in_service": False, "kind": "tie"}), DC).solve(gap=0)
    assert flows(plan) == near({"AB": 90, "BC": 90})


def test_a_tie_without_reactance_joins_two_buses():
    """AB is a tie (x = 0): A and B are one bus for the voltage law, so BC and AC share 90 MW evenly."""
    plan = make(triangle(AB={"kind": "tie", "x_pu": None}), DC).solve(gap=0)
    assert flows(plan) == near({"AB": 45, "BC": 45, "AC": 45})


def test_susceptance_with_resistance():
    """b = x/(r² + x²): AC with x 0.1 and r 0.1 acts as 0.2, as much as the way round: 45 MW each."""
    tables = triangle(AC={"r_pu": 0.1})
    settings = {**DC, "physics": {"susceptance": "x/(r2+x2)"}}
    assert flows(make(tables, settings).solve(gap=0)) == near({"AB": 45, "BC": 45, "AC": 45})
    assert flows(make(tables, DC).solve(gap=0)) == near({"AB": 30, "BC": 30, "AC": 60})


def test_transport_flow_needs_no_reactance():
    """AC holds 60 and BC 20 of 90 MW, whatever the (missing) reactances: 10 MW are not served."""
    blank = {"x_pu": None}
    tables = triangle(AB=blank, BC={**blank, "circuit_mva": 20}, AC={**blank, "circuit_mva": 60})
    assert value(make(tables, TRANSPORT).solve(gap=0), "unserved_mw_years") == near(10)


def unit(name, **columns):
    """A branch reinforcement of 1 M€."""
    return {"reinforcement": name, "kind": "branch", "capex_meur": 1, **columns}


def test_a_circuit_beside_an_existing_one_shares_by_reactance():
    """AB holds 60 MW with x 0.1; a circuit of 100 MVA with x 0.2 beside it takes half as much as AB.

    90 MW: 60 and 30. 120 MW: AB full with 60, the new one 30: 30 MW are not served.
    """
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=60)],
        "demands": [demand("B", 90)],
        "supplies": [grid_supply("A")],
        "reinforcements": [unit("r", target="AB", adds_mva=100, x_pu=0.2)],
    }
    case = make(tables, DC)
    plan = case.solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(0)
    assert flows(plan) == near({"AB": 90})
    assert pick(plan.branches, "limit_mw", branch="AB") == near(160)
    assert pick(plan.branches, "loading", branch="AB") == near(1)  # its fullest circuit: the old one
    assert pick(plan.branches, "circuits", branch="AB") == 2
    more = case.what_if({"demands.d_B:2030.peak_mw": 120}).solve(gap=0)
    assert value(more, "unserved_mw_years") == near(30)
    transport = case.what_if({"demands.d_B:2030.peak_mw": 120, "physics.flow": "transport"}).solve(gap=0)
    assert value(transport, "unserved_mw_years") == near(0)


def test_a_blank_unit_is_a_circuit_like_those_there():
    """AB: one of 60 MVA; a unit without columns is another such: 120 MW in equal shares, two units 180 MW."""
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=60)],
        "demands": [demand("B", 200)],
        "supplies": [grid_supply("A")],
        "reinforcements": [unit("r", target="AB", max_units=2)],
    }
    plan = make(tables, DC).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(20)
    assert value(plan, "capex_meur") == 2
    assert pick(plan.branches, "circuits", branch="AB") == 3


def test_a_unit_may_bring_several_circuits():
    """One unit of 2 circuits of 60 MVA: 60 + 120 = 180 of 200 MW."""
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=60)],
        "demands": [demand("B", 200)],
        "supplies": [grid_supply("A")],
        "reinforcements": [unit("r", target="AB", adds_circuits=2)],
    }
    plan = make(tables, DC).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(20)
    assert value(plan, "new_circuits") == 2


def test_a_new_line_that_closes_a_loop_obeys_the_voltage_law():
    """Existing A-B-C with 60 MW each; 90 MW at C. New AC (x 0.1): 60 direct, 30 round;
    with 50 MVA: 50 and 25.
    """
    tables = triangle(AB={"circuit_mva": 60}, BC={"circuit_mva": 60}, AC={"circuits": 0, "circuit_mva": 100})
    tables["reinforcements"] = [unit("r", target="AC")]
    case = make(tables, DC)
    assert flows(case.solve(gap=0)) == near({"AB": 30, "BC": 30, "AC": 60})
    small = case.what_if({"branches.AC.circuit_mva": 50}).solve(gap=0)
    assert flows(small) == near({"AB": 25, "BC": 25, "AC": 50})
    assert value(small, "unserved_mw_years") == near(15)


def test_a_new_line_that_would_choke_the_loop_is_not_built():
    """New AC of 20 MVA forces the way round to 10 MW: 30 in all.
    Without it A-B-C carries 60: it is not built.
    """
    tables = triangle(AB={"circuit_mva": 60}, BC={"circuit_mva": 60}, AC={"circuits": 0, "circuit_mva": 20})
    tables["reinforcements"] = [unit("r", target="AC", capex_meur=0)]
    plan = make(tables, DC).solve(gap=0)
    assert value(plan, "new_circuits") == 0
    assert value(plan, "unserved_mw_years") == near(30)


def test_a_new_corridor_needs_no_row():
    """from and to are enough: a corridor named after its reinforcement, 50 MVA; A-B-C gets half.

    75 of 90 MW.
    """
    tables = triangle()
    tables["branches"] = tables["branches"][:2]
    tables["reinforcements"] = [
        {**unit("AC2", adds_mva=50, x_pu=0.1), "from": "A", "to": "C"},
    ]
    for one in tables["branches"]:
        one["circuit_mva"] = 60
    plan = make(tables, DC).solve(gap=0)
    assert flows(plan) == near({"AB": 25, "BC": 25, "AC2": 50})
    assert pick(plan.branches, "circuits", branch="AC2") == 1


def test_from_and_to_find_the_existing_corridor():
    """A unit from B to A, where row AB runs, is a circuit of AB: the flow is reported on AB, 120 MW."""
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=60)],
        "demands": [demand("B", 120)],
        "supplies": [grid_supply("A")],
        "reinforcements": [{**unit("r", adds_mva=60, x_pu=0.1), "from": "B", "to": "A"}],
    }
    assert flows(make(tables, DC).solve(gap=0)) == near({"AB": 120})


def test_a_new_line_connects_an_island_and_a_new_station():
    """C (0 transformers) hangs on nothing: the line BC and the station are both needed for its 70 MW: 3 + 20
    M€.
    """
    tables = {
        "substations": [station("A"), station("B"), station("C", transformers=0, transformer_mva=80)],
        "branches": [line("A", "B"), line("B", "C", circuits=0, circuit_mva=100)],
        "demands": [demand("C", 70)],
        "supplies": [grid_supply("A")],
        "reinforcements": [
            unit("wire", target="BC", capex_meur=3),
            {"reinforcement": "open", "kind": "station", "target": "C", "adds_mva": 160, "capex_meur": 20},
        ],
    }
    case = make(tables, DC)
    plan = case.solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "capex_meur") == near(23)
    assert flows(plan) == near({"AB": 70, "BC": 70})
    without = case.what_if({"reinforcements.wire.max_units": 0}).solve(gap=0)
    assert value(without, "unserved_mw_years") == near(70)
    assert value(without, "capex_meur") == near(0)


def test_two_new_lines_to_an_island_close_a_loop():
    """Island C gets AC (x 0.1) and BC (x 0.1) of 60 MW each beside AB (x 0.1):
    90 MW as 60 direct, 30 by way of B.

    Only one of them would carry 60. The angle of the island follows both.
    """
    tables = triangle(BC={"circuits": 0, "circuit_mva": 60}, AC={"circuits": 0, "circuit_mva": 60})
    tables["reinforcements"] = [unit("b", target="BC"), unit("a", target="AC")]
    plan = make(tables, DC).solve(gap=0)
    assert flows(plan) == near({"AB": 30, "BC": 30, "AC": 60})
    assert value(plan, "capex_meur") == near(2)


def test_lines_of_an_empty_grid_build_a_triangle():
    """Nothing exists; three candidate lines of 40 MW, x 0.1, for 60 MW at C: all three.

    40 direct, 20 round.
    """
    empty = {"circuits": 0, "circuit_mva": 40}
    tables = triangle(60, AB=empty, BC=empty, AC=empty)
    tables["reinforcements"] = [unit(name, target=name) for name in ("AB", "BC", "AC")]
    plan = make(tables, DC).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(0)
    assert flows(plan) == near({"AB": 20, "BC": 20, "AC": 40})


def test_uprating_raises_the_corridor_and_keeps_its_reactance():
    """AC holds 40, x 0.1: 60 of 90 MW are served. Two raises of 10 MVA:
    60 direct + 30 round = all 90; no circuit.
    """
    tables = triangle(AC={"circuit_mva": 40})
    row = unit("up", target="AC", adds_circuits=0, adds_mva=10, max_units=3)
    tables["reinforcements"] = [row]
    plan = make(tables, DC).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(0)
    assert flows(plan) == near({"AB": 30, "BC": 30, "AC": 60})
    assert pick(plan.branches, "limit_mw", branch="AC") == near(60)
    assert value(plan, "new_circuits") == 0
    assert value(plan, "capex_meur") == near(2)


def test_a_raised_corridor_and_a_candidate_beside_it():
    """AB 60 → 90 MVA by uprating; a circuit of x 0.1 and 90 MVA beside it needs AB at 90 too.

    180 MW, 2 M€.
    """
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=60)],
        "demands": [demand("B", 180)],
        "supplies": [grid_supply("A")],
        "reinforcements": [
            unit("up", target="AB", adds_circuits=0, adds_mva=30),
            unit("new", target="AB", adds_mva=90),
        ],
    }
    case = make(tables, DC)
    plan = case.solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "capex_meur") == near(2)
    alone = case.what_if({"reinforcements.up.max_units": 0}).solve(gap=0)
    assert value(alone, "unserved_mw_years") == near(60)  # AB full with 60, the new one follows with 60


@pytest.mark.parametrize("x_ab", [0.1, -0.02])
def test_lines_without_rating_and_with_negative_reactance_bound_the_angles(x_ab):
    """A-B-C: AB without a rating (x 0.1 or −0.02, as in a star of three windings), BC 50 MW, x 0.1.

    New AC, x 0.1, no limit of its own below 100: BC full with 50 gives AC (x_AB + 0.1)·50/0.1 = 100 or 40 MW.
    """
    tables = triangle(200, AB={"x_pu": x_ab}, BC={"circuit_mva": 50}, AC={"circuits": 0})
    tables["reinforcements"] = [unit("r", target="AC")]
    plan = make(tables, DC).solve(gap=0)
    direct = (x_ab + 0.1) * 50 / 0.1
    assert flows(plan) == near({"AB": 50, "BC": 50, "AC": direct})


def test_a_line_without_rating_carries_what_datacenters_draw():
    """A new line without a rating to a site of 100 IT MW with PUE 1.3: 130 MW flow."""
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuits=0)],
        "supplies": [grid_supply("A")],
        "datacenters": [{"site": "s", "substation": "B", "pue": 1.3, "max_it_mw": 100}],
        "datacenter_demand": [{"class": "cloud", "year": 2030, "it_mw": 100}],
        "reinforcements": [unit("r", target="AB", capex_meur=0)],
    }
    plan = make(tables, DC).solve(gap=0)
    assert value(plan, "shortfall_mw") == near(0)
    assert flows(plan) == near({"AB": 130})


def test_without_branches_every_group_is_fed_from_above():
    """No branches: A (with child C) and B draw 30 + 20 and 50 MW from the grid above, free of charge."""
    tables = {
        "substations": [station("A"), station("B"), station("C", limited_by="A")],
        "demands": [demand("A", 30), demand("C", 20), demand("B", 50)],
    }
    plan = make(tables).solve(gap=0)
    assert value(plan, "unserved_mw_years") == 0
    assert value(plan, "total_cost_meur") == 0
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == near(50)


def test_without_branches_a_group_with_a_plant_is_on_its_own():
    """A has a plant of 20 MW for 30 MW of demand and no branches anywhere: 10 MW short.

    B is fed from above.
    """
    tables = {
        "substations": [station("A"), station("B")],
        "demands": [demand("A", 30), demand("B", 50)],
        "supplies": [{"supply": "s", "substation": "A", "technology": "chp", "capacity_mw": 20}],
    }
    plan = make(tables).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(10)
    assert pick(plan.table("unserved"), "substation") == "A"


def test_without_unserved_in_the_objective_demand_is_hard():
    """A line of 50 MW to 60 MW of demand: with unserved_mw_years 10 MW are short;
    minimising cost alone: no plan.
    """
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=50)],
        "demands": [demand("B", 60)],
        "supplies": [grid_supply("A")],
    }
    assert value(make(tables, DC).solve(gap=0), "unserved_mw_years") == near(10)
    plan = make(tables, {**DC, "objective": {"minimise": ["total_cost_meur"]}}).solve(gap=0)
    assert plan.status == "infeasible"
    assert plan.status.exit_code == 4
    assert not plan.has_plan
    assert plan.summary["explanation"]


def test_unserved_counts_the_worst_hour_for_every_year_of_the_stage():
    """Stages 2030 and 2035, last year 2037: 5 and 3 years. Short by 10 and 20 MW: 5·10 + 3·20 = 110 MW·years.

    Energy: 10·8760 MWh a year for 5 years and 20·8760 for 3. It is charged at 10,000 EUR/MWh in the total
    cost only.
    """
    tables = {
        "substations": [station("A", firm_demand_mva=50)],
        "demands": [demand("A", 60), demand("A", 70, year=2035)],
    }
    horizon = {"years": [2030, 2035], "last_year": 2037, "discount_rate": 0.0}
    plan = make(tables, {"case": {"power_factor": 1.0}, "horizon": horizon}).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(110)
    assert value(plan, "unserved_mwh") == near(110 * 8760)
    assert value(plan, "total_cost_meur") == near(110 * 8760 * 10_000 / 1e6)
    assert value(plan, "operating_cost_meur") == 0
    assert pick(plan.table("unserved"), "mw", year=2035) == near(20)
