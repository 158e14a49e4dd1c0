"""Rights over the years, and rights without hourly profiles."""

from tests.model.cases import grid_supply, make, near, pick, value
from tests.rights.small import FIRM, case_of, hall, held, place, verified

YEARS = {"years": [2030, 2035], "last_year": 2039, "discount_rate": 0.0}
FLEXIBLE = {"right": "non_firm", "tariff_eur_per_kw_year": 10}
GOALS = ["shortfall_mw", "total_cost_meur"]


def stages(first, second, limit, **tables):
    """A station with a flat load in 2030 and 2035; without profiles a year is one hour."""
    loads = [
        {"demand": "d", "substation": "A", "year": y, "peak_mw": mw}
        for y, mw in ((2030, first), (2035, second))
    ]
    case = make(
        {"substations": [limit], "demands": loads, "transport_rights": [FIRM, FLEXIBLE], **tables},
        {"case": {"power_factor": 1.0}, "horizon": YEARS, "objective": {"minimise": GOALS}},
    )
    return verified(case.solve())


def test_a_firm_right_stays():
    """Limit 100, base 50 and later 95 MW. 20 MW stand from 2030; 5 of them may stay firm, so no more are firm
    in 2030 either, though 20 would fit and cost no tariff.
    """
    rule = {"policy": "now", "indicator": "datacenter_mw", "sense": "min", "value": 20}
    plan = stages(50, 95, {"substation": "A", "firm_demand_mva": 100}, **hall("A", 20), policies=[rule])
    firm = {y: pick(plan.datacenters, "it_mw", site="hall_A", right="firm", year=y) for y in (2030, 2035)}
    assert firm == {2030: near(5), 2035: near(5)}


def test_a_firm_right_of_feedin_stays():
    """Feed-in up to 100 MW, base 50 and later 10 MW: 150 MW fit firm in 2030, 110 in 2035."""
    plant = {"supply": "wind", "substation": "A", "technology": "wind", "capacity_mw": 0, "max_new_mw": 150}
    rule = {"policy": "much", "indicator": "res_gwh", "sense": "min", "value": 150 * 8.76, "until_year": 2030}
    limit = {"substation": "A", "firm_feedin_mva": 100}
    plan = stages(50, 10, limit, supplies=[grid_supply("A"), plant], policies=[rule])
    rows = plan.table("rights").query("holder == 'wind' and right == 'firm'")
    assert dict(zip(rows["year"], rows["contracted_mw"], strict=True)) == {2030: near(110), 2035: near(110)}


def test_energy_that_is_lost_without_hours():
    """Limit 100, base 90 MW: 30 MW under a non-firm right alone are off by 20 MW, all year."""
    parts = {"substations": [{"substation": "A", "firm_demand_mva": 100}], **hall("A", 30, min_it_mw=30)}
    parts["demands"] = [{"demand": "d", "substation": "A", "year": 2030, "peak_mw": 90}]
    parts["transport_rights"] = [{"right": "non_firm"}]
    plan = make(parts, {"case": {"power_factor": 1.0}, "objective": {"minimise": GOALS}}).solve()
    assert value(verified(plan), "demand_curtailed_gwh") == near(20 * 8.76)
    assert value(plan, "operating_cost_meur") == near(20 * 8760 * 200 / 1e6)
    assert held(plan, "hall_A", "non_firm")["curtailed_mwh"] == near(20 * 8760)


def test_feedin_in_a_block():
    """100 MW of wind that always blows, under a block from 22 to 6: 8 hours a day of it are fed in."""
    plant = {"supply": "wind", "substation": "A", "technology": "wind", "profile": "flat", "capacity_mw": 0}
    rule = {"policy": "much", "indicator": "res_gwh", "sense": "min", "value": 9000, "price": 1}
    more = {"supplies": [grid_supply("A"), {**plant, "max_new_mw": 100}], "policies": [rule]}
    time = {"energy_days": 1, "blocks_per_day": 24}
    block = {"right": "block"}
    case = case_of(
        [block], place("A", None, 1, "linear", firm_feedin_mva=200), more, profiles={"flat": [1.0] * 8760},
        minimise=tuple(GOALS), time=time,
    )  # fmt: skip
    plan = verified(case.solve())
    assert value(plan, "res_gwh") == near(100 * 8 * 365 / 1000)
    assert held(plan, "wind", "block")["curtailed_share"] == near(16 / 24)
