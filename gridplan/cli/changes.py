"""`--set T.ID.COL=V`: one changed cell of the case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer


def parse_changes(texts: Sequence[str] | None) -> dict[str, Any]:
    """Patch from the values of `--set`; what is not `key=value`, or is given twice, is a usage error."""
    keys: set[str] = set()
    for text in texts or ():
        key, equals, _ = text.partition("=")
        parts = key.strip().split(".")
        if not equals or len(parts) < 2 or not all(parts):
            raise typer.BadParameter(
                f"'{text}' is not table.id.column=value, for example datacenters.SCH.max_it_mw=0",
                param_hint="--set",
            )
        if key.strip() in keys:
            raise typer.BadParameter(f"'{key.strip()}' is set twice", param_hint="--set")
        keys.add(key.strip())
    if not keys:
        return {}
    from gridplan.case.patch import parse_set

    return parse_set(texts or ())
