"""Scenarios: a folder with the rows that differ, put on top of the tables of a case.

A row names its key and the columns that differ; a blank cell is the default. A new key adds a row, and
`_delete` = true removes one. Where a later part of a key has no column, all rows with the earlier parts are
meant. `case.toml` overrides settings key by key; a profiles file adds profiles to those of the case, and
replaces those of the same name.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gridplan.case.cells import BadCell, flag
from gridplan.case.content import Content
from gridplan.case.edit import Editor
from gridplan.case.frame import unknown_column
from gridplan.case.patch import merge_settings
from gridplan.case.problem import CaseError, Problem, did_you_mean, shown, some_of
from gridplan.case.profiles import parse_profiles
from gridplan.case.settings import FILE, key_lines, parse_toml
from gridplan.case.tables import Table, tables
from gridplan.case.text import Origin, RawTable, Row, decode, parse_table, read_bytes, sha256

DELETE = "_delete"
FOLDER = "scenarios"


def scenarios_of(folder: Path) -> list[str]:
    """Names of the scenarios of a case folder."""
    where = folder / FOLDER
    return sorted(item.name for item in where.iterdir() if item.is_dir()) if where.is_dir() else []


def apply_scenario(content: Content, name: str) -> Content:
    """The content of a case with one of its scenarios on top; problems join those of the case."""
    folder = content.folder
    known = scenarios_of(folder) if folder else []
    if folder is None or name not in known:
        message = f"there is no scenario {name!r}"
        hint = did_you_mean(name, known)
        raise CaseError(
            [Problem(f"{FOLDER}/{name}", None, "", name, message, some_of(known), hint, check="scenario")]
        )
    problems = list(content.problems)
    content = replace(content, scenario=name)
    prefix = f"{FOLDER}/{name}"
    for item in sorted((folder / FOLDER / name).iterdir()):
        file = f"{prefix}/{item.name}"
        stem = item.name.removesuffix(".csv")
        if item.name == FILE:
            content = _settings(content, item, file, problems)
        elif item.name in (content.profiles_file, "profiles.csv"):
            content = _profiles(content, item, file, problems)
        elif item.name.endswith(".csv") and stem in tables():
            content = _table(content, item, file, tables()[stem], problems)
        elif item.name.casefold().endswith(".csv"):
            files = [table.file for table in tables().values()]
            message = f"unknown table {item.name!r}"
            hint = did_you_mean(item.name, files)
            problems.append(
                Problem(file, None, "", item.name, message, some_of(files), hint, check="scenario")
            )
    return replace(content, problems=tuple(problems))


def _bytes(content: Content, path: Path, file: str, problems: list[Problem]) -> tuple[Content, bytes | None]:
    data = read_bytes(path, file, problems)
    if data is None:
        return content, None
    return replace(content, sources={**content.sources, file: sha256(data)}), data


def _settings(content: Content, path: Path, file: str, problems: list[Problem]) -> Content:
    content, raw = _bytes(content, path, file, problems)
    text = decode(raw, file, problems) if raw is not None else None
    data = parse_toml(text, file, problems) if text is not None else None
    lines = key_lines(text) if text else {}
    for section, keys in (data or {}).items():
        if not isinstance(keys, dict):
            content = replace(content, data={**content.data, section: keys})
            continue
        for key, value in keys.items():
            content = merge_settings(
                content, section, key, value, Origin(file, lines.get(f"{section}.{key}"))
            )
    return content


def _profiles(content: Content, path: Path, file: str, problems: list[Problem]) -> Content:
    content, raw = _bytes(content, path, file, problems)
    profiles = parse_profiles(raw, file, problems) if raw is not None else None
    if profiles is None:
        return replace(content, broken=content.broken | {"profiles"})
    if content.profiles is not None:
        profiles = content.profiles.assign(**{str(name): values for name, values in profiles.items()})
    return replace(content, profiles=profiles, profiles_file=content.profiles_file or "profiles.csv")


def _table(content: Content, path: Path, file: str, table: Table, problems: list[Problem]) -> Content:
    content, data = _bytes(content, path, file, problems)
    patch = parse_table(data, file, problems) if data is not None else None
    if patch is None or table.name in content.broken:
        return content
    before = len(problems)
    _check_header(patch, table, problems)
    if len(problems) > before:
        return content
    editor = Editor(table, content.raws.get(table.name))
    for row in patch.rows:
        _row(editor, row, patch, problems)
    problems += editor.problems
    raws = {**content.raws, table.name: editor.result()}
    return replace(content, raws=raws, changes=(*content.changes, *editor.changes))


def _check_header(patch: RawTable, table: Table, problems: list[Problem]) -> None:
    for column in patch.columns:
        if column not in table.columns and column != DELETE:
            message = f"unknown column {column!r}"
            hint = unknown_column(column, table.columns.values()) or did_you_mean(column, [DELETE])
            allowed = ", ".join([*table.columns, DELETE])
            problems.append(Problem(patch.file, 1, column, column, message, allowed, hint, check="scenario"))
    if table.key[0] not in patch.columns:
        message = f"key column {table.key[0]!r} is missing"
        hint = did_you_mean(table.key[0], patch.columns)
        problems.append(Problem(patch.file, 1, table.key[0], "", message, "", hint, check="scenario"))


def _row(editor: Editor, row: Row, patch: RawTable, problems: list[Problem]) -> None:
    table = editor.table
    given = [name for name in table.key if name in patch.columns]
    ident = ":".join(row.cells[name] for name in given)
    if not row.cells[table.key[0]]:
        message = "the key is blank"
        problems.append(
            Problem(patch.file, row.source.line, table.key[0], "", message, "an id", check="scenario")
        )
        return
    places = editor.find(ident)
    # A full key means one row: a prefix must not catch more.
    if len(given) == len(table.key):
        key = editor.key(row)
        places = [i for i in places if editor.key(editor.rows[i]) == key]
    try:
        gone = flag(row.cells.get(DELETE) or "false")
    except BadCell as bad:
        text = row.cells[DELETE]
        message = f"{shown(text)!r} {bad.message}"
        problems.append(
            Problem(patch.file, row.source.line, DELETE, text, message, "true or false", check="scenario")
        )
        return
    cells = {name: text for name, text in row.cells.items() if name != DELETE and name not in table.key}
    if gone and places:
        editor.delete(places, row.source)
    elif gone:
        editor.unknown_id(ident, row.source)
    elif places:
        for i in places:
            editor.change(i, cells, row.source)
    else:
        editor.add({name: row.cells[name] for name in given} | cells, row.source)
