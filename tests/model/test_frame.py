"""Values by stage: those of a whole table at once are those of its rows one by one."""

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest

from gridplan.case import read_case
from gridplan.case.build import case_from_tables
from gridplan.model.build import build
from gridplan.model.frame import Frame
from gridplan.model.loads import demand
from gridplan.model.numbers import numbers
from gridplan.model.periods import snapshot, typical
from gridplan.network import Network
from gridplan.solve.compile import compile_program

CASES = Path(__file__).parents[2] / "cases"


def _frame(case):
    return Frame(case, Network(case), snapshot(case))


@pytest.mark.parametrize("name", ["tutorial", "mra"])
def test_yearly_is_by_year_of_every_asset(name):
    frame = _frame(read_case(CASES / name))
    for table, columns in {"supplies": ("capacity_mw", "cost_eur_per_mwh"), "demands": ("peak_mw",)}.items():
        key = table[:-1] if table == "demands" else "supply"
        for column in columns:
            found = frame.yearly(table, column)
            groups = frame.case.table(table).groupby(key, sort=False)
            assert list(found) == [str(asset) for asset, _ in groups]
            for asset, rows in groups:
                assert found[asset] == pytest.approx(frame.by_year(rows, column), nan_ok=True)
    ending = frame.ending("supplies", "capacity_mw")
    for asset, rows in frame.case.table("supplies").groupby("supply", sort=False):
        own = frame.until(rows, frame.by_year(rows, "capacity_mw"))
        assert ending[asset] == pytest.approx(own, nan_ok=True)


@pytest.mark.parametrize("name", ["tutorial", "mra"])
def test_rows_are_those_of_pandas(name):
    frame, count = _frame(read_case(CASES / name)), 0
    for table in frame.case.tables:
        for own, slow in zip(frame.rows(table), frame.case.table(table).to_dict("records"), strict=True):
            assert list(own) == list(slow)
            for x, y in zip(own.values(), slow.values(), strict=True):
                assert type(x) is type(y) and (x == y or (x != x and y != y))
                count += 1
    assert count > 1000


def test_yearly_by_hand():
    # 10 in 2026 and 20 in 2030 make 15 in 2028, and 20 held after; one row holds always; it ends in 2029.
    supplies = pd.DataFrame(
        {
            "supply": ["g", "g", "h"],
            "substation": "a",
            "year": [2030, 2026, None],
            "capacity_mw": [20.0, 10.0, 7.0],
            "until_year": [None, None, 2029],
        }
    )
    case = case_from_tables(
        {"horizon": {"years": [2026, 2028, 2035]}},
        {"substations": pd.DataFrame({"substation": ["a"]}), "supplies": supplies},
    )
    frame = _frame(case)
    assert frame.yearly("supplies", "capacity_mw") == {
        "g": {2026: 10.0, 2028: 15.0, 2035: 20.0},
        "h": {2026: 7.0, 2028: 7.0, 2035: 7.0},
    }
    assert frame.ending("supplies", "capacity_mw")["h"] == {2026: 7.0, 2028: 7.0, 2035: 0.0}


def test_demand_that_is_critical_in_some_years_only():
    rows = pd.DataFrame(
        {
            "demand": ["d", "d", "e"],
            "substation": "a",
            "year": [2026, 2030, 2026],
            "peak_mw": [4.0, 8.0, 3.0],
            "critical": [True, False, False],
        }
    )
    case = case_from_tables(
        {"horizon": {"years": [2026, 2030]}},
        {"substations": pd.DataFrame({"substation": ["a"]}), "demands": rows},
    )
    frame = _frame(case)

    def mw(critical):
        found = demand(frame, critical)["a", "mv"]
        return [float(found[y][0]) for y in frame.years]

    # As rows: the critical one is 4 MW always, the other 8 MW always; all rows together 4, then 8 MW.
    assert mw(True) == [4.0, 4.0] and mw(False) == [11.0, 11.0] and mw(None) == [7.0, 11.0]


def test_numbers_are_those_of_a_parameter_and_reach_the_template():
    m = pyo.ConcreteModel()
    m.A, m.B = pyo.Set(initialize=["x", "y"]), pyo.Set(initialize=[1, 2])
    values = {(a, b): len(a) + b for a in m.A for b in m.B}
    numbers(m, "quick", m.A, m.B, values=np.array([[2, 3], [2, np.nan]]))
    del values["y", 2]
    m.slow = pyo.Param(m.A, m.B, initialize=values)
    assert m.quick.made is None  # no key was made yet
    assert dict(m.quick.items()) == dict(m.slow.items())
    assert m.quick["x", 2] == 3
    with pytest.raises(ValueError, match="undefined"):
        m.quick["y", 2]
    with pytest.raises(ValueError, match="has 1 values for the 4 keys"):
        numbers(m, "short", m.A, m.B, values=np.ones(1))


def test_rows_are_read_again_after_they_were_dropped():
    frame = _frame(read_case(CASES / "tutorial"))
    before = frame.rows("substations")
    frame.forget()
    assert repr(frame.rows("substations")) == repr(before) and frame.rows("substations") is not before
    assert list(frame.stations) == [row["substation"] for row in before]


def test_templates_get_the_numbers_that_pyomo_would_give(monkeypatch):
    # The arrays of the templates against those of every row written out by Pyomo itself.
    case = read_case(CASES / "tutorial")
    quick = compile_program(build(case, typical(case, whole_days=True)))
    monkeypatch.setattr("gridplan.model.build._Templates", nullcontext)
    slow = compile_program(build(case, typical(case, whole_days=True)))
    a, b = _entries(quick), _entries(slow)
    assert a.keys() == b.keys() and len(a) > 10_000
    assert all(a[key] == pytest.approx(b[key], abs=1e-9) for key in a)


def _entries(c):
    """Every number of a program by the names of its row and column."""
    rows = [row.name for row in c.rows]
    columns = [column.name for column in c.columns]
    matrix = c.matrix.tocoo()
    found = {(rows[i], columns[j]): v for i, j, v in zip(*matrix.coords, matrix.data, strict=True) if v != 0}
    for k in {int(i) for i in matrix.coords[0]}:  # rows of fixed columns only may be left out
        found[rows[k], "bounds"] = (c.row_lower[k], c.row_upper[k])
    return found
