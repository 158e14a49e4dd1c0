"""Patches as mappings: what-ifs in Python, `--set` on the command line, sweeps.

Keys are `table.id.column`, `table.id` (a row: None deletes, a mapping adds or changes), `table` (None
switches it off) or `section.key` of case.toml. Parts of a composite id are joined by `:`, later parts may be
left out to mean all, and `*` is every row. A value None or "" is blank, so the default; text such as `+3`,
`-1`, `*1.2` changes the number that is there, and `=-1` is the number -1.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from gridplan.case.cells import BadCell
from gridplan.case.content import Change, Content
from gridplan.case.edit import EVERY, Editor, relative
from gridplan.case.frame import unknown_column
from gridplan.case.problem import CaseError, Problem, did_you_mean, shown
from gridplan.case.tables import settings_schema, tables
from gridplan.case.text import Origin
from gridplan.case.values import as_text


def parse_set(items: Iterable[str]) -> dict[str, Any]:
    """The patch of `--set T.ID.COL=V` options; `T.ID={a = 1, b = "x"}` changes or adds a row."""
    patch: dict[str, Any] = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not equals or not key.strip():
            hint = "write --set datacenters.SCH.max_it_mw=0"
            raise CaseError(
                [Problem(f"--set {item}", None, "", item, "has no key=value", hint=hint, check="patch")]
            )
        whole = _is_setting(key.strip()) or value.strip().startswith("{")
        patch[key.strip()] = _setting_value(value.strip()) if whole else value.strip()
    return patch


def apply_patch(content: Content, patch: Mapping[str, Any], label: str = "what-if") -> Content:
    """The content with changes; CaseError names every key that does not fit."""
    patcher = _Patcher(content, label)
    for key, value in patch.items():
        patcher.apply(str(key), value)
    if patcher.problems:
        raise CaseError(patcher.problems)
    return patcher.result()


def merge_settings(content: Content, section: str, key: str, value: Any, origin: Origin) -> Content:
    """The content with one key of case.toml changed (None: the default)."""
    data = {name: dict(keys) if isinstance(keys, Mapping) else keys for name, keys in content.data.items()}
    keys = data.setdefault(section, {})
    old = keys.get(key)
    if value is None:
        keys.pop(key, None)
    else:
        keys[key] = list(value) if isinstance(value, tuple) else value
    change = Change(f"{section}.{key}", shown(old) if old is not None else "", as_text(value), origin.file)
    origins = {**content.settings_origins, f"{section}.{key}": origin}
    return replace(content, data=data, settings_origins=origins, changes=(*content.changes, change))


def _is_setting(key: str) -> bool:
    return key.removeprefix("settings.").split(".")[0] in settings_schema()


def _setting_value(text: str) -> Any:
    if not text:
        return None
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


class _Patcher:
    """Applies the entries of one patch, one editor a table."""

    def __init__(self, content: Content, label: str) -> None:
        self.content = content
        self.label = label
        self.editors: dict[str, Editor] = {}
        self.dropped: set[str] = set()
        self.found: list[Problem] = []
        self.changes: list[Change] = []

    @property
    def problems(self) -> list[Problem]:
        return self.found + [problem for editor in self.editors.values() for problem in editor.problems]

    def result(self) -> Content:
        raws = {**self.content.raws, **{name: editor.result() for name, editor in self.editors.items()}}
        raws = {name: raw for name, raw in raws.items() if name not in self.dropped}
        edits = [change for editor in self.editors.values() for change in editor.changes]
        changes = (*self.content.changes, *self.changes, *edits)
        return replace(self.content, raws=raws, changes=changes)

    def fail(
        self, key: str, column: str, value: Any, message: str, allowed: str = "", hint: str = ""
    ) -> None:
        file = f"{self.label} {key}"
        self.found.append(Problem(file, None, column, shown(value), message, allowed, hint, check="patch"))

    def apply(self, key: str, value: Any) -> None:
        name, _, rest = key.partition(".")
        if _is_setting(key):
            self._setting(key, value)
        elif name not in tables():
            hint = did_you_mean(name, [*tables(), *settings_schema()])
            self.fail(key, "", name, f"unknown table or section {name!r}", ", ".join(tables()), hint)
        elif not rest:
            self._drop(key, name, value)
        else:
            self._table(key, name, rest, value)

    def _setting(self, key: str, value: Any) -> None:
        section, _, name = key.removeprefix("settings.").partition(".")
        schema = settings_schema()[section]
        if name not in schema:
            hint = did_you_mean(name, schema)
            self.fail(key, name, name, f"unknown key {name!r} in [{section}]", ", ".join(schema), hint)
            return
        if (
            isinstance(value, str)
            and value[:1] in ("+", "-", "*")
            and schema[name].type in ("number", "integer")
        ):
            old = self.content.data.get(section, {}).get(name)
            try:
                value = _setting_value(relative(value, as_text(old), schema[name]))
            except BadCell as bad:
                self.fail(key, name, value, bad.message, schema[name].range_text, bad.hint)
                return
        if hasattr(value, "item"):
            value = value.item()
        self.content = merge_settings(self.content, section, name, value, Origin(f"{self.label} {key}"))

    def _drop(self, key: str, name: str, value: Any) -> None:
        if value is not None:
            self.fail(key, "", value, "only None (switch the table off) can be given to a whole table")
            return
        self.dropped.add(name)
        self.changes.append(Change(name, "", "switched off", f"{self.label} {key}"))

    def _table(self, key: str, name: str, rest: str, value: Any) -> None:
        table = tables()[name]
        editor = self.editors.setdefault(name, Editor(table, self.content.raws.get(name)))
        self.dropped.discard(name)
        origin = Origin(f"{self.label} {key}")
        ident, dot, column = rest.rpartition(".")
        is_cell = bool(dot) and column in table.columns and not isinstance(value, Mapping)
        if is_cell:
            places = editor.find(ident)
            if not places and ident != EVERY:
                editor.unknown_id(ident, origin)
            for i in places:
                self._cell(editor, i, {column: value}, origin, key)
        elif isinstance(value, Mapping):
            self._row(editor, rest, value, origin, key)
        elif value is None:
            places = editor.find(rest)
            if not places:
                editor.unknown_id(rest, origin)
            editor.delete(places, origin)
        else:
            wrong = column if dot else ""
            hint = unknown_column(wrong, table.columns.values()) if wrong else "write table.id.column"
            self.fail(
                key, wrong, wrong, f"unknown column {wrong!r} of {name}", ", ".join(table.columns), hint
            )

    def _cell(self, editor: Editor, i: int, cells: Mapping[str, Any], origin: Origin, key: str) -> None:
        texts = {}
        for column, value in cells.items():
            spec = editor.table.columns[column]
            text = as_text(value)
            try:
                old = editor.rows[i].cells.get(column, "")
                texts[column] = relative(text, old, spec) if isinstance(value, str) else text
            except BadCell as bad:
                self.fail(key, column, value, f"{text!r} {bad.message}", spec.range_text, bad.hint)
                return
        editor.change(i, texts, origin)

    def _row(self, editor: Editor, ident: str, value: Mapping[str, Any], origin: Origin, key: str) -> None:
        table = editor.table
        wrong = [column for column in map(str, value) if column not in table.columns]
        for column in wrong:
            hint = unknown_column(column, table.columns.values())
            self.fail(
                key,
                column,
                column,
                f"unknown column {column!r} of {table.name}",
                ", ".join(table.columns),
                hint,
            )
        if wrong:
            return
        places = editor.find(ident)
        for i in places:
            self._cell(editor, i, value, origin, key)
        if not places:
            parts = ident.split(":") if len(table.key) > 1 else [ident]
            keys = dict(zip(table.key, parts, strict=False))
            editor.add({**keys, **{str(name): as_text(cell) for name, cell in value.items()}}, origin)
