"""Put the tables of an AC check beside the others of a result folder."""

from __future__ import annotations

import json
from pathlib import Path

from gridplan.ac.check import AcResult
from gridplan.exchange.kinds import put
from gridplan.plan import csvtable
from gridplan.plan.load import LoadError
from gridplan.plan.manifest import digest, tables_digest
from gridplan.plan.plainjson import dumps
from gridplan.plan.save import is_result


def add_to_folder(result: AcResult, folder: str | Path) -> list[Path]:
    """Write `ac_….csv` to a result folder and tell its manifest; files of an earlier check are replaced.

    Raises:
        LoadError: where the folder is no result.
    """
    root = Path(folder)
    if not is_result(root):
        raise LoadError(f"{folder} is not a result of gridplan: it has no manifest.json that says so")
    manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    results = manifest["results"]
    files = {}
    for name, table in result.tables().items():
        data = csvtable.write(table).encode("utf-8")
        files[root / "tables" / f"{name}.csv"] = data
        results["tables"][name], results["columns"][name] = digest(data), csvtable.kinds(table)
    results["sha256"] = tables_digest(results["tables"])
    return put(files | {root / "manifest.json": dumps(manifest).encode("utf-8")})
