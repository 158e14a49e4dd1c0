"""The register: every constraint of the program, and the test that fails without it."""

import ast
import re
from functools import cache
from pathlib import Path

import pyomo.environ as pyo
import pytest

from gridplan.case import read_case
from gridplan.model.build import build
from gridplan.model.periods import typical
from gridplan.model.reference import docstring, page, template
from gridplan.plan.verify import CHECKS
from tests.invariants.random_cases import random_case
from tests.rights.small import every_right

ROOT = Path(__file__).parents[2]
SEEDS = (1, 6, 14, 15, 16, 23)  # random cases that have, with the tutorial, every constraint
PLAIN = "policies.rows"  # few rows, each over its own assets: written out, no template

INVARIANT = "tests/invariants/test_invariants.py::test_an_invariant_notices_a_changed_plan"
BACKUP = "tests/heat/test_backup.py"
TANKS = "tests/heat/test_tanks.py"
STATIONS = "tests/model/test_stations.py"
SHARES = "tests/telecom/test_shares.py"
SITES = "tests/telecom/test_sites.py"
EDGES = "tests/telecom/test_edge.py"
RIGHTS = "tests/rights/test_"
FEEDIN = f"{RIGHTS}by_hand.py::test_feedin_against_all_transformers_and_demand_without_the_largest"

