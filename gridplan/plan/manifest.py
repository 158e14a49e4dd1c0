"""What made a result: versions, inputs, options and the hash of what came out."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from gridplan.versions import gridplan_version, package_version

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan

FORMAT = 1
PACKAGES = ("pyomo", "highspy", "pandas", "numpy")


def versions() -> dict[str, str | None]:
    """Versions of gridplan, Python and the packages whose versions can change an answer."""
    found: dict[str, str | None] = {"gridplan": gridplan_version(), "python": platform.python_version()}
    return found | {name: package_version(name) for name in PACKAGES}


def digest(data: bytes) -> str:
    """SHA-256 of a text file; Windows line ends count as plain ones."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def tables_digest(files: Mapping[str, str]) -> str:
    """One hash over the hashes of all tables, in the order of their names."""
    lines = "".join(f"{name} {sha}\n" for name, sha in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def neutral(path: str) -> str:
    """A path that says nothing of this machine: as given where relative, else its last part."""
    windows, posix = PureWindowsPath(path), PurePosixPath(path)
    if windows.is_absolute() or posix.is_absolute() or windows.drive:
        return windows.name
    return windows.as_posix()


def manifest(
    plan: Plan,
    hashes: Mapping[str, str],
    columns: Mapping[str, Mapping[str, str]],
    case_path: str | None = None,
) -> dict[str, Any]:
    """Content of manifest.json; `hashes` and `columns` describe the table files just written."""
    case, options = plan.case, dict(plan.options)
    return {
        "made_by": "gridplan",
        "format": FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "case": {
            "name": case.name,
            "path": None if case_path is None else neutral(case_path),
            "scenario": case.scenario,
            "changes": case.changes,
        },
        "inputs": {neutral(str(name)): sha for name, sha in dict(case.sources).items()},
        "options": options,
        "seed": options.get("seed"),
        "threads": options.get("threads"),
        "status": plan.status,
        "objective": plan.summary.get("objective"),
        "seconds": plan.summary.get("seconds"),
        "results": {"sha256": tables_digest(hashes), "tables": dict(hashes), "columns": columns},
    }
