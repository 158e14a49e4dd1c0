"""Edge sites at masts: who asks for them, what they reach, draw and cost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.cases import Row, make, pick, station, value
from tests.telecom.rows import CAPEX, cell, mast, pairs, standing

TWO = {
    "horizon": {"years": [2030, 2035], "last_year": 2039},
    "objective": {"minimise": ["total_cost_meur"]},  # later is cheaper
}


def host(name: str, keur: float, edge_keur: float, **columns: Any) -> Row:
    return mast(name, keur, hosts_edge="true", edge_capex_keur=edge_keur, **columns)


def solve(rows: dict[str, list[Row]], settings: dict[str, Any] | None = None) -> Any:
    plan = make({"substations": [station("A")], **rows}, {**CAPEX, **(settings or {})}).solve(gap=0)
    assert plan.status == "optimal"
    assert plan.certificate.ok, plan.certificate
    return plan


def test_the_example_of_the_manual():
    """Both cells need a mast, b also an edge site. m covers both (200), its edge room costs 90; n covers a
    (80), p covers b (100), its edge room 50. m + edge = 290; n + p + edge = 230: that is the answer.
    Power: 2 masts of 6 kW and 12 kW of edge are 24 kW.
    """
    plan = solve(
        {
            "masts": [
                host("m", 200, 90, power_kw=6, edge_kw=12),
                mast("n", 80, power_kw=6),
                host("p", 100, 50, power_kw=6, edge_kw=12),
            ],
            "cells": [cell("a", weight=3), cell("b", weight=1, edge_required="true")],
            "coverage": pairs(m="ab", n="a", p="b"),
        }
    )
    assert (standing(plan), standing(plan, what="edge")) == ({"n", "p"}, {"p"})
    assert value(plan, "capex_meur") == pytest.approx(0.23)
    assert value(plan, "edge_sites") == 1
    assert value(plan, "edge_mw") == pytest.approx(0.012)
    assert value(plan, "telecom_mw") == pytest.approx(0.024)
    assert value(plan, "edge_covered_share") == pytest.approx(0.25)
    table = plan.masts.set_index("mast")
    assert table.loc["p", ["kw", "edge_kw", "covers_share", "capex_keur"]].tolist() == [6, 12, 0.25, 150]
    assert table.loc["m", ["kw", "edge_kw", "covers_share", "capex_keur"]].tolist() == [0, 0, 0, 0]
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(0.024)


def test_nobody_asks_and_none_comes():
    """A host that stands, with an edge room that costs nothing: without a wish there is no edge site."""
    plan = solve({"masts": [host("m", 10, 0, existing="true", edge_kw=5)], "cells": [cell("a")], **ALONE})
    assert value(plan, "edge_sites") == 0
    assert value(plan, "telecom_mw") == 0
    assert "edge_covered_share" not in set(plan.indicators["indicator"])


ALONE: dict[str, list[Row]] = {"coverage": pairs(m="a")}


def test_an_edge_site_needs_its_mast():
    """The standing mast n covers a but may not host; the edge site asks for m as well: 100 + 20."""
    rows: dict[str, list[Row]] = {
        "masts": [mast("n", 5, existing="true"), host("m", 100, 20)],
        "cells": [cell("a", edge_required="true")],
        "coverage": pairs(n="a", m="a"),
    }
    plan = solve(rows)
    assert (standing(plan), standing(plan, what="edge")) == ({"n", "m"}, {"m"})
    assert value(plan, "capex_meur") == pytest.approx(0.12)


def test_an_edge_site_at_a_standing_mast_is_paid_all_the_same():
    plan = solve(
        {"masts": [host("m", 100, 20, existing="true")], "cells": [cell("a", edge_required="true")], **ALONE}
    )
    assert value(plan, "capex_meur") == pytest.approx(0.02)
    assert plan.masts["capex_keur"].tolist() == pytest.approx([20])


@pytest.mark.parametrize(
    ("radius", "edge_radius", "table", "hosts"),
    [
        (9, "", False, {"m"}),  # by the mast's radius: 1.112 km is within
        (9, 1.11, False, {"far"}),  # its edge site reaches less
        (9, 1.12, True, {"m"}),  # an edge radius goes before the table, in which m does not reach b
        (9, "", True, {"far"}),  # without one the table says it
    ],
)
def test_reach_of_an_edge_site(radius, edge_radius, table, hosts):
    """Cell b is 0.01° of latitude (1.11195 km) north of m; the dearer far reaches it in any case."""
    rows: dict[str, list[Row]] = {
        "masts": [
            host("m", 10, 5, radius_km=radius, edge_radius_km=edge_radius),
            host("far", 10, 9, radius_km=500),
        ],
        "cells": [cell("a", required=""), cell("b", lat=52.01, required="", edge_required="true")],
    }
    if table:
        rows["coverage"] = pairs(m="a", far="ab")
    assert standing(solve(rows), what="edge") == hosts


def test_edge_sites_from_a_year_and_they_stay():
    """a asks from 2035 on: the edge site stands then and not before. A policy asks in 2030 only: it stays."""
    plan = solve(
        {
            "masts": [host("m", 100, 20)],
            "cells": [cell("a", edge_required="2035")],
            **ALONE,
        },
        TWO,
    )
    assert [standing(plan, y, "edge") for y in (2030, 2035)] == [set(), {"m"}]
    assert [value(plan, "edge_sites", y) for y in (2030, 2035)] == [0, 1]
    assert [value(plan, "capex_meur", y) for y in (2030, 2035)] == pytest.approx([0.1, 0.02])
    early = {"policy": "one", "indicator": "edge_sites", "sense": "min", "value": 1, "until_year": 2030}
    rows = {"masts": [host("m", 100, 20)], "cells": [cell("a")], **ALONE, "policies": [early]}
    assert [standing(solve(rows, TWO), y, "edge") for y in (2030, 2035)] == [{"m"}, {"m"}]


@pytest.mark.parametrize(
    ("indicator", "asked", "reached", "edges"),
    [
        ("edge_covered_share", 0.5, 0.6, {"m"}),
        ("edge_covered_share", 0.7, 1.0, {"m", "n"}),
        ("edge_sites", 2, 2, {"m", "n"}),
        ("edge_mw", 0.003, 0.004, {"m"}),
    ],
)
def test_a_policy_asks_for_edge_sites(indicator, asked, reached, edges):
    """m reaches a (weight 6) for 20 k€, n reaches b (weight 4) for 30; 4 kW each."""
    plan = solve(
        {
            "masts": [host(k, 0, keur, existing="true", edge_kw=4) for k, keur in (("m", 20), ("n", 30))],
            "cells": [cell("a", weight=6), cell("b", weight=4)],
            "coverage": pairs(m="a", n="b"),
            "policies": [{"policy": "near", "indicator": indicator, "sense": "min", "value": asked}],
        }
    )
    assert standing(plan, what="edge") == edges
    assert pick(plan.table("policies"), "reached", policy="near") == pytest.approx(reached)


def test_a_full_station_moves_the_edge_site():
    """Station A has 9 kW left: mast m and its edge site would draw 10, so n at B hosts it for 30 more."""
    plan = make(
        {
            "substations": [station("A", firm_demand_mva=0.009), station("B")],
            "masts": [
                host("m", 10, 20, existing="true", power_kw=4, edge_kw=6),
                host("n", 10, 50, zone="B", existing="true", power_kw=4, edge_kw=6),
            ],
            "cells": [cell("a", edge_required="true")],
            "coverage": pairs(m="a", n="a"),
        },
        {**CAPEX, "case": {"power_factor": 1.0}},
    ).solve(gap=0)
    assert standing(plan, what="edge") == {"n"}


def test_an_upper_share_counts_what_every_edge_site_reaches():
    """At most 0.4 of the people may have an edge site near (b: 4 of 10), and b asks for one: n, which
    reaches b alone, though m reaches both for less.
    """
    plan = solve(
        {
            "masts": [host("m", 0, 20, existing="true"), host("n", 0, 30, existing="true")],
            "cells": [cell("a", weight=6), cell("b", weight=4, edge_required="true")],
            "coverage": pairs(m="ab", n="b"),
            "policies": [{"policy": "few", "indicator": "edge_covered_share", "sense": "max", "value": 0.4}],
        }
    )
    assert standing(plan, what="edge") == {"n"}


def test_less_cover_is_wanted_by_weights():
    """A weight above zero makes less of a share: of two masts that cover a, x covers also b."""
    plan = solve(
        {
            "masts": [mast("x", 100), mast("y", 100)],
            "cells": [cell("a"), cell("b", required="")],
            "coverage": pairs(x="ab", y="a"),
        },
        {"objective": {"minimise": {"capex_meur": 1.0, "covered_share": 0.01}}},
    )
    assert standing(plan) == {"y"}
