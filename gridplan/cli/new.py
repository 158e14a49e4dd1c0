"""`gridplan new`: a case of one's own, copied from a bundled one or made up."""

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
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME", help="Folder to make; nothing is ever overwritten.", show_default=False
        ),
    ] = None,
    source: Annotated[str, typer.Option("--from", metavar="CASE", help="Bundled case to copy.")] = "tutorial",
    synthetic: Annotated[
        list[str] | None,
        typer.Option(
            "--synthetic",
            metavar="KEY=VALUE ...",
            help="Make up a region: stations=N zones=N, if wanted seed=, hours=, stages=, congestion=.",
        ),
    ] = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Make a case to be edited: a copy of a bundled one, or a made-up region."""
    name = _name(words or [], bool(synthetic))
    target = Path(name)
    if synthetic:
        told = _make_up(target, [*synthetic, *(word for word in words or [] if "=" in word)])
    else:
        told = _copy(source, target)
    if quiet:
        return
    typer.echo(f"{name} is {told}. Next:")
    typer.echo(f"  gridplan validate {name}")
    typer.echo(f"  gridplan solve {name}")


def _name(words: list[str], made_up: bool) -> str:
    """The one word that is a folder; `KEY=VALUE` after --synthetic is none."""
    names = [word for word in words if not (made_up and "=" in word)]
    if len(names) > 1:
        raise typer.BadParameter(f"one folder, not {len(names)}: {' '.join(names)}", param_hint="NAME")
    if not names and not made_up:
        raise typer.BadParameter("give the folder to make, such as my-case", param_hint="NAME")
    name = names[0] if names else "synthetic"
    if Path(name).exists() or Path(name).is_symlink():
        raise typer.BadParameter(f"'{name}' exists already; choose another name", param_hint="NAME")
    return name


def _copy(source: str, target: Path) -> str:
    """Copy a bundled case; what it is now."""
    bundled = bundled_cases()
    if source not in bundled:
        known = ", ".join(bundled) or "none"
        raise typer.BadParameter(f"no bundled case '{source}'; there are: {known}", param_hint="--from")
    copy_case(bundled[source], target)
    return f"a copy of the case '{source}'"


def _make_up(target: Path, words: list[str]) -> str:
    """Write a made-up region; what it is."""
    from gridplan.case.synthetic import AskedError, asked_of, synthetic
    from gridplan.case.write import write_case

    try:
        asked = asked_of(words)
    except AskedError as error:
        raise typer.BadParameter(str(error), param_hint="--synthetic") from None
    write_case(synthetic(asked, target.resolve().name), target)
    return f"a made-up region of {asked.stations} stations and {asked.zones} zones"


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
