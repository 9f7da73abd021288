"""What a letter says, as read: each value with where it stands and how sure the reading is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Sure(StrEnum):
    """How far a value was read from plain words."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value stands: characters [start, end) of the letter's text, line, page; `why` says what makes it unsure."""

    start: int
    end: int
    line: int
    page: int | None
    sure: Sure
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the authority, its identifier in the list of authorities, unit, country (EU for institutions), role that signs."""

    authority: str
    authority_id: str
    unit: str | None
    country: str | None
    signatory_role: str | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """One time limit. `instant` is the earliest reading, None where it cannot be computed; `alternatives` are the other readings.

    `scope`: answer, non_confidential, extension, redress, court_redress, non_disclosure, preservation, final_report,
    acknowledgement, hearing. `applies_to`: question numbers, `all`, or what it is about in words. `steps` explain the computation.
    """

    id: str
    text: str
    instant: datetime | None
    rule: str
    scope: str
    applies_to: tuple[str, ...] | str
    alternatives: tuple[datetime, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    binding: bool | None = None
    steps: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """What a person must supply or settle."""
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Span:
    """A period of data: first and last day or instant, both included; an open end is None."""

    start: date | datetime | None
    end: date | datetime | None
    text: str
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Question:
    """One demand of the letter. `number` is the letter's own (`1.a.i`), None where it has none; a stem that only introduces has no type."""

    number: str | None
    text: str
    leaf: bool
    type: str | None
    articles: tuple[str, ...]
    period: Span | None
    event_refs: tuple[str, ...]
    format_demands: tuple[str, ...]
    deadline_ref: str | None
    span: tuple[int, int]
    sure: Sure = Sure.LIKELY

    @property
    def path(self) -> tuple[str, ...] | None:
        """Parts of the number."""
        return tuple(self.number.split(".")) if self.number else None


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything read from a letter. `to_confirm` names, per field, what a person must look at."""

    file: str
    digest: str
    format: str
    text: str
    kind: str
    binding: bool | None
    draft: bool
    language: str
    sender: Sender
    addressee: str | None
    reference: str | None
    case: str | None
    other_references: tuple[str, ...]
    date: date | None
    subject: str | None
    legal_bases: tuple[str, ...]
    cited_articles: tuple[str, ...]
    sanctions: tuple[str, ...]
    negated_articles: tuple[str, ...]
    deadline: Deadline | None
    additional_deadlines: tuple[Deadline, ...]
    redress: tuple[Deadline, ...]
    vague_terms: tuple[str, ...]
    period: Span | None
    event_refs: tuple[str, ...]
    entities: tuple[str, ...]
    questions: tuple[Question, ...]
    confidentiality: Mapping[str, Any] | None
    format_demands: tuple[str, ...]
    attachments: tuple[str, ...]
    competence: str
    competence_note: str
    intake: Mapping[str, Any] | None
    marks: Mapping[str, Mark]
    to_confirm: Mapping[str, str]
    notes: tuple[str, ...]
    mailed_from: str = ""
    """Sender that the headers of a mail name; anybody can write them. Empty where it was no mail."""
