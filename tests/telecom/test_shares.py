"""Policies on the share of people that masts cover: by zone, by region, over all, from a year."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.cases import Row, make, pick, value
from tests.telecom.rows import CAPEX, cell, mast, pairs, standing

YEARS = {
    "horizon": {"years": [2030, 2035], "last_year": 2039},
    "objective": {"minimise": ["total_cost_meur"]},  # later is cheaper
}
CANDIDATES = [("c1", 90, "city"), ("c2", 50, "city"), ("v", 60, "village"), ("h", 70, "hill")]
PEOPLE = [("p", 80, "city"), ("q", 20, "city"), ("r", 30, "village"), ("s", 70, "hill")]
TABLES: dict[str, list[Row]] = {
    "zones": [
        {"zone": "city", "region": "delta"},
        {"zone": "village", "region": "delta"},
        {"zone": "hill", "region": "high"},
    ],
    "masts": [
        mast(name, keur, zone=zone)
        for name, keur, zone in (
            ("c1", 90, "city"),
            ("c2", 50, "city"),
            ("v", 60, "village"),
            ("h", 70, "hill"),
        )
    ],
    "cells": [
        cell(name, zone=zone, weight=weight, required="")
        for name, weight, zone in (
            ("p", 80, "city"),
            ("q", 20, "city"),
            ("r", 30, "village"),
            ("s", 70, "hill"),
        )
    ],
    "coverage": pairs(c1="p", c2="q", v="r", h="s"),
}


def plan_of(*policies: Row, **settings: Any) -> Any:
    rows = [
        {"policy": f"p{k}", "indicator": "covered_share", "sense": "min", **row}
        for k, row in enumerate(policies)
    ]
    plan = make({**TABLES, "policies": rows}, {**CAPEX, **settings}).solve(gap=0)
    assert plan.status == "optimal"
    assert plan.certificate.ok, plan.certificate
    return plan


@pytest.mark.parametrize(
    ("scope", "share", "masts", "reached"),
    [
        ("city", 0.8, {"c1"}, 0.8),
        ("city", 0.81, {"c1", "c2"}, 1.0),
        ("city", 0.2, {"c2"}, 0.2),
        ("delta", 0.6, {"c1"}, 80 / 130),
        ("delta", 0.7, {"c1", "c2"}, 100 / 130),  # 90 + 50, against 90 + 60 with the village (110)
        ("delta", 0.8, {"c1", "v"}, 110 / 130),
        ("high", 0.5, {"h"}, 1.0),
        ("all", 0.5, {"h", "v"}, 0.5),  # 100 of 200 for 130; c1 and c2 are 100 too, for 140
    ],
)
def test_a_share_is_of_the_people_in_its_scope(scope, share, masts, reached):
    plan = plan_of({"scope": scope, "value": share})
    assert standing(plan) == masts
    assert pick(plan.table("policies"), "reached", policy="p0") == pytest.approx(reached)


def test_shares_by_zone_are_reported():
    """c1 and v: 80 of 100 in the city, all of the village, none of the hill, 110 of 200 in all."""
    plan = plan_of({"scope": "delta", "value": 0.8})
    found = plan.indicators[plan.indicators["indicator"] == "covered_share"]
    shares = dict(zip(found["zone"], found["value"], strict=True))
    assert shares == pytest.approx({"all": 0.55, "city": 0.8, "village": 1.0, "hill": 0.0})


def test_several_shares_hold_at_once_each_from_its_year():
    """The village from 2035, half of the city now and all of it from 2035: c1, then c2 and v."""
    plan = plan_of(
        {"scope": "village", "value": 1, "from_year": 2035},
        {"scope": "city", "value": 0.5},
        {"scope": "city", "value": 1, "from_year": 2035},
        **YEARS,
    )
    assert [standing(plan, y) for y in (2030, 2035)] == [{"c1"}, {"c1", "c2", "v"}]
    rows = plan.table("policies")
    assert rows[["policy", "year"]].values.tolist() == [
        ["p0", 2035],
        ["p1", 2030],
        ["p1", 2035],
        ["p2", 2035],
    ]
    assert [value(plan, "covered_share", y) for y in (2030, 2035)] == pytest.approx([0.4, 0.65])


def test_a_price_buys_off_a_share():
    """Half of the hill is asked at 0.01 M€ a year per unit: 0.5 short costs 0.005 a year, mast h 70 k€ over
    40 years at 4 % is 3.5 k€ a year: it is built. At 0.005 M€ it is not: 2.5 k€ a year.
    """
    policy = {"scope": "hill", "value": 0.5}
    least = {"objective": {"minimise": ["total_cost_meur"]}}
    assert standing(plan_of({**policy, "price": 0.01}, **least)) == {"h"}
    assert standing(plan_of({**policy, "price": 0.005}, **least)) == set()


def test_an_upper_share_counts_what_every_mast_covers():
    """At most 0.4 of all may be covered, half of the city must: x alone covers all of it (0.5 of 200) and is
    cheapest, so c1 is built (80 of 200).
    """
    tables = {**TABLES, "masts": [*TABLES["masts"], mast("x", 10, zone="city")]}
    tables["coverage"] = [*TABLES["coverage"], *pairs(x="pq")]
    share = {"indicator": "covered_share"}
    tables["policies"] = [
        {"policy": "most", **share, "value": 0.4},
        {"policy": "least", **share, "sense": "min", "scope": "city", "value": 0.5},
    ]
    plan = make(tables, CAPEX).solve(gap=0)
    assert standing(plan) == {"c1"}
    assert value(plan, "covered_share") == pytest.approx(0.4)
