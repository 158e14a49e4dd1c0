"""Problems of a case on the terminal: all at once, each with its place and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

from gridplan.cli.text import columns

if TYPE_CHECKING:
    from gridplan.case import Problem


def severity(problem: Problem) -> str:
    """`error` or `warning`."""
    return str(getattr(problem.severity, "value", problem.severity))


def count(problems: Iterable[Problem]) -> str:
    """`2 errors, 1 warning`."""
    kinds = [severity(problem) for problem in problems]
    errors, warnings = kinds.count("error"), kinds.count("warning")
    return f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"


def lines(problems: Iterable[Problem]) -> list[str]:
    """One line a problem: severity, file:row, column, value → message; what is allowed; hint."""
    return columns(
        [(severity(problem), _place(problem), _cell(problem), _said(problem)) for problem in problems]
    )


def _place(problem: Problem) -> str:
    return f"{problem.file}:{problem.row}" if problem.row is not None else str(problem.file)


def _cell(problem: Problem) -> str:
    if not problem.column:
        return ""
    return f"{problem.column} = {problem.value!r}" if problem.value else problem.column


def _said(problem: Problem) -> str:
    said = f"→ {problem.message}"
    if problem.allowed:
        said += f"; allowed: {problem.allowed}"
    return said + (f"; {problem.hint}" if problem.hint else "")


def as_data(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as JSON objects."""
    names = ("file", "row", "column", "value", "message", "allowed", "hint")
    return [
        {"severity": severity(problem)} | {name: getattr(problem, name) for name in names}
        for problem in problems
    ]


def print_json(content: Any) -> None:
    """The one JSON document of a `--json` run, on stdout."""
    from gridplan.plan.plainjson import plain

    typer.echo(json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False))


def show_invalid(problems: tuple[Problem, ...], *, as_json: bool) -> None:
    """An invalid case: every problem at once."""
    if as_json:
        print_json({"status": "invalid_case", "problems": as_data(problems)})
        return
    for line in lines(problems):
        typer.echo(line)
    typer.echo(f"The case is not valid: {count(problems)}. Nothing was solved.", err=True)
