"""Set covering files: mapping, costs from elsewhere, rail's layout, and errors that name the line."""

import tracemalloc

import pytest

from gridplan.case import CaseError, read_case
from gridplan.exchange import orlib_scp
from tests.exchange.test_cli import run

# Rows 1 to 3 by columns 1 to 4 of cost 3, 2, 4, 6: column 1 covers rows 1 and 2, 2: 2, 3: 3, 4: all.
TINY = " 3 4\n 3 2 4 6\n 2\n 1 4\n 3\n 1 2 4\n 2\n 3 4\n"
RAIL = "3 4\n3 2 1 2\n2 1 2\n4 1 3\n6 3 1 2 3\n"


def file(folder, text, name="tiny.txt"):
    path = folder / name
    path.write_text(text)
    return path


def reach(case):
    found = {}
    for mast, cell in case.table("coverage")[["mast", "cell"]].itertuples(index=False):
        found.setdefault(cell, []).append(mast)
    return found


def capex(case):
    goal = case.solve(threads=1).summary["objective"]["capex_meur"]
    assert goal["gap"] == 0
    return goal["value"]


def test_a_tiny_file_by_hand(tmp_path):
    """Row 3 asks for column 3 or 4: 4 + 3 (column 1) = 7, or column 4 alone: 6."""
    case = orlib_scp.read(file(tmp_path, TINY))
    assert case.table("masts")["capex_keur"].tolist() == [3000, 2000, 4000, 6000]
    assert reach(case) == {"c1": ["m1", "m4"], "c2": ["m1", "m2", "m4"], "c3": ["m3", "m4"]}
    assert capex(case) == pytest.approx(6)
    case.write(tmp_path / "case")
    again = read_case(tmp_path / "case")
    assert all(again.table(name).equals(case.table(name)) for name in ("masts", "cells", "coverage"))
    assert capex(again) == pytest.approx(6)


def test_lines_may_break_anywhere(tmp_path):
    whole = orlib_scp.read(file(tmp_path, TINY.replace("\n", " ")))
    assert reach(whole) == reach(orlib_scp.read(file(tmp_path, TINY)))
    words = orlib_scp.read(file(tmp_path, TINY.replace(" ", "\r\n").replace("2 4", "\t2\t4")))
    assert reach(words) == reach(whole)


def test_rail_files_are_written_by_columns(tmp_path):
    rail = orlib_scp.read(file(tmp_path, RAIL), layout="columns")
    tiny = orlib_scp.read(file(tmp_path, TINY))
    assert reach(rail) == reach(tiny)
    assert rail.table("masts")["capex_keur"].tolist() == tiny.table("masts")["capex_keur"].tolist()


def test_costs_from_elsewhere(tmp_path):
    """Without costs in the file, and in place of those that are there."""
    bare = file(tmp_path, TINY.replace(" 3 2 4 6\n", ""), "bare.txt")
    strange = file(tmp_path, TINY.replace(" 3 2 4 6\n", " 9 9 9\n 9 9 9\n"), "strange.txt")
    given = str(file(tmp_path, "1 1\n1 9", "costs.txt"))
    for source in (bare, strange, file(tmp_path, TINY)):
        assert orlib_scp.read(source, costs="unit").table("masts")["capex_keur"].tolist() == [1000] * 4
        assert capex(orlib_scp.read(source, costs=given)) == pytest.approx(2)
    for source in (bare, strange):
        with pytest.raises(CaseError, match=r"the costs of the 4 columns are missing.*--costs"):
            orlib_scp.read(source)


