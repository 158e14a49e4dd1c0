"""Masts: what they reach, what must be covered, what they cost and draw."""

from __future__ import annotations

import pytest

from tests.model.cases import Row, make, pick, station, value
from tests.telecom.rows import CAPEX, cell, mast, pairs, standing


def test_cheapest_cover_by_table():
    """x covers ab (500 k€), y bc (400), z cd (500), w abcd (950): x + z = 1000, so w alone: 0.95 M€."""
    rows = {
        "substations": [station("A")],
        "masts": [mast("x", 500), mast("y", 400), mast("z", 500), mast("w", 950)],
        "cells": [cell(c) for c in "abcd"],
        "coverage": pairs(x="ab", y="bc", z="cd", w="abcd"),
    }
    plan = make(rows, CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(0.95)
    assert standing(plan) == {"w"}
    dearer = make(rows, CAPEX).what_if({"masts.w.capex_keur": 1050}).solve(gap=0)
    assert value(dearer, "capex_meur") == pytest.approx(1.0)
    assert standing(dearer) == {"x", "z"}


def test_odd_cycle_needs_two_masts():
    """Three cells, three masts of 100 k€ that cover two cells each: half of every mast is no cover, two
    are: 0.2 M€.
    """
    rows = {
        "substations": [station("A")],
        "masts": [mast(m, 100) for m in "xyz"],
        "cells": [cell(c) for c in "abc"],
        "coverage": pairs(x="ab", y="bc", z="ca"),
    }
    plan = make(rows, CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(0.2)
    assert value(plan, "masts") == pytest.approx(2)


@pytest.mark.parametrize(("radius", "chosen"), [(1.12, {"near"}), (1.11, {"far"})])
def test_cover_by_radius(radius, chosen):
    """0.01° of latitude is 6371·π/18000 = 1.11195 km. A mast of 1.12 km reaches the cell, one of 1.11 km
    does not.
    """
    plan = make(
        {
            "substations": [station("A")],
            "masts": [mast("near", 10, radius_km=radius), mast("far", 20, radius_km=50)],
            "cells": [cell("a", lat=52.01)],
        },
        CAPEX,
    ).solve(gap=0)
    assert standing(plan) == chosen


def test_degrees_of_longitude_are_shorter():
    """At 60° north 0.02° of longitude is 0.02·111.195·cos 60° = 1.11195 km: within 1.12 km."""
    plan = make(
        {
            "substations": [station("A")],
            "masts": [mast("near", 10, lat=60, radius_km=1.12), mast("far", 20, radius_km=5000)],
            "cells": [cell("a", lat=60, lon=5.02)],
        },
        CAPEX,
    ).solve(gap=0)
    assert standing(plan) == {"near"}


def test_table_goes_before_radius():
    """By radius both masts reach both cells; the table gives each mast one: both stand."""
    rows = {
        "substations": [station("A")],
        "masts": [mast("x", 100, radius_km=9), mast("y", 100, radius_km=9)],
        "cells": [cell("a"), cell("b")],
    }
    assert value(make(rows, CAPEX).solve(gap=0), "capex_meur") == pytest.approx(0.1)
    plan = make({**rows, "coverage": pairs(x="a", y="b")}, CAPEX).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(0.2)


def test_required_from_a_year():
    """a always, b from 2035, c never: x (100 k€) in 2030, y (70 k€) in 2035; both stay."""
    plan = make(
        {
            "substations": [station("A")],
            "masts": [mast("x", 100), mast("y", 70), mast("z", 10)],
            "cells": [cell("a"), cell("b", required="2035"), cell("c", required="")],
            "coverage": pairs(x="a", y="b", z="c"),
        },
        {
            "horizon": {"years": [2030, 2035], "last_year": 2039},
            "objective": {"minimise": ["total_cost_meur"]},
        },
    ).solve(gap=0)
    assert standing(plan, 2030) == {"x"}
    assert standing(plan, 2035) == {"x", "y"}
    assert value(plan, "capex_meur", 2030) == pytest.approx(0.1)
    assert value(plan, "capex_meur", 2035) == pytest.approx(0.07)
    early, late = (sum(1.04**-k for k in years) for years in (range(5), range(5, 10)))
    annuity = 0.04 / (1 - 1.04**-40)
    assert value(plan, "total_cost_meur") == pytest.approx(annuity * (0.1 * early + 0.17 * late))


def test_existing_masts_are_free_and_stand():
    """x stands already and covers a; b needs y (70 k€), though z (60 k€) would cover both a and...
    nothing more.
    """
    plan = make(
        {
            "substations": [station("A")],
            "masts": [mast("x", 100, existing="true", power_kw=5), mast("y", 70, power_kw=8), mast("z", 60)],
            "cells": [cell("a"), cell("b")],
            "coverage": pairs(x="a", y="b", z="a"),
        },
        CAPEX,
    ).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(0.07)
    assert standing(plan) == {"x", "y"}
    assert value(plan, "masts") == pytest.approx(1)  # new masts
    assert value(plan, "telecom_mw") == pytest.approx(0.013)


def test_kilowatts_land_on_the_station_of_the_zone():
    """Zone `town` is fed for 0.75 by A and 0.25 by B: 8 kW draw 6 and 2 kW; `farm` (4 kW) is on B."""
    plan = make(
        {
            "zones": [{"zone": "town"}, {"zone": "farm"}],
            "substations": [station("A"), station("B")],
            "service_areas": [
                {"zone": "town", "substation": "A", "share": 0.75},
                {"zone": "town", "substation": "B", "share": 0.25},
                {"zone": "farm", "substation": "B"},
            ],
            "masts": [mast("x", 1, zone="town", power_kw=8), mast("y", 1, zone="farm", power_kw=4)],
            "cells": [cell("a", zone="town"), cell("b", zone="farm")],
            "coverage": pairs(x="a", y="b"),
        },
        CAPEX,
    ).solve(gap=0)
    assert pick(plan.stations, "peak_mw", substation="A", direction="demand") == pytest.approx(0.006)
    assert pick(plan.stations, "peak_mw", substation="B", direction="demand") == pytest.approx(0.006)
    assert value(plan, "telecom_mw") == pytest.approx(0.012)


def test_full_station_moves_the_mast():
    """The cheap mast of 10 kW is at a station with 9 kW left; the dear one (300 k€) elsewhere stands."""
    plan = make(
        {
            "substations": [station("A", firm_demand_mva=0.009), station("B")],
            "masts": [mast("x", 100, power_kw=10), mast("y", 300, zone="B", power_kw=10)],
            "cells": [cell("a")],
            "coverage": pairs(x="a", y="a"),
        },
        {**CAPEX, "case": {"power_factor": 1.0}},
    ).solve(gap=0)
    assert standing(plan) == {"y"}


WEIGHTED: dict[str, list[Row]] = {
    "substations": [station("A")],
    "masts": [mast("x", 100), mast("y", 170), mast("z", 60)],
    "cells": [cell(c, required="", weight=w) for c, w in {"a": 5, "b": 3, "c": 2}.items()],
    "coverage": pairs(x="a", y="bc", z="c"),
}


@pytest.mark.parametrize(
    ("share", "masts", "meur", "reached"),
    [
        (0, set(), 0, 0),
        (0.15, {"z"}, 0.06, 0.2),
        (0.5, {"x"}, 0.1, 0.5),
        (0.7, {"x", "z"}, 0.16, 0.7),
        (0.71, {"x", "y"}, 0.27, 1),
    ],
)
def test_covered_share(share, masts, meur, reached):
    """Weights 5, 3, 2 of 10: x covers 0.5 (100 k€), y 0.5 (170 k€), z 0.2 (60 k€).

    The share that is reported is what the masts cover, not just what the policy asks.
    """
    policy = [{"policy": "cover", "indicator": "covered_share", "sense": "min", "value": share}]
    plan = make({**WEIGHTED, "policies": policy}, CAPEX).solve(gap=0)
    assert standing(plan) == masts
    assert value(plan, "capex_meur") == pytest.approx(meur)
    assert value(plan, "covered_share") == pytest.approx(reached)
    assert pick(plan.table("policies"), "reached", policy="cover") == pytest.approx(reached)


def test_covered_share_without_anybody_asking():
    """An existing mast covers a (5 of 10): the share is 0.5, though no policy speaks of it."""
    case = make(WEIGHTED, CAPEX).what_if({"masts.x.existing": True})
    assert value(case.solve(gap=0), "covered_share") == pytest.approx(0.5)
