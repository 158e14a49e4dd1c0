"""Headroom that can be reckoned by hand."""

import numpy as np
import pytest

from gridplan.explain.headroom import headroom
from tests.model.cases import demand, grid_supply, line, make, station

N1 = {"physics": {"flow": "dc", "security": "n-1"}}


def one(case, place, direction="demand", **options):
    """The row of one place."""
    table = headroom(case, directions=[direction], places=[place], built=False, **options)
    assert len(table) == 1
    return table.iloc[0]


def near(mw):
    return pytest.approx(mw, abs=2e-3)


def test_transformers_of_a_station():
    """2 × 80 MVA at pf 0.95: demand limit 76 MW, feed-in limit 152 MW; 60 MW of load leaves 16 and 212 MW."""
    case = make(
        {
            "substations": [station("A", transformers=2, transformer_mva=80.0)],
            "demands": [demand("A", 60.0)],
            "supplies": [grid_supply("A")],
        }
    )
    row = one(case, "A")
    assert row["headroom_mw"] == near(16.0)
    assert (row["limited_by"], row["element"], row["exact"]) == ("station", "A", True)
    assert one(case, "A", "feedin")["headroom_mw"] == near(212.0)


def test_a_station_under_another():
    """Parent 76 MW for demand with 50 MW of its own and 10 MW of the child's: 16 MW left for the child."""
    case = make(
        {
            "substations": [
                station("P", transformers=2, transformer_mva=80.0),
                station("C", transformers=2, transformer_mva=60.0, limited_by="P"),
            ],
            "demands": [demand("P", 50.0), demand("C", 10.0)],
            "supplies": [grid_supply("P")],
        }
    )
    row = one(case, "C")
    assert row["headroom_mw"] == near(16.0)
    assert (row["limited_by"], row["element"]) == ("parent station", "P")


def test_a_line():
    """One circuit of 100 MVA (95 MW) feeds B with 60 MW: 35 MW; a grid of 70 MW leaves 10 MW."""
    tables = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuits=1, circuit_mva=100.0)],
        "demands": [demand("B", 60.0)],
        "supplies": [grid_supply("A")],
    }
    row = one(make(tables), "B")
    assert row["headroom_mw"] == near(35.0)
    assert (row["limited_by"], row["element"], row["outage"]) == ("branch", "AB", "")
    assert one(make(tables), "B", "feedin")["headroom_mw"] == near(155.0)
    scarce = make(tables | {"supplies": [grid_supply("A", capacity_mw=70.0)]})
    row = one(scarce, "B")
    assert row["headroom_mw"] == near(10.0)
    assert (row["limited_by"], row["element"]) == ("supply", "g_A")


def test_no_limit():
    """Nothing limits: the cap is named."""
    case = make(
        {"substations": [station("A")], "demands": [demand("A", 1.0)], "supplies": [grid_supply("A")]}
    )
    row = one(case, "A")
    assert row["headroom_mw"] == near(10000.0)
    assert (row["limited_by"], row["element"]) == ("no limit found", "below 10,000 MW")


def triangle(security, **load):
    """Three equal lines of 100 MVA (95 MW), all grid supply at A."""
    return make(
        {
            "substations": [station("A"), station("B"), station("C")],
            "branches": [
                line("A", "B", circuit_mva=100.0),
                line("B", "C", circuit_mva=100.0),
                line("A", "C", circuit_mva=100.0),
            ],
            "demands": [demand(at, mw) for at, mw in load.items()],
            "supplies": [grid_supply("A")],
        },
        {"physics": {"flow": "dc", "security": security}},
    )


def test_triangle():
    """Intact, 2/3 of what B draws comes over AB: 2/3·(30 + x) ≤ 95, so x = 112.5 MW.

    After the loss of AB all 30 + x comes over AC and CB: x = 65 MW. With 20 MW more at C the line AC then
    carries 30 + 20 + x ≤ 95: x = 45 MW.
    """
    assert one(triangle("n-0", B=30.0), "B")["headroom_mw"] == near(112.5)
    row = one(triangle("n-1", B=30.0), "B")
    assert row["headroom_mw"] == near(65.0)
    assert (row["limited_by"], row["outage"], row["exact"]) == ("branch after outage", "AB", True)
    row = one(triangle("n-1", B=30.0, C=20.0), "B")
    assert row["headroom_mw"] == near(45.0)
    assert (row["element"], row["outage"]) == ("AC", "AB")


