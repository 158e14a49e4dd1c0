"""Which temperature levels a part of the heat network has: what is taken, lifted, carried and accepted."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.model.heat.cop import Stream, cop

if TYPE_CHECKING:
    from gridplan.model.heat.net import HeatNet, Node


def fill_levels(net: HeatNet, members: list[str], pumps: list[dict[str, Any]]) -> list[float]:
    """Fill takes, lifts and intakes of one connected part.

    Args:
        net: the network; changed.
        members: nodes of the part.
        pumps: heat pumps that stand there.

    Returns:
        The levels that its links carry (°C).
    """
    producers = {n: net.nodes[n].level for n in members if net.nodes[n].kind in ("site", "source")}
    needs = {n: net.nodes[n].level for n in members if net.nodes[n].kind == "sink"}
    wanted = sorted(set(needs.values()))
    loose = [row for row in pumps if row["at"] not in producers]
    if not loose:  # no sink can tell a level from the next lower one that some sink needs
        producers = {n: max((w for w in wanted if w <= t), default=t) for n, t in producers.items()}
    net.takes += list(producers.items())
    made = set(producers.values())
    streams = _Streams([net.nodes[n] for n in members])
    for row in pumps:
        at = row["at"]
        starts = {producers[at]} if at in producers else set(producers.values()) | set(wanted)
        ends = [needs[at]] if at in needs else wanted
        for a in sorted(starts):
            cooled = streams.own(net.nodes[at]) if at in producers else streams.cooled(a)
            for b in ends:
                if b > a:
                    warmed = streams.own(net.nodes[at]) if at in needs else streams.warmed(b)
                    net.lifts[row["heat_pump"], a, b] = _cop(row, cooled, warmed)
                    made.add(b)
    coolest = min(wanted, default=inf)
    raw_is_useful = {a for w, a, _ in net.lifts if any(row["heat_pump"] == w for row in loose)}
    carried = sorted(level for level in made if level >= coolest or level in raw_is_useful)
    net.intakes += [(k, level) for k, need in needs.items() for level in sorted(made) if level >= need]
    return carried


class _Streams:
    """What a heat pump cools or warms at a level, where several producers or sinks share it.

    The one that asks the most of the pump counts: of producers the coldest end, of sinks the warmest return.
    """

    def __init__(self, nodes: list[Node]) -> None:
        self.made = [node for node in nodes if node.kind in ("site", "source")]
        self.used = [node for node in nodes if node.kind == "sink"]

    @staticmethod
    def own(node: Node) -> Stream:
        return Stream(node.level, node.back)

    def cooled(self, level: float) -> Stream:
        return Stream(level, min((node.back for node in self.made if node.level == level), default=level))

    def warmed(self, level: float) -> Stream:
        return Stream(level, max((node.back for node in self.used if node.level == level), default=level))


def _cop(row: dict[str, Any], cooled: Stream, warmed: Stream) -> float:
    """COP as given, else from temperatures."""
    if pd.notna(row["cop"]):
        return float(row["cop"])
    return cop(cooled, warmed, row["cop_method"], float(row["efficiency"]))
