"""The case of the Metropoolregio Amsterdam: complete, sourced, calibrated, with the known bottlenecks."""

from __future__ import annotations

import runpy
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from gridplan.case import read_case
from tests.mra.mra_region import CASE, OUTSIDE, flows, live, loads, peak_hours, station_limits, table

MUNICIPALITIES = """
Aalsmeer, Almere, Amstelveen, Amsterdam, Beverwijk, Blaricum, Bloemendaal, Diemen, Edam-Volendam, Eemnes,
Gooise Meren, Haarlem, Haarlemmermeer, Heemskerk, Heemstede, Hilversum, Huizen, Landsmeer, Laren, Lelystad,
Oostzaan, Ouder-Amstel, Purmerend, Uithoorn, Velsen, Waterland, Wijdemeren, Wormerland, Zaanstad, Zandvoort
"""
TABLES = sorted(path for path in CASE.rglob("*.csv") if path.name != "profiles.csv")

# Firm figures of the Energy Transition Model, nl2023: full-load hours, p85/peak, share of energy in Dec-Feb.
ETM = {
    "household": (4214, 0.642, 0.289),
    "services": (4394, 0.803, 0.277),
    "industry": (4394, 0.803, 0.277),
    "horticulture": (4394, 0.803, 0.277),
    "pv": (1250, 0.395, 0.096),
    "wind_onshore": (2853, 0.702, 0.346),
    "wind_coastal": (4259, 0.932, 0.308),
    "heat_homes": (2163, 0.523, 0.466),
    "heat_services": (2114, 0.461, 0.416),
}


def test_all_thirty_municipalities_are_zones() -> None:
    wanted = {name.strip() for name in MUNICIPALITIES.split(",")}
    assert set(table("zones").zone) == wanted
    assert len(wanted) == 30
    assert set(table("service_areas").zone) == wanted
    assert table("zones").groupby("region").zone.count().to_dict() == {
        "Almere-Lelystad": 2,
        "Amstelland-Meerlanden": 6,
        "Amsterdam": 1,
        "Gooi en Vechtstreek": 7,
        "IJmond": 3,
        "Zaanstreek-Waterland": 7,
        "Zuid-Kennemerland": 4,
    }


@pytest.mark.parametrize("path", TABLES, ids=lambda path: str(path.relative_to(CASE)))
def test_every_row_says_where_it_comes_from(path: Path) -> None:
    rows = pd.read_csv(path)
    column = "note" if path.name == "heat_sources.csv" else "source"  # there `source` is the id
    words = rows[column].fillna("").str.strip()
    assert (words.str.len() > 3).all()
    assert (words.str.len() <= 125).all()


def test_service_shares_sum_to_one() -> None:
    assert table("service_areas").groupby("zone").share.sum().to_numpy() == pytest.approx(np.ones(30))


def test_every_part_of_the_grid_has_a_source() -> None:
    graph = nx.Graph(list(zip(live()["from"], live()["to"], strict=True)))
    graph.add_nodes_from(table("branches")[["from", "to"]].to_numpy().ravel())
    fed = set(table("supplies").query("technology == 'grid_supply'").substation)
    empty = set(table("substations").query("transformers == 0").substation) | {"NZK380"}
    for part in nx.connected_components(graph):
        assert part & fed or part <= empty, part


def test_ties_that_probably_run_open_are_rows_that_can_be_switched() -> None:
    ties = table("branches").query("kind == 'tie'")
    assert len(ties) == 5
    assert not ties.in_service.any()


def test_demand_of_2023_is_that_of_the_statistics() -> None:
    """Peak times full-load hours gives the GWh of 2023 back (etlocal, all 30 municipalities)."""
    hours = table("profiles").sum() / table("profiles").max()
    rows = table("demands").query("year == 2023")
    gwh = (rows.peak_mw * rows.profile.map(hours) / 1000).groupby(rows.category).sum()
    known = {
        "households": 2859,
        "services": 4903,
        "industry": 1477,
        "horticulture": 492,
        "mobility_road": 257,
    }
    for category, value in (known | {"rail": 465, "steel": 2091}).items():
        assert gwh[category] == pytest.approx(value, rel=0.01), category


def test_base_year_shows_haarlemmermeer_first() -> None:
    """The corridor to Haarlemmermeer is the fullest of the grid, and by far the worst with a circuit out."""
    whole, _ = loads(2026)
    hours = peak_hours(whole)
    calm = flows(whole, hours)
    assert max(calm, key=calm.__getitem__) == "HMM150-VHZ150"
    assert 0.85 < calm["HMM150-VHZ150"] < 1.0
    assert max(calm.values()) < 1
    worst = {}
    for branch, circuits in zip(live().branch, live().circuits, strict=True):
        if circuits > 1:
            worst[branch] = max(flows(whole, hours, branch).values())
    assert max(worst, key=worst.__getitem__) == "HMM150-VHZ150"
    assert worst["HMM150-VHZ150"] > 1.6
    assert flows(whole, hours, "LLS380-LLS150")["LLS380-LLS150"] > 0.95  # Flevoland


def test_stations_are_nearly_full_now_and_many_too_small_by_2040() -> None:
    limits = station_limits()
    loading = {year: {s: loads(year)[1][s].max() / limits[s] for s in limits} for year in (2026, 2040)}
    assert max(loading[2026].values()) < 1.0  # nothing is lost today
    full = {name for name, value in loading[2026].items() if value > 0.85}
    assert {"HMM150", "VHZ150", "HW150", "NDP150", "WYW150", "LLS150"} <= full
    over = [name for name, value in loading[2040].items() if value > 1]
    assert len(over) >= 12


