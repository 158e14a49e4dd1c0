"""Files of an explanation with tables: JSON, CSV and a picture with its data; written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from gridplan.plan.html_table import table_html
from gridplan.plan.plainjson import dumps
from gridplan.plan.save import FolderError

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Told(Protocol):
    """What every such explanation is."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Tables by the name of their file."""

    def sentences(self, lang: str = "en") -> list[str]:
        """In sentences."""

    def as_data(self, lang: str = "en") -> dict[str, Any]:
        """As plain data."""

    def plot(self, lang: str = "en") -> Axes:
        """As a picture."""


ROWS = 40  # of a table in a notebook
SUFFIXES = (".json", ".csv", ".png")


def check_folder(folder: str | Path, kind: str) -> None:
    """FolderError where a folder holds anything but older files of this kind."""
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise FolderError(f"{folder} is a file; a folder is needed")
    if target.is_dir():
        ours = [e.name for e in target.iterdir() if e.name.startswith(kind) and e.suffix in SUFFIXES]
        strange = sorted(e.name for e in target.iterdir() if e.name not in ours)
        if strange:
            raise FolderError(f"{folder} also holds {', '.join(strange[:5])}; choose another folder")


def save(told: Told, kind: str, folder: str | Path, lang: str = "en") -> Path:
    """Write `<kind>.json`, every table as CSV, `<kind>_picture.png` and what it draws.

    Args:
        told: the explanation; its tables have names that begin with `kind`.
        kind: what it is.
        folder: a new folder, or one that holds nothing but older files of this kind.
        lang: language of the sentences and the picture.
    """
    target = Path(folder).resolve()
    check_folder(target, kind)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        (fresh / f"{kind}.json").write_bytes(dumps(told.as_data(lang)).encode("utf-8"))
        for name, table in told.tables.items():
            table.to_csv(fresh / f"{name}.csv", index=False, lineterminator="\n")
        axes = told.plot(lang)
        figure = axes.get_figure(root=True)
        assert figure is not None
        figure.savefig(fresh / f"{kind}_picture.png", metadata={"Software": None})
        drawn: pd.DataFrame = axes.gridplan_data  # type: ignore[attr-defined]
        drawn.to_csv(fresh / f"{kind}_picture.csv", index=False, lineterminator="\n")
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return Path(folder)


def html(told: Told) -> str:
    """Sentences and tables, for notebooks; each table cut to `ROWS`."""
    lines = [f"<p>{escape(line)}</p>" for line in told.sentences()]
    for name, table in told.tables.items():
        if len(table):
            lines.append(table_html(table.head(ROWS)))
        if len(table) > ROWS:
            lines.append(f"<p>{len(table) - ROWS} more rows in .tables['{escape(name)}']</p>")
    return "".join(lines)
