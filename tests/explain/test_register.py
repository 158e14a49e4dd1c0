"""The register of the explanation is complete, and the wide program is the program."""

from functools import cache
from pathlib import Path

import pyomo.environ as pyo
import pytest

from gridplan.case import read_case
from gridplan.explain.why.items import KINDS
from gridplan.explain.why.register import CONSTRAINTS, VARIABLES
from gridplan.explain.why.register.loads import parts
from gridplan.explain.why.say import phrases
from gridplan.explain.why.widen import critical, widen
from gridplan.model.build import build
from gridplan.model.periods import typical
from gridplan.solve.compile import compile_program
from gridplan.solve.highs import Options, Search
from tests.invariants.random_cases import random_case
from tests.invariants.test_register import SEEDS

ROOT = Path(__file__).parents[2]
RARE = {  # in no random case: high emergency ratings, outages that split the grid
    "stations.cap_room", "stations.cap_limit", "grid.balance_cut", "grid.cut_upper", "grid.cut_lower",
}  # fmt: skip
OWN = {"ask", "heat.laid", "heat.opened", "heat.drawn_heat"}  # only in programs that explain
STAYS = {"heat.connected", "telecom.mast"}  # fixed by what is there, not by what forbids


@cache
def case_of(seed):
    return read_case(ROOT / "cases/tutorial") if seed is None else random_case(seed)


@cache
def wide_of(seed):
    case = case_of(seed)
    return widen(case, typical(case, whole_days=case.has("storages")))


@cache
def program_of(seed):
    case = case_of(seed)
    return build(case, typical(case, whole_days=case.has("storages")))


def names(kind):
    """Names of the constraints or variables of all programs that are not empty."""
    found = [c for seed in (None, *SEEDS) for c in program_of(seed).model.component_objects(kind)]
    return {c.name for c in found if len(c)}


def test_every_constraint_has_an_entry_and_none_is_stale():
    known = names(pyo.Constraint)
    assert known - set(CONSTRAINTS) == set(), "say in gridplan/explain/why/register what holds these rows"
    assert set(CONSTRAINTS) - known == RARE | OWN


def test_every_variable_has_an_entry_and_none_is_stale():
    known = names(pyo.Var)
    assert known - set(VARIABLES) == set(), "say in gridplan/explain/why/register what bounds these variables"
    assert set(VARIABLES) - known <= {"grid.cut", "grid.exchange", "stations.cap_mw"}


@pytest.mark.parametrize("seed", [14, 15])
def test_what_the_case_fixes_is_held_by_an_item(seed):
    """A variable that the case fixes at nought must be free once every item is lifted."""
    fixed = {
        (v.parent_component().name, v.index())
        for v in program_of(seed).model.component_data_objects(pyo.Var)
        if v.fixed and v.value == 0 and v.parent_component().name not in STAYS
    }
    wide = wide_of(seed)
    held = {
        (v.parent_component().name, v.index())
        for v in (wide.compiled.columns[h.column] for h in wide.columns)
    }
    there = {(v.parent_component().name, v.index()) for v in wide.compiled.columns}
    assert fixed & there and fixed & there <= held


@pytest.mark.parametrize("seed", [2, 14, 15])
def test_with_everything_in_force_the_wide_program_is_the_program(seed):
    values = []
    for c in (compile_program(program_of(seed)), wide_of(seed).compiled):
        cost, constant = c.objective("total_cost_meur")
        run = Search(c.matrix, (c.row_lower, c.row_upper), (c.lower, c.upper), c.integer)
        run.minimise(cost, constant)
        values.append(run.run(Options(1e-6, 60, 1)).value)
    assert values[0] == pytest.approx(values[1], rel=1e-5)


def test_load_is_the_sum_of_its_parts():
    wide = wide_of(14)
    frame, model = wide.compiled.program.frame, wide.compiled.program.model
    found = parts(frame)
    for n, s, y, p in model.loads.load_mw:
        total = sum(mw[p] for _, _, mw in found.get((n, s, y), ()))
        assert total == pytest.approx(model.loads.load_mw[n, s, y, p], abs=1e-9)


def test_few_hours_are_those_that_capacity_is_decided_on():
    case = case_of(None)
    periods = typical(case, whole_days=False)
    assert critical(periods) is None, "there are no others"
    from gridplan.model.periods import Critical

    more = periods.with_hours(case, {y: [Critical(12)] for y in case.years})
    few = critical(more)
    assert [item.hour_of_year for item in few.items] == [12] and few.by_year == dict.fromkeys(
        case.years, (0,)
    )


def test_every_kind_has_its_sentence_in_both_languages():
    said = phrases()
    assert {k for k in KINDS if k not in said["conflict"]} == set()
    for section in said.values():
        for key, texts in section.items():
            assert set(texts) == {"en", "nl"}, key
            fields = [sorted(part.split("}")[0] for part in text.split("{")[1:]) for text in texts.values()]
            assert fields[0] == fields[1], key
