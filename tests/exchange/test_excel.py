"""Workbooks: what is written reads back the same, what is broken or hostile is refused with its place."""

import datetime
import io
import time
import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.case import CaseError, case_from_tables, read_case
from gridplan.case.tables import tables
from gridplan.exchange import excel
from gridplan.exchange.kinds import export, read
from tests.exchange.books import changed, flat_case, workbook
from tests.invariants.random_cases import random_case

few = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
SMALL = {"horizon": {"years": [2030]}, "case": {"name": "small", "title": "= no formula"}}


def refused(path):
    with pytest.raises(CaseError) as error:
        excel.read(path)
    return error.value.problems


def small(**more):
    zones = pd.DataFrame({"zone": ["007", "b"], "name": ["=1+1", "x"], "land_ha": [1.25, None]})
    return case_from_tables(SMALL, {"zones": zones, **more})


@few
@given(st.integers(0, 10_000))
def test_random_cases_come_back(tmp_path_factory, seed):
    path = tmp_path_factory.mktemp("book") / "case.xlsx"
    case = flat_case(seed)
    assert excel.read(workbook(case, path)) == case


def test_profiles_shapes_and_every_table_come_back(tmp_path):
    case = random_case(0)
    assert case.profiles is not None
    feature = {"type": "Feature", "properties": {"zone": "east", "é ": "a  b" * 9000}, "geometry": None}
    content = case.content
    shapes = {"type": "FeatureCollection", "features": [feature]}
    case = replace(case, content=replace(content, shapes=shapes))
    export("excel", case, tmp_path / "case.xlsx")
    assert read("excel", tmp_path / "case.xlsx") == case


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=30), st.floats(0, 1e12, allow_nan=False))
def test_any_text_and_number_comes_back(tmp_path_factory, text, number):
    path = tmp_path_factory.mktemp("book") / "case.xlsx"
    zones = pd.DataFrame({"zone": ["z"], "name": [text], "land_ha": [number], "note": ["_x000D_ \r_x"]})
    case = case_from_tables(SMALL, {"zones": zones})
    assert excel.read(workbook(case, path)) == case


def test_headers_say_unit_and_meaning_and_words_can_be_chosen(tmp_path):
    book = openpyxl.load_workbook(workbook(read_case("cases/literature/garver6"), tmp_path / "g.xlsx"))
    sheet = book["branches"]
    head = {cell.value: cell for cell in sheet[1]}
    for name, column in tables()["branches"].columns.items():
        assert column.description in head[name].comment.text
        assert not column.unit or f"Unit: {column.unit}." in head[name].comment.text
    rules = sheet.data_validations.dataValidation
    lists = {str(rule.sqref).split(":")[0].rstrip("2"): rule.formula1 for rule in rules}
    assert lists[head["kind"].column_letter] == '"line,cable,transformer,tie"'
    assert lists[head["in_service"].column_letter] == '"TRUE,FALSE"'


def test_ids_stay_text_and_text_is_no_formula(tmp_path):
    sheet = openpyxl.load_workbook(workbook(small(), tmp_path / "s.xlsx"))["zones"]
    assert [sheet["A2"].value, sheet["B2"].value, sheet["B2"].data_type] == ["007", "=1+1", "s"]
    assert isinstance(sheet["G2"].value, float)


