"""Tables of a pandapower network from its JSON, without pandapower."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from gridplan.case.text import Origin
from gridplan.exchange.jsonfile import JsonFile

NET = "pandapowerNet"
MAX_ROWS = 200_000


class Element:
    """One row of a table: numbers with defaults, and where it stands."""

    def __init__(self, file: JsonFile, table: str, index: int, cells: dict[str, Any]) -> None:
        self._file, self._table, self.index, self._cells = file, table, index, cells
        self.origin = Origin(f"{file.name}[{table}]", index)

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number; where there is none the default, and without one a problem."""
        value = self._cells.get(key)
        good = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
        good = good and not isinstance(value, bool)
        if good and abs(value) < 1e12:  # type: ignore[arg-type]
            return float(value)  # type: ignore[arg-type]
        if value is not None and not good:
            self.wrong(key, value, "is no number", "a number")
        elif value is not None:
            self.wrong(key, value, "is out of range", "a number below 1e12")
        elif default is None:
            self.wrong(key, "", "is missing", "a number")
        return 1.0 if default is None else default

    def flag(self, key: str, default: bool = True) -> bool:
        """True or false."""
        value = self._cells.get(key)
        return default if value is None else bool(value)

    def text(self, key: str) -> str:
        """A text; blank where there is none."""
        value = self._cells.get(key)
        return "" if value is None or isinstance(value, dict | list) else str(value)

    def raw(self, key: str) -> Any:
        """The value as it is."""
        return self._cells.get(key)

    def wrong(self, key: str, value: Any, message: str, allowed: str = "") -> None:
        """A problem in a cell of this row."""
        self._file.wrong(f"{self._table}[{self.index}].{key}", value, message, allowed)


class Net:
    """A network."""

    def __init__(self, file: JsonFile) -> None:
        """Look at the file; raises CaseError where it holds no network."""
        self.file = file
        top = file.mapping(file.content, "")
        if top.get("_class") != NET:
            file.wrong("_class", top.get("_class"), "is no network of pandapower", NET)
        self._tables = file.mapping(top.get("_object", {}), "_object")
        if "bus" not in self._tables:
            file.wrong("_object.bus", "", "is missing", "a table of buses")
        file.end()

    def rows(self, table: str) -> Iterator[Element]:
        """Rows of a table; none where it is missing."""
        content = self._tables.get(table)
        if content is None:
            return
        inner = content.get("_object") if isinstance(content, dict) else content
        if isinstance(inner, str):
            try:
                inner = json.loads(inner)
            except (ValueError, RecursionError) as error:
                self.file.wrong(f"_object.{table}", "", f"is not JSON: {error}")
                return
        if not isinstance(inner, dict) or not isinstance(inner.get("columns"), list):
            self.file.wrong(f"_object.{table}", "", "is no table", "columns, index and data (orient split)")
            return
        data, index = inner.get("data"), inner.get("index")
        if not isinstance(data, list) or not isinstance(index, list) or len(data) != len(index):
            self.file.wrong(f"_object.{table}", "", "index and data do not fit", "lists of the same length")
            return
        if len(data) > MAX_ROWS:
            self.file.wrong(f"_object.{table}", str(len(data)), "has too many rows", f"at most {MAX_ROWS:,}")
            return
        for number, cells in zip(index, data, strict=True):
            if (
                not isinstance(cells, list)
                or len(cells) != len(inner["columns"])
                or not isinstance(number, int)
            ):
                self.file.wrong(f"_object.{table}", number, "a row does not fit the columns")
                return
            yield Element(self.file, table, number, dict(zip(map(str, inner["columns"]), cells, strict=True)))
