"""What the service does that nobody would expect, copied all the same."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.sor.validate import validate_statement
from tests.sor.payloads import ABSENT, statement

FREE_TEXTS = ("decision_facts", "incompatible_content_ground", "incompatible_content_explanation", "source_identity")


@pytest.mark.parametrize("field", ["decision_monetary", "decision_provision", "decision_account"])
def test_the_word_null_counts_as_a_restriction(field: str) -> None:
    """The text `null` alone satisfies the demand for at least one restriction."""
    assert validate_statement(statement(decision_visibility=ABSENT, **{field: "null"})).valid


def test_a_wrong_restriction_counts_as_present() -> None:
    """An unknown code fails in its own field, and the other three are not asked for."""
    found = validate_statement(statement(decision_visibility=ABSENT, decision_account="DECISION_ACCOUNT_PAUSED"))
    assert found.rules() == {"decision_account": ["in"]}


@pytest.mark.parametrize("field", FREE_TEXTS)
@pytest.mark.parametrize("value", [42, 0, 4.5, True, False], ids=repr)
def test_numbers_and_truth_values_pass_as_free_text(field: str, value: object) -> None:
    """No rule says that a free text is a text."""
    assert validate_statement(statement(**{field: value})).valid


@pytest.mark.parametrize("field", FREE_TEXTS)
def test_a_list_as_free_text_is_refused_by_us(field: str) -> None:
    """The gate lets a short list pass and breaks on it later, so the refusal is marked as ours."""
    found = validate_statement(statement(**{field: ["one", "two"]}))
    assert [failure.ours for failure in found.errors[field]] == [True]


def test_a_missing_content_type_is_one_error_and_a_null_one_is_two() -> None:
    """Null is first no list and then not there."""
    assert validate_statement(statement(content_type=ABSENT)).rules() == {"content_type": ["required"]}
    assert validate_statement(statement(content_type=None)).rules() == {"content_type": ["array", "required"]}


@pytest.mark.parametrize("before", ["\u200b", "\u00a0", "\t ", "\ufeff", "\u2003"], ids=ascii)
def test_what_nobody_sees_is_cut_off_before_judging(before: str) -> None:
    """Codes pass with invisible characters around them, in lists too, and such characters alone are nothing."""
    changes = {"content_language": f"{before}EN{before}", "territorial_scope": [f"{before}DE"]}
    assert validate_statement(statement(**changes)).valid
    assert validate_statement(statement(decision_facts=before * 3)).rules() == {"decision_facts": ["required"]}


def test_lengths_are_counted_in_characters_after_trimming() -> None:
    """Bytes do not count, and neither does white space at the ends."""
    assert validate_statement(statement(decision_facts="  " + "漢" * 5000 + "\n")).valid
    assert not validate_statement(statement(decision_facts="漢" * 5001)).valid


@pytest.mark.parametrize(
    "address",
    [
        "https://halcyon.example",
        "http://localhost:8080/a",
        "ftp://files.halcyon.example/x",
        "https://münchen.example/straße?q=ü#ä",
        "https://user:secret@halcyon.example/",
        "https://[2001:db8::1]/",
        "https://192.0.2.7/x",
        "https://halcyon.example/%C3%A4",
        "HTTPS://HALCYON.EXAMPLE",
    ],
)
def test_addresses_that_the_service_takes(address: str) -> None:
    """A known scheme, two slashes and a host are enough."""
    assert validate_statement(statement(decision_ground_reference_url=address)).valid


@pytest.mark.parametrize(
    "address",
    [
        "halcyon.example/rules",
        "mailto:desk@halcyon.example",
        "javascript://alert(1)",
        "https://",
        "https://halcyon example/",
        "https://halcyon.example/a b",
        "https://halcyon.example/a|b",
        "https://halcyon.example/%zz",
        "//halcyon.example",
        "see the terms",
        5,
        ["https://halcyon.example"],
    ],
    ids=str,
)
def test_addresses_that_the_service_refuses(address: object) -> None:
    """An unknown scheme, a space, a bar or a broken escape is no address."""
    assert validate_statement(statement(decision_ground_reference_url=address)).rules() == {
        "decision_ground_reference_url": ["url"]
    }


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ("1999-2-1", ["date_format", "after_or_equal"]),
        ("2039-2-1", ["date_format", "before_or_equal"]),
        ("31.12.1999", ["date_format", "after_or_equal"]),
        ("no day", ["date_format", "after_or_equal", "before_or_equal"]),
    ],
)
def test_a_day_in_another_form_can_fail_its_bounds_too(day: str, rules: list[str]) -> None:
    """The bounds read loosely: they hold of the day that is meant, and fail both where none is."""
    assert validate_statement(statement(content_date=day)).rules() == {"content_date": rules}


def test_the_answer_reads_as_the_service_writes_it() -> None:
    """The body names the first error and counts the others, in the order of the fields."""
    found = validate_statement(statement(content_date="1999-12-31", category="CATEGORY", puid=ABSENT))
    assert found.answer() == {
        "message": "The selected category is invalid. (and 2 more errors)",
        "errors": {
            "category": ["The selected category is invalid."],
            "content_date": ["The content date field must be a date after or equal to 2000-01-01."],
            "puid": ["The puid field is required."],
        },
    }


MESSAGES: list[tuple[dict[str, Any], str, str]] = [
    (
        {"decision_facts": "x" * 5001},
        "decision_facts",
        "The decision facts field must not be greater than 5000 characters.",
    ),
    ({"content_date": "x-y-z"}, "content_date", "The content date does not match the format YYYY-MM-DD."),
    ({"puid": "a b"}, "puid", "The puid field format is invalid."),
    (
        {"decision_visibility": ABSENT},
        "decision_account",
        "The decision account field is required when none of decision visibility / decision monetary / "
        "decision provision are present.",
    ),
    (
        {"incompatible_content_ground": None},
        "incompatible_content_ground",
        "The incompatible content ground field is required when decision ground is incompatible content.",
    ),
    (
        {"end_date_service_restriction": "2025-1-1"},
        "end_date_service_restriction",
        "The end date of service restriction does not match the format YYYY-MM-DD.",
    ),
]


@pytest.mark.parametrize(("changes", "field", "words"), MESSAGES, ids=[field for _, field, _ in MESSAGES])
def test_the_words_are_those_of_the_service(changes: dict[str, Any], field: str, words: str) -> None:
    """Each failure carries the sentence that the service answers with."""
    assert validate_statement(statement(**changes)).messages()[field][0] == words


@pytest.mark.parametrize("payload", [[], "text", 5, None, True], ids=repr)
def test_what_is_no_object_is_no_statement(payload: object) -> None:
    """Anything but an object is refused by us in one sentence."""
    found = validate_statement(payload)
    assert found.rules() == {"statement": ["object"]}
