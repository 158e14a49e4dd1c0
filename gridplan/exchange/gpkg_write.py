"""A GeoPackage (OGC 12-128, version 1.3) with sqlite3 alone: layers, plain tables, styles."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gridplan.exchange.geo_places import RD, WGS
from gridplan.exchange.gpkg_style import qml

HEAD = """
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
    description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
    identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT '2000-01-01T00:00:00.000Z',
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
    srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents(table_name),
    column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
    f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT,
    update_time DATETIME DEFAULT '2000-01-01T00:00:00.000Z');
INSERT INTO gpkg_contents (table_name, data_type, identifier)
    VALUES ('layer_styles', 'attributes', 'layer_styles');
"""
WKT = {
    WGS: 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]',
    RD: 'PROJCS["Amersfoort / RD New",GEOGCS["Amersfoort",DATUM["Amersfoort",'
    'SPHEROID["Bessel 1841",6377397.155,'
    '299.1528128],TOWGS84[565.4171,50.3319,465.5524,1.9342,-1.6677,9.1019,4.0725]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]],PROJECTION["Oblique_Stereographic"],'
    'PARAMETER["latitude_of_origin",52.1561605555556],PARAMETER["central_meridian",5.38763888888889],'
    'PARAMETER["scale_factor",0.9999079],PARAMETER["false_easting",155000],PARAMETER["false_northing",463000],'
    'UNIT["metre",1],AUTHORITY["EPSG","28992"]]',
}
NAMES = {WGS: "WGS 84", RD: "Amersfoort / RD New"}
GEOMETRY = "geom"


class Package:
    """A GeoPackage under construction."""

    def __init__(self, srs: int) -> None:
        self._srs = srs
        self._base = sqlite3.connect(":memory:")
        self._base.executescript(HEAD)
        undefined = [("Undefined cartesian", -1), ("Undefined geographic", 0)]
        rows: list[tuple[Any, ...]] = [(name, k, "NONE", k, "undefined", None) for name, k in undefined]
        rows += [(NAMES[k], k, "EPSG", k, WKT[k], None) for k in (WGS, RD)]
        self._base.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", rows)

    def plain(self, name: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> None:
        """A table without places: columns with their SQL type, and values."""
        self._fill(name, columns, rows)
        insert = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)"
        self._base.execute(insert, (name, name))

    def layer(
        self,
        name: str,
        kind: str,
        columns: Sequence[tuple[str, str]],
        rows: Sequence[Sequence[Any]],
        box: Sequence[float],
    ) -> None:
        """A layer: the first value of every row is its geometry; `box` is min x, min y, max x, max y."""
        self._fill(name, [(GEOMETRY, kind), *columns], rows)
        places = list(box) if box else [None] * 4
        self._base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, min_x, min_y, max_x, max_y,"
            " srs_id)"
            " VALUES (?, 'features', ?, ?, ?, ?, ?, ?)",
            (name, name, *places, self._srs),
        )
        self._base.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,0,0)", (name, GEOMETRY, kind, self._srs)
        )
        self._base.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
            " styleName, styleQML, styleSLD, useAsDefault, description, owner)"
            " VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')",
            (name, GEOMETRY, name, qml(name), "by gridplan"),
        )

    def _fill(self, name: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> None:
        told = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns)
        self._base.execute(f"CREATE TABLE {quoted(name)} (fid INTEGER PRIMARY KEY AUTOINCREMENT, {told})")
        names = ", ".join(quoted(column) for column, _ in columns)
        marks = ", ".join("?" for _ in columns)
        self._base.executemany(f"INSERT INTO {quoted(name)} ({names}) VALUES ({marks})", rows)

    def data(self) -> bytes:
        """The file."""
        self._base.commit()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "new.gpkg"
            copy = sqlite3.connect(path)
            with copy:
                self._base.backup(copy)
            copy.close()
            self._base.close()
            return path.read_bytes()


def quoted(name: str) -> str:
    """A name for SQL."""
    return '"' + name.replace('"', '""') + '"'
