"""Temperature levels: who may warm whom with and without a heat pump."""

from __future__ import annotations

from typing import Any

import pytest

from gridplan.case import Case
from tests.model.cases import Row, make, pick, station, value

COST: dict[str, Any] = {"objective": {"minimise": ["total_cost_meur"]}}


def network(source_c: float | None, sinks: dict[str, float], pumps: list[Row], mw: float = 10) -> Case:
    """One source of `mw` joined with sinks of 10 MW each at given temperatures, on gas of 50 EUR/MWh."""
    return make(
        {
            "substations": [station("A")],
            "heat_sources": [
                {"source": "well", "zone": "A", "capacity_mw": mw, "temperature_c": source_c}
                if source_c is not None
                else {"source": "well", "zone": "A", "capacity_mw": mw}
            ],
            "heat_sinks": [
                {"sink": k, "zone": "A", "peak_mw": 10, "temperature_c": c, "alternative_eur_per_mwh": 50}
                for k, c in sinks.items()
            ],
            "heat_links": [{"link": f"to_{k}", "from": "well", "to": k} for k in sinks],
            "heat_pumps": pumps,
        },
        COST,
    )


def peaks(plan: Any) -> dict[str, float]:
    table = plan.table("heat_sinks")
    return dict(zip(table["sink"], table["peak_mw"], strict=True))


def test_warm_source_needs_no_pump():
    """80 °C serves 70 °C directly: 10 MW of heat, and the pump that could be built is not."""
    plan = network(80, {"old": 70}, [{"heat_pump": "lift", "at": "well", "cop": 3}]).solve(gap=0)
    assert peaks(plan) == {"old": pytest.approx(10)}
    assert plan.table("heat_pumps").empty
    assert value(plan, "operating_cost_meur") == pytest.approx(0)


def test_equal_temperature_is_warm_enough():
    """A sink that is no warmer than the source is served: 70 °C to 70 °C."""
    plan = network(70, {"old": 70}, [{"heat_pump": "lift", "at": "well", "cop": 3}]).solve(gap=0)
    assert peaks(plan) == {"old": pytest.approx(10)}
    assert plan.table("heat_pumps").empty


def test_fifty_degrees_serve_45_directly_and_70_through_a_pump():
    """20 MW at 50 °C: the new quarter (45 °C) takes 10 MW as it is; the old one (70 °C) has a pump of COP
    5 that makes its 10 MW from 8 MW and 2 MW of electricity. The source gives 18 MW. (A pump that costs a
    little is no larger.)
    """
    pumps = [{"heat_pump": "lift", "at": "old", "cop": 5, "capex_meur_per_mw": 0.1}]
    plan = network(50, {"new": 45, "old": 70}, pumps, mw=20).solve(gap=0)
    assert peaks(plan) == {"new": pytest.approx(10), "old": pytest.approx(10)}
    assert pick(plan.heat_links, "peak_mw", link="to_new") == pytest.approx(10)
    assert pick(plan.heat_links, "peak_mw", link="to_old") == pytest.approx(8)
    assert plan.table("heat_pumps")["electric_peak_mw"].tolist() == pytest.approx([2])


def test_without_a_pump_in_reach_the_warmer_sink_stays_on_gas():
    """The pump at the new quarter lifts nothing for the old one: 10 MW of gas, 4.38 M€."""
    pumps = [{"heat_pump": "lift", "at": "new", "cop": 5}]
    plan = network(50, {"new": 45, "old": 70}, pumps, mw=20).solve(gap=0)
    assert peaks(plan) == {"new": pytest.approx(10), "old": pytest.approx(0)}
    assert value(plan, "operating_cost_meur") == pytest.approx(4.38)


def test_without_the_table_of_pumps_temperatures_are_not_looked_at():
    """10 °C warms 90 °C where nobody speaks of heat pumps."""
    plan = network(10, {"old": 90}, []).solve(gap=0)
    assert peaks(plan) == {"old": pytest.approx(10)}


def test_blank_source_temperature_is_warm_enough():
    """A source of unknown temperature serves 90 °C, though pumps exist elsewhere."""
    plan = network(None, {"old": 90, "new": 40}, [{"heat_pump": "lift", "at": "new", "cop": 4}]).solve(gap=0)
    assert peaks(plan)["old"] + peaks(plan)["new"] == pytest.approx(10)
    assert plan.table("heat_pumps").empty


def test_one_pump_lifts_each_sink_to_its_own_temperature():
    """A pump at a 30 °C source, blank COP: to 50 °C 0.5·323.15/20 = 8.07875, to 70 °C 0.5·343.15/40 =
    4.289375.

    10 MW at each sink draws 10/8.07875 + 10/4.289375 = 1.23782 + 2.33134 = 3.56916 MW; the source gives
    16.43084 MW.
    """
    plan = network(30, {"new": 50, "old": 70}, [{"heat_pump": "lift", "at": "well"}], mw=40).solve(gap=0)
    assert peaks(plan) == {"new": pytest.approx(10), "old": pytest.approx(10)}
    # Electricity is free here, so the least is only reached when it is scarce: the station allows just that
    # much.
    least = 10 / 8.07875 + 10 / 4.289375
    assert least == pytest.approx(3.56916, abs=1e-5)
    case = network(30, {"new": 50, "old": 70}, [{"heat_pump": "lift", "at": "well"}], mw=40)
    exact = {"substations.A.firm_demand_mva": least / 0.95}
    assert sum(peaks(case.what_if(exact).solve(gap=0)).values()) == pytest.approx(20)
    tighter = {"substations.A.firm_demand_mva": (least - 0.2) / 0.95}
    # 0.2 MW less electricity costs 0.2·4.289375 MW at the sink that needs the most of it per MW of heat.
    found = sum(peaks(case.what_if(tighter).solve(gap=0)).values())
    assert found == pytest.approx(20 - 0.2 * 4.289375)


def test_cooler_source_and_warmer_source_share_a_link():
    """5 MW at 80 °C and 9 MW at 30 °C meet at a junction with a pump (COP 3.5): 5 + 12.6 = 17.6 MW at a
    70 °C sink.
    """
    plan = make(
        {
            "substations": [station("A")],
            "heat_sources": [
                {"source": "hot", "zone": "A", "capacity_mw": 5, "temperature_c": 80},
                {"source": "cool", "zone": "A", "capacity_mw": 9, "temperature_c": 30},
            ],
            "heat_sinks": [{"sink": "town", "zone": "A", "peak_mw": 30, "alternative_eur_per_mwh": 50}],
            "junctions": [{"junction": "node", "zone": "A"}],
            "heat_links": [
                {"link": "a", "from": "hot", "to": "node"},
                {"link": "b", "from": "cool", "to": "node"},
                {"link": "c", "from": "node", "to": "town"},
            ],
            "heat_pumps": [{"heat_pump": "lift", "at": "node", "cop": 3.5}],
        },
        COST,
    ).solve(gap=0)
    assert peaks(plan) == {"town": pytest.approx(17.6)}
    assert pick(plan.heat_links, "peak_mw", link="c") == pytest.approx(17.6)
    assert plan.table("heat_pumps")["electric_peak_mw"].tolist() == pytest.approx([3.6])
