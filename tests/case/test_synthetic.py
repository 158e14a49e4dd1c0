"""Made-up regions: valid, connected, deterministic, and just strong enough for their first stage."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.case import read_case
from gridplan.case.synthetic import Asked, AskedError, asked_of, synthetic
from gridplan.case.synthetic.grid import ROOM, _flows, _meshed, wires
from gridplan.case.synthetic.loads import PERSONS_PER_STATION, loads
from gridplan.case.synthetic.places import counts, place
from gridplan.case.synthetic.sites import sites
from gridplan.case.synthetic.wires import mesh
from gridplan.case.write import case_files

POWER_FACTOR = 0.95


@settings(max_examples=4, deadline=None, derandomize=True)
@given(stations=st.integers(4, 40), zones=st.integers(1, 25), seed=st.integers(0, 9999))
def test_a_region_is_valid_connected_and_the_same_for_the_same_words(stations, zones, seed):
    asked = Asked(stations, zones, seed, stages=2)
    case = synthetic(asked)
    assert not case.warnings
    table, lines = case.table("substations"), case.table("branches")
    assert len(table) == stations and len(case.table("zones")) == zones
    kv = dict(zip(table["substation"], table["kv"], strict=True))
    assert [list(kv.values()).count(level) for level in (380, 150, 50)] == list(counts(stations))
    graph = nx.Graph(zip(lines["from"], lines["to"], strict=True))
    assert set(graph) == set(kv) and nx.is_connected(graph)
    for row in lines.itertuples():
        ends = (kv[row[lines.columns.get_loc("from") + 1]], kv[row.to])
        assert (row.kind == "transformer") == (ends[0] != ends[1])
        assert row.kv == min(ends) and row.x_pu > 0
    low = nx.Graph(graph.subgraph(name for name in kv if kv[name] == 50))
    assert nx.is_forest(low), "50 kV nets are radial"
    single = lines[lines["circuits"] == 1]
    assert (single["kind"] == "line").all()
    assert synthetic(asked) == case


def test_another_seed_is_another_region_and_more_of_one_subject_leaves_the_others():
    small, other = Asked(12, 6, 1, stages=1), Asked(12, 6, 2, stages=1)
    assert not synthetic(small).table("zones").equals(synthetic(other).table("zones"))
    assert place(small).xy.tolist() != place(other).xy.tolist()
    a, b = (asked.random("sites").random() for asked in (small, small))
    assert a == b != small.random("heat").random()


def test_totals_by_hand():
    # 600 stations: 600 // 40 = 15 of 380 kV, 0.35 · 585 = 204.75 of 150 kV, 380 of 50 kV; 18 million people.
    assert counts(600) == (15, 205, 380)
    asked = Asked(40, 20, 3)
    where = place(asked)
    load = loads(asked, where)
    assert load.population.sum() == pytest.approx(40 * PERSONS_PER_STATION, abs=10 * 20)
    rows = [row for row in load.demands if row["year"] == 2026]
    assert load.first_mw.sum() == pytest.approx(sum(row["peak_mw"] for row in rows))
    homes = sum(row["peak_mw"] for row in rows if row["category"] == "household")
    assert homes == pytest.approx(0.23 * 1200, rel=0.1)  # kW · thousand people, ± what towns differ
    later = {row["demand"]: row["peak_mw"] for row in load.demands if row["year"] == 2030}
    assert later["Z0003_mobility"] == pytest.approx(
        2.2 * next(r["peak_mw"] for r in rows if r["demand"] == "Z0003_mobility"), abs=0.001
    )  # 30 % a year of the first peak, four years
    assert sum(row["share"] for row in load.service_areas if row["zone"] == "Z0000") == pytest.approx(1)


def test_every_station_and_branch_fits_the_first_stage_with_one_circuit_out_but_not_the_last():
    asked = Asked(60, 30, 1)
    where = place(asked)
    load = loads(asked, where)
    site = sites(asked, where, load)
    found = wires(where, load, site.first_mw, site.last_mw)
    for wire in found:
        assert wire.firm_mw >= ROOM * wire.need_mw * 0.999 or wire.mva >= 500
    case = synthetic(asked)
    own = case.table("substations").set_index("substation")
    own = own[own["transformers"].notna()]
    firm = POWER_FACTOR * (own["transformers"] - 1) * own["transformer_mva"]
    at = [where.names.index(name) for name in own.index]
    assert (firm >= (load.first_mw + site.first_mw)[at] * ROOM * 0.999).all()
    assert ((load.last_mw + site.last_mw)[at] > firm).mean() > 0.3, "nothing to plan for"


def test_flows_after_an_outage_are_those_of_the_net_without_the_circuit():
    asked = Asked(40, 20, 5)
    where = place(asked)
    found = [
        *_meshed(where),
        # the two transformers of the only 380 kV station, as one more branch
        *(w for w in wires(where, loads(asked, where), *np.zeros((2, 40))) if w.kv == 150 and w.km == 0),
    ]
    mw = np.where(where.kv == 150, 30.0, 0.0)
    flow, worst = _flows(where, found, mw)
    seen = np.abs(flow)
    for k, wire in enumerate(found):
        if wire.circuits > 1:
            wire.circuits -= 1
            seen = np.maximum(seen, np.abs(_flows(where, found, mw)[0]))
            wire.circuits += 1
        else:
            rest = found[:k] + found[k + 1 :]
            seen = np.maximum(seen, np.abs(np.insert(_flows(where, rest, mw)[0], k, 0.0)))
    assert worst == pytest.approx(seen, abs=1e-6)


def test_a_mesh_has_no_bridge():
    for count in (3, 4, 9, 30):
        for seed in range(5):
            graph = nx.Graph(mesh(np.random.default_rng(seed).uniform(0, 50, (count, 2))))
            assert len(graph) == count and nx.is_connected(graph) and not list(nx.bridges(graph))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stations=30", "zone=15"], ["did you mean 'zones'?", "'zones' is missing"]),
        (["stations=3", "zones=2"], ["stations is a whole number from 4 to 5000"]),
        (["stations=30", "zones=x"], ["'zones=x' is not allowed"]),
        (["stations=30,zones=5", "zones=6"], ["'zones' is given twice"]),
        (["stations=30", "zones=5", "hours=100"], ["hours=100", "a multiple of 4 below 96"]),
        (["stations=30.5", "zones=5", "oops"], ["stations=30.5", "'oops' is no KEY=VALUE"]),
    ],
)
def test_wrong_words_are_all_told_with_what_is_allowed(words, said):
    with pytest.raises(AskedError) as error:
        asked_of(words)
    assert all(part in str(error.value) for part in [*said, "congestion: a number from 0 to 5"])


def test_hours_and_stages():
    asked = asked_of(["stations=10,zones=5", "hours=8760", "stages=5", "congestion=0.5"])
    assert asked.days_and_blocks == (365, 24) and asked.years == [2026, 2030, 2035, 2040, 2045]
    assert asked_of(["stations=10,zones=5", "hours=24"]).days_and_blocks == (4, 6)
    assert asked == Asked(10, 5, 0, 8760, 5, 0.5)


def test_new_writes_a_region(tmp_path, monkeypatch, capsys):
    from gridplan.cli import main

    monkeypatch.chdir(tmp_path)
    words = ["new", "made", "--synthetic", "stations=8", "zones=4", "seed=1", "stages=1"]
    with pytest.raises(SystemExit) as end:
        main(words)
    assert not end.value.code and "8 stations and 4 zones" in capsys.readouterr().out
    read = read_case(tmp_path / "made")
    assert case_files(read) == case_files(synthetic(Asked(8, 4, 1, stages=1), "made"))
    for bad in (
        [*words, "zones=5"],
        ["new", "other", "--synthetic", "stations=8"],
        ["new", "a", "b"],
        ["new"],
    ):
        with pytest.raises(SystemExit) as end:
            main(bad)
        assert end.value.code == 2 and sorted(p.name for p in tmp_path.iterdir()) == ["made"]
