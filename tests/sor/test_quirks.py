"""What an exact copy of the gate must do that nobody would design: normalisation, quirks, and the words of its answers."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.sor.php import MISSING, as_text, is_filled, normalised
from compliance.sor.php_date import is_date, moment
from compliance.sor.url import is_url, schemes
from compliance.sor.validate import validate_statement
from tests.sor.samples import LEFT, statement


def test_texts_are_trimmed_and_empty_ones_null_before_any_rule() -> None:
    """White space and characters nobody sees go from both ends, in lists and objects too; keys stay as they are."""
    given = {" a ": "  EN \u200b", "b": ["\u00a0x\ufeff", " "], "c": {"d": "\t"}, "e": 0, "f": "a b"}
    assert normalised(given) == {" a ": "EN", "b": ["x", None], "c": {"d": None}, "e": 0, "f": "a b"}
    assert validate_statement(statement(content_language=" EN ", territorial_scope=["DE "])).valid
    assert validate_statement(statement(category="\u2003STATEMENT_CATEGORY_VIOLENCE\u3000")).valid
    assert validate_statement(statement(territorial_scope=[" "])).rules() == {"territorial_scope": ["in"]}


def test_a_separator_of_information_is_not_trimmed() -> None:
    """U+001F is white space to Python and not to the service."""
    assert validate_statement(statement(content_language="EN\x1f")).rules() == {"content_language": ["in"]}


def test_unknown_keys_are_ignored() -> None:
    """A key that no rule names changes nothing, whatever it holds."""
    assert validate_statement(statement(uuid=5, platform_name=None, extra={"a": []})).valid


def test_a_statement_is_an_object() -> None:
    """Anything else is refused, and the refusal is marked as ours."""
    for value in ([], "x", None, 5):
        (failures,) = validate_statement(value).errors.values()
        assert failures[0].ours


@pytest.mark.parametrize("value", [42, 0, 1.5, True, False])
def test_numbers_and_booleans_pass_as_texts(value: Any) -> None:
    """No rule says that a free text is a text."""
    assert validate_statement(statement(decision_facts=value, source_identity=value)).valid


@pytest.mark.parametrize("field", ["decision_facts", "source_identity", "category_specification_other"])
def test_a_list_in_a_text_is_refused_by_us(field: str) -> None:
    """The service lets a short list pass its rules and then fails on it; we say so, and say that we do."""
    (failure,) = validate_statement(statement(**{field: ["a", "b"]})).errors[field]
    assert (failure.rule, failure.ours) == ("text", True)


def test_an_invalid_restriction_counts_as_one() -> None:
    """Only the invalid field fails; the other three do not ask for a restriction any more."""
    found = validate_statement(statement(decision_visibility=LEFT, decision_monetary="nothing known"))
    assert found.rules() == {"decision_monetary": ["in"]}


def test_the_answer_names_the_first_failure_and_counts_the_rest() -> None:
    """The body of 422 is the service's, fields in its order."""
    found = validate_statement(statement(content_type=None, puid="a b"))
    assert found.answer() == {
        "message": "The content type field must be an array. (and 2 more errors)",
        "errors": {
            "content_type": ["The content type field must be an array.", "The content type field is required."],
            "puid": ["The puid field format is invalid."],
        },
    }
    assert validate_statement(statement()).answer() == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"decision_visibility": LEFT},
            "The decision visibility field is required when none of decision monetary / decision provision / decision account are present.",
        ),
        ({"decision_facts": "x" * 5001}, "The decision facts field must not be greater than 5000 characters."),
        ({"content_date": "2025-1-1"}, "The content date does not match the format YYYY-MM-DD."),
        ({"content_date": "1999-12-31"}, "The content date field must be a date after or equal to 2000-01-01."),
        (
            {"end_date_service_restriction": "1.1.2026"},
            "The end date of service restriction does not match the format YYYY-MM-DD.",
        ),
        (
            {"incompatible_content_ground": LEFT},
            "The incompatible content ground field is required when decision ground is incompatible content.",
        ),
        ({"decision_ground_reference_url": "x"}, "The decision ground reference url field must be a valid URL."),
        ({"category": "X"}, "The selected category is invalid."),
    ],
)
def test_failures_speak_the_service_s_words(changes: dict[str, Any], words: str) -> None:
    """The sentence of each rule is the one that the service sends."""
    ((failure, *_), *_) = validate_statement(statement(**changes)).errors.values()
    assert failure.message == words


def test_the_field_for_one_statement_is_unknown_to_the_other_endpoint() -> None:
    """`content_id_ean` is judged at the single endpoint and dropped unread at the multiple one."""
    given = statement(content_id_ean="12")
    assert validate_statement(given).rules() == {"content_id_ean": ["regex"]}
    assert validate_statement(given, endpoint="multiple").valid


