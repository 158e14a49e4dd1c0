"""Whatever stands in the files, reading gives a case or a CaseError; what is written reads back the same."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.case import Case, CaseError, case_from_tables, read_case, write_case
from gridplan.case.cells import FORBIDDEN_IN_IDS
from gridplan.case.tables import settings_schema
from tests.case.small import FILES, write_files

import pandas as pd  # isort: skip

slow = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = sorted(FILES)
NASTY = st.sampled_from(
    [
        "",
        " ",
        "nan",
        "inf",
        "-1",
        "1e308",
        "1e999",
        "0",
        "true",
        "=1+1",
        "'",
        '"',
        ";",
        ",",
        "\n",
        "é",
        "\u2028",
        "1,5",
    ]
)


def outcome(changes: dict[str, str | bytes | None]) -> Case | CaseError:
    with tempfile.TemporaryDirectory() as where:
        try:
            return read_case(write_files(Path(where) / "case", changes))
        except CaseError as error:
            assert error.problems and all(problem.file and problem.message for problem in error.problems)
            return error


@slow
@given(st.sampled_from(NAMES), st.binary(max_size=200))
def test_random_bytes(name: str, content: bytes) -> None:
    outcome({name: content})


@slow
@given(st.data())
def test_mutated_cells(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    lines = [line.split(",") for line in FILES[name].splitlines()]
    for _ in range(data.draw(st.integers(1, 3))):
        line = data.draw(st.sampled_from(lines))
        place = data.draw(st.integers(0, len(line) - 1))
        line[place] = data.draw(NASTY | st.text(max_size=12).filter(lambda t: t.isprintable()))
    outcome({name: "\n".join(",".join(line) for line in lines).encode("utf-8", "surrogatepass")})


@slow
@given(st.sampled_from(NAMES), st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_flipped_bytes(name: str, place: int, new: bytes) -> None:
    old = FILES[name].encode()
    place %= len(old)
    outcome({name: old[:place] + new + old[place + len(new) :]})


WORDS = st.sampled_from(
    [
        "demands",
        "homes",
        "homes:2026",
        "peak_mw",
        "*",
        "solver",
        "gap",
        "settings",
        "queue",
        "hall",
        "",
        "datacenters",
    ]
)
KEYS = st.lists(WORDS | st.text(max_size=5), min_size=1, max_size=4).map(".".join)
VALUES = (
    NASTY
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.lists(st.integers(), max_size=2)
    | st.sampled_from(["+3", "*x", "*nan", "-1", "=", "*"])
    | st.dictionaries(WORDS, st.integers() | st.none(), max_size=2)
)


@slow
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=3))
def test_random_patches(patch: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as where, contextlib.suppress(CaseError):
        assert isinstance(read_case(write_files(Path(where) / "case", {}), patch=patch), Case)


@slow
@given(st.sampled_from(sorted(settings_schema())), st.data())
def test_random_settings(section: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(settings_schema()[section])))
    value = data.draw(
        st.sampled_from(
            ["1979-05-27", "{ a = 1 }", "[[1]]", "inf", "-0.0", "0x10", "'x'", "[2026, 2030]", "[]", "1e400"]
        )
    )
    base = "" if (section, key) == ("horizon", "years") else "horizon.years = [2026, 2030]\n"
    outcome({"case.toml": f"{base}{section}.{key} = {value}\n"})


def good_id(text: str) -> bool:
    plain = text == text.strip() and text and not FORBIDDEN_IN_IDS.search(text) and not text.startswith("=")
    return bool(plain) and text.isprintable()


ids = st.text(min_size=1, max_size=12).filter(good_id)
amounts = st.floats(0, 1e12, allow_nan=False, allow_infinity=False)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    stations = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    frame = pd.DataFrame({"substation": stations})
    frame["name"] = [draw(st.text(max_size=12).filter(str.isprintable)).strip() for _ in stations]
    frame["firm_demand_mva"] = [draw(st.none() | amounts.map(lambda v: v + 1)) for _ in stations]
    frame["transformers"] = [draw(st.none() | st.integers(1, 9)) for _ in stations]
    demands = draw(st.lists(st.tuples(ids, st.integers(2000, 2030)), max_size=5, unique=True))
    rows = [
        (key, draw(st.sampled_from(stations)), year, draw(amounts), draw(st.booleans()))
        for key, year in demands
    ]
    table = pd.DataFrame(rows, columns=["demand", "substation", "year", "peak_mw", "critical"])
    title = draw(st.text(max_size=20).filter(lambda t: "\x7f" not in t))
    data = {"horizon": {"years": [2026, 2030]}, "case": {"name": "x", "title": title.strip()}}
    return case_from_tables(data, {"substations": frame, "demands": table})


@slow
@given(cases())
def test_round_trip(case: Case) -> None:
    with tempfile.TemporaryDirectory() as where:
        assert read_case(write_case(case, Path(where) / "copy")) == case
