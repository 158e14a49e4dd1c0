"""`gridplan import`: a case folder from another format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import JsonOption, QuietOption, VerboseOption

if TYPE_CHECKING:
    from gridplan.case import Case


@guarded
def import_(
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="Format; docs/exchange.md lists them."),
    ],
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="File or folder, or a bundled example such as three_bus.")
    ],
    folder: Annotated[str, typer.Argument(metavar="CASE_FOLDER", help="Case folder to write.")],
    dispatch: Annotated[
        str | None,
        typer.Option("--dispatch", help="tnep: redispatch (default), or a dispatch of the source."),
    ] = None,
    susceptance: Annotated[
        str | None,
        typer.Option("--susceptance", help="matpower: x/(r2+x2) (default, as PGLib), 1/(x*tap) or 1/x."),
    ] = None,
    capacity: Annotated[
        str | None,
        typer.Option("--capacity", help="orlib-cap: number for the word capacity in capa, capb and capc."),
    ] = None,
    costs: Annotated[
        str | None,
        typer.Option("--costs", help="orlib-scp: unit, or a file with the cost of every column."),
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option("--layout", help="orlib-scp: rows (default), or columns (rail files)."),
    ] = None,
    subnets: Annotated[
        str | None,
        typer.Option("--subnets", help="simbench: subnets to take, such as HV2,MV2.203 (default all)."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a case that is there.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Read a source in another format and write it as a case (docs/exchange.md says what maps to what).

    Exit codes: 0 written, 2 wrong use, 3 the source is broken; every problem is listed with file and line.
    """
    options = {
        "dispatch": dispatch,
        "susceptance": susceptance,
        "capacity": capacity,
        "costs": costs,
        "layout": layout,
        "subnets": subnets,
    }
    given = {name: value for name, value in options.items() if value is not None}
    _check_kind(kind, given)
    target = Path(folder)
    _check_folder(target, force)
    from gridplan.exchange.kinds import read

    case = read(kind, source, **given)
    case.write(target)
    _show(case, kind, source, target, as_json=as_json, quiet=quiet)


def _check_kind(kind: str, options: dict[str, Any]) -> None:
    from gridplan.case.problem import did_you_mean
    from gridplan.exchange.kinds import KINDS, options_of

    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS)
        known = f"there are: {', '.join(KINDS)}" + (f"; {hint}" if hint else "")
        raise typer.BadParameter(f"no kind '{kind}'; {known}", param_hint="KIND")
    for name in options:
        if name not in options_of(kind):
            takes = ", ".join(f"--{option}" for option in options_of(kind)) or "no options"
            raise typer.BadParameter(f"kind '{kind}' takes {takes}", param_hint=f"--{name}")


def _check_folder(target: Path, force: bool) -> None:
    if target.exists() and not target.is_dir():
        raise typer.BadParameter(f"'{target}' is a file", param_hint="CASE_FOLDER")
    if not target.is_dir() or not any(target.iterdir()):
        return
    if not (target / "case.toml").exists():
        message = f"'{target}' is not empty and holds no case; choose another folder"
        raise typer.BadParameter(message, param_hint="CASE_FOLDER")
    if not force:
        message = f"'{target}' holds a case already; --force replaces its tables"
        raise typer.BadParameter(message, param_hint="CASE_FOLDER")


def _show(case: Case, kind: str, source: str, target: Path, *, as_json: bool, quiet: bool) -> None:
    from gridplan.cli.problems import as_data, lines, print_json

    sizes = {name: len(frame) for name, frame in case.tables.items()}
    if as_json:
        warnings = as_data(case.warnings)
        print_json({"kind": kind, "source": source, "folder": target, "rows": sizes, "warnings": warnings})
        return
    if quiet:
        return
    for line in lines(case.warnings):
        typer.echo(line, err=True)
    typer.echo(f"{target}: {', '.join(f'{count} {name}' for name, count in sizes.items())}. Next:")
    typer.echo(f"  gridplan solve {target}")
