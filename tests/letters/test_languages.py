"""Whole letters in eight languages, each of another kind and layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compliance.letters.intake import Intake
from compliance.letters.language import guess_language
from compliance.letters.read import read_letter

_DATA = Path(__file__).parent / "data"
_LETTERS: dict[str, dict[str, Any]] = {
    "coordinator-de": {
        "language": "de",
        "reference": "DSC3-8102/26-014",
        "date": "2026-05-04",
        "sender": "DE-BNETZA",
        "kind": "dsc_request",
        "bases": {"32022R2065:51(1)(a)", "nat:DE:VwVfG:26(1)"},
        "received": "2026-05-05T10:00:00+02:00",
        "home": "DE",
        "due": ["2026-05-22T12:00:00+02:00", "2026-06-02T23:59:59+02:00"],
        "period": ("2025-10-01", "2025-12-31"),
        "questions": {
            "1": "figures",
            "2.a": "figures",
            "2.b": "figures",
            "3": "procedures",
            "4": "timeline",
            "5": "attestation",
        },
    },
    "coordinator-es": {
        "language": "es",
        "reference": "REQ/DTSA/041/26",
        "date": "2026-03-09",
        "sender": "ES-CNMC",
        "kind": "dsc_request",
        "bases": {"32022R2065:51(1)(a)", "nat:ES:ley-39-2015:18"},
        "received": "2026-03-10T09:30:00+01:00",
        "home": "ES",
        "due": ["2026-03-24T23:59:59+01:00"],
        "period": ("2025-10-01", "2025-12-31"),
        "questions": {
            "1": "figures",
            "2": "figures",
            "3": "procedures",
            "4": "decision_sample",
            "4.a": "decision_sample",
            "4.b": "decision_sample",
            "5": "attestation",
        },
    },
    "coordinator-it": {
        "language": "it",
        "reference": "0123456/2026",
        "date": "2026-03-30",
        "sender": "IT-AGCOM",
        "kind": "dsc_request",
        "bases": {"32022R2065:51(1)(a)"},
        "due": ["2026-04-30T12:00:00+02:00"],
        "period": ("2025-09-01", "2026-02-28"),
        "questions": {"a": "figures", "b": "narrative", "c": "procedures", "d": "timeline", "e": "attestation"},
    },
    "coordinator-nl": {
        "language": "nl",
        "reference": "ACM/UIT/640112",
        "date": "2026-05-12",
        "sender": "NL-ACM",
        "kind": "dsc_request",
        "bases": {"32022R2065:51(1)(a)"},
        "due": ["2026-06-12T17:00:00+02:00"],
        "period": ("2026-01-01", "2026-03-31"),
        "questions": {"1": "figures", "2": "narrative", "3": "procedures"},
    },
    "coordinator-pl": {
        "language": "pl",
        "reference": "DUC.071.14.2026",
        "date": "2026-04-15",
        "sender": "PL-UKE",
        "kind": "dsc_request",
        "bases": {"32022R2065:51(1)(a)"},
        "received": "2026-04-16T09:00:00+02:00",
        "home": "PL",
        "due": ["2026-04-30T23:59:59+02:00"],
        "period": ("2026-01-01", "2026-03-31"),
        "questions": {"1": "figures", "2": "narrative", "3": "log_extract", "4": "attestation"},
    },
    "coordinator-pt": {
        "language": "pt",
        "reference": "ANACOM-S/2026/4410",
        "date": "2026-07-06",
        "sender": "PT-ANACOM",
        "kind": "dsc_request",
        "bases": {"32022R2065:51(1)(a)"},
        "due": ["2026-07-31T17:00:00+01:00"],
        "period": ("2026-04-01", "2026-06-30"),
        "questions": {"a": "figures", "b": "narrative", "c": "procedures"},
    },
    "information-order-fr": {
        "language": "fr",
        "reference": "IBPT/PLAT/2025/0311",
        "date": "2025-03-17",
        "sender": "BE-BIPT",
        "kind": "order_information",
        "bases": {"32022R2065:10", "nat:BE:loi-du-17-janvier-2003:14"},
        "due": ["2025-04-03T18:00:00+02:00"],
        "period": ("2025-02-01", "2025-02-15"),
        "questions": {"I": "account_information", "II": "log_extract", "III": "account_information"},
    },
    "decision-en": {
        "language": "en",
        "reference": "C(2026) 7781 final",
        "date": "2026-10-14",
        "sender": "EC",
        "kind": "rfi_decision",
        "bases": {"32022R2065:67(1)", "32022R2065:67(3)"},
        "received": "2026-10-15T11:00:00+02:00",
        "home": "IE",
        "due": ["2026-11-05T23:59:59+01:00", "2026-11-13T17:00:00+01:00"],
        "period": None,
        "questions": {
            "1.1": "document_production",
            "1.2": "narrative",
            "2.1": "narrative",
            "2.2.a": "narrative",
            "2.2.b": "contact",
            "3.1": "figures",
            "3.2": "log_extract",
        },
    },
    "removal-order-de": {
        "language": "de",
        "reference": "ST45-TCO-2026-0231",
        "date": "2026-06-03",
        "sender": "DE-BKA",
        "kind": "order_remove",
        "bases": {"32021R0784:3"},
        "received": "2026-06-03T14:26:00+02:00",
        "home": "DE",
        "due": ["2026-06-03T15:26:00+02:00"],
        "period": None,
        "questions": {"B.1": "action_order", "B.2": "action_order"},
    },
    "table-en": {
        "language": "en",
        "reference": "MCA/DSU/26-0119",
        "date": "2025-05-02",
        "sender": "MT-MCA",
        "kind": "dsc_request",
        "bases": {"32022R2065:51(1)(a)"},
        "due": ["2025-06-02T12:00:00+02:00"],
        "period": ("2025-01-01", "2025-03-31"),
        "questions": {"1": "figures", "2": "figures", "3": "document_production", "4": "contact"},
    },
}


@pytest.mark.parametrize("name", sorted(_LETTERS))
def test_a_whole_letter(name: str) -> None:
    """Reference, date, sender, kind, basis, deadlines, period, question numbers and types are right."""
    expected = _LETTERS[name]
    intake = (
        Intake.model_validate({"received_at": expected["received"], "addressee_member_state": expected["home"]})
        if "received" in expected
        else None
    )
    letter = read_letter(_DATA / f"{name}.txt", intake)
    answers = [each for each in (letter.deadline, *letter.additional_deadlines) if each and each.scope == "answer"]
    assert {
        "language": letter.language,
        "reference": letter.reference,
        "date": str(letter.date),
        "sender": letter.sender.authority_id,
        "kind": letter.kind,
        "bases": set(letter.legal_bases),
        "due": [each.instant.isoformat() for each in answers if each.instant],
        "period": (str(letter.period.start), str(letter.period.end)) if letter.period else None,
        "questions": {
            question.number: question.type for question in letter.questions if question.number and question.leaf
        },
    } == {field: value for field, value in expected.items() if field not in ("received", "home")}


def test_a_bilingual_letter_is_put_to_a_person() -> None:
    """Two languages in equal parts give no sure language."""
    text = (
        "Wir bitten Sie um die Auskunft zu der Bearbeitung von Meldungen auf der Plattform. "
        "Nous vous prions de transmettre les informations pour la période qui est visée dans la lettre. "
    ) * 3
    assert not guess_language(text).sure
