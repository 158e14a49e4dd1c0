"""Write a comparison to a folder, whole or not at all: tables, pictures with their data, one HTML page."""

from __future__ import annotations

import base64
import shutil
import tempfile
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.plan import csvtable
from gridplan.plan.manifest import FORMAT, digest, tables_digest, versions
from gridplan.plan.plainjson import dumps
from gridplan.study.compare.comparison import TABLES
from gridplan.study.save import check_folder

if TYPE_CHECKING:
    from gridplan.study.compare.comparison import Comparison

KIND, PAGE = "compare", "comparison.html"
STYLE = (
    "body{font:14px system-ui,sans-serif;margin:2em;color:#222}table{border-collapse:collapse}"
    "th,td{padding:2px 8px;text-align:right;border-bottom:1px solid #ddd}img{max-width:100%}"
)


def save(comparison: Comparison, folder: str | Path, lang: str = "en") -> Path:
    """Write a comparison and return its folder.

    Raises:
        FolderError: the folder holds anything but an older comparison; nothing was changed.
    """
    target = Path(folder).resolve()
    check_folder(target, KIND)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        _write(comparison, fresh, lang)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return Path(folder)


def _write(comparison: Comparison, folder: Path, lang: str) -> None:
    hashes = {}
    (folder / "tables").mkdir()
    for name in TABLES:
        data = csvtable.write(comparison.table(name)).encode("utf-8")
        (folder / "tables" / f"{name}.csv").write_bytes(data)
        hashes[name] = digest(data)
    pictures = figures(comparison, folder / "figures", lang)
    _text(folder / PAGE, page(comparison, pictures, lang))
    _text(folder / "summary.json", dumps({"study": KIND, **comparison.as_data()}))
    about = {
        "made_by": "gridplan",
        "study": KIND,
        "format": FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "plans": {
            name: {"case": plan.case.name, "inputs": plan.case.sources, "options": plan.options}
            for name, plan in comparison.plans.items()
        },
        "results": {"sha256": tables_digest(hashes), "tables": hashes},
    }
    _text(folder / "manifest.json", dumps(about))


def figures(comparison: Comparison, folder: Path, lang: str) -> list[Path]:
    """Pictures of every later plan against the first, each with a CSV of what it draws; those that can be."""
    from gridplan.plots import difference, waterfall
    from gridplan.plots.accessor import slug

    first, *others = comparison.names
    if not comparison.plans[first].has_plan:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name in others:
        if not comparison.plans[name].has_plan:
            continue
        end = "" if len(others) == 1 else f"_{slug(name)}"
        drawn = {
            f"{of}{end}": (comparison.waterfall(of, name, lang=lang), waterfall.data(comparison, of, name))
            for of in waterfall.KINDS
        }
        drawn[f"map{end}"] = comparison.map(plan=name, lang=lang), difference.data(comparison, plan=name)
        for stem, (axes, table) in drawn.items():
            figure = axes.get_figure(root=True)
            assert figure is not None
            figure.savefig(folder / f"{stem}.png", metadata={"Software": None})
            table.to_csv(folder / f"{stem}.csv", index=False, lineterminator="\n")
            found.append(folder / f"{stem}.png")
    return found


def page(comparison: Comparison, pictures: list[Path], lang: str) -> str:
    """One HTML page that needs no other file."""
    images = "\n".join(
        f'<p><img alt="{escape(path.stem)}" src="data:image/png;base64,'
        f'{base64.b64encode(path.read_bytes()).decode()}"></p>'
        for path in pictures
    )
    title = escape(" · ".join(comparison.names))
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>\n{comparison.html(rows=None)}\n{images}\n</body></html>\n"
    )


def _text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
