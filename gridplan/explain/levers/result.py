"""An unlock study: tables, sentences, picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.case import Case
from gridplan.explain.game import Found
from gridplan.explain.levers.measure import UNITS
from gridplan.explain.why.say import Say
from gridplan.solve.status import SolveStatus

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Unlock:
    """What reinforcements, and pairs of them, let be served.

    Attributes:
        case: the case.
        measure: `mw` (in `year`) or `mw_years`.
        year: stage that is counted in.
        within: distance to within which everything was asked, in the unit of the measure.
        reference: what is not served without any.
        together: what is not served with all of them, as far as it is known.
        singles: a row per reinforcement: `extra_mw` served with it alone, `within_mw` to within which that is
            known, `units` and `capex_meur` of the plan, `mw_per_meur`, `year` (first stage in service).
        pairs: a row per pair, with `interaction_mw` = extra − extra of each alone, and `only_together`: which
            of the two gives nothing without the other; None: not asked.
        status: how the study ended.
        searches, relaxations: programs solved.
        checked: every plan was checked in all hours.
        seconds: time it took.
        options: limits of each search.
    """

    case: Case
    measure: str
    year: int
    within: float
    reference: Found
    together: Found
    singles: pd.DataFrame
    pairs: pd.DataFrame | None
    status: SolveStatus
    searches: int
    relaxations: int
    checked: bool
    seconds: float
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """Unit of what is counted."""
        return UNITS[self.measure]

    @property
    def complete(self) -> bool:
        """Whether every row is known to within `within`."""
        return bool(self.singles["exact"].all() and (self.pairs is None or self.pairs["exact"].all()))

    def sentences(self, lang: str = "en") -> list[str]:
        """The study in sentences, `en` or `nl`."""
        from gridplan.explain.levers.tell import sentences

        return sentences(self, Say(lang))

    def as_data(self, lang: str = "en") -> dict[str, Any]:
        """All of it as plain data, for JSON."""
        return {
            "case": self.case.name,
            "status": self.status,
            "measure": self.measure,
            "unit": self.unit,
            "year": self.year,
            "reference": self.reference.upper,
            "all_together": self.together.upper,
            "complete": self.complete,
            "checked_all_hours": self.checked,
            "left_out": self.options.get("leave_out", []),
            "sentences": self.sentences(lang),
            "singles": self.singles.to_dict("records"),
            "pairs": None if self.pairs is None else self.pairs.to_dict("records"),
            "searches": self.searches,
            "relaxations": self.relaxations,
            "seconds": round(self.seconds, 3),
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by the name of their file."""
        return {"unlock": self.singles} | ({} if self.pairs is None else {"unlock_pairs": self.pairs})

    def plot(self, lang: str = "en") -> Axes:
        """The picture: MW by reinforcement, and of the best pairs."""
        from gridplan.plots import unlock

        return unlock.plot(self, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write JSON, tables and picture to a folder, whole or not at all."""
        from gridplan.explain.files import save

        return save(self, "unlock", folder, lang)

    def _repr_html_(self) -> str:
        """Sentences and tables."""
        from gridplan.explain.files import html

        return html(self)
