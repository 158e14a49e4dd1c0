"""Bottlenecks: what is full from when, what limits it, who fills it, and what one MW more costs there."""

from gridplan.explain.tight.find import bottlenecks
from gridplan.explain.tight.result import Bottlenecks

__all__ = ["Bottlenecks", "bottlenecks"]
