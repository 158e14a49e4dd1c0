"""Write a plan to a folder: whole, or not at all.

Everything is written to a temporary folder next to the target, which then takes the target's place.
An older result stays until the new one is complete. A folder that gridplan did not write is never touched.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.plan import csvtable
from gridplan.plan.manifest import digest, manifest
from gridplan.plan.plainjson import dumps

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan
    from gridplan.plan.verify import Certificate

PARTS = frozenset(
    {
        "summary.json",
        "manifest.json",
        "certificate.txt",
        "explanation.json",
        "log.txt",
        "tables",
        "figures",
        "report",
        "case",
    }
)
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


class FolderError(ValueError):
    """The folder cannot take a result; nothing in it was changed."""


def save(
    plan: Plan, folder: str | Path, *, figures: bool = False, lang: str = "en", case_path: str | None = None
) -> Path:
    """Write `plan` to `folder` and return that folder.

    Args:
        plan: the plan; one without tables (infeasible, no plan found) is saved too.
        folder: a new folder, an empty one, or an older result of gridplan, which is replaced.
        figures: draw the pictures too.
        lang: language of the pictures, `en` or `nl`.
        case_path: where the case came from, for the manifest.
    """
    target = Path(folder).resolve()
    check_target(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        _write(plan, fresh, figures=figures, lang=lang, case_path=case_path)
        check_target(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    _swap(fresh, target)
    return Path(folder)


def check_target(folder: str | Path) -> None:
    """FolderError where `folder` holds anything that is not a result of gridplan."""
    target = Path(folder)
    if not target.exists():
        return
    if not target.is_dir():
        raise FolderError(f"{folder} is a file; a result needs a folder")
    found = {entry.name for entry in target.iterdir()} - _LITTER
    if not found:
        return
    if not is_result(target):
        raise FolderError(f"{folder} is not a result of gridplan and is left alone; choose another folder")
    strange = sorted(found - PARTS)
    if strange:
        raise FolderError(
            f"{folder} also holds {', '.join(strange)}, which gridplan did not write; "
            "move it or choose another folder"
        )


def is_result(folder: Path) -> bool:
    """True where a manifest says that gridplan wrote the folder."""
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("made_by") == "gridplan"


def _write(plan: Plan, folder: Path, *, figures: bool, lang: str, case_path: str | None) -> None:
    """All files of a result; manifest.json comes last."""
    hashes, columns = {}, {}
    (folder / "tables").mkdir()
    for name, table in plan.tables.items():
        data = csvtable.write(table).encode("utf-8")
        (folder / "tables" / f"{name}.csv").write_bytes(data)
        hashes[name], columns[name] = digest(data), csvtable.kinds(table)
    plan.case.write(folder / "case")
    _text(folder / "summary.json", dumps(plan.summary))
    if plan.has_plan and "verified" in plan.summary:
        _text(folder / "certificate.txt", f"{_certificate(plan)}\n")
    _text(folder / "log.txt", "".join(f"{line}\n" for line in plan.log))
    if figures and plan.has_plan:
        plan.plot.save(folder / "figures", lang=lang)
    if plan.explanation is not None:
        _text(folder / "explanation.json", dumps(plan.explanation.as_data(lang)))
        if figures:
            plan.explanation.save_plot(folder / "figures", lang)
    _text(folder / "manifest.json", dumps(manifest(plan, hashes, columns, case_path)))


def _certificate(plan: Plan) -> Certificate:
    """The plan's certificate; one that was loaded comes without, and is verified again."""
    from gridplan.plan.verify import verify

    return plan.certificate or verify(plan)


def _text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _swap(fresh: Path, target: Path) -> None:
    """Put the complete folder in the target's place; where that fails the older result is put back."""
    if not target.exists():
        fresh.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
    try:
        target.rename(old / "result")
        fresh.rename(target)
    except OSError as error:
        if not target.exists() and (old / "result").exists():
            (old / "result").rename(target)
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(fresh, ignore_errors=True)
        raise FolderError(f"{target} could not be replaced ({error.strerror}); it is unchanged") from error
    shutil.rmtree(old, ignore_errors=True)
