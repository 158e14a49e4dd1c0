"""Explanations: what still fits where, why something does not, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridplan.explain.why import Explanation, explain

__all__ = ["Explanation", "explain"]


def __getattr__(name: str) -> Any:
    """Imported when first used, for the program comes along."""
    if name not in __all__:
        raise AttributeError(f"module 'gridplan.explain' has no attribute {name!r}")
    from gridplan.explain import why

    return getattr(why, name)
