"""`[physics] heat_on_grid = false`: heat pays for electricity and takes none of the grid."""

from __future__ import annotations

from typing import Any

import pytest

from gridplan.case import Case, CaseError
from tests.model.cases import Row, demand, grid_supply, make, pick, station, value

HOURS = 8760
ANNUITY = 0.04 / (1 - 1.04**-40)


def town(
    on_grid: bool,
    *,
    mva: float = 10.0,
    alternative: str = "gas",
    profile: list[float] | None = None,
    **tables: Any,
) -> Case:
    """9 MW of datacenter at A (2 transformers of `mva`, one firm) gives 12.6 MW at COP 3.5; a sink of 20 MW.

    Supplies: the grid at 80 EUR/MWh and 100 kg/MWh, a plant of 10 MW at 120 EUR/MWh and 400 kg/MWh, sun for
    nothing. The mean of what costs anything: 100 EUR/MWh and 250 kg/MWh.
    """
    rows: dict[str, list[Row]] = {
        "substations": [station("A", transformers=2, transformer_mva=mva), station("B")],
        "demands": [demand("B", 5, side="hv")],
        "supplies": [
            grid_supply("A", cost_eur_per_mwh=80, co2_kg_per_mwh=100),
            {"supply": "plant", "substation": "A", "technology": "gas", "capacity_mw": 10, "side": "hv"}
            | {"cost_eur_per_mwh": 120, "co2_kg_per_mwh": 400},
            {"supply": "sun", "substation": "B", "technology": "pv", "capacity_mw": 1, "side": "hv"},
        ],
        "datacenters": [{"site": "hall", "substation": "A", "existing_it_mw": 9, "heat_share": 1}],
        "heat_sinks": [
            {"sink": "town", "zone": "B", "peak_mw": 20, "alternative_eur_per_mwh": 50}
            | {"alternative": alternative, "alternative_cop": 2.5, "profile": "half" if profile else ""}
        ],
        "heat_links": [{"link": "pipe", "from": "hall", "to": "town", "length_km": 2}],
        "pipe_types": [
            {"pipe": "DN300", "capacity_mw": 20, "capex_meur_per_km": 2}
            | {"loss_kw_per_km": 50, "pump_kw_per_km": 100}
        ],
        "heat_pumps": [{"heat_pump": "lift", "at": "hall", "cop": 3.5}],
        "branches": [{"branch": "AB", "from": "A", "to": "B", "x_pu": 0.1}],
        **tables,
    }
    settings: dict[str, Any] = {
        "case": {"power_factor": 1.0},
        "objective": {"minimise": ["total_cost_meur"]},
        "physics": {"heat_on_grid": on_grid},
    }
    return make(rows, settings, {"half": profile} if profile else None)


def test_with_the_grid_the_station_limits_the_pump():
    """10 MW firm, 9 MW taken, 0.1 MW for half of the pipe's pump: 0.9 MW lift 3.15 MW of heat."""
    plan = town(True).solve(gap=0)
    assert pick(plan.table("heat_pumps"), "electric_peak_mw", heat_pump="lift") == pytest.approx(0.9)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(10)
    assert plan.certificate is not None and plan.certificate.ok


def test_without_the_grid_all_heat_goes_and_electricity_is_paid_at_the_mean():
    """12.6 MW lifted, 0.1 MW lost; 3.6 MW for the pump and 0.2 MW for the pipe at 100 EUR/MWh.

    Gas for 7.5 MW: 3.285 M€ and 14.848 kt; electricity of heat: 3.8·8760·100 = 3.3288 M€ and 8.322 kt.
    Demand of 14 MW less 1 MW of sun from the grid: 13·8760·80 = 9.1104 M€ and 11.388 kt.
    """
    plan = town(False).solve(gap=0)
    assert pick(plan.table("heat_sinks"), "heat_tj", sink="town") == pytest.approx(12.5 * HOURS * 0.0036)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(9)
    assert (plan.table("withdrawals")["subject"] != "heat").all()
    assert value(plan, "operating_cost_meur") == pytest.approx(3.285 + 3.3288 + 9.1104)
    assert value(plan, "co2_kt") == pytest.approx(7.5 * HOURS * 226e-6 + 8.322 + 11.388)
    assert plan.certificate is not None and plan.certificate.ok


def test_an_all_electric_sink_pays_too():
    """Without a link 20 MW of heat take 8 MW at 100 EUR/MWh: 7.008 M€; with it 7.5/2.5 = 3 MW."""
    far = [{"link": "pipe", "from": "hall", "to": "town", "length_km": 2, "earliest_year": 2050}]
    alone = town(False, alternative="all_electric", heat_links=far).solve(gap=0)
    linked = town(False, alternative="all_electric").solve(gap=0)
    power = 13 * HOURS * 80 / 1e6
    heat = 20 * HOURS * 50 / 1e6
    assert value(alone, "operating_cost_meur") == pytest.approx(power + heat + 8 * HOURS * 100 / 1e6)
    used = (7.5 * 50 + (3 + 3.8) * 100) * HOURS / 1e6
    assert value(linked, "operating_cost_meur") == pytest.approx(power + used)
    assert linked.certificate is not None and linked.certificate.ok
    assert pick(linked.stations, "peak_mw", substation="B", direction="demand") == pytest.approx(0)


def test_the_two_are_one_where_stations_have_room_and_one_supply_sets_the_price():
    """With room at A and 80 EUR/MWh only, money and CO2 are the same with the switch on and off."""
    one = [grid_supply("A", cost_eur_per_mwh=80, co2_kg_per_mwh=100)]
    on, off = (town(way, mva=100, supplies=one).solve(gap=0) for way in (True, False))
    for name in ("total_cost_meur", "operating_cost_meur", "co2_kt", "heat_delivered_tj"):
        assert value(on, name) == pytest.approx(value(off, name)), name


def test_every_hour_is_checked_at_that_price():
    """Half a day 20 MW of heat are wanted, half a day 10: 12.5 and 10 MW come through the link."""
    shape = [1.0 if hour % 24 < 12 else 0.5 for hour in range(HOURS)]
    plan = town(False, profile=shape).solve(gap=0)
    assert plan.summary["security"]["violated"] == 0
    assert pick(plan.table("heat_sinks"), "heat_tj", sink="town") == pytest.approx(11.25 * HOURS * 0.0036)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(12.5)
    assert plan.certificate is not None and plan.certificate.ok


def test_only_true_or_false():
    with pytest.raises(CaseError, match="heat_on_grid"):
        town("no")  # type: ignore[arg-type]
