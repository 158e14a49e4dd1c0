"""The reference page of all tables, made from the schema: `python -m gridplan.case.reference > docs/tables.md`."""

from __future__ import annotations

import sys

from gridplan.case.tables import Column, Table, indicators, settings_schema, tables

HEAD = """# Tables of a case

This page is made from the schema in `gridplan/case/schema/` by `python -m gridplan.case.reference`; edit the schema,
not this page.

A case is a folder with `case.toml` and CSV files (UTF-8; comma, or semicolon with decimal comma). A missing table
switches its subject off. A blank cell means the default; where the default is blank too, the description says what
that means. Columns in **bold** are required, the key is marked *key*. Every table also takes `source` and `note`,
which the program does not read. Rows are named by their line in the file: the header is line 1.

Flags are true/false, yes/no, ja/nee or 1/0. Ids may hold anything but `,` `;` `|` `"` and line breaks, and do not
start with `=`; capitals matter. Several ids in one cell are separated by `;` or `|`. Numbers have no thousands
separators; units stand in column names, never in cells.

A **scenario** is a folder `scenarios/<name>/` with tables that hold the key and the columns that differ, one row a
change; a new key adds a row, `_delete` = true removes one, and `case.toml` overrides settings. The same patch is
`case.what_if({"datacenters.SCH.max_it_mw": 0})` in Python and `--set datacenters.SCH.max_it_mw=0` on the command line;
there text such as `+3`, `-1` and `*1.2` changes the number that is there, parts of a composite key are joined by `:`
(`demands.homes:2030.peak_mw`; later parts may be left out to mean all), and `*` is every row.
"""


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
    lines = [HEAD, "## case.toml"]
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
    lines += [
        "\n## profiles.csv: profiles",
        "",
        "8760 rows: `hour` from 0 to 8759, and one column per profile, numbers ≥ 0 per unit of peak. Another file is"
        " named by `[time] profiles`. Without profiles a year is one hour of weight `[time] hours`.",
        "\n## zones.geojson",
        "",
        "Optional shapes of zones for maps; a FeatureCollection.",
        "\n## Indicators",
        "",
        "The one vocabulary of policies, objective, reports and comparisons. *kind* says how years add up: stock"
        " (last stage), annual (stage years · value), once (sum), peak (largest), mw_years (sum over years).",
        "",
        "| indicator | unit | kind | meaning |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{item.name}` | {item.unit} | {item.kind} | {item.description} |"
        for item in indicators().values()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(reference())
