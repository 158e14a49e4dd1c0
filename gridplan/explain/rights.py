"""Room by transport right on the load-duration curves of a case as it is: no solver needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.model.limited import curves
from gridplan.model.offers import BLOCK, DEMAND, FEEDIN, FIRM, GROUP, NON_FIRM, TDTR85, Offer, offers
from gridplan.model.room import room_under
from gridplan.plan.columns import TABLES

USUAL = ((FIRM, 0, None), (TDTR85, 1314, None), (BLOCK, 0, (22, 6)), (NON_FIRM, -1, None))


def rights_room(case: Case, years: Sequence[int] | None = None) -> pd.DataFrame:
    """What fits at every station by right, on its own, for one user with a flat load.

    The curve is that of demands, existing datacenters and profiled supplies; the limit is that of the
    transformers of today. Branches and outages are not looked at (`headroom` does).

    Args:
        case: a case with hourly profiles.
        years: stages; None: the first.

    Returns:
        The columns of table `rights_room` of a plan: `substation`, `year`, `direction`, `right`, `room_mw`
        (MW), `limited_hours` (h a year in which not all of it can be used), `curtailed_share` (of the energy
        of a flat user). Rights are those of `transport_rights`; without that table the usual ones.

    Raises:
        ValueError: no profiles, or a year that is not a stage.
    """
    if case.profiles is None:
        raise ValueError("room by right follows from hours: the case has no profiles ([time] profiles)")
    chosen = tuple(case.years[:1] if years is None else years)
    for year in chosen:
        if year not in case.years:
            raise ValueError(f"year {year} is not a stage; there are {', '.join(map(str, case.years))}")
    known, found = curves(case), []
    for way, sign in ((DEMAND, 1.0), (FEEDIN, -1.0)):
        offered = _offered(case, way)
        for n, loads in known.base.items():
            rate = known.rating(n)
            for year in chosen if not np.isnan(known.limit(n, way)) else ():
                limit = known.limit(n, way, year) * rate
                for offer in offered:
                    sure = known.sure(offer, n, year)
                    room = room_under(sign * loads[year], limit, sure, offer.open_hours())
                    found.append((n, year, way, offer.right, room.mw, room.hours, room.share))
    return pd.DataFrame(found, columns=list(TABLES["rights_room"]))


def _offered(case: Case, way: str) -> list[Offer]:
    if case.has("transport_rights"):
        return [offer for offer in offers(case, way) if offer.right != GROUP]
    return [Offer(right, way, hours, window) for right, hours, window in USUAL]
