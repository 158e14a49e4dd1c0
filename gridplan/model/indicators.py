"""How the values of an indicator in the stages make its total over the horizon."""

from __future__ import annotations

from gridplan.case.tables import indicators
from gridplan.model.frame import Frame


def year_factor(name: str, year: int, frame: Frame) -> float:
    """Factor of a stage's value in the total (as an objective a peak is summed, since a sum is linear)."""
    kind = indicators()[name].kind
    if kind == "stock":
        return 1.0 if year == frame.years[-1] else 0.0
    return float(frame.lengths[year]) if kind == "annual" else 1.0
