"""Unlock: what every reinforcement, and every pair of them, lets be served."""

from gridplan.explain.unlock.find import unlock
from gridplan.explain.unlock.result import Unlock

__all__ = ["Unlock", "unlock"]
