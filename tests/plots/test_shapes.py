"""Cells around centroids and polygons of a geojson."""

import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.path import Path

from gridplan.plots.shapes import cells, clip, polygons, signed_area, zone_shapes

SQUARE = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=float)


def area(rings):
    return sum(signed_area(ring[:-1]) for ring in rings)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 40])
def test_each_cell_holds_its_own_centroid_and_no_other(count):
    spots = {
        f"z{k}": (4.5 + 0.1 * math.cos(2.4 * k) * k**0.5, 52.3 + 0.06 * math.sin(2.4 * k) * k**0.5)
        for k in range(count)
    }
    found = cells(spots)
    assert set(found) == set(spots)
    for zone, (ring,) in found.items():
        assert [other for other, spot in spots.items() if Path(ring).contains_point(spot)] == [zone]


def test_two_zones_share_their_border_evenly():
    found = cells({"a": (4.0, 52.0), "b": (4.2, 52.0)})
    assert area(found["a"]) == pytest.approx(area(found["b"]))
    assert found["a"][0][:, 0].max() == pytest.approx(4.1)


def test_cells_do_not_overlap_and_fill_the_border():
    spots = {str(k): (4 + 0.1 * (k % 4), 52 + 0.1 * (k // 4)) for k in range(16)}
    rng = np.random.default_rng(1)
    rings = [rings[0] for rings in cells(spots).values()]
    for x, y in rng.uniform((4.0, 52.0), (4.3, 52.3), (200, 2)):
        assert sum(Path(ring).contains_point((x, y)) for ring in rings) == 1


@pytest.mark.parametrize(
    "spots", [{"a": (4, 52), "b": (4, 52)}, {"a": (4, 52), "b": (4, 52), "c": (4.5, 52)}]
)
def test_zones_at_one_place_share_its_cell(spots):
    """Roughly evenly: the cut runs through the place itself, the neighbours are not symmetric."""
    found = cells(spots)
    assert set(found) == set(spots)
    assert area(found["a"]) == pytest.approx(area(found["b"]), rel=0.3)


def test_zones_on_one_line_have_cells():
    assert len(cells({str(k): (4 + k / 10, 52.0) for k in range(5)})) == 5


def test_clip_keeps_the_common_part():
    assert signed_area(clip(SQUARE + 0.5, SQUARE)) == pytest.approx(0.25)
    assert len(clip(SQUARE + 5, SQUARE)) == 0


def test_zones_without_coordinates_are_left_out():
    zones = pd.DataFrame({"zone": ["a", "b"], "lon": [4.0, math.nan], "lat": [52.0, 52.0]})
    assert set(zone_shapes(zones, None)) == {"a"}
    assert zone_shapes(zones.iloc[:0], None) == {}


def feature(coordinates, kind="Polygon", **properties):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def test_polygons_are_found_by_zone_id_or_name_and_keep_their_holes():
    ring = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
    hole = [
        [1, 1],
        [2, 1],
        [2, 2],
        [1, 2],
        [1, 1],
    ]  # the same turn as the ring: wrong by the book, and common
    shapes = {
        "features": [feature([ring, hole], zone="a"), feature([[ring], [hole]], "MultiPolygon", name="b")]
    }
    shapes["features"] += [feature([ring], zone="elsewhere"), {"properties": None, "geometry": None}]
    found = polygons(shapes, {"a", "b"})
    assert set(found) == {"a", "b"}
    assert area(found["a"]) == pytest.approx(15)
    assert area(found["b"]) == pytest.approx(17)


def test_a_geojson_without_known_zones_gives_cells():
    zones = pd.DataFrame({"zone": ["a"], "lon": [4.0], "lat": [52.0]})
    assert set(zone_shapes(zones, {"features": []})) == {"a"}