def test_outside_feeds_at_four_nodes() -> None:
    fed = table("supplies").query("technology == 'grid_supply'")
    assert set(OUTSIDE) < set(fed.substation)
    assert (fed.side == "hv").all()


@pytest.mark.parametrize("name", sorted(ETM))
def test_profiles_meet_their_figures(name: str) -> None:
    series = table("profiles")[name]
    hours, p85, winter = ETM[name]
    month = pd.date_range("2026-01-01", periods=8760, freq="h").month
    assert series.sum() / series.max() == pytest.approx(hours, rel=0.05)
    assert series.quantile(0.85) / series.max() == pytest.approx(p85, abs=0.08)
    assert series[np.isin(month, (12, 1, 2))].sum() / series.sum() == pytest.approx(winter, abs=0.03)


def test_profiles_are_per_unit_of_peak_and_small() -> None:
    rows = table("profiles")
    assert list(rows.hour) == list(range(8760))
    assert (rows.drop(columns="hour").max() == 1).all()
    assert (rows >= 0).all(axis=None)
    assert (CASE / "profiles.csv").stat().st_size < 900_000
    assert not list(CASE.rglob("*.geojson"))


@pytest.mark.filterwarnings("ignore")  # demandlib and pvlib lag behind pandas
def test_profiles_can_be_made_again(tmp_path: Path) -> None:
    pytest.importorskip("demandlib")
    pytest.importorskip("pvlib")
    runpy.run_path(str(CASE / "make_profiles.py"))["main"](tmp_path / "profiles.csv")
    again = pd.read_csv(tmp_path / "profiles.csv")
    assert list(again.columns) == list(table("profiles").columns)
    assert again.mean().to_numpy() == pytest.approx(table("profiles").mean().to_numpy(), rel=0.02)


def test_masts_and_cells_can_be_made_again(tmp_path: Path) -> None:
    runpy.run_path(str(CASE / "make_telecom.py"))["main"](tmp_path)
    for name in ("masts.csv", "cells.csv"):
        assert (tmp_path / name).read_bytes() == (CASE / name).read_bytes()
    assert table("masts").source.str.contains("generated").all()


def test_policies_carry_their_dates() -> None:
    rows = table("policies").set_index("policy")
    assert (rows.loc["amsterdam_stop", ["scope", "value", "until_year"]] == ["Amsterdam", 0, 2030]).all()
    assert rows.loc["amstelveen_ban", "applies_to"] == "standalone"
    assert rows.loc["haarlemmermeer_cap", "value"] == round(750 * 0.95 / 1.2)
    assert rows.loc["haarlemmermeer_pace", "value"] == round(70 * 0.95 / 1.2)
    assert rows.loc["haarlemmermeer_after_2030", "from_year"] == 2031
    assert rows.loc["province_Uithoorn", "applies_to"] == "UIT"  # De Kwakel is left out
    province = rows[rows.index.str.startswith("province_") & (rows.value == 0)]
    outside = {
        "Almere",
        "Lelystad",
        "Eemnes",
        "Amsterdam",
        "Haarlemmermeer",
    }  # other provinces, designated places
    assert set(province.scope) == set(table("zones").zone) - outside
    assert rows[["name", "level", "owner", "source"]].notna().all(axis=None)


def test_ids_refer_to_rows_that_exist() -> None:
    stations, sites = set(table("substations").substation), set(table("datacenters").site)
    sinks, sources = set(table("heat_sinks").sink), set(table("heat_sources").source)
    ends = sites | sinks | sources | set(table("junctions").junction)
    assert set(table("branches")[["from", "to"]].to_numpy().ravel()) <= stations
    assert set(table("heat_links")[["from", "to"]].to_numpy().ravel()) <= ends
    assert set(table("datacenters").substation) <= stations
    assert set(table("heat_pumps")["at"]) <= sites
    targets = set(table("reinforcements").target)
    assert targets <= stations | set(table("branches").branch)
    needed = {one for cell in table("reinforcements").requires.dropna() for one in cell.split(";")}
    assert needed <= set(table("reinforcements").reinforcement)


@pytest.mark.parametrize("name", ["ND", "IA"])
def test_scenarios_change_rows_of_the_base(name: str) -> None:
    base, rows = table("demands"), table(f"scenarios/{name}/demands")
    assert set(zip(rows.demand, rows.year, strict=True)) <= set(zip(base.demand, base.year, strict=True))
    programme = {
        s: table(f"{s}datacenter_demand").query("year == 2040").it_mw.sum()
        for s in ("", f"scenarios/{name}/")
    }
    assert (programme[f"scenarios/{name}/"] > programme[""]) == (name == "ND")


def test_the_reader_has_nothing_to_say() -> None:
    case = read_case(CASE)
    assert case.warnings == ()
    assert list(case.years) == [2026, 2030, 2035, 2040]
    assert len(case.table("zones")) == 30


@pytest.mark.parametrize("name", ["ND", "IA"])
def test_the_reader_lays_scenarios_on_top(name: str) -> None:
    base, case = read_case(CASE), read_case(CASE, name)
    assert case.warnings == ()
    assert len(case.table("demands")) == len(base.table("demands"))
    total, usual = (c.table("demands").query("year == 2040").peak_mw.sum() for c in (case, base))
    assert (total > usual) == (name == "ND")
