"""Indicators as linear forms over the program's variables:
one definition for policies, objective and report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from gridplan.model.frame import Frame

DISPATCH = "dispatch_meur"  # price of an hour's dispatch that the year is charged for elsewhere; no indicator
SHARES = ("covered_share", "edge_covered_share")  # indicators whose weights count relative to their scope


class Term(NamedTuple):
    """One coefficient of an indicator.

    Attributes:
        indicator: name from the indicator vocabulary.
        place: zone (or region) it counts in; blank counts only in `all`.
        year: stage.
        column: variable, or None for a constant.
        value: coefficient in the indicator's unit per unit of the variable.
        tags: words that `policies.applies_to` may select it by.
    """

    indicator: str
    place: str
    year: int
    column: Any
    value: float
    tags: frozenset[str] = frozenset()


class Series(NamedTuple):
    """Coefficients of an indicator in the periods of one stage.

    Attributes:
        indicator, place, year, tags: as those of a `Term`.
        variable: indexed, with a column for every key.
        at: keys by position.
        value: coefficient of each.
    """

    indicator: str
    place: str
    year: int
    variable: Any
    at: np.ndarray
    value: np.ndarray
    tags: frozenset[str] = frozenset()

    def terms(self) -> list[Term]:
        """One by one; makes the objects of the variable."""
        columns = list(self.variable.values())
        return [
            Term(self.indicator, self.place, self.year, columns[k], value, self.tags)
            for k, value in zip(self.at.tolist(), self.value.tolist(), strict=True)
        ]


class Terms:
    """All terms of a program."""

    def __init__(self, frame: Frame) -> None:
        """Collect for one frame; subjects add while they build."""
        self.frame = frame
        self._of: dict[str, list[Term | Series]] = defaultdict(list)
        self._tags: dict[tuple[str, ...], frozenset[str]] = {}  # made once for all hours

    def add(
        self, indicator: str, place: str, year: int, column: Any, value: float, tags: Iterable[str] = ()
    ) -> None:
        """Count `value` per unit of `column` (None: a constant) in an indicator."""
        if value:
            self._of[indicator].append(Term(indicator, place, year, column, value, self._tagged(tags)))

    def add_series(
        self,
        indicator: str,
        place: str,
        year: int,
        variable: Any,
        at: np.ndarray,
        value: np.ndarray,
        tags: Iterable[str] = (),
    ) -> None:
        """Count `value` per unit of the columns `at` (by position) of a variable, in an indicator."""
        there = np.flatnonzero(value)
        if len(there):
            tagged = self._tagged(tags)
            series = Series(indicator, place, year, variable, at[there], value[there], tagged)
            self._of[indicator].append(series)

    def _tagged(self, tags: Iterable[str]) -> frozenset[str]:
        tags = tuple(tags)
        if tags not in self._tags:
            self._tags[tags] = frozenset(t for t in tags if t)
        return self._tags[tags]

    def invest(
        self,
        place: str,
        stock: Mapping[int, Any],
        meur_per_unit: float,
        tags: Iterable[str] = (),
        lead_years: float = 0.0,
    ) -> None:
        """Money for a stock in service by stage: capex when it enters, annuities while it stands (M€).

        Investment a year is spread over the lead time before, or without one over the stage of entry.
        """
        if not meur_per_unit:
            return
        self.spread("investment_meur_per_year", place, stock, meur_per_unit, tags, lead_years)
        frame, tags = self.frame, tuple(tags)
        for year in frame.years:
            self.add("capex_meur", place, year, stock[year], meur_per_unit, tags)
            if year in frame.previous:
                self.add("capex_meur", place, year, stock[frame.previous[year]], -meur_per_unit, tags)
            yearly = frame.discount[year] * frame.annuity * meur_per_unit
            self.add("total_cost_meur", place, year, stock[year], yearly, tags)

    def spread(
        self,
        indicator: str,
        place: str,
        stock: Mapping[int, Any],
        amount: float,
        tags: Iterable[str],
        lead_years: float,
    ) -> None:
        """Mean a year, by stage, of work (or money) that each unit takes evenly over its lead time.

        Without a lead time all of it falls in the stage in which the unit enters service.
        """
        frame, tags = self.frame, tuple(tags)
        for service in frame.years:
            for stage in frame.years:
                length = frame.lengths[stage]
                if lead_years > 0:
                    overlap = min(service, stage + length) - max(service - lead_years, stage)
                    share = max(0.0, overlap) / lead_years
                else:
                    share = 1.0 if service == stage else 0.0
                value = amount * share / length
                self.add(indicator, place, stage, stock[service], value, tags)
                if service in frame.previous:
                    self.add(indicator, place, stage, stock[frame.previous[service]], -value, tags)

    def operate(
        self, place: str, year: int, column: Any, meur_per_year: float, tags: Iterable[str] = ()
    ) -> None:
        """Yearly cost of running (M€ per year and unit of the variable)."""
        tags = tuple(tags)
        self.add("operating_cost_meur", place, year, column, meur_per_year, tags)
        self.penalise(place, year, column, meur_per_year, tags)

    def operate_series(
        self,
        place: str,
        year: int,
        variable: Any,
        at: np.ndarray,
        meur_per_year: np.ndarray,
        tags: Iterable[str] = (),
    ) -> None:
        """Yearly cost of running (M€ per year and unit) of the columns `at` (by position) of a variable."""
        tags = tuple(tags)
        self.add_series("operating_cost_meur", place, year, variable, at, meur_per_year, tags)
        whole = self.frame.discount[year] * meur_per_year
        self.add_series("total_cost_meur", place, year, variable, at, whole, tags)

    def penalise(
        self, place: str, year: int, column: Any, meur_per_year: float, tags: Iterable[str] = ()
    ) -> None:
        """Yearly charge that is no cost of operation (lost load, shortfall, softened policy)."""
        self.add("total_cost_meur", place, year, column, self.frame.discount[year] * meur_per_year, tags)

    @property
    def all(self) -> Iterator[Term | Series]:
        """Terms of every indicator."""
        return chain.from_iterable(self._of.values())

    def select(
        self, indicator: str, scope: str, year: int | None = None, tags: Iterable[str] = ()
    ) -> list[Term]:
        """`parts`, one by one."""
        found = self.parts(indicator, scope, year, tags)
        return [t for part in found for t in (part.terms() if isinstance(part, Series) else [part])]

    def parts(
        self, indicator: str, scope: str, year: int | None = None, tags: Iterable[str] = ()
    ) -> list[Term | Series]:
        """Terms of an indicator in a scope, of one stage or all, that carry one of `tags` (if any are
        given).
        """
        wanted = frozenset(tags)
        found = [
            t
            for t in self._of.get(indicator, ())
            if (year is None or t.year == year)
            and (not wanted or t.tags & wanted)
            and self.frame.in_scope(t.place, scope)
        ]
        return _as_share(found) if indicator in SHARES else found


def _as_share(terms: list[Term | Series]) -> list[Term | Series]:
    """Weights as shares of the scope: those of one stage sum to 1."""
    single = [t for t in terms if isinstance(t, Term)]  # what is covered does not change by the hour
    totals: dict[int, float] = defaultdict(float)
    for t in single:
        totals[t.year] += t.value
    return [t._replace(value=t.value / totals[t.year]) for t in single]
