"""What stands in the grid: of a plan, or of the case as it is."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from gridplan.case import Case
from gridplan.case.frozen import Frames
from gridplan.model.frame import Frame
from gridplan.model.periods import snapshot
from gridplan.model.rooms import rooms
from gridplan.network import Network
from gridplan.plan.extract.decisions import decided
from gridplan.plan.plan import Plan
from gridplan.solve.keys import Key

Built = dict[Key, float]
UNITS = "reinforcements.units"


def with_places(case: Case) -> Case:
    """The case with a demand of 0 MW at every station, so that each has a balance behind its transformers."""
    table, known = case.table("demands"), set(case.table("demands")["demand"])
    year = case.settings.horizon.years[0]
    blank = {c: "" if pd.api.types.is_string_dtype(kind) else None for c, kind in table.dtypes.items()}
    rows = [
        blank
        | {"demand": _new(f"probe {n}", known), "substation": n, "year": year, "peak_mw": 0.0}
        | {"side": "mv", "critical": False}
        for n in case.table("substations")["substation"]
    ]
    more = pd.DataFrame(rows, columns=list(table.columns)).astype(table.dtypes.to_dict())
    frames = {name: case.tables[name] for name in case.tables}
    frames["demands"] = pd.concat([table, more], ignore_index=True)
    return replace(case, tables=Frames(frames))


def _new(name: str, known: set[str]) -> str:
    while name in known:
        name += "'"
    return name


def built_of(plan: Plan) -> Built:
    """Value of everything that a plan decides.

    Raises:
        ValueError: the plan holds no table `decisions` (none was found, or an older version wrote it).
    """
    if "decisions" not in plan.tables:
        why = (
            "an older version of gridplan wrote it" if plan.has_plan else f"it ended as '{plan.status.value}'"
        )
        raise ValueError(f"this result does not say what is built ({why}); solve the case again")
    return decided(plan.tables["decisions"])


def with_limits(case: Case, network: Network, built: Built) -> Built:
    """What is built, with the limits (MW) of every station that follow from it, used so far or not."""
    frame = Frame(case, network, snapshot(case))
    rating, pf = case.settings.physics.emergency_rating, network.pf
    count: dict[tuple[str, int], int] = {}
    for (name, key), value in built.items():
        if name == UNITS and value > 0.5:
            count[key[0], key[2]] = count.get((key[0], key[2]), 0) + 1
    found = dict(built)
    for year in case.settings.horizon.years:
        for n, room in rooms(frame, year).items():
            here = {r: count[r, year] for r in room.adds if (r, year) in count}
            demand, feedin, every, largest = room.limits(rating, here)
            found["stations.largest", (n, year)] = largest
            found["stations.demand_mw", (n, year)] = pf * demand
            found["stations.feedin_mw", (n, year)] = pf * feedin
            found["stations.cap_mw", (n, year)] = pf * every
    return found
