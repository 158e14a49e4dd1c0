"""The two tables of a sweep: every indicator a row, and every point a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from gridplan.study.sweeps.design import Point, shown

NOT_RUN = "not_run"
FIXED = ("point", "scenario", "patch", "status", "reason", "verified", "indicator", "unit", "year", "value")
Records = Mapping[int, Mapping[str, Any]]  # by number of the point


def tidy(points: Sequence[Point], records: Records) -> pd.DataFrame:
    """One row per point, indicator and year (blank: the total over the horizon), for the whole case.

    Columns: point, scenario, patch, a column for everything that varies, status, reason, verified, indicator,
    unit, year, value (in that unit). A point without a plan is one row whose last four are blank.
    """
    rows = []
    for point in points:
        record = records.get(point.number, {})
        known = _about(point, record)
        found = record.get("indicators") or {}
        for name, entry in found.items():
            head = {**known, "indicator": name, "unit": entry["unit"]}
            rows.append({**head, "year": None, "value": entry["total"]})
            rows += [{**head, "year": int(y), "value": v} for y, v in entry["by_year"].items()]
        if not found:
            rows.append({**known, "indicator": None, "unit": None, "year": None, "value": None})
    table = _typed(rows, points)
    return table.astype({"year": "Int64", "value": "float64", "indicator": "string", "unit": "string"})


def wide(points: Sequence[Point], records: Records, folders: Mapping[int, str]) -> pd.DataFrame:
    """One row per point: what varies, status, gap, seconds, folder, and the total of every indicator."""
    rows = []
    for point in points:
        record = records.get(point.number, {})
        gaps = [g["gap"] for g in (record.get("objective") or {}).values() if g["gap"] is not None]
        more = {"gap": max(gaps, default=None), "seconds": record.get("seconds")}
        totals = {name: entry["total"] for name, entry in (record.get("indicators") or {}).items()}
        rows.append(_about(point, record) | more | {"folder": folders.get(point.number)} | totals)
    table = _typed(rows, points).astype({"gap": "float64", "seconds": "float64", "folder": "string"})
    numbers = [name for name in table.columns if name not in _names(points) and name not in FIXED[:6]]
    return table.astype({name: "float64" for name in numbers if name != "folder"})


def _names(points: Sequence[Point]) -> list[str]:
    """Columns of what varies; a key that is also the name of another column gets an underscore."""
    return list(dict.fromkeys(name for point in points for name in point.values))


def _about(point: Point, record: Mapping[str, Any]) -> dict[str, Any]:
    varies = {name: shown(value) for name, value in point.values.items()}
    said = {"status": record.get("status", NOT_RUN), "reason": record.get("reason") or None}
    head = {"point": point.number, "scenario": point.scenario, "patch": point.patch or None}
    return head | varies | said | {"verified": record.get("verified")}


def _typed(rows: list[dict[str, Any]], points: Sequence[Point]) -> pd.DataFrame:
    """Numbers where all are numbers, else text; so that CSV and Parquet read back the same."""
    table = pd.DataFrame(rows)
    for name in _names(points):
        cells = [cell for cell in table[name] if cell is not None and cell == cell]
        if cells and all(isinstance(cell, bool) for cell in cells):
            table[name] = table[name].astype("boolean")
        elif cells and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells):
            table[name] = table[name].astype("float64")
        else:
            table[name] = pd.Series([_text(cell) for cell in table[name]], dtype="string", index=table.index)
    texts = dict.fromkeys(("scenario", "patch", "status", "reason"), "string")
    return table.astype({"point": "int64", "verified": "boolean", **texts})


def _text(cell: Any) -> str | None:
    if cell is None or cell != cell:
        return None
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
