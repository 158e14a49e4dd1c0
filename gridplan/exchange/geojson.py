"""GeoJSON: a whole case with its places as one FeatureCollection, both ways.

Every row of a table with places is a feature with its cells as properties and `table`; what has no place,
settings and profiles stand in the member `gridplan`, which other programs pass over.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridplan.case import Case
from gridplan.case.problem import did_you_mean, some_of
from gridplan.case.tables import tables
from gridplan.case.values import as_text
from gridplan.exchange import geo_places, whole
from gridplan.exchange.excel_write import typed
from gridplan.exchange.geo_places import LAYERS, LINES, POINTS, RD, WGS, Places, Point, transform
from gridplan.exchange.geopackage import system
from gridplan.exchange.jsonfile import JsonFile
from gridplan.plan import Plan

TABLE, OURS = "table", "gridplan"
URN = "urn:ogc:def:crs:EPSG::28992"
POINT_KIND = "Point"


def read(source: Path | str) -> Case:
    """A case from a FeatureCollection as `write` makes it; points that were moved give new lat and lon.

    Raises:
        CaseError: with everything that is wrong, by place in the file.
    """
    file = JsonFile(Path(source))
    top = file.mapping(file.content, "")
    if top.get("type") != "FeatureCollection":
        file.wrong("type", top.get("type"), "is no FeatureCollection", "FeatureCollection")
    rows: dict[str, list[tuple[int | None, dict[str, str]]]] = {}
    points: dict[str, list[Point | None]] = {}
    to_degrees = transform(_srs(file, top), WGS)
    for k, (place, feature) in enumerate(file.items(top, "features"), start=1):
        properties = file.mapping(feature.get("properties"), f"{place}.properties")
        table = str(properties.get(TABLE, ""))
        if table not in tables():
            hint = did_you_mean(table, tables())
            file.wrong(f"{place}.properties.{TABLE}", table, "names no table", some_of(tables()), hint)
            continue
        cells = {
            key: _text(file, value, f"{place}.properties.{key}")
            for key, value in properties.items()
            if key != TABLE
        }
        rows.setdefault(table, []).append((k, cells))
        point = _point(file, feature, place) if table in POINTS else None
        points.setdefault(table, []).append(None if point is None else to_degrees(point))
    ours = file.mapping(top.get(OURS) or {}, OURS)
    for name, listed in file.mapping(ours.get("tables") or {}, f"{OURS}.tables").items():
        if name not in tables():
            file.wrong(
                f"{OURS}.tables.{name}", name, "is no table", some_of(tables()), did_you_mean(name, tables())
            )
            continue
        rows.setdefault(name, [])
        for place, row in file.items({name: listed}, name, f"{OURS}.tables"):
            rows[name].append(
                (None, {key: _text(file, value, f"{place}.{key}") for key, value in row.items()})
            )
    file.end()
    return whole.build(_book(file, ours, rows, points))


def _book(
    file: JsonFile, ours: dict[str, Any], rows: Any, points: Mapping[str, list[Point | None]]
) -> whole.Book:
    places = Places({name: [dict(cells) for _, cells in listed] for name, listed in rows.items()})
    for name, listed in points.items():
        for (_, cells), point in zip(rows[name], listed, strict=False):
            geo_places.moved(cells, point, places, name)
    book = whole.Book(sources=dict(file.sources))
    for name, listed in rows.items():
        columns = list(dict.fromkeys(key for _, cells in listed for key in cells)) or list(tables()[name].key)
        made = [(line, [cells.get(column, "") for column in columns]) for line, cells in listed]
        book.sheets[name] = whole.Sheet(columns, made, f"{file.name}[{name}]")
    settings = file.mapping(ours.get(whole.SETTINGS) or {}, f"{OURS}.settings")
    if settings:
        made = [
            (None, [key, _text(file, value, f"{OURS}.settings.{key}")]) for key, value in settings.items()
        ]
        book.sheets[whole.SETTINGS] = whole.Sheet([whole.KEY, whole.VALUE], made, f"{file.name}[settings]")
    profiles = file.mapping(ours.get(whole.PROFILES) or {}, f"{OURS}.profiles")
    lists = {key: value for key, value in profiles.items() if isinstance(value, list)}
    if lists:
        if len(lists) < len(profiles) or len({len(value) for value in lists.values()}) > 1:
            file.wrong(f"{OURS}.profiles", "", "lists are not equally long", "8760 numbers each")
            file.end()
        cells = [
            [_text(file, part, f"{OURS}.profiles") for part in parts]
            for parts in zip(*lists.values(), strict=True)
        ]
        lines: list[tuple[int | None, list[str]]] = [(k, row) for k, row in enumerate(cells)]
        book.sheets[whole.PROFILES] = whole.Sheet(list(lists), lines, f"{file.name}[profiles]")
    shapes = ours.get(whole.SHAPES)
    if shapes is not None:
        book.shapes = whole.read_shapes(json.dumps(shapes), file.name, book.problems)
    file.end()
    return book


def _srs(file: JsonFile, top: dict[str, Any]) -> int:
    crs = top.get("crs")
    if crs is None:
        return WGS
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name.endswith(("CRS84", "4326")):
        return WGS
    if not name.endswith("28992"):
        file.wrong("crs", name, f"{name!r} is not read", f"none (WGS 84), or {URN}")
    return RD if name.endswith("28992") else WGS


def _text(file: JsonFile, value: Any, place: str) -> str:
    if isinstance(value, dict | list):
        file.wrong(place, "", "is a list or an object", "text, a number, true or false")
        return ""
    return as_text(value)


def _point(file: JsonFile, feature: dict[str, Any], place: str) -> Point | None:
    geometry = feature.get("geometry")
    if geometry is None:
        return None
    found = file.mapping(geometry, f"{place}.geometry")
    coordinates = found.get("coordinates")
    good = found.get("type") == POINT_KIND and isinstance(coordinates, list) and len(coordinates) >= 2
    numbers = (
        [v for v in (coordinates or [])[:2] if isinstance(v, int | float) and not isinstance(v, bool)]
        if good
        else []
    )
    if len(numbers) < 2 or not all(abs(v) < 1e9 and math.isfinite(v) for v in numbers):
        file.wrong(f"{place}.geometry", "", "is no point", '{"type": "Point", "coordinates": [x, y]}')
        return None
    return float(numbers[0]), float(numbers[1])


def write(what: Case | Plan, target: Path, crs: str = "EPSG:4326") -> dict[Path, bytes]:
    """The FeatureCollection of a case (of a plan: the case it was made for).

    Args:
        what: case or plan.
        target: the file.
        crs: EPSG:4326 (as RFC 7946 asks) or EPSG:28992 (with a member `crs`, which QGIS reads).
    """
    srs = system(crs)
    case = what if isinstance(what, Case) else what.case
    project, rows = transform(WGS, srs), geo_places.case_texts(case)
    places, shapes = Places(rows, srs), geo_places.polygons(case, srs)
    features, plain = [], {}
    for name, listed in rows.items():
        cells = [_values(name, row) for row in listed]
        if name not in LAYERS or not listed:
            plain[name] = cells
            continue
        for row, values in zip(listed, cells, strict=True):
            geometry = _geometry(name, row, places, project, shapes)
            features.append({"type": "Feature", "properties": {TABLE: name, **values}, "geometry": geometry})
    ours: dict[str, Any] = {whole.SETTINGS: {key: value for key, value, _ in whole.setting_rows(case)}}
    ours["tables"] = plain
    if case.profiles is not None:
        header, texts = whole.profile_rows(case)
        ours[whole.PROFILES] = {
            h: [float(t) for t in column] for h, column in zip(header, zip(*texts, strict=True), strict=True)
        }
    if case.shapes is not None:
        ours[whole.SHAPES] = case.shapes
    top: dict[str, Any] = {"type": "FeatureCollection", "name": case.name}
    if srs != WGS:
        top["crs"] = {"type": "name", "properties": {"name": URN}}
    text = json.dumps(top | {"features": features, OURS: ours}, ensure_ascii=True, allow_nan=False)
    return {target: (text + "\n").encode()}


def _values(table: str, row: Mapping[str, str]) -> dict[str, Any]:
    columns = tables()[table].columns
    made = {key: typed(value, columns[key]) for key, value in row.items() if value}
    return {key: value if isinstance(value, str | int | float) else str(value) for key, value in made.items()}


def _geometry(
    table: str, row: dict[str, str], places: Places, project: Any, shapes: Any
) -> dict[str, Any] | None:
    if table == "zones" and row["zone"] in shapes:
        parts = [[[project(p) for p in ring] for ring in part] for part in shapes[row["zone"]]]
        return {"type": "MultiPolygon", "coordinates": parts}
    if table in LINES:
        line = [project(point) for point in places.line(table, row)]
        return {"type": "LineString", "coordinates": line} if line else None
    point = places.point(table, row)
    return {"type": POINT_KIND, "coordinates": project(point)} if point else None