@pytest.mark.parametrize(
    "value",
    [
        "http://localhost", "https://example.org", "https://example.org.", "HTTPS://EXAMPLE.ORG/A", "ftp://example.org:21/x",
        "https://user:pw@example.org/", "https://xn--bcher-kva.example", "https://bücher.example/straße", "https://пример.рф",
        "https://example.org/a%20b?c=[d]&e=f#g/h?i", "https://1.2.3.4/", "https://[::1]:8080/x", "https://[2001:db8::1.2.3.4]",
        "https://my_host/x", "spotify://track", "z39.50s://example.org", "https://example.org?x=1", "https://exa|mple.org",
        "https://example.org/(a)!$&'*+,;=:@~",
    ],
)  # fmt: skip
def test_what_is_a_url(value: str) -> None:
    """A known scheme, `://`, a host of any script, and what may follow it."""
    assert is_url(value)


@pytest.mark.parametrize(
    "value",
    [
        "", "example.org", "www.example.org/x", "mailto:a@example.org", "javascript://alert", "https://", "https:///x",
        "https://exa mple.org", "https://example.org/a b", "https://example.org/a|b", "https://example.org/%zz",
        "https://example.org/<x>", "https://example.org/x#a#b", "https://[::1", "https://[1:2]", "//example.org", "see terms",
        "https://-é", "https://example.org/\\x", "gopherz://example.org", 5, None, ["https://example.org"],
    ],
)  # fmt: skip
def test_what_is_no_url(value: object) -> None:
    """Bare names, unknown schemes, spaces, broken escapes and everything that is no text."""
    assert not is_url(value)


def test_the_list_of_schemes_is_the_service_s() -> None:
    """312 schemes; `javascript` and `data` tell the two kinds apart."""
    assert len(schemes()) == 312
    assert ("data" in schemes(), "javascript" in schemes()) == (True, False)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2025-02-30", "2025-03-02"), ("2025-13-01", "2026-01-01"), ("2025-1-5", "2025-01-05"), ("2025/01/05", "2025-01-05"),
        ("01/05/2025", "2025-01-05"), ("5.1.2025", "2025-01-05"), ("5-1-2025", "2025-01-05"), ("20250105", "2025-01-05"),
        ("5 January 2025", "2025-01-05"), ("Jan 5th, 2025", "2025-01-05"), ("2025-01-05T23:00:00+01:00", "2025-01-05"),
        ("01/05/99", "1999-01-05"), ("@1736035200", "2025-01-05"), (1736035200, "2025-01-05"), (20250105, "1970-08-23"),
        ("0000-01-01", "0001-01-01"), ("9999-12-31", "9999-12-31"),
    ],
)  # fmt: skip
def test_bounds_fall_back_on_a_loose_reading(value: Any, day: str) -> None:
    """A date in another form is compared with the bounds all the same, months and days running on beyond their end."""
    found = moment(value)
    assert found is not None
    assert found.date().isoformat() == day


@pytest.mark.parametrize("value", ["31/12/2025", "soon", "2025-W01", "1736035200", "", "12:30 or so", None, 10.0**20])
def test_some_texts_are_no_date_at_all(value: Any) -> None:
    """Then every bound fails beside the format."""
    assert moment(value) is None


@pytest.mark.parametrize("value", ["now", "today", "Tomorrow", "2025"])
def test_words_for_days_near_now_keep_all_bounds(value: str) -> None:
    """Only their format fails, whatever the day of the check."""
    assert validate_statement(statement(content_date=value)).rules() == {"content_date": ["date_format"]}


def test_a_day_has_one_form() -> None:
    """Ten characters, calendrically there, leap years by the whole calendar."""
    assert [is_date(value) for value in ("2024-02-29", "2000-02-29", "0000-02-29")] == [True] * 3
    assert not any(
        is_date(value) for value in ("1900-02-29", "2025-04-31", "2025-00-10", "2025-4-03", "٢٠٢٥-٠١-٠١", 2025)
    )


def test_scalars_read_as_the_service_reads_them() -> None:
    """True is 1, false and null are nothing, and a float has 14 digits."""
    values: list[Any] = [True, False, None, MISSING, 7, 1.0, 0.1, 1e20, 2**70, 1.5e-7, "x"]
    assert [as_text(value) for value in values] == [
        "1", "", "", "", "7", "1", "0.1", "1.0E+20", "1.1805916207174E+21", "1.5E-7", "x"
    ]  # fmt: skip
    assert [is_filled(value) for value in (0, False, "0", " ", "", [], {}, None, MISSING)] == [True] * 3 + [False] * 6
    assert repr(MISSING) == "MISSING"


def test_an_identifier_may_be_a_number_that_reads_as_digits() -> None:
    """A whole float reads as digits, so the service takes it; a huge one does not."""
    assert validate_statement(statement(puid=1.0)).valid
    assert validate_statement(statement(puid=1e20)).rules() == {"puid": ["regex"]}
