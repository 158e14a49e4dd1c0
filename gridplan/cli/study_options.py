"""What the verbs of studies share: options, reading the case, running under Ctrl-C, folder and exit code."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from gridplan.cli.bundled import find_case
from gridplan.cli.changes import parse_changes
from gridplan.cli.guard import NOT_VERIFIED
from gridplan.cli.text import columns, number, percent

if TYPE_CHECKING:
    import pandas as pd

    from gridplan.case import Case
    from gridplan.plan.plan import Plan
    from gridplan.solve.progress import Progress
    from gridplan.study.save import Study

Result = TypeVar("Result", bound="Study")


def _finite(value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a finite number")
    return value


OutOption = Annotated[
    str | None,
    typer.Option(
        "--out", "-o", metavar="DIR", help="Folder for tables, picture and plans; else none is written."
    ),
]
GapOption = Annotated[
    float | None,
    typer.Option(
        "--gap", min=0, callback=_finite, help="Stop each search at this gap, share of 1 (0.01 = 1 %)."
    ),
]
TimeOption = Annotated[
    float | None,
    typer.Option("--time-limit", min=0, callback=_finite, help="Stop each search after so many seconds."),
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", min=0, help="Threads of the solver; 0: it chooses.")
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        "-w",
        min=0,
        help="Processes. 0: none but this. Without it: this one, and one a core when it takes long.",
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Dask cluster that runs already: tcp://host:8786."),
]
MemoryOption = Annotated[
    str | None,
    typer.Option("--memory", metavar="SIZE", help="Most of each process, such as 4GB; its share."),
]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Random seed of the solver.")]


def run_study(
    case: str,
    scenario: str | None,
    changes: list[str] | None,
    quiet: bool,
    out: str | None,
    kind: str,
    lang: str,
    make: Callable[[Case, Mapping[str, Any]], Result],
) -> tuple[Result, Path | None]:
    """Read the case, run a study under a Ctrl-C that keeps what was found, and write its folder.

    `make` gets the case, and `progress` and `interrupt` to pass on. What it refuses is a usage error.
    """
    folder, patch = find_case(case), parse_changes(changes)
    from gridplan.case import read_case
    from gridplan.case.problem import CaseError
    from gridplan.cli.interrupt import stopping
    from gridplan.cli.watch import watcher
    from gridplan.study.save import check_folder

    if out is not None:
        check_folder(out, kind)
    watch: Progress = watcher(quiet=quiet)
    try:
        watch.phase("read")
        loaded = read_case(folder, scenario=scenario, patch=patch or None)
        with stopping() as interrupt:
            try:
                study = make(loaded, {"progress": watch, "interrupt": interrupt})
            except CaseError:
                raise
            except ValueError as error:
                raise typer.BadParameter(str(error)) from error
        return study, None if out is None else study.save(out, lang=lang)
    finally:
        watch.close()


def code_of(study: Study) -> int:
    """Exit code: of its status, or 1 where a plan does not hold when it is recomputed (named on stderr)."""
    bad: list[Plan] = [p for p in study.plans.values() if p.certificate is not None and not p.certificate.ok]
    for plan in bad:
        assert plan.certificate is not None
        typer.echo("\n".join([plan.certificate.line, *plan.certificate.shown()]), err=True)
    return NOT_VERIFIED if bad else study.status.exit_code


def show(study: Study, title: str, parts: Iterable[str], folder: Path | None) -> None:
    """Title, status, tables, notes and folder on stdout."""
    lines = [title, f"Status: {study.status.value}", *parts]
    lines += ["", *study.notes] if study.notes else []
    lines += ["", f"Files: {folder}"] if folder is not None else []
    typer.echo("\n".join(lines))


def text_table(table: pd.DataFrame, units: Mapping[str, str]) -> list[str]:
    """A table as lines; `units` by column, `share` as a percentage."""
    rows = [tuple(str(name).replace("_meur", ", M€").replace("_", " ") for name in table.columns)]
    for row in table.itertuples(index=False, name=None):
        rows.append(tuple(_cell(value, units.get(str(n), "")) for n, value in zip(table, row, strict=True)))
    right = [k for k, name in enumerate(table) if _numeric(table.iloc[:, k])]
    return columns(rows, right=right)


def _numeric(column: pd.Series) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))


def _cell(value: object, unit: str) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return "" if value is None else "yes" if value else "no"
    plain = float(value)  # type: ignore[arg-type]
    if math.isinf(plain):
        return "no plan"
    return percent(plain) if unit == "share" else number(plain, unit)
