"""Arrays of templates against Pyomo's own standard form: the same to the last digit and in order."""

from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.common.errors import InfeasibleConstraintException, InvalidConstraintError
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from gridplan.case import read_case
from gridplan.case.synthetic import Asked, synthetic
from gridplan.model import lazy
from gridplan.model.build import _Templates, build
from gridplan.model.periods import Critical, typical
from gridplan.network import Network
from gridplan.outages import outages
from gridplan.solve.compile import compile_program
from gridplan.solve.expand.program import arrays
from tests.invariants.random_cases import random_case
from tests.invariants.test_register import PLAIN, REGISTER, SEEDS
from tests.model.cases import demand, line, make, station
from tests.rights.small import every_right
from tests.security.grids import triangle

ROOT = Path(__file__).parents[2]
CASES = {
    "tutorial": lambda: read_case(ROOT / "cases/tutorial"),
    "garver6": lambda: read_case(ROOT / "cases/literature/garver6"),
    "ieee24": lambda: read_case(ROOT / "cases/literature/ieee24"),
    "every right": every_right,
    "region": lambda: synthetic(Asked(16, 8, 1)),
    "outages": lambda: synthetic(Asked(12, 6, 2, congestion=2.0)),
    "cut off": lambda: _spur(),
    **{f"random {seed}": lambda seed=seed: random_case(seed) for seed in SEEDS},
}


def _spur():
    """D hangs on C by one circuit; another one from A may be built."""
    tables = triangle()
    tables["substations"].append(station("D"))
    tables["branches"].append(line("C", "D", circuit_mva=50))
    tables["demands"].append(demand("D", 10))
    new = {"reinforcement": "AD", "kind": "branch", "from": "A", "to": "D", "x_pu": 0.1, "adds_mva": 50}
    tables["reinforcements"] = [{**new, "max_units": 1, "capex_meur": 1.0}]
    return make(tables)


@cache
def program(name):
    case = CASES[name]()
    periods = typical(case, whole_days=case.has("storages") or case.has("heat_storages"))
    if name in ("outages", "cut off"):  # every one in some hour; it may cut off a bus, or leave all connected
        network = Network(case)
        year = case.settings.horizon.years[-1]
        hours = [Critical(k, key, (_end(network, key),)) for k, key in enumerate(outages(network))]
        periods = periods.with_hours(case, {year: hours})
    return build(case, periods)


def _end(network, name):
    return network.corridors[outages(network)[name].corridor].end


def same(model):
    """Arrays of a model, equal to Pyomo's."""
    found = arrays(model)
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    kind, rhs = np.array([row.bound_type for row in form.rows]), np.asarray(form.rhs, float)
    assert found.matrix.shape == form.A.shape
    for name in ("indptr", "indices", "data"):
        assert np.array_equal(getattr(found.matrix, name), getattr(form.A, name)), name
    assert np.array_equal(found.row_lower, np.where(kind <= 0, rhs, -np.inf))
    assert np.array_equal(found.row_upper, np.where(kind >= 0, rhs, np.inf))
    assert all(a is b for a, b in zip(found.columns, form.columns, strict=True))
    assert all(a is b.constraint for a, b in zip(found.rows, form.rows, strict=True))
    return found


@pytest.mark.parametrize("name", CASES)
def test_arrays_are_those_of_pyomo(name):
    found = same(program(name).model)
    assert found.matrix.nnz > 20
    assert found.one_by_one == [], "templates that arrays do not know cost time: see gridplan/solve/expand"


@pytest.mark.parametrize("name", ["tutorial", "random 14", "region"])
def test_bounds_of_columns_are_those_of_the_variables(name):
    compiled = compile_program(program(name))
    for v, low, high, whole in zip(
        compiled.columns, compiled.lower, compiled.upper, compiled.integer, strict=True
    ):
        assert low == (-np.inf if v.lb is None else v.lb)
        assert high == (np.inf if v.ub is None else v.ub)
        assert whole == (not v.is_continuous())
    assert compiled.integer.any() and np.isinf(compiled.lower).any() and np.isfinite(compiled.upper).any()


