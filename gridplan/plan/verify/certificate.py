"""The certificate: what was recomputed of a plan, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pandas as pd

from gridplan.plan.verify.ledger import Difference, Failure, Ledger

SHOWN = 10  # failing rows of one check that the certificate prints
COLUMNS = ["check", "says", "values", "failures", "difference", "allowed", "unit"]


@dataclass(frozen=True, eq=False)
class Certificate:
    """What was recomputed of a plan.

    Attributes:
        title: case and status of the plan.
        checks: one row a check: what it says in words, values looked at, failures, its largest difference
            (as a share of what is allowed there), the difference allowed and their unit.
        failures: every value that is not what it must be.
        worst: the largest difference of all, as a share of what is allowed.
    """

    title: str
    checks: pd.DataFrame
    failures: tuple[Failure, ...]
    worst: Difference | None

    @property
    def ok(self) -> bool:
        """True where nothing failed."""
        return not self.failures

    @property
    def values(self) -> int:
        """Values that were looked at."""
        return int(self.checks["values"].sum())

    @property
    def brief(self) -> dict[str, Any]:
        """What summary.json says of it."""
        return {
            "ok": self.ok,
            "checks": len(self.checks),
            "values": self.values,
            "failures": len(self.failures),
        }

    @property
    def line(self) -> str:
        """The certificate in one line."""
        said = f"{self.values:,} values in {len(self.checks)} checks"
        largest = f"largest difference {self.worst}" if self.worst else "no differences"
        if self.ok:
            return f"verified: {said}, {largest}"
        return f"NOT verified: {len(self.failures):,} of {said} failed"

    def shown(self) -> list[str]:
        """Failing values as lines, the first of every check."""
        lines = []
        for check, count in zip(self.checks["check"], self.checks["failures"], strict=True):
            own = (failure for failure in self.failures if failure.check == check)
            lines += [str(failure) for failure in islice(own, SHOWN)]
            if count > SHOWN:
                lines.append(f"... and {count - SHOWN:,} more [{check}]")
        return lines

    def __str__(self) -> str:
        """The certificate as a planner reads it."""
        rows = [("check", "values", "failed", "largest difference", "what it says")]
        for row in self.checks.to_dict("records"):
            unit, off = row["unit"], row["difference"]
            difference = f"{off:.2g} {unit} of {row['allowed']:.2g}" if pd.notna(off) else "-"
            rows.append((row["check"], f"{row['values']:,}", f"{row['failures']:,}", difference, row["says"]))
        widths = [max(len(row[k]) for row in rows) for k in range(4)]
        lines = [self.title, self.line, ""]
        lines += [
            "  ".join([a.ljust(widths[0]), b.rjust(widths[1]), c.rjust(widths[2]), d.ljust(widths[3]), says])
            for a, b, c, d, says in rows
        ]
        if not self.ok:
            lines += ["", "What failed", *self.shown()]
        return "\n".join(lines)


def certificate(title: str, ledgers: Sequence[tuple[Ledger, str]]) -> Certificate:
    """Certificate of finished checks, each with what it says."""
    rows = [
        (
            ledger.check,
            says,
            ledger.values,
            len(ledger.failures),
            ledger.worst.value if ledger.worst else float("nan"),
            ledger.worst.allowed if ledger.worst else float("nan"),
            ledger.worst.unit if ledger.worst else "",
        )
        for ledger, says in ledgers
    ]
    worst = [ledger.worst for ledger, _ in ledgers if ledger.worst]
    failures = tuple(failure for ledger, _ in ledgers for failure in ledger.failures)
    largest = max(worst, key=lambda found: found.share, default=None)
    return Certificate(title, pd.DataFrame(rows, columns=COLUMNS), failures, largest)
