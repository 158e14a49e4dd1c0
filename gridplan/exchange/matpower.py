"""MATPOWER cases (.m, version 2), PGLib's and PowerModels' among them: DC optimal power flow in one hour.

The case minimises operating_cost_meur: the file's $/h, times 10⁻⁶. With candidate branches (`mpc.ne_branch`)
it minimises capex_meur, the construction cost in the unit of the file. docs/exchange.md says what maps to
what.
"""

from __future__ import annotations

from pathlib import Path

from gridplan.case import Case
from gridplan.case.problem import did_you_mean
from gridplan.case.tables import settings_schema
from gridplan.case.text import Origin
from gridplan.exchange import matpower_grid, matpower_plants
from gridplan.exchange.matpower_data import Data
from gridplan.exchange.mfile import parse
from gridplan.exchange.rows import Rows, snapshot

PGLIB = "x/(r2+x2)"


def read(source: Path | str, susceptance: str = PGLIB) -> Case:
    """A case from a .m file.

    Args:
        source: the file.
        susceptance: `x/(r2+x2)` without taps and phase shifts (PGLib's published values), `1/(x*tap)` with
            both (MATPOWER's own DC power flow), or `1/x`.
    """
    path, rows = Path(source), Rows()
    allowed = settings_schema()["physics"]["susceptance"].allowed
    if susceptance not in allowed:
        message, hint = f"there is no convention {susceptance!r}", did_you_mean(susceptance, allowed)
        rows.wrong(Origin("--susceptance"), "", susceptance, message, ", ".join(allowed), hint)
        rows.stop()
    if path.suffix == ".mat":
        rows.wrong(Origin(path.name), "", "", "is a binary file", "a .m file", "write it with savecase")
        rows.stop()
    data = Data(parse(rows.text(path, loose=True), path.name, rows), rows)
    matpower_grid.add(data, rows, susceptance)
    matpower_plants.add(data, rows)
    name = path.stem
    goal = "capex_meur" if data.rows("ne_branch") else "operating_cost_meur"
    return rows.case(snapshot(name, name, goal, susceptance))
