"""The common problem: least cost of rating raises and operation, DC or transport flow, over typical hours."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property

import pandas as pd

from gridplan.case import Case
from gridplan.case.build import case_from_tables
from gridplan.case.settings import settings_data
from gridplan.case.synthetic import Asked, synthetic
from gridplan.model.periods import Periods, typical

RATED = 0.5  # of what the made-up region has, so that the grid is full
UNITS = 4  # raises of each branch that may be built
RAISE = 0.5  # of what stands: whole raises are whole modules of PyPSA
MEUR_PER_MVA_KM = 0.01
SHORT_KM = 5.0  # a transformer costs as much as so long a line
LIFETIME = 40


@dataclass(frozen=True)
class Spec:
    """One instance.

    Attributes:
        stations, zones, seed, congestion: of the made-up region.
        hours: of the program in each stage.
        stages: the last so many of its years; more than one only with transport flow, because in PyPSA a line
            that is built later is another line with a reactance of its own.
        flow: dc or transport.
        relaxed: fractions of raises.
        limit_s: seconds for the solver; 0: build and hand over only.
    """

    stations: int = 30
    hours: int = 24
    stages: int = 1
    congestion: float = 1.0
    flow: str = "dc"
    relaxed: bool = True
    limit_s: float = 120.0
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what PyPSA cannot state."""
        if self.stages > 1 and self.flow == "dc":
            raise ValueError("more than one stage is compared with transport flow only")

    @property
    def text(self) -> str:
        """As JSON, for a child process."""
        return json.dumps(asdict(self))

    @cached_property
    def case(self) -> Case:
        """The region's grid with its demand and supply, and raises of every branch."""
        whole = synthetic(
            Asked(self.stations, max(1, self.stations // 2), self.seed, self.hours, 5, self.congestion)
        )
        settings = settings_data(whole.settings)
        years = whole.years[-self.stages - 1 : -1] if self.stages < 5 else whole.years
        settings["horizon"] = {
            "years": list(years), "last_year": years[-1] + 5, "discount_rate": 0.04,
            "lifetime_years": LIFETIME,
        }  # fmt: skip
        settings["physics"] = {"flow": self.flow}
        settings["objective"] = {"minimise": ["total_cost_meur"]}
        names = ("zones", "service_areas", "branches", "demands", "supplies")
        frames = {name: whole.table(name).copy() for name in names}
        stations = whole.table("substations")
        frames["substations"] = stations[["substation", "kv", "lat", "lon"]]
        frames["branches"]["circuit_mva"] *= RATED
        frames["reinforcements"] = _raises(frames["branches"])
        return case_from_tables(settings, frames, whole.profiles)

    @cached_property
    def periods(self) -> Periods:
        """Typical hours with their weights."""
        return typical(self.case, whole_days=False)

    @property
    def hourly(self) -> pd.DataFrame:
        """Profiles in the typical hours."""
        return pd.DataFrame([item.values for item in self.periods.items], columns=list(self.periods.profiles))


def _raises(branches: pd.DataFrame) -> pd.DataFrame:
    """Up to UNITS raises of every branch, each RAISE of what stands."""
    mva = branches["circuits"].astype(float) * branches["circuit_mva"]
    cost = MEUR_PER_MVA_KM * RAISE * mva * branches["length_km"].clip(lower=SHORT_KM)
    return pd.DataFrame(
        {
            "reinforcement": "raise " + branches["branch"].astype(str),
            "kind": "branch",
            "target": branches["branch"],
            "adds_circuits": 0,
            "adds_mva": RAISE * mva,
            "max_units": UNITS,
            "capex_meur": cost.round(4),
        }
    )
