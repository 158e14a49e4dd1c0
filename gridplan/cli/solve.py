"""`gridplan solve`: from a case to a plan in a result folder."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridplan.cli.bundled import find_case
from gridplan.cli.changes import parse_changes
from gridplan.cli.guard import BUG, NOT_VERIFIED, guarded, report_bug
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

if TYPE_CHECKING:
    from gridplan.case import Case
    from gridplan.plan.plan import Plan
    from gridplan.solve.progress import Progress


REPAIRS_S = 60.0  # for changes that would help, where there is no plan


def _finite(value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a finite number")
    return value


@guarded
def solve(
    case: CaseArgument,
    scenario: ScenarioOption = None,
    changes: SetOption = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Result folder. Without it: results/CASE, and -SCENARIO, -what-if.",
        ),
    ] = None,
    gap: Annotated[
        float | None,
        typer.Option("--gap", min=0, callback=_finite, help="Stop at this gap, share of 1 (0.01 = 1 %)."),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit", min=0, callback=_finite, help="Stop after so many seconds."),
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=0, help="Threads of the solver; 0: it chooses.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Random seed of the solver.")] = None,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Draw no pictures.")] = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.EN,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Solve a case and write the plan to a result folder.

    Exit codes: 0 solved to the gap, 1 the plan is not verified, 3 invalid case, 4 no plan can exist, 5 limit
    reached with a plan, 6 limit reached without one, 130 interrupted (the best plan is kept).
    """
    folder, patch = find_case(case), parse_changes(changes)
    from gridplan.case import read_case
    from gridplan.cli.watch import watcher
    from gridplan.plan.save import check_target

    if out is not None:
        check_target(out)
    watch = watcher(quiet=quiet)
    try:
        watch.phase("read")
        loaded = read_case(folder, scenario=scenario, patch=patch or None)
        target = Path(out) if out is not None else default_folder(loaded.name, scenario, bool(patch))
        check_target(target)
        plan = _run(loaded, watch, gap=gap, time_limit_s=time_limit, threads=threads, seed=seed)
        watch.phase("write")
        code, written = _save(
            plan, target, figures=not no_figures, lang=lang.value, case_path=case, verbose=verbose
        )
    finally:
        watch.close()
    if plan.certificate is not None and not plan.certificate.ok:
        code = NOT_VERIFIED
        typer.echo("\n".join([plan.certificate.line, *plan.certificate.shown()]), err=True)
    _show(plan, written, code, as_json=as_json, quiet=quiet, verbose=verbose)
    raise typer.Exit(code)


def default_folder(name: str, scenario: str | None, changed: bool) -> Path:
    """Result folder of a run without --out; a what-if never replaces the plan it is compared with."""
    parts = [name, *([scenario] if scenario else []), *(["what-if"] if changed else [])]
    return Path("results") / re.sub(r"[^\w.-]+", "-", "-".join(parts)).strip(".-")


def _run(
    case: Case,
    watch: Progress,
    *,
    gap: float | None,
    time_limit_s: float | None,
    threads: int | None,
    seed: int | None,
) -> Plan:
    """Solve under a Ctrl-C that keeps the best plan."""
    from gridplan.cli.interrupt import stopping
    from gridplan.plan.run import solve as solve_case

    with stopping() as interrupt:
        return solve_case(
            case,
            gap=gap,
            time_limit_s=time_limit_s,
            threads=threads,
            seed=seed,
            progress=watch,
            interrupt=interrupt,
            repairs_s=REPAIRS_S,
        )


def _save(
    plan: Plan, target: Path, *, figures: bool, lang: str, case_path: str, verbose: bool
) -> tuple[int, Path]:
    """Write the result folder; the exit code and the folder. A picture that fails does not lose the plan."""
    from gridplan.plan.save import FolderError

    try:
        return plan.status.exit_code, _write(plan, target, figures, lang, case_path)
    except FolderError:
        raise
    except Exception as error:
        if not figures:
            raise
        folder = _write(plan, target, False, lang, case_path)
        typer.echo(f"The pictures could not be drawn; the plan is in {folder} without them.", err=True)
        report_bug(error, verbose=verbose)
        return BUG, folder


def _write(plan: Plan, target: Path, figures: bool, lang: str, case_path: str) -> Path:
    """Save to `target`, or beside it where it changed while the solver ran: no plan is thrown away."""
    from gridplan.plan.save import FolderError, save

    try:
        return save(plan, target, figures=figures, lang=lang, case_path=case_path)
    except FolderError as error:
        beside = (target.with_name(f"{target.name}-{number}") for number in range(2, 1000))
        free = next(folder for folder in beside if not folder.exists())
        typer.echo(f"{error}; the new plan goes to {free}", err=True)
        return save(plan, free, figures=figures, lang=lang, case_path=case_path)


def _show(plan: Plan, target: Path, code: int, *, as_json: bool, quiet: bool, verbose: bool) -> None:
    """The plan on stdout; warnings of the case, and with --verbose the log, on stderr."""
    from gridplan.cli.problems import as_data, lines, print_json
    from gridplan.cli.summary import describe

    if verbose:
        typer.echo("\n".join(plan.log), err=True)
    if as_json:
        warnings = as_data(plan.case.warnings)
        print_json(dict(plan.summary) | {"exit_code": code, "folder": target, "warnings": warnings})
        return
    if quiet:
        return
    for line in lines(plan.case.warnings):
        typer.echo(line, err=True)
    typer.echo("\n".join([*describe(plan), "", f"Files: {target}"]))
