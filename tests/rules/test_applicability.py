"""Who is bound and from when: facts decide, a missing answer stays undetermined, the day of the event counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compliance.project import Profile
from compliance.rules.applicability import (
    Duty,
    applies,
    decided,
    duties_of_designation,
    part_applies,
    turning_points,
)
from compliance.rules.loader import LoadedRule
from compliance.rules.model import AppliesTo, InForce
from compliance.rules.part import part_of, parts

DAY = date(2026, 8, 13)
PLATFORM: dict[str, Any] = {
    "intermediary": True,
    "offered_in_union": True,
    "hosting": True,
    "online_platform": True,
    "marketplace": False,
    "search_engine": False,
    "enterprise_size": "large",
    "designated": "vlop",
    "designation_notified": "2025-04-25",
    "disseminates_to_public": True,
    "nis2_important_entity": True,
    "transposition": {"nis2": "2025-06-01"},
}


def _say(rules: tuple[LoadedRule, ...], rule: str, day: date = DAY, **facts: object) -> tuple[str, str]:
    (found,) = [one.rule for one in rules if one.rule.id == rule]
    answer = applies(found, Profile.model_validate({**PLATFORM, **facts}), day)
    return answer.state.value, answer.because


EVERYTHING: dict[str, Any] = {
    **PLATFORM,
    "marketplace": True,
    "publishes_political_ads": True,
    "european_ad_repository_open": True,
    "data_controller": True,
    "hate_speech_code_signatory": True,
    "transposition": {"nis2": "2025-06-01", "nis2-3.4": "2025-06-01"},
}


def test_everything_binds_a_large_designated_platform(shipped: tuple[LoadedRule, ...]) -> None:
    """A designated platform that answers yes to every question is bound by every rule in force that is not for others."""
    profile = Profile.model_validate(EVERYTHING)
    for rule in (one.rule for one in shipped):
        meant = not {"designated", "large_enterprise"} & set(rule.applies_to.unless)
        meant &= bool({*rule.applies_to.services} - {"search_engine", "vlose"})
        meant &= rule.in_force.since <= DAY <= (rule.in_force.until or DAY)
        assert applies(rule, profile, DAY).state.value == ("applies" if meant else "not_applicable"), rule.id


@pytest.mark.parametrize(
    ("rule", "facts", "state", "because"),
    [
        ("DSA-16.4-RECEIPT", {"hosting": False, "online_platform": False}, "not_applicable", "not a hosting"),
        ("DSA-16.4-RECEIPT", {"hosting": None}, "applies", "hosting"),
        ("DSA-16.4-RECEIPT", {"hosting": None, "online_platform": None}, "undetermined", "does not say"),
        ("DSA-16.4-RECEIPT", {"offered_in_union": False}, "not_applicable", "offered_in_union"),
        ("DSA-16.4-RECEIPT", {"offered_in_union": None}, "undetermined", "offered_in_union"),
        ("DSA-20.4-DECIDE", {"enterprise_size": "small", "designated": "no"}, "not_applicable", "exempt"),
        ("DSA-20.4-DECIDE", {"enterprise_size": "small"}, "applies", "designated"),
        ("DSA-20.4-DECIDE", {"enterprise_size": None, "designated": "no"}, "undetermined", "size"),
        ("DSA-20.4-DECIDE", {"enterprise_size": "medium", "designated": "no"}, "applies", "not exempt"),
        ("DSA-39.1-REPOSITORY", {"designated": "no"}, "not_applicable", "very large"),
        ("DSA-39.1-REPOSITORY", {"designated": None}, "undetermined", "very large"),
        ("DSA-39.1-REPOSITORY", {"designation_notified": None}, "undetermined", "very large"),
        ("TCO-3.3-HOUR", {"disseminates_to_public": False}, "not_applicable", "disseminates"),
        ("NIS2-23.4a-EARLY", {"transposition": {}}, "undetermined", "transposition"),
        ("NIS2-23.4a-EARLY", {"transposition": {"nis2": "2027-01-01"}}, "not_applicable", "2027-01-01"),
        ("NIS2-23.4a-EARLY", {"nis2_important_entity": None}, "undetermined", "nis2_important_entity"),
    ],
)
def test_the_facts_decide(
    rule: str, facts: dict[str, Any], state: str, because: str, shipped: tuple[LoadedRule, ...]
) -> None:
    """Each row of the decision table, with the fact that decides in the answer."""
    said = _say(shipped, rule, **facts)
    assert said[0] == state
    assert because in said[1]


def test_one_fact_that_is_false_outweighs_one_that_is_missing(shipped: tuple[LoadedRule, ...]) -> None:
    """What is certainly not bound stays so, whatever else is unknown."""
    assert (
        _say(shipped, "DSA-16.4-RECEIPT", hosting=None, online_platform=None, offered_in_union=False)[0]
        == "not_applicable"
    )


def test_the_duties_of_a_designation_start_four_months_later(shipped: tuple[LoadedRule, ...]) -> None:
    """Notified on 25 April, bound from 25 August; a day earlier nobody is."""
    assert _say(shipped, "DSA-39.1-REPOSITORY", date(2025, 8, 24)) == (
        "not_applicable",
        "the duties of the designation start on 2025-08-25, after 2025-08-24",
    )
    assert _say(shipped, "DSA-39.1-REPOSITORY", date(2025, 8, 25))[0] == "applies"


def test_four_months_end_on_the_last_day_of_a_short_month() -> None:
    """Four months after 31 October end on the last day of February."""
    profile = Profile.model_validate({"designated": "vlop", "designation_notified": "2025-10-31"})
    assert duties_of_designation(profile) == date(2026, 2, 28)


def test_size_counts_until_the_duties_of_the_designation_start(shipped: tuple[LoadedRule, ...]) -> None:
    """A small enterprise is exempt until the designation's duties start."""
    facts = {"enterprise_size": "small", "designation_notified": "2025-04-25"}
    assert _say(shipped, "DSA-20.4-DECIDE", date(2025, 8, 24), **facts)[0] == "not_applicable"
    assert _say(shipped, "DSA-20.4-DECIDE", date(2025, 8, 25), **facts)[0] == "applies"


