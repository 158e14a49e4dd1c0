"""Why not? Which rows of a case are in the way, and the cheapest ways out."""

from gridplan.explain.why.answer import explain, no_plan
from gridplan.explain.why.explanation import Explanation

__all__ = ["Explanation", "explain", "no_plan"]
