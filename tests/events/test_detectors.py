"""Detectors of personal data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.events.detectors import may_hit, scan

HITS = [
    ("write to jane.doe+x@mail.example.org please", "email"),
    ("pay to DE89 3704 0044 0532 0130 00", "iban"),
    ("IE29AIBK93115212345678 is the account", "iban"),
    ("call +353 1 234 5678", "phone"),
    ("call 0032-2-555-12-12", "phone"),
    ("from 192.0.2.17 at noon", "ip"),
    ("from 2001:db8::ff00:42:8329 at noon", "ip"),
]


@pytest.mark.parametrize(("text", "name"), HITS)
def test_hits(text: str, name: str) -> None:
    """A text with personal data of the kind is hit by that detector."""
    assert name in {hit.detector for hit in scan(text)}


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-13T00:42:00Z",
        "2026-08-13T02:42:00+02:00",
        "LS-2026-08-13-001",
        "00:42:10",
        "version 1.2.3",
        "999.1.2.3",
        "@everyone",
        "DE89 3704 0044 0532 0130 01",
        "AB12CDEF34567890123",
        "halcyon-live-000000000123",
        "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "::",
        "C++",
        "12 000 000",
        "KEYWORD_OTHER",
        "32022R2065:16(5)",
    ],
)
def test_does_not_hit(text: str) -> None:
    """Instants, identifiers, versions, digests and failed check digits do not hit."""
    assert list(scan(text)) == []


def test_hit_carries_no_value() -> None:
    """A hit says where, and does not repeat the datum."""
    (hit,) = scan("x jane@example.org")
    assert (hit.start, hit.end) == (2, 18)
    assert "jane" not in repr(hit)


@given(
    st.lists(
        st.sampled_from([*(text for text, _ in HITS), "a", "7", " ", ".", ":", "+", "DE", "00", "é", "٣", "x-00"]),
        max_size=6,
    )
)
def test_what_may_not_hit_does_not(pieces: list[str]) -> None:
    """The quick look over many texts at once passes over nothing that the detectors find in one of them."""
    text = "".join(pieces)
    assert may_hit(f"abc\n{text}\nxyz") or not list(scan(text))
