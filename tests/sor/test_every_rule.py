"""Every row of the service's rules from both sides: what just passes, and what just fails, by which rule."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.sor.schema import CURRENT, OLD, load_schema
from compliance.sor.validate import validate_statement
from tests.sor.payloads import ABSENT, ILLEGAL, statement

RESTRICTIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
NO_VISIBILITY = {"decision_visibility": ABSENT}
OTHER_SIGHT = {"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}
OTHER_MONEY = {"decision_monetary": "DECISION_MONETARY_OTHER"}
OTHER_TYPE = {"content_type": ["CONTENT_TYPE_OTHER"]}
SUSPENDED = "DECISION_PROVISION_PARTIAL_SUSPENSION"
LEFT_OUT_OR_NULL = (ABSENT, None, "", "  ")
WHOLE_ALPHABET = "azAZ09-_"

PASSES: list[dict[str, Any]] = [
    {"decision_visibility": ["DECISION_VISIBILITY_CONTENT_LABELLED", "DECISION_VISIBILITY_CONTENT_DEMOTED"]},
    {"decision_visibility": ["null"]},
    {"decision_visibility": []} | {"decision_account": "DECISION_ACCOUNT_SUSPENDED"},
    {"decision_visibility": None, "decision_monetary": "DECISION_MONETARY_SUSPENSION"},
    {**NO_VISIBILITY, "decision_provision": SUSPENDED},
    {**NO_VISIBILITY, "decision_account": "DECISION_ACCOUNT_TERMINATED"},
    {**NO_VISIBILITY, "decision_account": "null"},
    {**OTHER_SIGHT, "decision_visibility_other": "x" * 500},
    {"decision_visibility_other": "x" * 500},
    {**OTHER_MONEY, "decision_monetary_other": "x" * 500},
    {"decision_monetary_other": "x" * 501},
    {"decision_monetary": "DECISION_MONETARY_SUSPENSION", "decision_monetary_other": ["dropped", "unread"]},
    {"decision_monetary": None, "decision_provision": None, "decision_account": None},
    {"account_type": "ACCOUNT_TYPE_BUSINESS"},
    {"account_type": "null"},
    {"account_type": None},
    {"category_specification": ["KEYWORD_OTHER"]},
    {"category_specification": ["KEYWORD_NUDITY", "null"]},
    {"category_specification": None},
    {"category_specification": []},
    {"category_specification_other": "x" * 500},
    {"category_specification": ["KEYWORD_ANIMAL_HARM"], "category": "STATEMENT_CATEGORY_VIOLENCE"},
    {"decision_ground_reference_url": "https://halcyon.example/rules?p=4#a"},
    {"decision_ground_reference_url": "http://localhost"},
    {"decision_ground_reference_url": None},
    {"decision_ground_reference_url": "https://halcyon.example/" + "x" * 476},
    ILLEGAL,
    {**ILLEGAL, "illegal_content_legal_ground": "x" * 500, "illegal_content_explanation": "x" * 2000},
    {**ILLEGAL, "incompatible_content_ground": "x" * 501, "incompatible_content_explanation": "x" * 2001},
    {"incompatible_content_ground": "x" * 500, "incompatible_content_explanation": "x" * 2000},
    {"illegal_content_legal_ground": "x" * 501, "illegal_content_explanation": "x" * 2001},
    {"incompatible_content_illegal": "Yes"},
    {**ILLEGAL, "incompatible_content_illegal": "No"},
    {"content_type": ["CONTENT_TYPE_APP", "CONTENT_TYPE_APP"]},
    {"content_type": {"0": "CONTENT_TYPE_TEXT"}},
    {**OTHER_TYPE, "content_type_other": "x" * 500},
    {"content_type_other": "x" * 500},
    {"category_addition": ["STATEMENT_CATEGORY_VIOLENCE", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"]},
    {"category_addition": []},
    {"territorial_scope": ["GR", "IS", "LI", "NO"]},
    {"territorial_scope": []},
    {"territorial_scope": None},
    {"content_language": "EL"},
    {"content_language": " EN "},
    {"content_language": None},
    {"content_date": "2000-01-01", "application_date": "2020-01-01"},
    {"content_date": "2038-01-01", "application_date": "2038-01-01"},
    {"content_date": "2024-02-29"},
    {"content_date": "2025-08-09", "application_date": "2025-08-01"},
    {"end_date_visibility_restriction": "1900-02-28", "end_date_account_restriction": "2038-01-01"},
    {"end_date_monetary_restriction": None, "end_date_service_restriction": "2025-01-31"},
    {"decision_facts": "x" * 5000},
    {"decision_facts": "ß" * 5000},
    {"decision_facts": 0},
    {"source_type": "SOURCE_TRUSTED_FLAGGER", "source_identity": "x" * 500},
    {"source_type": "SOURCE_ARTICLE_16"},
    {"source_identity": "dropped, yet not too long"},
    {"automated_detection": "Yes", "automated_decision": "AUTOMATED_DECISION_PARTIALLY"},
    {"puid": WHOLE_ALPHABET},
    {"puid": "x" * 500},
    {"puid": 17},
    {"puid": 0},
    {"content_id": None},
    {"content_id": {}},
    {"content_id": {"EAN-13": "4006381333932"}},
    {"content_id": {"ISBN": 5}},
    {"content_id": ["EAN-13"]},
    {"content_id_ean": "4006381333931"},
    {"content_id_ean": None},
    {"content_id_ean": "4006381333931", "content_id": {"EAN-13": "9783161484100"}},
    {"nobody_knows_this_key": {"at": "all"}},
]

FAILS: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    (
        {"decision_visibility": "DECISION_VISIBILITY_CONTENT_REMOVED"},
        {"decision_visibility": ["array"]},
    ),
    ({"decision_visibility": ["DECISION_VISIBILITY_HIDDEN"]}, {"decision_visibility": ["in"]}),
    ({"decision_visibility": [["DECISION_VISIBILITY_OTHER"]]}, {"decision_visibility": ["in"]}),
    ({**OTHER_SIGHT}, {"decision_visibility_other": ["required"]}),
    ({**OTHER_SIGHT, "decision_visibility_other": "\u200b"}, {"decision_visibility_other": ["required"]}),
    ({**OTHER_SIGHT, "decision_visibility_other": "x" * 501}, {"decision_visibility_other": ["max"]}),
    ({"decision_visibility_other": "x" * 501}, {"decision_visibility_other": ["max"]}),
    ({"decision_monetary": "DECISION_MONETARY_FINE"}, {"decision_monetary": ["in"]}),
    ({"decision_monetary": ["DECISION_MONETARY_OTHER"]}, {"decision_monetary": ["in"]}),
    ({**OTHER_MONEY}, {"decision_monetary_other": ["required_if"]}),
    ({**OTHER_MONEY, "decision_monetary_other": "x" * 501}, {"decision_monetary_other": ["max"]}),
    ({"decision_provision": "DECISION_PROVISION_PARTIAL"}, {"decision_provision": ["in"]}),
    ({"decision_account": "DECISION_ACCOUNT_suspended"}, {"decision_account": ["in"]}),
    ({"account_type": "PRIVATE"}, {"account_type": ["in"]}),
    ({"category_specification": "KEYWORD_OTHER"}, {"category_specification": ["array"]}),
    ({"category_specification": ["KEYWORD_GENDER_BASED_VIOLENCE"]}, {"category_specification": ["in"]}),
    ({"category_specification_other": "x" * 501}, {"category_specification_other": ["max"]}),
    ({"decision_ground": ABSENT}, {"decision_ground": ["required"]}),
    ({"decision_ground": "ILLEGAL"}, {"decision_ground": ["in"]}),
    ({"decision_ground_reference_url": "halcyon.example"}, {"decision_ground_reference_url": ["url"]}),
    (
        {"decision_ground_reference_url": "https://halcyon.example/" + "x" * 477},
        {"decision_ground_reference_url": ["max"]},
    ),
    ({"decision_ground_reference_url": "x" * 501}, {"decision_ground_reference_url": ["url", "max"]}),
    ({**ILLEGAL, "illegal_content_legal_ground": None}, {"illegal_content_legal_ground": ["required_if"]}),
    ({**ILLEGAL, "illegal_content_legal_ground": "x" * 501}, {"illegal_content_legal_ground": ["max"]}),
    ({**ILLEGAL, "illegal_content_explanation": ABSENT}, {"illegal_content_explanation": ["required_if"]}),
    ({**ILLEGAL, "illegal_content_explanation": "x" * 2001}, {"illegal_content_explanation": ["max"]}),
    ({"incompatible_content_ground": " "}, {"incompatible_content_ground": ["required_if"]}),
    ({"incompatible_content_ground": "x" * 501}, {"incompatible_content_ground": ["max"]}),
    ({"incompatible_content_explanation": []}, {"incompatible_content_explanation": ["required_if"]}),
    ({"incompatible_content_explanation": "x" * 2001}, {"incompatible_content_explanation": ["max"]}),
    ({"incompatible_content_illegal": "yes"}, {"incompatible_content_illegal": ["in"]}),
    ({"incompatible_content_illegal": None}, {"incompatible_content_illegal": ["in"]}),
    ({"incompatible_content_illegal": ""}, {"incompatible_content_illegal": ["in"]}),
    ({**ILLEGAL, "incompatible_content_illegal": None}, {"incompatible_content_illegal": ["in"]}),
    ({"content_type": ABSENT}, {"content_type": ["required"]}),
    ({"content_type": []}, {"content_type": ["required"]}),
    ({"content_type": None}, {"content_type": ["array", "required"]}),
    ({"content_type": ["CONTENT_TYPE_STREAM"]}, {"content_type": ["in"]}),
    ({"content_type": ["null"]}, {"content_type": ["in"]}),
    ({"content_type": "CONTENT_TYPE_TEXT"}, {"content_type": ["array"]}),
    ({**OTHER_TYPE}, {"content_type_other": ["required"]}),
    ({**OTHER_TYPE, "content_type_other": "x" * 501}, {"content_type_other": ["max"]}),
    ({"content_type_other": "x" * 501}, {"content_type_other": ["max"]}),
    ({"category": ABSENT}, {"category": ["required"]}),
    ({"category": "STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT"}, {"category": ["in"]}),
    ({"category": ["STATEMENT_CATEGORY_VIOLENCE"]}, {"category": ["in"]}),
    ({"category_addition": None}, {"category_addition": ["array", "in"]}),
    ({"category_addition": ["VIOLENCE"]}, {"category_addition": ["in"]}),
    ({"territorial_scope": ["DE", "UK"]}, {"territorial_scope": ["in"]}),
    ({"territorial_scope": ["EL"]}, {"territorial_scope": ["in"]}),
    ({"territorial_scope": ["EU"]}, {"territorial_scope": ["in"]}),
    ({"territorial_scope": ["null"]}, {"territorial_scope": ["in"]}),
    ({"content_language": "en"}, {"content_language": ["in"]}),
    ({"content_language": "GR"}, {"content_language": ["in"]}),
    ({"content_language": "null"}, {"content_language": ["in"]}),
    ({"content_date": ABSENT}, {"content_date": ["required"]}),
    ({"content_date": "1999-12-31"}, {"content_date": ["after_or_equal"]}),
    ({"content_date": "2038-01-02"}, {"content_date": ["before_or_equal"]}),
    ({"content_date": "2025-02-29"}, {"content_date": ["date_format"]}),
    ({"content_date": "2025-8-1"}, {"content_date": ["date_format"]}),
    ({"content_date": "2025-08-01 00:00:00"}, {"content_date": ["date_format"]}),
    ({"content_date": "soon"}, {"content_date": ["date_format", "after_or_equal", "before_or_equal"]}),
    ({"application_date": None}, {"application_date": ["required"]}),
    ({"application_date": "2019-12-31"}, {"application_date": ["after_or_equal"]}),
    ({"application_date": "2038-01-02"}, {"application_date": ["before_or_equal"]}),
    ({"application_date": "01-08-2025"}, {"application_date": ["date_format"]}),
    *(
        ({f"end_date_{kind}_restriction": day}, {f"end_date_{kind}_restriction": [rule]})
        for kind in ("account", "monetary", "service", "visibility")
        for day, rule in (("2038-01-02", "before_or_equal"), ("2025-13-01", "date_format"))
    ),
    ({"decision_facts": ABSENT}, {"decision_facts": ["required"]}),
    ({"decision_facts": " \u00a0\u200b "}, {"decision_facts": ["required"]}),
    ({"decision_facts": "x" * 5001}, {"decision_facts": ["max"]}),
    ({"source_type": ABSENT}, {"source_type": ["required"]}),
    ({"source_type": "SOURCE_USER"}, {"source_type": ["in"]}),
    ({"source_identity": "x" * 501}, {"source_identity": ["max"]}),
    ({"automated_detection": ABSENT}, {"automated_detection": ["required"]}),
    ({"automated_detection": True}, {"automated_detection": ["in"]}),
    ({"automated_decision": "Yes"}, {"automated_decision": ["in"]}),
    ({"automated_decision": None}, {"automated_decision": ["required"]}),
    ({"puid": ABSENT}, {"puid": ["required"]}),
    ({"puid": "id 12.3/4"}, {"puid": ["regex"]}),
    ({"puid": "größe"}, {"puid": ["regex"]}),
    ({"puid": "x" * 501}, {"puid": ["max"]}),
    ({"puid": "#" * 501}, {"puid": ["max", "regex"]}),
    ({"puid": 1.5}, {"puid": ["regex"]}),
    ({"content_id": "4006381333931"}, {"content_id": ["array"]}),
    ({"content_id": {"EAN-13": "400638133393"}}, {"content_id.EAN-13": ["regex"]}),
    ({"content_id": {"EAN-13": None}}, {"content_id.EAN-13": ["string", "regex"]}),
    ({"content_id": {"EAN-13": 4006381333931}}, {"content_id.EAN-13": ["string"]}),
    ({"content_id_ean": "12345"}, {"content_id_ean": ["regex"]}),
    ({"content_id_ean": 4006381333931}, {"content_id_ean": ["string"]}),
]


@pytest.mark.parametrize("changes", PASSES, ids=str)
def test_what_the_rules_allow_passes(changes: dict[str, Any]) -> None:
    """A statement at the edge of a rule has no error at all."""
    assert validate_statement(statement(**changes)).rules() == {}


@pytest.mark.parametrize(("changes", "expected"), FAILS, ids=lambda value: str(value)[:80])
def test_what_a_rule_forbids_fails_by_that_rule_alone(changes: dict[str, Any], expected: dict[str, list[str]]) -> None:
    """A statement beyond the edge of a rule fails in that field, by those rules, and nowhere else."""
    assert validate_statement(statement(**changes)).rules() == expected


@pytest.mark.parametrize("empty", LEFT_OUT_OR_NULL, ids=repr)
def test_without_any_restriction_all_four_are_asked_for(empty: object) -> None:
    """A statement that restricts nothing fails in all four kinds of restriction."""
    changes = dict.fromkeys(RESTRICTIONS, empty)
    if isinstance(empty, str):
        changes["decision_visibility"] = ABSENT  # a text where a list is due is another error
    found = validate_statement(statement(**changes)).rules()
    assert found == {name: ["required_without_all"] for name in RESTRICTIONS}


def test_every_field_is_tried_from_both_sides() -> None:
    """No field of the schema is missing from the two tables above."""
    passing = {name for changes in PASSES for name in changes}
    failing = {name for _, expected in FAILS for name in expected} | set(RESTRICTIONS)
    fields = set(load_schema(CURRENT).fields)
    assert fields - failing == set()
    assert {name for name in fields if "." not in name} - passing == set()


@pytest.mark.parametrize("schema", [CURRENT, OLD])
def test_every_code_of_every_list_is_taken(schema: str) -> None:
    """Each code of a version's lists passes in each of the fields that draw on it."""
    text = {"decision_visibility_other": "x", "decision_monetary_other": "x", "content_type_other": "x"}
    grounds = {**ILLEGAL, "incompatible_content_ground": "x", "incompatible_content_explanation": "x"}
    sound = {**text, **grounds, "category": "STATEMENT_CATEGORY_VIOLENCE"}
    for field, rules in load_schema(schema).fields.items():
        listed = any(rule.name == "array" for rule in rules)
        if any(rule.name in {"in", "in_or_null"} for rule in rules):
            for code in load_schema(schema).codes_of(field):
                changed = statement(**{**sound, field: [code] if listed else code})
                assert validate_statement(changed, schema=schema).rules() == {}, (field, code)


