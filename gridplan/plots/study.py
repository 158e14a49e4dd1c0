"""Pictures of studies as files: PNG, and a CSV with what is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.plots import alternatives, frontier, regret

if TYPE_CHECKING:
    from gridplan.study.save import Study

PICTURES = {
    "frontier": (frontier.data, frontier.plot),
    "alternatives": (alternatives.data, alternatives.plot),
    "robust": (regret.data, regret.plot),
}


def save(study: Study, kind: str, folder: Path, lang: str = "en") -> list[Path]:
    """Write the picture of a study and its CSV; none where there is nothing to draw."""
    data, draw = PICTURES[kind]
    table = data(study)  # type: ignore[operator]
    if table.empty:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    axes = draw(study, lang=lang)  # type: ignore[operator]
    figure = (axes[0] if isinstance(axes, list) else axes).get_figure(root=True)
    assert figure is not None
    picture, drawn = folder / f"{kind}.png", folder / f"{kind}.csv"
    figure.savefig(picture, metadata={"Software": None})
    table.to_csv(drawn, index=False, lineterminator="\n")
    return [picture, drawn]
