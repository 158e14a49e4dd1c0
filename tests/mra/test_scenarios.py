"""The scenarios of the region: what their scripts make, how they add up, and what a hot day asks."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gridplan.case import read_case
from tests.mra.mra_region import CASE, table

FACTS = Path(__file__).parents[3] / "shared" / "mra-facts"
AXES = ("housing", "electrification", "datacenter_growth")


def rows(scenario: str, name: str) -> pd.DataFrame:
    """One table of one scenario."""
    return pd.read_csv(CASE / "scenarios" / scenario / f"{name}.csv")


def test_storylines_and_axes_are_what_the_script_makes() -> None:
    if not FACTS.is_dir():
        pytest.skip("the facts of the region are not there (../shared/mra-facts)")
    made = runpy.run_path(str(CASE / "make_scenarios.py"))
    facts = pd.read_csv(FACTS / "demand.csv").set_index(["scenario", "category", "year"]).sort_index()
    zones = pd.read_csv(FACTS / "zones.csv").set_index("name").reindex(table("zones")["zone"])
    for storyline in ("ND", "IA"):
        found = made["demands"](facts, zones, storyline, tuple(made["KINDS"]))
        there = rows(storyline, "demands")
        assert found["demand"].tolist() == there["demand"].tolist()
        assert found["peak_mw"].to_numpy(float) == pytest.approx(there["peak_mw"].to_numpy())
        programme = made["programme"](facts, storyline)["it_mw"].to_numpy()
        assert programme == pytest.approx(rows(storyline, "datacenter_demand")["it_mw"].to_numpy())
    base = made["demands"](facts, zones, "KA", ("households",))  # the case itself is KA
    own = table("demands").query("category == 'households' and year >= 2030")
    assert base["peak_mw"].to_numpy(float) == pytest.approx(own.sort_values("year", kind="stable")["peak_mw"])


def test_the_three_axes_of_growth_together_are_the_national_storyline() -> None:
    parts = pd.concat([rows(axis, "demands") for axis in AXES[:2]])
    key = ["demand", "year"]
    together = parts.set_index(key)["peak_mw"].sort_index()
    assert together.equals(rows("ND", "demands").set_index(key)["peak_mw"].sort_index())
    assert rows("datacenter_growth", "datacenter_demand").equals(rows("ND", "datacenter_demand"))


def test_a_hot_day_takes_a_sixth_of_a_transformer() -> None:
    """38 °C: 1 − 0.009·18 = 0.838 of a transformer, 1 − 0.007·18 = 0.874 of a line; cables feel the soil."""
    hot = pd.read_csv(CASE / "scenarios/climate/profiles.csv")
    assert hot["rating_transformer"].min() == pytest.approx(0.838)
    assert hot["rating_line"].min() == pytest.approx(0.874)
    assert 0.9 < hot["rating_cable"].min() < 0.97
    assert hot["cooling"].max() == 1 and (hot["cooling"] > 0).mean() < 0.2
    assert (hot.drop(columns="hour") <= 1).all().all()
    worst = int(hot["rating_transformer"].idxmin())
    assert 12 <= worst % 24 <= 19 and 150 <= worst // 24 < 250  # a summer afternoon
    made = runpy.run_path(str(CASE / "make_climate.py"))
    again = made["profiles"](made["temperature"](pd.read_csv(CASE / "profiles.csv")["pv"].to_numpy()))
    assert np.allclose(again, hot)


@pytest.mark.parametrize("scenario", ["ND", "climate"])  # the axes hold rows of ND
def test_a_scenario_is_valid(scenario: str) -> None:
    """It gives no warning of its own. In `climate` every rating is derated, and everybody cools."""
    case = read_case(CASE, scenario=scenario)
    assert case.warnings == ()
    if scenario != "climate":
        return
    stations, branches = case.table("substations"), case.table("branches")
    limited = stations["transformers"].notna() | stations["firm_demand_mva"].notna()
    assert (stations["rating_profile"] != "").equals(limited)
    assert (branches.loc[branches["kind"] == "cable", "rating_profile"] == "rating_cable").all()
    assert (branches.loc[branches["kind"] == "tie", "rating_profile"] == "").all()
    cooling = case.table("demands").query("category == 'cooling'")
    assert cooling.groupby("year")["peak_mw"].sum().is_monotonic_increasing and len(cooling) == 120


def test_the_waiting_list_is_the_share_of_the_region() -> None:
    """9 GW by inhabitants; 85 % of it without a class of its own; every lot at most 15 MW."""
    queue = table("queue")
    share = table("zones")["population"].sum() / 17.9e6
    assert queue["mw"].sum() == pytest.approx(9000 * share, abs=1)
    assert queue.query("`class` == 'rest'")["mw"].sum() == pytest.approx(0.85 * 9000 * share, abs=1)
    assert queue["mw"].max() <= 15 and queue["date"].between("2023-10-18", "2026-01-31").all()
