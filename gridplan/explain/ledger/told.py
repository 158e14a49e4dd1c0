"""What is kept of a plan to say what a policy does: new IT MW by class, zone and stage, and heat."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from gridplan.solve.compile import Compiled

HEAT = "heat_reused_tj"
NOWHERE = ""  # zone of what is not sited
Where = tuple[str, str, int]  # class, zone, stage
SMALL = 1e-6  # MW


@dataclass(frozen=True)
class Told:
    """Quantities of a plan, which add and scale.

    Attributes:
        heat_tj: heat of datacenters that is used, over the horizon.
        mw: new IT MW by class, zone and stage; under zone NOWHERE the shortfall of the programme.
    """

    heat_tj: float
    mw: dict[Where, float]

    def plus(self, other: Told, factor: float) -> Told:
        """This + factor · other."""
        mw = dict(self.mw)
        for key, value in other.mw.items():
            mw[key] = mw.get(key, 0.0) + factor * value
        return Told(self.heat_tj + factor * other.heat_tj, mw)


ZERO = Told(0.0, {})


def tell(compiled: Compiled, x: np.ndarray) -> Told:
    """The quantities of a plan."""
    frame, model = compiled.program.frame, compiled.program.model
    cost, constant = compiled.objective(HEAT)
    sites = {r["site"]: r for r in frame.rows("datacenters")}
    mw: dict[Where, float] = defaultdict(float)
    for (s, y), column in model.datacenters.it.items():
        k = compiled.position.get(id(column))
        if k is not None and x[k] > SMALL:
            row = sites[s]
            mw[str(row["class"]), frame.zone_at(row["zone"], row["substation"]), int(y)] += float(x[k])
    for (d, y), column in model.datacenters.short.items():
        k = compiled.position.get(id(column))
        if k is not None and x[k] > SMALL:
            mw[str(d).partition("|")[0], NOWHERE, int(y)] += float(x[k])
    return Told(float(cost @ x) + constant, dict(mw))


def moves(change: dict[Where, float]) -> list[tuple[int, str, str, str, float]]:
    """(stage, class, from, to, MW) of a change: what zones lose goes to those that gain, in proportion.

    A class that loses more than it gains has the rest `from` somewhere `to` nothing, and the other way round.
    """
    found = []
    for kind, year in sorted({(k, y) for k, _, y in change}, key=lambda key: (key[1], key[0])):
        own = {z: v for (k, z, y), v in change.items() if (k, y) == (kind, year) and abs(v) > SMALL}
        lost = {z: -v for z, v in own.items() if v < 0}
        gained = {z: v for z, v in own.items() if v > 0}
        most = max(sum(lost.values()), sum(gained.values()))
        spare = most - sum(lost.values()), most - sum(gained.values())
        lost |= {"–": spare[0]} if spare[0] > SMALL else {}
        gained |= {"–": spare[1]} if spare[1] > SMALL else {}
        found += [
            (year, kind, a, b, mw * share / most) for a, mw in lost.items() for b, share in gained.items()
        ]
    return [move for move in found if move[4] > 1e-3]
