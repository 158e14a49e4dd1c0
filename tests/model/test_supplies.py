"""Supplies: merit order, what must run, the outside grid, years, and capacity that may be added."""

import pytest

from tests.model.cases import demand, grid_supply, line, make, near, pick, station, value

PF1 = {"case": {"power_factor": 1.0}}
ONE_BLOCK = {**PF1, "time": {"energy_days": 1, "blocks_per_day": 1, "all_hours": False}}
HALF = {"half": [0.5] * 8760}


def plant(name, **columns):
    """A plant at A."""
    return {"supply": name, "substation": "A", "technology": "chp", **columns}


def at_one_station(mw, *supplies, settings=None, profiles=None, **tables):
    """Demand and supplies at one station without limits."""
    rows = {"substations": [station("A")], "demands": [demand("A", mw)], "supplies": list(supplies)}
    return make({**rows, **tables}, settings or PF1, profiles)


def mw(plan, name, **keys):
    """Output of a supply."""
    return pick(plan.table("supplies"), "mw", supply=name, **keys)


def test_cheap_plants_run_first():
    """100 MW from plants of 60 (20 EUR), 30 (50 EUR) and 50 MW (90 EUR): 60, 30, 10.

    Per hour 60·20 + 30·50 + 10·90 = 3600 EUR; a year of 8760 h: 31.536 M€. CO2 60·0.4 + 10·0.8 = 32 t/h.
    """
    plan = at_one_station(
        100,
        plant("dear", capacity_mw=50, cost_eur_per_mwh=90, co2_kg_per_mwh=800),
        plant("cheap", capacity_mw=60, cost_eur_per_mwh=20, co2_kg_per_mwh=400),
        plant("middle", capacity_mw=30, cost_eur_per_mwh=50),
    ).solve(gap=0)
    assert [mw(plan, n) for n in ("cheap", "middle", "dear")] == near([60, 30, 10])
    assert value(plan, "operating_cost_meur") == near(31.536)
    assert value(plan, "co2_kt") == near(32 * 8.76)


def test_the_weight_of_the_one_hour():
    """[time] hours = 1: the same dispatch costs 3600 EUR."""
    plan = at_one_station(100, plant("p", cost_eur_per_mwh=36), settings={**PF1, "time": {"hours": 1}}).solve(
        gap=0
    )
    assert value(plan, "operating_cost_meur") == near(0.0036)


def test_total_cost_counts_operation_in_every_year_of_a_stage():
    """10 MW at 100 EUR/MWh from 2026, 20 MW from 2030 to 2032: 8.76 and 17.52 M€ a year, 4 and 3 years.

    The total cost discounts every year with 5 %: Σ 1.05^−k over k = 0..3 and 4..6. operating_cost_meur is
    that of the stage years themselves: 8.76 + 17.52.
    """
    settings = {
        **PF1,
        "horizon": {"years": [2026, 2030], "last_year": 2032, "discount_rate": 0.05},
    }
    rows = {
        "substations": [station("A")],
        "demands": [demand("A", 10, year=2026), demand("A", 20, year=2030)],
        "supplies": [plant("p", cost_eur_per_mwh=100)],
    }
    plan = make(rows, settings).solve(gap=0)
    factors = [1.05**-k for k in range(7)]
    discounted = 8.76 * sum(factors[:4]) + 17.52 * sum(factors[4:])
    assert value(plan, "total_cost_meur") == near(discounted)
    assert value(plan, "operating_cost_meur") == near(8.76 + 17.52)


@pytest.mark.parametrize(("curtailable", "sun", "gas"), [(True, 60, 0), (False, 80, None)])
def test_what_must_run_runs(curtailable, sun, gas):
    """Sun of 160 MW at 0.5 for 60 MW at A: curtailed it gives 60;
    running always its 80 leave 20 for the grid.

    The grid above takes the 20 MW for nothing.
    """
    supplies = [
        plant("sun", technology="pv", profile="half", capacity_mw=160, curtailable=curtailable),
        grid_supply("A", cost_eur_per_mwh=30),
    ]
    plan = at_one_station(60, *supplies, settings=ONE_BLOCK, profiles=HALF).solve(gap=0)
    weighted = plan.table("supplies").query("weight_hours > 0").set_index("supply")["mw"]
    assert weighted["sun"] >= 60 - 1e-6
    assert weighted["sun"] <= 80 + 1e-6
    assert weighted["sun"] + weighted["g_A"] == near(60)
    if not curtailable:
        assert weighted["sun"] == near(80)
        assert value(plan, "curtailed_gwh") == near(0)
        assert value(plan, "res_gwh") == near(80 * 8.76)
    assert value(plan, "operating_cost_meur") == near(0)


