"""Solved plans that the tests share."""

import pytest

from gridplan.case import read_case


@pytest.fixture(scope="session")
def tutorial():
    """The tutorial case, solved."""
    return read_case("cases/tutorial").solve(gap=0.001, threads=1)


@pytest.fixture(scope="session")
def high_growth():
    """The tutorial case with its scenario, solved."""
    return read_case("cases/tutorial", scenario="high_growth").solve(gap=0.001, threads=1)
