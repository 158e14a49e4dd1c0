"""Where things stand: cities in a plane, stations of three levels around them, municipalities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.case.synthetic.asked import Asked

KM2_PER_STATION = 30.0  # as in cases/mra
KM_PER_DEGREE = 111.2
MIDDLE = (52.0, 5.0)  # degrees north and east: the plane's middle
IN_CITIES = 0.65  # share of points that lie around a city
BESIDE_KM = 0.3  # two levels at one place


@dataclass(frozen=True)
class Place:
    """Stations and municipalities of a region, x and y in km from its middle.

    Attributes:
        names: ids of stations: E… 380 kV, H… 150 kV, M… 50 kV.
        kv: level of each.
        xy: stations × 2.
        beside: position of the higher station it stands beside (the low side of its transformers), or -1.
        zone_xy: municipalities × 2.
    """

    names: list[str]
    kv: np.ndarray
    xy: np.ndarray
    beside: np.ndarray
    zone_xy: np.ndarray

    def of(self, kv: int) -> np.ndarray:
        """Positions of the stations of a level."""
        return np.flatnonzero(self.kv == kv)


def counts(stations: int) -> tuple[int, int, int]:
    """Stations at 380, 150 and 50 kV: one in forty, a third of the rest, the others."""
    high = max(1, stations // 40)
    middle = max(2, round(0.35 * (stations - high)))
    return high, middle, stations - high - middle


def place(asked: Asked) -> Place:
    """Stations and municipalities.

    150 kV stations keep a distance to each other. A 380 kV station stands beside one of them, chosen far
    apart, and so does the hub of a radial 50 kV net; the other 50 kV stations are points like municipalities.
    """
    rng = asked.random("places")
    side = float(np.sqrt(KM2_PER_STATION * asked.stations))
    cities = rng.uniform(-0.4 * side, 0.4 * side, (max(1, asked.stations // 15), 2))
    weight = 1.0 / np.arange(1, len(cities) + 1) ** 0.7  # rank and size
    high, middle, low = counts(asked.stations)
    hubs = min(middle, -(-low // 7))
    h = _apart(_points(rng, 4 * middle, side, cities, weight), middle)
    e = _far_apart(h, high)
    m = _far_apart(h, hubs, first=len(h) // 2)
    beside = np.concatenate([np.full(high, -1), np.full(middle, -1), high + m, np.full(low - hubs, -1)])
    beside[:high] = high + e
    xy = np.vstack(
        [
            h[e] + [BESIDE_KM, 0],
            h,
            h[m] - [BESIDE_KM, 0],
            _points(rng, low - hubs, side, cities, weight),
        ]
    )
    names = [f"E{i:03d}" for i in range(high)]
    names += [f"H{i:04d}" for i in range(middle)] + [f"M{i:04d}" for i in range(low)]
    kv = np.repeat([380, 150, 50], [high, middle, low])
    return Place(names, kv, xy, beside, _points(rng, asked.zones, side, cities, weight))


def degrees(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(lat, lon), rounded to some 10 m."""
    lat = MIDDLE[0] + xy[:, 1] / KM_PER_DEGREE
    lon = MIDDLE[1] + xy[:, 0] / (KM_PER_DEGREE * np.cos(np.radians(MIDDLE[0])))
    return lat.round(4), lon.round(4)


def kilometres(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distances, rows of a × rows of b, km."""
    return np.asarray(np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2)))


def _points(
    rng: np.random.Generator, count: int, side: float, cities: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Points around cities, larger ones more, and scattered over the land."""
    city = rng.choice(len(cities), count, p=weight / weight.sum())
    spread = rng.normal(0.0, 1.0, (count, 2)) * (0.05 * side + 2.0) * np.sqrt(weight[city])[:, None]
    scattered = rng.uniform(-side / 2, side / 2, (count, 2))
    chosen = rng.random(count) < IN_CITIES
    points = np.where(chosen[:, None], cities[city] + spread, scattered)
    return np.asarray(np.clip(points, -side / 2, side / 2).round(3))


def _apart(pool: np.ndarray, count: int) -> np.ndarray:
    """The first `count` points of a pool that keep a distance, which shrinks until there are enough."""
    distance = np.sqrt(KM2_PER_STATION)
    while True:
        kept: list[int] = []
        for i, point in enumerate(pool):
            near = pool[kept] - point
            if not kept or (near**2).sum(axis=1).min() >= distance**2:
                kept.append(i)
        if len(kept) >= count:
            return pool[kept[:count]]
        distance *= 0.8


def _far_apart(points: np.ndarray, count: int, first: int = 0) -> np.ndarray:
    """Positions of `count` points, each the farthest from those before."""
    chosen = [first]
    nearest = ((points - points[first]) ** 2).sum(axis=1)
    while len(chosen) < count:
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return np.array(chosen[:count], int)
