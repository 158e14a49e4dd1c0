"""Checks of telecom: reach, sites that contradict themselves, masts that no station feeds, idle columns."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.case import CaseError
from gridplan.case.reach import km_between
from tests.model.cases import make, station
from tests.telecom.rows import cell, mast


def told(masts, cells=(), coverage=()):
    """(check, column, message) of errors, else of warnings."""
    tables = {"zones": [{"zone": "Z"}], "substations": [station("A")], "masts": masts}
    try:
        case = make({**tables, "cells": list(cells), "coverage": list(coverage)})
    except CaseError as error:
        return [(p.check, p.column, p.message) for p in error.problems]
    return [(w.check, w.column, w.message) for w in case.warnings]


def test_a_cell_that_asks_for_an_edge_site_needs_a_host_in_reach():
    near, far = mast("m", 1, radius_km=5), mast("h", 1, lat=53, radius_km=5, hosts_edge="true")
    asks = cell("a", edge_required="2035")
    message = "cell 'a' must have an edge site in reach, but no mast with hosts_edge reaches it"
    assert told([near, far], [asks]) == [("cells-in-reach", "edge_required", message)]
    assert told([near, {**far, "edge_radius_km": 120}], [asks]) == []
    assert told([near, {**far, "lat": 52}], [asks]) == []
    covers = [{"mast": "m", "cell": "a"}]
    assert told([near, {**far, "lat": 52}], [asks], covers) == [("cells-in-reach", "edge_required", message)]


def test_reach_is_that_of_the_program_to_the_metre():
    """0.01° of latitude is 1.11195 km; by the check and by the program alike."""
    assert told([mast("m", 1, radius_km=1.112)], [cell("a", lat=52.01)]) == []
    found = told([mast("m", 1, radius_km=1.111)], [cell("a", lat=52.01)])
    assert [(check, column) for check, column, _ in found] == [("cells-in-reach", "required")]
    assert km_between(52.0, 5.0, np.array([52.01]), np.array([5.0])) == pytest.approx(1.11195, abs=1e-5)


@pytest.mark.parametrize(
    ("other", "column", "message"),
    [
        ({"site_capex_keur": 90}, "site_capex_keur", "site 't' costs 80 kEUR by another mast on it"),
        ({"zone": "Z"}, "zone", "site 't' is in 'A' by mast 'x'"),
        ({"lat": 52.01}, "site", "stands 1.1 km from 'x', on the same site 't'"),
        ({"site_capex_keur": 80}, None, ""),
        ({"site_capex_keur": ""}, None, ""),
        ({"lat": 52.001}, None, ""),
    ],
)
def test_masts_on_one_site_agree(other, column, message):
    x = mast("x", 1, site="t", site_capex_keur=80)
    found = [one for one in told([x, mast("y", 1, site="t", **other)]) if one[0] == "mast-sites"]
    assert found == ([("mast-sites", column, message)] if column else [])


def test_a_mast_that_no_station_feeds():
    found = told([mast("m", 1, zone="Z", power_kw=6, hosts_edge="true", edge_kw=4)])
    assert found == [("masts-without-station", "zone", "no station feeds it, so its 10 kW are drawn nowhere")]
    assert told([mast("m", 1, zone="Z")]) == []


def test_what_is_said_of_an_edge_site_without_a_host():
    found = told([mast("m", 1, edge_kw=4, edge_radius_km=2)])
    assert [(check, column) for check, column, _ in found] == [
        ("edge-without-host", "edge_kw"),
        ("edge-without-host", "edge_radius_km"),
    ]
