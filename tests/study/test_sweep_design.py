"""What a sweep varies, and the file that says so."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.study.sweeps import Design, Draw, StudyError, read_study


def test_every_scenario_is_taken_with_every_patch_grid_value_and_draw():
    design = Design(
        always={"solver.gap": 0.0},
        patches={"as is": {}, "ban": {"policies.ban.value": 0}},
        grid={"a.b.c": [1, 2, 3]},
        sample={"d.*.e": Draw("times", (0.5, 1.5))},
        samples=4,
        scenarios=("base", "growth"),
    )
    points = design.points()
    assert [point.number for point in points] == list(range(1, 2 * 2 * 3 * 4 + 1))
    assert len({(p.scenario, p.patch, *p.values.values()) for p in points}) == len(points)
    assert all(point.changes["solver.gap"] == 0.0 for point in points)
    factors = {point.values["d.*.e (times)"] for point in points}
    assert len(factors) == 4  # the same draws everywhere, so that points compare
    assert {point.changes["d.*.e"] for point in points} == {f"*{factor}" for factor in factors}


@pytest.mark.parametrize("count", [1, 7, 20])
def test_a_latin_hypercube_uses_every_part_of_every_range_once(count):
    sample = {"x": Draw("between", (10.0, 20.0)), "y": Draw("between", (1.0, 100.0), log=True)}
    points = Design(sample=sample, samples=count, seed=3).points()
    x = np.array([point.values["x"] for point in points])
    y = np.log([point.values["y"] for point in points]) / np.log(100.0)
    for share in ((x - 10.0) / 10.0, y):
        assert sorted((share * count).astype(int)) == list(range(count))


def test_draws_are_those_of_their_seed():
    drawn = [
        [
            p.values["x (plus)"]
            for p in Design(sample={"x": Draw("plus", (-1, 1))}, samples=5, seed=s).points()
        ]
        for s in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    changes = [p.changes["x"] for p in Design(sample={"x": Draw("plus", (-1, 1))}, samples=9).points()]
    assert {text[0] for text in changes} == {"+", "-"}
    assert not any(text.startswith("+-") for text in changes)


def test_values_to_choose_from_are_chosen_equally_often():
    points = Design(sample={"x": Draw("one_of", ("", 5, 9))}, samples=9).points()
    assert sorted(str(point.changes["x"]) for point in points) == sorted(["", "5", "9"] * 3)


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (Design(), "nothing varies"),
        (Design(grid={"x": []}), "give a list"),
        (Design(sample={"x": Draw("times", (1, 2))}), "count above 0"),
        (Design(grid={"x": [1]}, always={"x": 2}), "'x' is changed in two parts"),
        (Design(patches={"p": {"x": 2}}, grid={"x": [1]}), "with patch 'p'"),
        (Design(scenarios=("a", "a")), "given twice"),
    ],
)
def test_a_design_that_makes_no_sense_is_refused(design, said):
    with pytest.raises(ValueError, match=said):
        design.points()


@pytest.mark.parametrize(
    ("how", "values", "log"),
    [("near", (1, 2), False), ("times", (2, 1), False), ("between", (1,), False), ("between", (0, 1), True),
     ("plus", (1, 2), True), ("one_of", (), False), ("between", ("a", "b"), False)],
)  # fmt: skip
def test_a_draw_that_cannot_be_made_is_refused(how, values, log):
    with pytest.raises(ValueError, match=r"way to draw|lowest and highest|log needs|no values"):
        Draw(how, values, log)


def test_a_study_file_says_the_same_as_python(tmp_path):
    text = """
    case = "somewhere"
    scenarios = ["base"]
    set = { "solver.seed" = 3 }
    solver = { gap = 0.01, time_limit_s = 60 }
    [[patch]]
    name = "as is"
    [[patch]]
    name = "new"
    set = { "datacenters.NEW" = { zone = "Z", max_it_mw = 5 } }
    [grid]
    "a.b.c" = [1, ""]
    [sample]
    count = 2
    seed = 5
    [sample.of]
    "d.*.e" = { times = [0.5, 2.0], log = true }
    """
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    study = read_study(tmp_path / "study.toml")
    assert study.design == Design(
        {"solver.seed": 3},
        {"as is": {}, "new": {"datacenters.NEW": {"zone": "Z", "max_it_mw": 5}}},
        {"a.b.c": [1, ""]},
        {"d.*.e": Draw("times", (0.5, 2.0), log=True)},
        2, ("base",), 5,
    )  # fmt: skip
    assert (study.case, study.folder) == ("somewhere", tmp_path)
    assert study.options == {"gap": 0.01, "time_limit_s": 60}


def test_all_mistakes_of_a_study_file_are_told_at_once(tmp_path):
    text = """
    scenarois = ["base"]
    solver = { gap = -1, time = 3 }
    [grid]
    a.b = [1]
    [sample.of]
    "x" = { times = [2, 1] }
    "y" = 3
    [[patch]]
    set = {}
    """
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as error:
        read_study(tmp_path / "study.toml")
    said = str(error.value)
    for part in (
        "study.toml", "case is missing", "did you mean 'scenarios'?", "[solver] gap = -1",
        "unknown key 'time'",
        "[grid] 'a' must be a list", "needs quotes", "[sample.of] 'x': times needs its lowest",
        "[sample.of] 'y' must be a table", "[[patch]] 1: name = None",
    ):  # fmt: skip
        assert part in said


@pytest.mark.parametrize("content", [None, b"case = ", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    if content is not None:
        (tmp_path / "study.toml").write_bytes(content)
    with pytest.raises(StudyError, match=r"study\.toml"):
        read_study(tmp_path / "study.toml")
