"""Storages: what a battery moves inside a day, and what it loses and costs."""

import numpy as np
import pytest

from tests.model.cases import demand, make, near, pick, station, value

PF1 = {"case": {"power_factor": 1.0}}
DAY = {**PF1, "time": {"energy_days": 1, "all_hours": False}}


def every_day(**hours):
    """A profile that is 0.5 but for some hours of each day: every_day(h19=1.0)."""
    day = np.full(24, 0.5)
    for hour, level in hours.items():
        day[int(hour[1:])] = level
    return {"day": np.tile(day, 365)}


def evening(peak_mw=100, firm=60, **battery):
    """A station of `firm` MW, demand 0.5·peak but for hour 19 (peak), and a battery."""
    row = {"storage": "b", "substation": "A", **battery}
    return {
        "substations": [station("A", firm_demand_mva=firm)],
        "demands": [demand("A", peak_mw, profile="day")],
        "storages": [row],
    }


def weighted(table, **keys):
    """Rows of the typical day, by hour."""
    rows = table[table["weight_hours"] > 0]
    return rows.set_index("hour")


def test_a_battery_shaves_the_evening_peak():
    """100 MW in hour 19, 50 otherwise, 60 MW firm. 40 MW, 40 MWh, lossless: 40 out at 19,
    at most 10 in at other hours.
    """
    plan = make(evening(power_mw=40, energy_mwh=40), DAY, every_day(h19=1.0)).solve(gap=0)
    assert plan.status == "optimal"
    assert value(plan, "unserved_mw_years") == near(0)
    mw = weighted(plan.table("storages"))["mw"]
    assert mw[19] == near(40)
    assert mw.drop(19).sum() == near(-40)
    assert mw.drop(19).min() >= -10 - 1e-6
    assert weighted(plan.table("storages"))["energy_mwh"].max() <= 40 + 1e-6


@pytest.mark.parametrize(
    ("battery", "out"),
    [
        ({"power_mw": 25, "energy_mwh": 100}, 25),  # power
        ({"power_mw": 40, "energy_mwh": 30}, 30),  # energy
        ({"power_mw": 40, "energy_mwh": 40, "efficiency": 0.81}, 36),  # 40 MWh give 40·√0.81 = 36
        ({"power_mw": 0, "energy_mwh": 40}, 0),
        ({"power_mw": 40, "energy_mwh": 0}, 0),
    ],
)
def test_power_energy_and_efficiency_limit_what_it_gives(battery, out):
    """40 MW are missing at hour 19: out of them `out` come from the battery."""
    plan = make(evening(**battery), DAY, every_day(h19=1.0)).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(40 - out)


def test_losses_are_taken_half_on_each_way():
    """Round trip 0.64: of what is charged 0.64 comes out. 51 MW firm, 50 MW of base, 71 MW at hour 19.

    1 MW is free for 23 h. With x MW shed in every hour 23·(1 + x) MWh are charged and 0.64 of them come out
    at 19, where 20 − x are missing: 14.72·(1 + x) = 20 − x, so x = 5.28/15.72. unserved_mw_years counts the
    worst hour only.
    """
    tables = evening(peak_mw=100, firm=51, power_mw=40, energy_mwh=200, efficiency=0.64)
    plan = make(tables, DAY, every_day(h19=0.71)).solve(gap=0)
    short = 5.28 / 15.72
    assert value(plan, "unserved_mw_years") == near(short)
    mw = weighted(plan.table("storages"))["mw"]
    assert mw[19] == near(20 - short)
    assert mw.drop(19).sum() == near(-23 * (1 + short))


def test_two_hours_of_different_price():
    """Free sun of 60 MW only in hour 12, gas at 100 EUR/MWh else; demand 10 MW flat;
    battery 30 MW, 60 MWh, lossless.

    Hour 12: 10 MW of sun direct and 30 into the battery (its power). 30 MWh replace gas: a day costs (23·10 −
    30)·100.
    """
    sun = np.zeros(24)
    sun[12] = 1.0
    tables = {
        "substations": [station("A")],
        "demands": [demand("A", 10)],
        "supplies": [
            {"supply": "sun", "substation": "A", "technology": "pv", "profile": "sun", "capacity_mw": 60},
            {"supply": "gas", "substation": "A", "technology": "chp", "cost_eur_per_mwh": 100},
        ],
        "storages": [{"storage": "b", "substation": "A", "power_mw": 30, "energy_mwh": 60}],
    }
    plan = make(tables, DAY, {"sun": np.tile(sun, 365)}).solve(gap=0)
    assert value(plan, "operating_cost_meur") == near((230 - 30) * 100 * 365 / 1e6)
    assert value(plan, "res_gwh") == near(40 * 365 / 1e3)
    assert value(plan, "curtailed_gwh") == near(20 * 365 / 1e3)


def test_new_power_brings_energy_in_proportion():
    """Existing 10 MW with 20 MWh; 30 MW are needed for 1 h and 3 h (hours 18 to 20 at 90 MW, firm 60): 90
    MWh.

    New energy comes at 2 h of new power without a price per MWh: 20 + 2·new ≥ 90 gives 35 MW, for 1 M€/MW.
    """
    tables = evening(peak_mw=100, firm=60, power_mw=10, energy_mwh=20, max_new_mw=50, capex_meur_per_mw=1)
    plan = make(tables, DAY, every_day(h18=0.9, h19=0.9, h20=0.9)).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "capex_meur") == near(35)


