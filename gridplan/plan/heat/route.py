"""The way of a connection: links, pipes and heat pumps that a producer's heat passes to a sink."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np

from gridplan.plan.extract import heat
from gridplan.plan.extract.reader import Reader
from gridplan.plan.heat.shares import Shares
from gridplan.plan.heat.trace import traces

SOME = 1e-3  # share of a connection's heat that makes a link part of its way


@dataclass(frozen=True)
class Route:
    """Links in the order in which heat passes them, their pipes, the pumps, and the km of all links."""

    links: tuple[str, ...] = ()
    pipes: tuple[str, ...] = ()
    pumps: tuple[str, ...] = ()
    km: float = 0.0


def routes(r: Reader, at: Shares, year: int) -> dict[tuple[str, str], Route]:
    """Way of every pair in one stage."""
    rows = {row["link"]: row for row in r.frame.rows("heat_links")}
    table = r.once(heat.heat_links)
    pipes = {row["link"]: row["pipe"] for row in table[table["year"] == year].to_dict("records")}
    graph = nx.Graph((row["from"], row["to"]) for row in rows.values())
    through = {n: part.sum() for n, part in r.once(traces)[year].carried.items()}
    found = {}
    for i, h in enumerate(at.producers):
        far = nx.single_source_shortest_path_length(graph, h) if h in graph else {}
        for j, k in enumerate(at.sinks):
            heat_mwh = at.delivered[i, j]
            if heat_mwh <= 0:
                continue
            links = [n for n, v in at.links.items() if v[i, j] * through[n] > SOME * heat_mwh]
            links.sort(key=lambda n: min(far.get(rows[n][end], np.inf) for end in ("from", "to")))
            pumps = [w for w, v in at.pumps.items() if v[i, j] > 0 and _through(v, i, j) > SOME]
            laid = [str(pipes.get(n, "")) for n in links]
            km = float(sum(rows[n]["length_km"] for n in links))
            found[h, k] = Route(tuple(links), tuple(p for p in laid if p), tuple(pumps), km)
    return found


def _through(part: np.ndarray, i: int, j: int) -> float:
    return float(part[i, j] / part.max())
