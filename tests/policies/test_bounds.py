"""Policies: the price of rules, which row wins, when it holds, where, and for what."""

from __future__ import annotations

from typing import Any

import pytest

from gridplan.case import Case
from tests.model.cases import Row, make, pick, station, value

CAPEX: dict[str, Any] = {"objective": {"minimise": ["capex_meur"]}}
BAN: Row = {"policy": "ban", "scope": "AV", "indicator": "datacenter_mw", "value": 0}
CAP: Row = {"policy": "cap", "scope": "HM", "indicator": "datacenter_mw", "value": 50}


def ledger(*policies: Row, settings: dict[str, Any] | None = None, line: Row | None = None) -> Case:
    """100 MW wanted; AV has 60 MW at 1.0 M€/MW, HM 80 MW at 1.4, NZ any at 2.0."""
    zones = {"AV": ("south", "east"), "HM": ("south", "west"), "NZ": ("north", "west")}
    sites = {"AV": (1.0, 60, "cloud"), "HM": (1.4, 80, "edge"), "NZ": (2.0, None, "")}
    return make(
        {
            "zones": [{"zone": z, "region": a, "res_region": b} for z, (a, b) in zones.items()],
            "substations": [station(f"s{z}", zone=z) for z in zones],
            "service_areas": [{"zone": z, "substation": f"s{z}"} for z in zones],
            "datacenters": [
                {
                    "site": f"d{z}",
                    "zone": z,
                    "capex_meur_per_mw": rate,
                    "max_it_mw": most,
                    "owner": f"{z} bv",
                    "standalone": "false" if z == "NZ" else "true",
                    "status": "planned" if z == "HM" else "candidate",
                }
                for z, (rate, most, _) in sites.items()
            ],
            "datacenter_demand": [{"class": "any", "year": 2030, "it_mw": 100, **(line or {})}],
            "policies": list(policies),
        },
        settings or CAPEX,
    )


def mw(plan: Any, year: int = 2030) -> dict[str, float]:
    table = plan.datacenters.query(f"year == {year}")
    return dict(zip(table["zone"], table["it_mw"].round(4), strict=True))


@pytest.mark.parametrize(
    ("rules", "cost", "sited"),
    [
        ([], 116, {"AV": 60, "HM": 40, "NZ": 0}),
        ([CAP], 116, {"AV": 60, "HM": 40, "NZ": 0}),
        ([BAN], 152, {"AV": 0, "HM": 80, "NZ": 20}),
        ([BAN, CAP], 170, {"AV": 0, "HM": 50, "NZ": 50}),
    ],
    ids=["none", "cap", "ban", "both"],
)
def test_price_of_policy(rules, cost, sited):
    """None: 60·1 + 40·1.4 = 116. The cap of 50 does not bind then. Ban: 80·1.4 + 20·2 = 152. Both: 70 +
    100 = 170.
    """
    plan = ledger(*rules).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(cost)
    assert mw(plan) == pytest.approx(sited)


def test_policy_table_says_what_binds():
    """With both rules: the ban reaches 0 of 0 and the cap 50 of 50. The cap alone: 40 of 50, 10 left."""
    both = ledger(BAN, CAP).solve(gap=0).table("policies")
    assert both["binding"].all()
    assert both["reached"].tolist() == pytest.approx([0, 50])
    alone = ledger(CAP).solve(gap=0).table("policies").iloc[0]
    assert (alone["reached"], alone["slack"]) == (pytest.approx(40), pytest.approx(10))
    assert not alone["binding"]


def test_strictest_wins():
    """30 MW, 50 MW and 70 MW on one zone: 30 MW. 60 + 30·1.4 + 10·2 = 122."""
    rules = [{**CAP, "policy": f"cap{v}", "value": v} for v in (70, 30, 50)]
    assert value(ledger(*rules).solve(gap=0), "capex_meur") == pytest.approx(122)


def test_lifting_a_policy():
    """Without its value the row is gone: both rules 170, the ban lifted 116, the cap lifted 152."""
    case = ledger(BAN, CAP)
    assert value(case.what_if({"policies.ban.value": None}).solve(gap=0), "capex_meur") == pytest.approx(116)
    lifted = case.what_if({"policies.cap.value": None}).solve(gap=0)
    assert value(lifted, "capex_meur") == pytest.approx(152)
    assert lifted.table("policies")["policy"].tolist() == ["ban"]


YEARS: dict[str, Any] = {"horizon": {"years": [2030, 2035, 2040], "last_year": 2044}, **CAPEX}


