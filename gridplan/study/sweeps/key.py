"""What a point is known by: the case, its patch, the options and the version, as one hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from gridplan.case.content import Content
from gridplan.plan.plainjson import plain
from gridplan.versions import gridplan_version

FORMAT = 1  # of what is hashed and kept of a point
SHORT = 16  # digits in the name of a folder


def content_hash(content: Content) -> str:
    """Hash of all that a case says, wherever it comes from."""
    digest = hashlib.sha256()
    raws = {name: [list(raw.columns), [row.cells for row in raw.rows]] for name, raw in content.raws.items()}
    name = content.folder.name if content.folder is not None else ""
    digest.update(_text({"name": name, "settings": content.data, "tables": raws, "shapes": content.shapes}))
    if content.profiles is not None:
        digest.update(_text(list(map(str, content.profiles.columns))))
        digest.update(pd.util.hash_pandas_object(content.profiles).to_numpy().tobytes())
    return digest.hexdigest()


def point_key(base: str, changes: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """Hash of one point.

    Args:
        base: hash of the case with its scenario, before the patch.
        changes: the patch, in the order in which it is applied.
        options: of the solver.
    """
    what = [FORMAT, gridplan_version(), base, list(changes.items()), dict(options)]
    return hashlib.sha256(_text(what)).hexdigest()


def _text(value: Any) -> bytes:
    return json.dumps(plain(value), sort_keys=True, ensure_ascii=False).encode("utf-8")
