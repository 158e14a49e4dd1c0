"""An explanation: rows in conflict, repairs, sentences in two languages, and what a picture of it draws."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.explain.why.cells import Cell
from gridplan.explain.why.items import Item
from gridplan.explain.why.repairs.candidate import Candidate, Repair
from gridplan.explain.why.say import Line, Say, capital
from gridplan.plan.html_table import table_html

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CONFLICT = (
    "finding", "conflict", "role", "kind", "file", "line", "table", "row", "column", "value", "unit", "year",
    "minimal",
)  # fmt: skip
REPAIRS = (
    "finding", "kind", "mw_less", "years_later", "extra_meur", "within_meur", "cost_meur", "assumption",
    "set", "says",
)  # fmt: skip
BARS = ("finding", "name", "unit", "limit", "part", "label", "value")


@dataclass(frozen=True)
class Row:
    """A row of the case in a conflict."""

    item: Item
    cell: Cell
    says: Line


@dataclass(frozen=True)
class Finding:
    """One "no" with its reasons.

    Attributes:
        head: what does not fit.
        conflicts: rows that cannot hold together; a second conflict stands when the first is out of the way.
        minimal: every row named was left out in a test, and then there was a solution.
        repairs: changes that help, cheapest first; each was tried by solving.
        untried: changes that there was no time for.
        bars: what a picture draws, with the columns of BARS but the first.
    """

    head: Line
    conflicts: tuple[tuple[Row, ...], ...] = ()
    minimal: bool = True
    repairs: tuple[Repair, ...] = ()
    untried: int = 0
    bars: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Why not, of a case or a plan.

    Attributes:
        case: name of the case.
        status: `infeasible`, `short` (a plan in which something is not served), `fits`, `place` or `unknown`.
        findings: what does not fit, and why.
        notes: further sentences.
        details: what notes are made from: one row each.
        seconds: time it took.
    """

    case: str
    status: str
    findings: tuple[Finding, ...] = ()
    notes: tuple[Line, ...] = ()
    details: pd.DataFrame = field(default_factory=pd.DataFrame)
    seconds: float = 0.0

    @property
    def conflict(self) -> pd.DataFrame:
        """Rows of the case in conflict: the columns of CONFLICT; `finding` and `conflict` count from 1."""
        rows = [
            (
                f, c, row.item.role, row.item.kind, row.cell.file, row.cell.line, row.cell.table,
                row.cell.row, row.cell.column, row.cell.value, row.cell.unit, row.item.year or None,
                finding.minimal,
            )
            for f, finding in enumerate(self.findings, 1)
            for c, rows in enumerate(finding.conflicts, 1)
            for row in rows
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(CONFLICT)).astype({"line": "Int64", "year": "Int64"})

    @property
    def repairs(self) -> pd.DataFrame:
        """Changes that help: the columns of REPAIRS; `set` is the change as `--set` takes it."""
        rows = [
            (
                f, r.kind, r.mw_less, r.years_later, r.extra_meur, r.within_meur, r.cost_meur,
                r.assumption, "\n".join(r.set_options), said(Say("en"), r),
            )
            for f, finding in enumerate(self.findings, 1)
            for r in finding.repairs
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(REPAIRS)).astype({"extra_meur": float})

    @property
    def patches(self) -> list[Mapping[str, Any]]:
        """Every repair as `case.what_if` takes it, in the order of `repairs`."""
        return [r.patch for finding in self.findings for r in finding.repairs]

    @property
    def bars(self) -> pd.DataFrame:
        """What the picture draws: a bar by `name`, its parts, and its limit."""
        rows = [{"finding": f, **bar} for f, finding in enumerate(self.findings, 1) for bar in finding.bars]
        return pd.DataFrame(rows, columns=list(BARS))

    def sentences(self, lang: str = "en", sets: bool = False) -> list[str]:
        """All of it in sentences, `en` or `nl`; `sets`: under each change also what `--set` makes it."""
        say = Say(lang)
        lines: list[str] = []
        for finding in self.findings:
            lines += _finding(say, finding, self.case, sets)
        return lines + [say.line(note) for note in self.notes]

    def as_data(self, lang: str = "en") -> dict[str, Any]:
        """All of it as plain data, for JSON."""
        return {
            "case": self.case,
            "status": self.status,
            "sentences": self.sentences(lang),
            "conflict": self.conflict.to_dict("records"),
            "repairs": [
                {**row, "set": row["set"].split("\n"), "patch": dict(patch)}
                for row, patch in zip(self.repairs.to_dict("records"), self.patches, strict=True)
            ],
            "bars": self.bars.to_dict("records"),
            "details": self.details.to_dict("records"),
            "seconds": round(self.seconds, 3),
        }

    def plot(self, lang: str = "en") -> Axes:
        """The picture: what is there, what fits, and what is missing, against each limit."""
        from gridplan.plots import why

        return why.plot(self, lang)

    def save_plot(self, folder: str | Path, lang: str = "en") -> None:
        """Write the picture and its data (CSV) to a folder; nothing where nothing is measured."""
        from gridplan.plots import why

        if len(self.bars):
            why.save(self, Path(folder), lang)

    def with_seconds(self, seconds: float) -> Explanation:
        """The same, with the time it took."""
        return replace(self, seconds=seconds)

    def _repr_html_(self) -> str:
        """Sentences, and both tables."""
        lines = "".join(f"<p>{escape(line.strip())}</p>" for line in self.sentences())
        parts = [table_html(t) for t in (self.conflict, self.repairs) if len(t)]
        return lines + "".join(parts)


def _finding(say: Say, finding: Finding, case: str, sets: bool) -> list[str]:
    lines = [say.line(replace(finding.head, values={"case": case, **finding.head.values}))]
    for k, rows in enumerate(finding.conflicts):
        if k:
            lines.append(say("head.also"))
        lines += [f"  - {capital(say.line(row.says))}{_source(say, row.cell)}" for row in rows]
    if not finding.minimal:
        lines.append(say("head.not_minimal"))
    if finding.conflicts:
        lines.append(say("head.repairs" if finding.repairs else "head.no_repairs"))
    for repair in finding.repairs:
        lines.append(f"  + {capital(said(say, repair))}")
        if sets:
            lines += [f"      --set {shlex.quote(text)}" for text in repair.set_options]
    if finding.untried:
        lines.append(say("head.untried", n=finding.untried))
    return lines


def _source(say: Say, cell: Cell) -> str:
    """Where a cell stands, in brackets; nothing for what was asked on top of the case."""
    if not cell.file:
        return ""
    if cell.line is None:
        return say("source.file", file=cell.file, column=cell.column)
    return say("source.line", file=cell.file, line=cell.line, column=cell.column)


def said(say: Say, repair: Candidate) -> str:
    """The sentence of a repair, with what it costs."""
    values = dict(repair.values)
    key = repair.kind
    if key == "later" and values.get("room") is not None:
        key = "later_room"
    if key == "together":
        values["all"] = "; ".join(said(say, part) for part in values["parts"])
    text = say(f"repair.{key}", **values)
    if values.get("others"):
        text += say("tail.others", n=values["others"])
    if isinstance(repair, Repair):
        if repair.extra_meur is None:
            text += say("tail.cost", cost=repair.cost_meur)
        elif abs(repair.extra_meur) >= max(0.05, repair.within_meur):
            text += say("tail.extra" if repair.extra_meur > 0 else "tail.saved", extra=abs(repair.extra_meur))
    return text + (say("tail.assumption") if repair.assumption else "")
