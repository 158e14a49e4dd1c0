"""Versions of gridplan and of what it stands on."""

from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path

import gridplan


def checkout() -> Path | None:
    """Root of the source checkout this package runs from, or None where it is installed."""
    root = Path(gridplan.__file__).resolve().parent.parent
    return root if (root / "pyproject.toml").is_file() else None


def gridplan_version() -> str:
    """Version of gridplan: of the checkout it runs from, else of the installed package."""
    root = checkout()
    if root is not None:
        with open(root / "pyproject.toml", "rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    return package_version("gridplan") or "unknown"


def package_version(name: str) -> str | None:
    """Version of an installed package, or None where it is not there."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
