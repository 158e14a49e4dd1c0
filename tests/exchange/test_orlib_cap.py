"""Warehouse files of the OR-Library: what maps to what, the word capacity, and errors that name the line."""

import pytest

from gridplan.case import CaseError, read_case
from gridplan.exchange import orlib_cap
from tests.exchange.test_cli import run

# Warehouse 1: 10 for 7, warehouse 2: 6 for 3. Customer 1 wants 4 (costs 8 or 2), customer 2: 5 (5 or 10).
TINY = " 2 2\n 10. 7.\n 6. 3.\n 4\n 8. 2.\n 5\n 5. 10.\n"


def read(folder, text, **options):
    path = folder / "tiny.txt"
    path.write_text(text)
    return orlib_cap.read(path, **options)


def cheapest(case):
    plan = case.solve(threads=1)
    goal = plan.summary["objective"]["capex_meur"]
    assert (plan.status, goal["gap"]) == ("optimal", pytest.approx(0, abs=1e-9))
    return goal["value"]


def test_a_tiny_file_by_hand(tmp_path):
    """Both: 7 + 3 + 2 + 5 = 17; the first alone 7 + 8 + 5 = 20; the second holds 6 of 9."""
    case = read(tmp_path, TINY)
    assert case.table("heat_sources")["capacity_mw"].tolist() == [10, 6]
    assert case.table("heat_sources")["fixed_meur"].tolist() == [7, 3]
    assert case.table("heat_sinks")["peak_mw"].tolist() == [4, 5]
    links = case.table("heat_links").set_index("link")["capex_meur_per_mw"]
    assert links.to_dict() == {"w1-c1": 2, "w2-c1": 0.5, "w1-c2": 1, "w2-c2": 2}
    assert case.table("heat_links")["one_way"].all()
    assert cheapest(case) == pytest.approx(17)
    case.write(tmp_path / "case")
    assert cheapest(read_case(tmp_path / "case")) == pytest.approx(17)


def test_demand_may_be_split(tmp_path):
    """Warehouse 1 holds 4: 4 of customer 2 cost 4 there, 1 costs 2 at the other, as does customer 1."""
    case = read(tmp_path, TINY.replace("10. 7.", "4. 0.").replace("6. 3.", "6. 0."))
    assert cheapest(case) == pytest.approx(4 + 2 + 2)


def test_the_word_capacity_stands_for_a_number(tmp_path):
    """With 9 each the second alone is cheapest: 3 + 2 + 10 = 15."""
    text = TINY.replace("10. ", "capacity ").replace("6. ", "capacity ")
    case = read(tmp_path, text, capacity="9")
    assert case.table("heat_sources")["capacity_mw"].tolist() == [9, 9]
    assert "capacity 9" in case.settings.case.title
    assert cheapest(case) == pytest.approx(15)
    with pytest.raises(CaseError, match="the word 'capacity' stands for a number") as error:
        read(tmp_path, text)
    assert error.value.problems[0].row == 2
    with pytest.raises(CaseError, match=r"--capacity.*'much' is not a number"):
        read(tmp_path, text, capacity="much")


def test_customers_without_demand(tmp_path):
    """One that costs nothing is left out, one that costs wants a thousandth of a MW, at its whole cost."""
    free = read(tmp_path, TINY.replace(" 2 2\n", " 2 3\n", 1) + "0\n0. 4.\n")
    assert free.table("heat_sinks")["sink"].tolist() == ["c1", "c2"]
    paid = read(tmp_path, TINY.replace(" 2 2\n", " 2 3\n", 1) + "0\n5. 4.\n")
    assert paid.table("heat_sinks")["peak_mw"].tolist() == [4, 5, 0.001]
    assert cheapest(paid) == pytest.approx(17 + 4)


BROKEN = [  # text; line, part of the message
    ("", 1, "ends before the number of warehouses"),
    ("two 2", 1, "'two' is no number of warehouses"),
    (TINY.replace("8. 2.", "8. two"), 5, "'two' is not a number"),
    (TINY.replace("8. 2.", "8. -2."), 5, "'-2.' is negative"),
    (TINY.replace(" 10. 7.", " 7."), 7, "ends before the cost of customer 2 at warehouse 2"),
    (TINY + "3", 8, "'3' follows the last customer's costs"),
    (TINY.replace("10. 7.", "2. 7."), None, "all warehouses together hold 8, customers want 9"),
]


@pytest.mark.parametrize(("text", "line", "message"), BROKEN)
def test_a_broken_file_is_told_by_its_line(tmp_path, text, line, message):
    with pytest.raises(CaseError) as error:
        read(tmp_path, text)
    problem = error.value.problems[0]
    assert message in problem.message
    assert (problem.file, problem.row) == ("tiny.txt", line)


def test_too_many_pairs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(orlib_cap, "MOST", 3)
    with pytest.raises(CaseError, match=r"2 × 2 pairs.*at most 3 pairs"):
        read(tmp_path, TINY)


def test_on_the_command_line(tmp_path, capsys):
    (tmp_path / "tiny.txt").write_text(TINY.replace("10. ", "capacity "))
    arguments = ("import", "orlib-cap", tmp_path / "tiny.txt", tmp_path / "case")
    assert run(capsys, *arguments)[0] == 3
    assert run(capsys, *arguments, "--capacity", 10)[0] == 0
    assert read_case(tmp_path / "case").table("heat_sources")["capacity_mw"].tolist() == [10, 6]