def test_what_must_run_without_a_way_out_has_no_plan():
    """80 MW that must run for 60 MW of demand and no grid: no plan; curtailable it fits,
    with 20 MW curtailed.
    """
    row = plant("sun", technology="pv", profile="half", capacity_mw=160, curtailable=False)
    case = at_one_station(60, row, plant("gas", cost_eur_per_mwh=50), settings=ONE_BLOCK, profiles=HALF)
    assert case.solve(gap=0).status == "infeasible"
    plan = case.what_if({"supplies.sun.curtailable": True}).solve(gap=0)
    assert value(plan, "res_gwh") == near(60 * 8.76)
    assert value(plan, "curtailed_gwh") == near(20 * 8.76)


def test_a_profile_limits_a_plant():
    """Sun of 100 MW at 0.5 gives at most 50 of 60 MW; gas gives 10."""
    case = at_one_station(
        60,
        plant("sun", technology="pv", profile="half", capacity_mw=100),
        plant("gas", cost_eur_per_mwh=50),
        settings=ONE_BLOCK,
        profiles=HALF,
    )
    plan = case.solve(gap=0)
    weighted = plan.table("supplies").query("weight_hours > 0").set_index("supply")["mw"]
    assert weighted.to_dict() == near({"sun": 50, "gas": 10})
    assert value(plan, "operating_cost_meur") == near(10 * 50 * 8760 / 1e6)


def test_export_earns_nothing_and_import_is_paid():
    """The grid above at 30 EUR/MWh on the hv side; a plant at 40 has no reason to export;
    demand 10 MW costs 300 EUR/h.
    """
    plan = at_one_station(
        10, grid_supply("A", cost_eur_per_mwh=30), plant("p", cost_eur_per_mwh=40, capacity_mw=50)
    ).solve(gap=0)
    assert mw(plan, "g_A") == near(10)
    assert mw(plan, "p") == near(0)
    assert value(plan, "operating_cost_meur") == near(300 * 8760 / 1e6)


@pytest.mark.parametrize(("capacity", "status"), [(25, "optimal"), (15, "infeasible")])
def test_the_outside_grid_takes_no_more_than_its_capacity(capacity, status):
    """20 MW must leave (80 MW that must run, 60 of demand): a connection of 25 MW takes them,
    one of 15 does not.
    """
    supplies = [
        plant("sun", technology="pv", profile="half", capacity_mw=160, curtailable=False),
        grid_supply("A", capacity_mw=capacity),
    ]
    plan = at_one_station(60, *supplies, settings=ONE_BLOCK, profiles=HALF).solve(gap=0)
    assert plan.status == status


def test_the_outside_grid_gives_no_more_than_its_capacity():
    """A connection of 40 MW for 60 MW of demand: 20 MW are not served."""
    plan = at_one_station(60, grid_supply("A", capacity_mw=40)).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(20)


def test_capacity_is_interpolated_between_years_and_held_outside():
    """40 MW in 2030 and 80 in 2040 for 100 MW: 40, 40, 60, 80, 80 in 2025, 2030, 2035, 2040, 2045."""
    years = [2025, 2030, 2035, 2040, 2045]
    rows = {
        "substations": [station("A")],
        "demands": [demand("A", 100)],
        "supplies": [
            plant("p", year=2030, capacity_mw=40, cost_eur_per_mwh=10),
            plant("p", year=2040, capacity_mw=80, cost_eur_per_mwh=30),
        ],
    }
    settings = {**PF1, "horizon": {"years": years, "last_year": 2045, "discount_rate": 0.0}}
    plan = make(rows, settings).solve(gap=0)
    assert [mw(plan, "p", year=y) for y in years] == near([40, 40, 60, 80, 80])
    # the price too: 10, 10, 20, 30, 30 EUR/MWh; stages of 5, 5, 5, 5 and 1 years; 60, 60, 40, 20, 20 MW are
    # unserved
    eur = 5 * (400 + 400 + 1200 + 2400) + 2400
    lost = 10_000 * (5 * (60 + 60 + 40 + 20) + 20)
    assert value(plan, "total_cost_meur") == near((eur + lost) * 8760 / 1e6)


def test_demand_is_interpolated_between_years():
    """10 MW in 2030 and 30 in 2040: 20 MW in 2035."""
    rows = {
        "substations": [station("A")],
        "demands": [demand("A", 10), demand("A", 30, year=2040)],
        "supplies": [plant("p")],
    }
    plan = make(rows, {**PF1, "horizon": {"years": [2030, 2035, 2040], "last_year": 2040}}).solve(gap=0)
    assert [mw(plan, "p", year=y) for y in (2030, 2035, 2040)] == near([10, 20, 30])


