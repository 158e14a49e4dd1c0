"""Table heat_seasons: months of wanted and offered heat, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.heat.networks import DAYS, WINTER, two_towns
from tests.model.cases import Row, make, station, value

DAY: dict[str, Any] = {"energy_days": 2, "all_hours": False}


@pytest.fixture(scope="module")
def plan() -> Any:
    return two_towns().solve(gap=0)


def months(table: pd.DataFrame) -> dict[str, list[float]]:
    return {
        name: table[f"{name}_tj"].tolist() for name in ("wanted", "offered", "usable", "surplus", "missing")
    }


def test_months_of_a_datacenter_and_its_town(plan):
    """January, 31 days: 20 h of 12 MW and 4 h of 16 MW are wanted: 304 MWh a day. The pump gives 12.6 MW of
    10·3.5/2.5 = 14: 302.4 MWh. Usable are 20·12 + 4·12.6 = 290.4 MWh; 13.6 are missing, 12 left over. July:
    101.33 MWh wanted, all of it there. The village has no link, so it is in no network.
    """
    table = plan.table("heat_seasons")
    assert table["network"].unique().tolist() == ["town"]
    winter = {"wanted": 304, "offered": 302.4, "usable": 290.4, "surplus": 12, "missing": 13.6}
    summer = {
        "wanted": 101 + 1 / 3,
        "offered": 302.4,
        "usable": 101 + 1 / 3,
        "surplus": 201 + 1 / 15,
        "missing": 0,
    }
    found = months(table)
    for month, days in enumerate(DAYS):
        a_day = winter if month in (0, 1, 2, 9, 10, 11) else summer
        for name, mwh in a_day.items():
            assert found[name][month] == pytest.approx(mwh * days * 0.0036, abs=1e-9), (name, month)


def test_months_add_up_to_the_year_of_the_sink(plan):
    """What the twelve months want is what the sink wants, by typical days: 265.9392 TJ."""
    sinks = plan.table("heat_sinks").set_index("sink")
    assert plan.table("heat_seasons")["wanted_tj"].sum() == pytest.approx(sinks.loc["town", "wanted_tj"])
    assert sinks.loc["town", "wanted_tj"] == pytest.approx((304 * 182 + 304 / 3 * 183) * 0.0036)


def test_a_tank_and_a_boiler_share_the_evening(plan):
    """The pump's 12.6 MW lack 3.4 MW for four hours. A boiler costs 0.6 M€/MW, a tank 0.01 M€/MWh, so the
    tank gives nearly all of it; what it cannot be filled with at night (20·0.6 = 12 MWh of 13.6) comes from
    the boiler.
    """
    row = plan.table("heat_sinks").set_index("sink").loc["town"]
    tank = plan.table("heat_storages")
    night = tank[(tank["weight_hours"] > 0) & (tank["mw"] < -0.1)]
    assert night["mw"].sum() >= -20 * (0.6 + row["backup_mw"]) - 1e-6
    assert 1.6 * 182 * 0.0036 < row["backup_tj"] < 2 * 182 * 0.0036  # the 1.6 MWh, and what the tank loses
    assert plan.certificate.ok, plan.certificate


def sources(rows: list[Row], pumps: list[Row]) -> pd.Series:
    """January of a network in which a sink wants 4 MW in winter and 1 MW in summer, in MW."""
    shape = np.where(WINTER, 1.0, 0.25)
    tables = {
        "substations": [station("A")],
        "heat_sources": [{"zone": "A", **row} for row in rows],
        "heat_sinks": [{"sink": "town", "peak_mw": 4, "profile": "cold", "must_connect": "true"}],
        "heat_links": [{"link": f"l{k}", "from": row["source"], "to": "town"} for k, row in enumerate(rows)],
        "heat_pumps": pumps,
    }
    case = make(tables, {"objective": {"minimise": ["capex_meur"]}, "time": DAY}, {"cold": shape})
    table = case.solve(gap=0).table("heat_seasons")
    return table.iloc[0][["wanted_tj", "offered_tj", "surplus_tj"]] / (31 * 24 * 0.0036)


@pytest.mark.parametrize(
    ("rows", "pumps", "offered"),
    [
        ([{"source": "a"}], [], 4),  # no limit: what is wanted
        ([{"source": "a", "capacity_mw": 5}, {"source": "b", "capacity_mw": 2, "profile": "cold"}], [], 7),
        (  # 3 MW at 80 °C as they are, 6 MW at 30 °C through a pump of COP 3 at the sink, built for 1 MW
            [
                {"source": "a", "capacity_mw": 3, "temperature_c": 80},
                {"source": "b", "capacity_mw": 6, "temperature_c": 30},
            ],
            [{"heat_pump": "w", "at": "town", "cop": 3, "capex_meur_per_mw": 1}],
            4,
        ),
    ],
    ids=["no limit", "two sources", "pump by the MW"],
)
def test_what_a_network_is_offered(rows, pumps, offered):
    """Of each source what it has; of a pump what was built for 4 MW."""
    found = sources(rows, pumps)
    assert found["wanted_tj"] == pytest.approx(4)
    assert found["offered_tj"] == pytest.approx(offered)
    assert found["surplus_tj"] == pytest.approx(offered - 4)


def test_without_profiles_there_are_no_months():
    case = two_towns()
    tables = {name: case.table(name).to_dict("records") for name in case.tables}
    for row in tables["heat_sinks"]:
        row["profile"] = ""
    plan = make({name: rows for name, rows in tables.items() if name != "heat_storages"}).solve(gap=0)
    assert plan.table("heat_seasons").empty
    assert value(plan, "heat_delivered_tj") > 0
