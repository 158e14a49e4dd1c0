"""The dossier of a plan: one command, one file a language, for those who decide.

`report("results/my-case", "report", langs=("nl",))` reads a result folder and writes the report.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from gridplan.plots.text import LANGUAGES
from gridplan.report.facts import Facts
from gridplan.report.page import MissingLibrary
from gridplan.report.unlocked import FOLDER, UnlockError, read_unlock
from gridplan.report.write import ReportError, write

__all__ = ["Facts", "MissingLibrary", "ReportError", "read", "report", "write"]


def read(folder: str | Path, unlock: str | Path | None = None) -> Facts:
    """What the report needs of a result folder.

    Args:
        folder: of the plan.
        unlock: folder that `gridplan unlock --out` wrote; None: `unlock` in the plan's, where it is there.

    Raises:
        LoadError: the folder is no result, or was changed.
        ReportError: it holds no plan, or `unlock` no study of its case.
    """
    from gridplan.plan.load import load_plan

    plan = load_plan(folder)
    if not plan.has_plan:
        raise ReportError(
            f"'{folder}' holds no plan to report on: {plan.status.value}; gridplan explain tells why"
        )
    manifest = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    own = Path(folder) / FOLDER
    place = own if unlock is None and own.is_dir() else unlock
    try:
        study = None if place is None else read_unlock(place, plan.case.name)
    except UnlockError as error:
        raise ReportError(str(error)) from error
    return Facts(plan, manifest, study)


def report(
    folder: str | Path,
    out: str | Path | None = None,
    langs: Sequence[str] = LANGUAGES,
    zones: Sequence[str] = (),
    everything: bool = False,
) -> list[Path]:
    """Write the report of a result folder to `out` (else its subfolder `report`); the files written.

    Raises:
        LoadError, ReportError, MissingLibrary: as `read` and `write`.
    """
    target = Path(folder) / "report" if out is None else Path(out)
    return write(read(folder), target, langs, zones, everything)
