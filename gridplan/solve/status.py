"""How a solve ended, in one closed list: "unknown" is never taken for a plan."""

from enum import StrEnum


class SolveStatus(StrEnum):
    """End of a solve; the value is what summary.json says."""

    OPTIMAL = "optimal"  # solved to the requested gap
    LIMIT = "limit"  # time or node limit reached, a plan is there
    NO_PLAN = "no_plan"  # limit reached, no plan found
    INFEASIBLE = "infeasible"  # proven: no plan can satisfy the case
    INTERRUPTED = "interrupted"  # stopped by the user; the best plan, if any, is kept

    @property
    def exit_code(self) -> int:
        """Exit code of the command line (see docs/cli.md)."""
        return {"optimal": 0, "infeasible": 4, "limit": 5, "no_plan": 6, "interrupted": 130}[self.value]
