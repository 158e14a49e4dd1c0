"""Steiner trees in graphs: SteinLib's .stp files (format 1.0) and PACE's .gr files, as a heat network.

The root (the first terminal where the file names none) is a heat source, the other terminals are sinks of
1 MW that must connect, edges are links that may be laid, and the one pipe type carries everything: the
cheapest network is the Steiner tree. Arcs are links that heat passes one way. The case minimises
capex_meur, which is the length of the tree in the file's unit. docs/exchange.md says what maps to what.
"""

from __future__ import annotations

from pathlib import Path

from gridplan.case import Case
from gridplan.case.text import Origin
from gridplan.exchange.rows import Rows, snapshot
from gridplan.exchange.stpfile import Graph, parse

ZONE = "area"


def read(source: Path | str) -> Case:
    """A case from a .stp file.

    Args:
        source: the file.

    Raises:
        CaseError: with every line that cannot be read or does not fit the others.
    """
    path, rows = Path(source), Rows()
    graph = parse(rows.text(path, loose=True), path.name, rows)
    rows.stop()
    _check(graph, rows)
    rows.stop()
    _nodes(graph, rows)
    _edges(graph, rows)
    known = f", shortest by the file {graph.optimal}" if graph.optimal else ""
    title = f"Steiner tree {graph.name or path.stem}{known}"
    return rows.case(snapshot(path.stem, title, "capex_meur"), {"length_km": "weight"})


def _check(graph: Graph, rows: Rows) -> None:
    """What is right by itself but not together."""
    at = Origin(graph.file)
    for what, said, found in (
        ("Edges", graph.declared.get("edges"), sum(not e.one_way for e in graph.edges)),
        ("Arcs", graph.declared.get("arcs"), sum(e.one_way for e in graph.edges)),
        ("Terminals", graph.declared.get("terminals"), len(graph.terminals)),
    ):
        if said is not None and said != found:
            rows.wrong(at, what, said, f"there are {found}, the file says {said}", f"{what} {found}")
    if graph.nodes is None:
        rows.wrong(at, "Nodes", "", "the number of nodes is missing", "a line `Nodes 50` in SECTION Graph")
        return
    for number, line in [*((v, line) for e in graph.edges for v, line in ((e.start, e.line), (e.end, e.line)))
                         , *graph.terminals.items(), *([graph.root] if graph.root else [])]:  # fmt: skip
        if not 1 <= number <= graph.nodes and not rows.full:
            message, allowed = f"there is no node {number}", f"a node from 1 to {graph.nodes}"
            rows.wrong(Origin(graph.file, line), "node", number, message, allowed)
    if len(graph.terminals) < 2:
        message = f"{len(graph.terminals)} terminals: there is nothing to connect"
        rows.wrong(at, "Terminals", len(graph.terminals), message, "at least two lines `T 7`")
    elif graph.root and graph.root[0] not in graph.terminals:
        message = f"the root {graph.root[0]} is no terminal"
        rows.wrong(Origin(graph.file, graph.root[1]), "Root", graph.root[0], message, "one of the terminals")


def _nodes(graph: Graph, rows: Rows) -> None:
    root = graph.root[0] if graph.root else next(iter(graph.terminals))
    used = {v for e in graph.edges for v in (e.start, e.end)}
    rows.add("zones", Origin(graph.file), zone=ZONE)
    at = Origin(graph.file, graph.terminals[root])
    most = len(graph.terminals) - 1
    rows.add("heat_sources", at, source=str(root), zone=ZONE, capacity_mw=most)
    for node, line in graph.terminals.items():
        if node != root:
            at = Origin(graph.file, line)
            rows.add("heat_sinks", at, sink=str(node), zone=ZONE, peak_mw=1, must_connect=True)
    for node in sorted(used - set(graph.terminals)):
        rows.add("junctions", Origin(graph.file), junction=str(node), zone=ZONE)
    rows.add("pipe_types", Origin(graph.file), pipe="pipe", capacity_mw=most, capex_meur_per_km=1)


def _edges(graph: Graph, rows: Rows) -> None:
    seen: dict[str, int] = {}
    for edge in graph.edges:
        if edge.start == edge.end:
            continue  # leads nowhere
        name = f"{edge.start}-{edge.end}"
        seen[name] = count = seen.get(name, 0) + 1
        cells = {"one_way": True} if edge.one_way else {}
        rows.add(
            "heat_links",
            Origin(graph.file, edge.line),
            link=name if count == 1 else f"{name}#{count}",
            from_=str(edge.start),
            to=str(edge.end),
            length_km=edge.weight,
            **cells,
        )
