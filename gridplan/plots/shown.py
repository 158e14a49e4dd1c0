"""Pictures show themselves in a notebook, without pyplot and without `%matplotlib inline`."""

from __future__ import annotations

import io

from matplotlib.axes import Axes

DPI = 80  # a page of a notebook is about this wide


class Sheet(Axes):
    """Axes that a notebook shows as the whole picture that they are part of."""

    def _repr_png_(self) -> bytes | None:
        return png(self)


def png(ax: Axes, dpi: int = DPI) -> bytes | None:
    """The picture of Axes as PNG; None where it has no figure (any more)."""
    figure = ax.get_figure(root=True)
    if figure is None:
        return None
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=dpi, metadata={"Software": None})
    return held.getvalue()