def test_a_place_that_is_cut_off_does_not_count():
    """B hangs on one circuit: its loss cuts B off and is no limit; the intact line is, 95 − 60 = 35 MW."""
    case = make(
        {
            "substations": [station("A"), station("B")],
            "branches": [line("A", "B", circuits=1, circuit_mva=100.0)],
            "demands": [demand("B", 60.0)],
            "supplies": [grid_supply("A")],
        },
        N1,
    )
    row = one(case, "B")
    assert row["headroom_mw"] == near(35.0)
    assert row["outage"] == ""


def linear():
    """A load-duration curve from 100 to 20 MW under a limit of 100 MW."""
    return make(
        {
            "substations": [station("A", firm_demand_mva=100.0 / 0.95)],
            "demands": [demand("A", 100.0, profile="ramp")],
            "supplies": [grid_supply("A")],
        },
        profiles={"ramp": np.linspace(1.0, 0.2, 8760)},
    )


def test_limited_hours_on_a_linear_curve():
    """In 1314 hours (15 %) the load falls by 80 · 1314/8759 = 12.0 MW; half of it is cut in those hours."""
    assert one(linear(), "A")["headroom_mw"] == near(0.0)
    row = one(linear(), "A", hours=1314)
    assert row["headroom_mw"] == near(80.0 * 1314 / 8759)
    assert row["headroom_mw"] == pytest.approx(12.0, abs=0.01)
    assert row["limited_hours"] == 1314
    assert row["curtailed_share"] == pytest.approx(0.075, abs=1e-3)
    assert (row["limited_by"], row["day"]) == ("station", 1314 // 24)


def test_more_limited_hours_never_fit_less():
    found = [one(linear(), "A", hours=h)["headroom_mw"] for h in (0, 10, 100, 1000, 8759)]
    assert found == sorted(found)


def test_a_zone_by_its_shares():
    """Shares 0.25 and 0.75 at stations with 10 and 60 MW left: 40 MW by the first; the second alone: 60."""
    case = make(
        {
            "zones": [{"zone": "Z"}],
            "substations": [
                station("A", zone="Z", firm_demand_mva=20.0 / 0.95),
                station("B", zone="Z", firm_demand_mva=80.0 / 0.95),
            ],
            "service_areas": [
                {"zone": "Z", "substation": "A", "share": 0.25},
                {"zone": "Z", "substation": "B", "share": 0.75},
            ],
            "demands": [demand("A", 10.0), demand("B", 20.0)],
            "supplies": [grid_supply("A"), grid_supply("B")],
        }
    )
    row = one(case, "Z")
    assert row["headroom_mw"] == near(40.0)
    assert (row["element"], row["best_station"]) == ("A", "B")
    assert row["best_station_mw"] == near(60.0)


def test_a_battery_is_not_taken_for_a_supply():
    """No flat demand lives on a battery: 16 MW surely fit; 16 + 10 MW is a bound, and said to be one."""
    case = make(
        {
            "substations": [station("A", transformers=2, transformer_mva=80.0)],
            "demands": [demand("A", 60.0, profile="flat")],
            "supplies": [grid_supply("A")],
            "storages": [{"storage": "b", "substation": "A", "power_mw": 10.0, "energy_mwh": 40.0}],
        },
        profiles={"flat": np.ones(8760)},
    )
    row = one(case, "A")
    assert row["headroom_mw"] == near(16.0)
    assert not row["exact"]
    assert row["upper_mw"] == near(26.0)


def test_what_does_not_fit_already_stays_as_it_is():
    """A is 24 MW over its 76 MW; B, elsewhere, still has its own 16 MW."""
    two = {"transformers": 2, "transformer_mva": 80.0}
    case = make(
        {
            "substations": [station("A", **two), station("B", **two)],
            "demands": [demand("A", 100.0), demand("B", 60.0)],
            "supplies": [grid_supply("A"), grid_supply("B")],
        }
    )
    assert one(case, "A")["headroom_mw"] == near(0.0)
    assert one(case, "B")["headroom_mw"] == near(16.0)
