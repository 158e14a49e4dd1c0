"""Read a case folder: case.toml, tables, profiles, shapes, and a scenario on top."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.case.build import build_case
from gridplan.case.case import Case
from gridplan.case.content import Content
from gridplan.case.problem import CaseError, Problem, did_you_mean, some_of
from gridplan.case.profiles import parse_profiles
from gridplan.case.settings import FILE, key_lines, parse_toml
from gridplan.case.tables import tables
from gridplan.case.text import Origin, RawTable, decode, parse_table, read_bytes, sha256
from gridplan.shipped import folder_of

PROFILES = "profiles.csv"
SHAPES = "zones.geojson"


def read_case(path: str | Path, scenario: str | None = None, patch: Mapping[str, Any] | None = None) -> Case:
    """A checked case from a folder, with a scenario and a patch on top.

    Args:
        path: folder with case.toml, or the name of a bundled case (`tutorial`).
        scenario: name of a folder in `scenarios/`.
        patch: changes as in `Case.what_if`.

    Raises:
        CaseError: with everything that is wrong.
    """
    content = read_content(folder_of(path))
    if scenario:
        from gridplan.case.scenario import apply_scenario

        content = apply_scenario(content, scenario)
    if patch:
        from gridplan.case.patch import apply_patch

        content = apply_patch(content, patch)
    return build_case(content)


def read_content(folder: Path) -> Content:
    """All files of a case folder, not yet typed."""
    _check_folder(folder)
    problems: list[Problem] = []
    sources: dict[str, str] = {}
    broken: set[str] = set()
    data, origins = read_settings(folder, FILE, sources, problems)
    if data is None:
        broken.add(FILE)
    wanted = _profiles_name(folder, data or {}, origins.get("time.profiles"), problems)
    raws: dict[str, RawTable] = {}
    for file in _tables_in(folder, wanted, problems):
        raw = read_table(folder, file, sources, problems)
        name = file.removesuffix(".csv")
        if raw is None:
            broken.add(name)
        else:
            raws[name] = raw
    profiles: pd.DataFrame | None = None
    if wanted:
        content = read_bytes(folder / wanted, wanted, problems)
        if content is not None:
            sources[wanted] = sha256(content)
            profiles = parse_profiles(content, wanted, problems)
        if profiles is None:
            broken.add("profiles")
    shapes = _shapes(folder, sources, problems)
    return Content(
        data or {}, raws, profiles, wanted, shapes, folder.resolve(), sources,
        problems=tuple(problems), settings_origins=origins, broken=frozenset(broken),
    )  # fmt: skip


def read_settings(
    folder: Path, file: str, sources: dict[str, str], problems: list[Problem]
) -> tuple[dict[str, Any] | None, dict[str, Origin]]:
    """A case.toml as plain data, and where its keys stand."""
    content = read_bytes(folder / file, file, problems)
    if content is None:
        return None, {}
    sources[file] = sha256(content)
    text = decode(content, file, problems)
    if text is None:
        return None, {}
    origins = {key: Origin(file, line) for key, line in key_lines(text).items()}
    return parse_toml(text, file, problems), origins


def read_table(folder: Path, file: str, sources: dict[str, str], problems: list[Problem]) -> RawTable | None:
    """One CSV file as text cells."""
    content = read_bytes(folder / file, file, problems)
    if content is None:
        return None
    sources[file] = sha256(content)
    return parse_table(content, file, problems)


def _check_folder(folder: Path) -> None:
    message, hint = "", ""
    try:
        if not folder.exists():
            message = "there is no such case folder"
            near = [str(item.name) for item in folder.parent.iterdir()] if folder.parent.is_dir() else []
            hint = did_you_mean(folder.name, near)
        elif not folder.is_dir():
            message = "is a file; a case is a folder with case.toml"
        elif not (folder / FILE).exists():
            message = f"there is no {FILE} in this folder, so it is no case"
            hint = did_you_mean(FILE, [item.name for item in folder.iterdir()])
    except (OSError, ValueError) as error:
        message = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if message:
        raise CaseError([Problem(str(folder), None, "", str(folder), message, hint=hint, check="folder")])


def _profiles_name(
    folder: Path, data: Mapping[str, Any], origin: Origin | None, problems: list[Problem]
) -> str:
    """Name of the profiles file; blank where there is none."""
    section = data.get("time")
    given = section.get("profiles") if isinstance(section, dict) else None
    if isinstance(given, str) and given:
        if Path(given).name == given and "\0" not in given:
            return given
        message = f"{given!r} is not the name of a file in the case folder"
        problems.append(
            Problem(
                FILE,
                origin.line if origin else None,
                "time.profiles",
                given,
                message,
                "a file name",
                check="settings",
            )
        )
        return ""
    return PROFILES if (folder / PROFILES).exists() else ""


def _tables_in(folder: Path, profiles: str, problems: list[Problem]) -> list[str]:
    found = []
    for item in sorted(folder.iterdir()):
        if not item.name.casefold().endswith(".csv") or item.name == profiles or item.name.startswith("."):
            continue
        if item.name.removesuffix(".csv") in tables():
            found.append(item.name)
        else:
            known = [table.file for table in tables().values()] + [PROFILES]
            message = f"unknown table {item.name!r}"
            hint = did_you_mean(item.name, known)
            problems.append(
                Problem(item.name, None, "", item.name, message, some_of(known), hint, check="table")
            )
    return found


def _shapes(folder: Path, sources: dict[str, str], problems: list[Problem]) -> dict[str, Any] | None:
    if not (folder / SHAPES).exists():
        return None
    content = read_bytes(folder / SHAPES, SHAPES, problems)
    if content is None:
        return None
    sources[SHAPES] = sha256(content)
    line = None
    try:
        shapes = json.loads(content)
        message = (
            "" if isinstance(shapes, dict) and isinstance(shapes.get("features"), list) else "is not GeoJSON"
        )
    except (ValueError, RecursionError) as error:
        shapes, message = None, f"is not JSON: {error}"
        line = getattr(error, "lineno", None)
    if message:
        problems.append(Problem(SHAPES, line, "features", "", message, "a FeatureCollection", check="shapes"))
        return None
    return shapes
