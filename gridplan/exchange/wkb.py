"""Geometries as GeoPackage stores them (OGC 12-128, WKB after a header), by hand."""

from __future__ import annotations

import struct

Point = tuple[float, float]
POINT, LINE, POLYGON, MULTIPOLYGON = 1, 2, 3, 6
MAX_POINTS = 2_000_000


class BadGeometry(ValueError):
    """Bytes that are no geometry; the message says why."""


def point(at: Point, srs: int) -> bytes:
    """A point."""
    return _head(srs, [at]) + struct.pack("<BIdd", 1, POINT, *at)


def line(points: list[Point], srs: int) -> bytes:
    """A line."""
    return _head(srs, points) + struct.pack("<BI", 1, LINE) + _points(points)


def multipolygon(parts: list[list[list[Point]]], srs: int) -> bytes:
    """Polygons, each with its outer ring first."""
    body = struct.pack("<BII", 1, MULTIPOLYGON, len(parts))
    for rings in parts:
        body += struct.pack("<BII", 1, POLYGON, len(rings)) + b"".join(map(_points, rings))
    return _head(srs, [p for rings in parts for ring in rings for p in ring]) + body


def _points(points: list[Point]) -> bytes:
    flat = [value for at in points for value in at]
    return struct.pack(f"<I{len(flat)}d", len(points), *flat)


def _head(srs: int, points: list[Point]) -> bytes:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return b"GP\0\x03" + struct.pack("<idddd", srs, min(xs), max(xs), min(ys), max(ys))


def parse(data: bytes) -> tuple[int, int, list[list[list[Point]]]]:
    """Kind, coordinate system and parts (of rings of points) of a geometry.

    A point is one part of one ring of one point; an empty geometry has no parts.

    Raises:
        BadGeometry: for what is no point, line or (multi)polygon in a GeoPackage.
    """
    if len(data) < 8 or data[:2] != b"GP":
        raise BadGeometry("is no geometry of a GeoPackage")
    flags = data[3]
    order = "<" if flags & 1 else ">"
    size = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}.get(flags >> 1 & 7)
    if size is None:
        raise BadGeometry("has an unknown envelope")
    (srs,) = struct.unpack_from(f"{order}i", data, 4)
    reader = _Reader(data, 8 + size)
    kind, parts = reader.geometry()
    return kind, srs, [] if flags & 16 else parts


class _Reader:
    """A pointer that never leaves its bytes."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def _take(self, form: str) -> tuple:
        size = struct.calcsize(form)
        if self._at + size > len(self._data):
            raise BadGeometry("ends too early")
        values = struct.unpack_from(form, self._data, self._at)
        self._at += size
        return values

    def geometry(self) -> tuple[int, list[list[list[Point]]]]:
        order = {0: ">", 1: "<"}.get(self._take("B")[0])
        if order is None:
            raise BadGeometry("has an unknown byte order")
        (code,) = self._take(f"{order}I")
        kind, width = code % 1000, 2 + {0: 0, 1: 1, 2: 1, 3: 2}.get(code // 1000, 99)
        if kind == POINT and width <= 4:
            return kind, [[[self._point(order, width)]]]
        if kind == LINE and width <= 4:
            return kind, [[self._ring(order, width)]]
        if kind == POLYGON and width <= 4:
            return kind, [self._rings(order, width)]
        if kind == MULTIPOLYGON:
            count = self._count(order, 5)
            return kind, [part for _ in range(count) for part in self.geometry()[1]]
        raise BadGeometry(f"is of a kind that is not read ({code})")

    def _point(self, order: str, width: int) -> Point:
        values = self._take(f"{order}{width}d")
        return values[0], values[1]

    def _rings(self, order: str, width: int) -> list[list[Point]]:
        return [self._ring(order, width) for _ in range(self._count(order, 4))]

    def _ring(self, order: str, width: int) -> list[Point]:
        return [self._point(order, width) for _ in range(self._count(order, 8 * width))]

    def _count(self, order: str, least: int) -> int:
        """How many follow; each takes at least so many bytes, so a false number is seen at once."""
        (count,) = self._take(f"{order}I")
        if count > MAX_POINTS or count * least > len(self._data) - self._at:
            raise BadGeometry("claims more points than there are")
        return count