@pytest.mark.parametrize(
    ("first", "last", "cost"),
    [
        (2031, 2034, 116),
        (2041, None, 116),
        (None, 2029, 116),
        (None, None, 152),
        (2035, 2036, 152),
        (2040, None, 152),
    ],
)
def test_policy_outside_its_years_has_no_effect(first, last, cost):
    """The ban matters where a stage (2030, 2035, 2040) lies between its years; what stands stays, so any
    stage does.
    """
    plan = ledger({**BAN, "from_year": first, "until_year": last}, settings=YEARS).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(cost)
    held = [y for y in (2030, 2035, 2040) if (first or 0) <= y <= (last or 9999)]
    assert plan.table("policies")["year"].tolist() == held


def test_temporary_ban_delays():
    """The ban ends in 2034 and the programme starts in 2035: nothing lost, 116 M€."""
    plan = ledger({**BAN, "until_year": 2034}, settings=YEARS, line={"year": 2035}).solve(gap=0)
    assert value(plan, "capex_meur") == pytest.approx(116)
    assert mw(plan, 2030) == pytest.approx({"AV": 0, "HM": 0, "NZ": 0})


@pytest.mark.parametrize(("price", "over", "total"), [(0.01, 60, 0.6), (0.2, 0, 0)])
def test_price_makes_a_policy_soft(price, over, total):
    """A megawatt in AV instead of NZ or HM saves at most a·1 = 0.0505 M€ a year; the 60 MW displace 40
    from HM (0.4 each) and 20 from NZ (1.0 each). At 0.01 M€ a MW and year going past the ban pays, at 0.2
    it does not.
    """
    settings = {"objective": {"minimise": ["total_cost_meur"]}}
    plan = ledger({**BAN, "price": price}, settings=settings).solve(gap=0)
    annuity = 0.04 / (1 - 1.04**-40)
    assert mw(plan)["AV"] == pytest.approx(over)
    capex = 116 if over else 152
    assert value(plan, "capex_meur") == pytest.approx(capex)
    assert value(plan, "total_cost_meur") == pytest.approx(capex * annuity + total)


def test_price_between_bends_the_policy():
    """At 0.03 M€ AV replaces NZ (saves 0.0505 a MW) but not HM (saves 0.0202): 20 MW in AV, 80 in HM."""
    settings = {"objective": {"minimise": ["total_cost_meur"]}}
    plan = ledger({**BAN, "price": 0.03}, settings=settings).solve(gap=0)
    assert mw(plan) == pytest.approx({"AV": 20, "HM": 80, "NZ": 0})


@pytest.mark.parametrize(
    ("scope", "sited", "cost"),
    [
        ("AV", {"AV": 30, "HM": 70, "NZ": 0}, 128),
        ("south", {"AV": 30, "HM": 0, "NZ": 70}, 170),
        ("west", {"AV": 60, "HM": 30, "NZ": 10}, None),
        ("all", None, None),
        ("", None, None),
    ],
)
def test_scopes(scope, sited, cost):
    """At most 30 MW in a zone, a region (AV and HM), a RES region (HM and NZ), or everywhere.

    AV: 30 + 70·1.4 = 128. South: 30 + 70·2 = 170. West: 60 MW in AV and 30 outside leave 10 MW without a
    place, and everywhere 30 leave 70: infeasible where nothing may fall short.
    """
    plan = ledger({**BAN, "scope": scope, "value": 30}).solve(gap=0)
    if cost is None:
        assert plan.status == "infeasible"
        short = ledger({**BAN, "scope": scope, "value": 30}).what_if({"objective.minimise": ["shortfall_mw"]})
        assert value(short.solve(gap=0), "shortfall_mw") == pytest.approx(10 if scope == "west" else 70)
    else:
        assert mw(plan) == pytest.approx(sited)
        assert value(plan, "capex_meur") == pytest.approx(cost)


@pytest.mark.parametrize(
    ("words", "sited"),
    [
        ("standalone", {"AV": 30, "HM": 0, "NZ": 70}),
        ("dAV", {"AV": 30, "HM": 70, "NZ": 0}),
        ("AV bv", {"AV": 30, "HM": 70, "NZ": 0}),
        ("planned", {"AV": 60, "HM": 30, "NZ": 10}),
        ("dAV;dHM", {"AV": 30, "HM": 0, "NZ": 70}),
        ("dAV|dHM", {"AV": 30, "HM": 0, "NZ": 70}),
    ],
)
def test_applies_to_datacenters(words, sited):
    """At most 30 MW of what carries the word: standalone sites (not NZ), a site, an owner, a status, two
    sites.
    """
    rule = {"policy": "few", "indicator": "datacenter_mw", "value": 30, "applies_to": words}
    assert mw(ledger(rule).solve(gap=0)) == pytest.approx(sited)