@pytest.mark.parametrize(("price", "new"), [(20, 0), (30, 40)])
def test_capacity_is_added_where_that_is_cheaper(price, new):
    """50 MW of demand; the old plant of 50 MW costs `price`, a new one 1 M€/MW, up to 40 MW, for 5 EUR/MWh.

    Rate 0, life 5 years: 0.2 M€ a year per MW for 8760 MWh: 22.83 EUR/MWh. With 5 for running it beats 30,
    not 20.
    """
    settings = {
        **PF1,
        "horizon": {"years": [2030], "last_year": 2034, "discount_rate": 0.0, "lifetime_years": 5},
    }
    plan = at_one_station(
        50,
        plant("old", capacity_mw=50, cost_eur_per_mwh=price),
        plant("new", capacity_mw=0, cost_eur_per_mwh=5, max_new_mw=40, capex_meur_per_mw=1),
        settings=settings,
    ).solve(gap=0)
    assert mw(plan, "new") == near(new)
    assert value(plan, "capex_meur") == near(new)
    running = 8760 / 1e6 * ((50 - new) * price + new * 5)
    assert value(plan, "operating_cost_meur") == near(running)
    assert value(plan, "total_cost_meur") == near(5 * running + new)


def test_added_capacity_follows_the_profile_and_stays():
    """60 MW in 2030, 0 in 2040: 10 MW short of 50 from 100 MW of sun at 0.5:
    20 MW are added and stand in 2040.
    """
    rows = {
        "substations": [station("A")],
        "demands": [demand("A", 60), demand("A", 0, year=2040)],
        "supplies": [
            plant(
                "sun", technology="pv", profile="half", capacity_mw=100, max_new_mw=50, capex_meur_per_mw=1
            ),
            plant("backup", capacity_mw=0),
        ],
    }
    settings = {
        **ONE_BLOCK,
        "horizon": {"years": [2030, 2040], "last_year": 2040, "discount_rate": 0.0, "lifetime_years": 20},
    }
    plan = make(rows, settings, HALF).solve(gap=0)
    assert value(plan, "unserved_mw_years") == near(0)
    assert value(plan, "capex_meur") == near(20)
    assert value(plan, "total_cost_meur") == near(20 * 11 / 20)  # 11 years of 1/20


def test_no_limit_stays_no_limit_where_capacity_may_be_added():
    """A blank capacity is no limit: all 60 MW are served and nothing is bought."""
    plan = at_one_station(60, plant("p", max_new_mw=20, capex_meur_per_mw=1)).solve(gap=0)
    assert mw(plan, "p") == near(60)
    assert value(plan, "capex_meur") == 0


def test_a_supply_of_a_zone_stands_at_its_stations_by_share():
    """A plant of 50 MW in a zone on A (0.8) and B (0.2); A wants 40, B 10 and the grid gives to B only.

    Its output p is 0.8·p at A, so 40 MW at A need p = 50, and B gets 10.
    """
    rows = {
        "zones": [{"zone": "Z"}],
        "substations": [station("A"), station("B")],
        "service_areas": [
            {"zone": "Z", "substation": "A", "share": 0.8},
            {"zone": "Z", "substation": "B", "share": 0.2},
        ],
        "demands": [demand("A", 40), demand("B", 10)],
        "supplies": [{"supply": "p", "zone": "Z", "technology": "chp", "capacity_mw": 60}],
    }
    plan = make(rows, PF1).solve(gap=0)
    assert mw(plan, "p") == near(50)
    assert value(plan, "unserved_mw_years") == near(0)


def test_technology_says_what_is_renewable():
    """Wind counts in res_gwh, chp does not."""
    rows = [
        plant("w", technology="wind", profile="half", capacity_mw=40),
        plant("p", cost_eur_per_mwh=10),
    ]
    plan = at_one_station(50, *rows, settings=ONE_BLOCK, profiles=HALF).solve(gap=0)
    assert value(plan, "res_gwh") == near(20 * 8.76)
    assert value(plan, "curtailed_gwh") == near(0)


def test_dispatch_over_a_line_follows_cost_until_it_is_full():
    """Cheap plant at A behind a line of 30 MW, dear one at B, 50 MW at B: 30 and 20."""
    rows = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=30)],
        "demands": [demand("B", 50)],
        "supplies": [
            plant("cheap", cost_eur_per_mwh=1),
            {**plant("dear", cost_eur_per_mwh=9), "substation": "B"},
        ],
    }
    plan = make(rows, PF1).solve(gap=0)
    assert (mw(plan, "cheap"), mw(plan, "dear")) == near((30, 20))
