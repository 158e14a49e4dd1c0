"""Batteries of masts: what they hold and cost, and which masts live on them when a station is cut off."""

from __future__ import annotations

import pytest

from tests.model.cases import demand, line, make, station, value
from tests.security.grids import triangle
from tests.telecom.rows import CAPEX, cell, mast, pairs

N1 = {"case": {"power_factor": 1.0}, "physics": {"security": "n-1"}}


def test_kilowatt_hours_and_their_cost():
    """4 h of 6 kW and 10 kW of edge are 64 kWh at 0.5 k€: new mast m costs 100 + 12 + 30 + 20 = 162 k€. The
    standing mast o has its battery (2 h · 5 kW) already.
    """
    battery = {"power_kw": 6, "battery_h": 4, "battery_capex_keur_per_kwh": 0.5}
    plan = make(
        {
            "substations": [station("A")],
            "masts": [
                mast("m", 100, hosts_edge="true", edge_kw=10, edge_capex_keur=30, **battery),
                mast("o", 100, existing="true", power_kw=5, battery_h=2, battery_capex_keur_per_kwh=0.5),
            ],
            "cells": [cell("a", edge_required="true")],
            "coverage": pairs(m="a"),
        },
        CAPEX,
    ).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(0.162)
    assert plan.masts["battery_kwh"].tolist() == pytest.approx([64, 10])
    assert plan.masts["capex_keur"].tolist() == pytest.approx([162, 0])
    assert value(plan, "telecom_battery_mwh") == pytest.approx(0.074)
    assert plan.certificate.ok, plan.certificate


def test_masts_behind_a_line_that_fails_live_on_their_batteries():
    """D hangs on C by one circuit. Zone `edge` is on D; zone `both` has 0.3 of its feed from D."""
    tables = triangle()
    tables["substations"].append(station("D"))
    tables["branches"].append(line("C", "D", circuit_mva=50))
    tables["demands"].append(demand("D", 10))
    tables["zones"] = [{"zone": zone} for zone in ("edge", "both", "safe")]
    tables["service_areas"] = [
        {"zone": "edge", "substation": "D"},
        {"zone": "both", "substation": "C", "share": 0.7},
        {"zone": "both", "substation": "D", "share": 0.3},
        {"zone": "safe", "substation": "B"},
    ]
    tables["masts"] = [
        mast(f"m_{zone}", 1, zone=zone, power_kw=5, battery_h=hours, existing="true")
        for zone, hours in (("edge", 4), ("both", 2.5), ("safe", 8))
    ]
    tables["cells"] = [cell("a", zone="edge")]
    tables["coverage"] = pairs(m_edge="a")
    plan = make(tables, N1).solve()
    assert plan.table("mast_outages").to_numpy().tolist() == [
        ["CD", 2030, "m_edge", 1.0, 4.0],
        ["CD", 2030, "m_both", 0.3, 2.5],
    ]
    assert plan.masts.set_index("mast")["substation"].to_dict() == {
        "m_edge": "D",
        "m_both": "C;D",
        "m_safe": "B",
    }
    assert plan.certificate.ok, plan.certificate


def test_without_outages_the_table_is_empty():
    plan = make(
        {"substations": [station("A")], "masts": [mast("m", 1)], "cells": [cell("a", required="")]}
    ).solve()
    assert len(plan.table("mast_outages")) == 0
