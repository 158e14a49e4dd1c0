"""Lines of a .stp file (SteinLib, format 1.0; PACE's .gr is the same without its first line).

    SECTION Graph          Nodes n, Edges m, Arcs m, `E a b weight` (both ways), `A a b weight` (one way)
    SECTION Terminals      Terminals t, `T a`, Root a
    SECTION Comment        Name "..."

Other sections are passed over, but for those that would make it another problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gridplan.case.cells import BadCell, number
from gridplan.case.problem import did_you_mean, shown
from gridplan.case.text import Origin
from gridplan.exchange.rows import Rows

SECTIONS = ("comment", "graph", "terminals", "coordinates", "presolve", "tree")
REFUSED = {
    "maximumdegrees": "limits the degree of nodes, which a heat network does not",
    "obstacles": "has obstacles, which a graph does not",
    "finalsolution": "is a solution, no problem",
}
WORDS = {"graph": ("Nodes", "Edges", "Arcs", "E", "A"), "terminals": ("Terminals", "T", "Root")}
COUNTS = {"graph": ("nodes", "edges", "arcs"), "terminals": ("terminals",)}
PRIZES = ("tp", "rootp", "tf", "tg")  # prizes, groups: other problems
MOST_EDGES = 1_000_000


class Edge(NamedTuple):
    """A line `E a b weight` or `A a b weight`."""

    start: int
    end: int
    weight: float
    one_way: bool
    line: int


@dataclass
class Graph:
    """What a file says; terminals and root with their lines.

    Attributes:
        declared: edges, arcs and terminals as counted by the file.
        optimal: optimum as the file states it, as text.
    """

    file: str
    name: str = ""
    optimal: str = ""
    nodes: int | None = None
    edges: list[Edge] = field(default_factory=list)
    terminals: dict[int, int] = field(default_factory=dict)
    root: tuple[int, int] | None = None
    declared: dict[str, int] = field(default_factory=dict)


def parse(text: str, file: str, rows: Rows) -> Graph:
    """The graph and terminals of a file; problems go to `rows`."""
    graph, section, opened = Graph(file), "", 0
    for line, words in _lines(text):
        first, at = words[0].casefold(), Origin(file, line)
        if rows.full:
            return graph
        if first == "section" and not section:
            section, opened = _section(words, at, rows), line
        elif first == "end" and section:
            section = ""
        elif first == "eof" and not section:
            break
        elif section == "comment":
            if first == "name" and not graph.name:
                graph.name = " ".join(words[1:]).strip('" ')
        elif section in WORDS:
            _entry(graph, section, words, at, rows)
        elif not section and not _heading(line, words):
            message = f"{shown(' '.join(words))!r} stands outside a section"
            rows.wrong(at, "", words[0], message, "SECTION Graph or SECTION Terminals")
    else:
        if section:
            message = f"SECTION {section.title()} is not closed"
            rows.wrong(Origin(file, opened), "SECTION", section, message, "a line END after its entries")
    return graph


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for line, content in enumerate(text.splitlines(), start=1):
        words = content.split()
        if words and words[0][0] != "#":
            yield line, words


def _heading(line: int, words: list[str]) -> bool:
    """`33D32945 STP File, STP Format Version 1.0`"""
    return words[0].casefold() == "33d32945"


def _section(words: list[str], at: Origin, rows: Rows) -> str:
    name = words[1].casefold() if len(words) > 1 else ""
    if name in REFUSED:
        rows.wrong(
            at, "SECTION", words[1], f"SECTION {words[1]} {REFUSED[name]}", "a Steiner tree in a graph"
        )
    elif name not in SECTIONS:
        hint = did_you_mean(name, SECTIONS)
        rows.wrong(at, "SECTION", name, f"there is no section {shown(name)!r}", ", ".join(SECTIONS), hint)
    return name or "?"


def _entry(graph: Graph, section: str, words: list[str], at: Origin, rows: Rows) -> None:
    word, key = words[0], words[0].casefold()
    if key in ("e", "a") and section == "graph":
        _edge(graph, words, at, rows)
    elif key == "t" and section == "terminals":
        node = _whole(words, 1, 2, at, rows, "T 7")
        if node in graph.terminals:
            message = f"node {node} is a terminal already, in line {graph.terminals[node]}"
            rows.wrong(at, "T", node, message, "each terminal once")
        elif node is not None:
            graph.terminals[node] = at.line or 0
    elif key == "root" and section == "terminals":
        node = _whole(words, 1, 2, at, rows, "Root 7")
        graph.root = None if node is None else (node, at.line or 0)
    elif key in COUNTS[section]:
        count = _whole(words, 1, 2, at, rows, f"{word} 50")
        if count is not None and key == "nodes":
            graph.nodes = count
        elif count is not None:
            graph.declared[key] = count
    elif key == "optimal":
        graph.optimal = shown(" ".join(words[1:]))
    elif key in PRIZES or (key == "obstacles" and words[1:] != ["0"]):
        what = "obstacles" if key == "obstacles" else "prizes or groups of terminals"
        rows.wrong(at, word, " ".join(words), f"{word}: {what} make it another problem", "terminals `T 7`")
    elif key != "obstacles":
        allowed = ", ".join(WORDS[section])
        message = f"{shown(word)!r} is not known in SECTION {section.title()}"
        rows.wrong(at, "", word, message, allowed, did_you_mean(word, WORDS[section]))


def _edge(graph: Graph, words: list[str], at: Origin, rows: Rows) -> None:
    ends = [_whole(words, k, 4, at, rows, f"{words[0]} 1 2 10") for k in (1, 2)]
    if None in ends:
        return
    try:
        weight = number(words[3])
        if weight < 0:
            raise BadCell("is negative")
    except BadCell as bad:
        message = f"{shown(words[3])!r} {bad.message}"
        rows.wrong(at, "weight", words[3], message, "a number ≥ 0", bad.hint)
        return
    if len(graph.edges) == MOST_EDGES:
        rows.wrong(at, "E", "", f"more than {MOST_EDGES:,} edges", f"at most {MOST_EDGES:,}")
        rows.stop()
    start, end = (v or 0 for v in ends)
    graph.edges.append(Edge(start, end, weight, words[0] in "Aa", at.line or 0))


def _whole(words: list[str], at: int, count: int, origin: Origin, rows: Rows, example: str) -> int | None:
    """The whole number at a place of a line that has so many words; None with a problem."""
    if len(words) != count:
        if at == 1:
            message = f"{shown(' '.join(words))!r} has {len(words) - 1} entries where {count - 1} belong"
            rows.wrong(origin, words[0], " ".join(words), message, f"`{example}`")
        return None
    word = words[at]
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        rows.wrong(origin, words[0], word, f"{shown(word)!r} is no whole number ≥ 0", f"`{example}`")
        return None
    return int(word)
