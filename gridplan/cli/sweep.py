"""`gridplan sweep`: one case under many patches, samples and scenarios."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridplan.cli.bundled import find_case
from gridplan.cli.guard import guarded
from gridplan.cli.options import JsonOption, QuietOption, VerboseOption
from gridplan.cli.study_options import (
    GapOption,
    MemoryOption,
    SchedulerOption,
    SeedOption,
    TimeOption,
    text_table,
)

if TYPE_CHECKING:
    import pandas as pd

    from gridplan.case import Case
    from gridplan.study.sweeps import Sweep
    from gridplan.study.sweeps.read import Study

FILE = "study.toml"
SHOWN = 30  # points printed
TOTALS = ("unserved_mw_years", "datacenter_mw", "heat_reused_tj", "capex_meur", "total_cost_meur")


@guarded
def sweep(
    study: Annotated[
        str,
        typer.Argument(metavar="STUDY", help="Study file, or a folder or bundled case with a study.toml."),
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Folder of the sweep; without it results/sweep-NAME."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-w", min=0, help="Processes; one a core. 0: none but this, without Dask."),
    ] = None,
    scheduler: SchedulerOption = None,
    memory: MemoryOption = None,
    gap: GapOption = None,
    time_limit: TimeOption = None,
    point_limit: Annotated[
        float | None,
        typer.Option("--point-limit", min=1, help="Seconds of a whole point; it fails when it takes longer."),
    ] = None,
    seed: SeedOption = None,
    no_plans: Annotated[
        bool, typer.Option("--no-plans", help="Keep the table only, no plan folders.")
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Run points that failed before again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the points; solve nothing.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Solve a case under every scenario, patch, grid value and draw of a study file.

    The same command goes on where a run that was stopped or killed ended. Exit codes: 0 every point is
    solved, or proven to have no plan; 1 some failed; 5, 6 some reached a limit; 130 interrupted.
    """
    from gridplan.cli.interrupt import stopping
    from gridplan.cli.watch import watcher
    from gridplan.study.sweeps import read_study
    from gridplan.study.sweeps import sweep as run
    from gridplan.study.sweeps.store import Store

    file = _file(study)
    found = read_study(file)
    if dry_run:
        _list(found, as_json)
        return
    target = Path(out) if out is not None else _folder(file)
    Store(target)
    watch = watcher(quiet=quiet)
    own = found.options
    try:
        watch.phase("read")
        case = _case(found)
        with stopping() as interrupt:
            result = run(
                case, found.design, out=target, plans=not no_plans, workers=workers, scheduler=scheduler,
                memory=memory, gap=own.get("gap") if gap is None else gap,
                time_limit_s=own.get("time_limit_s") if time_limit is None else time_limit,
                seed=own.get("seed") if seed is None else seed, point_limit_s=point_limit, retry=retry,
                progress=watch, interrupt=interrupt,
            )  # fmt: skip
    finally:
        watch.close()
    _show(result, as_json=as_json, quiet=quiet)
    raise typer.Exit(result.exit_code)


def _file(given: str) -> Path:
    """The study file: itself, or the one of a folder or bundled case."""
    path = Path(given)
    if path.is_file():
        return path
    folder = path if path.is_dir() else None
    if folder is None and path.suffix != ".toml":
        folder = find_case(given)
    file = folder / FILE if folder is not None else path
    if not file.is_file():
        raise typer.BadParameter(f"there is no study file '{file}'", param_hint="STUDY")
    return file


def _folder(file: Path) -> Path:
    """Result folder of a sweep without --out."""
    name = file.resolve().parent.name if file.name == FILE else file.stem
    return Path("results") / ("sweep-" + re.sub(r"[^\w.-]+", "-", name).strip(".-"))


def _case(study: Study) -> Case:
    from gridplan.case import read_case

    beside = study.folder / study.case
    return read_case(beside if beside.is_dir() else find_case(study.case))


def _list(study: Study, as_json: bool) -> None:
    """The points of a study, without solving."""
    points = study.design.points()
    if as_json:
        from gridplan.cli.problems import print_json

        rows = [
            {"point": p.number, "scenario": p.scenario, "patch": p.patch, "changes": p.changes}
            for p in points
        ]
        print_json({"points": rows})
        return
    for point in points:
        values = ", ".join(f"{name} = {value}" for name, value in point.values.items())
        typer.echo(" ".join(filter(None, [f"{point.number:>5}", point.scenario, point.patch, values])))
    typer.echo(f"{len(points)} points")


def _show(result: Sweep, *, as_json: bool, quiet: bool) -> None:
    """Points and folder on stdout, failed points on stderr."""
    for row in result.failed.to_dict("records"):
        typer.echo(f"Point {row['point']} {row['status']}: {row['reason']}", err=True)
    if as_json:
        from gridplan.cli.problems import print_json

        rows = result.points.astype(object).where(result.points.notna(), None).to_dict("records")
        told = {"done_before": result.done_before, "folder": result.folder, "exit_code": result.exit_code}
        print_json({"counts": result.counts, "points": rows, **told})
        return
    if quiet:
        return
    before = f" ({result.done_before} were done before)" if result.done_before else ""
    lines = [f"Case {result.case.name}, sweep", result.line + before, "", *_table(result.points)]
    left = len(result.points) - SHOWN
    lines += [f"  and {left} more in points.csv"] if left > 0 else []
    typer.echo(
        "\n".join([*lines, "", f"Files: {result.folder} (sweep.parquet, sweep.csv, points.csv, points/)"])
    )


def _table(points: pd.DataFrame) -> list[str]:
    """The first points: what varies, status, and the totals that are asked most."""
    from gridplan.cli.text import unit_of

    head = list(points.columns[: list(points.columns).index("status") + 1])
    kept = [
        name for name in head if name not in ("scenario", "patch") or len(set(points[name].fillna(""))) > 1
    ]
    kept += [name for name in TOTALS if name in points and points[name].abs().max() > 1e-9]
    shown = points[kept].head(SHOWN)
    return text_table(
        shown.astype(object).where(shown.notna(), None), {n: unit_of(n) for n in kept if n in TOTALS}
    )
