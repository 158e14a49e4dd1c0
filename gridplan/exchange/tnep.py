"""Transmission expansion: a folder with buses.csv, branches.csv and meta.json, one snapshot, DC flow.

buses.csv: bus, load_mw, gen_max_mw and one column per fixed dispatch. branches.csv: from, to, n0 (circuits),
x_pu, cap_mw, cost (of one circuit), n_max (circuits that may be added). meta.json: name, base_mva, cost_unit,
dispatches. The case minimises capex_meur; costs keep the unit of the source.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gridplan.case import Case
from gridplan.case.cells import BadCell, number
from gridplan.case.problem import did_you_mean
from gridplan.case.text import Origin, RawTable, Row, parse_table
from gridplan.exchange.rows import YEAR, Rows, snapshot

REDISPATCH = "redispatch"
BUS = ("bus", "load_mw", "gen_max_mw")
BRANCH = ("from", "to", "n0", "x_pu", "cap_mw", "cost", "n_max")
NAMES = {"circuit_mva": "cap_mw", "circuits": "n0", "max_units": "n_max", "capex_meur": "cost",
         "peak_mw": "load_mw", "capacity_mw": "gen_max_mw", "substation": "bus"}  # fmt: skip


def read(source: Path | str, dispatch: str = REDISPATCH) -> Case:
    """A case from a folder of tables.

    Args:
        source: the folder.
        dispatch: `redispatch` (every plant between 0 and gen_max_mw) or a column of buses.csv with the
            capacity that the plants have instead.
    """
    folder, rows = Path(source), Rows()
    if not folder.is_dir():
        rows.wrong(Origin(str(folder)), "", "", "is no folder", "a folder with buses.csv and branches.csv")
        rows.stop()
    meta = _meta(folder, rows)
    buses = _table(folder / "buses.csv", BUS, rows)
    branches = _table(folder / "branches.csv", BRANCH, rows)
    rows.stop()
    column = _column(buses, meta, dispatch, rows)
    known = _buses(buses, column, rows)
    _branches(branches, 100.0 / meta["base_mva"], known, rows)
    name = folder.resolve().name
    unit = meta.get("cost_unit", "")
    title = f"{meta.get('name', name)}, {dispatch}" + (f" (cost in {unit})" if unit else "")
    return rows.case(snapshot(name, title, "capex_meur"), {**NAMES, "capacity_mw": column})


def _meta(folder: Path, rows: Rows) -> dict[str, Any]:
    path = folder / "meta.json"
    if not path.exists():
        return {"base_mva": 100.0}
    at = Origin("meta.json")
    try:
        meta = json.loads(rows.text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        rows.wrong(Origin("meta.json", getattr(error, "lineno", None)), "", "", f"is not JSON: {error}")
        rows.stop()
    if not isinstance(meta, dict):
        rows.wrong(at, "", "", "is no JSON object", "an object with name, base_mva, dispatches")
        rows.stop()
    base = meta.setdefault("base_mva", 100.0)
    if isinstance(base, bool) or not isinstance(base, int | float) or not 0 < base < float("inf"):
        rows.wrong(at, "base_mva", base, f"{base!r} is no base", "a number > 0 (MVA)")
        rows.stop()
    return meta


def _table(path: Path, wanted: tuple[str, ...], rows: Rows) -> RawTable:
    text = rows.text(path)
    table = parse_table(text.encode(), path.name, rows.problems)
    for column in wanted:
        if table is not None and column not in table.columns:
            hint = did_you_mean(column, table.columns)
            message = f"required column {column!r} is missing"
            rows.wrong(Origin(path.name, 1), column, "", message, ", ".join(wanted), hint)
    rows.stop()
    assert table is not None
    return table


def _column(buses: RawTable, meta: dict[str, Any], dispatch: str, rows: Rows) -> str:
    if dispatch == REDISPATCH:
        return "gen_max_mw"
    listed = meta.get("dispatches")
    known = [name for name in (listed if isinstance(listed, dict | list) else ()) if isinstance(name, str)]
    known = known or [name for name in buses.columns if name not in BUS]
    if dispatch not in known or dispatch not in buses.columns:
        allowed, hint = ", ".join([REDISPATCH, *known]), did_you_mean(dispatch, [REDISPATCH, *known])
        rows.wrong(
            Origin("buses.csv", 1), dispatch, dispatch, f"there is no dispatch {dispatch!r}", allowed, hint
        )
        rows.stop()
    return dispatch


def _number(rows: Rows, row: Row, column: str, low: float = 0.0) -> float:
    text = row.cells.get(column, "")
    try:
        value = number(text or "0", row.source.comma)
        if value < low:
            raise BadCell("is too small")
        return value
    except BadCell as bad:
        rows.wrong(row.source, column, text, f"{text!r} {bad.message}", f"a number ≥ {low:g}", bad.hint)
        return 0.0


def _plain(row: Row) -> Origin:
    """The line of a row; the cells made from it have decimal points."""
    return Origin(row.source.file, row.source.line)


def _buses(table: RawTable, column: str, rows: Rows) -> set[str]:
    known: set[str] = set()
    given = taken = 0.0
    for row in table.rows:
        bus, at = row.cells["bus"], _plain(row)
        if not bus or bus in known:
            rows.wrong(
                at, "bus", bus, f"bus {bus!r} is there already" if bus else "is blank", "each bus once"
            )
            continue
        known.add(bus)
        rows.add("substations", at, substation=bus)
        load, most = _number(rows, row, "load_mw"), _number(rows, row, column)
        given, taken = given + most, taken + load
        if load:
            rows.add("demands", at, demand=f"load{bus}", substation=bus, year=YEAR, peak_mw=load)
        if most:
            rows.add(
                "supplies", at, supply=f"gen{bus}", substation=bus, technology="generator", capacity_mw=most
            )
    if given < taken - 1e-6:
        message = f"the plants have {given:g} MW in all, the loads take {taken:g} MW"
        rows.wrong(Origin("buses.csv"), column, given, message, f"at least {taken:g} MW")
    return known


def _branches(table: RawTable, factor: float, known: set[str], rows: Rows) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        start, end, at = row.cells["from"], row.cells["to"], _plain(row)
        for column, bus in (("from", start), ("to", end)):
            if bus not in known:
                rows.wrong(at, column, bus, f"bus {bus!r} is not in buses.csv", "", did_you_mean(bus, known))
        seen[start, end] = count = seen.get((start, end), 0) + 1
        name = f"{start}-{end}" + (f"#{count}" if count > 1 else "")
        rows.add(
            "branches",
            at,
            branch=name,
            from_=start,
            to=end,
            circuits=_number(rows, row, "n0"),
            circuit_mva=_number(rows, row, "cap_mw") if row.cells["cap_mw"] else None,
            x_pu=_number(rows, row, "x_pu", -1e9) * factor,
        )
        cost, units = _number(rows, row, "cost"), _number(rows, row, "n_max")
        if units:
            rows.add(
                "reinforcements",
                at,
                reinforcement=f"new_{name}",
                kind="branch",
                target=name,
                max_units=units,
                capex_meur=cost,
            )
