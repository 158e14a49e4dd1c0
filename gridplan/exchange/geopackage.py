"""GeoPackage: a whole case with its places, both ways, styled for QGIS; and the room of a plan by year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gridplan.case import Case, CaseError, Problem
from gridplan.case.tables import tables
from gridplan.case.text import read_bytes, sha256
from gridplan.exchange import geo_places, whole, wkb
from gridplan.exchange.excel_write import typed
from gridplan.exchange.geo_places import LINES, POINTS, RD, WGS, Places, Point, transform
from gridplan.exchange.gpkg_read import Database, text
from gridplan.exchange.gpkg_write import GEOMETRY, Package
from gridplan.plan import Plan

TYPES = {"number": "DOUBLE", "integer": "INTEGER", "year": "INTEGER", "flag": "BOOLEAN"}
SYSTEM = ("layer_styles", "gpkg_", "sqlite_", "rtree_", "plan_", "_")


def read(source: Path | str) -> Case:
    """A case from a GeoPackage with layers and tables named as gridplan's.

    A point that was moved gives its row a new lat and lon; lines follow their ends.

    Raises:
        CaseError: with everything that is wrong, by layer, row and column.
    """
    path, book = Path(source), whole.Book()
    data = read_bytes(path, path.name, book.problems)
    if data is None:
        raise CaseError(book.problems)
    book.sources[path.name] = sha256(data)
    base = Database(path)
    try:
        names = [name for name in base.tables() if not name.startswith(SYSTEM)]
        book.problems += whole.unknown_sheets(names, path.name)
        geometries: dict[str, list[Any]] = {}
        for name in names:
            if name in whole.known_sheets():
                sheet, geometries[name] = _sheet(base, name)
                if name == whole.SHAPES:
                    book.shapes = whole.read_shapes(
                        "".join(r[0] for _, r in sheet.rows), sheet.file, book.problems
                    )
                else:
                    book.sheets[name] = sheet
        _move(base, book, geometries)
    finally:
        base.close()
    return whole.build(book)


def _sheet(base: Database, name: str) -> tuple[whole.Sheet, list[Any]]:
    """A table without its geometry, and the geometries."""
    header, rows = base.rows(name)
    keep = [k for k, head in enumerate(header) if head not in ("fid", GEOMETRY)]
    at = header.index(GEOMETRY) if GEOMETRY in header else None
    made = [(line, [text(row[k]) for k in keep]) for line, row in enumerate(rows, start=1)]
    sheet = whole.Sheet([header[k] for k in keep], made, f"{base.name}[{name}]")  # type: ignore[arg-type]
    return sheet, [None if at is None else row[at] for row in rows]


def _move(base: Database, book: whole.Book, geometries: dict[str, list[Any]]) -> None:
    """Rows whose point was moved get its lat and lon."""
    dicts = {
        name: [dict(zip(sheet.columns, cells, strict=True)) for _, cells in sheet.rows]
        for name, sheet in book.sheets.items()
        if name in tables()
    }
    places = Places({name: [dict(row) for row in rows] for name, rows in dicts.items()})
    for name in POINTS:
        if not any(geometries.get(name, [])):
            continue
        sheet, srs = book.sheets[name], base.srs(name)
        if srs not in (WGS, RD):
            message = f"has the coordinate system {srs}"
            book.problems.append(
                Problem(sheet.file, None, GEOMETRY, str(srs), message, "EPSG:4326 or EPSG:28992")
            )
            continue
        to_degrees = transform(srs, WGS)
        for (line, _), row, data in zip(sheet.rows, dicts[name], geometries[name], strict=True):
            try:
                point = _point(data)
                geo_places.moved(row, None if point is None else to_degrees(point), places, name)
            except wkb.BadGeometry as bad:
                book.problems.append(
                    Problem(sheet.file, line, GEOMETRY, "", str(bad), "a point", check="import")
                )
        columns = list(dict.fromkeys([*sheet.columns, *(key for row in dicts[name] for key in row)]))
        rows = [
            (line, [row.get(c, "") for c in columns])
            for (line, _), row in zip(sheet.rows, dicts[name], strict=True)
        ]
        book.sheets[name] = whole.Sheet(columns, rows, sheet.file)


def _point(data: Any) -> Point | None:
    if data is None:
        return None
    if not isinstance(data, bytes):
        raise wkb.BadGeometry("is no geometry")
    kind, _, parts = wkb.parse(data)
    if kind != wkb.POINT:
        raise wkb.BadGeometry("is no point")
    return parts[0][0][0] if parts else None


def write(what: Case | Plan, target: Path, crs: str = "EPSG:4326") -> dict[Path, bytes]:
    """The GeoPackage of a case; of a plan also its room by year (layers `plan_…`).

    Args:
        what: case or plan.
        target: the file.
        crs: EPSG:4326 (degrees) or EPSG:28992 (Dutch grid, metres; needs pyproj).
    """
    srs = system(crs)
    case = what if isinstance(what, Case) else what.case
    package, project = Package(srs), transform(WGS, srs)
    rows = geo_places.case_texts(case)
    places = Places(rows, srs)
    shapes = geo_places.polygons(case, srs)
    for name, table in tables().items():
        if name not in rows:
            continue
        header = list(rows[name][0]) if rows[name] else list(table.key)
        columns = [(head, TYPES.get(table.columns[head].type, "TEXT")) for head in header]
        values = [[_value(typed(row[head], table.columns[head])) for head in header] for row in rows[name]]
        if name in POINTS or name == "zones" or name in LINES:
            _layer(package, name, columns, rows[name], values, places, project, srs, shapes)
        else:
            package.plain(name, columns, values)
    _rest(package, case)
    if not isinstance(what, Case):
        from gridplan.exchange.geo_plan import layers

        for layer, kind, columns, records in layers(what, rows, places):
            _put(package, layer, kind, columns, records, project, srs)
    return {target: package.data()}


def system(crs: str) -> int:
    """The number of a coordinate system."""
    if crs.upper() not in geo_places.CRS:
        allowed = ", ".join(geo_places.CRS)
        raise CaseError([Problem("--crs", None, "", crs, f"{crs!r} is not known", allowed, check="export")])
    return geo_places.CRS[crs.upper()]


def _layer(
    package: Package,
    name: str,
    columns: Any,
    rows: Any,
    values: Any,
    places: Places,
    project: Any,
    srs: int,
    shapes: Any,
) -> None:
    if name == "zones" and shapes:
        parts = [shapes.get(row["zone"], []) for row in rows]
        records = [(part, value) for part, value in zip(parts, values, strict=True)]
        _put(package, name, "MULTIPOLYGON", columns, records, project, srs)
    elif name in LINES:
        records = [(places.line(name, row), value) for row, value in zip(rows, values, strict=True)]
        _put(package, name, "LINESTRING", columns, records, project, srs)
    else:
        points = [places.point(name, row) for row in rows]
        records = [([point] if point else [], value) for point, value in zip(points, values, strict=True)]
        _put(package, name, "POINT", columns, records, project, srs)


def _put(package: Package, name: str, kind: str, columns: Any, records: Any, project: Any, srs: int) -> None:
    """Add a layer; geometries are points in degrees (polygons: parts of rings of them)."""
    made, seen = [], []
    for places, values in records:
        geometry = None
        if places and kind == "MULTIPOLYGON":
            moved = [[[project(p) for p in ring] for ring in part] for part in places]
            seen += [p for part in moved for ring in part for p in ring]
            geometry = wkb.multipolygon(moved, srs)
        elif places:
            points = [project(p) for p in places]
            seen += points
            geometry = wkb.point(points[0], srs) if kind == "POINT" else wkb.line(points, srs)
        made.append([geometry, *values])
    xs, ys = [x for x, _ in seen], [y for _, y in seen]
    box = (min(xs), min(ys), max(xs), max(ys)) if seen else ()
    package.layer(name, kind, columns, made, box)


def _rest(package: Package, case: Case) -> None:
    """Settings, profiles and shapes as plain tables."""
    import json

    columns = [(name, "TEXT") for name in (whole.KEY, whole.VALUE, "unit", "meaning")]
    settings = [
        [key, value, column.unit, column.description] for key, value, column in whole.setting_rows(case)
    ]
    package.plain(whole.SETTINGS, columns, settings)
    if case.profiles is not None:
        header, rows = whole.profile_rows(case)
        package.plain(
            whole.PROFILES, [(head, "DOUBLE") for head in header], [list(map(float, row)) for row in rows]
        )
    if case.shapes is not None:
        package.plain(whole.SHAPES, [("text", "TEXT")], [[json.dumps(case.shapes)]])


def _value(value: Any) -> Any:
    """A value that SQLite can hold."""
    return value if value is None or isinstance(value, str | int | float) else str(value)