def test_what_a_planner_types_is_read(tmp_path):
    """Numbers as text with a comma, ids as numbers, words of flags in Dutch, dates as dates."""
    path = workbook(small(), tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["zones"]
    sheet["A4"], sheet["G4"] = 12, "3,5"
    book.create_sheet("substations").append(["substation"])
    book["substations"].append([1])
    queue = book.create_sheet("queue")
    queue.append(["request", "substation", "mw", "date"])
    queue.append(["r1", "1", 2, datetime.datetime(2026, 3, 31)])
    book.create_sheet("_remarks")["A1"] = "anything"
    book.save(path)
    case = excel.read(path)
    assert case.table("zones")["zone"].tolist() == ["007", "b", "12"]
    assert case.table("zones")["land_ha"].iloc[2] == 3.5
    assert case.table("queue")["date"].tolist() == ["2026-03-31"]


BROKEN = [  # sheet, cell, value; row, column, part of the message
    ("zones", "G2", "many", 2, "land_ha", "is not a number"),
    ("zones", "A3", None, 3, "zone", "blank"),
    ("zones", "G3", -4, 3, "land_ha", "≥ 0"),
    ("zones", "G2", "#REF!", 2, "land_ha", "error of the spreadsheet"),
    ("zones", "G2", "=1+1", 2, "7", "formula without a stored value"),
    ("zones", "G1", "land", 1, "land", "unknown column"),
    ("zones", "A1", None, 1, "1", "has no name"),
    ("zones", "P2", "x", 2, "16", "beside the columns"),
    ("settings", "A2", "case.nam", 2, "key", "unknown key"),
    ("settings", "B8", "soon", 8, "value", "not a number"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "row", "column", "said"), BROKEN)
def test_broken_cells_name_sheet_row_and_column(tmp_path, sheet, cell, value, row, column, said):
    path = workbook(small(), tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    found = [(p.file, p.row, p.column) for p in refused(path) if said in f"{p.message} {p.allowed}"]
    assert (f"s.xlsx[{sheet}]", row, column) in found


def test_unknown_sheets_and_missing_settings_are_told(tmp_path):
    path = workbook(small(), tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(path)
    book["zones"].title = "zone"
    del book["settings"]
    book.save(path)
    said = " ".join(map(str, refused(path)))
    assert "unknown sheet 'zone'" in said and "'zones'" in said and "no settings" in said


def bomb(path, sizes, name="xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for k, size in enumerate(sizes):
            file.writestr(f"{name}{k or ''}", b"0" * size)
    return path


HOSTILE = {
    "no zip": lambda path: path.write_bytes(b"PK\3\4 and nothing more"),
    "bomb": lambda path: bomb(path, [70_000_000]),
    "names": lambda path: bomb(path, [1], "../../evil.xml"),
    "parts": lambda path: bomb(path, [1] * 2_100, "a"),
    "entities": lambda path: changed(path, "xl/workbook.xml", lambda data: ENTITIES + data),
    "utf-16": lambda path: changed(path, "xl/workbook.xml", lambda data: data.decode().encode("utf-16")),
    "far row": lambda path: changed(path, "xl/worksheets/sheet2.xml", far_row),
    "wide": lambda path: changed(path, "xl/worksheets/sheet2.xml", wide),
    "cut": lambda path: changed(path, "xl/worksheets/sheet2.xml", lambda data: data[:300]),
    "no workbook": lambda path: changed(path, "xl/workbook.xml", lambda data: b"<workbook/>"),
    "no types": lambda path: changed(path, "[Content_Types].xml", lambda data: b"<Types/>"),
}
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def far_row(data):
    """A sheet that says it reaches to row 1e9, and has a row there."""
    more = b'<row r="1000000000"><c r="A1000000000" t="n"><v>1</v></c></row></sheetData>'
    return data.replace(b"<sheetData>", b'<dimension ref="A1:XFD1000000000"/><sheetData>').replace(
        b"</sheetData>", more
    )


def wide(data):
    return data.replace(b"</row>", b'<c r="XFD1" t="n"><v>1</v></c></row>', 1)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_end_in_a_clear_error_soon(tmp_path, kind):
    path = workbook(small(), tmp_path / "s.xlsx")
    HOSTILE[kind](path)
    start = time.process_time()
    problems = refused(path)
    assert time.process_time() - start < 10
    assert all(problem.file.startswith("s.xlsx") and problem.message for problem in problems)


def test_flipped_bytes_never_end_in_a_traceback(tmp_path):
    good = workbook(small(), tmp_path / "s.xlsx").read_bytes()
    for place in range(7, len(good), len(good) // 15):
        bad = bytearray(good)
        bad[place] ^= 0x55
        (tmp_path / "s.xlsx").write_bytes(bytes(bad))
        try:
            excel.read(tmp_path / "s.xlsx")
        except CaseError as error:
            assert error.problems


def test_a_plan_as_a_workbook(tmp_path, garver_plan):
    export("excel", garver_plan, tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "plan.xlsx").read_bytes()))
    branches = garver_plan.branches
    sheet = book["branches"]
    assert [cell.value for cell in sheet[1]] == list(branches.columns)
    assert [row[3].value for row in sheet.iter_rows(min_row=2)] == pytest.approx(branches["peak_mw"].tolist())
    assert "MW" in sheet["D1"].comment.text
    totals = {row[0].value: row[2].value for row in book["summary"].iter_rows(min_row=2)}
    wanted = {name: values["total"] for name, values in garver_plan.summary["indicators"].items()}
    assert {name: totals[name] for name in wanted} == pytest.approx(wanted)
