"""COP from temperatures: Carnot and Lorenz, by hand, alone and in a plan."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

import pytest

from gridplan.case import CaseError
from gridplan.model.heat.cop import MOST, UNKNOWN, Stream, cop, mean_k
from gridplan.plan.verify import verify
from tests.model.cases import Row, make, pick, station

COST: dict[str, Any] = {"objective": {"minimise": ["total_cost_meur"]}}


def test_half_of_carnot():
    """30 → 70 °C: 0.5·(70 + 273.15)/(70 − 30) = 0.5·343.15/40 = 4.289375, whatever the glides."""
    assert cop(Stream(30, 30), Stream(70, 70), "carnot", 0.5) == pytest.approx(4.289375)
    assert cop(Stream(30, 20), Stream(70, 40), "carnot", 0.5) == pytest.approx(4.289375)


def test_lorenz_without_glides_is_carnot():
    """Nothing cools down or warms up: 0.45·343.15/40 = 3.8604375."""
    assert cop(Stream(30, 30), Stream(70, 70), "lorenz", 0.45) == pytest.approx(3.8604375)


def test_half_of_lorenz():
    """Source from 30 to 20 °C: 10/ln(303.15/293.15) = 10/0.0335433 = 298.122 K. Sink from 40 to 70 °C:
    30/ln(343.15/313.15) = 30/0.0914853 = 327.921 K. COP 0.5·327.921/(327.921 − 298.122) = 5.50217.
    """
    assert log(303.15 / 293.15) == pytest.approx(0.0335433, abs=1e-6)
    assert log(343.15 / 313.15) == pytest.approx(0.0914853, abs=1e-6)
    assert mean_k(Stream(30, 20)) == pytest.approx(298.122, abs=1e-3)
    assert mean_k(Stream(70, 40)) == pytest.approx(327.921, abs=1e-3)
    assert cop(Stream(30, 20), Stream(70, 40), "lorenz", 0.5) == pytest.approx(5.50217, abs=1e-5)


@pytest.mark.parametrize(
    ("source", "sink", "method", "found"),
    [
        (Stream(65, 65), Stream(70, 70), "carnot", MOST),  # 0.5·343.15/5 = 34.3
        (Stream(64, 64), Stream(70, 70), "carnot", 0.5 * 343.15 / 6),  # 28.6
        (Stream(60, 60), Stream(70, 30), "lorenz", MOST),  # the sink's mean, 49.6 °C, is below the source
        (Stream(-20, -20), Stream(500, 500), "carnot", 1.05),  # 0.5·773.15/520 = 0.74
        (Stream(float("-inf"), float("-inf")), Stream(70, 70), "carnot", UNKNOWN),
    ],
)
def test_cop_is_kept_within_reason(source, sink, method, found):
    """A small lift gives no more than the largest COP of a case, a large one no less than 1.05."""
    assert cop(source, sink, method, 0.5) == pytest.approx(found)


def lake(at: str, pump: Row, source: Row | None = None, sinks: list[Row] | None = None) -> Any:
    """9 MW at 30 °C, a junction and a sink of 20 MW at 70 °C; one heat pump."""
    town = {"sink": "town", "zone": "A", "peak_mw": 20, "alternative_eur_per_mwh": 50, "return_c": 40}
    return make(
        {
            "substations": [station("A")],
            "heat_sources": [
                {"source": "lake", "zone": "A", "capacity_mw": 9, "temperature_c": 30, "return_c": 20}
                | (source or {})
            ],
            "heat_sinks": sinks or [town],
            "junctions": [{"junction": "node", "zone": "A"}],
            "heat_links": [
                {"link": "one", "from": "lake", "to": "node"},
                *({"link": f"to_{k}", "from": "node", "to": k} for k in [s["sink"] for s in sinks or [town]]),
            ],
            "heat_pumps": [{"heat_pump": "lift", "at": at, **pump}],
        },
        COST,
    )


LORENZ: Row = {"cop_method": "lorenz"}


@pytest.mark.parametrize("at", ["node", "town"])
def test_lorenz_in_a_plan_wherever_the_pump_stands(at):
    """COP 5.50217 makes 9·5.50217/4.50217 = 10.99904 MW of 9 MW, for 1.99904 MW of electricity."""
    plan = lake(at, LORENZ).solve(gap=0)
    pump = plan.table("heat_pumps").iloc[0]
    assert pump["heat_mw"] == pytest.approx(9 * 5.50217 / 4.50217, abs=1e-4)
    assert pump["electric_peak_mw"] == pytest.approx(9 / 4.50217, abs=1e-4)
    assert plan.certificate.ok, plan.certificate
    table = plan.table("heat_pumps").assign(electricity_gwh=pump["electricity_gwh"] * 4.50217 / 3.289375)
    wrong = replace(plan, tables={**plan.tables, "heat_pumps": table})  # as Carnot would have it
    assert not verify(wrong, ["heat_pumps"]).ok


def test_efficiency_is_a_column():
    """0.6 of Carnot: 0.6·343.15/40 = 5.14725; 9 MW become 9·5.14725/4.14725 = 11.17012 MW."""
    plan = lake("lake", {"efficiency": 0.6}).solve(gap=0)
    assert pick(plan.table("heat_pumps"), "heat_mw") == pytest.approx(9 * 5.14725 / 4.14725)


def test_where_streams_share_a_level_the_one_that_asks_the_most_counts():
    """A pump at the junction serves two sinks at 70 °C that come back at 40 and at 55 °C: it must reckon with
    the warmer return, 15/ln(343.15/328.15) = 335.594 K: COP 0.5·335.594/(335.594 − 298.122) = 4.47792.
    """
    sinks = [
        {"sink": f"s{back}", "zone": "A", "peak_mw": 20, "alternative_eur_per_mwh": 50, "return_c": back}
        for back in (40, 55)
    ]
    plan = lake("node", LORENZ, sinks=sinks).solve(gap=0)
    pump = plan.table("heat_pumps").iloc[0]
    assert pump["heat_mw"] / pump["electric_peak_mw"] == pytest.approx(4.4779, abs=1e-3)
    assert plan.certificate.ok, plan.certificate


def test_a_given_cop_goes_before_temperatures():
    """cop = 4 with cop_method = lorenz: 9·4/3 = 12 MW."""
    plan = lake("lake", {**LORENZ, "cop": 4}).solve(gap=0)
    assert pick(plan.table("heat_pumps"), "heat_mw") == pytest.approx(12)


def test_water_does_not_come_back_warmer():
    with pytest.raises(CaseError, match=r"35 °C is warmer than temperature_c 30 °C"):
        lake("lake", LORENZ, {"return_c": 35})
