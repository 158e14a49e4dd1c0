"""The same MW under a right that is not firm: only where the program knows transport rights."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from gridplan.explain.why.question import Question
from gridplan.explain.why.repairs.candidate import Candidate

TABLE = "transport_rights"
TDTR_HOURS = 1314  # 15 % of a year
OFFERS: tuple[tuple[str, dict[str, float]], ...] = (
    ("tdtr85", {"limited_hours": TDTR_HOURS, "max_share": 1.0}),
    ("non_firm", {"limited_hours": 8760, "max_share": 1.0}),
)


def available() -> bool:
    """Whether the program of this version decides about rights."""
    return find_spec("gridplan.model.rights") is not None


def rights(question: Question) -> Iterator[Candidate]:
    """An 85 % right, then one that is not firm, next to firm ones, where a station is full."""
    if not available() or not question.of("programme") or not question.of("station_demand"):
        return
    known = set(question.case.table(TABLE)["right"])
    for name, cells in OFFERS:
        if name in known:
            continue
        patch = {} if "firm" in known else {f"{TABLE}.firm": {"max_share": 1.0}}
        yield Candidate(
            f"right_{name}", {**patch, f"{TABLE}.{name}": dict(cells)}, {"hours": cells["limited_hours"]}
        )
