"""Tanks and back-ups that are too small are named, and what is needed is told to the last digit."""

import pytest

from gridplan.explain.why import no_plan
from tests.heat.test_backup import ELECTRIC, GAS, town
from tests.heat.test_tanks import network

MUST, WELL = "heat_sinks.town.must_connect", "heat_sources.well.capacity_mw"


@pytest.mark.parametrize(
    ("case", "names", "helps"),
    [
        (  # 9 MW from the link and 2 of back-up for 12 MW
            lambda: town({**ELECTRIC, **GAS, "must_connect": "true", "backup_max_mw": 2}),
            {"heat_sinks.town.backup_max_mw"},
            {"heat_sinks.town.backup_max_mw=3", f"{WELL}=10"},
        ),
        (  # 4 MWh are missing in the evening; with 3 MWh in the tank 5.25 MW would do: 4·0.75
            lambda: network({"energy_mwh": 3}),
            {"heat_storages.tank.energy_mwh", "heat_storages.tank.max_new_mwh"},
            {"heat_storages.tank.energy_mwh=4", "heat_storages.tank.max_new_mwh=1", f"{WELL}=5.25"},
        ),
        (  # 1 MW is missing, and 0.5 MW come out of the tank
            lambda: network({"energy_mwh": 9, "power_mw": 0.5}),
            {"heat_storages.tank.power_mw"},
            {"heat_storages.tank.power_mw=1", f"{WELL}=5.5"},
        ),
    ],
    ids=["back-up", "room", "power"],
)
def test_what_is_too_small_is_named_and_mended(case, names, helps):
    found = no_plan(case())
    rows = found.conflict
    assert set(rows["table"] + "." + rows["row"] + "." + rows["column"]) == names | {MUST, WELL}
    assert helps | {f"{MUST}=false"} == set(found.repairs["set"])
