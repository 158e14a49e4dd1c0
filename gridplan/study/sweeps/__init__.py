"""Sweeps: one case under many patches, samples and scenarios; one table, one plan folder a point."""

from gridplan.study.sweeps.design import Design, Draw
from gridplan.study.sweeps.read import StudyError, read_study
from gridplan.study.sweeps.result import Sweep
from gridplan.study.sweeps.run import sweep

__all__ = ["Design", "Draw", "StudyError", "Sweep", "read_study", "sweep"]
