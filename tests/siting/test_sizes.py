"""How much stands at a site: modules, least and largest size, land, years, and what it draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gridplan.case import Case
from tests.model.cases import Row, demand, make, pick, station, value

CAPEX: dict[str, Any] = {"objective": {"minimise": ["shortfall_mw", "capex_meur"]}}


def close(number: float) -> Any:
    """Equal up to the 1e-6 by which an objective may give way to the next."""
    return pytest.approx(number, rel=1e-5, abs=1e-4)


def wanted(mw: float, **columns: Any) -> list[Row]:
    return [{"class": "cloud", "year": 2030, "it_mw": mw, **columns}]


def site(name: str = "hall", at: str = "A", **columns: Any) -> Row:
    return {"site": name, "substation": at, "class": "cloud", **columns}


def one(mw: float, *, firm: float | None = None, **columns: Any) -> Case:
    """One site at A (`firm` MVA, power factor 0.95) and a programme of `mw`; shortfall first, then capex."""
    return make(
        {
            "substations": [station("A", firm_demand_mva=firm)],
            "datacenters": [site(**columns)],
            "datacenter_demand": wanted(mw),
        },
        CAPEX,
    )


def it_mw(plan: Any, name: str = "hall", year: int = 2030) -> float:
    return pick(plan.datacenters, "it_mw", site=name, year=year)


def test_size_is_continuous_without_modules():
    """12.34 MW are wanted and stand."""
    plan = one(12.34, capex_meur_per_mw=2).solve(gap=0)
    assert it_mw(plan) == close(12.34)
    assert value(plan, "capex_meur") == close(24.68)
    assert value(plan, "datacenter_mw") == close(12.34)
    assert value(plan, "shortfall_mw") == close(0)


def test_modules_are_whole():
    """For 12.34 MW three modules of 5 MW stand: 15 MW, 30 M€."""
    plan = one(12.34, module_it_mw=5, capex_meur_per_mw=2).solve(gap=0)
    assert it_mw(plan) == close(15)
    assert value(plan, "capex_meur") == close(30)


def test_a_module_that_does_not_fit_is_not_built():
    """0.95·15.5 = 14.725 MW at the station: two modules of 5 MW, and 2.34 of 12.34 MW fall short."""
    plan = one(12.34, firm=15.5, module_it_mw=5).solve(gap=0)
    assert it_mw(plan) == close(10)
    assert value(plan, "shortfall_mw") == close(2.34)


def test_largest_size_includes_what_stands():
    """12 MW in all, 5 MW of it existing: 7 of 10 MW, 3 fall short."""
    plan = one(10, max_it_mw=12, existing_it_mw=5).solve(gap=0)
    assert it_mw(plan) == close(7)
    assert value(plan, "shortfall_mw") == close(3)
    assert value(plan, "datacenter_total_mw") == close(12)


def test_largest_size_cuts_a_module():
    """7 MW are left and modules have 3 MW: 6 MW."""
    assert it_mw(one(10, max_it_mw=12, existing_it_mw=5, module_it_mw=3).solve(gap=0)) == close(6)


def test_least_size_is_built_or_nothing():
    """4 MW are wanted of a site of at least 10 MW: 10 MW stand (20 M€). With 9 MW of room nothing does."""
    plan = one(4, min_it_mw=10, capex_meur_per_mw=2).solve(gap=0)
    assert it_mw(plan) == close(10)
    assert value(plan, "capex_meur") == close(20)
    tight = one(4, firm=9 / 0.95, min_it_mw=10).solve(gap=0)
    assert it_mw(tight) == close(0)
    assert value(tight, "shortfall_mw") == close(4)


def test_least_size_in_whole_modules():
    """At least 12 MW in modules of 5 MW is 15 MW, though only 4 MW are wanted."""
    plan = one(4, min_it_mw=12, module_it_mw=5).solve(gap=0)
    assert it_mw(plan) == close(15)
    assert value(plan, "shortfall_mw") == close(0)


def test_grid_power():
    """10 MW IT at pue 1.3 and utilisation 0.7 draw 9.1 MW from the station."""
    plan = one(10, pue=1.3, utilisation=0.7).solve(gap=0)
    assert pick(plan.datacenters, "grid_mw", site="hall") == close(9.1)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == close(9.1)
    assert value(plan, "datacenter_grid_mw") == close(9.1)


def test_45_mw_at_a_station_of_two_80_mva():
    """Firm 0.9·80 = 72 MW, 54 MW in use: 18 of 45 MW fit, 27 fall short."""
    plan = make(
        {
            "substations": [station("A", transformers=2, transformer_mva=80)],
            "demands": [demand("A", 54)],
            "datacenters": [site()],
            "datacenter_demand": wanted(45),
        },
        {**CAPEX, "case": {"power_factor": 0.9}},
    ).solve(gap=0)
    assert it_mw(plan) == close(18)
    assert value(plan, "shortfall_mw") == close(27)
    assert pick(plan.table("shortfall"), "it_mw", year=2030) == close(27)
    assert pick(plan.stations, "headroom_mw", substation="A", direction="demand") == close(0)


def test_existing_load_grows_up_to_full_use():
    """10 MW IT at pue 1.2, half used, growing 20 % a year: 6 MW in 2030, 6·1.2² = 8.64 in 2032, 12 (not
    14.9) in 2035.

    Of 0.95·20 = 19 MW that leaves 13, 10.36 and 7 MW for 15 MW of new IT (pue 1.2, utilisation 0.5: 0.6
    MW/MW, so 9 MW of grid): all of it in 2030 and 2032, 7/0.6 = 11.667 MW in 2035. What stands stays, so
    that is all.
    """
    plan = make(
        {
            "substations": [station("A", firm_demand_mva=20)],
            "datacenters": [
                site(
                    existing_it_mw=10, pue=1.2, utilisation=0.5, existing_utilisation=0.5, existing_growth=0.2
                )
            ],
            "datacenter_demand": wanted(15),
        },
        {"horizon": {"years": [2030, 2032, 2035], "last_year": 2035}, **CAPEX},
    ).solve(gap=0)
    existing = plan.datacenters.set_index("year")["existing_grid_mw"].to_dict()
    assert existing == {2030: close(6), 2032: close(8.64), 2035: close(12)}
    assert it_mw(plan, year=2035) == close(7 / 0.6)
    assert it_mw(plan, year=2030) <= 7 / 0.6 + 1e-4
    assert value(plan, "shortfall_mw") == close(15 - 7 / 0.6)


def test_existing_utilisation_is_that_of_new_load_where_blank():
    """8 MW IT at pue 1.5 and utilisation 0.75: 9 MW."""
    plan = one(0, existing_it_mw=8, pue=1.5, utilisation=0.75).solve(gap=0)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == close(9)


def test_land():
    """3 ha in the zone, 0.2 ha/MW at one site and 0.5 at the other: 15 MW at the first and none at the
    second.
    """
    plan = make(
        {
            "zones": [{"zone": "town", "land_ha": 3}],
            "substations": [station("A", zone="town")],
            "service_areas": [{"zone": "town", "substation": "A"}],
            "datacenters": [
                {"site": "tall", "zone": "town", "class": "cloud", "ha_per_mw": 0.2},
                {"site": "flat", "zone": "town", "class": "cloud", "ha_per_mw": 0.5},
            ],
            "datacenter_demand": wanted(20),
        },
        CAPEX,
    ).solve(gap=0)
    assert (it_mw(plan, "tall"), it_mw(plan, "flat")) == (close(15), close(0))
    assert value(plan, "shortfall_mw") == close(5)
    assert value(plan, "land_ha") == close(3)


def test_land_binds_a_site_that_is_given_by_its_station():
    """A site at a station in the zone stands on the zone's land too: 3 ha / 0.2 ha per MW = 15 MW."""
    plan = make(
        {
            "zones": [{"zone": "town", "land_ha": 3}],
            "substations": [station("A", zone="town")],
            "datacenters": [site(ha_per_mw=0.2)],
            "datacenter_demand": wanted(20),
        },
        CAPEX,
    ).solve(gap=0)
    assert it_mw(plan) == close(15)


