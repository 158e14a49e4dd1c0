"""GeoPackage and GeoJSON: cases come back whole, moved points count, strange files are refused."""

import contextlib
import json
import random
import sqlite3
import time
from xml.etree import ElementTree

import pytest

from gridplan.case import CaseError, read_case
from gridplan.exchange import geojson, geopackage, wkb
from gridplan.exchange.kinds import export
from tests.exchange.books import flat_case

KINDS = {"geopackage": geopackage, "geojson": geojson}
SYSTEMS = ("EPSG:4326", "EPSG:28992")


@pytest.fixture(scope="module")
def full():
    return read_case("cases/tutorial")


@pytest.fixture(scope="module")
def town(full):
    """Without its hours, which take most of the time of reading and writing."""
    return full.what_if({"time.profiles": ""})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("crs", SYSTEMS)
def test_a_case_with_places_comes_back(full, town, tmp_path, kind, crs):
    case = full if crs == SYSTEMS[0] else town
    export(kind, case, tmp_path / "x", crs=crs)
    assert KINDS[kind].read(tmp_path / "x") == case


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(1))
def test_random_cases_come_back(tmp_path, kind, seed):
    export(kind, flat_case(seed), tmp_path / "x")
    assert KINDS[kind].read(tmp_path / "x") == flat_case(seed)


def test_gdal_reads_layers_places_and_coordinate_system(town, tmp_path):
    """RD coordinates of the tower in Amersfoort are 155000, 463000 by definition."""
    pyogrio, shapely = pytest.importorskip("pyogrio"), pytest.importorskip("shapely")
    case = town.what_if({"substations.KMP.lat": 52.15517440, "substations.KMP.lon": 5.38720621})
    export("geopackage", case, tmp_path / "x.gpkg", crs="EPSG:28992")
    layers = dict(pyogrio.list_layers(tmp_path / "x.gpkg"))
    assert {n: layers[n] for n in ("substations", "branches")} == {
        "substations": "Point",
        "branches": "LineString",
    }
    meta, _, shapes, fields = pyogrio.raw.read(tmp_path / "x.gpkg", layer="substations")
    ids = list(fields[list(meta["fields"]).index("substation")])
    point = shapely.from_wkb(shapes[ids.index("KMP")])
    assert meta["crs"] == "EPSG:28992"
    assert (point.x, point.y) == pytest.approx((155000, 463000), abs=1)
    _, _, lines, _ = pyogrio.raw.read(tmp_path / "x.gpkg", layer="branches")
    assert all(shapely.from_wkb(line).length > 0 for line in lines)


def test_a_point_that_was_moved_moves_the_station(town, tmp_path):
    (path,) = export("geopackage", town, tmp_path / "x.gpkg")
    with sqlite3.connect(path) as base:
        new = wkb.point((5.5, 52.5), 4326)
        base.execute("UPDATE substations SET geom = ? WHERE substation = 'HAV'", (new,))
    moved = geopackage.read(path).table("substations").set_index("substation")
    assert moved.loc["HAV", ["lon", "lat"]].tolist() == [5.5, 52.5]
    assert moved.loc["KMP", "lat"] == town.table("substations").set_index("substation").loc["KMP", "lat"]


def test_every_layer_carries_a_style_and_a_plan_its_room(garver_plan, town, tmp_path):
    (path,) = export("geopackage", town, tmp_path / "x.gpkg")
    (other,) = export("geopackage", garver_plan, tmp_path / "y.gpkg")
    for file in (path, other):
        base = sqlite3.connect(file)
        layers = {row[0] for row in base.execute("SELECT table_name FROM gpkg_geometry_columns")}
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
        assert layers == set(styles) and layers
        assert all(
            ElementTree.fromstring(qml).find("renderer-v2/symbols/symbol") is not None
            for qml in styles.values()
        )
        assert base.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    year = garver_plan.case.years[0]
    rows = dict(base.execute(f"SELECT branch, peak_mw FROM plan_branches_{year}"))
    assert rows == pytest.approx(garver_plan.branches.set_index("branch")["peak_mw"].to_dict())
    assert geopackage.read(other) == garver_plan.case


