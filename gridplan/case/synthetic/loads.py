"""Who lives where and what is drawn: municipalities, service areas, demands and renewables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gridplan.case.synthetic.asked import Asked
from gridplan.case.synthetic.places import Place, degrees, kilometres

Rows = list[dict[str, Any]]
PERSONS_PER_STATION = 30_000
RTT_MS = (0.3, 0.006)  # to the internet exchange: least, and per km from the middle

# category: peak kW per inhabitant in the first year, growth a year at congestion 1 (of the first peak)
CATEGORIES: dict[str, tuple[float, float]] = {
    "household": (0.23, 0.015),
    "services": (0.25, 0.010),
    "industry": (0.20, 0.030),
    "mobility": (0.04, 0.300),
}
# technology: kW per inhabitant in the first year, growth a year, share of the municipalities that have it
RENEWABLES: dict[str, tuple[float, float, float]] = {
    "pv": (0.25, 0.08, 1.0),
    "wind_onshore": (0.6, 0.06, 0.3),
}


@dataclass(frozen=True)
class Loads:
    """Tables about demand, and what follows for the grid.

    Attributes:
        zones, service_areas, demands, supplies: rows of those tables.
        first_mw, last_mw: sum of peaks of each station in the first and last stage, datacenters not included.
        station_of: for each municipality the station that serves most of it.
        population: inhabitants of each municipality.
    """

    zones: Rows
    service_areas: Rows
    demands: Rows
    supplies: Rows
    first_mw: np.ndarray
    last_mw: np.ndarray
    station_of: np.ndarray
    population: np.ndarray

    @property
    def names(self) -> list[str]:
        """Ids of the municipalities."""
        return [row["zone"] for row in self.zones]


def loads(asked: Asked, place: Place) -> Loads:
    """Demand of municipalities by size, on the stations that serve them."""
    rng = asked.random("loads")
    names = [f"Z{i:04d}" for i in range(asked.zones)]
    size = rng.lognormal(0.0, 0.7, asked.zones)
    served, share = _service(rng, place, size)
    population = _population(asked, size)
    areas = [
        {"zone": names[z], "substation": place.names[s], "share": float(share[z, s]), "length_km": km}
        for z, s, km in served
    ]
    demands, first, last = _demands(asked, rng, names, population)
    supplies = _renewables(asked, rng, names, population)
    zones = _zones(asked, place, names, population)
    most = share.argmax(axis=1)
    return Loads(zones, areas, demands, supplies, first @ share, last @ share, most, population)


def _service(
    rng: np.random.Generator, place: Place, size: np.ndarray
) -> tuple[list[tuple[int, int, float]], np.ndarray]:
    """(municipality, station, km) of every service area, and shares (municipalities × stations).

    Every station below 380 kV serves the municipality that is nearest for its size; one that none serves is
    served by the nearest station.
    """
    km = kilometres(place.zone_xy, place.xy)
    share = np.zeros(km.shape)
    below = np.flatnonzero(place.kv < 380)
    weight = rng.uniform(0.6, 1.6, len(below))
    for s, w in zip(below.tolist(), weight.tolist(), strict=True):
        share[int((km[:, s] / size**0.5).argmin()), s] = w
    for z in np.flatnonzero(share.sum(axis=1) == 0).tolist():
        share[z, below[km[z, below].argmin()]] = 1.0
    share = (share / share.sum(axis=1)[:, None]).round(4)
    share[np.arange(len(share)), share.argmax(axis=1)] += 1.0 - share.sum(axis=1)
    share = share.round(4)
    at = [(int(z), int(s), round(float(km[z, s]), 1)) for z, s in np.argwhere(share > 0)]
    return at, share


def _population(asked: Asked, size: np.ndarray) -> np.ndarray:
    whole = PERSONS_PER_STATION * asked.stations
    return np.asarray((size / size.sum() * whole).round(-1))


def _zones(asked: Asked, place: Place, names: list[str], population: np.ndarray) -> Rows:
    lat, lon = degrees(place.zone_xy)
    far = np.sqrt((place.zone_xy**2).sum(axis=1))
    side = np.abs(place.zone_xy).max() + 1e-9
    cut = np.minimum(2, ((place.zone_xy / side + 1) * 1.5).astype(int))  # three by three regions
    return [
        {
            "zone": names[i],
            "name": f"Municipality {i}",
            "region": f"R{cut[i, 0]}{cut[i, 1]}",
            "lat": lat[i],
            "lon": lon[i],
            "land_ha": float(2 + round(population[i] / 5000)),
            "population": population[i],
            "households": round(population[i] / 2.1),
            "rtt_ms": round(RTT_MS[0] + RTT_MS[1] * float(far[i]), 3),
        }
        for i in range(asked.zones)
    ]


def _demands(
    asked: Asked, rng: np.random.Generator, names: list[str], population: np.ndarray
) -> tuple[Rows, np.ndarray, np.ndarray]:
    """Rows, and sums of peaks by municipality in the first and last stage."""
    rows: Rows = []
    first, last = np.zeros(len(names)), np.zeros(len(names))
    for category, (kw, growth) in CATEGORIES.items():
        spread = 0.8 if category == "industry" else 0.15
        factor = rng.lognormal(-(spread**2) / 2, spread, len(names))
        mw = (population * kw / 1000 * factor).round(3)
        for year in asked.years:
            now = (mw * (1 + growth * asked.congestion * (year - asked.years[0]))).round(3)
            rows += [
                {
                    "demand": f"{name}_{category}",
                    "zone": name,
                    "category": category,
                    "profile": category,
                    "year": year,
                    "peak_mw": value,
                }
                for name, value in zip(names, now.tolist(), strict=True)
            ]
            first += now if year == asked.years[0] else 0
            last += now if year == asked.years[-1] else 0
    return rows, first, last


def _renewables(asked: Asked, rng: np.random.Generator, names: list[str], population: np.ndarray) -> Rows:
    """Sun and wind of the municipalities, growing; both may be curtailed."""
    rows: Rows = []
    for technology, (kw, growth, share) in RENEWABLES.items():
        chosen = np.flatnonzero(rng.random(len(names)) < share)
        mw = (population[chosen] * kw / 1000 * rng.uniform(0.6, 1.4, len(chosen))).round(3)
        for year in asked.years:
            now = (mw * (1 + growth * asked.congestion * (year - asked.years[0]))).round(3)
            rows += [
                {
                    "supply": f"{names[z]}_{technology}",
                    "zone": names[z],
                    "technology": technology,
                    "profile": technology,
                    "year": year,
                    "capacity_mw": value,
                }
                for z, value in zip(chosen.tolist(), now.tolist(), strict=True)
            ]
    return rows