def test_the_regulation_binds_the_designated_earlier(shipped: tuple[LoadedRule, ...]) -> None:
    """The first designated services were bound before 17 February 2024, the others from that day (Article 92)."""
    early = {"designation_notified": "2023-04-25"}
    assert _say(shipped, "DSA-16.4-RECEIPT", date(2023, 8, 25), **early)[0] == "applies"
    assert _say(shipped, "DSA-16.4-RECEIPT", date(2023, 8, 24), **early)[0] == "not_applicable"
    assert _say(shipped, "DSA-16.4-RECEIPT", date(2024, 2, 16), designated="no")[0] == "not_applicable"
    assert _say(shipped, "DSA-16.4-RECEIPT", date(2024, 2, 17), designated="no")[0] == "applies"


def test_nothing_known_gives_no_verdict(shipped: tuple[LoadedRule, ...]) -> None:
    """A reader without a profile is told that applicability is open, for every rule that is still law."""
    in_force = [one.rule for one in shipped if one.rule.in_force.until is None]
    assert {applies(rule, Profile(), DAY).state.value for rule in in_force} == {"undetermined"}


def test_the_answer_changes_only_on_turning_points(shipped: tuple[LoadedRule, ...]) -> None:
    """Between two turning points the answer is the same on every day."""
    profile = Profile.model_validate({**EVERYTHING, "designated": "no", "small_status_lost": "2025-03-10"})
    for one in shipped:
        points = turning_points(one.rule, profile)
        for ordinal in range(date(2022, 1, 1).toordinal(), date(2026, 9, 1).toordinal(), 11):
            day = date.fromordinal(ordinal)
            last = max((point for point in points if point <= day), default=date(2000, 1, 1))
            assert applies(one.rule, profile, day).state is applies(one.rule, profile, last).state


