"""`gridplan frontier`: what more of one indicator costs in another."""

from __future__ import annotations

from typing import Annotated

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import (
    CaseArgument,
    JsonOption,
    Lang,
    LangOption,
    QuietOption,
    ScenarioOption,
    SetOption,
    VerboseOption,
)
from gridplan.cli.study_options import (
    GapOption,
    OutOption,
    SeedOption,
    ThreadsOption,
    TimeOption,
    code_of,
    run_study,
    show,
    text_table,
)


@guarded
def frontier(
    case: CaseArgument,
    x: Annotated[
        str, typer.Option("--x", metavar="INDICATOR", help="First indicator; min: or max: before it.")
    ],
    y: Annotated[
        str, typer.Option("--y", metavar="INDICATOR", help="Second indicator; min: or max: before it.")
    ],
    points: Annotated[int, typer.Option("--points", min=2, help="Number of points, both ends included.")] = 7,
    exact: Annotated[
        bool, typer.Option("--exact", help="Every point there is, instead of evenly spaced ones (gap 0).")
    ] = False,
    step: Annotated[
        float | None,
        typer.Option("--step", help="With --exact: least step of the second indicator, in its unit."),
    ] = None,
    scenario: ScenarioOption = None,
    changes: SetOption = None,
    out: OutOption = None,
    gap: GapOption = None,
    time_limit: TimeOption = None,
    threads: ThreadsOption = None,
    seed: SeedOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.EN,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """The trade-off of two indicators: plans of which none is better in one without being worse in the other.

    Earlier objectives of the case that are no axis are held at their optimum. Exit codes as of `solve`.
    """
    from gridplan.study import frontier as find

    study, folder = run_study(
        case, scenario, changes, quiet, out, "frontier", lang.value,
        lambda loaded, watch: find(
            loaded, x, y, points=points, exact=exact, step=step, gap=gap, time_limit_s=time_limit,
            threads=threads, seed=seed, **watch,
        ),
    )  # fmt: skip
    code = code_of(study)
    if as_json:
        from gridplan.cli.problems import print_json

        rows = study.table.to_dict("records")
        print_json(
            {"status": study.status, "complete": study.complete, "frontier": rows, "notes": study.notes}
            | {"folder": folder, "exit_code": code}
        )
    elif not quiet:
        units = {a.indicator: "M€" if a.unit == "MEUR" else a.unit for a in (study.first, study.second)}
        units |= {"bound": units[study.first.indicator], "gap": "share"}
        shown = study.table if folder is not None else study.table.drop(columns="plan")
        title = f"Case {study.case.name}: {study.first.label}, {study.second.label}"
        show(study, title, ["", *text_table(shown, units)], folder)
    raise typer.Exit(code)
