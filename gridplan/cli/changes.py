"""`--set T.ID.COL=V`: one changed cell of the case."""

from __future__ import annotations

from collections.abc import Sequence

import typer


def parse_changes(texts: Sequence[str] | None) -> dict[str, str | None]:
    """Patch from the values of `--set`: `table.id.column` to the new text; a blank value empties the cell."""
    changes: dict[str, str | None] = {}
    for text in texts or ():
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or len(key.split(".")) < 2 or not all(key.split(".")):
            raise typer.BadParameter(
                f"'{text}' is not table.id.column=value, for example datacenters.SCH.max_it_mw=0",
                param_hint="--set",
            )
        if key in changes:
            raise typer.BadParameter(f"'{key}' is set twice", param_hint="--set")
        changes[key] = value.strip() or None
    return changes
