"""The case: tables a planner can edit, read, checked, patched and written."""

from gridplan.case.case import Case
from gridplan.case.problem import CaseError, Problem
from gridplan.case.read import read_case

__all__ = ["Case", "CaseError", "Problem", "read_case"]
