"""The register of what can be imported: one line a kind."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from gridplan.case import Case

KINDS: dict[str, str] = {  # kind: module with `read(source, **options) -> Case`
    "matpower": "gridplan.exchange.matpower",
    "orlib-scp": "gridplan.exchange.orlib_scp",
    "tnep": "gridplan.exchange.tnep",
    "steinlib": "gridplan.exchange.steinlib",
    "orlib-cap": "gridplan.exchange.orlib_cap",
}
EXAMPLES = Path(__file__).parent / "examples"


def reader(kind: str) -> Callable[..., Case]:
    """The function that reads a kind."""
    return import_module(KINDS[kind]).read


def options_of(kind: str) -> tuple[str, ...]:
    """Names of the options that a kind takes."""
    return tuple(inspect.signature(reader(kind)).parameters)[1:]


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
