"""Cases that come with gridplan, and where a case named on the command line is."""

from __future__ import annotations

from pathlib import Path

import typer


def bundled_cases() -> dict[str, Path]:
    """Bundled cases by name: in a source checkout those in `cases/`, else those inside the package."""
    import gridplan

    package = Path(gridplan.__file__).resolve().parent
    found: dict[str, Path] = {}
    for root in (package / "bundled", package.parent / "cases"):
        for path in sorted([*root.glob("*/case.toml"), *root.glob("literature/*/case.toml")]):
            found[path.parent.name] = path.parent
    return found


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
