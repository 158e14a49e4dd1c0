"""One thread of linear algebra while hours are checked, as many as before afterwards."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.linalg
from threadpoolctl import threadpool_info, threadpool_limits

from gridplan.solve.blas import one_thread


def threads(_=None):
    return [found["num_threads"] for found in threadpool_info() if found["user_api"] == "blas"]


@pytest.fixture
def several():
    """Two threads, whatever the machine has."""
    assert scipy.linalg.solve(np.eye(2), np.ones(2)).sum() == 2.0  # loads its library
    with threadpool_limits(2, user_api="blas"):
        assert set(threads()) == {2}
        yield threads()


def test_one_inside_and_as_before_outside(several):
    with one_thread():
        with one_thread():
            assert set(threads()) == {1}
        assert set(threads()) == {1}
    assert threads() == several


def test_workers_inside_have_one_too_and_an_error_restores_what_was(several):
    with one_thread(), ThreadPoolExecutor(4) as pool:
        assert all(set(found) == {1} for found in pool.map(threads, range(20)))
    assert threads() == several
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert threads() == several
