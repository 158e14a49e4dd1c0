"""Write a case: case.toml and tables, whole or not at all, so that reading gives the same case back."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.case.profiles import write_profiles
from gridplan.case.settings import settings_data
from gridplan.case.tables import Column, Table, settings_schema, tables
from gridplan.case.values import as_text

if TYPE_CHECKING:
    from gridplan.case.case import Case


def write_case(case: Case, folder: str | Path) -> Path:
    """Write a case with its scenario and what-ifs applied; an existing, non-empty folder must be a case.

    The files appear all at once. Files of a case that was there before are replaced; others (a README,
    scenarios) stay.
    """
    target = Path(folder)
    if target.is_dir() and any(target.iterdir()) and not (target / "case.toml").exists():
        raise FileExistsError(f"{target} is not empty and holds no case; nothing was written")
    files = case_files(case)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        if target.is_dir():
            ours = {table.file for table in tables().values()} | {"profiles.csv", "zones.geojson", *files}
            for item in target.iterdir():
                if item.name not in ours:
                    (shutil.copytree if item.is_dir() else shutil.copy2)(item, temporary / item.name)
        for name, text in files.items():
            (temporary / name).write_text(text, encoding="utf-8", newline="\n")
        temporary.chmod(0o755)
        _swap(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def _swap(new: Path, target: Path) -> None:
    """Put a finished folder in the place of an old one; on failure the old one comes back."""
    if not target.exists():
        new.rename(target)
        return
    old = new.with_name(new.name + ".old")
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old)


def case_files(case: Case) -> dict[str, str]:
    """Text of every file of a case, by name."""
    files = {"case.toml": settings_text(case)}
    for name, table in tables().items():
        if case.has(name):
            files[table.file] = table_text(table, case.table(name))
    if case.profiles is not None:
        files[case.settings.time.profiles] = write_profiles(case.profiles)
    if case.shapes is not None:
        files["zones.geojson"] = json.dumps(case.shapes, ensure_ascii=False)
    return files


def table_text(table: Table, frame: pd.DataFrame) -> str:
    """A table as CSV; optional columns in which every cell is the default are left out."""
    columns = table_cells(table, frame)
    out = io.StringIO()
    # Python before 3.13 writes a lone return without quotes, which then reads as the end of the row.
    returns = any("\r" in cell for cells in columns.values() for cell in cells)
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue()


def table_cells(table: Table, frame: pd.DataFrame) -> dict[str, list[str]]:
    """The cells of a table as text, by column; columns as in `table_text`."""
    columns = {}
    for column in table.columns.values():
        cells = [_cell(column, value) for value in frame[column.name].tolist()]
        if column.name in table.key or column.required or not _all_default(column, cells, frame):
            columns[column.name] = cells
    return columns


def _cell(column: Column, value: Any) -> str:
    if column.type == "flag_or_year":
        return {0: "", 1: "true"}.get(int(value), str(value))
    return as_text(value)


def _all_default(column: Column, cells: list[str], frame: pd.DataFrame) -> bool:
    if column.default_from:
        return cells == [as_text(value) for value in frame[column.default_from].tolist()]
    if column.type == "flag":
        blank = "true" if column.default else "false"
    else:
        blank = (
            as_text(float(column.default)) if column.type == "number" and column.default is not None else ""
        )
        blank = blank or as_text(column.default)
    if column.default_when:
        rule = column.default_when
        other = frame[rule["column"]].tolist()
        return cells == [rule["value"] if value == rule["equals"] else blank for value in other]
    return all(cell == blank for cell in cells)


def settings_text(case: Case) -> str:
    """The settings as TOML, every key."""
    schema = settings_schema()
    lines = []
    for section, keys in settings_data(case.settings).items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {_toml(value)}" for key, value in keys.items() if key in schema[section]]
        lines.append("")
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's too; DEL is the one control character that JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(item)}' for key, item in value.items())} }}"
    return as_text(value)
