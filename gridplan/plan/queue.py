"""The queue: requests for connection, served on the room that a plan leaves by a fixed rule, not optimised.

In every stage, for each direction by itself, requests are taken in order: class, date, id. A request is
served whole, as soon as it fits at each of its stations and at every station above them, in this stage and
all later ones, next to what was served before. What is served stays. What a waiting request asks is set aside
at all its stations: later ones get what is left (with `overtaking` they may take it all).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridplan.case.cells import BadCell, number

TINY = 1e-6  # MW
Key = tuple[str, str]  # (station, direction)


@dataclass(frozen=True)
class Request:
    """A request for connection.

    Attributes:
        name: id.
        direction: `demand` or `feedin`.
        kind: class of priority.
        date: YYYY-MM-DD; blank: not known.
        mw: power asked.
        stations: share of each station that feeds it.
        passes: share that passes the transformers of each station, those above included.
    """

    name: str
    direction: str
    kind: str
    date: str
    mw: float
    stations: Mapping[str, float]
    passes: Mapping[str, float]

    @property
    def year(self) -> int | None:
        """Year of the request, where known."""
        return int(self.date[:4]) if self.date else None

    @property
    def order(self) -> tuple[object, ...]:
        """Place in the queue: class, then date (a blank one last), then id."""
        return (*class_order(self.kind), self.date or "9999-99-99", self.name)


@dataclass(frozen=True)
class Turn:
    """What became of a request.

    Attributes:
        served: stage in which it is served; None: never.
        waited: years from its date to that stage.
        blocked_by: station that lacked most room when it last had to wait; blank: it never had to.
    """

    served: int | None
    waited: float
    blocked_by: str


def class_order(kind: str) -> tuple[int, float, str]:
    """Numbers by size, then names by the alphabet, blank last."""
    if not kind:
        return 2, 0.0, ""
    try:
        return 0, number(kind), ""
    except BadCell:
        return 1, 0.0, kind


def simulate(
    requests: Sequence[Request],
    room: Mapping[Key, np.ndarray],
    years: Sequence[int],
    overtaking: bool = False,
) -> dict[str, Turn]:
    """Serve a queue.

    Args:
        requests: all requests.
        room: MW that still fit by (station, direction) and stage; inf: no limit.
        years: stages.
        overtaking: whether a request may be served from room that an earlier one waits for.

    Returns:
        What became of each request, by its id.
    """
    lasting = {key: np.minimum.accumulate(mw[::-1])[::-1] for key, mw in room.items()}
    waiting = sorted(requests, key=lambda q: q.order)
    taken: dict[Key, float] = defaultdict(float)
    served: dict[str, int] = {}
    blocked: dict[str, str] = {}
    for i, year in enumerate(years):
        aside: dict[Key, float] = defaultdict(float)
        for q in waiting:
            if q.name in served or (q.year is not None and q.year > year):
                continue
            needs = {(n, q.direction): q.mw * part for n, part in q.passes.items() if q.mw * part > 0}
            short = {k: mw - (lasting[k][i] - taken[k] - aside[k]) for k, mw in needs.items()}
            worst = max(short, key=lambda k: short[k], default=None)
            fits = worst is None or short[worst] <= TINY
            if fits:
                served[q.name] = year
            elif worst is not None:
                blocked[q.name] = worst[0]
            for k, mw in needs.items():
                (taken if fits else aside)[k] += 0.0 if overtaking and not fits else mw
    return {q.name: _turn(q, served.get(q.name), blocked.get(q.name, ""), years[0]) for q in requests}


def _turn(q: Request, served: int | None, blocked: str, first: int) -> Turn:
    since = first if q.year is None else q.year
    return Turn(served, np.nan if served is None else float(served - since), blocked)