@pytest.mark.parametrize(
    ("schema", "categories", "keywords"), [(CURRENT, 16, 69), (OLD, 14, 55)], ids=["since July 2025", "before"]
)
def test_the_lists_have_their_known_sizes(schema: str, categories: int, keywords: int) -> None:
    """The two versions differ in categories and keywords, and in nothing else that is listed."""
    codes = load_schema(schema).codes
    assert (len(set(codes["category"])), len(set(codes["keyword"]))) == (categories, keywords)
    assert (len(set(codes["country"])), len(set(codes["language"]))) == (30, 184)


def test_the_old_rules_take_retired_codes_and_know_no_article_numbers() -> None:
    """Before July 2025 retired categories passed, new ones failed, and content_id was a key nobody knew."""
    retired = statement(category="STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR", content_id={"EAN-13": "x"})
    assert validate_statement(retired, schema=OLD).valid
    fresh = statement(
        category="STATEMENT_CATEGORY_CYBER_VIOLENCE", category_specification=["KEYWORD_PROHIBITED_PRODUCTS"]
    )
    assert validate_statement(fresh, schema=OLD).rules() == {"category": ["in"], "category_specification": ["in"]}


def test_an_article_number_beside_its_object_is_read_by_the_single_endpoint_only() -> None:
    """The endpoint for several statements drops `content_id_ean` unread."""
    wrong = statement(content_id_ean="12345")
    assert validate_statement(wrong, endpoint="single").rules() == {"content_id_ean": ["regex"]}
    assert validate_statement(wrong, endpoint="multiple").valid
