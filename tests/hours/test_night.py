"""A basis found at night, with sun between 0 and 0, serves the day only as far as it is optimal there."""

import numpy as np
import pytest

from gridplan.solve import parametric
from gridplan.solve.parametric import sweep
from tests.hours.programs import least, program
from tests.model.cases import demand, grid_supply, line, make, near, station

MILD, NIGHT, DAY = range(3)


@pytest.fixture(autouse=True, params=["condensed", "whole"])
def size(request, monkeypatch):
    """The few rows of this grid, taken for many, and as they are."""
    if request.param == "condensed":
        monkeypatch.setattr(parametric, "MANY", 1)
        monkeypatch.setattr(parametric, "LARGE", 1)


def hours(engine_mw):
    """Dispatch of three hours, in this order, at the end of a line of 50 MW.

    B draws 50, 100 and 130 MW and has 30, 0 and 60 MW of sun, and an engine that costs more than what comes
    over the line.
    """
    load, sun = np.full(8760, 0.1), np.zeros(8760)
    load[[MILD, NIGHT, DAY]], sun[[MILD, DAY]] = (0.5, 1.0, 1.3), (0.5, 1.0)
    engine = {"supply": "engine", "substation": "B", "capacity_mw": engine_mw, "cost_eur_per_mwh": 200}
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=50)],
        "demands": [demand("B", 100, profile="load", critical=True)],
        "supplies": [
            grid_supply("A", cost_eur_per_mwh=50),
            {"supply": "sun", "substation": "B", "profile": "sun", "capacity_mw": 60, "technology": "pv"},
            *([engine] if engine_mw else []),
        ],
    }
    case = make(tables, {"case": {"power_factor": 1.0}}, {"load": load, "sun": sun})
    hourly, values = program(case)
    values = values[[MILD, NIGHT, DAY]]
    return hourly, values, sweep(hourly, values, np.array([MILD, NIGHT, DAY]))[0]


def test_the_sun_serves_what_the_line_cannot_bring():
    """At night 100 − 50 MW are short; by day 130 − 60 − 50 MW."""
    hourly, _, dispatch = hours(0)
    assert dispatch[:, hourly.slack].sum(axis=1) == near([0.0, 50.0, 20.0])


def test_the_sun_goes_before_what_costs():
    """The engine gives what is short above, and not what the sun could give."""
    hourly, values, dispatch = hours(100)
    keys, at = hourly.where("supplies.output")
    assert dispatch[:, at[[key[0] for key in keys].index("engine")]] == near([0.0, 50.0, 20.0])
    for own, now in zip(dispatch, values, strict=True):
        assert own @ hourly.cost == near(least(hourly, now))
