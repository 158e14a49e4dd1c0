"""Title and footer of the pictures of a study."""

from __future__ import annotations

from gridplan.case import Case
from gridplan.plots.text import Words, short


def case_title(case: Case) -> str:
    """Title of a case, its name where it has none."""
    settings = case.settings.case
    return short(settings.title or settings.name, 90)


def footer(words: Words, status: str, *notes: str) -> str:
    """Status, notes and the disclaimer."""
    parts = [words("footer.status", status=words(f"status.{status}")), *(note for note in notes if note)]
    return " · ".join([*parts, words("footer.disclaimer")])
