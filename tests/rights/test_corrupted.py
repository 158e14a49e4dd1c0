"""A plan whose rights were tampered with is not verified, and the check that should notice does."""

from dataclasses import replace

import numpy as np
import pytest

from gridplan.plan.verify import verify
from tests.model.cases import grid_supply
from tests.rights.small import FIRM, LINEAR, NIGHT, TDTR85, case_of, hall, place, verified

DAYTIME = np.where(NIGHT, 0.4, 1.0)


@pytest.fixture(scope="module")
def plan():
    """Every right at one station, a group of two sites, and a supply that grows."""
    turbines = {"supply": "wind", "substation": "A", "technology": "wind", "profile": "linear"}
    turbines |= {"capacity_mw": 0, "max_new_mw": 60, "curtailable": True}
    rights = [
        {**FIRM, "max_share": 0.3, "tariff_eur_per_kw_year": 50},
        {**TDTR85, "max_share": 0.3, "tariff_eur_per_kw_year": 50, "discount": 0.4},
        {"right": "block", "max_share": 0.3},
        {"right": "non_firm", "max_share": 0.3},
        {"right": "group", "max_share": 0.5, "direction": "demand"},
    ]
    parts = (
        place("A", None, 60, "linear", transformers=2, transformer_mva=80),
        hall("A", 60, "hall", profile="work", min_it_mw=30),
        hall("A", 20, "room", group="g"),
        {"transport_groups": [{"group": "g", "max_mw": 8}], "supplies": [grid_supply("A"), turbines]},
        {"policies": [{"policy": "wind", "indicator": "res_gwh", "sense": "min", "value": 100}]},
    )
    goals = ("shortfall_mw", "total_cost_meur")
    return verified(case_of(rights, *parts, profiles={"work": 1.2 - LINEAR}, minimise=goals).solve())


def test_every_right_is_in_use(plan):
    table = plan.table("rights")
    assert set(table["right"]) == {"firm", "tdtr85", "block", "non_firm", "group"}
    assert set(table["direction"]) == {"demand", "feedin"}
    assert (
        len(plan.table("curtailments"))
        and len(plan.table("rights_groups"))
        and len(plan.table("rights_room"))
    )


def add(column, amount, **where):
    def change(table):
        rows = np.ones(len(table), bool)
        for name, value in where.items():
            rows &= (table[name] == value).to_numpy()
        assert rows.any()
        table.loc[rows, column] = table.loc[rows, column].astype(float) + amount
        return table

    return change


def put(column, value, **where):
    def change(table):
        rows = np.ones(len(table), bool)
        for name, wanted in where.items():
            rows &= (table[name] == wanted).to_numpy()
        assert rows.any()
        table[column] = table[column].astype(object)
        table.loc[rows, column] = value
        return table

    return change


def without(**where):
    def change(table):
        rows = np.ones(len(table), bool)
        for name, wanted in where.items():
            rows &= (table[name] == wanted).to_numpy()
        assert rows.any()
        return table[~rows].reset_index(drop=True)

    return change


HALL = {"site": "hall", "right": "tdtr85"}
HELD = {"holder": "hall", "right": "tdtr85"}
CORRUPTIONS = [
    ("sites", "datacenters", add("it_mw", 50.0, **HALL)),
    ("rights", "datacenters", put("right", "gold", **HALL)),
    ("rights", "datacenters", add("it_mw", 5.0, **HALL)),
    ("rights", "datacenters", put("right", "group", **HALL)),
    ("rights", "rights", add("contracted_mw", 0.1, **HELD)),
    ("rights", "rights", put("limited_hours", 1400.0, **HELD)),
    ("rights", "rights", put("curtailed_hours", 1400.0, **HELD)),
    ("rights", "rights", add("curtailed_mwh", 1e5, **HELD)),
    ("rights", "rights", put("curtailed_share", 0.5, **HELD)),
    ("rights", "rights", add("tariff_meur_per_year", 0.1, **HELD)),
    ("rights", "rights", add("discount_meur_per_year", 0.1, **HELD)),
    ("rights", "rights", without(**HELD)),
    ("rights", "rights", add("contracted_mw", 1.0, holder="wind", right="firm")),
    ("rights", "rights", put("curtailed_mwh", 0.0, holder="hall", right="block")),
    ("operating_cost", "rights", add("tariff_meur_per_year", 0.1, **HELD)),
    ("operating_cost", "rights", add("expected_mwh", 1e4, **HELD)),
    ("lost_energy", "rights", put("expected_mwh", 0.0)),
    ("amounts", "rights", add("contracted_mw", 0.1, **HELD)),
    ("curtailments", "curtailments", put("right", "firm", right="block")),
    ("curtailments", "curtailments", add("mw", 50.0, right="non_firm")),
    ("curtailments", "curtailments", without(right="block")),
    ("withdrawals", "curtailments", add("mw", 1.0)),
    ("withdrawals", "withdrawals", add("mw", 1.0, subject="rights")),
    ("contracts", "withdrawals", add("mw", 60.0, subject="demands")),
    ("groups", "datacenters", add("it_mw", 5.0, site="room", right="group")),
    ("groups", "rights_groups", put("peak_mw", 1.0)),
    ("groups", "rights_groups", put("max_mw", 80.0)),
    ("tables", "rights", put("holder", "nobody", **HELD)),
    ("tables", "rights_room", put("room_mw", None)),
]


@pytest.mark.parametrize(("check", "table", "change"), CORRUPTIONS)
def test_a_changed_plan_is_noticed(plan, check, table, change):
    changed = replace(plan, tables={**plan.tables, table: change(plan.table(table).copy())})
    assert not verify(changed, [check]).ok


def test_off_in_an_hour_in_which_it_may_not_be(plan):
    """A cut of an 85 % right moved to an hour that is not limited."""
    table = plan.table("curtailments").copy()
    busy = np.argsort(-LINEAR, kind="stable")
    rows = table[(table["right"] == "tdtr85") & (table["weight_hours"] == 0)]
    assert len(rows) and set(24 * rows["day"] + rows["hour"]) <= set(busy[:1314])
    hours = plan.table("withdrawals").query("weight_hours == 0")[["day", "hour"]].drop_duplicates()
    free = next((d, h) for d, h in hours.itertuples(index=False) if 24 * d + h not in set(busy[:1314]))
    table.loc[rows.index[0], ["day", "hour"]] = free
    found = verify(replace(plan, tables={**plan.tables, "curtailments": table}), ["curtailments"])
    assert any("may be off" in str(f) for f in found.failures)