def test_new_energy_with_a_price_of_its_own():
    """As above from nothing: 30 MW for 1 M€ and 90 MWh for 0.5 M€ each: 75 M€."""
    tables = evening(max_new_mw=50, capex_meur_per_mw=1, capex_meur_per_mwh=0.5)
    plan = make(tables, DAY, every_day(h18=0.9, h19=0.9, h20=0.9)).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "capex_meur") == near(75)


def test_new_power_waits_for_its_earliest_year():
    """40 MW missing in 2030 and 2035 (one year each); the battery may come in 2035: 40 MW·years are lost."""
    tables = evening(max_new_mw=50, capex_meur_per_mw=1, earliest_year=2031)
    settings = {**DAY, "horizon": {"years": [2030, 2031], "last_year": 2031}}
    plan = make(tables, settings, every_day(h19=1.0)).solve(gap=0)
    assert plan.summary["indicators"]["unserved_mw_years"]["by_year"] == near({2030: 40, 2031: 0})


def test_on_the_high_voltage_side_it_relieves_no_transformer():
    """The same battery on hv: all 40 MW stay short."""
    plan = make(evening(power_mw=40, energy_mwh=40, side="hv"), DAY, every_day(h19=1.0)).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(40)


@pytest.mark.parametrize(("energy_mwh", "efficiency"), [(40, 1), (50, 0.64)])
def test_a_battery_that_shaves_the_peak_passes_the_check_of_all_hours(energy_mwh, efficiency):
    """The plan of the first test, with all 8760 hours checked: hour 19 of every day fits thanks to the
    battery.

    At a round trip of 0.64 50 MWh give 50·√0.64 = 40 at hour 19.
    """
    settings = {**PF1, "time": {"energy_days": 1, "all_hours": True}}
    tables = evening(power_mw=40, energy_mwh=energy_mwh, efficiency=efficiency)
    plan = make(tables, settings, every_day(h19=1.0)).solve(gap=0)
    assert plan.summary["security"]["checked"] == 8760
    assert plan.summary["security"]["violated"] == 0
    assert plan.status == "optimal"
    assert value(plan, "unserved_mw_years") == near(0)
    assert pick(plan.stations, "peak_mw", direction="demand") == near(60)


def test_a_battery_and_a_heat_pump_are_checked_together():
    """Of the 100 MW of the evening 60 are demand and 40 the electricity of a sink without a link, COP 2."""
    settings = {**PF1, "time": {"energy_days": 1, "all_hours": True}}
    tables = evening(peak_mw=60, power_mw=40, energy_mwh=40)
    sink = {"sink": "town", "zone": "A", "peak_mw": 80, "profile": "day"}
    tables["zones"] = [{"zone": "A"}]
    tables["heat_sinks"] = [{**sink, "alternative": "all_electric", "alternative_cop": 2}]
    plan = make(tables, settings, every_day(h19=1.0)).solve(gap=0)
    assert plan.summary["security"]["violated"] == 0
    assert value(plan, "unserved_mw_years") == near(0)
    assert pick(plan.stations, "peak_mw", direction="demand") == near(60)


@pytest.mark.parametrize(("energy_mwh", "units"), [(105, 0), (40, 1)])
def test_a_long_evening_that_a_battery_cannot_shave_is_found_and_brings_a_reinforcement(energy_mwh, units):
    """Day 200 has the peak of the year, 100 MW for one hour: 40 MWh do. Day 300 has 95 MW for three hours.

    The first critical hours know day 200 only. On day 300 3·35 = 105 MWh are missing over 60 MW firm; a
    battery of 40 MWh leaves 65 MWh, which the check finds, so there is a second round. A transformer of 25
    MVA for 5 M€ leaves 3·10 MWh: that fits.
    """
    shape = np.full(8760, 0.5)
    shape[200 * 24 + 19] = 1.0
    shape[300 * 24 + 18 : 300 * 24 + 21] = 0.95
    settings = {**PF1, "time": {"energy_days": 1, "all_hours": True}}
    tables = evening(power_mw=40, energy_mwh=energy_mwh)
    tables["reinforcements"] = [
        {"reinforcement": "t", "kind": "transformer", "target": "A", "adds_mva": 25, "capex_meur": 5}
    ]
    plan = make(tables, settings, {"day": shape}).solve(gap=0)
    assert plan.status == "optimal"
    assert plan.summary["security"]["violated"] == 0
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "new_transformers") == units
    assert plan.summary["security"]["rounds"] == 1 + units


def test_the_check_says_by_how_much_a_battery_is_too_small():
    """The long evening with 40 MWh and nothing to build: the missing 65 MWh are a shortfall of the plan of
    one day.

    In the last program day 300 is critical, so the plan sheds 65/3 MW in each of three hours, as late as it
    is found.
    """
    shape = np.full(8760, 0.5)
    shape[200 * 24 + 19] = 1.0
    shape[300 * 24 + 18 : 300 * 24 + 21] = 0.95
    settings = {**PF1, "time": {"energy_days": 1, "all_hours": True}}
    plan = make(evening(power_mw=40, energy_mwh=40), settings, {"day": shape}).solve(gap=0)
    assert plan.summary["security"]["violated"] == 0
    assert value(plan, "unserved_mw_years") == near(65 / 3)
