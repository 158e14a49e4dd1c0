"""Plans side by side, and solved again."""

from __future__ import annotations

import dataclasses
import json

import pandas as pd
import pytest

import gridplan
from gridplan.case.build import case_from_tables
from gridplan.cli import main
from gridplan.plan.load import LoadError
from gridplan.plan.save import FolderError, save
from gridplan.plots import difference, waterfall
from gridplan.study import compare, rerun
from gridplan.study.compare.inputs import NO_ROW, NO_TABLE, inputs
from tests.model.cases import demand, make, station

SITE = {"class": "dc", "status": "candidate", "max_it_mw": 40, "pue": 1.25, "utilisation": 1.0}


@pytest.fixture(scope="module")
def case():
    """Two zones of which one may host 30 MW: site `west` is the cheaper."""
    return make(
        {
            "zones": [{"zone": "W", "lat": 52.3, "lon": 4.8}, {"zone": "E", "lat": 52.3, "lon": 5.0}],
            "substations": [station("W", zone="W"), station("E", zone="E")],
            "demands": [demand("W", 10)],
            "datacenters": [
                {"site": "west", "zone": "W", "capex_meur_per_mw": 5, **SITE},
                {"site": "east", "zone": "E", "capex_meur_per_mw": 6, **SITE},
            ],
            "datacenter_demand": [{"class": "dc", "year": 2030, "it_mw": 30}],
        },
        {"objective": {"minimise": ["total_cost_meur"]}, "horizon": {"years": [2030], "discount_rate": 0.0}},
    )


@pytest.fixture(scope="module")
def plans(case):
    ban = {"datacenters.west.max_it_mw": 10}
    return {"as is": case.solve(), "ban": case.what_if(ban).solve()}


def test_what_differs_in_the_case_is_told_by_the_key_of_a_patch(case):
    other = case.what_if(
        {
            "datacenters.west.max_it_mw": 10,
            "datacenters.new": {"zone": "W", **SITE},
            "demands": None,
            "solver.gap": 0.5,
            "zones.W.note": "nothing reads this",
        }
    )
    table = inputs({"a": case, "b": other}).set_index("key")
    assert table.loc["datacenters.west.max_it_mw"].tolist() == ["40", "10"]
    assert table.loc["datacenters.new", "a"] == NO_ROW
    assert "max_it_mw = 40" in table.loc["datacenters.new", "b"]
    assert table.loc["demands"].tolist() == ["table", NO_TABLE]
    assert table.loc["solver.gap", "b"] == "0.5"
    assert not any("note" in key for key in table.index)
    assert inputs({"a": case, "b": case}).empty


def test_profiles_that_differ_in_one_hour_differ():
    values = [0.5] * 8759 + [1.0]
    frames = {"substations": pd.DataFrame([station("A")])}
    settings = {"horizon": {"years": [2030]}}
    one, two = (
        case_from_tables(settings, frames, pd.DataFrame({"hour": range(8760), "p": held}))
        for held in (values, values[::-1])
    )
    assert inputs({"a": one, "b": two})["key"].tolist() == ["profiles.p"]


def test_sites_zones_and_indicators_differ_as_reckoned_by_hand(plans):
    found = compare(plans)
    sites = found.sites.set_index("site")
    assert sites.loc["west", ["as is", "ban", "change ban"]].tolist() == pytest.approx([30, 10, -20])
    assert sites.loc["east", ["as is", "ban", "change ban"]].tolist() == pytest.approx([0, 20, 20])
    total = found.indicators.query("indicator == 'capex_meur' and year.isna()")
    assert total["change ban"].tolist() == pytest.approx([20.0])  # 20 MW for 1 M€ more each
    zones = found.zones.query("indicator == 'datacenter_mw'").set_index("zone")
    assert zones["change ban"].to_dict() == pytest.approx({"W": -20, "E": 20})
    assert found.changed("reinforcements").empty
    assert found.changed("inputs")["key"].tolist() == ["datacenters.west.max_it_mw"]
    with pytest.raises(ValueError, match="there are inputs"):
        found.table("input")


def test_parts_of_the_cost_add_up_to_the_total(plans):
    cost = compare(plans).cost.set_index("part")
    parts = cost.drop("total")
    for name, plan in plans.items():
        total = plan.summary["indicators"]["total_cost_meur"]["total"]
        assert parts[name].sum() == pytest.approx(total)
        assert cost.loc["total", name] == total
        assert parts.loc["other", name] == 0.0
    assert cost.loc["datacenters", "change ban"] == pytest.approx(cost.loc["total", "change ban"])


def test_a_waterfall_ends_at_the_other_plan(plans):
    found = compare(plans)
    for of, expected in (("cost", ["as is", "datacenters", "ban"]), ("mw", ["as is", "E", "W", "ban"])):
        table = waterfall.data(found, of)
        assert sorted(table["step"][1:-1]) == sorted(expected[1:-1])
        assert [table["step"].iloc[0], table["step"].iloc[-1]] == ["as is", "ban"]
        assert (table["end"].to_numpy()[:-2] == table["start"].to_numpy()[1:-1]).all()
        assert table["end"].iloc[-1] == pytest.approx(table["end"].iloc[-2])
        bars = found.waterfall(of).patches
        assert len(bars) == len(table)
    with pytest.raises(ValueError, match="there are ban"):
        found.waterfall(plan="other")
    with pytest.raises(ValueError, match="there are cost, mw"):
        found.waterfall("heat")


