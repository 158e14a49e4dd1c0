"""Adding rows to a block."""

from __future__ import annotations

from typing import Any

from gridplan.model.lazy import Rows


def constrain(block: Any, name: str, *index: Any, rule: Any) -> None:
    """Add the rows `name[i, …]`; none where an index set is empty, since Pyomo makes no template of
    nothing.
    """
    if all(len(s) for s in index):
        block.add_component(name, Rows(*index, rule=rule))
