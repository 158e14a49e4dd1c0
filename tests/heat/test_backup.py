"""Back-up: where a connected sink gets what its links do not bring, and what that costs, emits and draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gridplan.case import Case
from tests.model.cases import Row, make, pick, station, value

COST: dict[str, Any] = {"objective": {"minimise": ["total_cost_meur"]}}
ANNUITY = 0.04 / (1 - 1.04**-40)
YEAR = 8760
ELECTRIC: Row = {"alternative": "all_electric", "alternative_cop": 3, "alternative_eur_per_mwh": 40}
GAS: Row = {"backup": "gas", "backup_eur_per_mwh": 60}


def town(sink: Row, source: Row | None = None, settings: Any = None, profiles: Any = None) -> Case:
    """A source of 9 MW at A, linked to a sink of 12 MW at B."""
    return make(
        {
            "substations": [station("A"), station("B")],
            "heat_sources": [{"source": "well", "zone": "A", "capacity_mw": 9, **(source or {})}],
            "heat_sinks": [{"sink": "town", "zone": "B", "peak_mw": 12, **sink}],
            "heat_links": [{"link": "pipe", "from": "well", "to": "town"}],
        },
        settings or COST,
        profiles,
    )


def tj(plan: Any) -> list[float]:
    """TJ a year of the sink: wanted, from links, back-up, alternative."""
    row = plan.table("heat_sinks").iloc[0]
    return [row[f"{name}_tj"] for name in ("wanted", "heat", "backup", "alternative")]


def mw_years(*mw: float) -> Any:
    """TJ of so many MW all year."""
    return pytest.approx([v * YEAR * 0.0036 for v in mw])


def peak(plan: Any) -> float:
    return float(pick(plan.stations, "peak_mw", substation="B", direction="demand"))


def test_gas_takes_the_place_of_heat_pumps():
    """Without back-up 3 MW stay with the heat pumps of COP 3: 1 MW at B. With gas for them B draws nothing:
    3·8760·60/10⁶ = 1.5768 M€ and 3·8760·226/10⁶ = 5.93928 kt.
    """
    today = town(ELECTRIC).solve(gap=0)
    assert peak(today) == pytest.approx(1)
    assert tj(today) == mw_years(12, 9, 0, 3)
    plan = town({**ELECTRIC, **GAS}).solve(gap=0)
    assert tj(plan) == mw_years(12, 9, 3, 0)
    assert peak(plan) == pytest.approx(0)
    assert pick(plan.table("heat_sinks"), "backup_peak_mw") == pytest.approx(3)
    assert value(plan, "operating_cost_meur") == pytest.approx(1.5768)
    assert value(plan, "co2_kt") == pytest.approx(5.93928)
    assert value(plan, "heat_backup_tj") == pytest.approx(3 * YEAR * 0.0036)
    assert value(plan, "heat_delivered_tj") == pytest.approx(9 * YEAR * 0.0036)
    assert plan.certificate.ok, plan.certificate


@pytest.mark.parametrize(("cop", "mw"), [(1, 3), (2, 1.5)])
def test_an_electric_boiler_is_a_load(cop, mw):
    """3 MW of heat from a boiler at COP 1 draw 3 MW at B, more than the heat pumps' 1 MW that it replaces."""
    plan = town({**ELECTRIC, "backup": "electric", "backup_cop": cop, "must_connect": "true"}).solve(gap=0)
    assert peak(plan) == pytest.approx(mw)
    assert tj(plan) == mw_years(12, 9, 3, 0)
    assert value(plan, "co2_kt") == pytest.approx(0)
    assert plan.certificate.ok, plan.certificate


@pytest.mark.parametrize(("mw", "taken"), [(9, 0), (12, 12)])
def test_with_no_back_up_it_is_all_or_nothing(mw, taken):
    """12 MW from a source of 9 MW: the sink cannot be connected, and its heat pumps give all, 4 MW at B."""
    plan = town({**ELECTRIC, "backup": "none"}, {"capacity_mw": mw}).solve(gap=0)
    assert tj(plan) == mw_years(12, taken, 0, 12 - taken)
    assert bool(pick(plan.table("heat_sinks"), "connected")) == (taken > 0)
    assert peak(plan) == pytest.approx((12 - taken) / 3)
    assert plan.certificate.ok, plan.certificate


