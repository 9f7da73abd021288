"""Calls to the endpoint for several statements: all or nothing, in the service's order of checks."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.sor import validate_call, validate_statement
from compliance.sor.call import not_unique
from tests.sor.samples import statement


def body(count: int, **changes: Any) -> dict[str, Any]:
    """A call with so many statements."""
    return {"statements": [statement(puid=f"p-{number}", **changes) for number in range(count)]}


def test_the_package_hands_out_the_two_questions() -> None:
    """One statement, and one call."""
    assert validate_statement(statement()).valid
    assert validate_call({"statements": [statement()]}).accepted


@pytest.mark.parametrize("count", [1, 100])
def test_one_to_a_hundred_statements_are_taken(count: int) -> None:
    """Both ends of the size pass."""
    found = validate_call(body(count))
    assert (found.status, found.accepted, len(found.statements)) == (201, True, count)


def test_a_hundred_and_one_statements_are_refused_by_size() -> None:
    """With a message, and without a word on the statements."""
    words = "The statements field must have between 1 and 100 items."
    found = validate_call(body(101, category="X"))
    assert found.answer == {"message": words, "errors": {"statements": [words]}}


@pytest.mark.parametrize("value", [{}, {"statements": []}, {"statements": None}, [], None])
def test_a_call_without_statements_is_refused(value: Any) -> None:
    """Nothing to store is an error of the call."""
    assert validate_call(value).errors == {"statements": ["The statements field is required."]}


def test_statements_must_be_a_list() -> None:
    """A text in its place fails as a list."""
    assert validate_call({"statements": "p"}).errors["statements"] == ["The statements field must be an array."]


def test_one_invalid_statement_refuses_all_and_only_it_is_named() -> None:
    """Errors stand under the statement's number, and there is no message."""
    given = body(3)
    given["statements"][1]["category"] = "X"
    found = validate_call(given)
    assert found.answer == {"errors": {"statement_1": {"category": ["The selected category is invalid."]}}}
    assert [verdict.valid for verdict in found.statements] == [True, False, True]


def test_identifiers_are_compared_only_once_every_statement_is_valid() -> None:
    """A repeated identifier is not named beside an invalid statement; alone it refuses the call."""
    given = body(3)
    given["statements"][2]["puid"] = " p-0 "
    words = "The platform identifier(s) are not all unique within this call."
    assert validate_call(given).answer == {"errors": {"puid": [words], "existing_puids": ["p-0"]}}
    given["statements"][1]["category"] = "X"
    assert set(validate_call(given).answer["errors"]) == {"statement_1"}


def test_a_number_and_its_text_are_one_identifier() -> None:
    """5 and "5" are the same to the database."""
    given = body(2)
    given["statements"][0]["puid"], given["statements"][1]["puid"] = 5, "5"
    assert validate_call(given).existing == ("5",)


def test_a_known_identifier_has_two_sentences() -> None:
    """One for a statement alone, one for a call."""
    assert not_unique(in_call=False).messages() == {
        "puid": ["The identifier given is not unique within this platform."]
    }
    assert "within this call" in not_unique(in_call=True).messages()["puid"][0]


def test_what_is_no_object_in_a_call_fails_by_itself() -> None:
    """The service would fail on it; it is named under its number."""
    found = validate_call({"statements": [statement(), 7]})
    assert list(found.answer["errors"]) == ["statement_1"]
