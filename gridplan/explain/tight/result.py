"""Bottlenecks: table, sentences, picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.case import Case
from gridplan.explain.why.say import Say

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Bottlenecks:
    """What is full, from when, by what, by whom.

    Attributes:
        case: the case.
        table: a row per station, stage and direction: `full`, `first_full_year` of that station and
            direction, `headroom_mw`, the element that limits (`limited_by`, `element`, `outage`), `peak_mw`,
            `limit_mw` and `binding_hours` (hours a year at the limit, intact grid) of that element, the `day`
            and `hour` (from 0) that bind, the largest causes then (`cause_1`, `category_1`, `mw_1`, …), and
            the price of one MW more, all year (duals with all decisions fixed): `energy_eur_per_mwh` of the
            typical hours, `scarcity_meur_per_mw_year` of the critical ones, together
            `price_meur_per_mw_year`; `meaning` energy | scarce | whole (full, but a dual need not show it:
            whole units are in the way) | bay | absent (no transformers yet) | none.
        price: M€ per MW·year that is not served.
        seconds: time it took.
    """

    case: Case
    table: pd.DataFrame
    price: float
    seconds: float

    @property
    def full(self) -> pd.DataFrame:
        """The first stage in which each station is full, by direction."""
        own = self.table[self.table["full"]]
        return own[own["year"] == own["first_full_year"]].reset_index(drop=True)

    def sentences(self, lang: str = "en") -> list[str]:
        """In sentences, `en` or `nl`."""
        from gridplan.explain.tight.tell import sentences

        return sentences(self, Say(lang))

    def as_data(self, lang: str = "en") -> dict[str, Any]:
        """All of it as plain data, for JSON."""
        return {
            "case": self.case.name,
            "price_meur_per_mw_year_not_served": self.price,
            "sentences": self.sentences(lang),
            "bottlenecks": self.table.to_dict("records"),
            "seconds": round(self.seconds, 3),
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by the name of their file."""
        return {"bottlenecks": self.table}

    def plot(self, lang: str = "en") -> Axes:
        """The picture: who fills each full station in its first full stage."""
        from gridplan.plots import causes

        return causes.plot(self, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write JSON, table and picture to a folder, whole or not at all."""
        from gridplan.explain.files import save

        return save(self, "bottlenecks", folder, lang)

    def _repr_html_(self) -> str:
        """Sentences and table."""
        from gridplan.explain.files import html

        return html(self)
