"""Several changes at once, where no single kind of change is enough."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gridplan.explain.why.elastic import Relief, least, measured
from gridplan.explain.why.question import Question
from gridplan.explain.why.repairs.candidate import Candidate, Maker

CHARGED = ("timing", "site_year", "link_year", "source_year", "max_units", "region", "rtt")
PARTS = (
    "fewer_programme",
    "fewer_demand",
    "sooner",
    "more_units",
    "region",
    "rtt",
    "new_transformer",
    "new_circuit",
    "policy",
)


def together(question: Question, makers: Iterable[Maker]) -> Candidate | None:
    """The least mix of changes of all kinds in the conflicts; None where there is none."""
    kinds = {i.kind for i in question.items}
    loosened = {i for i in measured(question.wide) if i.kind in kinds}
    lifted = {i for i in question.items if i.kind in CHARGED}
    mix = least(question.wide, loosened, lifted, question.clock, question.options.threads)
    if mix is None:
        return None
    for kind in kinds:
        part = Relief({i: v for i, v in mix.by.items() if i.kind == kind}, mix.x)
        question.preset(kind, part)
    patch: dict[str, Any] = {}
    parts: list[Candidate] = []
    for make in makers:
        for group in make(question):
            for candidate in group[:1]:
                if candidate.kind in PARTS or _number(candidate):
                    patch.update(candidate.patch)
                    parts.append(candidate)
    if len(parts) < 2:
        return None
    return Candidate(
        "together",
        patch,
        {"parts": parts},
        sum(p.mw_less for p in parts),
        assumption=any(p.assumption for p in parts),
    )


def _number(candidate: Candidate) -> bool:
    return {"old", "new", "by"} <= set(candidate.values)
