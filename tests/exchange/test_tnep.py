"""Folders of expansion tables: mapping, dispatches, and errors that name file and line."""

import shutil

import pytest

from gridplan.case import CaseError, read_case
from gridplan.exchange import tnep
from gridplan.exchange.kinds import EXAMPLES

FOLDER = EXAMPLES / "three_bus"


def copy(folder, file="", old="", new=""):
    shutil.copytree(FOLDER, folder)
    if file:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def capex(case):
    goal = case.solve(threads=1).summary["objective"]["capex_meur"]
    assert goal["gap"] == 0
    return goal["value"]


def test_the_example_by_hand(tmp_path):
    """Bus 2 takes 150 MW, line 1-2 has 80 of them at most.

    Redispatch: 20 for a circuit 2-3 of 60 MW cannot do it alone (80 + 60 = 140), two do (40), or one more 1-2
    (40): x: 0.2 each, 160 MW for 150, and 1-3 carries what gen3 does not give. So 40.
    Fixed: 200 MW from bus 1 over 1-2 (80) and 1-3 (60) is 140: at least one more at bus 1 (40). One more 1-2:
    75 + 75 to bus 2 and 50 to bus 3 without 2-3. So 40 as well.
    """
    case = tnep.read(FOLDER)
    assert capex(case) == pytest.approx(40)
    assert capex(tnep.read(FOLDER, dispatch="fixed")) == pytest.approx(40)
    case.write(tmp_path / "case")
    assert capex(read_case(tmp_path / "case")) == pytest.approx(40)


def test_reactances_come_on_100_mva(tmp_path):
    case = tnep.read(copy(tmp_path / "c", "meta.json", "100", "50"))
    assert case.table("branches")["x_pu"].tolist() == [0.4, 0.4, 0.2]


def test_tables_of_a_dutch_spreadsheet_and_without_meta(tmp_path):
    folder = copy(tmp_path / "c")
    (folder / "meta.json").unlink()
    text = (folder / "branches.csv").read_text().replace(",", ";").replace(".", ",")
    (folder / "branches.csv").write_text(text)
    assert tnep.read(folder).table("branches").equals(tnep.read(FOLDER).table("branches"))


BROKEN = [  # file, what is replaced, by what; line, column, part of the message
    ("buses.csv", "\n3,", "\n1,", 4, "bus", "there already"),
    ("buses.csv", "150", "many", 3, "load_mw", "is not a number"),
    ("buses.csv", "150", "-150", 3, "load_mw", "too small"),
    ("buses.csv", "load_mw", "load", 1, "load_mw", "is missing"),
    ("buses.csv", "1,0,300", "1,0,30", None, "gen_max_mw", "the loads take 200 MW"),
    ("branches.csv", "1,3,1", "1,4,1", 3, "to", "bus '4' is not in buses.csv"),
    ("branches.csv", "0.2,80", "0.2;80", 2, "n_max", "has 6 cells"),
    ("branches.csv", "0.1,60", "0,60", 4, "x_pu", "reactance"),
    ("branches.csv", "1,2,1,", "1,2,1.5,", 2, "n0", "is not a whole number"),
    ("branches.csv", "40,2\n1,3", "40,-2\n1,3", 2, "n_max", "too small"),
    ("meta.json", "100,", "0,", None, "base_mva", "is no base"),
    ("meta.json", "100,", "100", 4, "", "is not JSON"),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "column", "message"), BROKEN)
def test_a_broken_folder_is_told_by_file_line_and_column(tmp_path, file, old, new, line, column, message):
    with pytest.raises(CaseError) as error:
        tnep.read(copy(tmp_path / "c", file, old, new))
    problem = error.value.problems[0]
    assert (problem.file, problem.row, problem.column) == (file, line, column)
    assert message in problem.message


def test_an_unknown_dispatch_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(CaseError, match="redispatch, fixed"):
        tnep.read(FOLDER, dispatch="G1")
    folder = copy(tmp_path / "c")
    (folder / "branches.csv").unlink()
    with pytest.raises(CaseError, match=r"branches\.csv: is missing"):
        tnep.read(folder)
    with pytest.raises(CaseError, match="is no folder"):
        tnep.read(tmp_path / "nowhere")
