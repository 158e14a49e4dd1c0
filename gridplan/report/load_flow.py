"""The AC load flow of a plan in sentences and tables, where `gridplan ac-check` has added its tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from gridplan.plots.text import Words
from gridplan.report.facts import Facts
from gridplan.report.tables import Column, Table, make


def table_of(facts: Facts, name: str) -> pd.DataFrame:
    """A table of the AC check; empty where it was not made."""
    return facts.plan.tables.get(name, pd.DataFrame())


def sentences(facts: Facts, words: Words) -> list[str]:
    """What the load flow says of every stage, or how to have it made."""
    years = table_of(facts, "ac_years")
    if years.empty:
        return [words("ac.none")]
    found = [line for row in years.to_dict("records") for line in _year(row, words)]
    return [*found, words("ac.assumed")]


def _year(row: dict[Any, Any], words: Words) -> Iterator[str]:
    year = str(int(row["year"]))
    unsolved = float(row["unsolved_hours"])
    if not math.isnan(float(row["lowest_pu"])):
        yield words("ac.year", year=year, **_numbers(row, words))
    if unsolved > 0:
        yield words("ac.unsolved", year=year, n=words.number(unsolved))


def _numbers(row: dict[Any, Any], words: Words) -> dict[str, str]:
    return {
        "hours": words.number(float(row["hours"]) - float(row["unsolved_hours"])),
        "gwh": words.number(float(row["loss_mwh"]) / 1000, 1),
        "share": words.number(100 * float(row["loss_share"]), 2),
        "low": words.number(float(row["lowest_pu"]), 3),
        "high": words.number(float(row["highest_pu"]), 3),
        "out": words.number(float(row["stations_out_of_range"])),
        "over": words.number(float(row["overloaded_branches"])),
        "differ": words.number(float(row["differing_branches"])),
    }


def tables(facts: Facts, words: Words) -> list[Table]:
    """Connections and stations with what the load flow finds by year; none where it was not made."""
    return [*_branches(facts, words), *_stations(facts, words)]


def _branches(facts: Facts, words: Words) -> Iterator[Table]:
    """Loading of connections by year, the fullest first; MVA and the difference from the plan in the last."""
    found = _by_year(
        facts, "ac_branches", "branch", ("ac_loading", "ac_mva", "limit_mva", "difference_share")
    )
    if not found:
        return
    years = sorted({year for values in found.values() for year in values})
    last = {"year": str(years[-1])}
    columns = [Column("name", "branch")]
    columns += [Column(f"ac_loading_{y}", "loading_in", "percent", {"year": str(y)}) for y in years]
    columns += [Column("ac_mva", "ac_flow", "mw", last), Column("limit_mva", "limit_mva", "mw", last)]
    columns += [Column("difference_share", "ac_difference", "percent", last)]
    rows: list[dict[str, Any]] = [
        {"name": facts.line_names.get(branch, branch)}
        | {f"ac_loading_{year}": row["ac_loading"] for year, row in values.items()}
        | dict(values.get(years[-1], {}))
        for branch, values in found.items()
    ]
    key = f"ac_loading_{years[-1]}"
    yield make("ac_branches", columns, sorted(rows, key=lambda r: _order(-r.get(key, math.nan), r)), words)


def _stations(facts: Facts, words: Words) -> Iterator[Table]:
    """Lowest voltage of stations by year, the lowest first."""
    found = _by_year(facts, "ac_stations", "substation", ("lowest_pu",))
    if not found:
        return
    years = sorted({year for values in found.values() for year in values})
    columns = [Column("name", "station")]
    columns += [Column(f"lowest_{y}", "lowest_pu", "pu", {"year": str(y)}) for y in years]
    rows = [
        {"name": facts.station_names.get(station, station)}
        | {f"lowest_{year}": row["lowest_pu"] for year, row in values.items()}
        for station, values in found.items()
    ]
    key = f"lowest_{years[-1]}"
    yield make("ac_stations", columns, sorted(rows, key=lambda r: _order(r.get(key, math.nan), r)), words)


def _by_year(
    facts: Facts, name: str, key: str, columns: tuple[str, ...]
) -> dict[str, dict[int, dict[str, float]]]:
    """Id → stage → values; without what has none in any stage."""
    found: dict[str, dict[int, dict[str, float]]] = {}
    for row in table_of(facts, name).to_dict("records"):
        if not math.isnan(float(row[columns[0]])):
            values = {column: float(row[column]) for column in columns}
            found.setdefault(str(row[key]), {})[int(row["year"])] = values
    return found


def _order(value: float, row: Mapping[str, Any]) -> tuple[bool, float, str]:
    """Small values first, then what has none."""
    return math.isnan(value), 0.0 if math.isnan(value) else value, str(row["name"])


def at_station(facts: Facts, station: str, words: Words) -> Iterator[str]:
    """The lowest voltage that the load flow finds at a station."""
    table = table_of(facts, "ac_stations")
    if table.empty:
        return
    own = table[(table["substation"].astype(str) == station) & table["lowest_pu"].notna()]
    found = [(float(row["lowest_pu"]), int(row["year"])) for row in own.to_dict("records")]
    if found:
        lowest, year = min(found)
        yield words("sheet.voltage", pu=words.number(lowest, 3), year=str(year))
