"""MATPOWER's .m files: plain data only, every row with its line; nothing is computed or guessed.

Read: `mpc.name = number;`, `'text';`, `[ matrix ];` and `{ cells };` with comments, rows ended by `;` or a
line end, entries such as `1e3`, `Inf` or `100/3`. Anything else is a statement that would have to be run: an
error. (The parser of matpowercaseframes 2.1.1 has no line numbers, joins rows that share a line, and keeps
arithmetic as text.)
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gridplan.case.problem import shown
from gridplan.case.text import Origin
from gridplan.exchange.rows import Rows

ASSIGN = re.compile(r"\s*mpc\.([A-Za-z]\w*(?:\.\w+)*)\s*=\s*(.*)", re.S)
IGNORED = re.compile(r"\s*(function\b.*|end|endfunction|return)?\s*;?\s*$")
COLUMN_NAMES = re.compile(r"\s*%+\s*column_names%?\s*(.*)")
ALLOWED = "mpc.name = a number, 'text', a [matrix] or {cells}"
OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


@dataclass
class Matrix:
    """Rows of numbers and the line of each; `columns` where a `%column_names%` comment gives them."""

    name: str
    line: int
    rows: list[list[float]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    columns: tuple[str, ...] = ()


@dataclass
class MFile:
    """What a file assigns: matrices and single values by name."""

    file: str
    matrices: dict[str, Matrix]
    values: dict[str, float | str]
    lines: dict[str, int]


def parse(text: str, file: str, rows: Rows) -> MFile:
    """All assignments of a file; problems go to `rows`."""
    found = MFile(file, {}, {}, {})
    lines = _code(text)
    columns: tuple[str, ...] = ()
    for number, code, comment in lines:
        named = COLUMN_NAMES.match(comment)
        columns = tuple(named[1].split()) if named else columns
        if IGNORED.match(code):
            continue
        match = ASSIGN.match(code)
        if match is None:
            message = f"{shown(code.strip())!r} is a computation; only plain data is read"
            hint = "run it in MATPOWER and write the result with savecase"
            if re.match(r"\s*baseMVA\s*=", code):
                hint = "this is format version 1; convert it with MATPOWER's loadcase and savecase"
            rows.wrong(Origin(file, number), "", "", message, ALLOWED, hint)
            return found
        name, value = match[1], match[2].strip()
        found.lines[name] = number
        if value[:1] in ("[", "{"):
            problem, body = _body(value, number, lines)
            if problem:
                allowed = "a ] or } at its end, and ;"
                rows.wrong(Origin(file, number), f"mpc.{name}", "", problem, allowed)
                return found
            if value[0] == "[":
                found.matrices[name] = _matrix(Matrix(name, number, columns=columns), body, file, rows)
            columns = ()
        else:
            found.values[name] = _value(value.rstrip("; \t"), name, Origin(file, number), rows)
    return found


def _code(text: str) -> Iterator[tuple[int, str, str]]:
    """(line number, code, comment) of every line; block comments are left out."""
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if bare in ("%{", "#{"):
            depth += 1
        elif bare in ("%}", "#}") and depth:
            depth -= 1
        elif not depth:
            code = _before_comment(line)
            yield number, code, line[len(code) :]


def _before_comment(line: str) -> str:
    """A line up to its comment; a % inside quotes is text."""
    if "%" not in line:
        return line
    if "'" not in line and '"' not in line:
        return line[: line.index("%")]
    quote = ""
    for at, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "%":
            return line[:at]
    return line


def _body(
    first: str, number: int, lines: Iterator[tuple[int, str, str]]
) -> tuple[str, list[tuple[int, str]]]:
    """What is wrong (blank: nothing), and (line number, text) between the brackets."""
    closing = "]" if first[0] == "[" else "}"
    body, code = [], first[1:]
    while True:
        bare = re.sub(r"'[^']*'|\"[^\"]*\"", lambda m: " " * len(m[0]), code)
        if closing in bare:
            at = bare.index(closing)
            body.append((number, code[:at]))
            rest = code[at + 1 :].strip(" \t;,")
            return f"{shown(rest)!r} after the {closing} is a computation" if rest else "", body
        body.append((number, code))
        following = next(lines, None)
        if following is None or ASSIGN.match(following[1]):
            return "is not closed", body
        number, code, _ = following


def _matrix(matrix: Matrix, body: list[tuple[int, str]], file: str, rows: Rows) -> Matrix:
    carried: list[float] = []
    for number, text in body:
        open_end = text.rstrip().endswith("...")
        parts = (text.rstrip()[:-3] if open_end else text).split(";")
        for k, part in enumerate(parts):
            try:
                carried += [_entry(word) for word in part.replace(",", " ").split()]
            except ValueError as error:
                allowed = "numbers separated by blanks or commas"
                rows.wrong(Origin(file, number), f"mpc.{matrix.name}", "", str(error), allowed)
            if carried and not (open_end and k == len(parts) - 1):
                matrix.rows.append(carried)
                matrix.lines.append(number)
                carried = []
    widths = {len(row) for row in matrix.rows}
    if len(widths) > 1:
        usual = len(matrix.rows[0])
        k = next(k for k, row in enumerate(matrix.rows) if len(row) != usual)
        message = f"has {len(matrix.rows[k])} entries where the first row has {usual}"
        rows.wrong(Origin(file, matrix.lines[k]), f"mpc.{matrix.name}", "", message, f"{usual} entries")
    return matrix


def _entry(word: str) -> float:
    """One entry: a number, Inf, or arithmetic on numbers."""
    try:
        if "_" not in word:
            return float(word)
    except ValueError:
        pass
    try:
        return _evaluate(ast.parse(word.replace("^", "**"), mode="eval").body)
    except (SyntaxError, ZeroDivisionError, RecursionError, TypeError):
        raise ValueError(f"{shown(word)!r} is no number") from None


def _evaluate(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name) and node.id in ("Inf", "inf", "NaN", "nan", "pi"):
        return {"inf": math.inf, "nan": math.nan, "pi": math.pi}[node.id.lower()]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        value = _evaluate(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_evaluate(node.left), _evaluate(node.right))
    raise TypeError("not arithmetic on numbers")


def _value(text: str, name: str, at: Origin, rows: Rows) -> float | str:
    if len(text) >= 2 and text[0] in "'\"" and text[-1] == text[0]:
        return text[1:-1]
    try:
        return _entry(text)
    except ValueError as error:
        rows.wrong(at, f"mpc.{name}", text, str(error), ALLOWED)
        return 0.0
