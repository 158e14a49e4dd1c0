"""Unlock: what every reinforcement, and every pair of them, lets be served."""

from gridplan.explain.levers.find import unlock
from gridplan.explain.levers.result import Unlock

__all__ = ["Unlock", "unlock"]
