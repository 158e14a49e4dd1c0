"""A battery, hour by hour."""

import numpy as np
import pandas as pd
import pytest

from gridplan.case import case_from_tables


def battery_case(all_hours):
    """A day of evening peaks behind a line that is too thin for them: only a battery fills the gap.

    Line 20 MW. Demand is 12 MW, and 24 MW from 18 to 22 h: 16 MWh a day lack, at 4 MW. New batteries cost
    1 M€/MW with 4 h of energy, √0.81 = 0.9 a way: 16/0.9 = 17.8 MWh are needed, so at 4 h 4.44 MW are bought.
    """
    hour = np.arange(8760) % 24
    profile = pd.DataFrame(
        {"hour": np.arange(8760), "evening": np.where((hour >= 18) & (hour < 22), 1.0, 0.5)}
    )
    tables = {
        "substations": pd.DataFrame({"substation": ["A", "B"]}),
        "branches": pd.DataFrame(
            {"branch": ["AB"], "from": ["A"], "to": ["B"], "circuit_mva": [20.0], "x_pu": [0.01]}
        ),
        "demands": pd.DataFrame(
            {
                "demand": ["town"],
                "substation": ["B"],
                "year": [2030],
                "peak_mw": [24.0],
                "profile": ["evening"],
            }
        ),
        "supplies": pd.DataFrame({"supply": ["up"], "substation": ["A"], "technology": ["grid_supply"]}),
        "storages": pd.DataFrame(
            {"storage": ["cell"], "substation": ["B"], "efficiency": [0.81], "max_new_mw": [30.0]}
            | {"capex_meur_per_mw": [1.0]}
        ),
    }
    settings = {
        "case": {"power_factor": 1.0},
        "horizon": {"years": [2030]},
        "time": {"energy_days": 1, "all_hours": all_hours},
    }
    return case_from_tables(settings, tables, profile)


def test_a_battery_keeps_its_energy():
    plan = battery_case(all_hours=False).solve(gap=1e-6, threads=1)
    assert plan.status == "optimal"
    table = plan.table("storages")
    assert table["new_mw"].iloc[0] == pytest.approx(16 / 0.9 / 4, rel=1e-4)
    assert table["new_mwh"].iloc[0] == pytest.approx(16 / 0.9, rel=1e-4)
    for _, day in table.groupby(["day", table["weight_hours"] > 0]):
        day = day.sort_values("hour")
        assert day["hour"].tolist() == list(range(24))
        level, mw = day["energy_mwh"].to_numpy(), day["mw"].to_numpy()
        change = np.roll(level, -1) - level
        expected = np.where(mw > 0, -mw / 0.9, -mw * 0.9)
        assert np.allclose(change, expected, atol=1e-4)
        assert level.max() <= 16 / 0.9 + 1e-4 and abs(mw).max() <= 16 / 0.9 / 4 + 1e-4
        assert mw[(day["hour"] >= 18) & (day["hour"] < 22)].tolist() == pytest.approx([4.0] * 4, abs=1e-4)
    assert plan.summary["indicators"]["unserved_mw_years"]["total"] == pytest.approx(0, abs=1e-5)


def test_every_hour_is_served_from_the_battery():
    plan = battery_case(all_hours=True).solve(gap=1e-6, threads=1)
    assert plan.summary["security"]["violated"] == 0
    assert plan.status == "optimal"
