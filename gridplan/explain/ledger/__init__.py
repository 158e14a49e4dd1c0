"""Policy cost: what every rule costs alone and as its share of all, and what it displaces."""

from gridplan.explain.ledger.find import policy_cost
from gridplan.explain.ledger.result import PolicyCost

__all__ = ["PolicyCost", "policy_cost"]
