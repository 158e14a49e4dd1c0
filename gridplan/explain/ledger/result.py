"""A policy-cost study: tables, sentences, picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.case import Case
from gridplan.explain.ledger.shapley import Worth
from gridplan.explain.why.say import Say
from gridplan.solve.status import SolveStatus

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class PolicyCost:
    """What the policies of a case cost.

    Attributes:
        case: the case.
        table: a row per policy: `leave_one_out_meur` (what lifting it alone saves), `shapley_meur` (its share
            of what all cost), each with `..._within_meur` that the gaps leave, and of a sample the standard
            error; `displaced_mw` and `heat_tj` (TJ over the horizon, with it less without it) of both.
        displaced: MW by policy, attribution, stage and class, `from` zone `to` zone; blank: not sited.
        objective: what cost is.
        price: M€ per MW·year that is not served.
        full: cost with all rules.
        bare: cost without all that were looked at; None: not known.
        orders: orders sampled; 0: all subsets were looked at.
        status: how the study ended.
        searches: programs solved.
        checked: every plan was checked in all hours.
        seconds: time it took.
        options: limits of each search.
    """

    case: Case
    table: pd.DataFrame
    displaced: pd.DataFrame
    objective: str
    price: float
    full: Worth | None
    bare: Worth | None
    orders: int
    status: SolveStatus
    searches: int
    checked: bool
    seconds: float
    options: Mapping[str, Any] = field(default_factory=dict)

    def sentences(self, lang: str = "en") -> list[str]:
        """The study in sentences, `en` or `nl`."""
        from gridplan.explain.ledger.tell import sentences

        return sentences(self, Say(lang))

    def as_data(self, lang: str = "en") -> dict[str, Any]:
        """All of it as plain data, for JSON."""
        return {
            "case": self.case.name,
            "status": self.status,
            "cost": self.objective,
            "price_meur_per_mw_year": self.price,
            "with_all_meur": None if self.full is None else self.full.cost,
            "without_all_meur": None if self.bare is None else self.bare.cost,
            "orders_sampled": self.orders,
            "checked_all_hours": self.checked,
            "left_out": self.options.get("leave_out", []),
            "sentences": self.sentences(lang),
            "policies": self.table.to_dict("records"),
            "displaced": self.displaced.to_dict("records"),
            "searches": self.searches,
            "seconds": round(self.seconds, 3),
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by the name of their file."""
        return {"policy_cost": self.table, "policy_cost_displaced": self.displaced}

    def plot(self, lang: str = "en") -> Axes:
        """The picture: leave-one-out and share of every policy that costs something."""
        from gridplan.plots import policy_cost

        return policy_cost.plot(self, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write JSON, tables and picture to a folder, whole or not at all."""
        from gridplan.explain.files import save

        return save(self, "policy_cost", folder, lang)

    def _repr_html_(self) -> str:
        """Sentences and tables."""
        from gridplan.explain.files import html

        return html(self)
