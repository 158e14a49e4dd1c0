"""A case before it is typed and checked: what reading, patching and Python data all come down to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.case.problem import Problem
from gridplan.case.text import RawTable


@dataclass(frozen=True)
class Change:
    """One thing a scenario or what-if changed."""

    key: str
    old: str
    new: str
    file: str


@dataclass(frozen=True)
class Content:
    """Settings as plain data, tables as text, profiles as numbers, and where they come from."""

    data: Mapping[str, Any]
    raws: Mapping[str, RawTable]
    profiles: pd.DataFrame | None = None
    profiles_file: str = ""
    shapes: dict[str, Any] | None = None
    folder: Path | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    scenario: str | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    broken: frozenset[str] = frozenset()