COLUMNS = [
    "id",
    "f_table_catalog",
    "f_table_schema",
    "f_table_name",
    "f_geometry_column",
    "styleName",
    "styleQML",
]
COLUMNS += ["styleSLD", "useAsDefault", "description", "owner", "ui", "update_time"]
MARKS = {"square", "diamond", "triangle", "circle", "star", "pentagon"}


def test_styles_are_what_qgis_looks_for(garver_plan, tmp_path):
    """One default style a layer, found by name and geometry column; every part of it where QGIS reads it."""
    (path,) = export("geopackage", garver_plan, tmp_path / "x.gpkg")
    base = sqlite3.connect(path)
    assert [row[1] for row in base.execute("PRAGMA table_info(layer_styles)")] == COLUMNS
    sql = "SELECT f_table_name, f_geometry_column, f_table_schema, useAsDefault, styleQML FROM layer_styles"
    styles = base.execute(sql).fetchall()
    places = set(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    assert {row[:2] for row in styles} == places and len(styles) == len(places)
    shapes = dict(base.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns"))
    for name, _, schema, default, text in styles:
        assert (schema, default) == ("", 1) and text.startswith("<!DOCTYPE qgis ")
        qgis = ElementTree.fromstring(text)
        fields = {row[1] for row in base.execute(f"PRAGMA table_info({name})")}
        drawn = qgis.find("renderer-v2")
        symbols = {symbol.get("name"): symbol for symbol in drawn.findall("symbols/symbol")}
        kind = {"POINT": "marker", "LINESTRING": "line"}.get(shapes[name], "fill")
        for symbol in symbols.values():
            options = {o.get("name"): o.get("value") for o in symbol.findall("layer/Option/Option")}
            assert symbol.find("layer").get("class") == f"Simple{kind.title()}" and symbol.get("type") in kind
            assert kind != "marker" or options["name"] in MARKS
            colour = options["line_color" if kind == "line" else "color"]
            assert len([part for part in map(int, colour.split(",")) if 0 <= part <= 255]) == 4
        if drawn.get("type") == "categorizedSymbol":
            assert drawn.get("attr") in fields
            categories = drawn.findall("categories/category")
            assert {c.get("symbol") for c in categories} == symbols.keys() and len(categories) == 4
        else:
            assert drawn.get("type") == "singleSymbol" and symbols.keys() == {"0"}
        label = qgis.find("labeling/settings/text-style")
        assert (label is None) == (qgis.get("labelsEnabled") == "0")
        assert label is None or label.get("fieldName") in fields | {"name"}


def test_shapes_of_zones_are_polygons(tmp_path, town):
    from dataclasses import replace

    square = [[[5.0, 52.0], [5.1, 52.0], [5.1, 52.1], [5.0, 52.0]]]
    feature = {"type": "Feature", "properties": {"zone": "noordveld"}}
    feature["geometry"] = {"type": "Polygon", "coordinates": square}
    shapes = {"type": "FeatureCollection", "features": [feature]}
    case = replace(town, content=replace(town.content, shapes=shapes))
    for kind, module in KINDS.items():
        (path,) = export(kind, case, tmp_path / kind)
        assert module.read(path) == case
    base = sqlite3.connect(tmp_path / "geopackage")
    (geometry,) = base.execute("SELECT geom FROM zones WHERE zone = 'noordveld'").fetchone()
    assert wkb.parse(geometry) == (wkb.MULTIPOLYGON, 4326, [[[tuple(p) for p in square[0]]]])


def refused(module, path):
    start = time.process_time()
    with pytest.raises(CaseError) as error:
        module.read(path)
    assert time.process_time() - start < 10
    return str(error.value)


SQL = {  # what is done to the file: part of the message
    "UPDATE substations SET geom = x'4750000300' WHERE fid = 2": "substations], row 2, column geom",
    "UPDATE substations SET kv = 'high' WHERE fid = 1": "substations], row 1, column kv",
    "UPDATE gpkg_geometry_columns SET srs_id = 3857": "coordinate system 3857",
    "ALTER TABLE zones RENAME TO zone": "unknown sheet 'zone'",
    "DROP TABLE settings": "no settings",
    "DROP TABLE zones; CREATE VIEW zones AS WITH RECURSIVE"
    " r(zone) AS (SELECT 1 UNION ALL SELECT zone + 1 FROM r) SELECT zone FROM r": "zone",
    "ALTER TABLE zones ADD COLUMN pop GENERATED ALWAYS AS (zeroblob(1 << 30))": "cannot be read",
}


@pytest.mark.parametrize("sql", SQL, ids=range(len(SQL)))
def test_broken_and_hostile_packages(tmp_path, town, sql):
    (path,) = export("geopackage", town, tmp_path / "x.gpkg")
    with sqlite3.connect(path) as base:
        base.executescript(sql)
    assert SQL[sql] in refused(geopackage, path)


def test_no_bytes_end_in_a_traceback(tmp_path, town):
    (path,) = export("geopackage", town, tmp_path / "x.gpkg")
    good, draw = path.read_bytes(), random.Random(1)
    for _ in range(12):
        bad = bytearray(good)
        for _ in range(20):
            bad[draw.randrange(100, len(bad))] = draw.randrange(256)
        path.write_bytes(bytes(bad))
        try:
            geopackage.read(path)
        except CaseError as error:
            assert error.problems
    path.write_bytes(b"no database")
    assert "no SQLite file" in refused(geopackage, path)


def test_geometries_never_read_beyond_their_bytes():
    draw = random.Random(2)
    ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]
    good = [wkb.point((1.0, 2.0), 4326), wkb.line(ring, 4326), wkb.multipolygon([[ring]], 28992)]
    assert [wkb.parse(data)[0] for data in good] == [wkb.POINT, wkb.LINE, wkb.MULTIPOLYGON]
    for data in good:
        for _ in range(200):
            bad = bytearray(data[: draw.randrange(len(data) + 1)])
            if bad:
                bad[draw.randrange(len(bad))] = draw.randrange(256)
            with contextlib.suppress(wkb.BadGeometry):
                wkb.parse(bytes(bad))


POINT = {"type": "Feature", "properties": {"table": "substations", "substation": "A"}, "geometry": None}
COLLECTION = {
    "type": "FeatureCollection",
    "features": [POINT],
    "gridplan": {"settings": {"horizon.years": "2030"}},
}
BROKEN = [
    (COLLECTION | {"type": "Feature"}, "no FeatureCollection"),
    (COLLECTION | {"features": [POINT | {"properties": {"table": "station"}}]}, "names no table"),
    (
        COLLECTION | {"features": [POINT | {"geometry": {"type": "Point", "coordinates": ["x", 1]}}]},
        "no point",
    ),
    (
        COLLECTION | {"features": [POINT | {"properties": {"table": "substations", "kv": {}}}]},
        "a list or an object",
    ),
    (COLLECTION | {"crs": {"properties": {"name": "EPSG:3857"}}}, "is not read"),
    (COLLECTION | {"gridplan": {}}, "no settings"),
    (COLLECTION | {"gridplan": {"settings": {"horizon.years": "soon"}}}, "settings], "),
    (COLLECTION | {"gridplan": {"profiles": {"a": [1], "b": 2}}}, "not equally long"),
]


@pytest.mark.parametrize(("content", "said"), BROKEN, ids=range(len(BROKEN)))
def test_broken_geojson(tmp_path, content, said):
    (tmp_path / "x.geojson").write_text(json.dumps(content))
    assert said in refused(geojson, tmp_path / "x.geojson")


def test_least_geojson_and_an_unknown_system(tmp_path, town):
    (tmp_path / "x.geojson").write_text(json.dumps(COLLECTION))
    assert geojson.read(tmp_path / "x.geojson").table("substations")["substation"].tolist() == ["A"]
    with pytest.raises(CaseError, match="EPSG:28992"):
        export("geojson", town, tmp_path / "y", crs="EPSG:3857")
