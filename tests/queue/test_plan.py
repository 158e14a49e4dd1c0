"""The queue in a plan: its tables, that it decides nothing, and that it is verified."""

from dataclasses import replace

import pytest

from gridplan.plan.extract.queue import queue_tables
from gridplan.plan.verify import verify
from tests.model.cases import near
from tests.model.test_reinforcements import growing, transformer

QUEUE = {
    "queue.a": {"substation": "A", "mw": 15, "class": "2", "date": "2024-03-01"},
    "queue.b": {"substation": "A", "mw": 12, "class": "1", "date": "2025-03-01"},
    "queue.c": {"substation": "A", "mw": 1, "class": "2", "date": "2025-06-01"},
    "queue.f": {"substation": "A", "mw": 150, "direction": "feedin", "date": "2020-01-01"},
}


@pytest.fixture(scope="module")
def plans():
    """The same case without and with a queue: room 20, 10, 50, 50 for demand; 280 or more for feed-in."""
    case = growing([80, 90, 150, 150], transformer(earliest_year=2035))
    return case.solve(gap=0), case.what_if(QUEUE).solve(gap=0)


def test_the_plan_is_the_same_with_and_without_a_queue(plans):
    """Requests are no decisions: every other table is the same to the last digit."""
    without, with_queue = plans
    for name, table in without.tables.items():
        if name not in ("queue", "queue_classes", "alleviation"):
            assert table.equals(with_queue.tables[name]), name
    assert without.summary["indicators"] == with_queue.summary["indicators"]
    assert without.tables["queue"].empty and without.tables["queue_classes"].empty


def test_a_queue_is_served_on_the_room_of_the_plan(plans):
    """b (class 1, 12 MW) does not fit for good before 2035 (10 MW in 2030); 15 and 1 MW come after it, and
    with 28 of 50 MW all fit in 2035. Feed-in of 150 fits at once.
    """
    table = plans[1].tables["queue"].set_index("request")
    assert table["served_year"].to_dict() == {"b": 2035, "a": 2035, "c": 2035, "f": 2026}
    assert table["waiting_years"].to_dict() == {"b": 10, "a": 11, "c": 10, "f": 6}
    assert table["blocked_by"].to_dict() == {"b": "A", "a": "A", "c": "A", "f": ""}
    assert list(table.index) == ["b", "a", "c", "f"]


def test_classes_add_up(plans):
    """Class 2: 16 MW wait until 2035 and are then served after (15·11 + 1·10)/16 years."""
    table = plans[1].tables["queue_classes"]
    rows = table[(table["class"] == "2") & (table["direction"] == "demand")]
    assert rows["mw_served"].tolist() == [0, 0, 16, 16]
    assert rows["mw_waiting"].tolist() == [16, 16, 0, 0]
    assert rows["mean_waiting_years"].tolist()[2:] == near([175 / 16] * 2)
    assert rows["mean_waiting_years"].isna().tolist() == [True, True, False, False]


def test_overtaking_is_a_setting(plans):
    """With it c (1 MW) goes at once, and no other is later; a setting says so, and an argument too."""
    case = plans[1].case.what_if({"rules.queue_overtaking": True})
    served = queue_tables(case, plans[1].tables)["queue"].set_index("request")["served_year"]
    assert served.to_dict() == {"b": 2035, "a": 2035, "c": 2026, "f": 2026}
    again = queue_tables(plans[1].case, plans[1].tables, overtaking=True)["queue"]
    assert again.set_index("request")["served_year"].equals(served)


@pytest.mark.parametrize(
    ("table", "column", "row", "value"),
    [
        ("queue", "served_year", 0, 2030.0),
        ("queue", "served_year", 2, 2026.0),
        ("queue", "waiting_years", 0, 3.0),
        ("queue", "mw", 1, 14.0),
        ("queue", "blocked_by", 3, "A"),
        ("queue_classes", "mw_waiting", 0, 1.0),
        ("queue_classes", "mean_waiting_years", 3, 1.0),
        ("alleviation", "alleviation_year", 0, 2026.0),
        ("alleviation", "first_congested_year", 0, 2030.0),
        ("alleviation", "queue_mw", 2, 3.0),
    ],
)
def test_a_queue_that_was_tampered_with_is_noticed(plans, table, column, row, value):
    plan = plans[1]
    assert verify(plan, ["queue"]).ok
    frame = plan.tables[table].copy()
    frame.loc[frame.index[row], column] = value
    certificate = verify(replace(plan, tables={**plan.tables, table: frame}), ["queue"])
    assert any(failure.table == table and failure.column == column for failure in certificate.failures)


def test_a_queue_gives_no_warning(plans):
    assert not [problem for problem in plans[1].case.warnings if "queue" in problem.file]
