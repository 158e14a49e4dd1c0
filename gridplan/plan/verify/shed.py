"""Load that is not served."""

from __future__ import annotations

import numpy as np

from gridplan.plan.verify import tolerance
from gridplan.plan.verify.facts import Facts
from gridplan.plan.verify.ledger import Ledger
from gridplan.plan.verify.view import Record


def unserved(f: Facts, book: Ledger, shed: np.ndarray, load: np.ndarray, firm: np.ndarray) -> None:
    """Nothing is shed that is critical or not there; table `unserved` tells the worst hour and the year.

    Args:
        f: the plan.
        book: where it is written down.
        shed: stated withdrawal of subject `unserved` (negative), periods by stations, MW.
        load: stated fixed load.
        firm: critical load by the case; nan where it is not known.
    """
    names = list(f.hours.station)
    mask = (shed != 0) & f.served
    cells = f.hours.cells(names, "substation", mask)

    def row(position: int) -> Record:
        return {"subject": "unserved", **cells(position)}

    most = load[mask] - np.nan_to_num(firm[mask])
    book.at_most(
        ("withdrawals", "mw"), row, -shed[mask], most, "MW", tolerance.MW, "of load that may be shed"
    )
    worst = f.view.stated("unserved", ["substation", "year"], "mw")
    energy = f.view.stated("unserved", ["substation", "year"], "mwh")
    for y in f.view.years:
        own = f.hours.in_year(y)
        seen = np.where(f.served[own], -shed[own], 0.0)
        for name, k in f.hours.station.items():
            at, key = {"substation": name, "year": y}, (name, y)
            if key not in worst and not seen[:, k].any():
                continue
            top, mwh = seen[:, k].max(initial=0.0), -(shed[own, k] * f.hours.weight[own]).sum()
            told = worst.get(key, 0.0)
            book.at_least(("unserved", "mw"), at, told, top, "MW", tolerance.MW, "in its worst hour")
            told = energy.get(key, 0.0)
            book.same(("unserved", "mwh"), at, told, mwh, "MWh", tolerance.MWH, "in table withdrawals")
