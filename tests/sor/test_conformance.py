"""Payloads written from the words of the rules alone, before any was run: field by field what the gate takes and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.sor import validate_call
from compliance.sor.validate import validate_statement
from tests.sor.samples import LEFT, illegal, statement

Case = tuple[dict[str, Any], dict[str, list[str]]]
V, M, P, A = "decision_visibility", "decision_monetary", "decision_provision", "decision_account"
REMOVED, SEEN_OTHER, PAID_OTHER = (
    "DECISION_VISIBILITY_CONTENT_REMOVED", "DECISION_VISIBILITY_OTHER", "DECISION_MONETARY_OTHER"
)  # fmt: skip
NONE_OF_FOUR = {name: ["required_without_all"] for name in (V, M, P, A)}
EAN = "4006381333931"
BLANK = ("", " ", "\t\n", "\u00a0", "\u200b\u200b", "\u3000\u2003", "\ufeff", "\u00ad", None)
"""Nothing, once the middleware has trimmed it."""
ALL_DATE = ["date_format", "after_or_equal", "before_or_equal"]


def each(field: str, values: Any, *rules: str, **around: Any) -> list[Case]:
    """One case for each value of a field: the rules that fail it, none where it passes."""
    return [({field: value, **around}, {field: list(rules)} if rules else {}) for value in values]


RESTRICTIONS: list[Case] = [
    *each(V, ([REMOVED, REMOVED], [REMOVED, "null"], {"a": REMOVED}, [f" {REMOVED}\u200b"], ["null", "null"])),
    *each(V, ([None], [""], [True], [0], [REMOVED.lower()], [REMOVED, None], [{}], {"a": "b"}, ["Null"]), "in"),
    *each(V, (0, 5, True, False, "no code", 1.5), "array", "in"),
    *each(V, (REMOVED, "null"), "array"),
    *[({V: blank}, NONE_OF_FOUR) for blank in BLANK],
    *[({V: blank, M: blank, P: blank, A: blank}, NONE_OF_FOUR) for blank in BLANK],
    *[({V: empty, A: "DECISION_ACCOUNT_SUSPENDED"}, {}) for empty in ([], {}, None, "", LEFT)],
    *[({V: [], name: "null"}, {}) for name in (M, P, A)],
    *[({V: LEFT, name: "unknown"}, {name: ["in"]}) for name in (M, P, A)],
    *[({V: LEFT, name: [REMOVED]}, {name: ["in"]}) for name in (M, P, A)],
    *[({V: LEFT, name: 0}, {name: ["in"]}) for name in (M, P, A)],
    *[({V: LEFT, name: False}, {name: ["in"]}) for name in (M, P, A)],
    *[({V: ["unknown"]}, {V: ["in"]}), ({V: LEFT, P: "DECISION_ACCOUNT_TERMINATED"}, {P: ["in"]})],
    *[({name: []}, {name: ["in"]}) for name in (M, P, A)],
    *[({name: {}}, {name: ["in"]}) for name in (M, P, A)],
    *[({name: blank}, {}) for name in (M, P, A) for blank in ("", " \u200b", None)],
    ({V: LEFT, M: []}, {**NONE_OF_FOUR, M: ["in", "required_without_all"]}),
    ({M: "decision_monetary_suspension"}, {M: ["in"]}),
    ({P: " DECISION_PROVISION_TOTAL_TERMINATION\u00a0"}, {}),
    ({A: "NULL"}, {A: ["in"]}),
    *each("account_type", ("ACCOUNT_TYPE_PRIVATE", " ACCOUNT_TYPE_BUSINESS ", "", None, "null")),
    *each("account_type", (0, True, False, [], {}, ["ACCOUNT_TYPE_PRIVATE"], "PRIVATE", "account_type_private"), "in"),
]
OTHERS: list[Case] = [
    *[
        ({V: [REMOVED, SEEN_OTHER], "decision_visibility_other": blank}, {"decision_visibility_other": ["required"]})
        for blank in (*BLANK, [], {}, LEFT)
    ],
    *[({V: [SEEN_OTHER], "decision_visibility_other": value}, {}) for value in (0, 1.5, True, False, "0", "😀" * 500, " x ")],
    *[({"decision_visibility_other": value}, {}) for value in (None, "", 7, True, "x" * 500, "ß" * 500 + " " * 90)],
    ({V: {"first": SEEN_OTHER}}, {"decision_visibility_other": ["required"]}),
    ({V: [f"{SEEN_OTHER} "]}, {"decision_visibility_other": ["required"]}),
    ({V: [SEEN_OTHER, "unknown"]}, {V: ["in"], "decision_visibility_other": ["required"]}),
    ({V: [SEEN_OTHER], "decision_visibility_other": "😀" * 501}, {"decision_visibility_other": ["max"]}),
    ({V: [SEEN_OTHER], "decision_visibility_other": "e\u0301" * 251}, {"decision_visibility_other": ["max"]}),
    *[
        ({M: PAID_OTHER, "decision_monetary_other": blank}, {"decision_monetary_other": ["required_if"]})
        for blank in (*BLANK, [], {}, LEFT)
    ],
    *[({M: PAID_OTHER, "decision_monetary_other": value}, {}) for value in (0, False, "x" * 500, "漢" * 500)],
    *[({"decision_monetary_other": value}, {}) for value in ("x" * 501, ["x"] * 900, {"a": 1}, None, 5)],
    *[({M: "null", "decision_monetary_other": "x" * 501}, {}), ({M: f"{PAID_OTHER} "}, {"decision_monetary_other": ["required_if"]})],
    ({M: PAID_OTHER, "decision_monetary_other": "x" * 501}, {"decision_monetary_other": ["max"]}),
    *[
        ({"content_type": ["CONTENT_TYPE_TEXT", "CONTENT_TYPE_OTHER"], "content_type_other": blank}, {"content_type_other": ["required"]})
        for blank in (*BLANK, [], LEFT)
    ],
    *[({"content_type": ["CONTENT_TYPE_OTHER"], "content_type_other": value}, {}) for value in ("x" * 500, 0, False, "é" * 500)],
    *[({"content_type_other": value}, {}) for value in (None, "x" * 500, 5, "\u200b" * 900)],
    *each("content_type_other", ("x" * 501, "é" * 501), "max"),
    *[({"category_specification": ["KEYWORD_OTHER"], "category_specification_other": value}, {}) for value in (None, "", LEFT, "x", 5)],
    *each("category_specification_other", ("x" * 501, "\U0001f600" * 501), "max"),
    *each("source_identity", ("x" * 501, "é" * 501), "max"),
    *each("source_identity", ("x" * 501,), "max", source_type="SOURCE_TRUSTED_FLAGGER"),
    *each("source_identity", (None, "", 12, True, "x" * 500), source_type="SOURCE_ARTICLE_16"),
]  # fmt: skip
LISTS: list[Case] = [
    *each("content_type", (["CONTENT_TYPE_TEXT"] * 9, {"a": "CONTENT_TYPE_APP"}, [" CONTENT_TYPE_APP "])),
    *each("content_type", ([], {}), "required"),
    *each("content_type", BLANK, "array", "required"),
    *each("content_type", (["CONTENT_TYPE_TEXT", "null"], ["TEXT"], [None], [""], [["CONTENT_TYPE_TEXT"]], [1]), "in"),
    *each("content_type", (1, True, False, "null", "TEXT"), "array", "in"),
    *each("category_addition", ([], {}, ["STATEMENT_CATEGORY_SCAMS_AND_FRAUD"] * 2, {"a": "STATEMENT_CATEGORY_VIOLENCE"}, LEFT)),
    *each("category_addition", BLANK, "array", "in"),
    *each("category_addition", ([None], ["null"], ["STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR"], [7]), "in"),
    *each("category_specification", ([], {}, None, "", LEFT, ["null"], ["KEYWORD_OTHER", "KEYWORD_OTHER"], {"a": "KEYWORD_PHISHING"})),
    *each("category_specification", ([None], ["KEYWORD_DISINFORMATION"], ["keyword_phishing"], [["KEYWORD_PHISHING"]], [0]), "in"),
    *each("category_specification", ("no keyword", 0, True), "array", "in"),
    *each("territorial_scope", ([], None, "", {}, LEFT, ["DE", "DE"], {"a": "FR"}, [" AT "], ["IS", "LI", "NO"])),
    *each("territorial_scope", (["de"], ["GB"], ["CH"], ["XI"], ["EU27"], [None], ["DE", ""], [["DE"]], ["null"], [0]), "in"),
    *each("territorial_scope", ("EU", 0, True, "DE,FR"), "array", "in"),
    *each("content_language", ("EL", "UK", "YI", "HE", " FR", "FR\u200b", None, "", LEFT, "BH", "HR")),
    *each("content_language", ("GR", "en", "En", "ENG", "EN-GB", "XX", "null", ["EN"], [], 0, True, False, "SH", "CMN"), "in"),
]  # fmt: skip
GROUNDS: list[Case] = [
    *each("decision_ground", (*BLANK, LEFT, [], {}), "required"),
    *each("decision_ground", (0, True, ["DECISION_GROUND_ILLEGAL_CONTENT"], "decision_ground_illegal_content", "x"), "in"),
    *each("incompatible_content_ground", (*BLANK, [], {}, LEFT), "required_if"),
    *each("incompatible_content_explanation", (*BLANK, [], LEFT), "required_if"),
    *each("incompatible_content_ground", ("x" * 501, "é" * 501), "max"),
    *each("incompatible_content_explanation", ("x" * 2001, "😀" * 2001), "max"),
    *each("incompatible_content_ground", ("é" * 500, 0, True, False, " " * 900 + "x")),
    *each("incompatible_content_explanation", ("😀" * 2000, 3.5)),
    *each("illegal_content_legal_ground", ("x" * 501, ["x"], None, 5, "")),
    *each("illegal_content_explanation", ("x" * 2001, {"a": "b"}, None, "")),
    *each("incompatible_content_illegal", ("Yes", "No", " Yes ", "No\u200b", LEFT)),
    *each("incompatible_content_illegal", (*BLANK, "yes", "NO", "true", 0, 1, True, False, [], ["Yes"], {}, "null"), "in"),
    *each("decision_ground_reference_url", (None, "", " ", " https://example.org/ ", "https://example.org/a?b=c#d", LEFT)),
    *each(
        "decision_ground_reference_url",
        ("www.example.org", "mailto:a@example.org", "https//example.org", "http:// example.org", 0, True, [], {},
         ["https://example.org"], "javascript://x", "https://example.org/a b", "https://example.org/%", "tel:+4912345"),
        "url",
    ),
]  # fmt: skip
ILLEGAL: list[Case] = [
    *each("illegal_content_legal_ground", (*BLANK, [], {}, LEFT), "required_if"),
    *each("illegal_content_explanation", (*BLANK, [], LEFT), "required_if"),
    *each("illegal_content_legal_ground", ("x" * 501, "漢" * 501), "max"),
    *each("illegal_content_explanation", ("x" * 2001,), "max"),
    *each("illegal_content_legal_ground", ("漢" * 500, 0, False)),
    *each("illegal_content_explanation", ("漢" * 2000, 0)),
    *each("incompatible_content_ground", ("x" * 501, ["x"], None, 5)),
    *each("incompatible_content_explanation", ("x" * 2001, {"a": 1})),
    *each("incompatible_content_illegal", ("Yes", "No", LEFT)),
    *each("incompatible_content_illegal", (None, "", "x", 0, True), "in"),
]
DATES: list[Case] = [
    *each("content_date", ("2000-01-01", "2038-01-01", "2000-02-29", " 2025-10-01 ", "2025-10-01\u200b", "2036-02-29")),
    *each("content_date", (*BLANK, LEFT, [], {}), "required"),
    *each("content_date", ("2025-1-1", "2025-01-1", "2025-13-01", "2025-00-10", "2025-02-30", "2025-04-31", "2025-10-01 00:00:00",
                           "2025-10-01T00:00:00+00:00", "20251001", "2025/10/01", "1 October 2025", "2025-06-31"), "date_format"),
    *each("content_date", ("1999-12-31", "1970-01-01", "0001-01-01"), "after_or_equal"),
    *each("content_date", ("2038-01-02", "2038-12-31", "9999-12-31"), "before_or_equal"),
    *each("content_date", ("yesterdayish", "2025-10", "31/12/2025", "?", True, False, ["2025-10-01"], {"a": 1}), *ALL_DATE),
    *each("content_date", (0, 1), "date_format", "after_or_equal"),
    *each("application_date", ("2020-01-01", "2024-02-29", "2038-01-01", "2025-10-02\u00a0")),
    *each("application_date", ("2019-12-31", "2000-01-01", "1999-12-31"), "after_or_equal"),
    *each("application_date", ("2038-01-02", "2500-01-01"), "before_or_equal"),
    *each("application_date", ("2023-02-29", "2025-9-01", "2025-10-02 10:00"), "date_format"),
    *each("application_date", ("x", True), *ALL_DATE),
    *each("application_date", (*BLANK, LEFT), "required"),
    ({"content_date": "2030-01-01", "application_date": "2020-01-01"}, {}),
    *[
        case
        for kind in ("account", "monetary", "service", "visibility")
        for case in (
            *each(f"end_date_{kind}_restriction", ("1000-01-01", "2038-01-01", "2019-01-01", None, "", " ", LEFT)),
            *each(f"end_date_{kind}_restriction", ("2038-01-02", "2999-01-01"), "before_or_equal"),
            *each(f"end_date_{kind}_restriction", ("2026-1-01", "2026-02-29", "2026-01-01T00:00:00"), "date_format"),
            *each(f"end_date_{kind}_restriction", ("indefinite", True, [], {}), "date_format", "before_or_equal"),
        )
    ],
]  # fmt: skip
REST: list[Case] = [
    *each("category", ("STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE", " STATEMENT_CATEGORY_VIOLENCE ")),
    *each("category", (*BLANK, LEFT, [], {}), "required"),
    *each("category", ("VIOLENCE", "null", 0, True, ["STATEMENT_CATEGORY_VIOLENCE"], "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE"), "in"),
    *each("decision_facts", ("x" * 5000, "😀" * 5000, " " * 9000 + "x", "x" * 5000 + "\u200b" * 9, 42, 0, 0.0, True, False, "null", "e\u0301" * 2500)),
    *each("decision_facts", ("x" * 5001, "é" * 5001, "e\u0301" * 2501, "x" + " " * 5000 + "x"), "max"),
    *each("decision_facts", (*BLANK, LEFT, [], {}), "required"),
    *each("source_type", (*BLANK, LEFT, [], {}), "required"),
    *each("source_type", ("VOLUNTARY", "source_voluntary", 0, True, ["SOURCE_VOLUNTARY"], "null"), "in"),
    *each("automated_detection", ("Yes", "No", " No", "Yes\ufeff")),
    *each("automated_detection", (*BLANK, LEFT, [], {}), "required"),
    *each("automated_detection", (True, False, 0, 1, "YES", "no", "true", "1", ["Yes"], "null"), "in"),
    *each("automated_decision", (*BLANK, LEFT, [], {}), "required"),
    *each("automated_decision", ("Yes", "No", True, False, "FULLY", "null", ["AUTOMATED_DECISION_FULLY"]), "in"),
    *each("puid", ("a", "-", "_", "0", 0, -1, 2**63 - 1, "p-1 ", "\u200bp\n", "A" * 500, "null")),
    *each("puid", (*BLANK, LEFT, [], {}), "required"),
    *each("puid", ("a b", "a.b", "a/b", "a:b", "é", "a\u200bb", "a\nb", "１", 0.5, True, False, ["a"], {"a": "b"}, "a+b", "a@b"), "regex"),
    *each("puid", ("A" * 501, "-" * 999), "max"),
    *each("puid", ("." * 501,), "max", "regex"),
    *each("content_id", (None, "", [], {}, ["x"], {"EAN-13": EAN}, {"EAN-13": f" {EAN}\n"}, {"ean-13": 5}, {"GTIN": None}, LEFT)),
    *each("content_id", (EAN, 0, True, False, 1.5, "null"), "array"),
    *[({"content_id": {"EAN-13": value}}, {"content_id.EAN-13": ["regex"]}) for value in ("1" * 12, "1" * 14, "x" * 13, "٤" * 13, "400638133393 1")],
    *[({"content_id": {"EAN-13": value}}, {"content_id.EAN-13": ["string", "regex"]}) for value in (None, "", [EAN], True, 12)],
    *each("content_id_ean", (None, "", "0" * 13, f" {EAN} ", LEFT)),
    *each("content_id_ean", ("1" * 12, "1" * 14, "null", "x"), "regex"),
    *each("content_id_ean", (True, [], [EAN], 5), "string", "regex"),
    ({"content_id": {"EAN-13": EAN}, "content_id_ean": "5"}, {"content_id_ean": ["regex"]}),
    ({"content_id": {"EAN-13": "5"}, "content_id_ean": EAN}, {"content_id.EAN-13": ["regex"]}),
    ({" puid": "p", "puid": LEFT}, {"puid": ["required"]}),
    ({"PUID": "p", "Category": 5, "statements": [], "": None}, {}),
]  # fmt: skip
SOUND = (*RESTRICTIONS, *OTHERS, *LISTS, *GROUNDS, *DATES, *REST)


def _ids(cases: Any) -> list[str]:
    return [f"{number}-{'-'.join(name or '_' for name in changes)}"[:60] for number, (changes, _) in enumerate(cases)]


@pytest.mark.parametrize(("changes", "errors"), SOUND, ids=_ids(SOUND))
def test_the_gate_takes_what_the_rules_take_and_nothing_else(
    changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    """The same failures at both endpoints, but for the field that only one of them knows."""
    given = statement(**changes)
    assert validate_statement(given).rules() == errors
    called = {name: rules for name, rules in errors.items() if name != "content_id_ean"}
    assert validate_statement(given, endpoint="multiple").rules() == called
    found = validate_call({"statements": [given]})
    assert (found.status == 201, found.accepted) == (not called, not called)


@pytest.mark.parametrize(("changes", "errors"), ILLEGAL, ids=_ids(ILLEGAL))
def test_illegal_content_asks_for_its_own_texts(changes: dict[str, Any], errors: dict[str, list[str]]) -> None:
    """Law and explanation, and not what belongs to the terms."""
    assert validate_statement(illegal(**changes)).rules() == errors


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"category": "STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT"}, {}),
        ({"category": "STATEMENT_CATEGORY_UNSAFE_AND_ILLEGAL_PRODUCTS"}, {}),
        ({"category": "STATEMENT_CATEGORY_CYBER_VIOLENCE"}, {"category": ["in"]}),
        ({"category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"}, {"category": ["in"]}),
        ({"category_addition": ["STATEMENT_CATEGORY_CONSUMER_INFORMATION"]}, {"category_addition": ["in"]}),
        ({"category_addition": ["STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR"]}, {}),
        ({"category_specification": ["KEYWORD_DANGEROUS_TOYS", "KEYWORD_DISINFORMATION"]}, {}),
        ({"category_specification": ["KEYWORD_HIDDEN_ADVERTISEMENT"]}, {"category_specification": ["in"]}),
        ({"category_specification": ["KEYWORD_MISINFORMATION_DISINFORMATION"]}, {"category_specification": ["in"]}),
        ({"content_id": 5, "content_id_ean": "x"}, {}),
        ({"content_id": {"EAN-13": None}}, {}),
        ({"content_date": "1999-12-31"}, {"content_date": ["after_or_equal"]}),
        ({"puid": "a.b"}, {"puid": ["regex"]}),
        ({"category_addition": None}, {"category_addition": ["array", "in"]}),
        ({"decision_visibility": ["null"]}, {}),
    ],
)
def test_the_rules_before_july_2025(changes: dict[str, Any], errors: dict[str, list[str]]) -> None:
    """The same fields, lengths and dates with 14 categories and 55 keywords, and no identifier of the content."""
    assert validate_statement(statement(**changes), schema="2023-09").rules() == errors
    assert validate_statement(statement(**changes), schema="2023-09", endpoint="multiple").rules() == errors


def _call(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"statements": [statement(**{"puid": f"p-{number}", **change}) for number, change in enumerate(changes)]}


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        (_call(*[{}] * 100), None),
        (_call(*[{}] * 101), {"message", "errors"}),
        (_call(*[{}] * 100, {"category": "x"}), {"message", "errors"}),
        (_call({"puid": "a"}, {"puid": "a"}), {"errors"}),
        (_call({"puid": "7"}, {"puid": 7}), {"errors"}),
        (_call({"puid": "a"}, {"puid": " a\u200b"}), {"errors"}),
        (_call({"puid": "a"}, {"puid": "A"}), None),
        (_call({"puid": "a"}, {"puid": "a"}, {"category": 5}), {"errors"}),
        (_call({"content_id_ean": "x"}), None),
        (_call({}, {"puid": None}), {"errors"}),
        ({"statements": []}, {"message", "errors"}),
        ({"statements": ""}, {"message", "errors"}),
        ({"statements": 5}, {"message", "errors"}),
        ({}, {"message", "errors"}),
        ({"Statements": [statement()]}, {"message", "errors"}),
        ({"statements": [None]}, {"errors"}),
        ({"statements": [statement()], "other": 5}, None),
    ],
)
def test_a_call_is_taken_whole_or_refused_whole(body: Any, keys: set[str] | None) -> None:
    """Only a refusal of its size carries a message; a refused statement or identifier carries errors alone."""
    found = validate_call(body)
    assert (found.status, set(found.answer)) == ((201, set()) if keys is None else (422, keys))


def test_identifiers_wait_for_all_statements() -> None:
    """A statement that fails hides what is repeated; without it each repeated identifier is listed once."""
    body = _call({"puid": "a"}, {"puid": "a"}, {"puid": "a"}, {"puid": "b"}, {"puid": "b"}, {"decision_facts": ""})
    assert set(validate_call(body).answer["errors"]) == {"statement_5"}
    body["statements"].pop()
    assert validate_call(body).answer["errors"]["existing_puids"] == ["a", "b"]


def test_there_are_enough_cases() -> None:
    """More than three hundred, on both sides."""
    cases = [errors for _, errors in (*SOUND, *ILLEGAL)]
    assert len(cases) > 300
    assert min(sum(not errors for errors in cases), sum(bool(errors) for errors in cases)) > 150
