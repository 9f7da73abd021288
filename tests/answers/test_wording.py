"""What a question asks for: families, cases, figures, sizes, periods."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compliance.answers.case import tokens_of
from compliance.answers.extract import sample_size
from compliance.answers.intake import instants_of, period_of, questions_of
from compliance.answers.legal import article_words, instant_words
from compliance.answers.model import Question
from compliance.answers.topic import families_of, named_types, provisions_of, speaks_of_one_event, topics, types_of
from compliance.answers.wording import choose_figures
from compliance.events.catalogue import catalogue

FAMILY_OF = {name: spec.family for name, spec in catalogue().types.items()}


def question(text: str, **fields: Any) -> Question:
    """A question with some words."""
    return Question("1", text, "figures", fields.pop("articles", ()), None, (), (), **fields)


def test_topics_name_known_families_and_types() -> None:
    """Every family and sampled type in the list of subjects exists in the catalogue."""
    families = {spec.family for spec in catalogue().types.values()}
    for topic in topics():
        assert {*topic.families, *topic.related} <= families, topic.name
        assert topic.sample in {"", *catalogue().types}, topic.name


@pytest.mark.parametrize(("text", "families"), [
    ("the number of Notices received", ("notice",)), ("le nombre de signalements", ("notice",)),
    ("wie viele Beschwerden", ("complaint",)), ("a timeline of the disruption", ("incident", "availability", "impact", "statement")),
    ("the median time in hours", ()),
])  # fmt: skip
def test_families_by_words(text: str, families: tuple[str, ...]) -> None:
    """Words in the languages of most letters lead to the families of events."""
    assert families_of(question(text), catalogue()) == families


def test_families_by_article_and_by_neighbour() -> None:
    """An article named in the question, or the question just before, tells what a bare question is about."""
    assert "notice" in families_of(question("the figures", articles=("32022R2065:16(1)",)), catalogue())
    assert families_of(question("the median time in hours", near="the number of Notices"), catalogue()) == ("notice",)


def test_provisions_are_read_from_catalogue_texts() -> None:
    """Several acts and articles in one text are told apart."""
    assert provisions_of("DSA Arts 9(5), 10(5); TCO Art. 3") == {("DSA", "9"), ("DSA", "10"), ("TCO", "3")}


def test_named_types() -> None:
    """A question that echoes the name of a type means that type."""
    types = types_of(["livestream", "incident"], catalogue())
    assert named_types(question("state every limit of capacity set for the session"), types) == (
        "livestream.capacity_limit_set",
    )
    assert named_types(question("describe the measures"), types) == ()


@pytest.mark.parametrize(("text", "families", "figures", "nearest"), [
    ("the number of Notices received and the median time to action in hours", ["notice"],
     {"notices.received", "notices.action_time"}, False),
    ("State the number of notices received and the median time to decide", ["notice"],
     {"notices.received", "notices.decision_time"}, False),
    ("State the number of complaints under Article 20, the number reversed and the median time to decision", ["complaint"],
     {"complaints.received", "complaints.reversed", "complaints.decision_time"}, False),
    ("State the average time to decide on a notice", ["notice"], {"notices.decision_time"}, True),
    ("State the number of Livestreams with more than 100 000 simultaneous recipients", ["livestream"], {"livestreams.announced"}, True),
])  # fmt: skip
def test_figures_by_clause(text: str, families: list[str], figures: set[str], nearest: bool) -> None:
    """Each clause chooses its own figure; what no figure says exactly is marked as the nearest."""
    choice = choose_figures(question(text), families, FAMILY_OF)
    assert ({each.id for each in choice.figures}, choice.nearest) == (figures, nearest)


def test_tokens_are_identifiers_only() -> None:
    """Identifiers are found; dates, years and article numbers are not."""
    text = "Livestream of 21 November 2025 (stream ID LS-2025-11-21-004), between 2025-10-01 and 2026, Article 16(5), case DSA.100987."
    assert tokens_of(text) == ("LS-2025-11-21-004", "DSA.100987")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("a random sample of 200 Notices", 200),
        ("une échantillon de 50 décisions", 50),
        ("a sample of 1 000 records", 1000),
        ("some decisions", None),
        ("a sample of 0", None),
    ],
)
def test_sample_size(text: str, size: int | None) -> None:
    """The size is read where the question states one."""
    assert sample_size(text) == size


def test_period_includes_its_last_day() -> None:
    """A period given by first and last day ends with the day after; an open end gives none."""
    assert period_of({"from": "2026-08-12", "to": "2026-08-16"}) == (date(2026, 8, 12), date(2026, 8, 17))
    assert period_of(["2026-08-12", "2026-08-12"]) == (date(2026, 8, 12), date(2026, 8, 13))
    assert period_of({"from": "2026-08-12", "to": None}) is None
    assert instants_of({"from": "2026-08-13T00:00:00Z", "to": "2026-08-13T01:00:00Z"}) == (
        "2026-08-13T00:00:00Z",
        "2026-08-13T01:00:00Z",
    )
    assert instants_of({"from": "2026-08-13", "to": "2026-08-14"}) is None


def test_questions_keep_stems_and_neighbours() -> None:
    """A sub-question carries the words above it and those just before it; a stem without a demand is a heading."""
    found = questions_of({"questions": [
        {"number": "4", "text": "Provide:", "leaf": False}, {"number": "4.a", "text": "the number of Notices", "type": "figures"},
        {"number": "4.b", "text": "the median time", "type": "figures"},
        {"number": None, "text": "procedures", "type": "procedures"}]})  # fmt: skip
    assert [(each.number, each.heading, each.context, each.near) for each in found] == [
        ("4", True, "", ""), ("4.a", False, "Provide:", ""), ("4.b", False, "Provide:", "the number of Notices"),
        ("n1", False, "", "")]  # fmt: skip


def test_words_for_articles_and_instants() -> None:
    """Keys and instants are printed for people, with UTC beside the local time, and its date where it differs."""
    assert article_words("32022R2065:67(3)") == "DSA Art. 67(3)"
    assert instant_words("2026-09-02T16:05:00+02:00") == "2 September 2026, 16:05 +02:00 (14:05 UTC)"
    assert instant_words("2026-08-13T01:30:00+02:00") == "13 August 2026, 01:30 +02:00 (12 August 2026, 23:30 UTC)"
    assert (instant_words("2026-08-13"), instant_words("not known")) == ("13 August 2026", "not known")


@pytest.mark.parametrize(("text", "one"), [
    ("how many notices under Article 16 concerned the session in the same period", True), ("a timeline of the disruption", True),
    ("the number of livestreams per month", False), ("describe your livestream moderation", False),
    ("For the Livestream of 21 November", True),
])  # fmt: skip
def test_one_event_is_told_from_events_of_a_kind(text: str, one: bool) -> None:
    """A question about one event is recognised, so that totals over the service do not pass for its answer."""
    assert speaks_of_one_event(question(text)) is one
