"""The same tables from this process, from one and from two others; searches that are saved stay saved."""

from __future__ import annotations

import pytest

from tests.explain.levers import tree, work

pytest.importorskip("distributed", reason="needs Dask: pip install 'gridplan[study]'")


@pytest.fixture(scope="module")
def cluster():
    """A cluster on loopback, as a user would run it."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit="4GB", silence_logs=50
    ) as found:
        yield found


def wide():
    """Six transformers below one corridor: nothing helps without C, then some do."""
    loads = {"S": 90.0, "T": 120.0}
    works = [work("C", 70, 20), work("S", 40, 9), work("T", 35, 8)]
    extra = [work("S", 15, 4, reinforcement="S2"), work("T", 20, 5, reinforcement="T2")]
    return tree({"C": 60, "S": 30, "T": 40}, loads, [*works, *extra])
