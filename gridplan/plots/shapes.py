"""Shapes of zones on the map (degrees): polygons of zones.geojson, else cells around the centroids."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import ConvexHull, Voronoi, cKDTree

Rings = list[np.ndarray]  # closed rings of (lon, lat); outer rings run anticlockwise, holes clockwise
ID_PROPERTIES = ("zone", "id", "name")


def zone_shapes(zones: pd.DataFrame, geojson: Mapping[str, Any] | None) -> dict[str, Rings]:
    """Shape of each zone that has one.

    A feature belongs to the zone named by its property `zone` (or `id`, `name`, or its own id). Without it,
    or where no feature names a zone, each zone with a centroid gets the cell of points nearest to it.
    """
    ids = [str(zone) for zone in zones["zone"]]
    drawn = polygons(geojson, set(ids)) if geojson else {}
    if drawn:
        return drawn
    centroids = {
        zone: (float(lon), float(lat))
        for zone, lon, lat in zip(ids, zones["lon"], zones["lat"], strict=True)
        if pd.notna(lon) and pd.notna(lat)
    }
    return cells(centroids)


def polygons(geojson: Mapping[str, Any], ids: set[str]) -> dict[str, Rings]:
    """Rings of the Polygon and MultiPolygon features that name a zone of `ids`."""
    shapes: dict[str, Rings] = {}
    for feature in geojson.get("features", []):
        properties = {**(feature.get("properties") or {}), "": feature.get("id")}
        named = [str(properties[key]) for key in (*ID_PROPERTIES, "") if properties.get(key) is not None]
        zone = next((name for name in named if name in ids), None)
        geometry = feature.get("geometry") or {}
        coordinates = geometry.get("coordinates", [])
        parts = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(geometry.get("type")), [])
        if zone is not None and parts:
            shapes.setdefault(zone, []).extend(_oriented(parts))
    return shapes


def _oriented(parts: Iterable[Iterable[Any]]) -> Rings:
    rings = []
    for part in parts:
        for position, coordinates in enumerate(part):
            ring = np.asarray([point[:2] for point in coordinates], dtype=float)
            if len(ring) < 3:
                continue
            anticlockwise = signed_area(ring) > 0
            rings.append(ring if anticlockwise == (position == 0) else ring[::-1])
    return rings


def signed_area(ring: np.ndarray) -> float:
    """Area of a ring in square degrees, positive where it runs anticlockwise."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def cells(centroids: Mapping[str, tuple[float, float]]) -> dict[str, Rings]:
    """Voronoi cell of each centroid (lon, lat), within a rounded border around all of them.

    Zones at the same place share its cell evenly. One zone gets a disc.
    """
    if not centroids:
        return {}
    stretch = math.cos(math.radians(sum(lat for _, lat in centroids.values()) / len(centroids)))
    flat = np.array([(lon * stretch, lat) for lon, lat in centroids.values()])
    margin = _margin(flat)
    points = _apart(flat, margin / 10)
    border = _border(points, margin)
    far = 50 * (np.ptp(points, axis=0).max() + margin)
    middle = points.mean(axis=0)
    corners = middle + far * np.array([(-1, -1), (-1, 1), (1, -1), (1, 1)])
    diagram = Voronoi(np.vstack([points, corners]))
    shapes: dict[str, Rings] = {}
    for row, zone in enumerate(centroids):
        region = diagram.vertices[diagram.regions[diagram.point_region[row]]]
        cell = clip(_hull(region), border)
        if len(cell) >= 3:
            shapes[zone] = [np.vstack([cell, cell[:1]]) / (stretch, 1)]
    return shapes


def _margin(points: np.ndarray) -> float:
    distinct = np.unique(points, axis=0)
    if len(distinct) < 2:
        return 0.03
    nearest = cKDTree(distinct).query(distinct, k=2)[0][:, 1]
    return float(0.7 * np.median(nearest))


def _apart(points: np.ndarray, step: float) -> np.ndarray:
    """Points at one place are moved to a small circle around it, so that each has a cell."""
    moved = points.copy()
    _, place, counts = np.unique(points.round(9), axis=0, return_inverse=True, return_counts=True)
    place = place.ravel()
    for shared in np.flatnonzero(counts > 1):
        members = np.flatnonzero(place == shared)
        angles = 2 * np.pi * np.arange(len(members)) / len(members)
        moved[members] += step * np.column_stack([np.cos(angles), np.sin(angles)])
    return moved


def _border(points: np.ndarray, margin: float) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    circle = margin * np.column_stack([np.cos(angles), np.sin(angles)])
    return _hull((points[:, None, :] + circle[None, :, :]).reshape(-1, 2))


def _hull(points: np.ndarray) -> np.ndarray:
    return points[ConvexHull(points).vertices]  # anticlockwise in the plane


def clip(cell: np.ndarray, border: np.ndarray) -> np.ndarray:
    """Part of a convex cell inside a convex anticlockwise border (Sutherland and Hodgman)."""
    inside = list(cell)
    for start, end in zip(border, np.roll(border, -1, axis=0), strict=True):
        before, inside = inside, []
        edge = end - start
        sides = [float(edge[0] * (p[1] - start[1]) - edge[1] * (p[0] - start[0])) for p in before]
        for k, point in enumerate(before):
            side, previous = sides[k], sides[k - 1]
            if (side >= 0) != (previous >= 0):
                inside.append(before[k - 1] + (point - before[k - 1]) * previous / (previous - side))
            if side >= 0:
                inside.append(point)
    return np.array(inside)
