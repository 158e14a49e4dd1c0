"""Flows: what arrives at a bus is what is withdrawn there, and Kirchhoff's laws give the same flows."""

from __future__ import annotations

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.corridors import Corridors, State, part
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger


def balance(f: Facts, book: Ledger) -> None:
    """At every bus and in every period, what arrives is what its stations withdraw."""
    if not f.view.case.has("branches"):
        return  # fed from above, with an exchange that no table holds
    buses, taken = _taken(f)
    place = {bus: k for k, bus in enumerate(buses)}
    arrives = np.zeros_like(taken)
    for name, k in f.corridors.index.items():
        start, end = f.corridors.all[name].ends
        arrives[:, place[start]] -= f.flows[:, k]
        arrives[:, place[end]] += f.flows[:, k]
    mask = np.ones(taken.shape, dtype=bool)
    for (year, outage), periods in f.hours.states.items():
        lost = [place[bus] for bus in f.corridors.state(year, outage).cut_off]
        mask[np.ix_(periods, np.array(lost, dtype=int))] = False
    rows = f.hours.cells(buses, "bus", mask)
    book.same(("flows", "mw"), rows, arrives[mask], taken[mask], "MW", tolerance.MW, "withdrawn")


def _taken(f: Facts) -> tuple[list[str], np.ndarray]:
    """Buses, and the net withdrawal there, periods by buses."""
    ends = (end for c in f.corridors.all.values() for end in c.ends)
    buses = list(dict.fromkeys([*f.corridors.bus.values(), *ends]))
    place = {bus: k for k, bus in enumerate(buses)}
    taken = np.zeros((len(f.hours), len(buses)))
    for station, k in f.hours.station.items():
        taken[:, place[f.corridors.bus[station]]] += f.hours.net["mv"][:, k] + f.hours.net["hv"][:, k]
    return buses, taken


def kirchhoff(f: Facts, book: Ledger) -> None:
    """A DC power flow by bus angles, on the circuits in service, gives the flows of the plan."""
    if f.view.settings.physics.flow != "dc" or not f.corridors.all:
        return
    buses, taken = _taken(f)
    for (year, outage), periods in f.hours.states.items():
        state = f.corridors.state(year, outage)
        names, right = _by_angles(f, state, buses, taken[periods], f.flows[periods])
        columns = np.array([f.corridors.index[name] for name in names], dtype=int)
        stated = f.flows[np.ix_(periods, columns)]
        mask = np.zeros((len(f.hours), len(names)), dtype=bool)
        mask[periods] = True
        rows = f.hours.cells(names, "branch", mask)
        book.same(("flows", "mw"), rows, stated, right, "MW", tolerance.MW, "by bus angles")


def _by_angles(
    f: Facts, state: State, buses: list[str], taken: np.ndarray, flows: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """Corridors with a reactance, and their flows from the withdrawals (periods by corridors)."""
    lines, ties, free = _kinds(f.corridors, state)
    node = _nodes([f.corridors.all[name].ends for name in ties], buses)
    count = max(node.values()) + 1
    sent = np.zeros((count, len(taken)))
    for k, bus in enumerate(buses):
        if bus not in state.cut_off:
            sent[node[bus]] -= taken[:, k]
    for name in free:  # without a reactance of their own: taken as stated
        start, end = f.corridors.all[name].ends
        sent[node[start]] -= flows[:, f.corridors.index[name]]
        sent[node[end]] += flows[:, f.corridors.index[name]]
    names = list(lines)
    ends = np.zeros((len(names), count))
    for k, name in enumerate(names):
        start, end = f.corridors.all[name].ends
        ends[k, node[start]] += 1.0
        ends[k, node[end]] -= 1.0
    b = np.array(list(lines.values()))
    joined = [(node[s], node[e]) for s, e in (f.corridors.all[name].ends for name in names)]
    matrix = ends.T @ (b[:, None] * ends) + _levels(joined, count, float(np.abs(b).max(initial=1.0)))
    turned = b * np.array([f.corridors.all[name].shift for name in names])  # what phase shifters push back
    angles = np.linalg.solve(matrix, sent + (ends.T @ turned)[:, None])
    return names, (b[:, None] * (ends @ angles) - turned[:, None]).T


def _kinds(c: Corridors, state: State) -> tuple[dict[str, float], list[str], list[str]]:
    """Susceptance of corridors with a reactance; ties that were there from the start; other ties."""
    lines: dict[str, float] = {}
    ties: list[str] = []
    free: list[str] = []
    for name, pieces in state.pieces.items():
        if not pieces or state.cut_off.intersection(c.all[name].ends):
            continue
        if all(piece.x for piece in pieces):
            lines[name] = sum(1 / piece.x for piece in pieces)
        elif any(not piece.source and not piece.x for piece in pieces):
            ties.append(name)
        else:
            free.append(name)
    return lines, ties, free


def _nodes(ties: list[tuple[str, str]], buses: list[str]) -> dict[str, int]:
    """Number of every bus; buses joined by ties share one."""
    found: dict[str, int] = {}
    count = 0
    for bus in buses:
        if bus not in found:
            found |= dict.fromkeys(part(ties, bus), count)
            count += 1
    return found


def _levels(joined: list[tuple[int, int]], count: int, scale: float) -> np.ndarray:
    """What fixes the angle of every part of the network: its angles sum to zero."""
    found = np.zeros((count, count))
    lines = [(str(a), str(z)) for a, z in joined]
    seen: set[int] = set()
    for k in range(count):
        if k not in seen:
            members = sorted(int(m) for m in part(lines, str(k)))
            seen.update(members)
            found[np.ix_(members, members)] = scale
    return found
