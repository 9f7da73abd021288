"""Canonical JSON against RFC 8785 and its public vectors."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.events.canonical import canonical_json, format_number

CORPORA = Path(os.environ.get("COMPLIANCE_CORPORA", ""))
needs_corpora = pytest.mark.skipif("COMPLIANCE_CORPORA" not in os.environ, reason="COMPLIANCE_CORPORA names no folder")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (1.0000000000000001e23, "1.0000000000000001e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"),
        (0.95, "0.95"),
        (100.0, "100"),
        (1.5, "1.5"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1424953923781206.2, "1424953923781206.2"),
    ],
)
def test_numbers_are_printed_as_ecmascript_does(number: float, text: str) -> None:
    """The samples of RFC 8785 appendix B, and ordinary shares."""
    assert format_number(number) == text


def test_keys_are_sorted_by_utf16_units_and_strings_escaped_minimally() -> None:
    """Surrogate pairs sort below U+FB33; controls get short or lower-case escapes; the rest stays."""
    assert (
        canonical_json({"\ufb33": 1, "\U0001f600": 2, "a": "\u000b\n\u007f/é"})
        == '{"a":"\\u000b\\n\u007f/é","\U0001f600":2,"\ufb33":1}'.encode()
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53 + 1, "\ud800", {1: 2}, {"a": object()}])
def test_values_without_a_canonical_form_are_refused(value: object) -> None:
    """NaN, infinities, big integers, lone surrogates and foreign types raise ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        canonical_json(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_printed_number_reads_back_as_the_same_double(number: float) -> None:
    """Shortest digits lose nothing."""
    assert float(format_number(number)) == number


@pytest.mark.corpora
@needs_corpora
def test_the_public_vectors_come_out_byte_for_byte() -> None:
    """Every input of the RFC 8785 corpus gives its published output."""
    inputs = sorted((CORPORA / "jcs" / "input").glob("*.json"))
    assert inputs
    for path in inputs:
        expected = (CORPORA / "jcs" / "output" / path.name).read_bytes()
        assert canonical_json(json.loads(path.read_text("utf-8"))) == expected, path.name
