"""A plan whose rights were tampered with is not verified, and the check that should notice does."""

from dataclasses import replace

import numpy as np
import pytest

from gridplan.plan.verify import verify
from tests.rights.small import FIRM, LINEAR, TDTR85, case_of, every_right, hall, place, verified


@pytest.fixture(scope="module")
def plan():
    return verified(every_right().solve())


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


def test_off_in_an_hour_in_which_it_may_not_be():
    """A cut of an 85 % right moved from a limited hour to one that is not."""
    case = case_of([FIRM, TDTR85], place("A", 100, 100, "linear"), hall("A", 40))
    plan = verified(case.solve())
    table = plan.table("curtailments").copy()
    limited = set(np.argsort(-LINEAR, kind="stable")[:1314].tolist())
    rows = table[table["weight_hours"] == 0]
    assert len(rows) and set(24 * rows["day"] + rows["hour"]) <= limited
    hours = plan.table("withdrawals").query("weight_hours == 0")[["day", "hour"]].drop_duplicates()
    free = next((d, h) for d, h in hours.itertuples(index=False) if 24 * d + h not in limited)
    table.loc[rows.index[0], ["day", "hour"]] = free
    found = verify(replace(plan, tables={**plan.tables, "curtailments": table}), ["curtailments"])
    assert any("may be off" in str(f) for f in found.failures)
