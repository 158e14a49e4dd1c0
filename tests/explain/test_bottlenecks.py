"""What is full, by hand: own transformers, the station above, a line, a bay; who fills it; the price."""

import json

import numpy as np
import pandas as pd
import pytest

from gridplan.cli import main
from gridplan.explain import bottlenecks
from tests.model.cases import demand, grid_supply, line, make, near, station

SOFT = {"case": {"power_factor": 1.0}, "objective": {"minimise": ["unserved_mw_years", "total_cost_meur"]}}
YEARS = {"horizon": {"years": [2030, 2035], "last_year": 2035, "discount_rate": 0.0}}


def row(found, **keys):
    table = found.table
    for key, value in keys.items():
        table = table[table[key] == value]
    assert len(table) == 1
    return table.iloc[0]


@pytest.fixture(scope="module")
def grown():
    """S carries 72 MW: households 40 → 50, business 14, a site that takes what is left of 45 MW: 18, then 8.

    Supply costs 50 EUR/MWh. T has 30 MW of room and 10 MW of load, but is fed through P, which is full at 20.
    """
    homes = [demand("S", mw, year=y, category="households") for y, mw in ((2030, 40.0), (2035, 50.0))]
    shops = {"demand": "shops", "substation": "S", "year": 2030, "peak_mw": 14.0, "category": "business"}
    rows = {
        "substations": [
            station("G"), station("S", firm_demand_mva=72) | {"name": "Noord"},
            station("P", firm_demand_mva=20), station("T", firm_demand_mva=30, limited_by="P"),
        ],
        "branches": [line("G", "S", circuit_mva=500), line("G", "P", circuit_mva=500)],
        "supplies": [
            {"supply": "gas", "substation": "G", "technology": "gas", "cost_eur_per_mwh": 50, "side": "hv"},
        ],
        "demands": [*homes, shops, demand("T", 15, year=2030), demand("T", 20, year=2035)],
        "datacenters": [{"site": "dc", "substation": "S", "class": "colo"}],
        "datacenter_demand": [{"class": "colo", "region": "all", "year": 2030, "it_mw": 45}],
    }  # fmt: skip
    plan = make(rows, {**SOFT, **YEARS}).solve()
    return plan, bottlenecks(plan, price=2.0)


def test_own_transformers_with_causes(grown):
    _, found = grown
    at = row(found, station="S", year=2030, direction="demand")
    assert at["full"] and at["first_full_year"] == 2030
    assert (at["limited_by"], at["element"], at["binding_hours"]) == ("station", "S", 1)
    assert (at["peak_mw"], at["limit_mw"]) == (near(72), near(72))
    causes = {(at[f"cause_{k}"], at[f"category_{k}"]): at[f"mw_{k}"] for k in (1, 2, 3)}
    assert causes == {
        ("demands", "households"): near(40), ("datacenters", "colo"): near(18),
        ("demands", "business"): near(14),
    }  # fmt: skip


def test_the_price_is_energy_and_what_goes_short(grown):
    """One MW more at S, all 8760 h: 50 EUR/MWh = 0.438 M€; and a MW less served at 2 M€/MW·yr."""
    _, found = grown
    at = row(found, station="S", year=2035, direction="demand")
    assert at["price_meur_per_mw_year"] >= 2.0 - 1e-6
    free = row(found, station="G", year=2030, direction="demand")
    assert not free["full"] and free["meaning"] in ("energy", "none")
    roomy = row(found, station="T", year=2030, direction="demand")
    assert roomy["energy_eur_per_mwh"] == near(50) and roomy["price_meur_per_mw_year"] == near(0.438)


def test_first_year_and_the_parent(grown):
    _, found = grown
    assert not row(found, station="T", year=2030, direction="demand")["full"]
    at = row(found, station="T", year=2035, direction="demand")
    assert at["full"] and at["first_full_year"] == 2035
    assert (at["limited_by"], at["element"]) == ("parent station", "P")
    assert (at["cause_1"], at["mw_1"]) == ("demands", near(20))


def test_sentences_picture_and_files(grown, tmp_path):
    _, found = grown
    english, dutch = "\n".join(found.sentences("en")), "\n".join(found.sentences("nl"))
    assert "Noord (S) is full for demand (afname) from 2030, limited by the station itself." in english
    assert "demand: households 40 MW, new datacenters: colo 18 MW, demand: business 14 MW" in english
    assert "vol voor afname vanaf 2035, beperkt door het onderstation erboven, P" in dutch
    found.save(tmp_path / "out")
    drawn = pd.read_csv(tmp_path / "out/bottlenecks_picture.csv")
    own = drawn[drawn["station"] == "S"]
    assert own["mw"].tolist() == near([40, 18, 14]) and set(own["limit_mw"]) == {72.0}
    bars = [p.get_width() for p in found.plot("nl").patches if p.get_gid() == "cause"]
    assert sum(bars) == near(drawn["mw"].sum())


def test_a_line_and_its_hours():
    """30 MW over a line of 30 MW in 2 of 8760 hours (15 MW otherwise): full, by the line, in 2 hours."""
    shape = np.full(8760, 0.5)
    shape[[100, 4000]] = 1.0
    rows = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuit_mva=30)],
        "supplies": [grid_supply("A")],
        "demands": [demand("B", 30, profile="shape")],
    }
    plan = make(rows, SOFT, {"shape": shape}).solve()
    found = bottlenecks(plan, places=["B"])
    at = row(found, direction="demand")
    assert (at["limited_by"], at["element"], at["binding_hours"]) == ("branch", "AB", 2)
    assert at["full"] and at["mw_1"] == near(30)


def test_no_bay_left():
    rows = {
        "substations": [station("S", firm_demand_mva=90, bays_free=1)],
        "datacenters": [
            {"site": n, "substation": "S", "class": "colo", "max_it_mw": 30} for n in ("one", "two")
        ],
        "datacenter_demand": [{"class": "colo", "region": "all", "year": 2030, "it_mw": 60}],
    }
    found = bottlenecks(make(rows, SOFT).solve())
    at = row(found, limited_by="bay")
    assert at["full"] and at["station"] == "S"
    assert not row(found, limited_by="station", direction="demand")["full"], "60 MW still fit"
    assert "has no free bay from 2030" in "\n".join(found.sentences())


def test_refused_and_on_the_command_line(grown, tmp_path, capsys):
    plan, _ = grown
    with pytest.raises(ValueError, match="station 'X' is not there; there are G, P, S, T"):
        bottlenecks(plan, places=["X"])
    from gridplan.plan.save import save

    save(plan, tmp_path / "result")
    with pytest.raises(SystemExit) as end:
        main(["bottlenecks", str(tmp_path / "result"), "--json", "--place", "S", "--year", "2030"])
    told = json.loads(capsys.readouterr().out)
    assert not end.value.code and told["bottlenecks"][0]["cause_1"] == "demands"
    with pytest.raises(SystemExit) as end:
        main(
            [
                "bottlenecks",
                str(tmp_path / "result"),
                "--place",
                "S",
                "--lang",
                "nl",
                "-q",
                "-o",
                str(tmp_path / "o"),
            ]
        )
    assert not end.value.code and (tmp_path / "o/bottlenecks_picture.png").exists()
