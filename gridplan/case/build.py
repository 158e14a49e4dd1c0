"""Content to case: type every table, run every check, and show all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from gridplan.case.case import Case
from gridplan.case.check import run_checks
from gridplan.case.content import Content
from gridplan.case.draft import Draft
from gridplan.case.frame import check_columns, to_frame
from gridplan.case.frozen import Frames
from gridplan.case.problem import CaseError, Problem, did_you_mean
from gridplan.case.profiles import profile_warnings
from gridplan.case.settings import FILE, check_settings, make_settings
from gridplan.case.tables import tables
from gridplan.case.text import Origin, RawTable, Row

NEUTRAL: dict[str, Any] = {"horizon": {"years": [2000]}}


def build_case(content: Content) -> Case:
    """A checked case, or CaseError with everything that is wrong."""
    problems = list(content.problems)
    wrong_settings = _settings_problems(content)
    problems += wrong_settings
    good_settings = not wrong_settings and FILE not in content.broken
    name = content.folder.name if content.folder else "case"
    # With broken settings the tables are still checked, against a stand-in horizon that no check depends on.
    settings = make_settings(content.data if good_settings else NEUTRAL, name, content.profiles_file)
    frames: dict[str, pd.DataFrame] = {}
    broken = set(content.broken)
    for table in tables().values():
        raw = content.raws.get(table.name)
        if raw is None:
            continue
        before = len(problems)
        problems += check_columns(table, raw)
        frames[table.name] = to_frame(table, raw, problems)
        if len(problems) > before:
            broken.add(table.name)
    if not good_settings:
        broken.add(FILE)
    draft = Draft(settings, frames, content.raws, content.profiles)
    found = run_checks(draft, broken, problems)
    if content.profiles is not None:
        found += profile_warnings(content.profiles, content.profiles_file)
    problems += found
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise CaseError(errors)
    return Case(settings, Frames(frames), tuple(problems), content)


def _settings_problems(content: Content) -> list[Problem]:
    """Problems of settings, each at the file and line its key comes from."""
    if FILE in content.broken:
        return []
    found = []
    for problem in check_settings(content.data):
        origin = content.settings_origins.get(problem.column)
        found.append(replace(problem, file=origin.file, row=origin.line) if origin else problem)
    return found


def case_from_tables(
    settings: Mapping[str, Any],
    frames: Mapping[str, pd.DataFrame],
    profiles: pd.DataFrame | None = None,
    shapes: dict[str, Any] | None = None,
) -> Case:
    """A case from data in Python: settings as in case.toml, DataFrames with the columns of the tables."""
    from gridplan.case.values import as_text

    raws = {}
    problems = []
    for name, frame in frames.items():
        if name not in tables():
            hint = did_you_mean(name, tables())
            problems.append(
                Problem(f"{name}.csv", None, "", name, f"unknown table {name!r}", "", hint, check="table")
            )
            continue
        columns = tuple(str(column) for column in frame.columns)
        records = frame.itertuples(index=False, name=None)
        rows = tuple(
            Row(dict(zip(columns, map(as_text, record), strict=True)), Origin(f"{name}.csv", line))
            for line, record in enumerate(records, start=2)
        )
        raws[name] = RawTable(columns, rows, f"{name}.csv")
    if profiles is not None:
        profiles = profiles.drop(columns="hour", errors="ignore")  # as in a file: the hour is no profile
    file = "profiles.csv" if profiles is not None else ""
    return build_case(Content(dict(settings), raws, profiles, file, shapes, None, problems=tuple(problems)))
