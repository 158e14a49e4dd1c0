"""Less of what is asked: how many MW fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gridplan.explain.why.cells import cell_of
from gridplan.explain.why.items import Item
from gridplan.explain.why.question import Question
from gridplan.explain.why.repairs.candidate import Candidate, down
from gridplan.explain.why.repairs.table import set_value

KINDS = ("programme", "demand")  # of these the first that stands in the conflict gives way


def fewer(question: Question) -> Iterator[Candidate]:
    """The least MW less, of the programme or else of load."""
    kind = next((k for k in KINDS if question.of(k)), "")
    relief = question.least(kind) if kind else None
    if relief is None or not relief.by:
        return
    wanted = {i: float(cell_of(question.case, i).value) for i in relief.by}
    patch: dict[str, Any] = {}
    for item, by in relief.by.items():
        key, value = set_value(question.case, item, down(max(0.0, wanted[item] - by)))
        patch[key] = min(value, patch.get(key, value)) if isinstance(value, float) else value
    worst = max(relief.by, key=lambda i: (i in question.items, relief.by[i]))
    fits = down(max(0.0, wanted[worst] - relief.by[worst]))
    others = len({i.key for i in relief.by}) - 1
    values = {
        "name": cell_of(question.case, worst).name,
        "year": worst.year,
        "fits": fits,
        "wanted": wanted[worst],
        "less": wanted[worst] - fits,
        "others": others,
    }
    total = sum(b for i, b in relief.by.items() if i.year == worst.year)
    yield Candidate(f"fewer_{kind}", patch, values, max(wanted[worst] - fits, total))


def given_up(question: Question) -> Iterator[Candidate]:
    """What is asked and can only be given up whole."""
    for kind, column, value in (
        ("must_connect", "must_connect", False),
        ("cell", "required", None),
        ("edge_cell", "edge_required", None),
    ):
        items = question.of(kind)
        if len(question.found) == 1:
            items = items[:1]  # of one conflict any one item will do
        if items:
            yield _all(question, kind, items, column, value)
    run = question.of("must_run")
    if run:
        yield Candidate(
            "must_run",
            {f"{i.table}.{i.ident}.{i.column}": True if i.column == "curtailable" else 0.0 for i in run},
            {"name": _names(question, run)},
        )


def _all(question: Question, kind: str, items: list[Item], column: str, value: Any) -> Candidate:
    patch = {f"{i.table}.{i.ident}.{column}": value for i in items}
    return Candidate(kind, patch, {"name": _names(question, items)})


def _names(question: Question, items: list[Item]) -> str:
    return ", ".join(cell_of(question.case, i).name for i in items)
