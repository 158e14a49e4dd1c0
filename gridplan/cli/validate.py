"""`gridplan validate`: is the case in order?"""

from __future__ import annotations

import typer

from gridplan.cli.bundled import find_case
from gridplan.cli.changes import parse_changes
from gridplan.cli.guard import INVALID, guarded
from gridplan.cli.options import (
    CaseArgument,
    JsonOption,
    QuietOption,
    ScenarioOption,
    SetOption,
    VerboseOption,
)


@guarded
def validate(
    case: CaseArgument,
    scenario: ScenarioOption = None,
    changes: SetOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Check a case and show every problem at once, with file, row, column and what is allowed."""
    folder, patch = find_case(case), parse_changes(changes)
    from gridplan.case import CaseError, read_case
    from gridplan.cli.problems import as_data, count, lines, print_json, severity

    try:
        problems = tuple(read_case(folder, scenario=scenario, patch=patch or None).warnings)
    except CaseError as error:
        problems = tuple(error.problems)
    valid = all(severity(problem) != "error" for problem in problems)
    if as_json:
        print_json({"case": case, "valid": valid, "count": count(problems), "problems": as_data(problems)})
    else:
        shown = [problem for problem in problems if not quiet or severity(problem) == "error"]
        for line in lines(shown):
            typer.echo(line)
        if not quiet:
            typer.echo(f"{case}: {'valid' if valid else 'not valid'} ({count(problems)})")
    raise typer.Exit(0 if valid else INVALID)
