"""The case: tables a planner can edit, read, checked, patched and written."""

from gridplan.case.build import case_from_tables
from gridplan.case.case import Case
from gridplan.case.cells import split_ids
from gridplan.case.problem import CaseError, Problem
from gridplan.case.read import read_case
from gridplan.case.write import write_case

__all__ = ["Case", "CaseError", "Problem", "case_from_tables", "read_case", "split_ids", "write_case"]
