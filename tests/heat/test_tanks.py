"""Tanks: what a night of charging is worth in the evening, what is lost, and what the check says of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gridplan.case import Case
from gridplan.network import Network
from gridplan.plan.extract.decisions import decided
from gridplan.solve.checker import Checker
from gridplan.solve.progress import Silent
from tests.model.cases import Row, make, pick, station, value

HOURS, TANK = 8760, {"heat_storage": "tank", "at": "town"}
DAY: dict[str, Any] = {"energy_days": 1, "all_hours": False}
EVENING = np.tile([0.5] * 18 + [1.0] * 4 + [0.5] * 2, 365)  # full from 18 to 22 h


def network(
    tank: Row,
    *,
    minimise: str = "capex_meur",
    shape: np.ndarray = EVENING,
    all_hours: bool = False,
    years: tuple[int, ...] = (2030,),
    **rows: Row,
) -> Case:
    """A source of 5 MW, and a sink of 6 MW in the evening and 3 MW else that must connect."""
    sink = {"sink": "town", "zone": "A", "peak_mw": 6, "profile": "day", "must_connect": "true"}
    return make(
        {
            "substations": [station("A")],
            "heat_sources": [{"source": "well", "zone": "A", "capacity_mw": 5, **rows.get("source", {})}],
            "heat_sinks": [{**sink, **rows.get("sink", {})}],
            "heat_links": [{"link": "pipe", "from": "well", "to": "town", **rows.get("link", {})}],
            "heat_storages": [{**TANK, **tank}],
        },
        {
            "objective": {"minimise": [minimise]},
            "time": {**DAY, "all_hours": all_hours},
            "horizon": {"years": list(years), "last_year": years[-1]},
        },
        {"day": shape},
    )


@pytest.mark.parametrize(
    ("tank", "enough"),
    [
        ({"energy_mwh": 3.9}, False),
        ({"energy_mwh": 4, "power_mw": 1}, True),
        ({"energy_mwh": 9, "power_mw": 0.9}, False),
        ({"energy_mwh": 4, "at": "well"}, True),
    ],
)
def test_a_night_of_charging_serves_the_evening(tank, enough):
    """In four hours 6 − 5 = 1 MW is missing: 4 MWh, at 1 MW. At other hours 5 − 3 = 2 MW are to spare."""
    plan = network(tank).solve(gap=0)
    assert plan.status == ("optimal" if enough else "infeasible")
    if enough:
        table = plan.table("heat_storages").set_index("hour")
        assert table["mw"].loc[18:21].tolist() == pytest.approx([1.0] * 4)
        assert table["energy_mwh"].loc[18:21].tolist() == pytest.approx([4.0, 3.0, 2.0, 1.0])
        assert pick(plan.table("heat_sinks"), "peak_mw") == pytest.approx(6)


@pytest.mark.parametrize(("power", "enough"), [(3, True), (2.9, False)])
def test_a_tank_charges_no_faster_than_its_pump(power, enough):
    """5 MW are wanted and there all day, but for 1 MW at 3 h and 6.5 MW at 19 and 20 h: the 3 MWh of the
    evening must go in within one hour, at 3 MW; they come out at 1.5 MW.
    """
    day = np.full(24, 5.0)
    day[3], day[19:21] = 1.0, 6.5
    case = network({"energy_mwh": 9, "power_mw": power}, shape=np.tile(day, 365), sink={"peak_mw": 1})
    assert case.solve(gap=0).status == ("optimal" if enough else "infeasible")


def test_without_hours_a_tank_gives_nothing():
    """Without profiles the year is one hour that follows itself: 5 of 6 MW is all there is."""
    case = network({"energy_mwh": 100})
    bare = {name: case.table(name).to_dict("records") for name in ("substations", "heat_sources")}
    bare |= {name: case.table(name).to_dict("records") for name in ("heat_links", "heat_storages")}
    sink = {"sink": "town", "zone": "A", "peak_mw": 6, "alternative_eur_per_mwh": 10}
    plan = make({**bare, "heat_sinks": [sink]}, {"objective": {"minimise": ["operating_cost_meur"]}}).solve()
    assert pick(plan.table("heat_sinks"), "peak_mw") == pytest.approx(5)


def test_room_is_bought_with_what_is_lost_on_the_way():
    """1 % is lost each hour: at 18 h there must be 0.99⁻¹ + 0.99⁻² + 0.99⁻³ + 0.99⁻⁴ = 4.102035 MWh.

    1 M€/MWh. Heat costs 10 EUR/MWh, so that it is taken as late as it can be: 2 MW at 17 h, 2 MW at 16 h and
    x at 15 h, where 4.102035 = 2 + 0.99·2 + 0.9801·x gives x = 0.124513. A day costs (3·20 + 6·4 − 4 +
    4.124513) MWh · 10 EUR: 84.124513·365·10/10⁶ = 0.307054 M€.
    """
    need = sum(0.99**-k for k in range(1, 5))
    late = (need - 2 - 0.99 * 2) / 0.99**2
    assert (need, late) == (pytest.approx(4.102035, abs=1e-6), pytest.approx(0.124513, abs=1e-6))
    tank = {"loss_share_per_hour": 0.01, "max_new_mwh": 50, "capex_meur_per_mwh": 1}
    plan = network(tank, minimise="total_cost_meur", source={"cost_eur_per_mwh": 10}).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(need)
    table = plan.table("heat_storages").set_index("hour")
    assert table["new_mwh"].iloc[0] == table["energy_mwh"][18] == pytest.approx(need)
    assert table["mw"].loc[15:17].tolist() == pytest.approx([-late, -2, -2])
    lost = 0.01 * table["energy_mwh"].sum()
    assert table["mw"].sum() == pytest.approx(-lost)
    assert lost == pytest.approx(late)  # what is put in less the 4 MWh that come out
    assert value(plan, "operating_cost_meur") == pytest.approx((84 + late) * 365 * 10 / 1e6)
    assert plan.certificate.ok, plan.certificate


@pytest.mark.parametrize(("at", "gas"), [("town", 0), ("well", 4)])
def test_a_tank_helps_behind_the_narrow_pipe_only(at, gas):
    """A pipe of 5 MW to a sink of 6 MW: a tank at the sink fills at night. At a source of 9 MW it does not
    help, and 4 MWh of gas a day are burnt: 4·365·60/10⁶ = 0.0876 M€.
    """
    open_sink = {"must_connect": "false", "alternative_eur_per_mwh": 60}
    case = network(
        {"at": at, "energy_mwh": 10},
        minimise="operating_cost_meur",
        source={"capacity_mw": 9},
        sink=open_sink,
        link={"capex_meur_per_mw": 1},
    )
    most = {"policy": "narrow", "indicator": "capex_meur", "value": 5}
    plan = case.what_if({"policies.narrow": most}).solve(gap=0)
    assert value(plan, "operating_cost_meur") == pytest.approx(gas * 365 * 60 / 1e6)


def test_room_waits_for_its_year_and_stays():
    """3 MWh are there, 1 more may come in 2031: gas for 1 MWh a day in 2030, and 2 M€ are paid in 2031."""
    tank = {"energy_mwh": 3, "max_new_mwh": 5, "capex_meur_per_mwh": 2, "earliest_year": 2031}
    case = network(
        tank,
        minimise="operating_cost_meur",
        years=(2030, 2031, 2032),
        sink={"must_connect": "false", "alternative_eur_per_mwh": 60},
    )
    ordered = {"objective.minimise": ["operating_cost_meur", "capex_meur"]}
    plan = case.what_if(ordered).solve(gap=0)
    years = plan.summary["indicators"]["operating_cost_meur"]["by_year"]
    gas = pytest.approx(365 * 60 / 1e6, abs=1e-5)
    assert years == {2030: gas, 2031: pytest.approx(0, abs=1e-5), 2032: pytest.approx(0, abs=1e-5)}
    spent = plan.summary["indicators"]["capex_meur"]["by_year"]
    assert list(spent.values()) == pytest.approx([0, 2, 0], abs=1e-4)
    stock = plan.table("heat_storages").drop_duplicates("year")["new_mwh"]
    assert stock.tolist() == pytest.approx([0, 1, 1], abs=1e-4)


def warm(tank: Row, hot: float, cool: float, pump: float) -> Case:
    """Sources at 80 °C and at 30 °C for a sink at 70 °C that wants 8 MW; a heat pump of COP 5 at the sink."""
    return make(
        {
            "substations": [station("A")],
            "heat_sources": [
                {"source": "hot", "zone": "A", "capacity_mw": hot, "temperature_c": 80},
                {"source": "cool", "zone": "A", "capacity_mw": cool, "temperature_c": 30},
            ],
            "heat_sinks": [
                {"sink": "town", "zone": "A", "peak_mw": 8, "profile": "day", "alternative_eur_per_mwh": 60}
            ],
            "heat_links": [
                {"link": "a", "from": "hot", "to": "town"},
                {"link": "b", "from": "cool", "to": "town"},
            ],
            "heat_pumps": [{"heat_pump": "lift", "at": "town", "cop": 5, "max_mw": pump}],
            "heat_storages": [{"heat_storage": "tank", **tank}],
        },
        {"objective": {"minimise": ["operating_cost_meur"]}, "time": DAY},
        {"day": EVENING},
    )


@pytest.mark.parametrize(("at", "mwh", "short"), [("town", 2, 0), ("hot", 2, 0), ("town", 1, 1)])
def test_a_tank_at_the_sink_or_at_the_source_keeps_what_is_warm_enough(at, mwh, short):
    """The evening wants 8 MW: 5 are hot, 2.5 come through the pump (2 cool MW·5/4), 0.5 are missing: 2 MWh.

    At night 4 MW are wanted, so there is enough to fill the tank; what it cannot hold is gas at 60 EUR/MWh.
    """
    plan = warm({"at": at, "energy_mwh": mwh}, hot=5, cool=2, pump=2.5).solve(gap=0)
    assert value(plan, "operating_cost_meur") == pytest.approx(short * 365 * 60 / 1e6, abs=1e-5)
    assert plan.certificate.ok, plan.certificate


def test_a_tank_full_of_cool_heat_warms_nobody():
    """4 MW are hot and 20 MW cool; the pump gives 0.5 MW. At night 4.5 − 4 MW are to spare, 20·0.5 = 10 MWh;
    the evening lacks 4·(8 − 4.5) = 14 MWh. So 4 MWh are gas, however much cool heat a tank of 100 MWh holds.
    """
    plan = warm({"at": "town", "energy_mwh": 100}, hot=4, cool=20, pump=0.5).solve(gap=0)
    assert value(plan, "operating_cost_meur") == pytest.approx(4 * 365 * 60 / 1e6)


LONG = np.full(HOURS, 0.5)
LONG[200 * 24 + 18 : 200 * 24 + 22] = 1.0
LONG[300 * 24 + 16 : 300 * 24 + 22] = 0.99


def test_the_check_finds_a_longer_evening_and_the_tank_grows():
    """Day 200 lacks 4·1 MWh, day 300 6·(5.94 − 5) = 5.64 MWh. The mean day lacks nothing, so only the check
    can say so: first day 200 enters, then day 300.
    """
    tank = {"max_new_mwh": 50, "capex_meur_per_mwh": 1}
    plan = network(tank, shape=LONG, all_hours=True).solve(gap=0)
    assert plan.status == "optimal"
    assert plan.summary["security"]["checked"] == HOURS
    assert plan.summary["security"]["violated"] == 0
    assert value(plan, "capex_meur") == pytest.approx(5.64)
    assert plan.certificate.ok, plan.certificate


def test_the_check_passes_hours_that_a_tank_serves_and_reports_those_that_it_cannot():
    """With 5.64 MWh all 8760 hours hold, though ten of them lack up to 1 MW by themselves. With 5 MWh day 200
    (4 MWh) holds and day 300 lacks 0.64 MWh; without a tank ten hours fail, by 4·1 + 6·0.94 MWh.
    """
    case = network({"max_new_mwh": 50, "capex_meur_per_mwh": 1}, shape=LONG)
    built = decided(case.solve(gap=0).table("decisions"))
    checker = Checker(case, Network(case), ("day",))

    def excess(mwh: float) -> np.ndarray:
        """MW that do not fit, by hour, with so much room."""
        found = checker.check({**built, ("heat.new_room", ("tank", 2030)): mwh}, Silent())
        return found.certificates[2030].excess

    assert excess(5.64).max() < 1e-3
    some = excess(5.0)
    assert np.unique(np.flatnonzero(some > 1e-3) // 24).tolist() == [300]
    assert some.sum() == pytest.approx(0.64, abs=1e-3)
    none = excess(0.0)
    assert (none > 1e-3).sum() == 10
    assert none.sum() == pytest.approx(9.64, abs=1e-3)


def test_a_tank_lets_the_heat_pump_rest_while_the_station_is_full():
    """Station of 0.95·10 = 9.5 MW, 8.5 MW of demand in the evening and 4.25 MW else; a heat pump of COP 3.

    6 MW of heat draw 2 MW, where 1 MW is left: 3 MW of heat. The tank gives the other 3 MW for four hours, 12
    MWh, charged at night when 3 MW of heat are wanted and 5.25 MW are left. Every hour of the year is
    checked: those of the evening pass with their whole day.
    """
    case = make(
        {
            "substations": [station("A", firm_demand_mva=10)],
            "demands": [
                {"demand": "homes", "substation": "A", "year": 2030, "peak_mw": 8.5, "profile": "day"}
            ],
            "heat_sources": [{"source": "lake", "zone": "A", "temperature_c": 10}],
            "heat_sinks": [
                {"sink": "town", "zone": "A", "peak_mw": 6, "profile": "day", "must_connect": "true"}
            ],
            "heat_links": [{"link": "pipe", "from": "lake", "to": "town"}],
            "heat_pumps": [{"heat_pump": "lift", "at": "town", "cop": 3}],
            "heat_storages": [{**TANK, "max_new_mwh": 50, "capex_meur_per_mwh": 1}],
        },
        {"objective": {"minimise": ["capex_meur"]}, "time": {**DAY, "all_hours": True}},
        {"day": EVENING},
    )
    plan = case.solve(gap=0)
    assert plan.status == "optimal"
    assert plan.summary["security"] | {"checked": HOURS, "violated": 0} == plan.summary["security"]
    assert value(plan, "capex_meur") == pytest.approx(12)
    assert pick(plan.stations, "peak_mw", direction="demand") == pytest.approx(9.5, abs=1e-4)
    assert plan.certificate.ok, plan.certificate
