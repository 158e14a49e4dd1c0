"""Heat pumps: what they deliver, what they draw, where, and what the station says to that."""

from __future__ import annotations

from typing import Any

import pytest

from gridplan.case import Case
from tests.model.cases import Row, make, pick, station, value

HOURS = 8760
COST: dict[str, Any] = {"objective": {"minimise": ["total_cost_meur"]}}


def warm_site(at: str, *, pump: Row | None = None, links: list[Row] | None = None, **tables: Any) -> Case:
    """9 MW of datacenter at A (30 °C, all of it heat), a sink of 20 MW at B on gas of 50 EUR/MWh, one
    pump.
    """
    rows: dict[str, list[Row]] = {
        "substations": [station("A"), station("B"), station("J")],
        "datacenters": [{"site": "hall", "substation": "A", "existing_it_mw": 9, "heat_share": 1}],
        "heat_sinks": [{"sink": "town", "zone": "B", "peak_mw": 20, "alternative_eur_per_mwh": 50}],
        "junctions": [{"junction": "node", "zone": "J"}],
        "heat_links": links
        or [{"link": "one", "from": "hall", "to": "node"}, {"link": "two", "from": "node", "to": "town"}],
        "heat_pumps": [pump or {"heat_pump": "lift", "at": at, "cop": 3.5}],
    }
    return make({**rows, **tables}, COST)


@pytest.mark.parametrize(("at", "feeds"), [("hall", "A"), ("node", "J"), ("town", "B")])
def test_nine_megawatts_become_12_6_and_draw_3_6(at, feeds):
    """Q_out = 9·3.5/2.5 = 12.6 MW, electricity 12.6/3.5 = 3.6 MW at the station that feeds the pump's
    place.

    Gas gives the other 7.4 MW: 7.4·8760·50/10⁶ = 3.2412 M€ and 7.4·8760·226/10⁶ = 14.650224 kt.
    """
    plan = warm_site(at).solve(gap=0)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(12.6)
    pump = plan.table("heat_pumps").iloc[0]
    assert (pump["at"], pump["heat_mw"], pump["electric_peak_mw"]) == (
        at,
        pytest.approx(12.6),
        pytest.approx(3.6),
    )
    assert pump["electricity_gwh"] == pytest.approx(3.6 * HOURS / 1000)
    drawn = plan.table("withdrawals").query("subject == 'heat'")
    assert dict(zip(drawn["substation"], drawn["mw"], strict=True)) == {feeds: pytest.approx(3.6)}
    peak = {n: 9.0 * (n == "A") + 3.6 * (n == feeds) for n in "ABJ"}
    for name, mw in peak.items():
        found = pick(plan.stations, "peak_mw", substation=name, direction="demand")
        assert found == pytest.approx(mw)
    assert value(plan, "operating_cost_meur") == pytest.approx(7.4 * HOURS * 50 / 1e6)
    assert value(plan, "co2_kt") == pytest.approx(14.650224)
    assert value(plan, "heat_pump_mw") == pytest.approx(12.6)


def test_heat_in_terajoules():
    """9 MW taken all year: 9·8760·0.0036 = 283.824 TJ reused; 12.6 MW delivered: 397.3536 TJ."""
    plan = warm_site("hall").solve(gap=0)
    assert value(plan, "heat_reused_tj") == pytest.approx(283.824)
    assert value(plan, "heat_delivered_tj") == pytest.approx(397.3536)
    assert pick(plan.table("heat_sinks"), "heat_tj", sink="town") == pytest.approx(397.3536)
    assert pick(plan.heat_links, "heat_tj", link="two") == pytest.approx(397.3536)
    assert pick(plan.heat_links, "peak_mw", link="one") == pytest.approx(12.6)


def test_link_before_the_pump_carries_raw_heat():
    """With the pump at the sink, both links carry the 9 MW that it lifts to 12.6 MW."""
    plan = warm_site("town").solve(gap=0)
    assert pick(plan.heat_links, "peak_mw", link="one") == pytest.approx(9)
    assert pick(plan.heat_links, "peak_mw", link="two") == pytest.approx(9)


def test_pump_size_limits_heat():
    """A pump of 7 MW gives 7 MW, from 7·2.5/3.5 = 5 MW of the site and 2 MW of electricity."""
    plan = warm_site("hall", pump={"heat_pump": "lift", "at": "hall", "cop": 3.5, "max_mw": 7}).solve(gap=0)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(7)
    assert value(plan, "heat_reused_tj") == pytest.approx(5 * HOURS * 0.0036)
    assert plan.table("heat_pumps")["electric_peak_mw"].tolist() == pytest.approx([2])


def test_blank_cop_is_half_of_carnot():
    """From 30 °C to 70 °C: 0.5·343.15/40 = 4.289375; 9 MW become 9·4.289375/3.289375 = 11.7361 MW."""
    plan = warm_site("hall", pump={"heat_pump": "lift", "at": "hall"}).solve(gap=0)
    cop = 0.5 * (70 + 273.15) / (70 - 30)
    heat = 9 * cop / (cop - 1)
    assert heat == pytest.approx(11.7361, abs=1e-4)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(heat)
    assert plan.table("heat_pumps")["electric_peak_mw"].tolist() == pytest.approx([heat / cop])


