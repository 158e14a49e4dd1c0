"""Explanations of a plan: what still fits where, and what limits it."""
