"""Published transmission expansions, proven: cases/literature."""

from pathlib import Path

import pytest

from gridplan.case import read_case

FOLDER = Path(__file__).resolve().parents[2] / "cases" / "literature"
OPTIMA = [  # Romero et al. 2002 (Garver, IEEE 24), Fang and Hill 2003 (dispatches G1 to G4)
    ("garver6", None, 110),
    ("garver6", "fixed", 200),
    ("ieee24", None, 152),
    ("ieee24", "G1", 390),
    ("ieee24", "G2", 392),
    ("ieee24", "G3", 218),
    ("ieee24", "G4", 342),
]


LONG = ("G2", "G3")


@pytest.mark.parametrize(
    ("name", "scenario", "optimum"),
    [pytest.param(*row, marks=pytest.mark.slow) if row[1] in LONG else row for row in OPTIMA],
)
def test_the_published_optimum_is_proven(name, scenario, optimum):
    plan = read_case(FOLDER / name, scenario=scenario).solve(threads=1)
    goal = plan.summary["objective"]["capex_meur"]
    assert plan.status == "optimal"
    assert goal["value"] == pytest.approx(optimum, rel=1e-6)
    assert goal["bound"] == pytest.approx(optimum, rel=1e-6)
    assert goal["gap"] <= 1e-6
    assert plan.certificate.ok, plan.certificate
    assert (plan.reinforcements["units_in_service"] > 0).any()


SECURED = [  # the loss of any circuit survived; proven elsewhere by copies of the flow per outage
    (None, 180),
    ("fixed", 298),
]


@pytest.mark.parametrize(("scenario", "optimum"), SECURED)
def test_garver_secured_against_the_loss_of_any_circuit(scenario, optimum):
    case = read_case(FOLDER / "garver6", scenario=scenario).what_if({"physics.security": "n-1"})
    plan = case.solve(threads=1)
    goal = plan.summary["objective"]["capex_meur"]
    assert plan.status == "optimal"
    assert goal["value"] == pytest.approx(optimum, rel=1e-6)
    assert goal["bound"] == pytest.approx(optimum, rel=1e-6)
    assert plan.summary["security"]["violated"] == 0
    assert plan.certificate.ok, plan.certificate
