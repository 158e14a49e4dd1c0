"""`gridplan headroom` from the outside, and the files it writes."""

import json

import pandas as pd
import pytest

import gridplan as gp
from gridplan.cli import main
from gridplan.cli.bundled import bundled_cases
from gridplan.explain.headroom import headroom
from gridplan.plots import headroom_map

FAST = ("headroom", "tutorial", "--as-is", "--year", "2026", "--direction", "demand")


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    said = capsys.readouterr()
    return end.value.code or 0, said.out, said.err


def test_table_files_and_json(capsys, tmp_path):
    out = tmp_path / "room"
    code, text, _ = run(capsys, *FAST, "--joint", "--out", str(out))
    assert code == 0
    assert "Headroom in 2026, demand, firm" in text
    assert "All stations at once" in text
    names = {"headroom.csv", "headroom_joint.csv", "headroom_map.csv", "headroom_map.png"}
    assert {path.name for path in out.iterdir()} == names
    table = pd.read_csv(out / "headroom.csv").set_index("place")
    assert table.loc["HAV", "headroom_mw"] == pytest.approx(67.39, abs=0.01)
    assert table["exact"].all()
    code, text, _ = run(capsys, *FAST, "--place", "HAV", "--json", "--out", str(out))
    rows = json.loads(text)["headroom"]
    assert code == 0 and [row["place"] for row in rows] == ["HAV"]
    assert {path.name for path in out.iterdir()} == names - {"headroom_joint.csv"}


def test_wrong_use(capsys, tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")
    for wrong in (("--place", "nowhere"), ("--year", "1999"), ("--hours", "-1"), ("--out", str(tmp_path))):
        code, out, err = run(capsys, *FAST[:3], *wrong)
        assert (code, out) == (2, ""), wrong
        assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_saved_plan_gives_what_the_plan_gives(tmp_path):
    from gridplan.plan.load import load_plan
    from gridplan.plan.save import save

    plan = gp.load(bundled_cases()["tutorial"]).what_if({"solver.threads": 1}).solve()
    save(plan, tmp_path / "plan")
    again = load_plan(tmp_path / "plan")
    asked = {"years": [2030], "places": ["STD", "havenstad"], "hours": 100}
    one, two = headroom(plan, **asked), headroom(again, **asked)
    pd.testing.assert_frame_equal(one, two, atol=2e-3)
    firm = headroom(plan, years=[2030], places=["STD", "havenstad"])
    assert (one["headroom_mw"] >= firm["headroom_mw"] - 2e-3).all()


def test_the_map_draws_what_the_table_says():
    case = gp.load(bundled_cases()["tutorial"])
    table = headroom(case, years=[2026], directions=["demand"], built=False)
    from gridplan.plan.plan import Plan
    from gridplan.solve.status import SolveStatus

    drawn = headroom_map.data(table, Plan(case, SolveStatus.NO_PLAN, {}, {}), 2026, "demand")
    stations = drawn[drawn["layer"] == "station"].set_index("id")
    known = table[table["kind"] == "station"].set_index("place")["headroom_mw"]
    assert stations["headroom_mw"].to_dict() == known.to_dict()
    assert [headroom_map.class_of(mw) for mw in (0.0, 5.0, 20.0, 60.0)] == [
        "full", "tight", "limited", "available",
    ]  # fmt: skip
