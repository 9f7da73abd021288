"""Values in words: nil, not held, and rounding that hides nothing."""

from __future__ import annotations

import pytest

from compliance.period import parse_period
from compliance.reports.content import Cell
from compliance.reports.text import shortened, visible
from compliance.reports.wording import cell_words, code_words, period_words, share_words, time_words


@pytest.mark.parametrize(
    ("value", "of", "words"),
    [
        (0, 100, "0.0 %"),
        (1, 100_000, "under 0.1 %"),
        (99_999, 100_000, "over 99.9 %"),
        (100, 100, "100.0 %"),
        (1, 3, "33.3 %"),
        (5, 10_000, "0.1 %"),
        (0, 0, "–"),
    ],
)
def test_shares_never_round_to_nothing_or_all(value: int, of: int, words: str) -> None:
    """A tiny share is not shown as zero and a nearly whole one not as whole."""
    assert share_words(value, of).replace("\u00a0", " ") == words


def test_nil_and_not_held_read_differently() -> None:
    """0 is a number; what no log holds is said so; a lower bound says at least."""
    assert cell_words(Cell(0), "count") == "0"
    assert cell_words(Cell(None, bound="not held"), "count") == "not held"
    assert cell_words(Cell(None), "count") == "–"
    assert cell_words(Cell(1234, bound="at least"), "count") == "at least 1,234"


@pytest.mark.parametrize(
    ("micros", "words"),
    [
        (999_999, "0 s"),
        (59_000_000, "59 s"),
        (3_599_000_000, "59 min"),
        (90_000_000_000, "1 d 1 h"),
        (3_600_000_000, "1 h 0 min"),
    ],
)
def test_times_are_cut_not_rounded(micros: int, words: str) -> None:
    """Two units, the smaller one cut."""
    assert time_words(micros) == words


def test_codes_become_words() -> None:
    """Member States have names, categories lose their prefix, nothing is said to be not stated."""
    assert code_words("GR", "member_state") == "Greece (GR)"
    assert code_words("STATEMENT_CATEGORY_SCAMS_AND_FRAUD") == "scams and fraud"
    assert code_words("") == "not stated"


def test_periods_read_as_months() -> None:
    """A quarter is named by its months, anything else by its days."""
    quarter, days = parse_period("2026-Q3"), parse_period("2026-07-02..2026-07-05")
    assert period_words(quarter.first, quarter.last) == "July to September 2026"
    assert period_words(days.first, days.last) == "2 July 2026 to 5 July 2026"


def test_text_that_turns_or_hides_is_written_out() -> None:
    """Direction marks, control characters and missing glyphs are shown by their number."""
    assert visible("a\u202eb\x07c") == "a‹U+202E›b‹U+0007›c"
    assert visible("漢", glyphs=frozenset()) == "‹U+6F22›"
    assert visible("tab\tand\nline é") == "tab\tand\nline é"


def test_long_text_says_how_long_it_is() -> None:
    """What is left out is named."""
    assert "40,000 characters" in shortened("x" * 40_000)
