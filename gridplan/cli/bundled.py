"""Where a case named on the command line is."""

from __future__ import annotations

from pathlib import Path

import typer

from gridplan.shipped import bundled_cases

__all__ = ["bundled_cases", "find_case"]


def find_case(name: str) -> Path:
    """Folder of a case: the path itself, else a bundled case of that name; else a usage error."""
    path = Path(name)
    if path.is_dir():
        return path
    bundled = bundled_cases()
    if name in bundled:
        return bundled[name]
    known = ", ".join(bundled) or "none"
    raise typer.BadParameter(f"there is no case folder '{name}'; bundled cases: {known}", param_hint="CASE")
