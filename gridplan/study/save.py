"""Write a study to a folder, whole or not at all: tables, picture with its data, sentences, every plan."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from gridplan.plan import csvtable
from gridplan.plan.manifest import FORMAT, digest, neutral, tables_digest, versions
from gridplan.plan.plainjson import dumps
from gridplan.plan.save import FolderError
from gridplan.plan.save import save as save_plan

if TYPE_CHECKING:
    from gridplan.case import Case
    from gridplan.plan.plan import Plan
    from gridplan.solve.status import SolveStatus


class Study(Protocol):
    """What every study is."""

    @property
    def case(self) -> Case:
        """The case."""

    @property
    def status(self) -> SolveStatus:
        """How it ended."""

    @property
    def plans(self) -> Mapping[Any, Plan]:
        """Its plans, by the name of their folder."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader must know."""

    @property
    def options(self) -> Mapping[str, Any]:
        """Limits of each search."""

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write it to a folder."""


PARTS = frozenset(
    {"summary.json", "manifest.json", "sentences.txt", "comparison.html", "tables", "figures", "plans"}
)
TABLES = {  # attribute by file, of each kind of study
    "frontier": {"frontier": "table"},
    "alternatives": {"alternatives": "table", "choices": "choices", "distances": "distances"},
    "robust": {
        "costs": "costs",
        "regret": "regret",
        "criteria": "criteria",
        "reinforcements": "reinforcements",
        "decisions": "decisions",
    },
}
SAID = {  # attributes in summary.json, of each kind of study
    "frontier": ("complete", "step", "notes"),
    "alternatives": ("complete", "notes"),
    "robust": ("criterion", "cost", "reveal", "weights", "alpha", "sentences", "notes"),
}


def check_folder(folder: str | Path, kind: str) -> None:
    """FolderError where a folder holds anything but an older study of this kind."""
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise FolderError(f"{folder} is a file; a study needs a folder")
    found = {entry.name for entry in target.iterdir()} if target.is_dir() else set()
    if not found:
        return
    if _kind(target) != kind:
        raise FolderError(f"{folder} holds no {kind} of gridplan and is left alone; choose another folder")
    strange = sorted(found - PARTS)
    if strange:
        raise FolderError(f"{folder} also holds {', '.join(strange[:5])}; move it or choose another folder")


def _kind(folder: Path) -> str:
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(content.get("study", "")) if isinstance(content, dict) else ""


def save(study: Study, kind: str, folder: str | Path, lang: str = "en") -> Path:
    """Write a study and return its folder.

    Args:
        study: what was found.
        kind: `frontier`, `alternatives` or `robust`.
        folder: a new folder, an empty one, or an older study of this kind, which is replaced.
        lang: language of the picture, `en` or `nl`.

    Raises:
        FolderError: the folder holds something else; nothing was changed.
    """
    target = Path(folder).resolve()
    check_folder(target, kind)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        _write(study, kind, fresh, lang)
        check_folder(target, kind)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return Path(folder)


def _write(study: Study, kind: str, folder: Path, lang: str) -> None:
    hashes = {}
    (folder / "tables").mkdir()
    for name, attribute in TABLES[kind].items():
        data = _csv(getattr(study, attribute)).encode("utf-8")
        (folder / "tables" / f"{name}.csv").write_bytes(data)
        hashes[name] = digest(data)
    for name, plan in study.plans.items():
        if plan.has_plan:
            save_plan(plan, folder / "plans" / str(name), lang=lang)
    from gridplan.plots import study as pictures

    pictures.save(study, kind, folder / "figures", lang)
    sentences: Mapping[str, tuple[str, ...]] = getattr(study, "sentences", {})
    if sentences:
        text = "\n\n".join("\n".join(lines) for lines in sentences.values())
        (folder / "sentences.txt").write_bytes(f"{text}\n".encode())
    summary = {"study": kind, "status": study.status, **{name: getattr(study, name) for name in SAID[kind]}}
    (folder / "summary.json").write_bytes(dumps(summary).encode("utf-8"))
    (folder / "manifest.json").write_bytes(dumps(_manifest(study, kind, hashes)).encode("utf-8"))


def _csv(table: pd.DataFrame) -> str:
    """CSV with the index where it has a name."""
    plain = table.reset_index() if table.index.name is not None else table
    return csvtable.write(plain.rename(columns=str))


def _manifest(study: Study, kind: str, hashes: dict[str, str]) -> dict[str, Any]:
    case = study.case
    return {
        "made_by": "gridplan",
        "study": kind,
        "format": FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "case": {"name": case.name, "scenario": case.scenario, "changes": case.changes},
        "inputs": {neutral(str(name)): sha for name, sha in dict(case.sources).items()},
        "options": dict(study.options),
        "status": study.status,
        "results": {"sha256": tables_digest(hashes), "tables": hashes},
    }
