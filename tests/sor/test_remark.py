"""Remarks beyond the service's gate."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.sor.remark import FREE_TEXTS, homes, remarks
from compliance.sor.schema import CURRENT, OLD, load_schema
from compliance.sor.validate import validate_statement
from tests.sor.samples import LEFT, statement


def codes(schema: str = CURRENT, received: str = "", **changes: Any) -> list[tuple[str, str]]:
    """Code and field of each remark on a sound statement with changes."""
    found = remarks(statement(**changes), schema=schema, received=received)
    return [(entry.code, entry.field) for entry in found]


def test_a_sound_statement_draws_no_remark() -> None:
    """Nothing is remarked where nothing contradicts anything."""
    assert codes(received="2025-10-02") == []


REMARKED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"content_date": "2025-10-03"}, ("SEM-APPLIED-EARLY", "application_date")),
    ({"end_date_monetary_restriction": "2025-11-01"}, ("SEM-END-ALONE", "end_date_monetary_restriction")),
    (
        {"end_date_account_restriction": "2025-11-01", "decision_account": "null"},
        ("SEM-END-ALONE", "end_date_account_restriction"),
    ),
    (
        {
            "end_date_visibility_restriction": "2025-11-01",
            "decision_visibility": ["null"],
            "decision_account": "DECISION_ACCOUNT_SUSPENDED",
        },
        ("SEM-END-ALONE", "end_date_visibility_restriction"),
    ),
    ({"end_date_visibility_restriction": "2025-10-01"}, ("SEM-END-EARLY", "end_date_visibility_restriction")),
    ({"category_specification": ["KEYWORD_ANIMAL_HARM"]}, ("SEM-KEYWORD", "category_specification")),
    ({"decision_facts": "Reported by desk@halcyon.example."}, ("SEM-PERSONAL-DATA", "decision_facts")),
    (
        {"source_type": "SOURCE_ARTICLE_16", "source_identity": "+353 1 234 5678"},
        ("SEM-PERSONAL-DATA", "source_identity"),
    ),
]
LET_BE: list[dict[str, Any]] = [
    {"content_date": "2025-10-02"},
    {"content_date": "no day"},
    {"end_date_visibility_restriction": "2025-10-02"},
    {"end_date_visibility_restriction": ""},
    {"end_date_service_restriction": "2026-01-01", "decision_provision": "DECISION_PROVISION_TOTAL_SUSPENSION"},
    {"category_specification": ["KEYWORD_OTHER"]},
    {"category_specification": ["KEYWORD_STALKING"]},
    {"category_specification": ["KEYWORD_ANIMAL_HARM"], "category_addition": ["STATEMENT_CATEGORY_ANIMAL_WELFARE"]},
    {"category_specification": ["KEYWORD_ANIMAL_HARM"], "category": LEFT},
    {"decision_facts": 5},
    {"decision_facts": "Seen on 2025-10-01 at 10:30 in stream LS-2025-10-01-7."},
]


@pytest.mark.parametrize(("changes", "expected"), REMARKED, ids=lambda value: str(value)[:70])
def test_what_does_not_fit_is_remarked_though_the_gate_takes_it(
    changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    """The service would store the statement; the remark names the field."""
    assert validate_statement(statement(**changes)).valid
    assert codes(**changes) == [expected]


@pytest.mark.parametrize("changes", LET_BE, ids=str)
def test_what_fits_or_cannot_be_known_is_let_be(changes: dict[str, Any]) -> None:
    """No remark where the values agree, or where one of them says nothing."""
    assert codes(**changes) == []


def test_a_statement_cannot_arrive_before_it_is_applied() -> None:
    """The day of reception is compared only where it is known."""
    assert codes(received="2025-10-01") == [("SEM-RECEIVED-EARLY", "application_date")]
    assert codes(received="soon") == []


@pytest.mark.parametrize("field", FREE_TEXTS)
def test_every_free_text_is_searched_and_never_repeated(field: str) -> None:
    """A remark names the detector and the field, and does not carry the personal data on."""
    found = remarks(statement(**{field: "https://x.example/?to=jane.doe@mail.example"}))
    assert [(entry.code, entry.field) for entry in found] == [("SEM-PERSONAL-DATA", field)]
    assert "jane" not in str(found[0].record())


def test_retired_codes_are_named_with_their_last_day_and_successor() -> None:
    """Under the current schema an old code says until when it was in force and what it is called now, if one code is."""
    found = remarks(
        statement(
            category="STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE", category_specification=["KEYWORD_DANGEROUS_TOYS"]
        )
    )
    assert [entry.message for entry in found] == [
        "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE was in force until 2025-06-30; "
        "since then it is STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        "KEYWORD_DANGEROUS_TOYS was in force until 2025-06-30; no code is its one successor",
    ]


def test_new_codes_in_an_old_statement_are_named_with_their_first_day() -> None:
    """Under the old schema a code that came later says since when it is in force."""
    found = codes(
        schema=OLD, category="STATEMENT_CATEGORY_CYBER_VIOLENCE", category_addition=["STATEMENT_CATEGORY_VIOLENCE"]
    )
    assert found == [("SEM-NOT-YET", "category")]


def test_old_and_new_codes_are_what_the_two_lists_do_not_share() -> None:
    """The table of changes and the two versions' code lists agree on every code."""
    from compliance.sor.change import change_of

    for name in ("category", "keyword"):
        old, new = set(load_schema(OLD).codes[name]), set(load_schema(CURRENT).codes[name])
        change = change_of(name)
        assert {code for code in old | new if change.is_old(code)} == old - new
        assert {code for code in old | new if change.is_new(code)} == new - old


def test_every_keyword_has_a_home_but_two() -> None:
    """The template lists each keyword of the service, save the one for *other* and one that it does not know."""
    assert set(load_schema(CURRENT).codes["keyword"]) - set(homes()) == {"KEYWORD_OTHER", "KEYWORD_STALKING"}
    assert set().union(*homes().values()) <= set(load_schema(CURRENT).codes["category"])