def test_many_small_steps_are_put_together():
    steps = {f"z{k}": float(k + 1) for k in range(20)}
    found = waterfall._largest(steps)
    assert len(found) == waterfall.MOST + 1
    assert found[-1] == ("+6", 1.0 + 2 + 3 + 4 + 5 + 6)


def test_the_map_says_how_much_each_zone_has_more(plans):
    found = compare(plans)
    table = difference.data(found).set_index("id")
    assert table["change"].to_dict() == pytest.approx({"W": -20, "E": 20})
    ax = found.map()
    said = " ".join(text.get_text() for text in ax.texts)
    assert "+20 MW" in said
    assert "−20 MW" in said
    assert difference._shade(1.0) != difference._shade(-1.0)


def test_a_plan_that_is_not_there_is_compared_as_far_as_it_goes(case, plans, tmp_path):
    none = case.what_if({"datacenters.*.max_it_mw": 5, "datacenter_demand.dc.it_mw": 30}).solve()
    assert none.status == "infeasible"
    found = compare({"as is": plans["as is"], "none": none})
    assert found.sites["none"].isna().all()
    assert "infeasible" in found._repr_html_()
    with pytest.raises(ValueError, match="'none' has no plan to draw"):
        found.waterfall()
    found.save(tmp_path / "a")
    assert not list((tmp_path / "a").glob("figures/*.png"))


def test_a_plan_shows_itself_in_a_notebook(case, plans):
    said = plans["ban"]._repr_html_()
    for part in ("optimal", "total_cost_meur", "M€", "New datacenters, MW IT", "verified"):
        assert part in said
    none = case.what_if({"datacenters.*.max_it_mw": 5}).solve()
    assert "infeasible" in none._repr_html_()


def test_two_plans_or_more_are_needed(plans):
    with pytest.raises(ValueError, match="two or more"):
        compare(plans["ban"])
    assert len(gridplan.compare(plans["ban"], plans["ban"]).names) == 2


@pytest.fixture(scope="module")
def folders(plans, tmp_path_factory):
    root = tmp_path_factory.mktemp("plans")
    return [save(plan, root / name.replace(" ", "-")) for name, plan in plans.items()]


def test_the_folder_of_a_comparison_is_whole_and_replaced_only_by_another(plans, tmp_path):
    found = compare(plans)
    found.save(tmp_path / "a")
    found.save(tmp_path / "a", lang="nl")
    page = (tmp_path / "a/comparison.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64") == 3
    assert sorted(path.name for path in (tmp_path / "a/figures").iterdir()) == sorted(
        f"{stem}.{end}" for stem in ("cost", "mw", "map") for end in ("csv", "png")
    )
    (tmp_path / "b").mkdir()
    (tmp_path / "b/photo.jpg").write_bytes(b"")
    with pytest.raises(FolderError):
        found.save(tmp_path / "b")


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code or 0, capsys.readouterr()


def test_compare_on_the_command_line(folders, tmp_path, capsys):
    code, said = run(capsys, "compare", *folders, "--out", tmp_path / "a")
    assert code == 0
    assert "datacenters.west.max_it_mw" in said.out
    assert (tmp_path / "a/tables/sites.csv").is_file()
    code, said = run(capsys, "compare", f"x={folders[0]}", f"y={folders[1]}", "--json")
    told = json.loads(said.out)
    assert told["plans"] == {"x": "optimal", "y": "optimal"}
    assert {row["site"] for row in told["sites"]} == {"west", "east"}
    assert run(capsys, "compare", folders[0])[0] == 2
    assert run(capsys, "compare", f"x={folders[0]}", f"x={folders[1]}")[0] == 2


def test_a_plan_comes_out_again(folders, plans, tmp_path, capsys):
    found = rerun(folders[0] / "manifest.json")
    assert found.reproduced
    for name, entry in plans["as is"].summary["indicators"].items():
        assert found.now.summary["indicators"][name]["total"] == pytest.approx(entry["total"])
    assert found.differences.empty
    code, said = run(capsys, "rerun", folders[0], "--quiet", "--out", tmp_path / "again")
    assert (code, said.out) == (0, "")
    assert (tmp_path / "again/summary.json").is_file()


def test_what_no_longer_comes_out_is_told(plans, tmp_path, capsys):
    changed = dataclasses.replace(plans["as is"], case=plans["ban"].case)  # a plan of another case
    manifest = save(changed, tmp_path / "a") / "manifest.json"
    told = json.loads(manifest.read_text())
    told["versions"]["highspy"] = "0.1"
    told["inputs"] = {"case.toml": "0" * 64}
    manifest.write_text(json.dumps(told))
    (tmp_path / "case").mkdir()
    (tmp_path / "case/case.toml").write_text("")
    found = rerun(tmp_path / "a", case=tmp_path / "case")
    assert not found.reproduced
    rows = found.differences.set_index("name")
    assert rows.loc["highspy", "then"] == "0.1"
    assert rows.loc["case.toml", "kind"] == "input"
    assert rows.loc["capex_meur", "difference"] == pytest.approx(20 / 150)
    assert "not reproduced" in found.line
    assert run(capsys, "rerun", tmp_path / "a")[0] == 1
    with pytest.raises(LoadError, match="no folder"):
        rerun(tmp_path / "a", case=tmp_path / "nowhere")
