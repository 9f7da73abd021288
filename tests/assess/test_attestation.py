"""What a person answers for: the record, the names that rules ask for, and what is never made of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compliance.assess.attestation import Statement, attestation, statements_asked
from compliance.clock import parse_instant
from compliance.errors import InputError, UsageError
from compliance.events.catalogue import catalogue
from compliance.patterns.limit import Days
from compliance.rules.loader import load_rules

RULES = load_rules()
MADE = parse_instant("2026-03-01T10:00:00Z")
SAID = Statement("contact-points", "head of legal", MADE, reviewer_role="compliance officer")


def event(said: Statement = SAID) -> dict[str, Any]:
    """The event of a statement."""
    return attestation(said, RULES, "halcyon-live", Days("Europe/Dublin", "IE"))


def test_the_record_holds_what_the_catalogue_asks_for(tmp_path: Path) -> None:
    """Statement, scope, role, date, expiry, digest of the document and reviewer are fields of the event type."""
    document = tmp_path / "contact.pdf"
    document.write_bytes(b"contact page, printed")
    made = event(replace(SAID, scope="all markets", text="The page is current.", document=document))
    assert set(made) - {"type"} <= set(catalogue().types["attestation.made"].fields)
    assert made["document_digest"] == hashlib.sha256(b"contact page, printed").hexdigest()
    assert (made["scope"], made["reviewer_role"]) == ("all markets", "compliance officer")


def test_without_an_expiry_it_holds_for_a_year_by_the_calendar() -> None:
    """The end is written down, on the same wall clock in the service's zone."""
    assert event()["expires_at"] == "2027-03-01T10:00:00Z"
    july = replace(SAID, made_at=parse_instant("2026-07-01T10:00:00Z"))
    assert event(july)["expires_at"] == "2027-07-01T10:00:00Z"


def test_the_same_record_has_the_same_id() -> None:
    """The id follows from the content: a repeated line is a duplicate, another scope is another record."""
    assert event()["id"] == event()["id"] != event(replace(SAID, scope="IE"))["id"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": "contact-point"}, "ATT-STATEMENT"),
        ({"role": "  "}, "ATT-ROLE"),
        ({"reviewer_role": "Head of Legal"}, "ATT-REVIEWER"),
        ({"expires_at": MADE}, "ATT-DATES"),
        ({"expires_at": MADE + 5, "valid_from": MADE + 5}, "ATT-DATES"),
    ],
)
def test_what_is_no_attestation_is_refused(changes: dict[str, Any], code: str) -> None:
    """Unknown statement, no role, one role for both, an end that is no later than the beginning."""
    with pytest.raises(UsageError) as refused:
        event(replace(SAID, **changes))
    assert refused.value.code == code


def test_an_unknown_statement_names_the_nearest() -> None:
    """The hint holds names that the rules ask for; far from all of them it says where they stand."""
    with pytest.raises(UsageError) as close:
        event(replace(SAID, key="contact-point"))
    assert "contact-points" in close.value.hint
    with pytest.raises(UsageError) as far:
        event(replace(SAID, key="xyz"))
    assert "attest list" in far.value.hint


def test_a_document_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    """The file is named."""
    with pytest.raises(InputError) as refused:
        event(replace(SAID, document=tmp_path / "none.pdf"))
    assert refused.value.code == "ATT-DOCUMENT"
    assert str(refused.value.place).endswith("none.pdf")


def test_names_come_from_the_packs() -> None:
    """Every attestation rule's statement is known, and no other."""
    assert set(statements_asked(RULES)) == {
        one.rule.expect.attested.statement for one in RULES if one.rule.expect.attested is not None
    }
    assert json.dumps(list(statements_asked(RULES))) == json.dumps(sorted(statements_asked(RULES)))
