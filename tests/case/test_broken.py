"""Broken cases: every one gives a message that names file, row and column, and what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from gridplan.case import CaseError, Problem, read_case
from gridplan.cli import main
from tests.case.small import FILES, edited, write_files


class Broken(NamedTuple):
    """A change to the small case, where the problem is, and words of the message, allowed values or hint."""

    name: str
    changes: dict[str, str | bytes | None]
    file: str
    row: int | None
    column: str
    says: str


def toml(name: str, text: str | bytes, column: str, says: str, row: int | None = None) -> Broken:
    return Broken(name, {"case.toml": text}, "case.toml", row, column, says)


def cell(name: str, file: str, old: str, new: str, row: int | None, column: str, says: str) -> Broken:
    return Broken(name, edited(file, old, new), file, row, column, says)


H = "[horizon]\nyears = [2026, 2030]\n"
LATIN = FILES["zones.csv"].replace("farm", "fårm").encode("latin-1")
SETTINGS = [
    toml("toml-syntax", "[horizon]\nyears = [2026,\n[case]\n", "character 2", "not valid TOML", 3),
    toml("toml-not-utf8", b"[case]\nname = '\xff'\n", "", "UTF-8", 2),
    toml("unknown-section", H + "[solvr]\ngap = 1\n", "solvr", "did you mean 'solver'?", 3),
    toml("unknown-key", H + "[solver]\ngapp = 1\n", "solver.gapp", "did you mean 'gap'?", 4),
    toml("key-in-no-section", "gap = 1\n" + H, "gap", "in no section", 1),
    toml("section-is-a-value", "solver = 1\n" + H, "solver", "must be a section", 1),
    toml("years-missing", "[case]\nname = 'x'\n", "horizon.years", "a list of years"),
    toml(
        "years-not-increasing", "[horizon]\nyears = [2030, 2026]\n", "horizon.years", "strictly increasing", 2
    ),
    toml("years-text", "[horizon]\nyears = ['2026']\n", "horizon.years", "not a year", 2),
    toml("years-far", "[horizon]\nyears = [20266]\n", "horizon.years", "≤ 2200", 2),
    toml("last-year-early", H + "last_year = 2028\n", "horizon.last_year", "2030 or later", 3),
    toml("flag-as-number", H + "[solver]\ngap = true\n", "solver.gap", "a number ≥ 0", 4),
    toml("number-as-text", H + "[solver]\nthreads = '2'\n", "solver.threads", "whole number", 4),
    toml("nan-setting", H + "[solver]\ngap = nan\n", "solver.gap", "finite", 4),
    toml("endless-setting", H + f"[solver]\ngap = 1{'0' * 400}\n", "solver.gap", "finite", 4),
    toml("wrong-word", H + "[physics]\nflow = 'ac'\n", "physics.flow", "dc, transport", 4),
    toml(
        "unknown-objective",
        H + "[objective]\nminimise = ['capx_meur']\n",
        "objective.minimise",
        "capex_meur",
        4,
    ),
    toml(
        "empty-objective", H + "[objective]\nminimise = []\n", "objective.minimise", "list of indicators", 4
    ),
    toml("other-crs", H + "[case]\ncrs = 'EPSG:28992'\n", "case.crs", "EPSG:4326", 4),
    toml("profiles-outside", H + "[time]\nprofiles = '../p.csv'\n", "time.profiles", "a file name", 4),
    Broken(
        "profiles-missing", {"case.toml": H + "[time]\nprofiles = 'p.csv'\n"}, "p.csv", None, "", "missing"
    ),
]
FILE = [
    Broken("empty-file", {"demands.csv": ""}, "demands.csv", None, "", "empty"),
    Broken("not-utf8", {"zones.csv": LATIN}, "zones.csv", 3, "", "0xe5"),
    Broken("utf16", {"zones.csv": FILES["zones.csv"].encode("utf-16")}, "zones.csv", 1, "", "UTF-16"),
    Broken("nul-byte", {"zones.csv": b"zone\na\0b\n"}, "zones.csv", 1, "", "binary"),
    Broken("directory", {"queue.csv": None, "queue.csv/x": "x"}, "queue.csv", None, "", "directory"),
    Broken("unknown-table", {"demand.csv": "demand\n"}, "demand.csv", None, "", "did you mean 'demands.csv'"),
    Broken("table-capital", {"Zones.csv": "zone\n"}, "Zones.csv", None, "", "did you mean 'zones.csv'?"),
    Broken("open-quote", {"zones.csv": 'zone,name\ntown,"Town\n'}, "zones.csv", 2, "", "not closed"),
    Broken("bad-shapes", {"zones.geojson": "{"}, "zones.geojson", 1, "features", "not JSON"),
    cell("ragged-short", "zones.csv", "farm,delta,52.2,5.2", "farm,delta", 3, "lat", "2 cells"),
    cell("ragged-long", "zones.csv", "52.2,5.2", "52.2,5.2,7", 3, "5", "quotes"),
    cell("duplicate-header", "zones.csv", "lat,lon", "lat,lat", 1, "lat", "twice"),
    cell("header-without-name", "zones.csv", "region,lat", "region,", 1, "3", "no name"),
    cell("missing-column", "demands.csv", "peak_mw", "note", 1, "peak_mw", "required"),
    cell("unknown-column", "zones.csv", "region", "regoin", 1, "regoin", "did you mean 'region'"),
    cell("wrong-unit", "demands.csv", "peak_mw", "peak_kw", 1, "peak_kw", "expected unit: mw"),
    cell("unit-left-out", "masts.csv", "radius_km", "radius", 1, "radius", "'radius_km'"),
]
CELL = [
    cell("text-in-number", "demands.csv", "2026,20", "2026,many", 2, "peak_mw", "not a number"),
    cell("unit-in-cell", "demands.csv", "2026,20", "2026,20 MW", 2, "peak_mw", "unit stands"),
    cell("thousands", "demands.csv", "2026,20", '2026,"1,200"', 2, "peak_mw", "thousands separator"),
    cell("decimal-comma", "demands.csv", "2026,20", '2026,"20,5"', 2, "peak_mw", "decimal comma"),
    cell("nan", "demands.csv", "2026,20", "2026,NaN", 2, "peak_mw", "not a finite number"),
    cell("inf", "demands.csv", "2026,20", "2026,inf", 2, "peak_mw", "not a finite number"),
    cell("too-large", "demands.csv", "2026,20", "2026,1e999", 2, "peak_mw", "too large"),
    cell("negative", "demands.csv", "2026,20", "2026,-20", 2, "peak_mw", "negative"),
    cell("zero-rating", "substations.csv", "North,2,40", "North,2,0", 2, "transformer_mva", "> 0"),
    cell("share-over-one", "service_areas.csv", "North,0.6", "North,1.6", 2, "share", "≤ 1"),
    cell("blank-required", "demands.csv", "2026,20", "2026,", 2, "peak_mw", "required but blank"),
    cell("blank-key", "zones.csv", "farm,delta", ",delta", 3, "zone", "required but blank"),
    cell("half-circuit", "branches.csv", "South,2,", "South,2.5,", 2, "circuits", "whole number"),
    cell("flag-word", "masts.csv", "5,true", "5,maybe", 2, "existing", "true or false"),
    cell("cell-year", "cells.csv", "2030", "soon", 2, "required", "true, false or a year"),
    cell("bad-date", "queue.csv", "2026-01-31", "31-01-2026", 2, "date", "YYYY-MM-DD"),
    cell("bad-enum", "heat_sinks.csv", "gas", "Gas", 2, "alternative", "did you mean 'gas'?"),
    cell("year-far", "demands.csv", "2030,30", "203,30", 3, "year", "≥ 1900"),
    cell("formula-id", "zones.csv", "farm,delta", "=A1,delta", 3, "zone", "starts with ="),
    cell("lat-range", "zones.csv", "52.2", "522", 3, "lat", "≤ 90"),
    cell("lon-range", "zones.csv", "5.2\n", "-190\n", 3, "lon", "≥ -180"),
    cell("duplicate-key", "demands.csv", "2030,30", "2026,30", 3, "demand", "also in row 2"),
    cell("duplicate-station", "substations.csv", "South,1", "North,1", 3, "substation", "also in row 2"),
    cell(
        "no-place", "demands.csv", "homes,town,2026", "homes,,2026", 2, "zone", "needs a zone or substation"
    ),
]
BETWEEN = [
    cell("unknown-station", "branches.csv", "North,South", "North,Suoth", 2, "to", "did you mean 'South'"),
    cell("station-case", "branches.csv", "North,South", "north,South", 2, "from", "did you mean 'North'?"),
    cell("unknown-zone", "demands.csv", "barns,farm", "barns,frm", 4, "zone", "did you mean 'farm'?"),
    cell(
        "unknown-parent", "substations.csv", "40,South", "40,Suth", 4, "limited_by", "did you mean 'South'?"
    ),
    cell("unknown-heat-end", "heat_links.csv", "hall,baths", "hall,bath", 2, "to", "did you mean 'baths'?"),
    cell("unknown-pump-place", "heat_pumps.csv", "lift,hall", "lift,hal", 2, "at", "did you mean 'hall'?"),
    cell(
        "unknown-requires", "reinforcements.csv", "20,line", "20,lines", 3, "requires", "did you mean 'line'?"
    ),
    cell(
        "unknown-indicator",
        "policies.csv",
        "datacenter_mw",
        "datacenter_MW",
        2,
        "indicator",
        "'datacenter_mw'",
    ),
    cell("unknown-scope", "policies.csv", "ban,farm", "ban,frm", 2, "scope", "did you mean 'farm'?"),
    cell(
        "unknown-applies-to", "policies.csv", "0,cloud", "0,clowd", 2, "applies_to", "did you mean 'cloud'?"
    ),
    cell("unknown-region", "datacenter_demand.csv", "delta", "dleta", 2, "region", "did you mean 'delta'?"),
    Broken(
        "unknown-profile",
        {"demands.csv": "demand,zone,year,peak_mw,profile\nhomes,town,2026,20,flat\n"},
        "demands.csv",
        2,
        "profile",
        "'flat' is not in the profiles file",
    ),
    cell("heat-id-twice", "heat_sinks.csv", "baths,town", "hall,town", 2, "sink", "is in datacenters too"),
    cell("shares", "service_areas.csv", "South,0.4", "South,0.3", 3, "share", "sum to 0.9"),
    cell("zone-without-station", "service_areas.csv", "\nfarm,South,1", "", 4, "zone", "no station serves"),
    cell(
        "electric-without-zone",
        "heat_sinks.csv",
        "town,4,60,true,gas",
        ",4,60,true,all_electric",
        2,
        "zone",
        "zone",
    ),
    cell(
        "back-up-without-zone",
        "heat_sinks.csv",
        "must_connect,alternative\nbaths,town,4,60,true,gas",
        "must_connect,alternative,backup\nbaths,,4,60,true,gas,electric",
        2,
        "zone",
        "electric back-up",
    ),
    cell(
        "warmer-return",
        "heat_sinks.csv",
        "alternative\nbaths,town,4,60,true,gas",
        "alternative,return_c\nbaths,town,4,60,true,gas,61",
        2,
        "return_c",
        "at most 60 °C",
    ),
    cell("self-loop", "branches.csv", "North,South", "North,North", 2, "to", "both ends"),
    cell("no-reactance", "branches.csv", "100,0.01", "100,", 2, "x_pu", 'flow = "transport"'),
    cell("zero-reactance", "branches.csv", "100,0.01", "100,0", 2, "x_pu", "other than 0"),
    cell("corridor-reactance", "reinforcements.csv", "100,0.02", "100,", 4, "x_pu", "new corridor"),
    cell(
        "corridor-rating", "reinforcements.csv", "West,100,0.02", "West,,0.02", 4, "adds_mva", "new corridor"
    ),
    cell(
        "target-kind",
        "reinforcements.csv",
        "transformer,North",
        "transformer,NS",
        2,
        "target",
        "not in substations",
    ),
    cell(
        "target-missing",
        "reinforcements.csv",
        "transformer,North",
        "transformer,",
        2,
        "target",
        "needs a target",
    ),
    cell("branch-no-ends", "reinforcements.csv", "South,West", "South,", 4, "target", "from and to"),
    cell("limited-by-circle", "substations.csv", "South,1,40,", "South,1,40,West", 3, "limited_by", "circle"),
    cell("requires-circle", "reinforcements.csv", "0.02,8,", "0.02,8,open", 3, "requires", "circle"),
    cell("min-over-max", "datacenters.csv", "20,5,0.5", "20,25,0.5", 2, "min_it_mw", "at most 20 MW"),
    cell(
        "existing-over-max",
        "datacenters.csv",
        "cloud,2,5",
        "cloud,30,5",
        2,
        "existing_it_mw",
        "at most 20 MW",
    ),
    cell("module-over-max", "datacenters.csv", "cloud,2,5", "cloud,2,50", 2, "module_it_mw", "at most 20 MW"),
    cell("sink-out-of-reach", "datacenters.csv", "5,0.5,30", "5,0,30", 2, "must_connect", "heat_share > 0"),
    cell(
        "sink-without-heat", "heat_sinks.csv", "town,4,60", "town,,60", 2, "peak_mw", "peak_mw or annual_gwh"
    ),
    cell("cell-out-of-reach", "cells.csv", "52.11", "53.11", 2, "required", "no mast reaches"),
    cell("after-horizon", "datacenter_demand.csv", "2030", "2044", 2, "year", "up to 2030"),
    Broken(
        "policy-ends-first",
        {"policies.csv": "policy,indicator,value,from_year,until_year\nban,land_ha,1,2030,2026\n"},
        "policies.csv",
        2,
        "from_year",
        "up to 2026",
    ),
    Broken(
        "island",
        {
            "branches.csv": "branch,from,to,x_pu,in_service\nNS,North,South,0.1,false\n",
            "supplies.csv": "supply,substation,technology\ngrid,North,grid_supply\n",
        },
        "demands.csv",
        2,
        "zone",
        "island",
    ),
    Broken(
        "nothing-can-serve",
        {
            "reinforcements.csv": None,
            "demands.csv": "demand,substation,year,peak_mw\nmill,West,2026,1\n",
        },
        "demands.csv",
        2,
        "substation",
        "nothing can serve",
    ),
]
# Where the first row is reported for a sink out of reach is in another file than the one edited.
ELSEWHERE = {
    "zone-without-station": "demands.csv",
    "sink-out-of-reach": "heat_sinks.csv",
}
ALL = [*SETTINGS, *FILE, *CELL, *BETWEEN]


def says(problem: Problem) -> str:
    return f"{problem.message} | {problem.allowed} | {problem.hint}"


@pytest.mark.parametrize("broken", ALL, ids=[broken.name for broken in ALL])
def test_message_names_the_place(broken: Broken, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "case", broken.changes)
    file = ELSEWHERE.get(broken.name, broken.file)
    with pytest.raises(CaseError) as caught:
        read_case(folder)
    problems = caught.value.problems
    there = [p for p in problems if (p.file, p.row, p.column) == (file, broken.row, broken.column)]
    assert any(broken.says in says(p) for p in there), (
        f"expected {file}, {broken.row}, {broken.column}:\n{caught.value}"
    )
    text = str(caught.value)
    assert file in text and broken.says in text


@pytest.mark.parametrize("verb", ["validate", "solve"])
def test_the_command_line_ends_with_3(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Broken cases (a part of them, for each is read in a test of its own): exit code 3, the file named, no
    traceback, nothing written.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    for k, broken in enumerate(ALL[:: 4 if verb == "validate" else 16]):
        folder = write_files(tmp_path / f"case{k}", broken.changes)
        with pytest.raises(SystemExit) as ended:
            main([verb, str(folder), "--quiet"])
        told = "".join(capfd.readouterr())
        assert ended.value.code == 3, f"{broken.name}: {told}"
        assert ELSEWHERE.get(broken.name, broken.file) in told and "Traceback" not in told, broken.name
    assert not (tmp_path / "results").exists()


def test_there_are_enough_broken_cases() -> None:
    assert len(ALL) >= 45 and len({broken.name for broken in ALL}) == len(ALL)


def test_the_small_case_is_sound(tmp_path: Path) -> None:
    case = read_case(write_files(tmp_path / "case", {}))
    assert case.warnings == ()


def test_one_mistake_gives_few_messages(tmp_path: Path) -> None:
    """A typo in one station of one table must not set off a cascade."""
    with pytest.raises(CaseError) as caught:
        read_case(write_files(tmp_path / "case", edited("demands.csv", "2026,20", "2026,many")))
    assert len(caught.value.problems) == 1


def test_all_errors_at_once(tmp_path: Path) -> None:
    changes = {
        **edited("demands.csv", "2026,20", "2026,many"),
        **edited("zones.csv", "region", "regoin"),
        **edited("branches.csv", "North,South", "North,Suoth"),
        "case.toml": H + "[solver]\ngap = -1\n",
    }
    with pytest.raises(CaseError) as caught:
        read_case(write_files(tmp_path / "case", changes))
    assert {p.file for p in caught.value.problems} >= {
        "demands.csv",
        "zones.csv",
        "branches.csv",
        "case.toml",
    }


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda where: where / "tutoral", "did you mean 'tutorial'"),
        (lambda where: where / "file.txt", "is a file"),
        (lambda where: where / "empty", "no case.toml"),
    ],
)
def test_wrong_folder(make, words: str, tmp_path: Path) -> None:
    write_files(tmp_path / "tutorial", {})
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaseError, match=words):
        read_case(make(tmp_path))


def test_size_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_files(tmp_path / "case", {})
    monkeypatch.setattr("gridplan.case.text.MAX_ROWS", 3)
    with pytest.raises(CaseError, match="too long: more than 3 rows"):
        read_case(folder)
    monkeypatch.setattr("gridplan.case.text.MAX_BYTES", 30)
    with pytest.raises(CaseError, match="too large"):
        read_case(folder)
