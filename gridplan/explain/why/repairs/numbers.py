"""Numbers of the case that give way: land, bays, sizes, capacities, bounds of policies."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

from gridplan.explain.why.cells import Cell, cell_of
from gridplan.explain.why.items import KINDS, Item
from gridplan.explain.why.question import Question
from gridplan.explain.why.repairs.candidate import Candidate, down, up

RAISED = (
    "land",
    "bays",
    "max_size",
    "heat_pump",
    "source",
    "supply",
    "supply_new",
    "storage_power",
    "storage_energy",
    "storage_new",
    "pipe",
)
POLICIES = ("policy_max", "policy_min")


def numbers(question: Question) -> Iterator[list[Candidate]]:
    """For each kind in the conflict the least by which its numbers must give way."""
    for kind in RAISED:
        yield list(_loosened(question, kind, kind))
    for kind in POLICIES:
        yield [*_loosened(question, kind, "policy"), *_without(question, kind)]


def _loosened(question: Question, kind: str, phrase: str) -> Iterator[Candidate]:
    relief = question.least(kind) if question.of(kind) else None
    if relief is None or not relief.by:
        return
    patch: dict[str, Any] = {}
    for item, by in relief.by.items():
        patch[f"{item.table}.{item.ident}.{item.column}"] = _new(question, item, by)
    worst = max(relief.by, key=lambda i: (i in question.items, relief.by[i]))
    cell = cell_of(question.case, worst)
    old = _value(cell)
    new = _new(question, worst, relief.by[worst])
    values = {
        "name": cell.name,
        "old": old,
        "new": new,
        "by": abs(new - old),
        "unit": cell.unit or KINDS[kind].unit,
        "others": len(relief.by) - 1,
    }
    yield Candidate(phrase, patch, values)


def _value(cell: Cell) -> float:
    return float(cell.value or 0.0)


def _new(question: Question, item: Item, by: float) -> float:
    """The number as it must be, as a sensible figure."""
    old = _value(cell_of(question.case, item))
    if item.kind == "bays":
        return int(old) + ceil(by - 1e-6)
    return down(old - by) if item.kind == "policy_min" else up(old + by)


def _without(question: Question, kind: str) -> Iterator[Candidate]:
    """Policies lifted, where a value for them is not found."""
    items = question.of(kind)
    if items:
        patch = {f"policies.{i.ident}.value": None for i in items}
        yield Candidate(
            "no_policy", patch, {"name": ", ".join(cell_of(question.case, i).name for i in items)}
        )
