"""SteinLib files: what maps to what, arcs and roots, and errors that name the line."""

import pytest

from gridplan.case import CaseError, read_case
from gridplan.exchange import steinlib
from tests.exchange.test_cli import run

# 1, 2 and 3 around 4: three spokes of 2 beat two sides of 3 (7 by side and spoke).
TINY = """33D32945 STP File, STP Format Version 1.0
SECTION Comment
Name    "Tiny star"
Creator "nobody"
END

SECTION Graph
Nodes 4
Edges 6
E 1 2 4
E 2 3 4
E 1 3 4
E 1 4 2
E 2 4 2
E 3 4 2
END

SECTION Terminals
Terminals 3
T 2
T 1
T 3
END

EOF
"""


def read(folder, text, name="tiny.stp"):
    path = folder / name
    path.write_text(text)
    return steinlib.read(path)


def shortest(case):
    plan = case.solve(threads=1)
    goal = plan.summary["objective"]["capex_meur"]
    assert (plan.status, goal["gap"]) == ("optimal", 0)
    return goal["value"]


def test_a_tiny_star_by_hand(tmp_path):
    """Three spokes: 6; two sides would be 8. The first terminal is the source."""
    case = read(tmp_path, TINY)
    assert case.table("heat_sources")["source"].tolist() == ["2"]
    assert case.table("heat_sinks")["sink"].tolist() == ["1", "3"]
    assert case.table("heat_sinks")["must_connect"].all()
    assert case.table("junctions")["junction"].tolist() == ["4"]
    assert case.table("heat_links")["length_km"].tolist() == [4, 4, 4, 2, 2, 2]
    assert case.table("pipe_types")["capacity_mw"].tolist() == [2]
    assert "Tiny star" in case.settings.case.title
    assert shortest(case) == pytest.approx(6)
    case.write(tmp_path / "case")
    assert shortest(read_case(tmp_path / "case")) == pytest.approx(6)


def test_parallel_edges_loops_other_sections_and_latin_letters(tmp_path):
    """A second edge 1-4 of 1 is used, a loop leads nowhere, what is no graph is passed over: 2 + 2 + 1."""
    text = TINY.replace("Edges 6", "Edges 8").replace("E 3 4 2\n", "E 3 4 2\nE 1 4 1\nE 4 4 9\n")
    text = text.replace("\nEOF", "\nSECTION Coordinates\nDD 1 2 3\nEND\n\nEOF\nnothing more is read\n")
    path = tmp_path / "more.stp"
    path.write_bytes(text.replace("nobody", "Voß").encode("latin-1"))
    case = steinlib.read(path)
    assert case.table("heat_links")["link"].tolist()[-2:] == ["3-4", "1-4#2"]
    assert shortest(case) == pytest.approx(5)


def test_arcs_lead_one_way_and_the_file_names_the_root(tmp_path):
    """From 1 arcs 1→4 (2), 4→2 (2), 4→3 (7), the edge 2-3 (4): 2 + 2 + 4; 3→4 of 1 leads the wrong way."""
    text = TINY.replace("Edges 6", "Edges 1\nArcs 4").replace("T 2\n", "Root 1\nT 2\n")
    for old, new in (("E 1 2 4\n", ""), ("E 1 3 4\n", ""), ("E 1 4 2", "A 1 4 2"), ("E 2 4 2", "A 4 2 2")):
        text = text.replace(old, new)
    case = read(tmp_path, text.replace("E 3 4 2", "A 4 3 7\nA 3 4 1"))
    assert case.table("heat_sources")["source"].tolist() == ["1"]
    assert case.table("heat_links")["one_way"].tolist() == [False, True, True, True, True]
    assert shortest(case) == pytest.approx(8)


def test_pace_files_have_no_first_line(tmp_path):
    text = TINY.split("\n", 6)[-1]
    assert text.startswith("SECTION Graph")
    assert shortest(read(tmp_path, text, "tiny.gr")) == pytest.approx(6)


BROKEN = [  # what is changed, into what; line, part of the message
    ("E 2 3 4", "E 2 3", 11, "has 2 entries where 3 belong"),
    ("E 2 3 4", "E 2 3 -4", 11, "'-4' is negative"),
    ("E 2 3 4", "E 2 3 far", 11, "'far' is not a number"),
    ("E 2 3 4", "E 2 7 4", 11, "there is no node 7"),
    ("E 2 3 4", "E 2.5 3 4", 11, "'2.5' is no whole number"),
    ("E 2 3 4", "F 2 3 4", 11, "'F' is not known in SECTION Graph"),
    ("Edges 6", "Edges 7", None, "there are 6, the file says 7"),
    ("Nodes 4\n", "", None, "the number of nodes is missing"),
    ("T 3", "T 1", 22, "node 1 is a terminal already, in line 21"),
    ("T 3", "Root 4", 22, "the root 4 is no terminal"),
    ("T 1\nT 3\n", "", None, "1 terminals: there is nothing to connect"),
    ("T 3", "TP 3 5", 22, "make it another problem"),
    ("SECTION Terminals", "SECTION Terminal", 18, "there is no section 'terminal'"),
    ("SECTION Comment", "SECTION MaximumDegrees", 2, "limits the degree of nodes"),
    ("END\n\nEOF\n", "", 18, "SECTION Terminals is not closed"),
    ("EOF", "E 1 2 3", 25, "stands outside a section"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), BROKEN)
def test_a_broken_file_is_told_by_its_line(tmp_path, old, new, line, message):
    assert old in TINY
    with pytest.raises(CaseError) as error:
        read(tmp_path, TINY.replace(old, new, 1))
    found = [(p.file, p.row) for p in error.value.problems if message in p.message]
    assert ("tiny.stp", line) in found, error.value.problems


def test_a_terminal_that_nothing_reaches_is_an_error(tmp_path):
    cut = TINY.replace("E 2 3 4\n", "").replace("E 1 3 4\n", "").replace("E 3 4 2\n", "")
    with pytest.raises(CaseError, match=r"tiny\.stp"):
        read(tmp_path, cut.replace("Edges 6", "Edges 3"))


def test_on_the_command_line(tmp_path, capsys):
    (tmp_path / "tiny.stp").write_text(TINY)
    code, out, _ = run(capsys, "import", "steinlib", tmp_path / "tiny.stp", tmp_path / "case")
    assert (code, "gridplan solve" in out) == (0, True)
    assert len(read_case(tmp_path / "case").table("heat_links")) == 6
