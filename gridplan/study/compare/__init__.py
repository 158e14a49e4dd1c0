"""What differs between plans: inputs, indicators, sites, works, zones and money; and solving a plan again."""

from gridplan.study.compare.comparison import Comparison, compare
from gridplan.study.compare.rerun import Rerun, rerun

__all__ = ["Comparison", "Rerun", "compare", "rerun"]
