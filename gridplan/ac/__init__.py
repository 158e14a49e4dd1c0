"""AC check: a planned grid under every hour of the year, by power-grid-model (Newton-Raphson, in batch)."""

from gridplan.ac.check import AcResult, ac_check
from gridplan.ac.save import add_to_folder

__all__ = ["AcResult", "ac_check", "add_to_folder"]
