"""Plans: tables, indicators, saving and loading."""

from gridplan.plan.plan import Plan

__all__ = ["Plan"]
