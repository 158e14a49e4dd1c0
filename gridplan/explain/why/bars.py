"""What a picture of a conflict draws: what stands against each limit, what fits, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gridplan.explain.why.cells import cell_of, row_of
from gridplan.explain.why.details import limit_of, used_at
from gridplan.explain.why.items import KINDS, LIMIT, Item
from gridplan.explain.why.question import Question
from gridplan.explain.why.register.loads import parts

USED, FITS, MISSING = "used", "fits", "missing"
FEW = 6  # kinds of load that are drawn apart
TINY = 1e-6


def bars(question: Question, year: int) -> Iterator[dict[str, Any]]:
    """One row for each part of each bar: a measured limit in conflict, loosened as little as helps."""
    measured = [i for i in question.items if i.role == LIMIT and KINDS[i.kind].unit]
    kinds = sorted({i.kind for i in measured})
    for item in measured:
        relief = question.least(item.kind) or question.least(*kinds)
        missing = relief.by.get(item, 0.0) if relief is not None else 0.0
        if missing > TINY:
            yield from _bar(question, item, missing, year)


def _bar(question: Question, item: Item, missing: float, year: int) -> Iterator[dict[str, Any]]:
    cell = cell_of(question.case, item)
    frame = question.wide.compiled.program.frame
    unit = cell.unit or KINDS[item.kind].unit
    limit = float(cell.value or 0.0)
    stack: list[tuple[str, float]] = []
    if item.kind == "station_demand":
        n = str(item.key[0])
        limit, unit = limit_of(frame, n, "demand", year), "MW"
        worst = int(np.argmax(used_at(frame, n, year)))
        stack = _loads(question, n, year, worst)
    elif item.kind == "branch":
        limit, unit = frame.network.pf * limit * int(row_of(question.case, item)["circuits"]), "MW"
    elif item.kind in ("station_feedin", "policy_min", "ended"):
        return
    used = sum(mw for _, mw in stack)
    bar = {"name": cell.name, "unit": unit, "limit": limit}
    for label, mw in stack:
        yield {**bar, "part": USED, "label": label, "value": mw}
    if limit - used > TINY:
        yield {**bar, "part": FITS, "label": "", "value": limit - used}
    yield {**bar, "part": MISSING, "label": "", "value": missing}


def _loads(question: Question, station: str, year: int, period: int) -> list[tuple[str, float]]:
    """Load of a station in an hour, the largest first; small ones together."""
    frame = question.wide.compiled.program.frame
    known = [
        (cell_of(question.case, item).name, float(mw[period]))
        for item, _, mw in parts(frame).get((station, "mv", year), ())
        if mw[period] > TINY
    ]
    known.sort(key=lambda pair: -pair[1])
    total = float(used_at(frame, station, year)[period])
    shown = known[:FEW]
    rest = total - sum(mw for _, mw in shown)
    return [*shown, ("…", rest)] if rest > TINY else shown
