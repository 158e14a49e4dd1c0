"""The folder of a sweep: a folder per point, written whole or not at all, and tables over all.

A point's folder is named by its hash, so it is found again however the study grows. What a killed run left
half done has another name, and is cleared away by the next run.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridplan.plan.plainjson import dumps
from gridplan.plan.save import FolderError
from gridplan.study.sweeps.key import FORMAT, SHORT
from gridplan.study.sweeps.work import PLAN, Outcome

STUDY, POINT, POINTS = "study.json", "point.json", "points"
NEW = ".new-"
SCRATCH = ".scratch"
Record = dict[str, Any]


class Store:
    """Where a sweep keeps what is done."""

    def __init__(self, folder: str | Path) -> None:
        """Look at the folder; nothing is written.

        Raises:
            FolderError: it holds something that is no sweep of gridplan.
        """
        self.folder = Path(folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise FolderError(f"{folder} is a file; a sweep needs a folder")
        held = any(self.folder.iterdir()) if self.folder.is_dir() else False
        if held and _json(self.folder / STUDY).get("study") != "sweep":
            raise FolderError(f"{folder} holds no sweep of gridplan and is left alone; choose another folder")

    @property
    def scratch(self) -> Path:
        """Folder for what lasts as long as a run."""
        return self.folder / SCRATCH

    def open(self, about: Mapping[str, Any]) -> None:
        """Begin a run: say what is swept, and clear away what an earlier run left half done."""
        (self.folder / POINTS).mkdir(parents=True, exist_ok=True)
        self.write(STUDY, dumps(about).encode("utf-8"))
        shutil.rmtree(self.scratch, ignore_errors=True)
        for entry in (self.folder / POINTS).iterdir():
            if entry.name.startswith(NEW):
                shutil.rmtree(entry, ignore_errors=True)

    def close(self) -> None:
        """End a run."""
        shutil.rmtree(self.scratch, ignore_errors=True)

    def place(self, key: str) -> Path:
        """Folder of a point."""
        return self.folder / POINTS / key[:SHORT]

    def get(self, key: str, with_plan: bool = False) -> Record | None:
        """What is known of a point; None where it is not done, or without the plan that is wanted."""
        record = _json(self.place(key) / POINT)
        whole = record.get("key") == key and record.get("format") == FORMAT
        if not whole or (with_plan and record["has_plan"] and not (self.place(key) / PLAN).is_dir()):
            return None
        return record

    def put(self, key: str, outcome: Outcome, about: Mapping[str, Any]) -> Record:
        """Keep what became of a point, whole or not at all; what is known of it from then on."""
        record = record_of(key, outcome, about)
        fresh = Path(tempfile.mkdtemp(prefix=f"{NEW}{key[:SHORT]}-", dir=self.folder / POINTS))
        for name, data in outcome.files.items():
            path = fresh / PLAN / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (fresh / POINT).write_bytes(dumps(record).encode("utf-8"))
        fresh.chmod(0o755)
        self.drop(key)
        try:
            fresh.rename(self.place(key))
        except OSError:  # another run of the same study was first
            shutil.rmtree(fresh, ignore_errors=True)
        return record

    def drop(self, key: str) -> None:
        """Forget a point."""
        if self.place(key).exists():
            old = Path(tempfile.mkdtemp(prefix=NEW, dir=self.folder / POINTS))
            self.place(key).rename(old / "old")
            shutil.rmtree(old, ignore_errors=True)

    def write(self, name: str, data: bytes) -> Path:
        """Write a file of the sweep, whole or not at all."""
        number, path = tempfile.mkstemp(prefix=NEW, dir=self.folder)
        with os.fdopen(number, "wb") as file:
            file.write(data)
        os.chmod(path, 0o644)
        target = self.folder / name
        os.replace(path, target)
        return target


def record_of(key: str, outcome: Outcome, about: Mapping[str, Any]) -> Record:
    """A point as it is kept, read back: the same whether it was just solved or found on disk."""
    names = ("status", "reason", "verified", "indicators", "objective", "seconds")
    known = {name: getattr(outcome, name) for name in names}
    record = {"made_by": "gridplan", "format": FORMAT, "key": key, **about, **known}
    read: Record = json.loads(dumps(record | {"has_plan": outcome.verified is not None}))
    return read


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) and content.get("made_by") == "gridplan" else {}
