"""`gridplan new`: a case of one's own, copied from a bundled one."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from gridplan.cli.bundled import bundled_cases
from gridplan.cli.guard import guarded
from gridplan.cli.options import QuietOption, VerboseOption


@guarded
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Folder to make; nothing is ever overwritten.")],
    source: Annotated[str, typer.Option("--from", metavar="CASE", help="Bundled case to copy.")] = "tutorial",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Copy a bundled case to a new folder, to be edited."""
    bundled = bundled_cases()
    if source not in bundled:
        known = ", ".join(bundled) or "none"
        raise typer.BadParameter(f"no bundled case '{source}'; there are: {known}", param_hint="--from")
    target = Path(name)
    if target.exists() or target.is_symlink():
        raise typer.BadParameter(f"'{name}' exists already; choose another name", param_hint="NAME")
    copy_case(bundled[source], target)
    if quiet:
        return
    typer.echo(f"{name} is a copy of the case '{source}'. Next:")
    typer.echo(f"  gridplan validate {name}")
    typer.echo(f"  gridplan solve {name}")


def copy_case(source: Path, target: Path) -> None:
    """Copy a case whole or not at all; the copy is named after its folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".gridplan-new-", dir=target.parent) as folder:
        fresh = Path(folder) / "case"
        shutil.copytree(source, fresh, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        settings = fresh / "case.toml"
        settings.write_bytes(_renamed(settings.read_text(encoding="utf-8"), target.resolve().name).encode())
        fresh.rename(target)


def _renamed(toml: str, name: str) -> str:
    """Settings with the first `name = "…"` replaced; results go to a folder of that name."""
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return re.sub(
        r'^(\s*name\s*=\s*)("[^"\n]*"|\'[^\'\n]*\')', lambda m: m[1] + quoted, toml, count=1, flags=re.M
    )
