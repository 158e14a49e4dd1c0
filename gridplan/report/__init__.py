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
from gridplan.report.write import ReportError, write

__all__ = ["Facts", "MissingLibrary", "ReportError", "read", "report", "write"]


def read(folder: str | Path) -> Facts:
    """What the report needs of a result folder.

    Raises:
        LoadError: the folder is no result, or was changed.
        ReportError: it holds no plan.
    """
    from gridplan.plan.load import load_plan

    plan = load_plan(folder)
    if not plan.has_plan:
        raise ReportError(
            f"'{folder}' holds no plan to report on: {plan.status.value}; gridplan explain tells why"
        )
    manifest = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    return Facts(plan, manifest)


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
