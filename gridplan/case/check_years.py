"""Checks of what ends, and of lead times."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from gridplan.case.draft import Draft, check
from gridplan.case.problem import Problem


@check("retirement", "substations")
def retirement(draft: Draft) -> Iterator[Problem]:
    """Transformers retire from stations whose transformers are known, and no more than there are."""
    columns = ["retire_year", "retire_transformers", "transformers", "transformer_mva"]
    frame = draft.table("substations")[columns]
    for i, (year, leaving, there, mva) in enumerate(frame.itertuples(index=False, name=None)):
        if pd.isna(year):
            if not pd.isna(leaving):
                message = "has no effect without retire_year"
                yield draft.problem(
                    "substations", i, "retire_transformers", message, "", "give retire_year", "warning"
                )
        elif pd.isna(there) or not there or pd.isna(mva):
            message = "needs transformers and transformer_mva, which say what retires"
            yield draft.problem(
                "substations", i, "retire_year", message, "", "give both, or leave this blank"
            )
        elif not pd.isna(leaving) and leaving > there:
            message = f"{leaving} transformers retire of {there}"
            yield draft.problem("substations", i, "retire_transformers", message, f"a whole number ≤ {there}")


@check("slow-lead-time", "reinforcements")
def slow_lead_time(draft: Draft) -> Iterator[Problem]:
    """The lead time where things go badly is no shorter than the usual one."""
    frame = draft.table("reinforcements")[["lead_time_years", "lead_time_p90_years"]]
    for i, (usual, slow) in enumerate(frame.itertuples(index=False, name=None)):
        if slow < usual:
            message = f"{slow:g} years is less than lead_time_years, {usual:g}; the longer one counts"
            yield draft.problem(
                "reinforcements",
                i,
                "lead_time_p90_years",
                message,
                f"at least {usual:g} years",
                "",
                "warning",
            )
