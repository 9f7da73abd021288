"""The decision table of applicability: every row answered, and what an answer that is missing leaves open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compliance.project import Profile
from compliance.rules.decision import applicability_rows, decision_table
from compliance.rules.loader import LoadedRule
from compliance.rules.part import beginnings, parts, questions

DAY = date(2026, 8, 13)


def said(day: date = DAY, **facts: Any) -> dict[int, str]:
    """Answer of each row of the table."""
    return {one.question.row: one.answer for one in decision_table(Profile.model_validate(facts), day)}


def test_a_profile_that_says_nothing_leaves_every_fact_open() -> None:
    """Only the dates of the law are known; what follows from the rest is undetermined."""
    table = decision_table(Profile(), DAY)
    assert {one.question.row: one.answer for one in table} == dict.fromkeys(range(1, 14), "not stated") | {8: "yes"}
    assert {one.follows for one in table if one.answer == "not stated"} == {"undetermined until the profile says it"}


@pytest.mark.parametrize(
    ("row", "facts", "answer"),
    [
        (1, {"hosting": True}, "yes"),
        (1, {"intermediary": False}, "no"),
        (2, {"offered_in_union": False}, "no"),
        (3, {"online_platform": True}, "yes"),
        (4, {"online_platform": False, "marketplace": False}, "no"),
        (5, {"marketplace": True}, "yes"),
        (6, {"enterprise_size": "micro"}, "yes"),
        (6, {"enterprise_size": "large"}, "no"),
        (6, {"enterprise_size": "medium", "small_status_lost": "2025-08-13"}, "yes"),
        (6, {"enterprise_size": "medium", "small_status_lost": "2025-08-12"}, "no"),
        (7, {"designated": "no"}, "no"),
        (7, {"designated": "vlop"}, "not stated"),
        (7, {"designated": "vlop", "designation_notified": "2026-04-13"}, "yes"),
        (7, {"designated": "vlose", "designation_notified": "2026-04-14"}, "no"),
        (9, {"hosting": True, "disseminates_to_public": False}, "no"),
        (9, {"hosting": True}, "not stated"),
        (9, {"hosting": True, "disseminates_to_public": True}, "yes"),
        (10, {"nis2_important_entity": True}, "not stated"),
        (10, {"nis2_important_entity": True, "transposition": {"nis2": "2026-08-14"}}, "no"),
        (10, {"nis2_important_entity": True, "transposition": {"nis2": "2026-08-13"}}, "yes"),
        (10, {"nis2_important_entity": False}, "no"),
        (11, {"publishes_political_ads": False}, "no"),
        (12, {"data_controller": True}, "yes"),
        (13, {"hate_speech_code_signatory": False}, "no"),
    ],
)
def test_the_profile_answers_each_row(row: int, facts: dict[str, Any], answer: str) -> None:
    """Each row on both sides of what decides it."""
    assert said(**facts)[row] == answer


def test_what_has_not_begun_is_named() -> None:
    """On a day before the last beginning the row on dates says no, and what is still to come."""
    assert said(date(2025, 12, 31))[8] == "no"
    (row,) = [one for one in decision_table(Profile(), date(2025, 9, 1)) if one.question.row == 8]
    assert "political advertising (2025-10-10)" in row.fact
    assert "media privileges" not in row.fact


def test_the_tables_hang_together() -> None:
    """Rows are numbered in order, dates are sorted, and each part names a row that exists."""
    numbers = [question.row for question in questions()]
    assert numbers == sorted(numbers)
    assert {part.row for part in parts()} <= set(numbers)
    days = [entry.day for entry in beginnings()]
    assert days == sorted(days)


def test_rows_parts_and_rules_are_listed_with_what_decides(shipped: tuple[LoadedRule, ...]) -> None:
    """Table, parts and rules follow each other; a rule names its part."""
    profile = Profile(intermediary=True, offered_in_union=True, hosting=False, online_platform=False, marketplace=False)
    rows = applicability_rows(shipped, profile, DAY)
    assert list(dict.fromkeys(row["kind"] for row in rows)) == ["row", "part", "rule"]
    found = {row["id"]: row for row in rows}
    assert found["dsa-hosting"]["state"] == "not_applicable"
    assert found["DSA-16.4-RECEIPT"]["because"] == "the service is not a hosting service (part dsa-hosting)"
    assert found["DSA-11.1-CONTACT"]["state"] == "applies"