REGISTER = {
    "reinforcements.stays": f"{INVARIANT}[building]",
    "reinforcements.ordered": f"{STATIONS}::test_the_largest_transformer_is_one_of_those_in_service",
    "reinforcements.requires": f"{INVARIANT}[building]",
    "reinforcements.excludes": f"{INVARIANT}[building]",
    "loads.only_load": f"{INVARIANT}[withdrawals]",
    "loads.below_peak": f"{INVARIANT}[withdrawals]",
    "supplies.new_stays": f"{INVARIANT}[capex]",
    "supplies.growing": f"{INVARIANT}[balance]",
    "curves.touches": "tests/model/test_curves.py::test_a_quadratic_cost_is_shared_as_its_derivatives_say",
    "supplies.withdraw": f"{INVARIANT}[withdrawals]",
    "storages.power_stays": f"{INVARIANT}[capex]",
    "storages.energy_stays": f"{INVARIANT}[capex]",
    "storages.energy_room": "tests/invariants/test_storages.py::test_a_battery_keeps_its_energy",
    "storages.balance": "tests/invariants/test_storages.py::test_a_battery_keeps_its_energy",
    "storages.charge_limit": "tests/invariants/test_storages.py::test_a_battery_keeps_its_energy",
    "storages.discharge_limit": "tests/invariants/test_storages.py::test_a_battery_keeps_its_energy",
    "storages.level_limit": "tests/invariants/test_storages.py::test_a_battery_keeps_its_energy",
    "storages.withdraw": f"{INVARIANT}[withdrawals]",
    "datacenters.opens": f"{INVARIANT}[sites]",
    "datacenters.minimum": f"{INVARIANT}[sites]",
    "datacenters.whole": f"{INVARIANT}[sites]",
    "datacenters.it_stays": f"{INVARIANT}[sites]",
    "datacenters.open_stays": f"{INVARIANT}[sites]",
    "datacenters.served": f"{INVARIANT}[programme]",
    "datacenters.enough": f"{INVARIANT}[programme]",
    "datacenters.land": f"{INVARIANT}[land]",
    "datacenters.withdraw": f"{INVARIANT}[withdrawals]",
    "rights.splits": f"{RIGHTS}by_hand.py::test_what_is_planned_is_that_room",
    "rights.shares": f"{RIGHTS}by_hand.py::test_a_right_has_at_most_its_share_of_a_site",
    "rights.firm_stays": f"{RIGHTS}years.py::test_a_firm_right_stays",
    "rights.cut_limit": f"{RIGHTS}by_hand.py::test_what_is_planned_is_that_room",
    "rights.withdraw": f"{RIGHTS}by_hand.py::test_what_is_planned_is_that_room",
    "rights.reserves": f"{RIGHTS}by_hand.py::test_a_contract_counts_in_every_hour",
    "rights.group_limit": f"{RIGHTS}by_hand.py::test_members_of_a_group_share_a_contract",
    "rights.adds": f"{RIGHTS}corrupted.py::test_a_changed_plan_is_noticed[rights]",
    "rights.feedin_shares": f"{RIGHTS}corrupted.py::test_a_changed_plan_is_noticed[rights]",
    "rights.feedin_stays": f"{RIGHTS}years.py::test_a_firm_right_of_feedin_stays",
    "rights.unfed_limit": FEEDIN,
    "rights.rest_most": f"{RIGHTS}years.py::test_feedin_in_a_block",
    "rights.rest_least": FEEDIN,
    "rights.keeps": FEEDIN,
    "rights.feedin_reserves": FEEDIN,
    "rights.loses": f"{RIGHTS}years.py::test_energy_that_is_lost_without_hours",
    "rights.curve": f"{RIGHTS}cost.py::test_reinforcement_or_curtailment",
    "heat.site_heat": f"{INVARIANT}[heat_nodes]",
    "heat.running_stays": f"{INVARIANT}[capex]",
    "heat.source_heat": f"{INVARIANT}[heat_nodes]",
    "heat.connected_stays": f"{INVARIANT}[capex]",
    "heat.all_heat": f"{INVARIANT}[heat_nodes]",
    "heat.some_heat": f"{INVARIANT}[heat_nodes]",
    "heat.backed_heat": f"{INVARIANT}[heat_nodes]",
    "heat.boiler_stays": f"{INVARIANT}[heat_nodes]",
    "heat.boiler_limit": f"{BACKUP}::test_a_boiler_is_built_for_the_peak_that_links_do_not_cover",
    "heat.pump_stays": f"{INVARIANT}[heat_pumps]",
    "heat.pump_limit": f"{INVARIANT}[heat_pumps]",
    "heat.pipe_stays": f"{INVARIANT}[heat_links]",
    "heat.one_pipe": f"{INVARIANT}[heat_links]",
    "heat.pipe_useful": f"{INVARIANT}[heat_links]",
    "heat.way_flow": "tests/heat/test_tight_rows.py::test_rows_of_the_way_of_heat_cut_off_no_optimum",
    "heat.way_pipe": "tests/heat/test_tight_rows.py::test_rows_of_the_way_of_heat_cut_off_no_optimum",
    "heat.way_sink": "tests/heat/test_tight_rows.py::test_rows_of_the_way_of_heat_cut_off_no_optimum",
    "heat.way_on": "tests/heat/test_tight_rows.py::test_rows_of_the_way_of_heat_cut_off_no_optimum",
    "heat.capacity_stays": f"{INVARIANT}[capex]",
    "heat.capacity_limit": f"{INVARIANT}[heat_links]",
    "heat.open_stays": f"{INVARIANT}[capex]",
    "heat.open_limit": f"{INVARIANT}[heat_links]",
    "heat.room_stays": f"{TANKS}::test_room_waits_for_its_year_and_stays",
    "heat.tank_balance": f"{TANKS}::test_room_is_bought_with_what_is_lost_on_the_way",
    "heat.tank_room": f"{TANKS}::test_a_night_of_charging_serves_the_evening",
    "heat.tank_in": f"{TANKS}::test_a_tank_charges_no_faster_than_its_pump",
    "heat.tank_out": f"{TANKS}::test_a_night_of_charging_serves_the_evening",
    "heat.losses": f"{INVARIANT}[heat_nodes]",
    "heat.balance": f"{INVARIANT}[heat_nodes]",
    "heat.withdraw": f"{INVARIANT}[withdrawals]",
    "telecom.mast_stays": f"{INVARIANT}[masts]",
    "telecom.must": f"{INVARIANT}[masts]",
    "telecom.covers": f"{SHARES}::test_a_share_is_of_the_people_in_its_scope",
    "telecom.counts": f"{SHARES}::test_an_upper_share_counts_what_every_mast_covers",
    "telecom.site_paid": f"{SITES}::test_a_site_is_paid_in_the_stage_of_its_first_mast",
    "telecom.site_needed": f"{SITES}::test_a_site_without_a_mast_costs_nothing_though_money_does_not_matter",
    "telecom.edge_stands": f"{EDGES}::test_an_edge_site_needs_its_mast",
    "telecom.edge_stays": f"{EDGES}::test_edge_sites_from_a_year_and_they_stay",
    "telecom.edge_must": f"{INVARIANT}[edges]",
    "telecom.edge_covers": f"{EDGES}::test_a_policy_asks_for_edge_sites",
    "telecom.edge_counts": f"{EDGES}::test_an_upper_share_counts_what_every_edge_site_reaches",
    "telecom.withdraw": f"{INVARIANT}[withdrawals]",
    "stations.sums": f"{INVARIANT}[balance]",
    "stations.own": f"{INVARIANT}[station_limits]",
    "stations.carries": f"{STATIONS}::test_grandchildren_and_feedin_pass_every_transformer_above",
    "stations.with_children": f"{STATIONS}::test_a_parent_carries_its_children_without_branches",
    "stations.has_type": f"{STATIONS}::test_a_bigger_transformer_becomes_the_largest",
    "stations.no_type": f"{STATIONS}::test_the_largest_transformer_is_one_of_those_in_service",
    "stations.demand_room": f"{INVARIANT}[station_limits]",
    "stations.feedin_room": f"{INVARIANT}[station_limits]",
    "stations.demand_limit": f"{INVARIANT}[station_limits]",
    "stations.feedin_limit": f"{INVARIANT}[station_limits]",
    "stations.bays": f"{INVARIANT}[bays]",
    "grid.upper": f"{INVARIANT}[branch_ratings]",
    "grid.lower": f"{INVARIANT}[branch_ratings]",
    "grid.unit_upper": f"{INVARIANT}[branch_ratings]",
    "grid.unit_lower": f"{INVARIANT}[branch_ratings]",
    "grid.balance": f"{INVARIANT}[balance]",
    "grid.voltage": f"{INVARIANT}[kirchhoff]",
    "grid.angle_upper": f"{INVARIANT}[kirchhoff]",
    "grid.angle_lower": f"{INVARIANT}[kirchhoff]",
    "policies.rows": f"{INVARIANT}[policies]",
}


