"""A list of switches under a heading that counts them; long lists scroll, and can be searched."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from types import ModuleType
from typing import Any

from gridplan.notebook.choices import Switch

SEARCHED = 10  # more switches than these can be searched, and switched all at once
SCROLLS = {"max_height": "190px", "overflow": "hidden auto", "width": "100%"}


class Group:
    """Switches of one kind.

    Attributes:
        boxes: the switches by id.
        search: text that narrows the list to rows that hold all its words; None where the list is short.
        all_on, all_off: buttons for the rows that are listed; None where the list is short.
        box: all of it.
    """

    def __init__(
        self, widgets: ModuleType, title: str, switches: list[Switch], moved: Callable[[], None]
    ) -> None:
        """All switches are on; `moved` is called once after each movement, also of many switches."""
        self._title, self._moved, self._many = title, moved, False
        self._texts = {s.name: f"{s.name} {s.label} {s.tip}".casefold() for s in switches}
        self._heading = widgets.HTML()
        self.boxes: dict[str, Any] = {s.name: self._switch(widgets, s) for s in switches}
        self.search: Any = None
        self.all_on: Any = None
        self.all_off: Any = None
        rows: list[Any] = [self._heading]
        if len(switches) > SEARCHED:
            rows.append(self._tools(widgets))
        rows.append(widgets.VBox(list(self.boxes.values()), layout=SCROLLS))
        self.box = widgets.VBox(rows, layout={"width": "100%"})
        self._count()

    def shown(self) -> list[str]:
        """Ids of the rows that the search leaves."""
        words = [] if self.search is None else str(self.search.value).casefold().split()
        return [name for name, text in self._texts.items() if all(word in text for word in words)]

    def switch(self, on: bool) -> None:
        """All rows that are listed, on or off."""
        self._many = True
        try:
            for name in self.shown():
                self.boxes[name].value = on
        finally:
            self._many = False
        self._turned()

    def _switch(self, widgets: ModuleType, switch: Switch) -> Any:
        made = widgets.Checkbox(
            value=True, description=switch.label, indent=False, layout={"width": "auto", "flex": "0 0 auto"}
        )
        made.tooltip = switch.tip
        made.observe(lambda change: self._turned(), names="value")
        return made

    def _tools(self, widgets: ModuleType) -> Any:
        """Search, and buttons for what it leaves."""
        small = {"width": "auto", "flex": "0 0 auto"}
        self.search = widgets.Text(placeholder="search", layout={"width": "auto", "flex": "1 1 80px"})
        self.search.tooltip = f"Words of an id, name, place or owner in “{self._title}”"
        self.all_on = widgets.Button(description="all on", layout=small, tooltip="Rows listed below: on")
        self.all_off = widgets.Button(description="all off", layout=small, tooltip="Rows listed below: off")
        self.search.observe(lambda change: self._narrow(), names="value")
        self.all_on.on_click(lambda button: self.switch(True))
        self.all_off.on_click(lambda button: self.switch(False))
        return widgets.HBox([self.search, self.all_on, self.all_off], layout={"width": "100%"})

    def _narrow(self) -> None:
        left = set(self.shown())
        for name, box in self.boxes.items():
            box.layout.display = None if name in left else "none"
        self._count()

    def _turned(self) -> None:
        if self._many:
            return
        self._count()
        self._moved()

    def _count(self) -> None:
        on = sum(bool(box.value) for box in self.boxes.values())
        listed = len(self.shown())
        found = "" if listed == len(self.boxes) else f", {listed} listed"
        count = f"{on} of {len(self.boxes)}{found}" if self.boxes else "the case has none"
        self._heading.value = f"<b>{escape(self._title)}</b> <small>({count})</small>"
