"""Cases that come with gridplan."""

from __future__ import annotations

from pathlib import Path


def bundled_cases() -> dict[str, Path]:
    """Bundled cases by name: in a source checkout those in `cases/`, else those inside the package."""
    package = Path(__file__).resolve().parent
    found: dict[str, Path] = {}
    for root in (package / "bundled", package.parent / "cases"):
        for path in sorted([*root.glob("*/case.toml"), *root.glob("literature/*/case.toml")]):
            found[path.parent.name] = path.parent
    return found


def folder_of(path: str | Path) -> Path:
    """The folder itself, else that of a bundled case of this name; else the path as it is."""
    folder = Path(path)
    return folder if folder.exists() else bundled_cases().get(str(path), folder)
