"""Set covering of the OR-Library: masts with a cost, cells that must be covered, coverage by table.

Plain numbers separated by blanks. Layout `rows` (scp4 to scp6, scpa to scpe, scpnre to scpnrh, scpcyc,
scpclr): number of rows m and columns n, the cost of each column, then for each row how many columns cover it,
and which. Layout `columns` (rail): m, n, then for each column its cost, how many rows it covers, and which.
"""

from __future__ import annotations

from array import array
from pathlib import Path

from gridplan.case import Case
from gridplan.case.text import Origin
from gridplan.exchange.numbers import Numbers
from gridplan.exchange.rows import Rows, snapshot

LAYOUTS = ("rows", "columns")
UNIT = "unit"
MOST = 1_000_000  # numbers of a file: a table of a case holds no more rows
MOST_ASSETS = 200_000  # rows and columns
COPY = "copies without costs are about: take the OR-Library's own file, or give the costs with --costs"
Cover = list[tuple[list[int], int]]  # of each row the columns that cover it, and the line that says so


def read(source: Path | str, costs: str = "", layout: str = "rows") -> Case:
    """A case from a file.

    Args:
        source: the file.
        costs: `unit` (every column costs 1), or a file with the cost of every column; blank: the source's.
        layout: `rows` or `columns`.

    Raises:
        CaseError: with the line of what is wrong.
    """
    path, rows = Path(source), Rows()
    if layout not in LAYOUTS:
        rows.wrong(Origin(path.name), "", layout, f"there is no layout {layout!r}", ", ".join(LAYOUTS))
        rows.stop()
    numbers = Numbers(path, rows, MOST)
    m, n = (numbers.whole(f"the number of {what}", 1, MOST_ASSETS) for what in ("rows", "columns"))
    given = _given(costs, n, rows) if costs else None
    price, cover = _by_rows(numbers, m, n, given) if layout == "rows" else _by_columns(numbers, m, n, given)
    for j, cost in enumerate(price, start=1):
        rows.add("masts", Origin(path.name), mast=f"m{j}", capex_keur=1000 * cost)
    for i, (columns, line) in enumerate(cover, start=1):
        at = Origin(path.name, line)
        rows.add("cells", at, cell=f"c{i}", required="true")
        for j in columns:
            rows.add("coverage", at, mast=f"m{j}", cell=f"c{i}")
    title = f"{path.stem}: set covering, {m} rows, {n} columns, cost in MEUR"
    return rows.case(snapshot(path.stem, title, "capex_meur"), {"capex_keur": "cost", "required": "row"})


def _given(costs: str, n: int, rows: Rows) -> list[float]:
    """Costs that the source does not say."""
    if costs == UNIT:
        return [1.0] * n
    numbers = Numbers(Path(costs), rows, MOST_ASSETS)
    found = [numbers.take(f"the cost of column {j} of {n}") for j in range(1, n + 1)]
    numbers.end(f"the cost of column {n}")
    return found


def _by_rows(numbers: Numbers, m: int, n: int, given: list[float] | None) -> tuple[list[float], Cover]:
    begin = numbers.at
    start = begin + n
    if not _fits(numbers, start, m):
        found = _lists(numbers, m)
        if found is not None and given is None:
            between = f"{found - begin} numbers" if found > begin else "nothing"
            message = f"the costs of the {n} columns are missing: {between} between the sizes and row 1"
            numbers.stop(numbers.lines[begin], "", message, f"{n} costs", COPY)
        start = begin + (n if given is None else 0) if found is None else found
    price = given or [numbers.take(f"the cost of column {j} of {n}") for j in range(1, n + 1)]
    numbers.at = start
    cover: Cover = []
    for i in range(1, m + 1):
        line = numbers.lines[min(numbers.at, len(numbers) - 1)]
        cover.append((numbers.list_of(f"row {i} of {m}", "columns", n), line))
    numbers.end(f"row {m}")
    return price, cover


def _by_columns(numbers: Numbers, m: int, n: int, given: list[float] | None) -> tuple[list[float], Cover]:
    price: list[float] = []
    columns: list[list[int]] = [[] for _ in range(m)]
    lines = [0] * m
    for j in range(1, n + 1):
        price.append(numbers.take(f"the cost of column {j} of {n}"))
        line = numbers.lines[numbers.at - 1]
        for i in numbers.list_of(f"column {j} of {n}", "rows", m):
            columns[i - 1].append(j)
            lines[i - 1] = lines[i - 1] or line
    numbers.end(f"column {n}")
    for i, found in enumerate(columns, start=1):
        if not found:
            numbers.stop(None, i, f"no column covers row {i} of {m}", "at least one")
    return given or price, list(zip(columns, lines, strict=True))


def _fits(numbers: Numbers, start: int, m: int) -> bool:
    """Whether m lists, each led by its length, run from a position to the end."""
    at, size = start, len(numbers)
    for _ in range(m):
        if at >= size or not _is_count(numbers.values[at]):
            return False
        at += 1 + int(numbers.values[at])
    return at == size


def _is_count(value: float) -> bool:
    return value >= 1 and value == int(value)


def _lists(numbers: Numbers, m: int) -> int | None:
    """Where m lists that run to the end begin, each length on a line of its own; None where that is nowhere,
    or in two places.

    Lengths are followed from the end: from each position it is known how many lists it leads to.
    """
    values, lines, size = numbers.values, numbers.lines, len(numbers)
    count = array("q", [-1]) * (size + 1)
    count[size] = 0
    for at in range(size - 1, numbers.at - 1, -1):
        if _is_count(values[at]) and values[at] < size - at:
            behind = count[at + 1 + int(values[at])]
            count[at] = behind + 1 if behind >= 0 else -1
    found = [
        at
        for at in range(numbers.at, size - 1)
        if count[at] == m and lines[at - 1] < lines[at] < lines[at + 1]
    ]
    return found[0] if len(found) == 1 else None