def test_pump_is_paid_by_the_megawatt():
    """12.6 MW at 2 M€/MW: capex 25.2 M€; annuity over 40 years at 4 %: 25.2·0.0505235 = 1.27319 M€.

    Gas for 12.6 MW would be 5.5188 M€ a year, so it pays: total 3.2412 + 1.27319 = 4.51439 M€.
    """
    pump = {"heat_pump": "lift", "at": "hall", "cop": 3.5, "capex_meur_per_mw": 2}
    plan = warm_site("hall", pump=pump).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(25.2)
    annuity = 0.04 / (1 - 1.04**-40)
    assert value(plan, "total_cost_meur") == pytest.approx(3.2412 + 25.2 * annuity)
    assert value(plan, "total_cost_meur") == pytest.approx(4.51439, abs=1e-5)


def test_dear_pump_is_not_built():
    """At 9 M€/MW a megawatt costs 0.45471 M€ a year, gas 0.438 M€: no pump, no heat, 8.76 M€ of gas."""
    pump = {"heat_pump": "lift", "at": "hall", "cop": 3.5, "capex_meur_per_mw": 9}
    plan = warm_site("hall", pump=pump).solve(gap=0)
    assert plan.table("heat_pumps").empty
    assert plan.heat_links.empty
    assert value(plan, "total_cost_meur") == pytest.approx(20 * HOURS * 50 / 1e6)


def tight(**tables: Any) -> Case:
    """As `warm_site`, with all heat of the site or none, at a station of 2×10 MVA, power factor 0.9: 9 MW
    firm.
    """
    rows: dict[str, Any] = {
        "substations": [station("A", transformers=2, transformer_mva=10), station("B"), station("J")],
        "heat_links": [{"link": "pipe", "from": "hall", "to": "town", "fixed_meur": 1}],
    }
    case = warm_site("hall", **{**rows, **tables})
    return case.what_if({"case.power_factor": 0.9})


def test_link_vanishes_when_its_pump_breaks_the_station_limit():
    """N-1: 0.9·(20 − 10) = 9 MW, all taken by the datacenter; the pump has no electricity, so no link is
    laid.
    """
    plan = tight().solve(gap=0)
    assert pick(plan.stations, "limit_mw", substation="A", direction="demand") == pytest.approx(9)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(9)
    assert plan.heat_links.empty
    assert plan.table("heat_pumps").empty
    assert value(plan, "total_cost_meur") == pytest.approx(8.76)


def extra(capex: float) -> list[Row]:
    return [
        {"reinforcement": "more", "kind": "transformer", "target": "A", "adds_mva": 10, "capex_meur": capex}
    ]


def test_link_triggers_a_transformer_where_that_is_cheaper():
    """A third transformer of 10 MVA (5 M€) gives 18 MW. Saving 5.5188 M€ of gas beats 6·0.0505235 M€ of
    annuity.
    """
    plan = tight(reinforcements=extra(5)).solve(gap=0)
    assert pick(plan.reinforcements, "units_in_service", reinforcement="more") == 1
    assert pick(plan.stations, "limit_mw", substation="A", direction="demand") == pytest.approx(18)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(12.6)
    annuity = 0.04 / (1 - 1.04**-40)
    assert value(plan, "total_cost_meur") == pytest.approx(3.2412 + 6 * annuity)


def test_link_vanishes_where_the_transformer_is_dearer():
    """At 200 M€ the transformer costs 10.1 M€ a year, more than all gas (8.76 M€)."""
    plan = tight(reinforcements=extra(200)).solve(gap=0)
    assert pick(plan.reinforcements, "units_in_service", reinforcement="more") == 0
    assert plan.heat_links.empty
    assert value(plan, "total_cost_meur") == pytest.approx(8.76)


def test_part_of_the_heat_fits_the_room_that_is_left():
    """9 MW firm, 7.56 MW drawn by 8.4·0.9 MW of IT: 1.44 MW for the pump makes 1.44·3.5 = 5.04 MW of heat."""
    half = [
        {
            "site": "hall",
            "substation": "A",
            "existing_it_mw": 8.4,
            "existing_utilisation": 0.9,
            "heat_share": 1,
        }
    ]
    plan = tight(datacenters=half).solve(gap=0)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(9)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(5.04)


def test_pump_on_the_high_side_does_not_count():
    """The same pump with side = hv is not behind the transformers: all 12.6 MW of heat, station still at
    9 MW.
    """
    pump = {"heat_pump": "lift", "at": "hall", "cop": 3.5, "side": "hv"}
    plan = tight(heat_pumps=[pump]).solve(gap=0)
    assert pick(plan.table("heat_sinks"), "peak_mw", sink="town") == pytest.approx(12.6)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(9)
