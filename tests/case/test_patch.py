"""Scenarios, what-ifs and `--set` are one mechanism."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from gridplan.case import Case, CaseError, read_case
from gridplan.case.patch import parse_set
from tests.case.small import write_files


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return read_case(write_files(tmp_path / "case", {}))


def value(case: Case, table: str, key: str, column: str) -> object:
    frame = case.table(table)
    return frame.loc[frame.iloc[:, 0] == key, column].iloc[0]


def test_number_is_set_and_the_old_case_stays(case: Case) -> None:
    changed = case.what_if({"datacenters.hall.max_it_mw": 15})
    assert value(changed, "datacenters", "hall", "max_it_mw") == 15
    assert value(case, "datacenters", "hall", "max_it_mw") == 20
    assert [(c.key, c.old, c.new) for c in changed.changes] == [("datacenters.hall.max_it_mw", "20", "15")]


@pytest.mark.parametrize(("text", "result"), [("+3", 23), ("-1", 19), ("*1.5", 30), ("=18", 18), ("7", 7)])
def test_relative_text(case: Case, text: str, result: float) -> None:
    changed = case.what_if({"datacenters.hall.max_it_mw": text})
    assert value(changed, "datacenters", "hall", "max_it_mw") == result


def test_relative_to_a_default(case: Case) -> None:
    changed = case.what_if({"reinforcements.more.lead_time_years": "+3"})
    assert value(changed, "reinforcements", "more", "lead_time_years") == 3


def test_relative_to_no_limit_is_refused(case: Case) -> None:
    with pytest.raises(CaseError, match=r"supplies\.grid\.capacity_mw.*blank value"):
        case.what_if({"supplies.grid.capacity_mw": "+3"})


def test_composite_key_prefix_and_star(case: Case) -> None:
    one = case.what_if({"demands.homes:2030.peak_mw": 31})
    assert one.table("demands")["peak_mw"].tolist() == [20, 31, 5]
    both = case.what_if({"demands.homes.peak_mw": "*2"})
    assert both.table("demands")["peak_mw"].tolist() == [40, 60, 5]
    every = case.what_if({"demands.*.peak_mw": "*2"})
    assert every.table("demands")["peak_mw"].tolist() == [40, 60, 10]


def test_rows_are_added_changed_and_deleted(case: Case) -> None:
    patch = {
        "demands.shop:2026": {"zone": "town", "peak_mw": 1.5},
        "demands.barns": None,
        "demands.homes:2026": {"peak_mw": 9, "critical": True},
    }
    frame = case.what_if(patch).table("demands")
    assert frame["demand"].tolist() == ["homes", "homes", "shop"]
    assert frame["peak_mw"].tolist() == [9, 30, 1.5]
    assert frame["critical"].tolist() == [True, False, False]


def test_blank_is_the_default_and_a_table_can_go(case: Case) -> None:
    lifted = case.what_if({"policies.ban.value": None, "queue": None})
    assert pd.isna(value(lifted, "policies", "ban", "value"))
    assert case.has("queue") and not lifted.has("queue")


def test_settings(case: Case) -> None:
    changed = case.what_if({"settings.solver.gap": 0.2, "horizon.years": [2026, 2030, 2035]})
    assert changed.settings.solver.gap == 0.2 and changed.years == (2026, 2030, 2035)
    assert changed.what_if({"solver.gap": None}).settings.solver.gap == 0.01


@pytest.mark.parametrize(
    ("key", "new", "says"),
    [
        ("demand.homes.peak_mw", 1, "did you mean 'demands'"),
        ("demands.hoems.peak_mw", 1, "did you mean 'homes'"),
        ("demands.homes.peak_kw", 1, "expected unit: mw"),
        ("demands.homes", {"peek_mw": 1}, "did you mean 'peak_mw'"),
        ("demands.barn", None, "did you mean 'barns'"),
        ("solver.gapp", 1, "did you mean 'gap'"),
        ("solver.gap", True, "solver.gap: True is not a number"),
        ("demands.homes:2026.peak_mw", -4.0, "peak_mw: -4 is negative"),
        ("demands.homes.zone", "twon", "did you mean 'town'"),
        ("demands", 3, "only None"),
    ],
)
def test_wrong_patches_are_named(case: Case, key: str, new: object, says: str) -> None:
    with pytest.raises(CaseError) as caught:
        case.what_if({key: new})
    assert says in str(caught.value) and f"what-if {key}" in str(caught.value)


def test_a_patched_case_is_checked_as_a_whole(case: Case) -> None:
    with pytest.raises(CaseError, match=r"sum to 0\.9"):
        case.what_if({"service_areas.town:South.share": 0.3})


def test_set_options() -> None:
    patch = parse_set(
        ["demands.homes.peak_mw=*2", "solver.gap=0.1", "policies.ban.value=", "physics.flow=transport"]
    )
    assert patch == {
        "demands.homes.peak_mw": "*2",
        "solver.gap": 0.1,
        "policies.ban.value": "",
        "physics.flow": "transport",
    }
    with pytest.raises(CaseError, match="key=value"):
        parse_set(["demands.homes"])


SCENARIO: dict[str, str | bytes | None] = {
    "scenarios/high/demands.csv": "demand,year,peak_mw,zone\nhomes,2030,44,town\nshop,2026,2,town\n",
    "scenarios/high/queue.csv": "request,_delete\nbakery,true\n",
    "scenarios/high/case.toml": "[solver]\ngap = 0.5\n",
}


def test_scenario(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "case", SCENARIO)
    case = read_case(folder, scenario="high", patch={"demands.shop.peak_mw": "+1"})
    assert case.table("demands")["peak_mw"].tolist() == [20, 44, 5, 3]
    assert len(case.table("queue")) == 0 and case.settings.solver.gap == 0.5
    assert case.scenario == "high" and "scenarios/high/demands.csv" in case.sources
    assert len(read_case(folder).table("demands")) == 3


def test_scenario_in_dutch_keeps_its_decimal_comma(tmp_path: Path) -> None:
    changes = {"scenarios/nl/demands.csv": "demand;year;peak_mw\nhomes;2030;44,5\n"}
    case = read_case(write_files(tmp_path / "case", changes), scenario="nl")
    assert case.table("demands")["peak_mw"].tolist() == [20, 44.5, 5]


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        (
            "demands.csv",
            "demand,year,peak_mw\nhomes,2030,x\n",
            "scenarios/bad/demands.csv, row 2, column peak_mw",
        ),
        ("demands.csv", "demand,yaer\nhomes,2030\n", "row 1, column yaer: unknown column"),
        ("demands.csv", "year,peak_mw\n2030,1\n", "key column 'demand' is missing"),
        ("demands.csv", "demand,_delete\nhoems,true\n", "did you mean 'homes'"),
        ("demands.csv", "demand,_delete\nhomes,perhaps\n", "row 2, column _delete"),
        ("demand.csv", "demand\n", "did you mean 'demands.csv'"),
        ("case.toml", "[solver]\ngap = -1\n", "scenarios/bad/case.toml, row 2, key solver.gap"),
    ],
)
def test_wrong_scenarios_are_named(file: str, text: str, place: str, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "case", {f"scenarios/bad/{file}": text})
    with pytest.raises(CaseError) as caught:
        read_case(folder, scenario="bad")
    assert place in str(caught.value)


def test_unknown_scenario(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "case", SCENARIO)
    with pytest.raises(CaseError, match="did you mean 'high'"):
        read_case(folder, scenario="hihg")
