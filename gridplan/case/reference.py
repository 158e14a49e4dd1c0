"""The page of all tables, from the schema: `python -m gridplan.case.reference > docs/tables.md`."""

from __future__ import annotations

import sys
from importlib.resources import files

from gridplan.case.tables import Column, Table, indicators, settings_schema, tables


def _clean(text: str) -> str:
    return text.replace("|", "\\|")


def _default(column: Column) -> str:
    if column.default_from:
        return f"as {column.default_from}"
    if column.type == "flag":
        return "true" if column.default else "false"
    if isinstance(column.default, list):
        return ", ".join(column.default)
    return "" if column.default is None else str(column.default)


def _allowed(column: Column) -> str:
    if column.type in ("id", "ids") and column.refers:
        return f"{'ids' if column.type == 'ids' else 'id'} in {' or '.join(column.refers)}"
    plain = {"id": "an id", "ids": "ids", "text": "text", "flag": "true or false"}
    return plain.get(column.type, column.range_text)


def _row(name: str, column: Column, key: bool) -> str:
    shown = f"**`{name}`**" if column.required else f"`{name}`"
    if key:
        shown += " *key*"
    cells = (shown, column.unit, _allowed(column), _default(column), column.description)
    return f"| {' | '.join(_clean(cell) for cell in cells)} |"


def _table(table: Table) -> list[str]:
    lines = [f"\n## {table.file}: {table.title.lower()}", "", table.description, ""]
    lines += [f"One of {' and '.join(f'`{name}`' for name in group)} is needed.\n" for group in table.one_of]
    lines += ["| column | unit | allowed | default | meaning |", "|---|---|---|---|---|"]
    hidden = ("note",) if table.name == "heat_sources" else ("source", "note")
    lines += [
        _row(name, column, name in table.key) for name, column in table.columns.items() if name not in hidden
    ]
    return lines


def reference() -> str:
    """The whole page as Markdown."""
    text = (files("gridplan.case") / "schema" / "reference.md").read_text(encoding="utf-8")
    head, foot = text.split("---\n")
    lines = [head.rstrip()]
    for section, keys in settings_schema().items():
        lines += [
            "",
            f"### [{section}]",
            "",
            "| key | unit | allowed | default | meaning |",
            "|---|---|---|---|---|",
        ]
        lines += [_row(name, column, False) for name, column in keys.items()]
    for table in tables().values():
        lines += _table(table)
    lines += ["", foot.rstrip(), "", "| indicator | unit | kind | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{item.name}` | {item.unit} | {item.kind} | {item.description} |"
        for item in indicators().values()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(reference())
