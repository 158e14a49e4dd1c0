"""One plan that several tests export."""

import pytest

from gridplan.case import read_case


@pytest.fixture(scope="session")
def garver_plan():
    """Garver's six buses: five circuits for 200."""
    return read_case("cases/literature/garver6").solve(threads=1)
