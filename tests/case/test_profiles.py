"""The profiles file: complete, in order, finite."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.case import CaseError, read_case
from gridplan.case.problem import Problem
from gridplan.case.profiles import parse_profiles
from tests.case.small import write_files

ROWS = [f"{hour},0.5" for hour in range(8760)]


def text(**changed: str) -> str:
    rows = list(ROWS)
    for hour, row in changed.items():
        rows[int(hour[1:])] = row
    return "\n".join(["hour,flat", *rows]) + "\n"


@pytest.mark.parametrize(
    ("content", "row", "column", "says"),
    [
        (text(h7="7,x"), 9, "flat", "not a number"),
        (text(h7="7,nan"), 9, "flat", "not a finite number"),
        (text(h7="7,-0.1"), 9, "flat", "negative"),
        (text(h7="7,"), 9, "flat", "blank"),
        (text(h7="7,1_0"), 9, "flat", "not a number"),
        (text(h7="8,0.5"), 9, "hour", "hour 8 stands where hour 7"),
        (text(h7="7"), 9, "flat", "1 cells where"),
        ("hour,flat\n0,1\n", None, "hour", "8760"),
        (text().replace("hour", "uur"), 1, "hour", "missing"),
        (text().replace("hour,flat", "hour,=flat"), 1, "=flat", "starts with ="),
        ("", None, "", "empty"),
    ],
)
def test_broken_profiles(content: str, row: int | None, column: str, says: str) -> None:
    problems: list[Problem] = []
    assert parse_profiles(content.encode(), "profiles.csv", problems) is None
    assert any((p.row, p.column) == (row, column) and says in str(p) for p in problems), problems


def test_profiles_of_a_case(tmp_path: Path) -> None:
    demands = "demand,zone,year,peak_mw,profile\nhomes,town,2026,20,flat\n"
    case = read_case(write_files(tmp_path / "case", {"demands.csv": demands, "profiles.csv": text()}))
    assert case.settings.time.profiles == "profiles.csv" and case.profiles is not None
    assert float(case.profiles["flat"].sum()) == 4380
    broken = {"demands.csv": demands.replace("flat", "falt"), "profiles.csv": text()}
    with pytest.raises(CaseError, match="did you mean 'flat'"):
        read_case(write_files(tmp_path / "broken", broken))


def test_decimal_comma_and_warnings(tmp_path: Path) -> None:
    rows = "\n".join(f"{hour};0,5;1,2;0" for hour in range(8760))
    files = {"profiles.csv": f"hour;flat;high;none\n{rows}\n"}
    case = read_case(write_files(tmp_path / "case", files))
    told = [(w.column, w.severity) for w in case.warnings if w.file == "profiles.csv"]
    assert told == [("high", "warning"), ("none", "warning")]
    with pytest.raises(ValueError, match="read-only"):
        case.profiles.to_numpy()[0, 0] = 9  # type: ignore[union-attr]
