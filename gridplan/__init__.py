"""Energy and datacenter grid-capacity optimiser."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridplan import explain, study
    from gridplan.case import Case
    from gridplan.case import read_case as load
    from gridplan.notebook import panel, progress
    from gridplan.plan import Plan
    from gridplan.study.compare import compare

__all__ = ["Case", "Plan", "compare", "explain", "load", "panel", "progress", "study"]

# Names are imported when first used, so that `import gridplan` (and `--help`) stays fast.
_WHERE = {
    "load": ("gridplan.case", "read_case"),
    "Case": ("gridplan.case", "Case"),
    "Plan": ("gridplan.plan.plan", "Plan"),
    "compare": ("gridplan.study.compare", "compare"),
    "explain": ("gridplan.explain", ""),
    "study": ("gridplan.study", ""),
    "panel": ("gridplan.notebook", "panel"),
    "progress": ("gridplan.notebook", "progress"),
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'gridplan' has no attribute {name!r}")
    module, attribute = _WHERE[name]
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
