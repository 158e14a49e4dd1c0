"""The register of what can be imported: one line a kind."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.case import Case

if TYPE_CHECKING:
    from gridplan.plan import Plan

KINDS: dict[str, str] = {  # kind: module with `read(source, **options) -> Case`
    "matpower": "gridplan.exchange.matpower",
    "orlib-scp": "gridplan.exchange.orlib_scp",
    "tnep": "gridplan.exchange.tnep",
    "steinlib": "gridplan.exchange.steinlib",
    "orlib-cap": "gridplan.exchange.orlib_cap",
    "excel": "gridplan.exchange.excel",
    "dutch-csv": "gridplan.exchange.dutch_csv",
    "pandapower": "gridplan.exchange.pandapower",
    "simbench": "gridplan.exchange.simbench",
    "pypsa": "gridplan.exchange.pypsa",
    "esdl": "gridplan.exchange.esdl",
    "capaciteitskaart": "gridplan.exchange.capmap",
    "geopackage": "gridplan.exchange.geopackage",
    "geojson": "gridplan.exchange.geojson",
}
EXPORTS: dict[str, str] = {  # kind: module with `write(case_or_plan, target, **options) -> {path: bytes}`
    "excel": "gridplan.exchange.excel",
    "pypsa": "gridplan.exchange.pypsa",
    "esdl": "gridplan.exchange.esdl",
    "capaciteitskaart": "gridplan.exchange.capmap",
    "geopackage": "gridplan.exchange.geopackage",
    "geojson": "gridplan.exchange.geojson",
}
EXAMPLES = Path(__file__).parent / "examples"


def reader(kind: str) -> Callable[..., Case]:
    """The function that reads a kind."""
    return import_module(KINDS[kind]).read


def options_of(kind: str) -> tuple[str, ...]:
    """Names of the options that a kind takes."""
    return tuple(inspect.signature(reader(kind)).parameters)[1:]


def writer(kind: str) -> Callable[..., dict[Path, bytes]]:
    """The function that writes a kind."""
    return import_module(EXPORTS[kind]).write


def export_options_of(kind: str) -> tuple[str, ...]:
    """Names of the options that an export takes."""
    return tuple(inspect.signature(writer(kind)).parameters)[2:]


def export(kind: str, what: Case | Plan, target: str | Path, **options: Any) -> list[Path]:
    """Write a case or a plan in some kind, whole or not at all.

    Args:
        kind: one of `EXPORTS`.
        what: the case or plan.
        target: file or folder to write; files that are there are replaced.
        options: as of the kind's own `write`.

    Returns:
        The files that were written.
    """
    return put(writer(kind)(what, Path(target), **options))


def put(files: Mapping[Path, bytes]) -> list[Path]:
    """Write files, all of them or none; a file that cannot be replaced leaves the others as they were."""
    fresh: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_name(f".{path.name}.new")
            fresh.append((new, path))
            new.write_bytes(data)
        for new, path in fresh:
            new.replace(path)
    finally:
        for new, _ in fresh:
            new.unlink(missing_ok=True)
    return list(files)


def read(kind: str, source: str | Path, **options: Any) -> Case:
    """A case from a source of some kind.

    Args:
        kind: one of `KINDS`.
        source: file or folder, or the name of an example that comes with gridplan.
        options: as of the kind's own `read`.

    Raises:
        CaseError: with everything that is wrong with the source.
    """
    path = Path(source)
    example = EXAMPLES / path.name
    if not path.exists() and str(source) == path.name and example.exists():
        path = example
    return reader(kind)(path, **options)
