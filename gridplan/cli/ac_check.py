"""`gridplan ac-check`: an AC load flow of a plan, every hour of every stage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import JsonOption, QuietOption, VerboseOption

if TYPE_CHECKING:
    from gridplan.ac import AcResult


@guarded
def ac_check(
    folder: Annotated[str, typer.Argument(metavar="PLAN", help="Result folder of a solve.")],
    year: Annotated[
        list[int] | None, typer.Option("--year", help="Stage; may be given more than once.")
    ] = None,
    outages: Annotated[
        bool, typer.Option("--outages", help="Also every outage, in the hours that load the grid most.")
    ] = False,
    voltage: Annotated[
        float, typer.Option("--voltage", help="Voltage (pu) of the stations that keep it.", min=0.5, max=1.5)
    ] = 1.0,
    power_factor: Annotated[
        float | None, typer.Option("--power-factor", help="Of what is taken; default: the case's.")
    ] = None,
    hold: Annotated[
        str,
        typer.Option(
            "--hold", help="Who keeps the voltage: grid (all stations of the grid above) or one (per island)."
        ),
    ] = "grid",
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Compute the AC load flow of a plan with power-grid-model; the tables ac_… join the result folder.

    Exit codes: 0 done, 2 wrong use, 3 the case has no branches or no reactances.
    """
    from gridplan.ac import ac_check as run
    from gridplan.ac import add_to_folder
    from gridplan.plan.load import load_plan

    if not Path(folder).is_dir():
        raise typer.BadParameter(f"there is no folder '{folder}'", param_hint="PLAN")
    plan = load_plan(folder)
    if not plan.has_plan:
        raise typer.BadParameter(f"'{folder}' holds no plan ({plan.status.value})", param_hint="PLAN")
    try:
        result = run(plan, year, outages, voltage, power_factor, hold)
    except ValueError as error:
        from gridplan.case import CaseError

        if isinstance(error, CaseError):
            raise
        raise typer.BadParameter(str(error)) from error
    files = add_to_folder(result, folder)
    _show(result, files, as_json=as_json, quiet=quiet)


def _show(result: AcResult, files: list[Path], *, as_json: bool, quiet: bool) -> None:
    from gridplan.ac.check import LOW
    from gridplan.cli.problems import print_json
    from gridplan.cli.text import columns

    if as_json:
        print_json({"years": result.years.to_dict("records"), "files": [str(file) for file in files]})
        return
    if quiet:
        return
    for row in result.years.to_dict("records"):
        said = f"{row['year']}: {row['hours']} hours"
        if row["unsolved_hours"]:
            said += f", {row['unsolved_hours']} without a solution"
        said += f"; losses {row['loss_mwh'] / 1000:.1f} GWh ({row['loss_share']:.2%})"
        said += f"; voltage {row['lowest_pu']:.3f} to {row['highest_pu']:.3f} pu"
        said += f"; {row['overloaded_branches']} branches above their rating"
        typer.echo(f"{said}; {row['differing_branches']} differ from the plan by more than 5 %")
        if row["short_mvar"] > 0:
            lack = f"{row['low_hours']} hours below {LOW:g} pu somewhere; {row['short_mvar']:.0f} Mvar of"
            typer.echo(f"      {lack} compensation lift the worst of them (table ac_support)")
    _show_unsolved(result)
    table = result.branches
    table = table[table["ac_loading"].notna()].sort_values("ac_loading", ascending=False).head(10)
    rows = [("branch", "year", "AC loading", "AC MVA", "limit MVA", "plan MW", "difference")]
    for r in table.to_dict("records"):
        mva = (f"{r['ac_mva']:.1f}", f"{r['limit_mva']:.1f}", f"{r['dc_mw']:.1f}")
        shown = (f"{r['ac_loading']:.0%}", *mva, f"{r['difference_share']:.1%}")
        rows.append((r["branch"], str(r["year"]), *shown))
    for line in columns(rows):
        typer.echo(line)
    typer.echo(f"Written: {', '.join(str(file) for file in files[:-1])}")


def _show_unsolved(result: AcResult) -> None:
    """Per stage and outage, what the hours without a solution have in common."""
    for (year, outage), rows in result.unsolved.groupby(["year", "outage"], sort=False):
        worst = rows.sort_values("solved_share", kind="stable").iloc[0]
        said = f"{year}{f', {outage} out' if outage else ''}: {len(rows)} hours have no solution. Hour"
        said += f" {worst['hour']}: {worst['solved_share']:.0%} of {worst['taken_mw']:.0f} MW would go, then"
        said += f" {worst['substation']} is at {worst['lowest_pu']:.2f} pu and most is lost on"
        said += f" {worst['branch']};"
        if worst["reason"] == "voltage":
            typer.echo(f"{said} {worst['short_mvar']:.0f} Mvar of compensation would solve it")
        else:
            typer.echo(f"{said} no compensation solves it")
