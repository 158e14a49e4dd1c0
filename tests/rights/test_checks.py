"""What is wrong with tables of transport rights is told by file, row and column."""

import pytest

from gridplan.case import CaseError
from gridplan.model.build import build
from gridplan.model.offers import DEMAND, FEEDIN, offers
from gridplan.model.periods import typical
from tests.model.cases import make
from tests.rights.small import FIRM, TDTR85, case_of, hall, place

PARTS = (place("A", 50, 10, "linear"), place("B", 50), hall("A", 5, group="g"))
GROUP = {"transport_groups": [{"group": "g", "max_mw": 5, "substation": "A"}]}
SHARED = {"right": "group"}


def told(rights, *parts):
    """(file, row, column) of errors and of warnings."""
    try:
        case = case_of(rights, *parts)
    except CaseError as error:
        return [(p.file, p.row, p.column) for p in error.problems]
    return [(p.file, p.row, p.column) for p in case.warnings]


@pytest.mark.parametrize(
    ("rights", "row", "column"),
    [
        ([FIRM, TDTR85], None, None),
        ([FIRM, {**FIRM, "direction": "demand"}], 3, "direction"),
        ([{**FIRM, "direction": "demand"}, {**FIRM, "direction": "feedin"}], None, None),
        ([{**FIRM, "max_share": 0.4}, {**TDTR85, "max_share": 0.5}], None, "max_share"),
        ([{**FIRM, "max_share": 0.5}, SHARED], None, "max_share"),
        ([FIRM, {"right": "block", "block_from_hour": 6}], 3, "block_until_hour"),
        ([{**FIRM, "limited_hours": 10}], 2, "limited_hours"),
        ([FIRM, {**SHARED, "direction": "feedin"}], 3, "direction"),
        ([FIRM, {**TDTR85, "limited_hours": 9000}], 3, "limited_hours"),
    ],
)
def test_a_row_that_cannot_be(rights, row, column):
    other = hall("B", 5)
    needed = any(r["right"] == "group" for r in rights)
    parts = (
        (*PARTS[:2], hall("A", 5, group="g"), other, GROUP) if needed else (*PARTS[:2], hall("A", 5), other)
    )
    found = told(rights, *parts)
    found = [f for f in found if f[0] == "transport_rights.csv"]
    assert found == ([("transport_rights.csv", row, column)] if column else [])


def test_groups():
    """A group that hangs elsewhere is an error; a right without groups, and groups without it, warn."""
    elsewhere = {"transport_groups": [{"group": "g", "max_mw": 5, "substation": "B"}]}
    assert told([FIRM, SHARED], *PARTS, GROUP) == []
    assert told([FIRM, SHARED], *PARTS, elsewhere) == [("datacenters.csv", 2, "group")]
    assert told([FIRM, SHARED], *PARTS[:2], hall("A", 5)) == [("transport_rights.csv", 3, "right")]
    assert told([FIRM], *PARTS, GROUP) == [("transport_groups.csv", None, "")]


def test_energy_that_is_cheaper_than_fuel():
    """85 EUR/MWh for fuel: users who may be off at 80 would be off to save it."""
    supply = {
        "supplies": [{"supply": "g", "substation": "A", "technology": "grid_supply", "cost_eur_per_mwh": 85}]
    }
    rights = [FIRM, {**TDTR85, "curtailed_eur_per_mwh": 80}]
    parts = (place("A", 50, 10), hall("A", 5), supply)
    assert told(rights, *parts) == [("transport_rights.csv", 3, "curtailed_eur_per_mwh")]
    assert told([FIRM, TDTR85], *parts) == []


def test_without_hours_there_are_no_limited_hours():
    """85 % and block rights are not offered, and a warning says so; non-firm rights may be off."""
    tables = {
        "substations": [{"substation": "A"}],
        "transport_rights": [FIRM, TDTR85, {"right": "block"}, {"right": "non_firm", "limited_hours": 100}],
    }
    case = make(tables)
    assert [(w.row, w.column) for w in case.warnings if w.check == "rights-hours"] == [
        (3, "right"),
        (4, "right"),
    ]
    assert [(o.right, o.limited) for o in offers(case, DEMAND)] == [("firm", 0), ("non_firm", -1)]


def test_what_is_offered():
    """A right without a row is not offered; blank limited hours are 1314 for an 85 % right only."""
    rights = [{**FIRM, "direction": "demand"}, TDTR85, {"right": "block", "direction": "feedin"}]
    case = case_of(rights, *PARTS[:2], hall("A", 5))
    assert [(o.right, o.limited, o.window) for o in offers(case, DEMAND)] == [
        ("firm", 0, None),
        ("tdtr85", 1314, None),
    ]
    assert [(o.right, o.limited, o.window) for o in offers(case, FEEDIN)] == [
        ("tdtr85", 1314, None),
        ("block", 0, (22, 6)),
    ]
    model = build(case, typical(case, whole_days=False)).model
    assert set(model.rights.RIGHT) == {("hall_A", "firm"), ("hall_A", "tdtr85")}
