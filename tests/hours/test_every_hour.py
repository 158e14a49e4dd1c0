"""Regions, condensed programs and parts: the same answers as a program of every hour by itself (scipy)."""

import numpy as np
import pytest

from gridplan.case.synthetic import asked_of, synthetic
from gridplan.model.prices import mean_price
from gridplan.solve import parametric
from gridplan.solve.apart import affine, parts, sweep_apart
from gridplan.solve.certify import ENOUGH, certify
from gridplan.solve.condense import Condensed
from gridplan.solve.hourly import CLEAR
from gridplan.solve.parametric import sweep
from tests.hours.programs import lacking, least, misses, program, some_built

HOURS = 300  # that are dispatched together
ASKED = 25  # of them by scipy
OFF = 2e-5  # MW that an affine dispatch may leave a bound


@pytest.fixture(scope="module", params=[1, 2, 3])
def region(request):
    """(case, program of an hour, some hours × values); half of what may be built is there."""
    case = synthetic(asked_of(["stations=14", "zones=7", "congestion=2", f"seed={request.param}"]))
    rng = np.random.default_rng(request.param)
    hourly, values = program(case, some_built(case, rng))
    return case, hourly, values[rng.choice(len(values), HOURS, replace=False)]


def same(hourly, dispatch, values):
    """A dispatch keeps to its program, and costs what scipy says, in hours spread over all."""
    assert misses(hourly, dispatch, values) < OFF
    for h in range(0, len(values), len(values) // ASKED):
        assert float(dispatch[h] @ hourly.cost) == pytest.approx(least(hourly, values[h]), rel=1e-6, abs=3.0)


def test_every_hour_costs_what_it_must(region, monkeypatch):
    _, hourly, values = region
    monkeypatch.setattr(parametric, "LARGE", 1)  # also where it would not pay
    dispatch, solved = sweep(hourly, values, np.arange(len(values)))
    same(hourly, dispatch, values)
    assert solved < len(values) / 2


def test_condensed_or_not_an_hour_costs_the_same(region, monkeypatch):
    _, hourly, values = region
    condensed = Condensed(hourly, values)
    assert len(condensed.small.rows) < len(hourly.rows) / 2
    order = np.arange(len(values))
    monkeypatch.setattr(parametric, "LARGE", 10**9)
    short_way, _ = sweep(condensed.small, values, order)
    plain, _ = sweep(hourly, values, order)
    dispatch = condensed.whole(short_way, values)
    assert misses(hourly, dispatch, values) < OFF
    assert dispatch @ hourly.cost == pytest.approx(plain @ hourly.cost, rel=1e-6, abs=3.0)
    assert dispatch[:, hourly.slack].sum(axis=1) == pytest.approx(
        plain[:, hourly.slack].sum(axis=1), abs=1e-4
    )


def test_verdicts_are_those_of_every_hour_by_itself(region):
    """Of the hours asked, so few fail that each of them is dispatched whole."""
    case, hourly, values = region
    certificate = certify(hourly, values[:ASKED], mean_price(case))
    truth = np.array([lacking(hourly, v) for v in values[:ASKED]])
    assert 0 < (truth > CLEAR).sum() < ENOUGH
    assert certificate.excess == pytest.approx(truth, abs=1e-4)
    assert misses(hourly, certificate.dispatch, values[:ASKED]) < OFF


def test_parts_apart_cost_what_they_cost_together(region):
    _, hourly, values = region
    rows = np.array([name.startswith("heat.") for name, _ in hourly.rows], bool)
    columns = np.array(
        [name.startswith("heat.") or str(key[0]).startswith("heat.") for name, key in hourly.columns], bool
    )
    heat = hourly.part(rows, columns)
    order = np.arange(len(values))
    apart, _ = sweep_apart(heat, values, order)
    whole, _ = sweep(heat, values, order)
    assert len(np.unique(parts(heat)[1])) > 1
    assert misses(heat, apart, values) < OFF
    assert apart @ heat.cost == pytest.approx(whole @ heat.cost, rel=1e-6, abs=3.0)


def test_what_follows_the_profiles_is_told_from_what_does_not():
    values = np.random.default_rng(0).random((50, 3))
    given = np.column_stack([2.0 + values @ [1.0, 0.0, -3.0], np.maximum(values[:, 0], 0.5), np.zeros(50)])
    follows, rule = affine(values, given)
    assert follows.tolist() == [True, False, True]
    assert rule[:, 0] == pytest.approx([2.0, 1.0, 0.0, -3.0])
