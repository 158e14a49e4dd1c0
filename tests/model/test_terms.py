"""Coefficients of indicators: those of many hours at once are those of the hours one by one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gridplan.case import read_case
from gridplan.case.tables import indicators
from gridplan.model import lazy
from gridplan.model.build import build
from gridplan.model.periods import typical
from gridplan.model.terms import Series, Term
from gridplan.solve.compile import compile_program

TUTORIAL = Path(__file__).parents[2] / "cases" / "tutorial"


def _program():
    case = read_case(TUTORIAL)
    return build(case, typical(case, whole_days=False))


def _compiled(kind):
    """A program as it is built; with its columns as a list, as studies make it; with a fixed output."""
    program = _program()
    output = program.model.supplies.output
    if kind == "fixed":
        next(iter(output.values())).fix(3.0)
    compiled = compile_program(program)
    if kind == "widened":
        compiled = replace(compiled, columns=list(compiled.columns))
    return compiled


@pytest.mark.parametrize("kind", ["as built", "widened", "fixed"])
def test_series_count_as_their_terms_do(kind):
    compiled = _compiled(kind)
    years = compiled.program.frame.years
    factors = {y: 1.0 + k for k, y in enumerate(years)}
    rich, terms = 0, compiled.program.terms
    for name in indicators():
        parts = terms.parts(name, "all")
        rich += sum(isinstance(part, Series) for part in parts)
        form, constant = compiled.vector(parts, factors)
        slow, also = compiled.vector(terms.select(name, "all"), factors)
        assert form == pytest.approx(slow, abs=1e-12) and constant == pytest.approx(also, abs=1e-12)
        for year in years:
            assert all(t.year == year for t in terms.parts(name, "all", year))
    assert rich >= 4
    if kind == "fixed":
        with_it = compiled.vector(terms.parts("total_cost_meur", "all"), factors)[1]
        without = _compiled("as built")
        assert with_it != without.vector(without.program.terms.parts("total_cost_meur", "all"), factors)[1]


def test_counting_hours_makes_no_objects():
    program = _program()
    output = program.model.supplies.output
    assert lazy.unmade(output)
    compile_program(program).objective("operating_cost_meur")
    assert lazy.unmade(output)


def test_a_series_by_hand():
    terms, output = _program().terms, _program().model.supplies.output
    before = len(terms.parts("co2_kt", "nowhere"))
    year = terms.frame.years[0]
    value = np.array([2.0, 0.0, 5.0])
    terms.add_series("co2_kt", "nowhere", year, output, np.array([4, 1, 0]), value, ("gas",))
    keys = list(output)
    assert len(terms.parts("co2_kt", "nowhere")) == before + 1
    found = terms.select("co2_kt", "nowhere", tags=("gas",))
    assert found == [
        Term("co2_kt", "nowhere", year, output[keys[4]], 2.0, frozenset({"gas"})),
        Term("co2_kt", "nowhere", year, output[keys[0]], 5.0, frozenset({"gas"})),
    ]
    assert not terms.select("co2_kt", "nowhere", tags=("wind",))
    terms.add_series("co2_kt", "nowhere", year, output, np.array([0]), np.array([0.0]))  # nothing to count
    assert len(terms.parts("co2_kt", "nowhere")) == before + 1
