"""Files of an explanation: both tables, all of it as JSON, and the picture; written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.plan.plainjson import dumps
from gridplan.plan.save import FolderError

if TYPE_CHECKING:
    from gridplan.explain.why.explanation import Explanation

FILES = (
    "explanation.json",
    "conflict.csv",
    "repairs.csv",
    "details.csv",
    "explanation.png",
    "explanation.csv",
)


def check_folder(folder: str | Path) -> None:
    """FolderError where a folder holds anything but older files of this kind."""
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise FolderError(f"{folder} is a file; a folder is needed")
    if target.is_dir():
        strange = sorted(entry.name for entry in target.iterdir() if entry.name not in FILES)
        if strange:
            raise FolderError(f"{folder} also holds {', '.join(strange[:5])}; choose another folder")


def save(found: Explanation, folder: str | Path, lang: str = "en") -> Path:
    """Write an explanation.

    Args:
        found: the explanation.
        folder: a new folder, or one that holds nothing but older files of this kind.
        lang: language of the sentences and the picture.
    """
    target = Path(folder).resolve()
    check_folder(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        (fresh / FILES[0]).write_bytes(dumps(found.as_data(lang)).encode("utf-8"))
        for name, table in (
            ("conflict", found.conflict),
            ("repairs", found.repairs),
            ("details", found.details),
        ):
            if len(table) or name != "details":
                table.to_csv(fresh / f"{name}.csv", index=False, lineterminator="\n")
        found.save_plot(fresh, lang)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return Path(folder)
