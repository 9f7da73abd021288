"""Numbers as publishers write them: the value only where it is certain."""

from __future__ import annotations

import pytest

from compliance.transparency.number import read_number

READ = [
    ("12", "count", 12, "", ""),
    ("", "count", None, "", ""),
    ("12.5", "hours", 12.5, "", ""),
    ("0.988", "share", 0.988, "", ""),
    ("1", "share", 1, "", ""),
    ("335,474.00", "count", 335474, "TRL-NUMBER-SEPARATOR", "335474"),
    ("1,234", "count", 1234, "TRL-NUMBER-SEPARATOR", "1234"),
    ("1 234 567", "count", 1234567, "TRL-NUMBER-SEPARATOR", "1234567"),
    ("1.234.567", "count", 1234567, "TRL-NUMBER-SEPARATOR", "1234567"),
    ("1'234", "count", 1234, "TRL-NUMBER-SEPARATOR", "1234"),
    ("1\u202f234", "count", 1234, "TRL-NUMBER-SEPARATOR", "1234"),
    ("12,345.678", "hours", 12345.678, "TRL-NUMBER-SEPARATOR", "12345.678"),
    ("12,5", "hours", 12.5, "TRL-NUMBER-COMMA", "12.5"),
    ("335474.00", "count", 335474, "TRL-NUMBER-FRACTION", "335474"),
    ("98.80%", "share", 0.988, "TRL-NUMBER-PERCENT", "0.988"),
    ("98,80 %", "share", 0.988, "TRL-NUMBER-PERCENT", "0.988"),
    ("0.5%", "share", 0.005, "TRL-NUMBER-PERCENT", "0.005"),
    ("100%", "share", 1.0, "TRL-NUMBER-PERCENT", "1"),
    ("0%", "share", 0.0, "TRL-NUMBER-PERCENT", "0"),
    ("12 h", "hours", 12.0, "TRL-NUMBER-UNIT", "12"),
    ("1e-05", "hours", 1e-05, "TRL-NUMBER-SCIENTIFIC", "0.00001"),
    ("007", "count", 7, "TRL-CELL-SPACES", "7"),
    (" 12 ", "count", 12, "TRL-CELL-SPACES", "12"),
]
DOUBTFUL = [
    ("1.234", "count", "TRL-NUMBER-SEPARATOR"),
    ("1,234", "hours", "TRL-NUMBER-SEPARATOR"),
    ("1,234.56", "count", "TRL-NUMBER-SEPARATOR"),
    ("12,5", "count", "TRL-NUMBER-COMMA"),
    ("12.5", "count", "TRL-NUMBER-FRACTION"),
    ("97.55", "share", "TRL-NUMBER-SHARE"),
    ("150%", "share", "TRL-NUMBER-PERCENT"),
    ("50%", "count", "TRL-NUMBER-PERCENT"),
    ("2.1 - 2.6", "count", "TRL-NUMBER-RANGE"),
    ("100\u2013200", "count", "TRL-NUMBER-RANGE"),
    ("~100", "count", "TRL-NUMBER-ROUGH"),
    ("< 5", "count", "TRL-NUMBER-ROUGH"),
    ("2.1 million", "count", "TRL-NUMBER-ROUGH"),
    ("-3", "count", "TRL-NUMBER-NEGATIVE"),
    ("\u22123", "hours", "TRL-NUMBER-NEGATIVE"),
    ("2 days", "hours", "TRL-NUMBER-UNIT"),
    ("01:30", "hours", "TRL-NUMBER-UNIT"),
    ("1.2E+05", "count", "TRL-NUMBER-SCIENTIFIC"),
    ("N/A", "count", "TRL-NUMBER-WORDS"),
    ("-", "count", "TRL-NUMBER-WORDS"),
    ("\u0663", "count", "TRL-NUMBER-WORDS"),
    ("9" * 50, "count", "TRL-NUMBER-WORDS"),
]


@pytest.mark.parametrize(("text", "kind", "value", "check", "fix"), READ)
def test_a_certain_number_has_its_value(text: str, kind: str, value: float | None, check: str, fix: str) -> None:
    """The value, the departure it names, and the text to write where it is not already right."""
    number = read_number(text, kind)
    assert (number.value, number.check, number.fix) == (value, check, fix)
    assert number.mended is bool(check)


@pytest.mark.parametrize(("text", "kind", "check"), DOUBTFUL)
def test_a_doubtful_number_has_no_value_and_is_not_mended(text: str, kind: str, check: str) -> None:
    """Nothing is guessed: the departure is named and the cell stays as it is."""
    number = read_number(text, kind)
    assert (number.value, number.check, number.mended) == (None, check, False)


@pytest.mark.parametrize("row", READ)
def test_a_mended_number_reads_as_itself(row: tuple[str, str, float | None, str, str]) -> None:
    """What the corrected copy writes has the same value and no departure."""
    text, kind, value, check, fix = row
    again = read_number(fix if check else text, kind)
    assert (again.value, again.check) == (value, "")


def test_a_share_above_one_is_told_what_it_may_have_been() -> None:
    """97.55 may be a percentage; the digits are moved, not computed."""
    assert read_number("97.55", "share").fix == "if it is a percentage: 0.9755"
