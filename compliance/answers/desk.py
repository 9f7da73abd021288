"""What lies on the desk of whoever answers: the log, the confirmed request, and what a person has added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.answers.case import Cases, Reference
from compliance.answers.coverage import gaps_of
from compliance.answers.model import Answer, Asked, Choices, Correction, Document, Gap, Question, Status, Withheld
from compliance.answers.phrase import Phrases, phrases_of
from compliance.answers.scope import Window, window_of
from compliance.answers.topic import families_of, related_families, speaks_of_one_event, types_of
from compliance.clock import format_us
from compliance.events.catalogue import Catalogue
from compliance.events.dataset import Dataset
from compliance.project import Project


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything an answer is made from. `event_level` False: a letter that binds nobody, so aggregates only."""

    dataset: Dataset
    project: Project
    catalogue: Catalogue
    asked: Asked
    choices: Choices
    event_level: bool
    texts: Mapping[str, str]
    """Question number to the officer's own words."""
    documents: tuple[Document, ...]
    holds: tuple[str, ...]
    """Preservation holds recorded for this letter, in words."""
    cases: Cases
    corrections: tuple[Correction, ...] = ()
    """Statements of earlier answers that this one corrects."""
    withheld: tuple[Withheld, ...] = ()
    """Documents that are not produced."""
    public: bool = False
    """The non-confidential version is being made."""

    @property
    def phrases(self) -> Phrases:
        """The words of the letter's language; English where there is no phrase file for it."""
        return phrases_of(self.asked.language)

    def say(self, key: str, **values: Any) -> str:
        """A phrase in the language of the letter."""
        return self.phrases.say(key, **values)

    @property
    def zone(self) -> str:
        """Zone in which the service's days are counted."""
        return self.project.service.zone

    @property
    def as_of(self) -> str:
        """Instant up to which the log is known."""
        return format_us(self.dataset.watermark) if self.dataset.watermark is not None else self.say("log.empty")

    @property
    def supply_by(self) -> str:
        """Date until which gaps are closed, or who sets it."""
        return self.choices.supply_by or self.say("gap.supply_unset")

    def custodian(self, family: str) -> str:
        """Role that keeps the records of a family of events."""
        owners = self.project.owners
        return owners.get(family) or owners.get(f"{family}.*") or self.say("custodian.unknown")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about: types of events, window, and the cases it names."""

    families: tuple[str, ...]
    types: tuple[str, ...]
    window: Window
    references: tuple[Reference, ...]

    unidentified: bool
    """The question speaks of one event, but nobody has said which: neither it nor the letter names an identifier the log knows."""

    @property
    def named(self) -> str:
        """The cases in words; empty where the question names none."""
        return ", ".join(each.value for each in self.references)


def subject_of(desk: Desk, question: Question, *, related: bool = False) -> Subject:
    """Types, window and cases of a question. `related` adds the families that a chronology of the same subject needs."""
    families = families_of(question, desk.catalogue)
    if related:
        families = tuple(dict.fromkeys([*families, *related_families(question)]))
    references = desk.cases.of_question(question, desk.asked)
    period = question.period or (None if references else desk.asked.period)
    window = window_of(period, desk.zone, question.instants, desk.phrases)
    unidentified = speaks_of_one_event(question) and not references
    return Subject(families, types_of(families, desk.catalogue), window, references, unidentified)


def gaps_for(desk: Desk, types: tuple[str, ...], window: Window) -> tuple[Gap, ...]:
    """Declared gaps of some types in a window, with the supply date set for this answer."""
    return gaps_of(desk.dataset, types, window, desk.catalogue, desk.supply_by, desk.phrases)


def needs_person(desk: Desk, question: Question, what: str, why: str) -> Answer:
    """An answer that only a person can give: nothing held, and the gap declared."""
    since = desk.asked.received_at or desk.asked.letter_date
    gap = Gap(what, why, since, desk.say("gap.person.remedy"), desk.supply_by)
    return Answer(question, Status.NOT_HELD, why, gaps=(gap,))