@pytest.mark.parametrize(
    ("day", "platform", "asked", "report"),
    [
        (date(2025, 3, 9), "not_applicable", "applies", "not_applicable"),
        (date(2025, 3, 10), "not_applicable", "applies", "applies"),
        (date(2026, 3, 10), "not_applicable", "applies", "applies"),
        (date(2026, 3, 11), "applies", "applies", "applies"),
    ],
)
def test_small_status_lost_leaves_twelve_months(day: date, platform: str, asked: str, report: str) -> None:
    """Section 3 waits twelve months after the loss (Art. 19(1)), Art. 15 begins at once, Art. 24(3) always applies."""
    facts = {**PLATFORM, "enterprise_size": "medium", "small_status_lost": "2025-03-10", "designated": "no"}
    profile = Profile.model_validate(facts)
    said = {part.name: part_applies(part, profile, day).state.value for part in parts()}
    assert (said["dsa-platforms"], said["dsa-recipients-asked"], said["dsa-reports"]) == (platform, asked, report)
    assert said["dsa-hosting"] == "applies"


def test_a_designation_ends_the_grace() -> None:
    """A designated service has no grace, and without an answer on designation the grace is undetermined."""
    lost = {**PLATFORM, "enterprise_size": "medium", "small_status_lost": "2026-03-10"}
    (part,) = [part for part in parts() if part.name == "dsa-platforms"]
    for facts, state in (
        ({}, "applies"),
        ({"designated": None}, "undetermined"),
        ({"designated": "no"}, "not_applicable"),
    ):
        assert part_applies(part, Profile.model_validate({**lost, **facts}), DAY).state.value == state


def test_the_exemption_of_platforms_does_not_name_search_engines() -> None:
    """Whether a small search engine must publish its recipients is not settled; a small platform need not."""
    (part,) = [part for part in parts() if part.name == "dsa-recipients"]
    small = {**PLATFORM, "enterprise_size": "small", "designated": "no"}
    engine = {**small, "online_platform": False, "hosting": False, "search_engine": True}
    answer = part_applies(part, Profile.model_validate(engine), DAY)
    assert answer.state.value == "undetermined"
    assert "search engine" in answer.because
    assert part_applies(part, Profile.model_validate(small), DAY).state.value == "not_applicable"
    assert (
        part_applies(part, Profile.model_validate({**engine, "enterprise_size": "large"}), DAY).state.value == "applies"
    )


@pytest.mark.parametrize(
    ("designated", "notified", "state"),
    [
        ("vlop", "2025-04-25", "not_applicable"),
        ("vlop", None, "undetermined"),
        ("no", None, "applies"),
        (None, None, "undetermined"),
    ],
)
def test_some_duties_are_for_those_that_are_not_designated(designated: Any, notified: Any, state: str) -> None:
    """`unless: [designated]` leaves designated services out, and needs the answer."""
    duty = Duty(
        AppliesTo.model_validate({"services": ["any"], "unless": ["designated"]}),
        InForce.model_validate({"from": date(2025, 10, 10)}),
        None,
    )
    profile = Profile(designated=designated, designation_notified=notified and date.fromisoformat(notified))
    assert decided(duty, profile, DAY).state.value == state


def test_every_rule_stands_in_a_part_of_the_law(shipped: tuple[LoadedRule, ...]) -> None:
    """No shipped rule has an act or article that the table of parts does not know, and Art. 24(3) stands apart."""
    assert [one.rule.id for one in shipped if part_of(one.rule.id) is None] == []
    named = ("DSA-24.3-X", "DSA-24.2-X", "DSA-24.5-X", "NISX-13-X", "DSA-15.1.a-X")
    found = {name: part.name for name in named if (part := part_of(name))}
    assert found == {
        "DSA-24.3-X": "dsa-recipients-asked",
        "DSA-24.2-X": "dsa-recipients",
        "DSA-24.5-X": "dsa-platforms",
        "NISX-13-X": "nis2",
        "DSA-15.1.a-X": "dsa-reports",
    }
