"""What may change an optimum in one direction only: lead times and crew."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.plan.run import options_of
from gridplan.solve.progress import Silent
from gridplan.solve.rounds import search
from tests.study.small import station_case, work

YEARS = (2026, 2030, 2035)
SEEDS = range(4)


def draw(seed):
    """Peaks, works with lead times and crew, and a limit on the crew that binds now and then."""
    rng = np.random.default_rng(seed)
    peaks = dict(zip(YEARS, np.sort(rng.integers(40, 220, 3)).astype(float).tolist(), strict=True))
    works = [
        work(name, float(rng.integers(20, 80)), float(rng.integers(5, 60)))
        | {"lead_time_years": float(rng.choice([0, 2, 4, 6])), "crew_fte_years": float(rng.integers(2, 20))}
        | {
            "max_units": int(rng.integers(1, 3)),
            "requires": "a" if name == "b" and rng.random() < 0.5 else "",
        }
        for name in "abcd"
    ]
    return peaks, works, float(rng.integers(2, 12))


def optimum(peaks, works, crew):
    """(unserved MW·years, M€), solved to the optimum."""
    case = station_case(peaks, works, last_year=2037, crew=crew)
    found = search(case, options_of(case), Silent())
    assert found.status == "optimal"
    return tuple(goal.value for goal in found.answer.goals.values())


@pytest.fixture(scope="module")
def optima():
    """By seed: as drawn without a limit on crew, slower, with the limit, and with twice as much."""
    found = []
    for seed in SEEDS:
        peaks, works, crew = draw(seed)
        late = [row | {"lead_time_years": row["lead_time_years"] + 3} for row in works]
        kinds = [(works, None), (late, None), (works, crew), (works, 2 * crew)]
        found.append([optimum(peaks, rows, limit) for rows, limit in kinds])
    return found


def better(one, other):
    """Whether an optimum is clearly better than another, the first objective before the second."""
    slack = [1e-3 + 1e-5 * abs(value) for value in other]
    if abs(one[0] - other[0]) > slack[0]:
        return one[0] < other[0]
    return one[1] < other[1] - slack[1] - 0.01


def test_a_longer_lead_time_never_improves_an_optimum(optima):
    """Three years more for every work: nothing gets better, something gets worse. (Without a limit on
    crew; under one a longer lead time spreads the same work over more years, and may help.)
    """
    assert not any(better(slower, free) for free, slower, _, _ in optima)
    assert any(better(free, slower) for free, slower, _, _ in optima)


def test_more_crew_never_worsens_an_optimum(optima):
    """Twice the technicians, and no limit on them: nothing gets worse, something gets better."""
    assert not any(better(tight, more) or better(more, free) for free, _, tight, more in optima)
    assert any(better(more, tight) for _, _, tight, more in optima)
