"""The register: every constraint of the program, and every bound, with the rows of the case behind it.

An entry is a function that says which items hold its rows (or the bounds of its variable), or a sentence that
says why no row of the case stands behind it. A test fails where a constraint or a variable of the program has
no entry; `docs/explain.md` says how to add one.
"""

from __future__ import annotations

from gridplan.explain.why.register import (
    datacenters,
    grid,
    heat,
    loads,
    policies,
    reinforcements,
    stations,
    storages,
    supplies,
    telecom,
)
from gridplan.explain.why.register.context import ColumnEntry, Context, RowEntry

_SUBJECTS = (
    reinforcements,
    loads,
    supplies,
    storages,
    datacenters,
    heat,
    telecom,
    stations,
    grid,
    policies,
)
CONSTRAINTS: dict[str, RowEntry | str] = {k: v for s in _SUBJECTS for k, v in s.CONSTRAINTS.items()}
VARIABLES: dict[str, ColumnEntry | str] = {k: v for s in _SUBJECTS for k, v in s.VARIABLES.items()}


def collect(context: Context) -> None:
    """Let every entry say which items hold its rows and bounds."""
    for name, rows in context.constraints().items():
        entry = CONSTRAINTS.get(name)
        if callable(entry):
            entry(context, rows)
    for name, column in VARIABLES.items():
        variable = context.model.find_component(name)
        if callable(column) and variable is not None:
            column(context, variable)