@cache
def constraints():
    """Constraints of the programs of the tutorial, of a case with every right, and of random cases."""
    cases = [read_case(ROOT / "cases/tutorial"), every_right(), *(random_case(seed) for seed in SEEDS)]
    found = {}
    for case in cases:
        days = case.has("storages") or case.has("heat_storages")
        model = build(case, typical(case, whole_days=days)).model
        for constraint in model.component_objects(pyo.Constraint):
            if len(constraint):
                found.setdefault(constraint.name, constraint)
    return found


@cache
def functions(file):
    """Names of the tests in a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_constraint_is_in_the_register_and_none_is_stale():
    assert set(constraints()) - set(REGISTER) == set(), "without a test"
    assert set(REGISTER) - set(constraints()) == set(), "in the register, not in the program"


@pytest.mark.parametrize("name", REGISTER)
def test_the_test_of_a_constraint_exists(name):
    file, test = REGISTER[name].split("::")
    test, _, invariant = test.partition("[")
    assert test in functions(file)
    assert not invariant or invariant.rstrip("]") in CHECKS


@pytest.mark.parametrize("name", REGISTER)
def test_a_constraint_is_explained_and_a_template(name):
    constraint = constraints()[name]
    assert docstring(constraint).strip(), "the rule has no docstring"
    assert (template(constraint) is not None) == (name != PLAIN)
    assert name == PLAIN or all(type(row).__name__ == "TemplateConstraintData" for row in constraint.values())


def test_the_page_of_the_program_is_up_to_date():
    written = (ROOT / "docs/program.md").read_text(encoding="utf-8")
    assert written == page(read_case(ROOT / "cases/tutorial")), (
        "run: python -m gridplan.model.reference > docs/program.md"
    )


def test_the_page_shows_every_constraint_of_the_tutorial_with_its_formula():
    text = page(read_case(ROOT / "cases/tutorial"))
    assert "### stations.bays" in text and "\n    through[n,y,p] ≤ share[n,p]·demand_mw[n,y]\n" in text
    assert not re.search(r"\b_\d", text), "an index without a name"
