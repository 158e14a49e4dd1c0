"""Steiner trees of SteinLib and warehouses of the OR-Library: imported as heat networks, optimum proven."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.exchange import orlib_cap, steinlib

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "literature"
TREES = {"b01": 82, "b02": 83, "b03": 138, "b04": 59, "b05": 61, "b06": 122, "c01": 85, "c07": 102}
WAREHOUSES = {  # published to three digits; customers may be served by several warehouses
    "cap41": 1040444.375,
    "cap42": 1098000.450,
    "cap43": 1153000.450,
    "cap44": 1235500.450,
    "cap81": 838499.288,
    "cap131": 793439.563,
}


def source(kind: str, name: str) -> Path:
    path = FOLDER / kind / name
    if not path.exists():
        pytest.skip(f"no {kind}/{name} beside the repository in shared/literature")
    return path


def proven(case, optimum):
    plan = case.solve(gap=0, threads=1)
    goal = plan.summary["objective"]["capex_meur"]
    assert plan.status == "optimal"
    assert goal["value"] == pytest.approx(optimum, rel=2e-9)
    assert goal["bound"] == pytest.approx(optimum, rel=2e-9)
    assert goal["gap"] <= 1e-9
    assert plan.certificate.ok, plan.certificate
    return plan


@pytest.mark.parametrize("name", TREES)
def test_the_shortest_tree_is_proven(name):
    """Each terminal has its 1 MW; links without a pipe that leads somewhere would cost for nothing."""
    plan = proven(steinlib.read(source("steinlib", f"{name}.stp")), TREES[name])
    assert plan.heat_links["capex_meur"].sum() == pytest.approx(TREES[name])
    assert plan.table("heat_sinks")["connected"].all()
    built = plan.heat_links["link"].nunique()
    ends = plan.heat_links["link"].str.split("#").str[0].str.split("-")
    assert built == len({end for pair in ends for end in pair}) - 1, "links and their ends are no tree"


@pytest.mark.parametrize("name", WAREHOUSES)
def test_the_cheapest_warehouses_are_proven(name):
    """Fixed costs of what runs and costs by the MW make up the published number."""
    case = orlib_cap.read(source("orlib-cap", f"{name}.txt"))
    plan = proven(case, WAREHOUSES[name])
    opened = plan.table("heat_sources").set_index("source")["peak_mw"].loc[lambda mw: mw > 1e-6].index
    fixed = case.table("heat_sources").set_index("source")["fixed_meur"][list(opened)].sum()
    paid = plan.heat_links["capex_meur"].sum()
    assert fixed + paid == pytest.approx(WAREHOUSES[name], rel=1e-8)


@pytest.mark.parametrize(("kind", "known"), [("steinlib", TREES), ("orlib-cap", WAREHOUSES)])
def test_no_instance_is_left_out(kind, known):
    folder = source(kind, ".")
    assert {path.stem for path in folder.iterdir() if path.suffix in (".stp", ".txt")} == set(known)
