"""What an answer is made of: the request as confirmed, and per question its status, figures, exhibits and gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How far a question is answered. Everything but `answered` carries a reason."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT_HELD = "not_held"
    WITHHELD = "withheld"

    @property
    def words(self) -> str:
        """The status as a reader sees it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the letter. `number` is the letter's own, or `n1`, `n2` ... where it has none.

    `period`: [first day, first day after), the question's own or the letter's; None where the letter sets none.
    """

    number: str
    text: str
    type: str
    articles: tuple[str, ...]
    period: tuple[date, date] | None
    event_refs: tuple[str, ...]
    format_demands: tuple[str, ...]
    due: str = ""
    heading: bool = False
    """A stem that only introduces its sub-questions."""
    context: str = ""
    """Text of the questions above it."""
    near: str = ""
    """Text of the questions before it under the same stem: `(b) the median time` speaks of what `(a)` named."""
    instants: tuple[str, str] | None = None
    """First and last instant (RFC 3339) where its period is given to the minute."""

    @property
    def surroundings(self) -> str:
        """Everything that says what it is about: its own words, those above it, those just before it."""
        return f"{self.text} {self.context} {self.near}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A confirmed request: who asks, by which power, until when, and what."""

    reference: str
    case: str
    kind: str
    binding: bool
    language: str
    authority: str
    sender_unit: str
    addressee: str
    subject: str
    letter_date: str
    received_at: str
    deadlines: tuple[tuple[str, str, str], ...]
    """Identifier, instant (or '' where it must be computed by a person), and the letter's words."""
    legal_bases: tuple[str, ...]
    cited_articles: tuple[str, ...]
    period: tuple[date, date] | None
    event_refs: tuple[str, ...]
    questions: tuple[Question, ...]
    confirmed_by: str
    digest: str
    """SHA-256 of the request file."""


@dataclass(frozen=True, slots=True)
class Recount:
    """What it takes to count a figure again: its id, the days `[first, day after the last)`, a condition, a dimension."""

    figure: str
    period: tuple[date, date]
    where: Mapping[str, Any] | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """One figure with what a reader needs to repeat it. `value` is text as printed; empty where not held."""

    id: str
    title: str
    value: str
    unit: str
    definition: str
    population: str
    method: str
    query: str
    parameters: tuple[Any, ...]
    limits: str
    period: str
    zone: str
    holding: str
    amount: int | None = None
    """The number itself, where it is one number; None for times and where not held."""
    timed: bool = False
    """The value is a time, whose words name its unit themselves."""
    recount: Recount | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing, why, since when, what is done about it, and by when it is supplied (a date, or in words)."""

    what: str
    why: str
    since: str
    remedy: str
    supply_by: str

    def to_json(self) -> dict[str, str]:
        """Object of the answer's list of gaps."""
        return {
            "what": self.what,
            "why": self.why,
            "since": self.since,
            "remedy": self.remedy,
            "supply_by": self.supply_by,
        }


@dataclass(frozen=True, slots=True)
class ExhibitDraft:
    """A table or document before it has its number. `events` are row numbers of the events it cites."""

    title: str
    kind: str
    made: str
    custodian: str
    period: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    events: tuple[int, ...] = ()
    document: bytes = b""
    suffix: str = "csv"
    recount: Recount | None = None
    """For a table of a figure: what it shows."""
    confidential: str = ""
    """Ground on which it is confidential; empty where it is not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question answered: in words, by figures and by exhibits, with its gaps."""

    question: Question
    status: Status
    reason: str
    paragraphs: tuple[str, ...] = ()
    figures: tuple[StatedFigure, ...] = ()
    exhibits: tuple[ExhibitDraft, ...] = ()
    gaps: tuple[Gap, ...] = ()
    see: str = ""
    """Number of the question whose exhibits answer this one too."""
    form: tuple[str, ...] = ()
    """How each demand on its form is met."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document a person adds: for which question, its bytes, custodian (role), title, validity."""

    question: str
    title: str
    name: str
    content: bytes
    custodian: str
    valid: str
    confidential: str = ""
    """Ground on which it is confidential; empty where it is not."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A document that is not produced: for which question, what it is, between which roles, on what ground, and who decided."""

    question: str
    title: str
    dated: str
    kind: str
    author: str
    recipients: tuple[str, ...]
    ground: str
    decided_by: str
    note: str = ""
    adviser: str = ""
    """Role of the lawyer whose advice it is, where it is a lawyer's; `lawyer` says whether independent or in-house."""
    lawyer: str = ""
    subject: str = ""
    """What it is about, in words that may go out."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A statement of an earlier answer that was wrong or incomplete, and what is right."""

    answer: str
    """Reference of the earlier answer."""
    question: str
    said: str
    correct: str
    why: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who signs and what leaves when: placeholders until a person fills them. Times are RFC 3339 texts as given."""

    signatory_role: str = "[signatory: role to be completed]"
    mandate: str = "[mandate: authority to bind to be completed, DSA Art. 67(4)]"
    sent_at: str = ""
    preparer: str = "[preparer: role to be completed]"


@dataclass(frozen=True, slots=True)
class ReleaseVerdicts:
    """A role lets the verdicts of some rules leave with the answer to one question."""

    question: str
    rules: tuple[str, ...]
    ground: str
    role: str


@dataclass(frozen=True, slots=True)
class ReleaseDetector:
    """A role has looked at a detector's hits in a field and lets them pass."""

    detector: str
    field: str
    ground: str
    role: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided for this answer; each decision is logged in the matter."""

    legal_ground: str = ""
    role: str = ""
    confidential: bool = False
    personal_ground: str = ""
    approvals: tuple[ReleaseVerdicts | ReleaseDetector, ...] = ()
    supply_by: str = ""
    """Date until which gaps are closed, where a person has set one."""

    @property
    def releases(self) -> frozenset[tuple[str, str]]:
        """Detector and field of every hit that a role let pass after a look."""
        return frozenset((each.detector, each.field) for each in self.approvals if isinstance(each, ReleaseDetector))