def test_earliest_year():
    """Wanted from 2030, possible from 2035: short in 2030, 10 MW in 2035."""
    plan = make(
        {
            "substations": [station("A")],
            "datacenters": [site(earliest_year=2035, fixed_meur=1)],
            "datacenter_demand": wanted(10),
        },
        {
            "horizon": {"years": [2030, 2035], "last_year": 2035},
            "objective": {"minimise": ["unserved_mw_years"]},
        },
    ).solve(gap=0)
    assert (it_mw(plan, year=2030), it_mw(plan, year=2035)) == (close(0), close(10))
    assert value(plan, "shortfall_mw", 2030) == close(10)
    assert value(plan, "unserved_mw_years") == close(50)  # 10 MW for the five years 2030 to 2034
    assert value(plan, "capex_meur", 2030) == close(0)


def test_what_stands_stays():
    """A programme that shrinks from 10 to 4 MW leaves 10 MW standing, and drawing: 10 MW in both stages."""
    plan = make(
        {
            "substations": [station("A")],
            "datacenters": [site()],
            "datacenter_demand": [
                {"class": "cloud", "year": 2030, "it_mw": 10},
                {"class": "cloud", "year": 2035, "it_mw": 4},
            ],
        },
        {"horizon": {"years": [2030, 2035]}, "objective": {"minimise": ["unserved_mw_years", "capex_meur"]}},
    ).solve(gap=0)
    assert (it_mw(plan, year=2030), it_mw(plan, year=2035)) == (close(10), close(10))


@pytest.mark.parametrize(("mw", "chosen", "meur"), [(4, "small", 13), (8, "large", 19)])
def test_opening_cost_against_cost_per_megawatt(mw, chosen, meur):
    """`small` costs 5 + 2·MW, `large` 11 + 1·MW: 13 against 15 M€ for 4 MW, 21 against 19 for 8 MW."""
    plan = make(
        {
            "substations": [station("A")],
            "datacenters": [
                site("small", fixed_meur=5, capex_meur_per_mw=2),
                site("large", fixed_meur=11, capex_meur_per_mw=1),
            ],
            "datacenter_demand": wanted(mw),
        },
        CAPEX,
    ).solve(gap=0)
    assert value(plan, "capex_meur") == close(meur)
    assert it_mw(plan, chosen) == close(mw)


def test_profile_makes_room_beside_another_load():
    """A station of 10 MW with 6 MW by day: a datacenter at 0.4 by day and 1 by night fits with 10 MW IT.

    By day 6 + 0.4·10 = 10 MW, by night 0.3·6 + 10 = 11.8 MW would be too much: 8.2 MW (night) binds.
    """
    day = np.tile([0.0] * 6 + [1.0] * 12 + [0.0] * 6, 365)
    rows = {
        "substations": [station("A", firm_demand_mva=10)],
        "demands": [demand("A", 6, profile="offices")],
        "datacenters": [site(profile="nightly")],
        "datacenter_demand": wanted(10),
    }
    shapes = {"offices": 0.3 + 0.7 * day, "nightly": 1 - 0.6 * day}
    plan = make(rows, {**CAPEX, "case": {"power_factor": 1.0}}, shapes).solve(gap=0)
    assert it_mw(plan) == close(8.2)
    assert plan.summary["security"]["violated"] == 0
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == close(10)
