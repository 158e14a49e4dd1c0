"""Reading, defaults, dtypes, immutability, writing and reading back."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gridplan
from gridplan.case import Case, CaseError, case_from_tables, read_case, split_ids, write_case
from gridplan.case.frame import dtype
from gridplan.case.reference import reference
from gridplan.case.tables import indicators, tables
from tests.case.small import FILES, write_files

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "cases" / "tutorial"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return read_case(write_files(tmp_path / "case", {}))


def test_every_table_has_all_columns_in_order_with_its_dtypes(case: Case) -> None:
    for name, table in tables().items():
        frame = case.table(name)
        assert list(frame.columns) == list(table.columns)
        for column in table.columns.values():
            assert str(frame[column.name].dtype) == dtype(column), (name, column.name)


def test_defaults(case: Case) -> None:
    site = case.table("datacenters").iloc[0]
    assert (site["pue"], site["utilisation"], site["existing_utilisation"], site["standalone"]) == (
        1,
        1,
        1,
        True,
    )
    assert case.table("supplies")["side"].tolist() == ["hv", "mv"]
    assert np.isnan(case.table("supplies")["capacity_mw"].iloc[0])
    assert case.table("cells")["required"].tolist() == [2030]
    assert case.table("substations")["transformers"].tolist() == [2, 1, 0]
    assert case.table("reinforcements")["adds_circuits"].isna().all()
    assert case.settings.horizon.last_year == 2030 and case.settings.physics.security == "n-0"


def test_existing_utilisation_follows_utilisation(case: Case) -> None:
    site = case.what_if({"datacenters.hall.utilisation": 0.7}).table("datacenters").iloc[0]
    assert site["existing_utilisation"] == 0.7


def test_dutch_spreadsheet(tmp_path: Path) -> None:
    head = "\ufeffdemand;zone;year;peak_mw;critical\r\n"
    text = head + "homes;town;2026;20,5;waar\r\nbarns;farm;2026;5;nee\r\n;;;;\r\n"
    case = read_case(write_files(tmp_path / "case", {"demands.csv": text}))
    assert case.table("demands")["peak_mw"].tolist() == [20.5, 5]
    assert case.table("demands")["critical"].tolist() == [True, False]


@pytest.mark.parametrize("number", ["1.500", "1.234,5", "12.345.678"])
def test_dutch_thousands_are_refused(number: str, tmp_path: Path) -> None:
    text = f"demand;zone;year;peak_mw\nhomes;town;2026;{number}\n"
    with pytest.raises(CaseError, match=r"demands\.csv, row 2, column peak_mw: .* thousands separator"):
        read_case(write_files(tmp_path / "case", {"demands.csv": text}))


def test_a_case_cannot_be_altered(case: Case) -> None:
    before = case.table("demands")
    direct = case.tables["demands"]
    direct.loc[0, "peak_mw"] = 99.0
    taken = case.table("demands")
    taken["peak_mw"] = 1.0
    assert case.table("demands").equals(before)
    with pytest.raises(TypeError):
        case.tables["demands"] = taken  # type: ignore[index]
    with pytest.raises(AttributeError):
        case.settings.solver.gap = 1.0  # type: ignore[misc]


def test_unknown_table_name(case: Case) -> None:
    with pytest.raises(KeyError, match="demands"):
        case.table("demand")


def test_written_case_reads_back_the_same(case: Case, tmp_path: Path) -> None:
    target = write_case(case.what_if({"case.title": 'A "title" \\ with é'}), tmp_path / "out" / "copy")
    again = read_case(target)
    assert again == case.what_if({"case.title": 'A "title" \\ with é'})
    assert again != case
    assert (target / "demands.csv").read_text().splitlines()[0] == "demand,zone,year,peak_mw"


def test_writing_again_keeps_other_files_and_drops_old_tables(case: Case, tmp_path: Path) -> None:
    target = write_case(case, tmp_path / "copy")
    (target / "README.md").write_text("mine")
    write_case(case.what_if({"queue": None}), target)
    assert (target / "README.md").read_text() == "mine" and not (target / "queue.csv").exists()
    assert sorted(item.name for item in tmp_path.iterdir() if item.name.startswith(".")) == []


def test_nothing_is_written_over_a_folder_that_is_no_case(case: Case, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("cat")
    with pytest.raises(FileExistsError):
        case.write(tmp_path / "photos")
    assert [item.name for item in (tmp_path / "photos").iterdir()] == ["cat.jpg"]


def test_failed_write_leaves_the_old_case(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = write_case(case, tmp_path / "copy")

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="disk full"):
        write_case(case.what_if({"solver.gap": 0.3}), target)
    monkeypatch.undo()
    assert read_case(target).what_if({"case.name": "x"}) == case.what_if({"case.name": "x"})
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".")] == []


def test_tutorial_reads_without_a_word_and_round_trips(tmp_path: Path) -> None:
    case = read_case(TUTORIAL)
    assert case.warnings == () and case.years == (2026, 2030, 2035)
    assert case.profiles is not None and case.profiles.shape == (8760, 4)
    assert read_case(write_case(case, tmp_path / "copy")) == case
    high = read_case(TUTORIAL, scenario="high_growth")
    assert high.warnings == () and high != case
    assert (TUTORIAL / "profiles.csv").stat().st_size < 250_000


def test_tutorial_profiles_are_what_the_script_makes(tmp_path: Path) -> None:
    script = tmp_path / "make_profiles.py"
    script.write_text((TUTORIAL / "make_profiles.py").read_text())
    subprocess.run([sys.executable, str(script)], check=True)
    assert (tmp_path / "profiles.csv").read_text() == (TUTORIAL / "profiles.csv").read_text()


def test_reference_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert page == reference(), "run `python -m gridplan.case.reference > docs/tables.md`"
    assert all(f"## {table.file}" in page for table in tables().values())
    assert all(f"`{name}`" in page for name in indicators())


def test_case_survives_pickling(case: Case) -> None:
    assert pickle.loads(pickle.dumps(case)) == case


def test_html_is_escaped(case: Case) -> None:
    html = case.what_if({"case.title": "<script>x</script>"})._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html and "demands" in html


def test_case_from_tables() -> None:
    stations = pd.DataFrame({"substation": ["A"], "transformers": [2], "transformer_mva": [40.0]})
    demands = pd.DataFrame(
        {"demand": ["d"], "substation": ["A"], "year": [2026], "peak_mw": [np.float64(3.5)]}
    )
    case = case_from_tables({"horizon": {"years": [2026]}}, {"substations": stations, "demands": demands})
    assert case.table("demands")["peak_mw"].tolist() == [3.5]
    with pytest.raises(CaseError, match="did you mean 'demands'"):
        case_from_tables({"horizon": {"years": [2026]}}, {"demandz": demands})


def test_sources_and_file_names(case: Case) -> None:
    assert set(case.sources) == set(FILES)
    assert all(len(digest) == 64 for digest in case.sources.values())


def test_split_ids() -> None:
    assert split_ids(" a; b|c;; ") == ["a", "b", "c"]


def test_importing_gridplan_is_light() -> None:
    code = (
        "import sys, gridplan; print('pandas' in sys.modules); gridplan.load; print('pandera' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "False"]
    assert gridplan.load is read_case


def test_warnings_name_the_place(tmp_path: Path) -> None:
    changes = {"policies.csv": "policy,indicator,value,from_year\nlate,land_ha,3,2050\n"}
    case = read_case(write_files(tmp_path / "case", changes))
    assert [(w.file, w.row, w.column, w.severity) for w in case.warnings] == [
        ("policies.csv", 2, "from_year", "warning")
    ]
    cold = read_case(write_files(tmp_path / "cold", {"heat_pumps.csv": "heat_pump,at\n"}))
    assert [w.column for w in list(cold.warnings)] == ["heat_c"]
    programme = "class,region,year,it_mw\nedge,delta,2030,10\n"
    bare = read_case(write_files(tmp_path / "bare", {"datacenter_demand.csv": programme}))
    assert [w.check for w in list(bare.warnings)] == ["programme-sites"]
