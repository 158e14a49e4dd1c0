"""The network behind a case: cycles, parts, buses and places."""

import networkx as nx
import numpy as np
import pytest

from gridplan.network import Network
from tests.model.cases import demand, grid_supply, line, make, station
from tests.model.test_angles import meshed


def network(lines, buses, **tables):
    """Network of lines (name, from, to, x)."""
    rows = {
        "substations": [station(n) for n in buses],
        "branches": [line(a, b, branch=name, x_pu=x) for name, a, b, x in lines],
        **tables,
    }
    return Network(make(rows))


def incidence(net):
    """Lines × buses: +1 where a line starts, −1 where it ends."""
    buses = list(dict.fromkeys(net.bus.values()))
    matrix = np.zeros((len(net.existing), len(buses)))
    for k, c in enumerate(net.existing):
        matrix[k, buses.index(c.start)] += 1
        matrix[k, buses.index(c.end)] -= 1
    return matrix


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("buses", "extra"), [(8, 0), (8, 1), (8, 6), (70, 90)])
def test_cycles_are_a_basis(seed, buses, extra):
    """A grid of E lines, N buses and C parts has E − N + C independent cycles; each one closes.

    Up to 100 corridors the shortest basis is taken, beyond that one of short cycles.
    In the matrix of cycles over lines (±1 by direction): rank = rows = E − N + C, and cycles · incidence = 0.
    """
    names, lines, _ = meshed(seed, buses=buses, extra=extra)
    lines += [("p1", "q0", "q1", 0.1), ("p2", "q1", "q0", 0.1)]  # a second part, of two parallel lines
    names = [*names, "q0", "q1", "alone"]
    net = network(lines, names)
    graph = nx.MultiGraph([(a, b) for _, a, b, _ in lines])
    graph.add_nodes_from(names)
    wanted = len(lines) - len(names) + nx.number_connected_components(graph)
    order = [c.name for c in net.existing]
    rows = np.zeros((len(net.cycles), len(order)))
    for k, ring in enumerate(net.cycles):
        for name, sign in ring:
            rows[k, order.index(name)] += sign
    assert len(net.cycles) == wanted
    assert np.linalg.matrix_rank(rows) == wanted
    assert np.allclose(rows @ incidence(net), 0)


def test_lines_without_circuits_and_open_ties_are_in_no_cycle():
    """A triangle of which one side has 0 circuits, or is out of service: no cycle."""
    rows = {
        "substations": [station(n) for n in "ABC"],
        "branches": [line("A", "B"), line("B", "C"), line("A", "C", circuits=0)],
    }
    assert Network(make(rows)).cycles == []
    rows["branches"][2] = line("A", "C", in_service=False)
    net = Network(make(rows))
    assert net.cycles == []
    assert "AC" not in net.corridors


def test_components_count_what_exists_and_parts_what_may_come():
    """A-B exist, C hangs on a candidate, D is a child of C without branches, E is alone."""
    rows = {
        "substations": [*(station(n) for n in "ABC"), station("D", limited_by="C"), station("E")],
        "branches": [line("A", "B"), line("B", "C", circuits=0)],
    }
    net = Network(make(rows))
    assert net.components["A"] == net.components["B"] == 0
    assert len({net.components[n] for n in "ACE"}) == 3
    assert net.parts == [["A", "B", "C", "D"], ["E"]]
    assert net.bus == {"A": "A", "B": "B", "C": "C", "D": "C", "E": "E"}


def test_units_of_a_row():
    """Power factor 0.95: circuits of the branch's rating, of their own, and a raise of 20 MVA."""
    rows = {
        "substations": [station("A"), station("B")],
        "branches": [line("A", "B", circuits=2, circuit_mva=100)],
        "reinforcements": [
            {"reinforcement": "same", "kind": "branch", "target": "AB", "max_units": 2},
            {
                "reinforcement": "other",
                "kind": "branch",
                "target": "AB",
                "adds_mva": 40,
                "adds_circuits": 2,
                "x_pu": 0.3,
            },
            {"reinforcement": "up", "kind": "branch", "target": "AB", "adds_mva": 20, "adds_circuits": 0},
        ],
    }
    net = Network(make(rows))
    found = [(u.reinforcement, u.number, u.circuits, u.total_mw, u.total_x) for u in net.units]
    assert found == [
        ("same", 1, 1, 95, 0.1),
        ("same", 2, 1, 95, 0.1),
        ("other", 1, 2, 76, 0.15),
        ("up", 1, 0, 19, 0.1),
    ]
    assert net.corridors["AB"].total_mw == 190
    assert net.corridors["AB"].total_x == 0.05


def test_who_feeds_a_place():
    """Service areas by share; a zone without any that is also a station is fed by it; a station by itself."""
    rows = {
        "zones": [{"zone": "Z"}, {"zone": "B"}],
        "substations": [station("A"), station("B")],
        "service_areas": [
            {"zone": "Z", "substation": "A", "share": 0.25},
            {"zone": "Z", "substation": "B", "share": 0.75},
        ],
        "demands": [demand("A", 1)],
        "supplies": [grid_supply("A")],
    }
    net = Network(make(rows))
    assert net.feeds("Z", "") == [("A", 0.25), ("B", 0.75)]
    assert net.feeds("B", "") == [("B", 1.0)]
    assert net.feeds("Z", "B") == [("B", 1.0)]