@pytest.mark.parametrize(
    ("sink", "solved"),
    [
        ({"backup": "none"}, False),
        ({"backup": "alternative"}, False),
        ({**GAS, "backup_max_mw": 2.9}, False),
        ({**GAS, "backup_max_mw": 3}, True),
    ],
)
def test_a_sink_that_must_connect_needs_links_or_back_up_enough(sink, solved):
    """9 MW of 12 come from the link, so 3 MW of back-up are needed, however dear: 1.5768 M€."""
    plan = town({**ELECTRIC, "must_connect": "true", **sink}).solve(gap=0)
    assert plan.status == ("optimal" if solved else "infeasible")
    if solved:
        assert value(plan, "operating_cost_meur") == pytest.approx(1.5768)


@pytest.mark.parametrize(("connect", "joined"), [(51, True), (53, False)])
def test_connecting_pays_until_its_annuity_eats_the_saving(connect, joined):
    """The alternative costs 12·8760·40/10⁶ = 4.2048 M€ a year, gas back-up 1.5768: 2.628 M€ are saved, worth
    2.628/0.0505235 = 52.02 M€ of connection.
    """
    limit = (4.2048 - 1.5768) / ANNUITY
    assert limit == pytest.approx(52.02, abs=0.01)
    plan = town({**ELECTRIC, **GAS, "connect_meur": connect}).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(connect * joined)
    assert tj(plan) == (mw_years(12, 9, 3, 0) if joined else mw_years(12, 0, 0, 12))
    assert plan.certificate.ok, plan.certificate


def test_a_boiler_is_built_for_the_peak_that_links_do_not_cover():
    """12 MW in 90 days of winter, 3 MW else, 9 MW from the link: 3 MW of boiler at 0.5 M€/MW, and
    3·24·90 = 6480 MWh = 23.328 TJ of gas for 0.3888 M€. All hours are checked.
    """
    cold = np.repeat([1.0] * 90 + [0.25] * 275, 24)
    sink = {**GAS, "profile": "cold", "backup_capex_meur_per_mw": 0.5, "alternative_eur_per_mwh": 99}
    settings = {**COST, "time": {"energy_days": 2, "all_hours": True}}
    plan = town(sink, settings=settings, profiles={"cold": cold}).solve(gap=0)
    assert plan.summary["security"]["violated"] == 0
    row = plan.table("heat_sinks").iloc[0]
    assert (row["backup_mw"], row["backup_peak_mw"]) == (pytest.approx(3), pytest.approx(3))
    assert row["backup_tj"] == pytest.approx(23.328)
    assert row["capex_meur"] == value(plan, "capex_meur") == pytest.approx(1.5)
    assert value(plan, "operating_cost_meur") == pytest.approx(0.3888)
    assert plan.certificate.ok, plan.certificate


def test_a_sink_is_connected_from_its_year_on_and_stays():
    """It must connect from 2035; the link comes in 2035 too. In 2030 it wants nothing, and pays nothing."""
    stages = {"horizon": {"years": [2030, 2035], "last_year": 2039}, **COST}
    sink = {**ELECTRIC, **GAS, "must_connect": "true", "from_year": 2035, "connect_meur": 8}
    plan = town(sink, settings=stages).solve(gap=0)
    table = plan.table("heat_sinks")
    assert table["connected"].tolist() == [False, True]
    assert table["capex_meur"].tolist() == pytest.approx([0, 8])
    assert table["backup_tj"].tolist() == mw_years(0, 3)
    assert plan.certificate.ok, plan.certificate


def test_a_policy_may_bound_back_up():
    """At most half of 3 MW·year from back-up: with 9 MW from the link that does not serve 12 MW."""
    half = {"policy": "less", "indicator": "heat_backup_tj", "value": 1.5 * YEAR * 0.0036}
    case = town({**ELECTRIC, **GAS}).what_if({"policies.less": half})
    plan = case.solve(gap=0)
    assert tj(plan) == mw_years(12, 0, 0, 12)


def test_co2_of_gas_is_that_of_back_up_and_alternative_together():
    """A gas sink with an electric back-up burns no gas once it is connected, though its back-up takes the
    place of gas; with its alternative as back-up it burns 3 MW, which may not be.
    """
    sink = {"alternative": "gas", "backup": "electric", "must_connect": "true"}
    none = {"policy": "clean", "indicator": "co2_kt", "value": 1e-6, "applies_to": "gas"}
    assert town(sink).what_if({"policies.clean": none}).solve(gap=0).status == "optimal"
    alone = {**sink, "backup": "alternative", "must_connect": "false"}
    assert town(alone).what_if({"policies.clean": none}).solve(gap=0).status == "infeasible"
