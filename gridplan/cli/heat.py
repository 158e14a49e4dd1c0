"""`gridplan heat`: what heat connections cost and bring, and why other heat is not used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import JsonOption, Lang, LangOption, QuietOption, VerboseOption

if TYPE_CHECKING:
    from gridplan.plan.plan import Plan
    from gridplan.solve.progress import Progress


@guarded
def heat(
    source: Annotated[
        str,
        typer.Argument(
            metavar="CASE_OR_RESULT", help="Result folder of a solve, case folder, or name of a bundled case."
        ),
    ],
    exact: Annotated[
        bool, typer.Option("--exact", help="Solve the plan again with and without the heat of every site.")
    ] = False,
    site: Annotated[
        list[str] | None, typer.Option("--site", help="Datacenter; may be given more than once.")
    ] = None,
    coupling: Annotated[
        bool,
        typer.Option("--coupling", help="Which links pay with, and which without their load on the grid."),
    ] = False,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=1, help="Seconds for each search, without the first solve.")
    ] = 300.0,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="DIR", help="Folder for the tables and the picture.")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.EN,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Heat connections of a plan, and of every datacenter above 1 MW why its heat is used or not.

    With --exact also what the plan costs more with the heat of a site, or without it; with --coupling which
    heat links and reinforcements are there only because heat draws from the grid, or only if it does not.
    """
    from gridplan.cli.heat_text import Report
    from gridplan.cli.problems import print_json
    from gridplan.cli.watch import watcher
    from gridplan.explain.heat_save import check_folder, save

    if out is not None:
        check_folder(out)
    watch = watcher(quiet=quiet)
    try:
        watch.phase("read")
        try:
            plan = _read(source, watch)
            found = Report(plan, site)
            if exact:
                from gridplan.explain.heat import heat_value

                found.exact = heat_value(plan, site, watch, time_limit)
            if coupling:
                from gridplan.explain.heat_coupling import coupling as compare

                found.coupling = compare(plan, watch, time_limit)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        folder = None if out is None else save(found.tables(), found.coupling, out, lang=lang.value)
    finally:
        watch.close()
    if as_json:
        print_json({**found.as_data(lang.value), "folder": folder})
    elif not quiet:
        typer.echo("\n".join(found.lines(lang.value)))
        if folder is not None:
            typer.echo(f"\nFiles: {folder}")


def _read(source: str, watch: Progress) -> Plan:
    """The plan of a result folder; of a case its plan, solved now."""
    from gridplan.cli.headroom import read_plan

    return read_plan(source, watch)
