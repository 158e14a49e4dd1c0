"""Files of `gridplan heat --out`: tables, and the picture of the comparison; written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.plan.save import FolderError

if TYPE_CHECKING:
    from gridplan.explain.heat_coupling import Coupling

TABLES = ("heat_connections", "heat_reuse", "heat_exact", "heat_coupling", "heat_coupling_works")
FILES = (*(f"{name}.csv" for name in TABLES), "heat_coupling.png")


def check_folder(folder: str | Path) -> None:
    """FolderError where a folder holds anything but older files of this kind."""
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise FolderError(f"{folder} is a file; a folder is needed")
    strange = sorted(e.name for e in target.iterdir() if e.name not in FILES) if target.is_dir() else []
    if strange:
        raise FolderError(f"{folder} also holds {', '.join(strange[:5])}; choose another folder")


def save(
    tables: dict[str, pd.DataFrame], coupling: Coupling | None, folder: str | Path, lang: str = "en"
) -> Path:
    """Write every table as CSV, and the picture `heat_coupling.png` of its table where there is one.

    Args:
        tables: by name, one of TABLES each.
        coupling: what the picture draws.
        folder: a new folder, or one that holds nothing but older files of this kind.
        lang: language of the picture.
    """
    target = Path(folder).resolve()
    check_folder(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        for name, table in tables.items():
            table.to_csv(fresh / f"{name}.csv", index=False, lineterminator="\n")
        if coupling is not None:
            from gridplan.plots import heat_coupling

            axes = heat_coupling.plot(coupling, lang=lang)
            axes.get_figure(root=True).savefig(fresh / "heat_coupling.png")  # type: ignore[union-attr]
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target
