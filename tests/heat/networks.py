"""A heat network with everything that couples hours or stands by: for tests of tables and pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.case import Case
from tests.model.cases import make, station

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
WINTER = np.repeat(np.isin(range(12), (0, 1, 2, 9, 10, 11)), np.array(DAYS) * 24)  # October to March
EVENING = np.tile([0.0] * 18 + [1.0] * 4 + [0.0] * 2, 365)


def two_towns(**settings: Any) -> Case:
    """A datacenter of 10 MW of heat at 30 °C, a heat pump of COP 3.5 for a town of 16 MW, and a village.

    The town wants 12 MW in winter (16 in the evening) and 4 in summer (5.33 in the evening). It has a gas
    boiler that is paid by the MW, and may buy a tank. The village is not reached: it has no link.
    """
    shape = np.where(WINTER, 0.75, 0.25) * (1 + EVENING / 3)
    sink = {"zone": "A", "temperature_c": 70, "profile": "cold", "alternative_eur_per_mwh": 90}
    boiler = {"backup": "gas", "backup_eur_per_mwh": 70, "backup_capex_meur_per_mw": 0.6}
    tank = {"max_new_mwh": 100, "capex_meur_per_mwh": 0.01, "loss_share_per_hour": 0.002}
    return make(
        {
            "zones": [{"zone": "A", "lat": 52.0, "lon": 5.0}],
            "substations": [station("A")],
            "datacenters": [{"site": "hall", "zone": "A", "existing_it_mw": 10, "heat_share": 1}],
            "heat_sinks": [
                {"sink": "town", "name": "Old town", "peak_mw": 16, **sink, **boiler},
                {"sink": "village", "peak_mw": 5, **sink},
            ],
            "heat_links": [{"link": "pipe", "from": "hall", "to": "town", "fixed_meur": 1}],
            "heat_pumps": [
                {"heat_pump": "lift", "at": "hall", "cop": 3.5, "max_mw": 12.6, "capex_meur_per_mw": 0.7}
            ],
            "heat_storages": [{"heat_storage": "tank", "at": "town", **tank}],
        },
        {
            "objective": {"minimise": ["total_cost_meur"]},
            "time": {"energy_days": 2, "all_hours": False},
            **settings,
        },
        {"cold": shape},
    )
