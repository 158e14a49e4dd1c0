"""What is saved is what is loaded."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.plan import csvtable
from gridplan.plan.load import LoadError, load_plan
from gridplan.plan.plainjson import dumps, plain
from gridplan.plan.save import save
from tests.plan_io import standin

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
ID = st.one_of(
    TEXT,
    st.sampled_from(
        ["=1+1", "'=x", "@a", "-5", "+3", "''", "NA", "nan", "007", "1e5", "true", "a\r\nb", "\r0"]
    ),
)
COLUMNS = {
    "text": st.one_of(ID, st.none()),
    "integer": st.integers(-(2**62), 2**62),
    "number": st.floats(allow_nan=True, allow_infinity=True, width=64),
    "boolean": st.booleans(),
}
DTYPES = {"text": "str", "integer": "int64", "number": "float64", "boolean": "bool"}


@st.composite
def frames(draw):
    """A table with one to five columns of any kind."""
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=5))
    size = draw(st.integers(0, 6))
    values = {
        f"{kind}_{at}": pd.Series(
            draw(st.lists(COLUMNS[kind], min_size=size, max_size=size)), dtype=DTYPES[kind]
        )
        for at, kind in enumerate(kinds)
    }
    return pd.DataFrame(values)


@settings(deadline=None)
@given(frames())
def test_a_table_survives_its_csv(frame):
    back = csvtable.read(csvtable.write(frame), csvtable.kinds(frame))
    pd.testing.assert_frame_equal(back, frame, check_exact=True)


@settings(deadline=None)
@given(frames())
def test_no_cell_is_a_formula(frame):
    import csv
    import io

    for row in list(csv.reader(io.StringIO(csvtable.write(frame), newline="")))[1:]:
        for name, cell in zip(frame.columns, row, strict=True):
            assert not (name.startswith("text") and cell[:1] in tuple("=+-@\t\r")), cell


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=frames(), log=st.lists(st.text("ab \u2028é", max_size=5), max_size=3))
def test_a_plan_survives_its_folder(table, log, tmp_path_factory, monkeypatch):
    from dataclasses import replace

    standin.install(monkeypatch)
    content = standin.Content({"case.toml": "00"}, "high", (standin.Change("a.b.c", "1", "2", "a.csv"),))
    case = standin.Case("toy", content)
    plan = replace(standin.plan("limit", case), log=tuple(log) or ("one",))
    plan = replace(plan, tables={**plan.tables, "extra": table})
    folder = save(plan, tmp_path_factory.mktemp("r") / "plan")
    back = load_plan(folder)
    assert (back.status, back.case, back.log) == (plan.status, case, plan.log)
    assert dict(back.options) == dict(plan.options)
    assert back.summary == json.loads(dumps(plan.summary))
    assert list(back.tables) == list(plan.tables)
    for name, frame in plan.tables.items():
        pd.testing.assert_frame_equal(back.tables[name], frame, check_exact=True, check_dtype=name == "extra")


def test_kinds_are_seen_through_object_columns_and_missing_values():
    frame = pd.DataFrame(
        {
            "flag": pd.Series([True, None], dtype="object"),
            "start_year": pd.Series([2030, pd.NA], dtype="Int64"),
            "who": pd.Series([None, None], dtype="object"),
            "class": pd.Categorical(["a", "b"]),
        }
    )
    assert list(csvtable.kinds(frame).values()) == ["boolean", "integer", "text", "text"]
    back = csvtable.read(csvtable.write(frame), csvtable.kinds(frame))
    assert back["flag"].dtype == "boolean" and back["flag"].isna().tolist() == [False, True]
    assert back["start_year"].dtype == "Int64" and back["start_year"][0] == 2030


def test_a_column_of_mixed_things_is_refused():
    with pytest.raises(csvtable.TableError, match="'odd' holds mixed"):
        csvtable.write(pd.DataFrame({"odd": [1, "a"]}))


def test_a_column_given_twice_is_refused():
    with pytest.raises(csvtable.TableError, match="'a' stands twice"):
        csvtable.kinds(pd.DataFrame([[1, 2]], columns=["a", "a"]))


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("a\nx\n", "integer", "'a' does not hold integer"),
        ("a\nx\n", "number", "'a' does not hold number"),
        ("a\nyes\n", "boolean", "'yes' is not true or false"),
        ("a\n1\n", "colour", "unknown kind 'colour'"),
        ("b\n1\n", "text", "missing: \\['a'\\]"),
        ("", "text", "not a CSV table"),
    ],
)
def test_a_bad_table_says_which_column(text, kind, said):
    with pytest.raises(csvtable.TableError, match=said):
        csvtable.read(text, {"a": kind})


def test_json_never_holds_nan_or_infinity():
    odd = {
        "a": float("nan"),
        2030: np.float64("inf"),
        "c": (np.int64(3), np.array([1.5, np.nan])),
        "d": pd.NA,
        "e": pd.NaT,
    }
    assert json.loads(dumps(odd)) == {"a": None, "2030": None, "c": [3, [1.5, None]], "d": None, "e": None}
    assert plain({np.int64(2030): True}) == {"2030": True}


@pytest.fixture
def saved(tmp_path, monkeypatch):
    standin.install(monkeypatch)
    return save(standin.plan(), tmp_path / "plan")


def test_a_table_edited_by_hand_is_not_loaded(saved):
    path = saved / "tables" / "stations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("72.5", "7.25"), encoding="utf-8")
    with pytest.raises(LoadError, match=r"stations\.csv was changed"):
        load_plan(saved)


def test_windows_line_ends_are_no_change(saved):
    path = saved / "tables" / "stations.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_plan(saved).tables["stations"]["peak_mw"].tolist() == [50.0, 72.5, 1 / 3, 9.0]


@pytest.mark.parametrize("name", ["summary.json", "log.txt", "tables/stations.csv"])
def test_a_missing_file_is_named(saved, name):
    (saved / name).unlink()
    with pytest.raises(LoadError, match=name.rpartition("/")[2]):
        load_plan(saved)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"format": 1', '"format": 99', "format 99"),
        ('"made_by": "gridplan"', '"made_by": "x"', "not a result"),
        ('"inputs"', '"puts"', "incomplete"),
        ('"columns"', '"cols"', "does not list"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(saved, old, new, said):
    path = saved / "manifest.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LoadError, match=said):
        load_plan(saved)


def test_an_unknown_status_is_not_taken_for_a_plan(saved):
    (saved / "summary.json").write_text('{"status": "unknown"}', encoding="utf-8")
    with pytest.raises(LoadError, match="status 'unknown'"):
        load_plan(saved)


def test_a_folder_that_is_no_result_is_refused(tmp_path):
    with pytest.raises(LoadError, match="not a result of gridplan"):
        load_plan(tmp_path)