def test_every_constraint_of_the_register_is_among_them():
    found = {
        c.name for name in CASES for c in program(name).model.component_objects(pyo.Constraint) if len(c)
    }
    assert set(REGISTER) - found == set()
    assert {"grid.balance_cut", "grid.cut_upper"} <= found and PLAIN in found


def model():
    m = pyo.ConcreteModel()
    m.A, m.B = pyo.Set(initialize=["a", "b", "c"]), pyo.Set(initialize=[1, 2, 3])
    m.AB = pyo.Set(dimen=2, initialize=[("c", 2), ("a", 1), ("a", 3)])
    m.of = pyo.Set(m.A, dimen=2, initialize={"a": [("a", 1), ("c", 2)], "b": [], "c": [("a", 3)]})
    m.x, m.y = pyo.Var(m.A, m.B), pyo.Var(m.AB, bounds=(0, 7))
    m.one = pyo.Var()
    m.p = pyo.Param(m.A, m.B, initialize={("a", 2): 0.1, ("b", 1): 0.7}, default=0.3)
    m.previous = pyo.Param(m.B, initialize={1: 1, 2: 1, 3: 2})
    return m


def lazily():
    """The same, with objects of columns that are made when asked for."""
    m = model()
    m.del_component(m.x)
    m.x = lazy.Columns(m.A, m.B, domain=pyo.NonNegativeReals)
    m.x.bound(np.full(9, -3.0), np.arange(9.0))
    m.single = pyo.Constraint(expr=m.one >= 0.1)
    return m


RULES = {
    "sums in sums": lambda m, a, k: (
        sum(m.p[c, j] * (m.x[c, j] + 3 * sum(m.y[d, i] for d, i in m.of[c])) for c in m.A for j in m.B)
        - m.x[a, k] / 3 >= m.p[a, k] + 1
    ),
    "a column many times": lambda m, a, k: (
        0.1 * m.x[a, k] + 0.2 * m.x[a, 1] + sum(0.3 * m.x[a, j] for j in m.B) + m.x[a, 1] <= 5
    ),
    "a key that is reckoned": lambda m, a, k: m.x[a, m.previous[k]] - m.x[a, m.previous[k] + 1] == k,
    "a single variable": lambda m, a, k: -(m.one - 2 * m.x[a, k]) * m.p[a, k] <= 4 - m.p[a, k] / 7,
    "one of many": lambda m, a, k: m.x["a", 1] + 2 * m.x["a", 1] + m.x[a, k] - m.x["b", 3] * m.p[a, k] <= 9,
    "a row of constants": lambda m, a, k: sum(m.y[c, j] for c, j in m.of[a]) + 1 >= 0.5,
    "nothing": lambda m, a, k: sum(0 * m.y[c, j] for c, j in m.of[a]) + m.p[a, k] <= 1,
}  # fmt: skip


@pytest.mark.parametrize("fixed", [False, True])
@pytest.mark.parametrize("name", RULES)
def test_forms_of_templates(name, fixed):
    m = lazily() if fixed else model()
    with _Templates():
        if fixed:  # Pyomo takes a fixed variable that rows before have named for a column
            m.before = lazy.Rows(m.A, m.B, rule=RULES["sums in sums"])
        m.rows = pyo.Constraint(m.A, m.B, rule=RULES[name])
    if fixed:
        m.x["a", 1].fix(0.7)
        m.one.fix(0.2)
    found = same(m)
    assert found.one_by_one == []
    assert found.matrix.nnz > 0 or name == "nothing"


ODD = {
    "a power": lambda m, a, k: m.p[a, k] ** 2 * m.x[a, k] <= 1,
    "two bounds": lambda m, a, k: (-m.p[a, k], m.x[a, k] + m.x[a, 1], 2),
    "constants in a sum": lambda m, a, k: sum(m.x[a, j] + 2 for j in m.B) + m.one <= 3,
    "a parameter that changes": lambda m, a, k: m.mutable[a] * m.x[a, k] >= 2,
}


@pytest.mark.parametrize("name", ODD)
def test_what_arrays_do_not_know_is_expanded_row_by_row(name):
    m = model()
    m.mutable = pyo.Param(m.A, initialize=4.0, mutable=True)
    with _Templates():
        m.before = pyo.Constraint(m.A, m.B, rule=RULES["sums in sums"])
        m.rows = pyo.Constraint(m.A, m.B, rule=ODD[name])
        m.after = pyo.Constraint(m.A, m.B, rule=RULES["a single variable"])
    assert same(m).one_by_one == ["rows"]


