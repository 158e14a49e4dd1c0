"""An asset counts where it stands, however its place is written."""

import pandas as pd
import pytest

from gridplan.case import case_from_tables
from gridplan.plan.verify import verify


@pytest.mark.parametrize("place", [{"zone": "west"}, {"substation": "S2"}, {"zone": "S2"}], ids=str)
def test_a_site_counts_in_the_zone_of_its_station(place):
    """5 MW are asked in the region, the zone allows 1: a site of its station must not slip past it."""
    tables = {
        "zones": pd.DataFrame({"zone": ["west"], "region": ["delta"]}),
        "substations": pd.DataFrame({"substation": ["S2"], "zone": ["west"]}),
        "service_areas": pd.DataFrame({"zone": ["west"], "substation": ["S2"], "share": [1.0]}),
        "datacenters": pd.DataFrame([{"site": "a", "class": "c", **place}]),
        "datacenter_demand": pd.DataFrame([{"class": "c", "region": "delta", "year": 2030, "it_mw": 5.0}]),
        "policies": pd.DataFrame(
            [{"policy": "p", "scope": "west", "indicator": "datacenter_mw", "sense": "max", "value": 1.0}]
        ),
        "supplies": pd.DataFrame([{"supply": "g", "substation": "S2", "technology": "grid_supply"}]),
    }
    plan = case_from_tables({"horizon": {"years": [2030]}}, tables).solve(threads=1)
    assert plan.table("datacenters")["it_mw"].iloc[0] == pytest.approx(1, abs=1e-3)
    assert plan.table("datacenters")["zone"].iloc[0] == "west"
    assert verify(plan).ok, verify(plan)
