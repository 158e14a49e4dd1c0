"""Layers of a plan: room at stations and loading of branches by year, coloured by class."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from gridplan.exchange.capmap_plan import colour
from gridplan.exchange.geo_places import Places, Point
from gridplan.exchange.gpkg_style import CLASS
from gridplan.plan import Plan

Layer = tuple[str, str, list[tuple[str, str]], list[tuple[list[Point], list[Any]]]]


def layers(plan: Plan, rows: Mapping[str, list[dict[str, str]]], places: Places) -> Iterator[Layer]:
    """Name, kind, columns and records of every layer; geometries in degrees."""
    points = {row["substation"]: places.point("substations", row) for row in rows.get("substations", [])}
    lines = {row["branch"]: places.line("branches", row) for row in rows.get("branches", [])}
    for year in plan.case.years:
        for direction in ("demand", "feedin"):
            table = plan.stations
            table = table[(table["year"] == year) & (table["direction"] == direction)]
            at = {name: [point] if point else [] for name, point in points.items()}
            yield _layer(f"plan_{direction}_{year}", "POINT", "substation", table, at)
        table = plan.branches
        yield _layer(f"plan_branches_{year}", "LINESTRING", "branch", table[table["year"] == year], lines)


def _layer(name: str, kind: str, key: str, table: Any, at: Mapping[str, list[Point]]) -> Layer:
    numbers = [column for column in ("peak_mw", "limit_mw", "loading", "headroom_mw") if column in table]
    records = []
    for row in table.to_dict("records"):
        room = row.get("headroom_mw", row["limit_mw"] - row["peak_mw"])
        values = [row[key], colour(row["loading"], room, 0.0)]
        values += [row[column] if math.isfinite(row[column]) else None for column in numbers]
        records.append((at.get(row[key], []), values))
    columns = [(key, "TEXT"), (CLASS, "TEXT"), *((column, "DOUBLE") for column in numbers)]
    return name, kind, columns, records
