"""`gridplan headroom`: how many MW still fit where, and what limits them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import JsonOption, Lang, LangOption, QuietOption, VerboseOption

if TYPE_CHECKING:
    from gridplan.case import Case
    from gridplan.plan.plan import Plan
    from gridplan.solve.progress import Progress


class Way(StrEnum):
    """Which way the added power goes."""

    DEMAND = "demand"
    FEEDIN = "feedin"
    BOTH = "both"


@guarded
def headroom(
    source: Annotated[
        str,
        typer.Argument(
            metavar="CASE_OR_RESULT", help="Result folder of a solve, case folder, or name of a bundled case."
        ),
    ],
    year: Annotated[int | None, typer.Option("--year", help="Planning stage; without it: all.")] = None,
    direction: Annotated[Way, typer.Option("--direction", help="Demand, feed-in or both.")] = Way.BOTH,
    hours: Annotated[
        int, typer.Option("--hours", min=0, metavar="H", help="May be limited in H hours a year; 0: firm.")
    ] = 0,
    joint: Annotated[
        bool, typer.Option("--joint", help="Also what fits at all stations at the same time (firm).")
    ] = False,
    place: Annotated[
        list[str] | None, typer.Option("--place", help="Station or zone; may be given more than once.")
    ] = None,
    as_is: Annotated[
        bool, typer.Option("--as-is", help="The grid as it stands: nothing built, nothing sited, no solve.")
    ] = False,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="DIR", help="Folder for CSV files and the map.")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.EN,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """How many MW still fit at every station and in every zone, and what limits them.

    One place at a time: the largest constant MW that can be added so that every hour of the year, and with
    security n-1 every outage, can still be operated.
    """
    from gridplan.cli.problems import print_json
    from gridplan.cli.watch import watcher
    from gridplan.explain.headroom import headroom as find
    from gridplan.explain.save import check_folder, save

    if out is not None:
        check_folder(out)
    watch = watcher(quiet=quiet)
    try:
        watch.phase("read")
        plan_or_case = _read(source, as_is, watch)
        try:
            table = find(
                plan_or_case,
                years=None if year is None else [year],
                directions=["demand", "feedin"] if direction == Way.BOTH else [direction.value],
                hours=hours,
                joint=joint,
                built=not as_is,
                places=place,
                progress=watch,
            )
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        folder = None if out is None else save(table, plan_or_case, out, lang=lang.value)
    finally:
        watch.close()
    if as_json:
        print_json({"headroom": table.to_dict("records"), "folder": folder})
    elif not quiet:
        from gridplan.cli.headroom_table import lines

        typer.echo("\n".join(lines(table)))
        if folder is not None:
            typer.echo(f"\nFiles: {folder}")


def _read(source: str, as_is: bool, watch: Progress) -> Plan | Case:
    """The plan of a result folder; of a case its plan, solved now, or with --as-is the case itself."""
    from gridplan.case import read_case
    from gridplan.cli.bundled import find_case
    from gridplan.plan.load import load_plan
    from gridplan.plan.save import is_result

    if not as_is:
        return read_plan(source, watch)
    return load_plan(source) if is_result(Path(source)) else read_case(find_case(source))


def read_plan(source: str, watch: Progress) -> Plan:
    """The plan of a result folder; of a case its plan, solved now."""
    from gridplan.case import read_case
    from gridplan.cli.bundled import find_case
    from gridplan.plan.load import load_plan
    from gridplan.plan.save import is_result

    if is_result(Path(source)):
        plan = load_plan(source)
        if not plan.has_plan:
            raise typer.BadParameter(f"'{source}' holds no plan: {plan.status.value}")
        return plan
    solved = read_case(find_case(source)).solve(progress=watch)
    if not solved.has_plan:
        typer.echo(f"There is no plan to look at: {solved.status.value}", err=True)
        raise typer.Exit(solved.status.exit_code)
    return solved
