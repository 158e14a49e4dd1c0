"""PyPSA: networks that PyPSA opens and solves to the same dispatch, and that read back."""

import logging

import numpy as np
import pandas as pd
import pytest

from gridplan.case import CaseError, case_from_tables
from gridplan.exchange import pypsa
from gridplan.exchange.kinds import export


def meshed(**changes):
    """Three stations in a ring, a dear and a cheap plant, a station with a limit, one hour."""
    case = {"case": {"name": "ring", "power_factor": 1.0}, "horizon": {"years": [2030], "discount_rate": 0.0}}
    case |= {
        "time": {"hours": 1.0},
        "solver": {"gap": 0.0},
        "objective": {"minimise": ["operating_cost_meur"]},
    }
    lines = [("ab", "a", "b", 0.1, 2), ("bc", "b", "c", 0.2, 1), ("ac", "a", "c", 0.3, 1)]
    tables = {
        "substations": [
            {"substation": "a"},
            {"substation": "b"},
            {"substation": "c", "firm_demand_mva": 90.0},
        ],
        "branches": [
            {"branch": n, "from": f, "to": t, "x_pu": x, "circuits": k, "circuit_mva": 35.0}
            for n, f, t, x, k in lines
        ],
        "demands": [{"demand": "d", "substation": "c", "year": 2030, "peak_mw": 60.0}],
        "supplies": [
            {"supply": "cheap", "substation": "a", "capacity_mw": 80.0, "cost_eur_per_mwh": 10.0},
            {"supply": "dear", "substation": "b", "capacity_mw": 80.0, "cost_eur_per_mwh": 30.0},
        ],
    }
    return case_from_tables(case, {name: pd.DataFrame(rows) for name, rows in {**tables, **changes}.items()})


@pytest.fixture(scope="module")
def plan():
    return meshed().solve(threads=1)


@pytest.mark.parametrize("name", ["folder", "file.nc"])
def test_a_network_reads_back_to_the_same_optimum(plan, tmp_path, name):
    export("pypsa", plan.case, tmp_path / name)
    case = pypsa.read(tmp_path / name)
    old, new = plan.case.table("branches"), case.table("branches")
    assert new["x_pu"].tolist() == pytest.approx((old["x_pu"] / old["circuits"].astype(float)).tolist())
    assert new["circuit_mva"].tolist() == pytest.approx(
        (old["circuit_mva"] * old["circuits"].astype(float)).tolist()
    )
    assert case.table("substations")["firm_demand_mva"].dropna().tolist() == pytest.approx([90])
    again = case.solve(threads=1)
    one, two = (p.summary["objective"]["operating_cost_meur"]["value"] for p in (plan, again))
    assert two == pytest.approx(one, rel=1e-9)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["folder", "file.nc"])
def test_pypsa_solves_it_to_the_same_dispatch_and_flows(plan, tmp_path, name):
    library = pytest.importorskip("pypsa")
    logging.disable(logging.WARNING)
    export("pypsa", plan.case, tmp_path / name)
    network = library.Network(str(tmp_path / name))
    status, _ = network.optimize(solver_name="highs", log_to_console=False)
    assert status == "ok"
    mw = plan.table("supplies").groupby("supply")["mw"].first()
    assert network.generators_t.p.iloc[0][list(mw.index)].tolist() == pytest.approx(mw.tolist(), abs=1e-5)
    flows = plan.table("flows").groupby("branch")["mw"].first()
    for supply in mw.index:
        network.generators_t.p_set[supply] = [mw[supply]]
    network.links_t.p_set["c transformers"] = [60.0]
    network.lpf()
    assert network.lines_t.p0.iloc[0][list(flows.index)].tolist() == pytest.approx(flows.tolist(), abs=1e-6)


def test_hours_become_series_and_come_back(tmp_path):
    hours = np.arange(8760)
    shape = pd.DataFrame({"hour": hours, "day": 0.5 + 0.5 * np.cos(hours / 24 * 2 * np.pi) ** 2})
    settings = {"horizon": {"years": [2030]}, "objective": {"minimise": ["operating_cost_meur"]}}
    tables = {
        "substations": pd.DataFrame({"substation": ["a"]}),
        "demands": pd.DataFrame(
            [{"demand": "d", "substation": "a", "year": 2030, "peak_mw": 8.0, "profile": "day"}]
        ),
        "supplies": pd.DataFrame(
            [{"supply": "sun", "substation": "a", "capacity_mw": 9.0, "profile": "day"}]
        ),
    }
    case = case_from_tables(settings, tables, shape)
    export("pypsa", case, tmp_path / "n")
    back = pypsa.read(tmp_path / "n")
    demand = back.table("demands").iloc[0]
    wanted = 8.0 * shape["day"].to_numpy()
    assert demand["peak_mw"] * back.profiles[demand["profile"]].to_numpy() == pytest.approx(wanted)
    assert back.table("supplies").iloc[0]["profile"]


def test_a_plan_carries_what_it_built(garver_plan, tmp_path):
    files = export("pypsa", garver_plan, tmp_path / "n")
    assert {path.name for path in files} >= {
        "buses.csv",
        "lines.csv",
        "loads.csv",
        "generators.csv",
        "snapshots.csv",
    }
    lines = pd.read_csv(tmp_path / "n" / "lines.csv")
    assert lines["s_nom"].sum() == pytest.approx(garver_plan.branches["limit_mw"].sum())


BROKEN = [
    ("lines.csv", "bus0,bus1", "bus0,bus_1", "an end is no bus"),
    ("lines.csv", ",0.0,70.0", ",0.0,many", "'many' is no number"),
    ("loads.csv", "c mv", "d mv", "no bus 'd mv'"),
    ("generators.csv", "cheap,a", "dear,a", "there already"),
    ("links.csv", "transformers,c,c mv", "transformers,a,b", "this link cannot be read"),
    (
        "snapshots.csv",
        "2030-01-01 00:00:00,",
        "2030-01-01 00:00:00,1,1,1\n2030-01-01 01:00:00,",
        "2 snapshots",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), BROKEN, ids=range(len(BROKEN)))
def test_broken_folders_name_file_and_place(plan, tmp_path, file, old, new, said):
    export("pypsa", plan.case, tmp_path / "n")
    text = (tmp_path / "n" / file).read_text()
    assert old in text, text
    (tmp_path / "n" / file).write_text(text.replace(old, new, 1))
    with pytest.raises(CaseError) as error:
        pypsa.read(tmp_path / "n")
    assert said in str(error.value)


def test_what_is_no_network_is_told(tmp_path):
    (tmp_path / "x.nc").write_bytes(b"CDF nothing")
    for path in (tmp_path / "x.nc", tmp_path / "nothing.nc", tmp_path):
        with pytest.raises(CaseError):
            pypsa.read(path)
