"""Files of a headroom table: CSV and a map with its data, written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pandas as pd

from gridplan.case import Case
from gridplan.plan.plan import Plan
from gridplan.plan.save import FolderError

FILES = ("headroom.csv", "headroom_joint.csv")
MAP = "headroom_map"


def check_folder(folder: str | Path) -> None:
    """FolderError where a folder holds anything but older files of this kind."""
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise FolderError(f"{folder} is a file; a folder is needed")
    if target.is_dir():
        strange = sorted(e.name for e in target.iterdir() if not _ours(e.name))
        if strange:
            raise FolderError(f"{folder} also holds {', '.join(strange[:5])}; choose another folder")


def _ours(name: str) -> bool:
    return name in FILES or (name.startswith(MAP) and name.endswith((".png", ".csv")))


def save(table: pd.DataFrame, plan_or_case: Plan | Case, folder: str | Path, lang: str = "en") -> Path:
    """Write headroom.csv, headroom_joint.csv (where asked) and a map per year and direction.

    Args:
        table: what `headroom` gave.
        plan_or_case: what it was made of.
        folder: a new folder, or one that holds nothing but older files of this kind.
        lang: language of the maps.
    """
    from gridplan.plots import headroom_map

    target = Path(folder).resolve()
    check_folder(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        plain = table.drop(columns="joint_mw", errors="ignore")
        plain.to_csv(fresh / FILES[0], index=False, lineterminator="\n")
        if "joint_mw" in table:
            columns = ["place", "year", "direction", "headroom_mw", "joint_mw"]
            both = table.loc[table["joint_mw"].notna(), columns]
            both.to_csv(fresh / FILES[1], index=False, lineterminator="\n")
        headroom_map.save(table, plan_or_case, fresh, lang)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return Path(folder)
