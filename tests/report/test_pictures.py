"""No text of a picture covers another or leaves the sheet."""

import pytest

from gridplan.case import read_case
from tests.plots.boxes import faults


def found(plan, names, langs):
    """Faults of pictures, by name and language."""
    known, wrong = plan.plot.names(), {}
    for name in names:
        kind, options = known[name]
        for lang in langs:
            axes = getattr(plan.plot, kind)(**options, lang=lang)
            wrong[name, lang] = faults(axes.get_figure(root=True))
    return {key: faults for key, faults in wrong.items() if faults}


def test_texts_of_the_usual_pictures_are_apart(facts):
    names = facts.plan.plot.usual()
    assert len(names) >= 10
    assert found(facts.plan, names, ["nl"]) == {}


@pytest.mark.slow
def test_texts_of_all_pictures_of_the_region_are_apart():
    plan = read_case("cases/mra").solve(threads=1)
    assert found(plan, plan.plot.names(), ["nl", "en"]) == {}
