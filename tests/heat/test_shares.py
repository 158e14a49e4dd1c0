"""Whose heat is whose, from flows followed by hand."""

from collections import defaultdict

import numpy as np
import pytest

from gridplan.plan.extract.heat_business import _heat
from gridplan.plan.heat.shares import shares
from gridplan.plan.heat.trace import INTAKE, LOST, TAKE, Trace


def test_heat_that_is_all_lost_is_the_producers_own():
    """Of hall's 11 MWh town gets 10; all 5 MWh of spare keep a pipe warm, for nobody takes heat then."""
    entries, exits = [(TAKE, "hall"), (TAKE, "spare")], [(INTAKE, "town"), (LOST, "")]
    moved = np.array([[10.0, 1.0], [0.0, 5.0]])
    carried = defaultdict(lambda: np.zeros((2, 2)), {"pipe": moved})
    found = shares(Trace(entries, exits, moved, carried, {((TAKE, "hall"), "town"): {70.0: 10.0}}))
    assert found.delivered.tolist() == [[10.0], [0.0]]
    assert found.taken.tolist() == [[11.0], [0.0]]
    assert found.idle.tolist() == [0.0, 5.0]
    assert _heat(found, ("hall", "town")) == (11.0, 10.0, 70.0)
    assert _heat(found, ("spare", "spare"))[:2] == (5.0, 0.0)
    assert found.taken.sum() + found.idle.sum() == pytest.approx(moved.sum())


def test_without_any_sink_that_takes_heat_all_is_the_producers_own():
    found = shares(Trace([(TAKE, "hall")], [(LOST, "")], np.array([[2.0]]), {}, {}))
    assert found.sinks == [] and found.taken.shape == (1, 0)
    assert _heat(found, ("hall", "hall"))[:2] == (2.0, 0.0)
