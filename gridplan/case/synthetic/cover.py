"""Masts: each municipality has one, and one may come where cells are added."""

from __future__ import annotations

import numpy as np

from gridplan.case.synthetic.asked import Asked
from gridplan.case.synthetic.loads import Loads, Rows
from gridplan.case.synthetic.places import Place, degrees

RADIUS_KM = 4.0
AWAY_KM = 6.0  # of new places from the middle of a municipality: out of reach of its mast


def cover(asked: Asked, place: Place, load: Loads) -> dict[str, Rows]:
    """Rows of masts and cells: the middle is covered today, a new place must be from the second stage on."""
    rng = asked.random("cover")
    angle = rng.uniform(0, 2 * np.pi, asked.zones)
    new = place.zone_xy + AWAY_KM * np.column_stack([np.cos(angle), np.sin(angle)])
    spots = [
        (place.zone_xy, "A", "true", True),
        (new, "B", str(asked.years[min(1, asked.stages - 1)]), False),
    ]
    masts: Rows = []
    cells: Rows = []
    for xy, mark, required, existing in spots:
        lat, lon = degrees(xy)
        weight = (load.population * (0.8 if existing else 0.2)).round()
        for i, zone in enumerate(load.names):
            spot = {"zone": zone, "lat": lat[i], "lon": lon[i]}
            masts.append(
                {"mast": f"{mark}{i:04d}", **spot, "type": "macro", "radius_km": RADIUS_KM, "power_kw": 10,
                 "capex_keur": 0 if existing else 180, "existing": existing}
            )  # fmt: skip
            cells.append({"cell": f"C{mark}{i:04d}", **spot, "weight": weight[i], "required": required})
    return {"masts": masts, "cells": cells}
