"""Every row of the service's field rules, on both sides of each."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.sor.schema import load_schema
from compliance.sor.validate import validate_statement
from tests.sor.samples import LEFT, illegal, statement

V, M, P, A = "decision_visibility", "decision_monetary", "decision_provision", "decision_account"
ALL_FOUR = {name: ["required_without_all"] for name in (V, M, P, A)}
OTHER_SEEN = ["DECISION_VISIBILITY_OTHER"]
ENDS = [f"end_date_{kind}_restriction" for kind in ("account", "monetary", "service", "visibility")]
EAN = "4006381333931"
TABLE: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    # visibility: a list of codes, the text "null" too; needed where no other restriction is named
    ({V: ["DECISION_VISIBILITY_CONTENT_DEMOTED", "DECISION_VISIBILITY_CONTENT_LABELLED"]}, {}),
    ({V: ["null"]}, {}),
    ({V: None, A: "DECISION_ACCOUNT_SUSPENDED"}, {}),
    ({V: ["DECISION_VISIBILITY_HIDDEN"]}, {V: ["in"]}),
    ({V: "DECISION_VISIBILITY_CONTENT_REMOVED"}, {V: ["array"]}),
    ({V: "nothing"}, {V: ["array", "in"]}),
    ({V: [["DECISION_VISIBILITY_CONTENT_REMOVED"]]}, {V: ["in"]}),
    ({V: LEFT}, ALL_FOUR),
    ({V: None}, ALL_FOUR),
    ({V: []}, ALL_FOUR),
    ({V: {}}, ALL_FOUR),
    ({V: {"0": "DECISION_VISIBILITY_CONTENT_REMOVED"}}, {}),
    # the text of another visibility restriction
    ({V: OTHER_SEEN, "decision_visibility_other": "x" * 500}, {}),
    ({V: OTHER_SEEN, "decision_visibility_other": "x" * 501}, {"decision_visibility_other": ["max"]}),
    ({V: OTHER_SEEN}, {"decision_visibility_other": ["required"]}),
    ({V: OTHER_SEEN, "decision_visibility_other": " \u200b"}, {"decision_visibility_other": ["required"]}),
    ({"decision_visibility_other": "dropped unread"}, {}),
    ({"decision_visibility_other": "x" * 501}, {"decision_visibility_other": ["max"]}),
    # monetary
    ({V: LEFT, M: "DECISION_MONETARY_SUSPENSION"}, {}),
    ({V: LEFT, M: "null"}, {}),
    ({M: None}, {}),
    ({M: "DECISION_MONETARY_FINE"}, {M: ["in"]}),
    ({M: ["DECISION_MONETARY_SUSPENSION"]}, {M: ["in"]}),
    ({M: 7}, {M: ["in"]}),
    ({M: "DECISION_MONETARY_OTHER", "decision_monetary_other": "x" * 500}, {}),
    ({M: "DECISION_MONETARY_OTHER", "decision_monetary_other": "x" * 501}, {"decision_monetary_other": ["max"]}),
    ({M: "DECISION_MONETARY_OTHER"}, {"decision_monetary_other": ["required_if"]}),
    ({M: "DECISION_MONETARY_OTHER", "decision_monetary_other": []}, {"decision_monetary_other": ["required_if"]}),
    ({M: "DECISION_MONETARY_TERMINATION", "decision_monetary_other": "x" * 9000}, {}),
    ({"decision_monetary_other": ["dropped", "unread"]}, {}),
    # provision and account
    ({V: LEFT, P: "DECISION_PROVISION_PARTIAL_SUSPENSION"}, {}),
    ({V: LEFT, P: "null"}, {}),
    ({P: "DECISION_PROVISION_PAUSED"}, {P: ["in"]}),
    ({V: LEFT, A: "DECISION_ACCOUNT_TERMINATED"}, {}),
    ({V: LEFT, A: "null"}, {}),
    ({A: "DECISION_ACCOUNT_FROZEN"}, {A: ["in"]}),
    ({V: LEFT, A: "DECISION_ACCOUNT_FROZEN"}, {A: ["in"]}),
    ({V: LEFT, P: True}, {P: ["in"]}),
    # type of account
    ({"account_type": "ACCOUNT_TYPE_BUSINESS"}, {}),
    ({"account_type": "null"}, {}),
    ({"account_type": None}, {}),
    ({"account_type": "ACCOUNT_TYPE_PUBLIC"}, {"account_type": ["in"]}),
    # keywords: a list, tied to no category
    ({"category_specification": ["KEYWORD_PHISHING", "KEYWORD_ANIMAL_HARM", "null"]}, {}),
    ({"category_specification": None}, {}),
    ({"category_specification": []}, {}),
    ({"category_specification": ["KEYWORD_GENDER_BASED_VIOLENCE"]}, {"category_specification": ["in"]}),
    ({"category_specification": "KEYWORD_PHISHING"}, {"category_specification": ["array"]}),
    ({"category_specification": [None]}, {"category_specification": ["in"]}),
    ({"category_specification": ["KEYWORD_OTHER"]}, {}),
    ({"category_specification_other": "x" * 500}, {}),
    ({"category_specification_other": "x" * 501}, {"category_specification_other": ["max"]}),
    ({"category_specification_other": None}, {}),
    # ground
    ({"decision_ground": LEFT}, {"decision_ground": ["required"]}),
    ({"decision_ground": None}, {"decision_ground": ["required"]}),
    ({"decision_ground": "null"}, {"decision_ground": ["in"]}),
    ({"decision_ground": "ILLEGAL"}, {"decision_ground": ["in"]}),
    ({"decision_ground_reference_url": None}, {}),
    ({"decision_ground_reference_url": "https://example.org/terms"}, {}),
    ({"decision_ground_reference_url": "example.org"}, {"decision_ground_reference_url": ["url"]}),
    ({"decision_ground_reference_url": 5}, {"decision_ground_reference_url": ["url"]}),
    ({"decision_ground_reference_url": "https://example.org/" + "a" * 480}, {}),
    ({"decision_ground_reference_url": "https://example.org/" + "a" * 481}, {"decision_ground_reference_url": ["max"]}),
    ({"decision_ground_reference_url": "x" * 501}, {"decision_ground_reference_url": ["url", "max"]}),
    # incompatible content
    ({"incompatible_content_ground": "x" * 500}, {}),
    ({"incompatible_content_ground": "x" * 501}, {"incompatible_content_ground": ["max"]}),
    ({"incompatible_content_ground": LEFT}, {"incompatible_content_ground": ["required_if"]}),
    ({"incompatible_content_ground": ""}, {"incompatible_content_ground": ["required_if"]}),
    ({"incompatible_content_explanation": "x" * 2000}, {}),
    ({"incompatible_content_explanation": "x" * 2001}, {"incompatible_content_explanation": ["max"]}),
    ({"incompatible_content_explanation": None}, {"incompatible_content_explanation": ["required_if"]}),
    ({"illegal_content_legal_ground": "x" * 9000, "illegal_content_explanation": ["unread"]}, {}),
    ({"incompatible_content_illegal": "Yes"}, {}),
    ({"incompatible_content_illegal": LEFT}, {}),
    ({"incompatible_content_illegal": None}, {"incompatible_content_illegal": ["in"]}),
    ({"incompatible_content_illegal": ""}, {"incompatible_content_illegal": ["in"]}),
    ({"incompatible_content_illegal": True}, {"incompatible_content_illegal": ["in"]}),
    # type of content
    ({"content_type": ["CONTENT_TYPE_APP", "CONTENT_TYPE_APP"]}, {}),
    ({"content_type": LEFT}, {"content_type": ["required"]}),
    ({"content_type": None}, {"content_type": ["array", "required"]}),
    ({"content_type": []}, {"content_type": ["required"]}),
    ({"content_type": "CONTENT_TYPE_APP"}, {"content_type": ["array"]}),
    ({"content_type": "APP"}, {"content_type": ["array", "in"]}),
    ({"content_type": ["null"]}, {"content_type": ["in"]}),
    ({"content_type": ["CONTENT_TYPE_OTHER"], "content_type_other": "x" * 500}, {}),
    ({"content_type": ["CONTENT_TYPE_OTHER"]}, {"content_type_other": ["required"]}),
    ({"content_type": ["CONTENT_TYPE_OTHER"], "content_type_other": "x" * 501}, {"content_type_other": ["max"]}),
    ({"content_type_other": "x" * 501}, {"content_type_other": ["max"]}),
    ({"content_type_other": "dropped"}, {}),
    # category
    ({"category": "STATEMENT_CATEGORY_CYBER_VIOLENCE"}, {}),
    ({"category": LEFT}, {"category": ["required"]}),
    ({"category": "STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT"}, {"category": ["in"]}),
    ({"category": ["STATEMENT_CATEGORY_VIOLENCE"]}, {"category": ["in"]}),
    ({"category_addition": ["STATEMENT_CATEGORY_VIOLENCE"]}, {}),
    ({"category_addition": LEFT}, {}),
    ({"category_addition": []}, {}),
    ({"category_addition": None}, {"category_addition": ["array", "in"]}),
    ({"category_addition": ["VIOLENCE"]}, {"category_addition": ["in"]}),
    ({"category_addition": ["null"]}, {"category_addition": ["in"]}),
    # territory and language
    ({"territorial_scope": ["GR", "IS", "LI", "NO"]}, {}),
    ({"territorial_scope": None}, {}),
    ({"territorial_scope": []}, {}),
    ({"territorial_scope": ["EL"]}, {"territorial_scope": ["in"]}),
    ({"territorial_scope": ["EU"]}, {"territorial_scope": ["in"]}),
    ({"territorial_scope": ["EEA"]}, {"territorial_scope": ["in"]}),
    ({"territorial_scope": ["UK"]}, {"territorial_scope": ["in"]}),
    ({"territorial_scope": ["null"]}, {"territorial_scope": ["in"]}),
    ({"territorial_scope": "DE"}, {"territorial_scope": ["array"]}),
    ({"content_language": "EL"}, {}),
    ({"content_language": None}, {}),
    ({"content_language": "GR"}, {"content_language": ["in"]}),
    ({"content_language": "en"}, {"content_language": ["in"]}),
    ({"content_language": "null"}, {"content_language": ["in"]}),
    # dates
    ({"content_date": "2000-01-01"}, {}),
    ({"content_date": "1999-12-31"}, {"content_date": ["after_or_equal"]}),
    ({"content_date": "2038-01-01"}, {}),
    ({"content_date": "2038-01-02"}, {"content_date": ["before_or_equal"]}),
    ({"content_date": LEFT}, {"content_date": ["required"]}),
    ({"content_date": "2024-02-29"}, {}),
    ({"content_date": "2025-02-29"}, {"content_date": ["date_format"]}),
    ({"content_date": "2025-1-1"}, {"content_date": ["date_format"]}),
    ({"content_date": "2025-10-01 00:00:00"}, {"content_date": ["date_format"]}),
    ({"content_date": "2025-10-01T00:00:00Z"}, {"content_date": ["date_format"]}),
    ({"content_date": "31/12/2025"}, {"content_date": ["date_format", "after_or_equal", "before_or_equal"]}),
    ({"content_date": "soon"}, {"content_date": ["date_format", "after_or_equal", "before_or_equal"]}),
    ({"content_date": True}, {"content_date": ["date_format", "after_or_equal", "before_or_equal"]}),
    ({"application_date": "2020-01-01"}, {}),
    ({"application_date": "2019-12-31"}, {"application_date": ["after_or_equal"]}),
    ({"application_date": "2038-01-01"}, {}),
    ({"application_date": "2039-01-01"}, {"application_date": ["before_or_equal"]}),
    ({"application_date": None}, {"application_date": ["required"]}),
    *[({name: "0001-01-01"}, {}) for name in ENDS],
    *[({name: None}, {}) for name in ENDS],
    *[({name: "2038-01-02"}, {name: ["before_or_equal"]}) for name in ENDS],
    *[({name: "01.02.2026"}, {name: ["date_format"]}) for name in ENDS],
    *[({name: "never"}, {name: ["date_format", "before_or_equal"]}) for name in ENDS],
    # facts
    ({"decision_facts": "x" * 5000}, {}),
    ({"decision_facts": "x" * 5001}, {"decision_facts": ["max"]}),
    ({"decision_facts": "ü" * 5000}, {}),
    ({"decision_facts": "\U0001f600" * 5000}, {}),
    ({"decision_facts": LEFT}, {"decision_facts": ["required"]}),
    ({"decision_facts": " \t\u00a0"}, {"decision_facts": ["required"]}),
    ({"decision_facts": "0"}, {}),
    # source
    ({"source_type": "SOURCE_TRUSTED_FLAGGER"}, {}),
    ({"source_type": LEFT}, {"source_type": ["required"]}),
    ({"source_type": "SOURCE_COURT"}, {"source_type": ["in"]}),
    ({"source_type": "SOURCE_ARTICLE_16", "source_identity": "x" * 500}, {}),
    ({"source_type": "SOURCE_ARTICLE_16"}, {}),
    ({"source_identity": "x" * 501}, {"source_identity": ["max"]}),
    ({"source_identity": None}, {}),
    # automation
    ({"automated_detection": "Yes"}, {}),
    ({"automated_detection": True}, {"automated_detection": ["in"]}),
    ({"automated_detection": False}, {"automated_detection": ["in"]}),
    ({"automated_detection": "yes"}, {"automated_detection": ["in"]}),
    ({"automated_detection": LEFT}, {"automated_detection": ["required"]}),
    ({"automated_decision": "AUTOMATED_DECISION_PARTIALLY"}, {}),
    ({"automated_decision": "Yes"}, {"automated_decision": ["in"]}),
    ({"automated_decision": None}, {"automated_decision": ["required"]}),
    # the platform's identifier
    ({"puid": "Az09-_"}, {}),
    ({"puid": 12345}, {}),
    ({"puid": -5}, {}),
    ({"puid": 1.5}, {"puid": ["regex"]}),
    ({"puid": True}, {"puid": ["regex"]}),
    ({"puid": "x" * 500}, {}),
    ({"puid": "x" * 501}, {"puid": ["max"]}),
    ({"puid": "a.b"}, {"puid": ["regex"]}),
    ({"puid": "a b"}, {"puid": ["regex"]}),
    ({"puid": "ä"}, {"puid": ["regex"]}),
    ({"puid": "٣"}, {"puid": ["regex"]}),
    ({"puid": LEFT}, {"puid": ["required"]}),
    ({"puid": ["p"]}, {"puid": ["regex"]}),
    # identifiers of the content
    ({"content_id": {"EAN-13": EAN}}, {}),
    ({"content_id": {"EAN-13": "0" * 13}}, {}),
    ({"content_id": {"ISBN": "x"}}, {}),
    ({"content_id": []}, {}),
    ({"content_id": None}, {}),
    ({"content_id": "4006381333931"}, {"content_id": ["array"]}),
    ({"content_id": {"EAN-13": None}}, {"content_id.EAN-13": ["string", "regex"]}),
    ({"content_id": {"EAN-13": int(EAN)}}, {"content_id.EAN-13": ["string"]}),
    ({"content_id": {"EAN-13": "123"}}, {"content_id.EAN-13": ["regex"]}),
    ({"content_id_ean": EAN}, {}),
    ({"content_id_ean": None}, {}),
    ({"content_id_ean": "12"}, {"content_id_ean": ["regex"]}),
    ({"content_id_ean": int(EAN)}, {"content_id_ean": ["string"]}),
]  # fmt: skip
ILLEGAL: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({}, {}),
    ({"illegal_content_legal_ground": "x" * 500, "illegal_content_explanation": "x" * 2000}, {}),
    ({"illegal_content_legal_ground": "x" * 501}, {"illegal_content_legal_ground": ["max"]}),
    ({"illegal_content_explanation": "x" * 2001}, {"illegal_content_explanation": ["max"]}),
    ({"illegal_content_legal_ground": LEFT}, {"illegal_content_legal_ground": ["required_if"]}),
    ({"illegal_content_explanation": "  "}, {"illegal_content_explanation": ["required_if"]}),
    ({"incompatible_content_ground": "x" * 9000, "incompatible_content_explanation": {}}, {}),
    ({"incompatible_content_illegal": None}, {"incompatible_content_illegal": ["in"]}),
    ({"incompatible_content_illegal": "Maybe"}, {"incompatible_content_illegal": ["in"]}),
    ({"incompatible_content_illegal": "No"}, {}),
]


@pytest.mark.parametrize(("changes", "errors"), TABLE, ids=[f"{n}-{'-'.join(row[0])}" for n, row in enumerate(TABLE)])
def test_a_field_is_judged_as_the_service_judges_it(changes: dict[str, Any], errors: dict[str, list[str]]) -> None:
    """One change of a valid statement gives exactly the failures that the rules name, and no others."""
    assert validate_statement(statement(**changes)).rules() == errors


@pytest.mark.parametrize(("changes", "errors"), ILLEGAL)
def test_illegal_content_has_fields_of_its_own(changes: dict[str, Any], errors: dict[str, list[str]]) -> None:
    """Legal ground and explanation are needed with illegal content; those of incompatible content are then dropped unread."""
    assert validate_statement(illegal(**changes)).rules() == errors


def test_every_field_stands_in_the_table() -> None:
    """No field of the schema lacks a case that passes and one that fails."""
    passing = {name for changes, errors in TABLE + ILLEGAL if not errors for name in changes}
    failing = {name for _, errors in TABLE + ILLEGAL for name in errors}
    fields = set(load_schema("2025-07").fields)
    assert fields - failing == set()
    assert {name.split(".")[0] for name in fields} - passing - set(statement()) == set()


def test_every_code_is_taken_and_lists_have_their_lengths() -> None:
    """The lists hold what the service holds: 7, 3, 4 and 2 restrictions, 16 categories, 69 keywords, 30 countries, 184 languages."""
    schema = load_schema("2025-07")
    sizes = {name: len(codes) for name, codes in schema.codes.items()}
    assert sizes == {
        "yes_no": 2, "decision_visibility": 7, "decision_monetary": 3, "decision_provision": 4, "decision_account": 2,
        "account_type": 2, "decision_ground": 2, "content_type": 8, "category": 16, "keyword": 69, "country": 30,
        "language": 184, "source_type": 4, "automated_decision": 3,
    }  # fmt: skip
    listed = {"category_specification": "keyword", "category_addition": "category", "territorial_scope": "country"}
    single = {"category": "category", "content_language": "language", "source_type": "source_type"}
    for name, codes in listed.items():
        assert validate_statement(statement(**{name: list(schema.codes[codes])})).valid
    for name, codes in single.items():
        assert all(validate_statement(statement(**{name: code})).valid for code in schema.codes[codes])


def test_the_schema_before_july_2025_has_its_own_codes() -> None:
    """14 categories and 55 keywords, old names taken and new ones refused, and no identifiers of the content."""
    old = load_schema("2023-09")
    assert (len(old.codes["category"]), len(old.codes["keyword"])) == (14, 55)
    taken = {
        "category": "STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT",
        "category_specification": ["KEYWORD_DISINFORMATION", "KEYWORD_DANGEROUS_TOYS"],
        "content_id": "whatever",
    }
    assert validate_statement(statement(**taken), schema="2023-09").valid
    refused = {"category": "STATEMENT_CATEGORY_CYBER_VIOLENCE", "category_specification": ["KEYWORD_CYBER_STALKING"]}
    assert validate_statement(statement(**refused), schema="2023-09").rules() == {
        "category_specification": ["in"],
        "category": ["in"],
    }


@pytest.mark.parametrize("kind", ["renamed", "retired", "new"])
@pytest.mark.parametrize("field", ["category", "keyword"])
def test_the_changes_of_july_2025_are_those_between_the_lists(field: str, kind: str) -> None:
    """What the table of changes says of a code is what the two lists show."""
    from compliance.sor.schema import document

    before, after = (set(load_schema(name).codes[field]) for name in ("2023-09", "2025-07"))
    changes = document("changes-2025-07")[field]
    if kind == "renamed":
        assert set(changes["renamed"]) <= before - after
        assert set(changes["renamed"].values()) <= after - before
    elif kind == "retired":
        assert set(changes["retired"]) | set(changes["renamed"]) == before - after
    else:
        assert set(changes["new"]) | set(changes["renamed"].values()) == after - before
