"""Where the rows of a case are on the map: points, lines between their ends, and polygons of zones."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from gridplan.case import Case
from gridplan.exchange.needs import need

WGS, RD = 4326, 28992
CRS = {"EPSG:4326": WGS, "EPSG:28992": RD}
POINTS = (
    "substations", "datacenters", "masts", "cells", "heat_sources", "heat_sinks", "junctions",
)  # fmt: skip
LINES = {
    "branches": ("substations",),
    "heat_links": ("datacenters", "heat_sources", "heat_sinks", "junctions"),
}
LAYERS = ("zones", *POINTS, *LINES)
SAME = 1e-7  # degrees, 1 cm: a point nearer to its lat and lon than that was not moved
Point = tuple[float, float]  # x (or lon), y (or lat)
Rows = Mapping[str, list[dict[str, str]]]


def transform(source: int, target: int) -> Callable[[Point], Point]:
    """A function that takes points from one coordinate system to another; x and lon come first."""
    if source == target:
        return lambda point: point
    make = need("pyproj", "geo").Transformer.from_crs(source, target, always_xy=True)

    def moved(point: Point) -> Point:
        x, y = make.transform(*point)
        return float(x), float(y)

    return moved


def fits(srs: int) -> Callable[[Point], bool]:
    """Whether a point (degrees) comes back from a coordinate system: the Dutch grid does not reach far."""
    if srs == WGS:
        return lambda point: True
    there, back = transform(WGS, srs), transform(srs, WGS)

    def comes_back(point: Point) -> bool:
        there_and_back = back(there(point))
        return all(abs(a - b) <= SAME / 2 for a, b in zip(point, there_and_back, strict=True))

    return comes_back


class Places:
    """Points of the rows of a case, from the text of its tables."""

    def __init__(self, rows: Rows, srs: int = WGS) -> None:
        """Begin; a point that does not fit into the coordinate system `srs` has no place on the map."""
        self._rows, self._fits = rows, fits(srs)
        self._own: dict[tuple[str, str], Point] = {}
        for table in ("zones", *POINTS):
            for row in rows.get(table, ()):
                point = own(row)
                if point:
                    self._own[table, key_of(table, row)] = point

    def point(self, table: str, row: Mapping[str, str]) -> Point | None:
        """A row's own point, else that of its station or zone."""
        found = own(row) or self.borrowed(table, row)
        return found if found and self._fits(found) else None

    def borrowed(self, table: str, row: Mapping[str, str]) -> Point | None:
        """The point of a row's station or zone."""
        if table == "zones":
            return None
        found = [("substations", row.get("substation", "")), ("zones", row.get("zone", ""))]
        if table == "substations":
            found = found[1:]
        return next((self._own[at] for at in found if at in self._own), None)

    def line(self, table: str, row: Mapping[str, str]) -> list[Point]:
        """The two ends of a row of branches or heat links; empty where one is not on the map."""
        ends = [self._end(row.get(column, ""), LINES[table]) for column in ("from", "to")]
        known = [end for end in ends if end]
        return known if len(known) == len(ends) else []

    def _end(self, name: str, tables: tuple[str, ...]) -> Point | None:
        for table in tables:
            for row in self._rows.get(table, ()):
                if key_of(table, row) == name:
                    return self.point(table, row)
        return None


def key_of(table: str, row: Mapping[str, str]) -> str:
    """The id of a row."""
    from gridplan.case.tables import tables

    return row.get(tables()[table].key[0], "")


def own(row: Mapping[str, str]) -> Point | None:
    """The point that a row's lat and lon give."""
    try:
        lon, lat = float(row.get("lon", "")), float(row.get("lat", ""))
    except ValueError:
        return None
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None


def moved(row: dict[str, str], point: Point | None, places: Places, table: str) -> None:
    """Give a row the lat and lon of its point, where it was moved on the map (degrees)."""
    if point is None:
        return
    there = own(row) or places.borrowed(table, row)
    if there and abs(there[0] - point[0]) <= SAME and abs(there[1] - point[1]) <= SAME:
        return
    row["lon"], row["lat"] = (repr(round(value, 7)) for value in point)


def case_texts(case: Case) -> dict[str, list[dict[str, str]]]:
    """Every table of a case as rows of text."""
    from gridplan.exchange.whole import case_rows

    made = {}
    for table in case.tables:
        header, rows = case_rows(case, table)
        made[table] = [dict(zip(header, row, strict=True)) for row in rows]
    return made


def polygons(case: Case, srs: int = WGS) -> dict[str, list[list[list[Point]]]]:
    """Polygons (outer ring first, degrees) of the zones that zones.geojson draws and that fit into `srs`."""
    shapes = case.shapes
    if not shapes:
        return {}
    ids = set(case.table("zones")["zone"])
    made: dict[str, list[list[list[Point]]]] = {}
    for feature in shapes.get("features", []):
        if not isinstance(feature, dict):
            continue
        properties = feature.get("properties") or {}
        names = [str(properties.get(key)) for key in ("zone", "id", "name")] + [str(feature.get("id"))]
        zone = next((name for name in names if name in ids), None)
        if zone is not None:
            made.setdefault(zone, []).extend(_parts(feature.get("geometry") or {}))
    fit = fits(srs)
    return {
        zone: parts
        for zone, parts in made.items()
        if parts and all(fit(point) for part in parts for ring in part for point in ring)
    }


def _parts(geometry: Mapping[str, Any]) -> list[list[list[Point]]]:
    parts = geometry.get("coordinates", [])
    parts = [parts] if geometry.get("type") == "Polygon" else parts
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return []
    try:
        return [[[(float(p[0]), float(p[1])) for p in ring] for ring in part] for part in parts]
    except (TypeError, ValueError, IndexError):
        return []