@pytest.mark.parametrize("templates", [_Templates, nullcontext])
def test_rows_written_out_and_rows_that_are_off(templates):
    m = model()
    m.plain = pyo.Constraint(m.B, rule=lambda m, k: sum(k * m.x[a, k] for a in ["a", "b"]) - m.one >= k)
    with templates():
        m.rows = pyo.Constraint(m.A, m.B, rule=RULES["sums in sums"])
    m.rows["b", 2].deactivate()
    assert len(same(m).rows) == 11


def test_a_row_of_constants_that_does_not_hold():
    m = model()
    with _Templates():
        m.rows = pyo.Constraint(m.A, rule=lambda m, a: sum(m.y[c, j] for c, j in m.of[a]) >= 1)
    with pytest.raises(InfeasibleConstraintException, match=r"rows\[b\]"):
        arrays(m)


def test_a_row_of_fixed_variables_that_does_not_hold():
    m = model()
    m.one.fix(3)
    m.holds = pyo.Constraint(expr=m.one >= 2)
    assert len(same(m).rows) == 0
    m.rows = pyo.Constraint(expr=m.one <= 2)
    with pytest.raises(InfeasibleConstraintException, match="rows"):
        arrays(m)


def test_a_row_that_is_not_linear():
    m = model()
    m.rows = pyo.Constraint(m.B, rule=lambda m, k: m.x["a", k] * m.one >= k)
    with pytest.raises(InvalidConstraintError, match=r"rows\[1\] is not linear"):
        arrays(m)


def test_objects_are_made_only_when_asked_for():
    case = read_case(ROOT / "cases/tutorial")
    compiled = compile_program(build(case, typical(case, whole_days=True)))
    m = compiled.program.model
    rows = [c for c in m.component_objects(pyo.Constraint) if isinstance(c, lazy.Rows) and len(c)]
    assert len(rows) > 30 and all(c.made is None for c in rows if c.name != PLAIN)
    columns = [v for v in m.component_objects(pyo.Var) if isinstance(v, lazy.Columns) and len(v)]
    columns.remove(m.supplies.output)  # its cost is counted column by column
    assert len(columns) > 5 and all(v.made is None for v in columns)
    cost, _ = compiled.objective("total_cost_meur")
    assert cost.any() and all(v.made is None for v in columns)
    before = [len(c) for c in (*rows, *columns)]
    limited = [k for k, v in enumerate(compiled.columns) if v.parent_component() is m.grid.flow]
    assert all(c.made is not None for c in columns) and compiled.rows[-1].parent_component() in rows
    assert before == [len(c._data) for c in (*rows, *columns)]
    assert [compiled.columns[k].ub for k in limited] == compiled.upper[limited].tolist()
    assert [compiled.place(compiled.columns[k]) for k in limited] == limited


def test_values_are_read_by_key():
    compiled = compile_program(program("tutorial"))
    flow, x = compiled.program.model.grid.flow, np.arange(float(len(compiled.columns)))
    plain = replace(compiled, columns=list(compiled.columns))
    for variable in (flow, compiled.program.model.reinforcements.units):
        names = [f"key {k}" for k in range(variable.index_set().dimen)]
        quick, slow = compiled.read(variable, x, names), plain.read(variable, x, names)
        assert quick.equals(slow) and len(quick) == len(variable)
    assert compiled.column_keys == plain.column_keys
    assert compiled.row_keys == replace(compiled, rows=list(compiled.rows)).row_keys


def test_bounds_are_set_before_columns_are_made():
    m = lazily()
    with pytest.raises(ValueError, match="one for each"):
        m.x.bound(np.zeros(3), np.ones(3))
    with pytest.raises(ValueError, match="no number"):
        m.x.bound(np.full(9, np.nan), np.ones(9))
    assert m.x["a", 2].lb == 0 and m.x["b", 1].ub == 3.0
    with pytest.raises(ValueError, match="at first"):
        m.x.bound(np.zeros(9), np.ones(9))
