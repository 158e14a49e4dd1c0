"""A button that keeps the focus of the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

RESTS = "gridplan-rests"  # the class of a button with nothing to do; the style sheet greys it


class Press:
    """A button that has something to do or rests; it is never disabled.

    Browsers take the focus from a button that is disabled: who works without a mouse then begins at the top
    of the page again, after every answer.

    Attributes:
        button: the widget.
    """

    def __init__(
        self, widgets: ModuleType, name: str, does: Callable[[], None], tips: tuple[str, str], **looks: Any
    ) -> None:
        """It rests.

        Args:
            widgets: ipywidgets.
            name: what stands on it.
            does: called when it is pressed, unless it rests.
            tips: where the mouse is: when it has something to do, and when it rests.
            looks: of the widget.
        """
        self._does, self._tips = does, tips
        self.button = widgets.Button(description=name, **looks)
        self.button.on_click(lambda button: self.click())
        self.ready = False

    @property
    def ready(self) -> bool:
        """Whether there is something to do."""
        return self._ready

    @ready.setter
    def ready(self, ready: bool) -> None:
        self._ready = ready
        self.button.tooltip = self._tips[0 if ready else 1]
        if ready:
            self.button.remove_class(RESTS)
        else:
            self.button.add_class(RESTS)

    def click(self) -> None:
        """As the mouse does."""
        if self._ready:
            self._does()
