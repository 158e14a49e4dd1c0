"""Invariants: every plan is recomputed from its tables, by other code than that which made it."""
