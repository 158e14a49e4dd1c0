"""A relaxation begun stage by stage has the same optimum, and few steps left to do."""

from __future__ import annotations

import highspy
import numpy as np
import pytest
from scipy import sparse

from gridplan.case.synthetic import Asked, synthetic
from gridplan.model.build import build
from gridplan.model.periods import typical
from gridplan.solve import staged
from gridplan.solve.compile import compile_program
from gridplan.solve.highs import Options, Search
from gridplan.solve.lexicographic import objectives, optimise
from gridplan.solve.progress import Silent
from gridplan.solve.staged import Joined, parts, stages
from gridplan.solve.status import SolveStatus


@pytest.fixture(scope="module")
def compiled():
    case = synthetic(Asked(8, 4, 1, stages=3))
    return compile_program(build(case, typical(case, whole_days=False)))


def search_of(compiled, goal):
    rows, columns = (compiled.row_lower, compiled.row_upper), (compiled.lower, compiled.upper)
    search = Search(compiled.matrix, rows, columns, compiled.integer)
    search.minimise(goal.cost, goal.constant)
    return search


def steps(search):
    return search.highs.getInfo().simplex_iteration_count


def test_small_programs_and_single_stages_are_not_split(compiled, monkeypatch):
    assert stages(compiled) is None
    monkeypatch.setattr(staged, "LARGE", 1)
    one = synthetic(Asked(8, 4, 1, stages=1))
    assert stages(compile_program(build(one, typical(one, whole_days=False)))) is None


def test_every_column_has_its_stage_and_rows_between_stages_are_left_out(compiled, monkeypatch):
    monkeypatch.setattr(staged, "LARGE", 1)
    stage = stages(compiled)
    years = compiled.program.frame.years
    assert set(np.unique(stage)) <= {0, *years}
    hourly = [
        (key[-2], year)
        for (name, key), year in zip(compiled.column_keys, stage, strict=True)
        if name in ("grid.flow", "stations.net", "loads.unserved")
    ]
    assert hourly and all(a == b for a, b in hourly)
    split = list(parts(search_of(compiled, objectives(compiled)[-1]).highs.getLp(), stage))
    columns = np.concatenate([part.columns for part in split])
    assert sorted(columns) == list(range(len(stage)))
    rows = np.concatenate([part.rows for part in split])
    assert len(set(rows)) == len(rows)
    for k in set(range(compiled.matrix.shape[0])) - set(rows):
        at = sparse.csr_array(compiled.matrix[[k], :]).indices
        assert len(set(stage[at])) != 1


def test_the_optimum_is_the_same_and_few_steps_are_left(compiled, monkeypatch):
    goal = objectives(compiled)[-1]
    plain, begun = search_of(compiled, goal), search_of(compiled, goal)
    monkeypatch.setattr(staged, "LARGE", 1)
    begun.stage = stages(compiled)
    one, other = (search.relax(Options(threads=1)) for search in (plain, begun))
    assert one.status == other.status == SolveStatus.OPTIMAL
    assert other.value == pytest.approx(one.value, rel=1e-9)
    assert steps(begun) < 0.5 * steps(plain)


def test_a_search_begins_so(compiled, monkeypatch):
    plain = optimise(compiled, Options(threads=1), Silent(), relaxed=True)
    monkeypatch.setattr(staged, "LARGE", 1)
    made = []
    monkeypatch.setattr(Joined, "basis", lambda self, of=Joined.basis: made.append(of(self)) or made[-1])
    begun = optimise(compiled, Options(threads=1), Silent(), relaxed=True)
    assert made
    for name, goal in plain.goals.items():
        assert begun.goals[name].value == pytest.approx(goal.value, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("upper", "value"),
    [
        ([np.inf, np.inf], -3.0),  # each stage alone has no end: only the row between them holds it
        ([2.0, 2.0], -3.0),
    ],
)
def test_a_stage_that_only_rows_between_stages_hold_is_no_obstacle(upper, value):
    """Minimise −x − y with x + y ≤ 3, x in one stage and y in another."""
    matrix = sparse.csc_array(np.array([[1.0, 1.0]]))
    rows, columns = (np.array([-np.inf]), np.array([3.0])), (np.zeros(2), np.array(upper))
    search = Search(matrix, rows, columns, np.zeros(2, bool))
    search.stage = np.array([2030, 2040])
    search.minimise(np.array([-1.0, -1.0]))
    found = search.relax(Options(threads=1))
    assert (found.status, found.value) == (SolveStatus.OPTIMAL, pytest.approx(value))


def test_a_stage_without_a_plan_leaves_the_verdict_to_the_whole():
    matrix = sparse.csc_array(np.array([[1.0, 0.0], [0.0, 1.0]]))
    rows, columns = (np.array([2.0, 0.0]), np.full(2, highspy.kHighsInf)), (np.zeros(2), np.ones(2))
    search = Search(matrix, rows, columns, np.zeros(2, bool))
    search.stage = np.array([2030, 2040])
    search.minimise(np.array([1.0, 1.0]))
    assert search.relax(Options(threads=1)).status == SolveStatus.INFEASIBLE