BROKEN = [  # text; line, part of the message
    ("", None, "ends where the number of rows"),
    ("3", 1, "ends where the number of columns"),
    ("0 4\n", 1, "the number of rows is 0"),
    ("3.5 4\n", 1, "number of rows is 3.5"),
    ("1e9 4\n", 1, "number of rows is 1e+09"),
    (TINY.replace("3 2 4 6", "3 two 4 6"), 2, "'two' is not a number"),
    (TINY.replace("3 2 4 6", "3 nan 4 6"), 2, "'nan' is not a finite number"),
    (TINY.replace("3 2 4 6", "3 1_0 4 6"), 2, "'1_0' is not a number"),
    (TINY.replace("3 2 4 6", "3 -2 4 6"), 2, "the cost of column 2 of 4 is -2"),
    (TINY.replace("1 2 4", "1 2 5"), 6, "of row 2 of 3 is 5"),
    (TINY.replace("1 2 4", "1 0 4"), 6, "of row 2 of 3 is 0"),
    (TINY.replace("1 2 4", "1 1.5 4"), 6, "of row 2 of 3 is 1.5"),
    (TINY.replace("1 2 4", "1 1 4"), 6, "1 stands twice among the columns of row 2"),
    (TINY.replace(" 2\n 1 4", " 0\n 1 4"), 3, "the number of columns of row 1 of 3 is 0"),
    (TINY.replace(" 3 4\n 3", " 4 4\n 3"), 8, "ends where the number of columns of row 4 of 4"),
    (TINY + "7", 9, "1 numbers are left over after row 3"),
    (TINY[:-4], 7, "ends where one of the 2 columns of row 3 of 3"),
    ("PK\0\1", 1, "is not UTF-8 text"),
]


@pytest.mark.parametrize(("text", "line", "message"), BROKEN)
def test_a_broken_file_is_told_by_its_line(tmp_path, text, line, message):
    with pytest.raises(CaseError) as error:
        orlib_scp.read(file(tmp_path, text))
    problem = error.value.problems[0]
    assert (problem.file, problem.row) == ("tiny.txt", line)
    assert message in problem.message


def test_broken_rail_files_costs_and_options(tmp_path):
    for text, message in (
        (RAIL.replace("6 3 1 2 3", "6 2 1 2").replace("4 1 3", "4 1 2"), "no column covers row 3"),
        (RAIL.replace("4 1 3", "4 1 9"), "of column 3 of 4 is 9"),
    ):
        with pytest.raises(CaseError, match=message):
            orlib_scp.read(file(tmp_path, text), layout="columns")
    source = file(tmp_path, TINY)
    with pytest.raises(CaseError, match="there is no layout 'diagonal'; allowed: rows, columns"):
        orlib_scp.read(source, layout="diagonal")
    with pytest.raises(CaseError, match=r"costs\.txt.*ends where the cost of column 3 of 4"):
        orlib_scp.read(source, costs=str(file(tmp_path, "1 2", "costs.txt")))
    with pytest.raises(CaseError, match=r"costs\.txt, row 2.*1 numbers are left over"):
        orlib_scp.read(source, costs=str(file(tmp_path, "1 2 3 4\n5", "costs.txt")))
    with pytest.raises(CaseError, match="is missing"):
        orlib_scp.read(tmp_path / "nothing.txt")


def test_a_file_of_millions_of_numbers_is_refused_within_bounds(tmp_path, monkeypatch):
    """The limit is lowered to 20,000 numbers: whatever the file's length, no more are ever held."""
    monkeypatch.setattr(orlib_scp, "MOST", 20_000)
    path = file(tmp_path, "2 3\n" + "1 " * 2_000_000)
    tracemalloc.start()
    with pytest.raises(CaseError, match="more than 20,000 numbers"):
        orlib_scp.read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15e6  # the text of 4 MB, as bytes and as characters


def test_on_the_command_line(tmp_path, capsys):
    source, case = file(tmp_path, TINY), tmp_path / "case"
    code, out, _ = run(capsys, "import", "orlib-scp", source, case)
    assert (code, "4 masts, 3 cells, 7 coverage" in out) == (0, True)
    assert read_case(case).settings.objective.minimise == ("capex_meur",)
    assert run(capsys, "import", "orlib-scp", source, case, "--force", "--costs", "unit", "-q")[0] == 0
    assert read_case(case).table("masts")["capex_keur"].tolist() == [1000] * 4
    code, out, _ = run(capsys, "import", "orlib-scp", source, case, "--force", "--layout", "columns")
    assert (code, "tiny.txt" in out) == (3, True)
