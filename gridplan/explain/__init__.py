"""Explanations: what still fits where, why something does not, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridplan.explain.ledger import PolicyCost, policy_cost
    from gridplan.explain.levers import Unlock, unlock
    from gridplan.explain.tight import Bottlenecks, bottlenecks
    from gridplan.explain.why import Explanation, explain

__all__ = [
    "Bottlenecks",
    "Explanation",
    "PolicyCost",
    "Unlock",
    "bottlenecks",
    "explain",
    "policy_cost",
    "unlock",
]
HOME = {
    "Bottlenecks": "tight",
    "bottlenecks": "tight",
    "PolicyCost": "ledger",
    "policy_cost": "ledger",
    "Unlock": "levers",
    "unlock": "levers",
}


def __getattr__(name: str) -> Any:
    """Imported when first used, for the program comes along."""
    if name not in __all__:
        raise AttributeError(f"module 'gridplan.explain' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"gridplan.explain.{HOME.get(name, 'why')}"), name)
