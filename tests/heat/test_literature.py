"""Published problems as heat networks: a Steiner tree and a capacitated facility location."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.case import Case
from tests.model.cases import make, value

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "literature"
STEINER, LOCATION = FOLDER / "steinlib" / "b01.stp", FOLDER / "orlib-cap" / "cap41.txt"
CAPEX = {"objective": {"minimise": ["capex_meur"]}}


def steiner(path: Path, *, piped: bool) -> Case:
    """The first terminal is a source, the others are sinks of 1 MW; edges are links that cost their
    weight.
    """
    edges, terminals = [], []
    for words in map(str.split, path.read_text().splitlines()):
        if words[:1] == ["E"]:
            edges.append((words[1], words[2], int(words[3])))
        elif words[:1] == ["T"]:
            terminals.append(words[1])
    others = sorted({end for edge in edges for end in edge[:2]} - set(terminals))
    cost = "length_km" if piped else "fixed_meur"
    return make(
        {
            "zones": [{"zone": "z"}],
            "heat_sources": [{"source": f"v{terminals[0]}", "zone": "z", "capacity_mw": 1000}],
            "heat_sinks": [
                {"sink": f"v{k}", "zone": "z", "peak_mw": 1, "must_connect": "true"} for k in terminals[1:]
            ],
            "junctions": [{"junction": f"v{k}", "zone": "z"} for k in others],
            "heat_links": [
                {"link": f"e{k}", "from": f"v{a}", "to": f"v{b}", cost: c}
                for k, (a, b, c) in enumerate(edges)
            ],
            "pipe_types": [{"pipe": "big", "capacity_mw": 1000, "capex_meur_per_km": 1}] if piped else [],
        },
        CAPEX,
    )


@pytest.mark.skipif(not STEINER.exists(), reason=f"no {STEINER}")
@pytest.mark.parametrize("piped", [True, False], ids=["pipe by the km", "fixed cost"])
def test_steiner_tree_b01(piped):
    """SteinLib b01: 50 nodes, 63 edges, 9 terminals, optimum 82."""
    plan = steiner(STEINER, piped=piped).solve(gap=0)
    assert plan.status == "optimal"
    assert value(plan, "capex_meur") == pytest.approx(82)
    assert plan.heat_links["capex_meur"].sum() == pytest.approx(82)


@pytest.mark.skipif(not LOCATION.exists(), reason=f"no {LOCATION}")
def test_facility_location_cap41():
    """OR-Library cap41: 16 facilities of capacity 5000, 50 customers whose demand may be split, optimum
    1040444.375.
    """
    numbers = [float(word) for word in LOCATION.read_text().split()]
    facilities, customers = int(numbers[0]), int(numbers[1])
    sources = [
        {
            "source": f"f{i}",
            "zone": "z",
            "capacity_mw": numbers[2 + 2 * i],
            "fixed_meur": numbers[3 + 2 * i],
        }
        for i in range(facilities)
    ]
    sinks, links, at = [], [], 2 + 2 * facilities
    for j in range(customers):
        demand, costs = numbers[at], numbers[at + 1 : at + 1 + facilities]
        sinks.append({"sink": f"k{j}", "zone": "z", "peak_mw": demand, "must_connect": "true"})
        links += [
            {"link": f"l{i}_{j}", "from": f"f{i}", "to": f"k{j}", "capex_meur_per_mw": c / demand}
            for i, c in enumerate(costs)
        ]
        at += 1 + facilities
    plan = make(
        {"zones": [{"zone": "z"}], "heat_sources": sources, "heat_sinks": sinks, "heat_links": links}, CAPEX
    ).solve(gap=0)
    assert plan.status == "optimal"
    assert value(plan, "capex_meur") == pytest.approx(1040444.375, rel=1e-9)
