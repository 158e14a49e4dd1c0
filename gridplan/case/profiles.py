"""The profiles file: 8760 rows, one column per profile, per unit of peak."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd

from gridplan.case.cells import BadCell, identifier, number
from gridplan.case.problem import Problem, shown
from gridplan.case.tables import PROFILE_HOURS
from gridplan.case.text import check_header, decode, split_rows, trim_ragged

MAX_SHOWN = 20


def parse_profiles(data: bytes, name: str, problems: list[Problem]) -> pd.DataFrame | None:
    """Profiles indexed by hour (0 to 8759), or None with problems."""
    text = decode(data, name, problems)
    split = split_rows(text, name, problems) if text is not None else None
    if split is None:
        return None
    rows, lines, semicolon = split
    header = rows[0]
    before = len(problems)
    if not check_header(header, lines[0], name, problems):
        return None
    kept = trim_ragged(header, rows[1:], lines[1:], name, problems)
    if "hour" not in header:
        problems.append(
            Problem(name, 1, "hour", "", "required column 'hour' is missing", "0 to 8759", check="columns")
        )
    if len(kept) != PROFILE_HOURS and len(problems) == before:
        message = f"has {len(kept)} rows of hours; a year has {PROFILE_HOURS}"
        problems.append(
            Problem(name, None, "hour", str(len(kept)), message, "8760 rows, hour 0 to 8759", check="hours")
        )
    if len(problems) > before:
        return None
    made = {}
    for place, column in enumerate(header):
        if column != "hour":
            _check_name(column, name, problems)
        cells = [row[place] for row, _ in kept]
        made[column] = _column(cells, [line for _, line in kept], column, name, semicolon, problems)
    if len(problems) == before:
        _check_hours(made["hour"], [line for _, line in kept], name, problems)
    if len(problems) > before:
        return None
    hours = pd.Index(range(PROFILE_HOURS), name="hour")
    return pd.DataFrame({key: values for key, values in made.items() if key != "hour"}, index=hours)


def _check_name(column: str, name: str, problems: list[Problem]) -> None:
    try:
        identifier(column)
    except BadCell as bad:
        problems.append(Problem(name, 1, column, column, f"{column!r} {bad.message}", check="columns"))


def _column(
    cells: list[str], lines: list[int], column: str, name: str, comma: bool, problems: list[Problem]
) -> np.ndarray:
    """Values of one column; the fast way first, cell by cell where that fails."""
    if not comma and "_" not in "".join(cells):
        try:
            values = np.array(cells, dtype="float64")
        except ValueError:
            pass
        else:
            if np.isfinite(values).all() and (values >= 0).all():
                return values + 0.0
    values = np.zeros(len(cells))
    found = 0
    for i, cell in enumerate(cells):
        try:
            if not cell:
                raise BadCell("is blank")
            values[i] = number(cell, comma)
            if values[i] < 0:
                raise BadCell("is negative")
        except BadCell as bad:
            found += 1
            if found <= MAX_SHOWN:
                message = f"{shown(cell)!r} {bad.message}"
                allowed = "a number ≥ 0 for every hour"
                problems.append(
                    Problem(name, lines[i], column, shown(cell), message, allowed, bad.hint, check="cell")
                )
    if found > MAX_SHOWN:
        message = f"{found - MAX_SHOWN} more cells like these"
        problems.append(Problem(name, None, column, "", message, check="cell"))
    return values


def _check_hours(hours: np.ndarray, lines: list[int], name: str, problems: list[Problem]) -> None:
    wrong = np.flatnonzero(hours != np.arange(PROFILE_HOURS))
    if len(wrong):
        i = int(wrong[0])
        message = f"hour {hours[i]:g} stands where hour {i} is expected"
        problems.append(
            Problem(name, lines[i], "hour", f"{hours[i]:g}", message, "0 to 8759, in order", check="hours")
        )


def profile_warnings(frame: pd.DataFrame, name: str) -> list[Problem]:
    """Doubtful profiles: more than peak, or nothing at all."""
    found = []
    for column, top in frame.max().items():
        message = ""
        if top > 1.0001:
            message = f"profile goes up to {top:.4g}; profiles are per unit of peak"
        elif top == 0:
            message = "profile is zero in every hour"
        if message:
            value = f"{top:.4g}"
            found.append(Problem(name, None, str(column), value, message, "", "", "warning", "profile-range"))
    return found


def write_profiles(frame: pd.DataFrame) -> str:
    """The profiles as CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["hour", *frame.columns])
    columns = [
        ["%r" % value if value % 1 else str(int(value)) for value in frame[name].tolist()] for name in frame
    ]
    writer.writerows(zip(range(len(frame)), *columns, strict=True))
    return out.getvalue()
