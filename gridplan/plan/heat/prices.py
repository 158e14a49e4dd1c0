"""What electricity is worth to heat: EUR/MWh by place and period, and what it emits.

With `heat_on_grid` the price is what one MW more at a station costs in the cheapest operation of the plan
(the dual of that station's balance), so it is the price that the program itself weighs heat with. Without it,
or where the duals cannot be had, it is the mean price of supply.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.model.prices import mean_carbon, mean_price
from gridplan.plan.extract.reader import Reader
from gridplan.solve.alone import SUMS
from gridplan.solve.fixed import kept, layout, operate, reached
from gridplan.solve.highs import Options
from gridplan.solve.keys import key_of
from gridplan.solve.lexicographic import objectives

SECONDS = 60.0  # for the one linear program
MONEY = "total_cost_meur"

Place = tuple[str, str]


@dataclass(frozen=True)
class Prices:
    """Prices and emissions of electricity.

    Attributes:
        mean: EUR/MWh where nothing else is known.
        dual: EUR/MWh by (station, side, stage, period).
        carbon: kg CO2 per MWh of the mix, by stage.
    """

    mean: float
    dual: dict[tuple[str, str, int, int], float]
    carbon: dict[int, float]

    def at(self, places: list[tuple[Place, float]], year: int, period: int) -> float:
        """EUR/MWh at an asset that several places feed, by their shares."""
        whole = sum(share for _, share in places)
        if not whole:
            return self.mean
        found = [(share, self.dual.get((*place, year, period), self.mean)) for place, share in places]
        return sum(share * price for share, price in found) / whole


def prices(r: Reader) -> Prices:
    """Prices of a solution."""
    mean = mean_price(r.frame.case)
    if not r.frame.case.settings.physics.heat_on_grid:
        return Prices(mean, {}, mean_carbon(r.frame))
    return Prices(mean, _duals(r), _mix(r))


def _duals(r: Reader) -> dict[tuple[str, str, int, int], float]:
    goals = objectives(r.compiled)
    if goals[-1].name != MONEY:
        return {}
    bounds = kept(r.compiled, r.decided, layout(r.compiled))
    operation = operate(
        r.compiled, goals, reached(goals, r.decided), bounds, Options(time_limit_s=SECONDS, threads=1)
    )
    if operation is None:
        return {}
    found = {}
    for k, row in enumerate(r.compiled.rows):
        name, key = key_of(row)
        if name == SUMS and r.frame.weight(key[3]) > 0:
            hours = r.frame.discount[key[2]] * r.frame.weight(key[3])
            found[key] = float(operation.dual[k]) * 1e6 / hours
    return found


def _mix(r: Reader) -> dict[int, float]:
    """kg CO2 per MWh of all that is supplied, by stage."""
    table = r.annual(r.values("supplies", "output", "supply", "year", "period"), ["supply", "year"])
    groups = r.frame.case.table("supplies").groupby("supply", sort=False)
    carbon = {str(g): r.frame.by_year(rows, "co2_kg_per_mwh") for g, rows in groups}
    found = {}
    for y in r.frame.years:
        own = table[(table["year"] == y) & (table["value"] > 0)]
        kg = np.array([carbon[g][y] for g in own["supply"]])
        mwh = own["value"].to_numpy(float)
        found[y] = float(kg @ mwh / mwh.sum()) if mwh.sum() > 0 else 0.0
    return found
