"""`gridplan doctor`: is this machine ready to solve?"""

from __future__ import annotations

import json
import os
import platform
import tempfile
from pathlib import Path
from typing import Any

import typer

from gridplan.cli.guard import guarded
from gridplan.cli.options import JsonOption, QuietOption, VerboseOption

PACKAGES = (
    "pyomo", "highspy", "pandas", "numpy", "scipy", "networkx", "matplotlib", "pandera", "typer", "rich",
)  # fmt: skip


@guarded
def doctor(as_json: JsonOption = False, quiet: QuietOption = False, verbose: VerboseOption = False) -> None:
    """Show versions, try the solver, look at cores, memory and folders; ends with 1 if something is wrong."""
    report = examine()
    if as_json:
        typer.echo(json.dumps(report, indent=2))
    else:
        for line in describe(report, quiet=quiet):
            typer.echo(line)
    raise typer.Exit(1 if report["problems"] else 0)


def examine() -> dict[str, Any]:
    """All findings; `problems` lists what is wrong."""
    from gridplan.versions import gridplan_version, package_version

    found = {name: package_version(name) for name in PACKAGES}
    solver = try_solver()
    folders = {
        str(name): writable(path)
        for name, path in (("here", Path()), ("temporary", Path(tempfile.gettempdir())))
    }
    problems = [f"package {name} is not installed" for name, version in found.items() if version is None]
    problems += [] if solver == "ok" else [f"the solver does not work: {solver}"]
    problems += [f"the {name} folder cannot be written" for name, good in folders.items() if not good]
    return {
        "gridplan": gridplan_version(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": found,
        "solver": solver,
        "cores": cores(),
        "memory_gb": memory_gb(),
        "writable": folders,
        "problems": problems,
    }


def describe(report: dict[str, Any], *, quiet: bool = False) -> list[str]:
    """The findings as lines."""
    from gridplan.cli.text import columns, number

    problems = [f"Problem: {problem}" for problem in report["problems"]]
    if quiet:
        return problems
    rows = [(name, str(report[name])) for name in ("gridplan", "python", "system")]
    rows += [(name, version or "not installed") for name, version in report["packages"].items()]
    rows += [("solver", report["solver"]), ("cores", number(report["cores"], "cores"))]
    rows += [("memory", number(report["memory_gb"], "GB"))]
    rows += [
        (f"folder {name}", "writable" if good else "not writable")
        for name, good in report["writable"].items()
    ]
    return [*columns(rows, indent=""), *(problems or ["All is well."])]


def try_solver() -> str:
    """Solve a linear program of which the answer is known: `ok`, or what went wrong."""
    try:
        import highspy

        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.addVars(2, [0.0, 0.0], [10.0, 10.0])
        for column, cost in enumerate((-2.0, -1.0)):
            highs.changeColCost(column, cost)
        highs.addRow(-highspy.kHighsInf, 12.0, 2, [0, 1], [1.0, 1.0])
        highs.run()
        value = highs.getInfo().objective_function_value
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "ok" if abs(value + 22) < 1e-6 else f"a test program gave {value} instead of -22"


def cores() -> int:
    """Processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_gb() -> float | None:
    """Physical memory in GB; None where the system does not tell."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (AttributeError, ValueError, OSError):
        return None


def writable(folder: Path) -> bool:
    """True where a file can be made in the folder."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
