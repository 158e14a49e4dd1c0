"""Round trips of drawn cases: what a format can hold comes back as it went."""

import math
from collections import defaultdict

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from gridplan.exchange import esdl, geojson, geopackage, pypsa
from gridplan.exchange.kinds import export
from tests.exchange.drawn import anywhere, cases

FEW, MANY = 4, 300
YEAR, UNLIMITED = 2040, 1e6
KINDS = {
    "geopackage": (geopackage, "x.gpkg"),
    "geojson": (geojson, "x.geojson"),
    "csv": (pypsa, "network"),
    "netcdf": (pypsa, "network.nc"),
    "esdl": (esdl, "x.esdl"),
}


def times(count):
    """Always the same draws; a case is small enough to be read as it was drawn."""
    quick = {"deadline": None, "derandomize": True, "database": None, "phases": [Phase.generate]}
    return settings(max_examples=count, suppress_health_check=list(HealthCheck), **quick)


def near(value):
    """Numbers in a dict of tuples are compared one by one."""
    if isinstance(value, dict):
        return {key: near(each) for key, each in value.items()}
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def rows(case, table):
    return case.table(table).to_dict("records")


def at_year(case, table, key, column):
    """The value of every asset in the year: rows of one asset stand in order of years, the last one holds."""
    return {row[key]: row[column] for row in rows(case, table) if pd.isna(row["year"]) or row["year"] <= YEAR}


def feeds(case, row):
    """(station, share) of an asset."""
    if row["substation"]:
        return [(row["substation"], 1.0)]
    return [(a["substation"], a["share"]) for a in rows(case, "service_areas") if a["zone"] == row["zone"]]


def sums(case, table, key, column):
    """MW of every asset and station in the year; NaN: no limit."""
    values, made = at_year(case, table, key, column), defaultdict(float)
    for row in {row[key]: row for row in rows(case, table)}.values():
        for station, share in feeds(case, row):
            made[row[key], station] += share * values[row[key]]
    return dict(made)


def standing(case):
    return [row for row in rows(case, "branches") if row["in_service"] and row["circuits"] > 0]


def rating(case, row, most=math.inf):
    mw = case.settings.case.power_factor * row["circuit_mva"] * float(row["circuits"])
    return math.nan if mw >= most else mw


def geo(case, kind, folder):
    module, name = KINDS[kind]
    for crs in ("EPSG:4326", "EPSG:28992"):
        export(kind, case, folder / name, crs=crs)
        assert module.read(folder / name) == case


def network(case, kind, folder):
    _, name = KINDS[kind]
    export("pypsa", case, folder / name, year=YEAR)
    back = pypsa.read(folder / name)
    places = {row["substation"]: (row["lat"], row["lon"]) for row in rows(case, "substations")}
    assert {r["substation"]: (r["lat"], r["lon"]) for r in rows(back, "substations")} == near(places)
    lines = {row["branch"]: row for row in rows(back, "branches")}
    assert lines.keys() == {row["branch"] for row in standing(case)}
    for row in standing(case):
        line = lines[row["branch"]]
        assert (line["from"], line["to"]) == (row["from"], row["to"])
        assert line["x_pu"] == near(row["x_pu"] / float(row["circuits"]))
        assert line["circuit_mva"] == near(rating(case, row, UNLIMITED))
    _limits(case, back)
    _by_station(sums(case, "demands", "demand", "peak_mw"), sums(back, "demands", "demand", "peak_mw"))
    supplies = rows(back, "supplies")
    given = {r["supply"]: r for r in supplies if r["technology"] != "export"}
    wanted = sums(case, "supplies", "supply", "capacity_mw")
    assert sorted(r["capacity_mw"] for r in given.values()) == near(sorted(wanted.values()))
    costs = {
        row["supply"]: (row["cost_eur_per_mwh"], row["cost_eur_per_mw2h"]) for row in rows(case, "supplies")
    }
    once = [name for name, station in wanted if sum(other == name for other, _ in wanted) == 1]
    found = {name: (given[name]["cost_eur_per_mwh"], given[name]["cost_eur_per_mw2h"]) for name in once}
    assert found == near({name: costs[name] for name in once})
    _storages(case, back)


def _by_station(wanted, found):
    """Sums by station; what is nothing may be left out."""
    totals = []
    for each in (wanted, found):
        total = defaultdict(float)
        for (_, station), mw in each.items():
            total[station] += mw
        totals.append({station: mw for station, mw in total.items() if mw})
    assert totals[1] == near(totals[0])


def _limits(case, back):
    """Firm capacities of stations without transformers, MW."""
    found = {row["substation"]: row for row in rows(back, "substations")}
    for row in rows(case, "substations"):
        for column in ("firm_demand_mva", "firm_feedin_mva"):
            if pd.isna(row["transformers"]) or not pd.isna(row[column]):
                wanted = row[column] * case.settings.case.power_factor
                if pd.isna(row["transformers"]):
                    assert found[row["substation"]][column] == near(wanted)
                else:
                    assert found[row["substation"]][column] <= wanted * (1 + 1e-9)


def _storages(case, back):
    for column in ("power_mw", "energy_mwh"):
        total = [defaultdict(float), defaultdict(float)]
        for of, made in zip((case, back), total, strict=True):
            for row in rows(of, "storages"):
                for station, share in feeds(of, row):
                    made[station] += share * row[column] if row["power_mw"] else 0.0
        assert total[1] == near(total[0])
    for row in rows(back, "storages"):
        assert row["efficiency"] == near(rows(case, "storages")[0]["efficiency"])


def system(case, kind, folder):
    export(kind, case, folder / "x.esdl", year=YEAR)
    back = esdl.read(folder / "x.esdl")
    for table, key, more in (("zones", "zone", ()), ("substations", "substation", ("kv",))):
        columns = ("lat", "lon", *more)
        found = {row[key]: [row[column] for column in columns] for row in rows(back, table)}
        assert found == near({row[key]: [row[column] for column in columns] for row in rows(case, table)})
    lines = {row["branch"]: row for row in rows(back, "branches")}
    assert lines.keys() == {row["branch"] for row in standing(case)}
    for row in standing(case):
        line = lines[row["branch"]]
        assert (line["from"], line["to"]) == (row["from"], row["to"])
        assert (line["length_km"], line["circuit_mva"]) == near((row["length_km"], rating(case, row)))
    for table, key, column in (("demands", "demand", "peak_mw"), ("supplies", "supply", "capacity_mw")):
        values = at_year(case, table, key, column)
        wanted = {}
        for row in {row[key]: row for row in rows(case, table)}.values():
            station = max(feeds(case, row), key=lambda feed: feed[1])[0]
            if values[row[key]] != 0 or table == "supplies":
                wanted[row[key], station] = values[row[key]]
        assert sums(back, table, key, column) == near(wanted)


CHECKS = [("geopackage", geo), ("geojson", geo), ("csv", network), ("netcdf", network), ("esdl", system)]


@pytest.mark.parametrize(("kind", "check"), CHECKS, ids=[kind for kind, _ in CHECKS])
def test_drawn_cases_come_back(kind, check, tmp_path_factory):
    _run(kind, check, tmp_path_factory, FEW)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "check"), CHECKS, ids=[kind for kind, _ in CHECKS])
def test_many_drawn_cases_come_back(kind, check, tmp_path_factory):
    _run(kind, check, tmp_path_factory, MANY)


def _run(kind, check, folders, count):
    drawn = cases(anywhere) if check is geo else cases()

    @times(count)
    @given(drawn)
    def each(case):
        check(case, kind, folders.mktemp("drawn"))

    each()
