"""Read a plan back from its result folder."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.plan import csvtable
from gridplan.plan.manifest import FORMAT, digest
from gridplan.plan.plan import Plan
from gridplan.plan.save import is_result
from gridplan.solve.status import SolveStatus

if TYPE_CHECKING:
    from gridplan.case import Case


class LoadError(ValueError):
    """The folder does not hold a plan that can be read; the message names the file."""


def load_plan(folder: str | Path) -> Plan:
    """The plan that `gridplan.plan.save.save` wrote to `folder`.

    The tables must be as they were written: a file changed since then is an error, for a plan edited by hand
    is no longer the plan that was solved and checked.
    """
    plan, changed = read_plan(folder)
    for name in changed:
        path = Path(folder) / "tables" / f"{name}.csv"
        raise LoadError(f"{path} was changed after gridplan wrote it; solve the case again")
    return plan


def read_plan(folder: str | Path) -> tuple[Plan, tuple[str, ...]]:
    """The plan in `folder` as it stands there, and the tables that were changed since it was written."""
    root = Path(folder)
    if not is_result(root):
        raise LoadError(f"{folder} is not a result of gridplan: it has no manifest.json that says so")
    manifest = _json(root / "manifest.json")
    if manifest.get("format") != FORMAT:
        raise LoadError(
            f"{root / 'manifest.json'}: format {manifest.get('format')}, this version reads {FORMAT}"
        )
    summary = _json(root / "summary.json")
    tables, changed = _tables(root, manifest)
    plan = Plan(
        case=_case(root, manifest),
        status=_status(summary, root),
        summary=summary,
        tables=tables,
        options=manifest.get("options") or {},
        log=_log(root / "log.txt"),
    )
    return plan, changed


def manifest_of(folder: str | Path) -> dict[str, Any]:
    """What manifest.json of a result folder says.

    Raises:
        LoadError: it is not there, or cannot be read.
    """
    return _json(Path(folder) / "manifest.json")


def _case(root: Path, manifest: Mapping[str, Any]) -> Case:
    """The case as it was solved, with the scenario, the changes and the input files it came from."""
    from gridplan.case import CaseError, read_case
    from gridplan.case.content import Change

    try:
        case = read_case(root / "case")
        told = manifest["case"]
        content = dataclasses.replace(
            case.content,
            sources=dict(manifest["inputs"]),
            scenario=told["scenario"],
            changes=tuple(Change(**change) for change in told["changes"]),
        )
    except CaseError as error:
        raise LoadError(f"{root / 'case'} cannot be read: {error}") from error
    except (KeyError, TypeError) as error:
        raise LoadError(f"{root / 'manifest.json'}: 'case' or 'inputs' is incomplete ({error})") from error
    return dataclasses.replace(case, content=content)


def _status(summary: Mapping[str, Any], root: Path) -> SolveStatus:
    try:
        return SolveStatus(str(summary.get("status")))
    except ValueError as error:
        known = ", ".join(status.value for status in SolveStatus)
        found = summary.get("status")
        raise LoadError(f"{root / 'summary.json'}: status {found!r} is unknown; known: {known}") from error


def _log(path: Path) -> tuple[str, ...]:
    text = _read(path).decode("utf-8")
    return tuple(text.removesuffix("\n").split("\n")) if text else ()


def _tables(root: Path, manifest: Mapping[str, Any]) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Every table the manifest lists, and the names of those that do not have its hash."""
    results = manifest.get("results")
    if not isinstance(results, dict) or set(results.get("tables", ())) != set(results.get("columns", ())):
        raise LoadError(f"{root / 'manifest.json'}: 'results' does not list the tables")
    tables, changed = {}, []
    for name, columns in results["columns"].items():
        path = root / "tables" / f"{name}.csv"
        data = _read(path)
        whole = digest(data) == results["tables"][name]
        changed += [] if whole else [name]
        try:
            tables[name] = csvtable.read(data.decode("utf-8"), columns)
        except csvtable.TableError as error:
            said = "" if whole else " (the file was changed after gridplan wrote it)"
            raise LoadError(f"{path}: {error}{said}") from error
    return tables, tuple(changed)


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_read(path))
    except ValueError as error:
        raise LoadError(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise LoadError(f"{path} does not hold a JSON object")
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror}") from error
