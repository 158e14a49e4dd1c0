"""Capacitated warehouse location: OR-Library's cap files, as heat sources that may be opened.

Warehouses are heat sources with a fixed cost and a capacity, customers are sinks that must connect, and a
link that heat passes one way joins each warehouse with each customer at a cost per MW: the file's cost of a
customer's whole demand, divided by that demand. Demand may be split. A customer without demand is left out
where that is free, else it wants 0.001 MW. The case minimises capex_meur, the
file's cost. docs/exchange.md says what maps to what.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gridplan.case import Case
from gridplan.case.cells import BadCell, number
from gridplan.case.problem import shown
from gridplan.case.text import Origin
from gridplan.exchange.rows import Rows, snapshot

ZONE = "area"
WORD = "capacity"  # stands for a number in capa, capb and capc
MOST = 1_000_000  # pairs of warehouse and customer
LITTLE = 0.001  # MW of a customer who wants nothing but costs: a link's cost is per MW


class Word(NamedTuple):
    """A word of the file and its line."""

    text: str
    line: int


def read(source: Path | str, capacity: str = "") -> Case:
    """A case from a cap file.

    Args:
        source: the file: `m n`, then m times `capacity fixed_cost`, then n times `demand cost_1 … cost_m`.
        capacity: number for the word `capacity`, of which capa, capb and capc have one per warehouse.

    Raises:
        CaseError: with the line of whatever is no number, is missing or too many.
    """
    path, rows = Path(source), Rows()
    file = _File(path.name, rows.text(path, loose=True), capacity, rows)
    warehouses, customers = file.count("warehouses"), file.count("customers")
    if warehouses * customers > MOST:
        file.wrong(f"{warehouses} × {customers} pairs", "customers", f"at most {MOST:,} pairs")
        rows.stop()
    rows.add("zones", Origin(path.name), zone=ZONE)
    for i in range(1, warehouses + 1):
        most, cost = file.capacity(f"of warehouse {i}"), file.next(f"fixed cost of warehouse {i}")
        at = Origin(path.name, file.line)
        rows.add("heat_sources", at, source=f"w{i}", zone=ZONE, capacity_mw=most, fixed_meur=cost)
    total = sum(_customer(file, rows, j, warehouses) for j in range(1, customers + 1))
    file.end()
    _enough(file, rows, total)
    title = f"warehouse location {path.stem}" + (f", capacity {capacity}" if capacity else "")
    names = {"capacity_mw": WORD, "fixed_meur": "fixed cost", "peak_mw": "demand"}
    return rows.case(snapshot(path.stem, title, "capex_meur"), names)


def _customer(file: _File, rows: Rows, j: int, warehouses: int) -> float:
    demand = file.next(f"demand of customer {j}")
    at = Origin(file.name, file.line)
    costs = [file.next(f"cost of customer {j} at warehouse {i}") for i in range(1, warehouses + 1)]
    note = None
    if demand == 0:
        if min(costs, default=0.0) == 0.0:
            return 0.0  # wants nothing, costs nothing
        demand, note = LITTLE, "demand 0 in the file, but costs"
    rows.add("heat_sinks", at, sink=f"c{j}", zone=ZONE, peak_mw=demand, must_connect=True, note=note)
    for i, cost in enumerate(costs, start=1):
        rows.add(
            "heat_links",
            at,
            link=f"w{i}-c{j}",
            from_=f"w{i}",
            to=f"c{j}",
            capex_meur_per_mw=cost / demand,
            one_way=True,
        )
    return demand


def _enough(file: _File, rows: Rows, total: float) -> None:
    if not rows.problems and file.room < total * (1 - 1e-12):
        message = f"all warehouses together hold {file.room:g}, customers want {total:g}"
        rows.wrong(Origin(file.name), WORD, file.room, message, f"at least {total:g}")


class _File:
    """The numbers of a file, one after the other; lines have no meaning in it."""

    def __init__(self, name: str, text: str, capacity: str, rows: Rows) -> None:
        self.name, self.rows, self.line, self.room, self.given = name, rows, 1, 0.0, 0.0
        self._words: Iterator[Word] = (
            Word(word, line)
            for line, content in enumerate(text.splitlines(), start=1)
            for word in content.split()
        )
        self._has = bool(capacity)
        if capacity:
            self.given = self._number(capacity, Origin("--capacity"), "", "a number ≥ 0, as 8000")
            rows.stop()

    def wrong(self, message: str, column: str, allowed: str, hint: str = "") -> None:
        """Note a problem at the present line."""
        self.rows.wrong(Origin(self.name, self.line), column, "", message, allowed, hint)

    def _take(self, what: str) -> str:
        word = next(self._words, None)
        if word is None:
            self.wrong(
                f"the file ends before the {what}",
                what,
                "m n, m × (capacity, fixed cost), n × (demand, m costs)",
            )
            self.rows.stop()
            raise AssertionError
        self.line = word.line
        return word.text

    def _number(self, text: str, at: Origin, what: str, allowed: str) -> float:
        try:
            value = number(text)
            if value < 0:
                raise BadCell("is negative")
            return value
        except BadCell as bad:
            self.rows.wrong(at, what, text, f"{shown(text)!r} {bad.message}", allowed, bad.hint)
            if self.rows.full:
                self.rows.stop()
            return 0.0

    def next(self, what: str) -> float:
        """The next number."""
        text = self._take(what)
        return self._number(text, Origin(self.name, self.line), what, "a number ≥ 0")

    def count(self, what: str) -> int:
        """The next number, a whole one from 1."""
        text = self._take(f"number of {what}")
        if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text)):
            self.wrong(f"{shown(text)!r} is no number of {what}", what, "a whole number ≥ 1")
            self.rows.stop()
        return int(text)

    def capacity(self, of: str) -> float:
        """The next number, or the word that stands for `--capacity`."""
        text = self._take(f"{WORD} {of}")
        if text.casefold() != WORD:
            value = self._number(
                text, Origin(self.name, self.line), WORD, f"a number ≥ 0, or the word {WORD}"
            )
        elif not self._has:
            self.wrong(f"the word {WORD!r} stands for a number", WORD, f"--{WORD} 8000 on the command line")
            self.rows.stop()
        else:
            value = self.given
        self.room += value
        return value

    def end(self) -> None:
        """Nothing may follow."""
        word = next(self._words, None)
        if word is not None:
            self.line = word.line
            self.wrong(f"{shown(word.text)!r} follows the last customer's costs", "", "the end of the file")
