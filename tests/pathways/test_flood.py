"""Stations under water, and profiles that a scenario adds."""

import numpy as np
import pytest

from gridplan.case import read_case
from gridplan.case.flood import flooded
from tests.model.cases import demand, near, station, value
from tests.model.test_reinforcements import growing, transformer


def test_flooded_stations_are_out_whatever_is_built_there():
    """A stands 1.2 m deep, B 0.3 m, C is dry; 50 MW each. Deeper than 0.5 m: only A is out, 50 MW for 20
    years, and its transformer cannot help. Deeper than 0: A and B.
    """
    case = growing([50] * 4, transformer()).what_if(
        {
            "substations.A.flood_depth_m": 1.2,
            "substations.B": {**station("B", transformers=2, transformer_mva=100), "flood_depth_m": 0.3},
            "substations.C": station("C", transformers=2, transformer_mva=100),
            "demands.b:2026": {k: v for k, v in demand("B", 50, year=2026).items() if k != "demand"},
            "demands.c:2026": {k: v for k, v in demand("C", 50, year=2026).items() if k != "demand"},
        }
    )
    patch = flooded(case, deeper_than_m=0.5)
    assert patch == {
        "substations.A.firm_demand_mva": 0,
        "substations.A.firm_feedin_mva": 0,
        "reinforcements.t.max_units": 0,
    }
    plan = case.what_if(patch).solve(gap=0)
    assert plan.certificate.ok and value(plan, "unserved_mw_years") == near(50 * 20)
    assert set(flooded(case)) >= {"substations.B.firm_demand_mva", "substations.A.firm_feedin_mva"}
    assert flooded(case, 2) == {}


def test_a_scenario_adds_profiles_and_replaces_those_of_the_same_name(tmp_path):
    """Profiles a and b; the scenario gives b anew and adds c; a stays."""
    rows = [f"{h},0.5,0.25" for h in range(8760)]
    (tmp_path / "case.toml").write_text("[horizon]\nyears = [2030]\n")
    (tmp_path / "substations.csv").write_text("substation\nA\n")
    (tmp_path / "profiles.csv").write_text("\n".join(["hour,a,b", *rows]))
    (tmp_path / "scenarios/hot").mkdir(parents=True)
    (tmp_path / "scenarios/hot/profiles.csv").write_text("\n".join(["hour,b,c", *rows]))
    (tmp_path / "scenarios/hot/substations.csv").write_text("substation,rating_profile\nA,c\n")
    found = read_case(tmp_path, scenario="hot").profiles
    assert list(found.columns) == ["a", "b", "c"]
    assert np.allclose(found.mean(), [0.5, 0.5, 0.25])
    assert list(read_case(tmp_path).profiles.columns) == ["a", "b"]


@pytest.mark.parametrize("depth", ["-1", "deep"])
def test_a_depth_is_a_number_of_metres(tmp_path, depth):
    (tmp_path / "case.toml").write_text("[horizon]\nyears = [2030]\n")
    (tmp_path / "substations.csv").write_text(f"substation,flood_depth_m\nA,{depth}\n")
    with pytest.raises(ValueError, match="flood_depth_m"):
        read_case(tmp_path)
