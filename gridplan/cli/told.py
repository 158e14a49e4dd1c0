"""What the verbs of explanations with tables share: reading the case, Ctrl-C, files, showing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from gridplan.cli.bundled import find_case
from gridplan.cli.changes import parse_changes

if TYPE_CHECKING:
    import pandas as pd

    from gridplan.case import Case
    from gridplan.explain.files import Told
    from gridplan.solve.progress import Progress

Result = TypeVar("Result", bound="Told")


def run_told(
    case: str,
    scenario: str | None,
    changes: list[str] | None,
    quiet: bool,
    out: str | None,
    kind: str,
    lang: str,
    make: Callable[[Case, Mapping[str, Any]], Result],
) -> tuple[Result, Path | None]:
    """Read the case, explain it under a Ctrl-C that keeps what was found, and write a folder.

    `make` gets the case, and `progress` and `interrupt` to pass on. What it refuses is a usage error.
    """
    folder, patch = find_case(case), parse_changes(changes)
    from gridplan.case import read_case
    from gridplan.case.problem import CaseError
    from gridplan.cli.interrupt import stopping
    from gridplan.cli.watch import watcher
    from gridplan.explain.files import check_folder, save

    if out is not None:
        check_folder(out, kind)
    watch: Progress = watcher(quiet=quiet)
    try:
        watch.phase("read")
        loaded = read_case(folder, scenario=scenario, patch=patch or None)
        with stopping() as interrupt:
            try:
                told = make(loaded, {"progress": watch, "interrupt": interrupt})
            except CaseError:
                raise
            except ValueError as error:
                raise typer.BadParameter(str(error)) from error
        return told, None if out is None else save(told, kind, out, lang=lang)
    finally:
        watch.close()


def show(
    told: Told,
    table: pd.DataFrame,
    units: Mapping[str, str],
    folder: Path | None,
    lang: str,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """JSON, or a table (`units` by column) and sentences, on stdout."""
    from gridplan.cli.problems import print_json
    from gridplan.cli.study_options import text_table

    if as_json:
        print_json({**told.as_data(lang), "folder": folder})
    elif not quiet:
        lines = [*text_table(table, units), ""] if len(table) else []
        lines += told.sentences(lang)
        lines += ["", f"Files: {folder}"] if folder is not None else []
        typer.echo("\n".join(lines))
