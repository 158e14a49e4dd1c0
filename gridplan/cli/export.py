"""`gridplan export`: a case or a plan in another format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import JsonOption, QuietOption, VerboseOption

if TYPE_CHECKING:
    from gridplan.case import Case
    from gridplan.plan import Plan


@guarded
def export(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Format; docs/exchange.md lists them.")],
    what: Annotated[
        str, typer.Argument(metavar="CASE_OR_PLAN", help="Case folder or bundled case, or a result folder.")
    ],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="File or folder to write.")],
    crs: Annotated[
        str | None,
        typer.Option("--crs", help="geopackage, geojson: EPSG:4326 (default) or EPSG:28992."),
    ] = None,
    creator: Annotated[
        str | None, typer.Option("--creator", help="capaciteitskaart: who publishes it (default gridplan).")
    ] = None,
    issued: Annotated[
        str | None, typer.Option("--issued", help="capaciteitskaart: date of issue (default today).")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="pypsa, esdl: planning stage (default the first).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Write a case or a plan in another format (docs/exchange.md says what maps to what).

    Exit codes: 0 written, 2 wrong use, 3 it cannot be written; nothing is written then.
    """
    options = {"crs": crs, "creator": creator, "issued": issued, "year": year}
    given = {name: value for name, value in options.items() if value is not None}
    _check_kind(kind, given)
    from gridplan.exchange.kinds import put, writer

    files = writer(kind)(case_or_plan(what), Path(target), **given)
    _check_files(files, force)
    put(files)
    _show(list(files), kind, what, as_json=as_json, quiet=quiet)


def case_or_plan(name: str) -> Case | Plan:
    """What a folder holds: a plan where gridplan wrote a result there, else a case."""
    from gridplan.case import read_case
    from gridplan.cli.bundled import find_case
    from gridplan.plan.load import load_plan
    from gridplan.plan.save import is_result

    if is_result(Path(name)):
        return load_plan(name)
    return read_case(find_case(name))


def _check_kind(kind: str, options: dict[str, Any]) -> None:
    from gridplan.case.problem import did_you_mean
    from gridplan.exchange.kinds import EXPORTS, export_options_of

    if kind not in EXPORTS:
        hint = did_you_mean(kind, EXPORTS)
        known = f"there are: {', '.join(EXPORTS)}" + (f"; {hint}" if hint else "")
        raise typer.BadParameter(f"no kind '{kind}'; {known}", param_hint="KIND")
    for name in options:
        if name not in export_options_of(kind):
            takes = ", ".join(f"--{option}" for option in export_options_of(kind)) or "no options"
            raise typer.BadParameter(f"kind '{kind}' takes {takes}", param_hint=f"--{name}")


def _check_files(files: dict[Path, bytes], force: bool) -> None:
    for path in files:
        if path.is_dir():
            raise typer.BadParameter(f"'{path}' is a folder", param_hint="TARGET")
        if path.exists() and not force:
            raise typer.BadParameter(f"'{path}' is there already; --force replaces it", param_hint="TARGET")


def _show(files: list[Path], kind: str, what: str, *, as_json: bool, quiet: bool) -> None:
    from gridplan.cli.problems import print_json

    if as_json:
        print_json({"kind": kind, "what": what, "files": [str(path) for path in files]})
    elif not quiet:
        for path in files:
            typer.echo(f"Written: {path}")
