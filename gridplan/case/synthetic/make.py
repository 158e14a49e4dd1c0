"""A synthetic region as a checked case: its table of contents."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gridplan.case.build import case_from_tables
from gridplan.case.case import Case
from gridplan.case.synthetic.asked import Asked
from gridplan.case.synthetic.cover import cover
from gridplan.case.synthetic.grid import branches, stations, wires
from gridplan.case.synthetic.hours import profiles
from gridplan.case.synthetic.loads import Rows, loads
from gridplan.case.synthetic.places import Place, place
from gridplan.case.synthetic.rules import rules
from gridplan.case.synthetic.sites import sites
from gridplan.case.synthetic.warmth import warmth
from gridplan.case.synthetic.works import works

EUR_PER_MWH, KG_PER_MWH = 85.0, 120.0  # of the grid above


def synthetic(asked: Asked, name: str = "synthetic") -> Case:
    """A made-up region; the same words give the same tables.

    Raises:
        CaseError: never for what `asked_of` allows.
    """
    where = place(asked)
    load = loads(asked, where)
    site = sites(asked, where, load)
    wire = wires(where, load, site.first_mw, site.last_mw)
    station = stations(where, load, site.first_mw, site.by_station)
    built = works(asked, where, wire, station, load.last_mw + site.last_mw)
    tables: dict[str, Rows] = {
        "zones": load.zones,
        "substations": station,
        "service_areas": load.service_areas,
        "branches": branches(where, wire),
        "demands": load.demands,
        "supplies": _above(where) + load.supplies,
        "reinforcements": built,
        "datacenters": site.datacenters,
        "datacenter_demand": site.programme,
        **warmth(asked, where, load, site).tables,
        **cover(asked, where, load),
        "policies": rules(asked, load, site, built),
    }
    frames = {key: pd.DataFrame(rows) for key, rows in tables.items() if rows}
    return case_from_tables(_settings(asked, name), frames, profiles(asked))


def _above(where: Place) -> Rows:
    """The grid above, at every 380 kV station."""
    return [
        {
            "supply": f"grid_{where.names[i]}",
            "substation": where.names[i],
            "technology": "grid_supply",
            "cost_eur_per_mwh": EUR_PER_MWH,
            "co2_kg_per_mwh": KG_PER_MWH,
        }
        for i in where.of(380).tolist()
    ]


def _settings(asked: Asked, name: str) -> dict[str, Any]:
    days, blocks = asked.days_and_blocks
    title = f"Made-up region: {asked.stations} stations, {asked.zones} municipalities, seed {asked.seed}"
    return {
        "case": {"name": name, "title": title, "price_year": asked.years[0], "power_factor": 0.95},
        "horizon": {"years": asked.years, "last_year": asked.years[-1] + 5, "discount_rate": 0.04},
        "time": {"profiles": "profiles.csv", "energy_days": days, "blocks_per_day": blocks},
        "physics": {"flow": "dc", "security": "n-0"},
        "objective": {"minimise": ["unserved_mw_years", "total_cost_meur"]},
        "solver": {"gap": 0.01, "time_limit_s": 600.0},
    }
