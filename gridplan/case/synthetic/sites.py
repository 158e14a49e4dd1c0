"""Datacenters: sites in the larger municipalities, and the programme that is to be sited."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.case.synthetic.asked import Asked
from gridplan.case.synthetic.loads import Loads, Rows
from gridplan.case.synthetic.places import Place, degrees

PUE, UTILISATION, EXISTING_UTILISATION = 1.2, 0.65, 0.45
ASKED_SHARE = 0.5  # of all room, in the last stage, at congestion 1
UNSERVED_MEUR_PER_MW = 25.0


@dataclass(frozen=True)
class Kind:
    """A class of datacenters: share of the sites, module, largest size, cost, land and round-trip time."""

    share: float
    module_mw: float
    largest_mw: float
    fixed_meur: float
    meur_per_mw: float
    ha_per_mw: float
    rtt_ms: float | None


KINDS = {
    "colo": Kind(0.6, 5, 60, 0.0, 10.0, 0.15, 0.8),
    "wholesale": Kind(0.25, 10, 80, 5.0, 9.0, 0.2, None),
    "hyperscale": Kind(0.15, 20, 160, 40.0, 8.0, 0.3, None),
}


@dataclass(frozen=True)
class Sites:
    """Tables about datacenters, and what follows for the grid.

    Attributes:
        datacenters, programme: rows of `datacenters` and `datacenter_demand`.
        zone, station: position of the municipality and station of each site.
        xy: where it stands, km.
        first_mw, last_mw: expected grid power by station in the first and last stage.
        by_station: number of sites by station.
    """

    datacenters: Rows
    programme: Rows
    zone: np.ndarray
    station: np.ndarray
    xy: np.ndarray
    first_mw: np.ndarray
    last_mw: np.ndarray
    by_station: np.ndarray


def sites(asked: Asked, place: Place, load: Loads) -> Sites:
    """A site in about a quarter of the municipalities, larger ones first by chance."""
    rng = asked.random("sites")
    count = max(1, asked.zones // 4)
    chance = load.population**0.5
    zone = np.sort(rng.choice(asked.zones, count, replace=False, p=chance / chance.sum()))
    kind = rng.choice(list(KINDS), count, p=[k.share for k in KINDS.values()])
    xy = (place.zone_xy[zone] + rng.normal(0, 1.0, (count, 2))).round(3)
    lat, lon = degrees(xy)
    station = load.station_of[zone]
    rows: Rows = []
    for i in range(count):
        k = KINDS[str(kind[i])]
        modules = int(rng.integers(2, 1 + round(k.largest_mw / k.module_mw)))
        existing = (
            float(rng.integers(1, 5) * k.module_mw) if rng.random() < 0.4 and kind[i] == "colo" else 0.0
        )
        rows.append(
            {
                "site": f"D{i:04d}",
                "zone": load.names[zone[i]],
                "substation": place.names[station[i]],
                "class": str(kind[i]),
                "status": "existing" if existing else "candidate",
                "existing_it_mw": existing,
                "module_it_mw": k.module_mw,
                "max_it_mw": existing + modules * k.module_mw,
                "pue": PUE,
                "utilisation": UTILISATION,
                "existing_utilisation": EXISTING_UTILISATION,
                "existing_growth": 0.01,
                "profile": "datacenter",
                "fixed_meur": k.fixed_meur,
                "capex_meur_per_mw": k.meur_per_mw,
                "ha_per_mw": k.ha_per_mw,
                "heat_share": 0.75,
                "heat_c": 30,
                "earliest_year": asked.years[min(1, asked.stages - 1)],
                "lat": lat[i],
                "lon": lon[i],
            }
        )
    return _with_grid(asked, place, rows, zone, station, xy)


def _with_grid(
    asked: Asked, place: Place, rows: Rows, zone: np.ndarray, station: np.ndarray, xy: np.ndarray
) -> Sites:
    """Programme by class, and the power that stations may expect."""
    old = np.array([row["existing_it_mw"] for row in rows])
    room = np.array([row["max_it_mw"] for row in rows]) - old
    share = min(0.9, ASKED_SHARE * asked.congestion)
    stations = len(place.names)
    first = np.bincount(station, old * PUE * EXISTING_UTILISATION, stations)
    new = np.bincount(station, room * share * PUE * UTILISATION, stations)
    return Sites(
        rows, _programme(asked, rows, room, share), zone, station, xy,
        first, first * 1.15 + new, np.bincount(station, minlength=stations),
    )  # fmt: skip


def _programme(asked: Asked, rows: Rows, room: np.ndarray, share: float) -> Rows:
    """What is to be sited of each class: nothing in the first stage, a share of all room in the last."""
    first, last = asked.years[0], asked.years[-1]
    span = max(1, last - first)
    found: Rows = []
    for name, kind in KINDS.items():
        own = sum(r for r, row in zip(room.tolist(), rows, strict=True) if row["class"] == name)
        if not own:
            continue
        for year in asked.years:
            row = {"class": name, "year": year, "it_mw": round(share * own * (year - first) / span, 1)}
            row["unserved_meur_per_mw"] = UNSERVED_MEUR_PER_MW
            if kind.rtt_ms is not None:
                row["max_rtt_ms"] = kind.rtt_ms
            found.append(row)
    return found
