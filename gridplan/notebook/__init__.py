"""For Jupyter: a panel to ask what-ifs with, and bars of long runs. What draws is imported when used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.notebook.need import NotebookError

if TYPE_CHECKING:
    from gridplan.case import Case
    from gridplan.notebook.board import Panel
    from gridplan.plan.plan import Plan
    from gridplan.solve.progress import Progress
    from gridplan.study.whatif import WhatIf

__all__ = ["NotebookError", "panel", "progress"]


def panel(case: Case | Plan | WhatIf, *, lang: str = "en") -> Panel:
    """A what-if panel with the map: year, direction, policies and reinforcements on or off, solve again.

    Args:
        case: the case, a plan of it, or what-ifs on one (`study.WhatIf`), whose plans then serve here too. A
            case is solved when the panel is made; each answer after that starts from what is known.
        lang: of the map, `en` or `nl`.

    Returns:
        The panel; in a notebook it shows itself. `.plan` is the plan shown, `.patch` what was changed.

    Raises:
        NotebookError: ipywidgets is not installed.
        ValueError: an unknown language.
    """
    from gridplan.notebook.board import Panel

    return Panel(case, lang)


def progress() -> Progress:
    """A watcher for `progress=` of any solve or study: a bar in a notebook, plain lines elsewhere."""
    from gridplan.notebook.bars import watcher

    return watcher()
