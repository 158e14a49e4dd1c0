"""Words and numbers in two languages."""

import math
import re
import string

import pytest

from gridplan.plots.text import LANGUAGES, Words, glossary, short

EN, NL = Words("en"), Words("nl")


def test_numbers_follow_the_language():
    assert EN.number(1234.5, 1) == "1,234.5"
    assert NL.number(1234.5, 1) == "1.234,5"
    assert NL.number(-1234567.891, 2) == "−1.234.567,89"


def test_signs_and_odd_values():
    assert EN.number(-0.3) == "0"
    assert EN.number(120, signed=True) == "+120"
    assert EN.number(math.nan) == "–"
    assert EN.number(-math.inf) == "−∞"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        *[(0.7999, "79"), (0.80, "80"), (0.948, "94"), (0.998, "99"), (1.0, "100"), (1.003, "100.3")],
        *[(1.00005, "100.1"), (1.034, "103"), (0.5, "50"), (0, "0"), (math.inf, "∞")],
    ],
)
def test_percent_stays_on_its_side_of_a_threshold(share, text):
    assert EN.percent(share) == text


@pytest.mark.parametrize(
    ("mw", "text"), [(7.5, "7,5"), (120.4, "120"), (3.0, "3"), (12.5, "12,5"), (-4.26, "−4,3")]
)
def test_megawatts_have_a_decimal_only_where_it_says_something(mw, text):
    assert NL.mw(mw) == text


def test_every_text_has_both_languages_and_the_same_blanks():
    for section, texts in glossary().items():
        for key, text in texts.items():
            assert set(text) == set(LANGUAGES), f"{section}.{key}"
            blanks = {
                lang: sorted(f[1] for f in string.Formatter().parse(text[lang]) if f[1]) for lang in LANGUAGES
            }
            assert blanks["en"] == blanks["nl"], f"{section}.{key}"


def test_official_terms_are_the_dutch_ones():
    assert NL("directions.demand") == "afname"
    assert NL("directions.feedin") == "invoeding"
    assert re.search("knelpunt", NL("bottlenecks.title", direction=""), re.IGNORECASE)


def test_unknown_language_names_those_there_are():
    with pytest.raises(ValueError, match="language 'de' is not there; there are en, nl"):
        Words("de")


def test_names_are_cut_to_one_line():
    assert short("a\nb  c") == "a b c"
    assert short("x" * 40, 10) == "x" * 9 + "…"