def test_applies_to_a_class():
    """12 MW of edge and 12 of cloud; at most 5 MW of edge: 7 fall short."""
    case = make(
        {
            "substations": [station("A")],
            "datacenters": [{"site": k, "substation": "A", "class": k} for k in ("edge", "cloud")],
            "datacenter_demand": [{"class": k, "year": 2030, "it_mw": 12} for k in ("edge", "cloud")],
            "policies": [
                {"policy": "few", "indicator": "datacenter_mw", "value": 5, "applies_to": "edge"},
            ],
        },
        {"objective": {"minimise": ["shortfall_mw"]}},
    )
    plan = case.solve(gap=0)
    assert pick(plan.table("shortfall"), "it_mw", **{"class": "edge"}) == pytest.approx(7)
    assert pick(plan.table("shortfall"), "it_mw", **{"class": "cloud"}) == pytest.approx(0)


def test_applies_to_a_technology():
    """8 MW of demand, pv for 10 and wind for 20 EUR/MWh: at most 26.28 GWh (3 MW) of pv leaves 5 MW of
    wind.
    """
    case = make(
        {
            "substations": [station("A")],
            "demands": [{"demand": "d", "substation": "A", "year": 2030, "peak_mw": 8}],
            "supplies": [
                {"supply": "p", "substation": "A", "technology": "pv", "cost_eur_per_mwh": 10},
                {"supply": "w", "substation": "A", "technology": "wind", "cost_eur_per_mwh": 20},
            ],
            "policies": [
                {"policy": "few", "indicator": "res_gwh", "value": 26.28, "applies_to": "pv"},
            ],
        },
        {"objective": {"minimise": ["operating_cost_meur"]}},
    )
    plan = case.solve(gap=0)
    assert value(plan, "operating_cost_meur") == pytest.approx((3 * 10 + 5 * 20) * 8760 / 1e6)


@pytest.mark.parametrize(("spared", "shed"), [("A", "B"), ("B", "A")])
def test_applies_to_a_station(spared, shed):
    """16 MW behind a parent of 12 MW: 4 MW go unserved; a rule that spares one station moves them to the
    other.
    """
    rows: dict[str, list[Row]] = {
        "substations": [
            station("P", firm_demand_mva=12),
            station("A", limited_by="P"),
            station("B", limited_by="P"),
        ],
        "demands": [{"demand": f"d{n}", "substation": n, "year": 2030, "peak_mw": 8} for n in "AB"],
        "policies": [{"policy": "spare", "indicator": "unserved_mwh", "value": 0, "applies_to": spared}],
    }
    settings = {"case": {"power_factor": 1.0}, "objective": {"minimise": ["unserved_mw_years"]}}
    plan = make(rows, settings).solve(gap=0)
    lost = plan.table("unserved").query("mw > 0.001")
    assert lost["substation"].tolist() == [shed]
    assert lost["mw"].tolist() == pytest.approx([4])


def test_min_sense():
    """At least 30 MW in NZ: 60 + 10·1.4 + 30·2 = 134. Beyond what can be: infeasible."""
    rule = {"policy": "spread", "scope": "NZ", "indicator": "datacenter_mw", "sense": "min", "value": 30}
    plan = ledger(rule).solve(gap=0)
    assert mw(plan) == pytest.approx({"AV": 60, "HM": 10, "NZ": 30})
    assert value(plan, "capex_meur") == pytest.approx(134)
    assert ledger({**rule, "scope": "AV", "value": 61}).solve(gap=0).status == "infeasible"


def test_min_sense_with_a_price():
    """61 MW in AV are asked and 60 possible: one is missing, for 0.5 M€ in the one year."""
    rule = {
        "policy": "more",
        "scope": "AV",
        "indicator": "datacenter_mw",
        "sense": "min",
        "value": 61,
        "price": 0.5,
    }
    plan = ledger(rule, settings={"objective": {"minimise": ["total_cost_meur"]}}).solve(gap=0)
    annuity = 0.04 / (1 - 1.04**-40)
    assert value(plan, "total_cost_meur") == pytest.approx(116 * annuity + 0.5)
    row = plan.table("policies").iloc[0]
    assert (row["reached"], row["slack"]) == (pytest.approx(60), pytest.approx(-1))


def test_constants_count():
    """Existing 10 MW count in datacenter_total_mw: at most 25 MW in AV leaves 15 MW new: 15 + 80·1.4 +
    5·2 = 137.
    """
    rule = {"policy": "total", "scope": "AV", "indicator": "datacenter_total_mw", "value": 25}
    case = ledger(rule).what_if({"datacenters.dAV.existing_it_mw": 10})
    plan = case.solve(gap=0)
    assert mw(plan)["AV"] == pytest.approx(15)
    assert value(plan, "capex_meur") == pytest.approx(137)
    assert plan.table("policies")["reached"].tolist() == pytest.approx([25])
