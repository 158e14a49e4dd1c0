"""The schema itself."""

import pytest

from gridplan.case.tables import tables


@pytest.mark.parametrize("name", tables())
def test_a_default_is_a_value_that_may_be_given(name):
    """Columns that nobody filled in are not checked in a case, for their defaults are."""
    for column in tables()[name].columns.values():
        value = column.default
        if value in (None, "") or column.required:
            continue
        if column.allowed:
            assert value in column.allowed, column.name
        if column.min is not None:
            assert value >= column.min, column.name
        if column.above is not None:
            assert value > column.above, column.name
        if column.max is not None:
            assert value <= column.max, column.name
