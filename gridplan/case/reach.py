"""Which masts, and which of their edge sites, reach each cell: by the coverage table, else by distance."""

from __future__ import annotations

import numpy as np
import pandas as pd

EARTH_KM = 6371.0
Reach = list[np.ndarray]  # per cell the positions of masts that reach it, in order


def km_between(lat: float, lon: float, lats: np.ndarray, lons: np.ndarray) -> np.ndarray:
    """Great-circle distances (km) from one place to many, given in degrees; nan where a place is not given.

    Haversine formula: 2R·arcsin √(sin²(Δφ/2) + cos φ₁·cos φ₂·sin²(Δλ/2)).
    """
    here, there, across = np.radians(lat), np.radians(lats), np.radians(lons - lon)
    half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(across / 2) ** 2
    found: np.ndarray = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return found


def mast_reach(masts: pd.DataFrame, cells: pd.DataFrame, coverage: pd.DataFrame) -> Reach:
    """Masts that reach each cell: by `coverage` if it has rows, else within radius_km (blank: nowhere)."""
    if len(coverage):
        return _listed(masts, cells, coverage)
    return _within(masts, cells, masts["radius_km"].to_numpy(float))


def edge_reach(masts: pd.DataFrame, cells: pd.DataFrame, coverage: pd.DataFrame) -> Reach:
    """Masts whose edge site would reach each cell: within edge_radius_km, where blank as the mast itself.

    Only masts with hosts_edge count.
    """
    hosts = masts["hosts_edge"].to_numpy(bool)
    own = masts["edge_radius_km"].to_numpy(float)
    by_mast, by_edge = mast_reach(masts, cells, coverage), _within(masts, cells, own)
    like_mast = hosts & np.isnan(own)
    return [
        np.union1d(near[like_mast[near]], edge[hosts[edge]])
        for near, edge in zip(by_mast, by_edge, strict=True)
    ]


def _listed(masts: pd.DataFrame, cells: pd.DataFrame, coverage: pd.DataFrame) -> Reach:
    place = {mast: k for k, mast in enumerate(masts["mast"].tolist())}
    found: dict[str, list[int]] = {cell: [] for cell in cells["cell"].tolist()}
    for mast, cell in zip(coverage["mast"].tolist(), coverage["cell"].tolist(), strict=True):
        if mast in place and cell in found:  # what is not there is told by the check of references
            found[cell].append(place[mast])
    return [np.array(sorted(near), dtype=int) for near in found.values()]


def _within(masts: pd.DataFrame, cells: pd.DataFrame, radius: np.ndarray) -> Reach:
    lats, lons = masts["lat"].to_numpy(float), masts["lon"].to_numpy(float)
    return [
        np.flatnonzero(km_between(lat, lon, lats, lons) <= radius)
        for lat, lon in zip(cells["lat"].to_numpy(float), cells["lon"].to_numpy(float), strict=True)
    ]
