"""The contract `request/1`: what a request holds, and what must hold together in it."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_serializer,
    field_validator,
    model_validator,
)

Kind = Literal[
    "political_letter",
    "rfi_simple",
    "rfi_decision",
    "retention_order",
    "dsc_request",
    "order_remove",
    "order_information",
    "data_access_request",
    "incident_inquiry",
]
Type = Literal[
    "document_production",
    "figures",
    "narrative",
    "timeline",
    "decision_sample",
    "log_extract",
    "procedures",
    "attestation",
    "preservation",
    "action_order",
    "account_information",
    "feedback",
    "contact",
    "data_access",
]
Article = Annotated[str, Field(pattern=r"^(?:\d{5}[A-Z]{0,2}\d{0,4}|eu:\d{2,4}/\d{1,4}|nat:[A-Z?]{2}:[^:\s]+):\S+$")]
"""An article: CELEX number, colon, article (`32022R2065:67(2)`); national: `nat:DE:VwVfG:26`."""
Moment = date | datetime


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, coerce_numbers_to_str=True)


class LetterFile(_Part):
    """The file the request was read from."""

    file: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    format: Literal["pdf", "docx", "eml", "txt", "md"]


class ConfirmedBy(_Part):
    """Who confirmed the request, when, and which doubts were accepted as they stand. `digest` binds what was confirmed."""

    role: Annotated[str, Field(min_length=2, max_length=120)]
    at: AwareDatetime
    accepted: list[str] = []
    digest: str | None = None


class Settled(_Part):
    """A doubt that a person settled: accepted as read, or corrected; what stood there before and after."""

    field: str
    role: Annotated[str, Field(min_length=2, max_length=120)]
    at: AwareDatetime
    outcome: Literal["accepted", "corrected"]
    was: Any = None
    now: Any = None


class Doubt(_Part):
    """A field that a person must look at before the request can be confirmed, and why. Remove it once it is settled."""

    field: str
    why: str


class SenderPart(_Part):
    """Who writes."""

    authority: Annotated[str, Field(min_length=2)]
    authority_id: str | None = None
    unit: str | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    signatory_role: str | None = None


class PeriodPart(_Part):
    """A period of data: first and last day (or instant), both included; an open end is null."""

    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")
    text: str | None = None

    @field_validator("start", "end", mode="before")
    @classmethod
    def _day_or_instant(cls, value: Any) -> Any:
        if isinstance(value, str):
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        return value

    @field_validator("start", "end")
    @classmethod
    def _aware(cls, value: Moment | None) -> Moment | None:
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError("an instant needs its offset, e.g. 2026-10-02T22:00:00Z; a day is written 2026-10-02")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> PeriodPart:
        ends = [each.date() if isinstance(each, datetime) else each for each in (self.start, self.end) if each]
        if len(ends) == 2 and ends[0] > ends[1]:
            raise ValueError("the period ends before it begins")
        return self

    @field_serializer("start", "end")
    def _shown(self, value: Moment | None) -> str | None:
        return value.isoformat().replace("+00:00", "Z") if value else None


class DeadlinePart(_Part):
    """A time limit: the earliest reading, the others, the rule, and what it was computed from."""

    id: Annotated[str, Field(pattern=r"^[DR]\d+$")]
    instant: AwareDatetime | None
    text: str
    rule: str
    scope: str = "answer"
    applies_to: list[str] | str = "all"
    alternatives: list[AwareDatetime] = []
    inputs: dict[str, str] = {}
    binding: bool | None = None
    steps: list[str] = []
    needs: list[str] = []

    @field_serializer("instant")
    def _instant(self, value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    @field_serializer("alternatives")
    def _others(self, values: list[datetime]) -> list[str]:
        return [value.isoformat() for value in values]


class ApartError(ValueError):
    """Parts that do not hang together, with the entry of the file at which it shows."""

    def __init__(self, location: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.location = location


class QuestionPart(_Part):
    """One question. A stem that only introduces others has `leaf: false` and no type."""

    number: str | None
    path: list[str] | None = None
    leaf: bool = True
    type: Type | None = None
    text: str
    articles: list[Article] = []
    period: PeriodPart | None = None
    event_refs: list[str] = []
    format_demands: list[str] = []
    deadline_ref: str | None = None


class PlacePart(_Part):
    """Where a value stands in the letter (characters of its text, line, page), and how sure the reading is."""

    line: int
    page: int | None = None
    span: tuple[int, int]
    sure: Literal["certain", "likely", "unsure"]
    why: str | None = None


class Request(_Part):
    """Everything asked in a letter. Nothing is answered before `confirmed_by` is set."""

    schema_: Literal["request/1"] = Field("request/1", alias="schema")
    letter: LetterFile
    confirmed_by: ConfirmedBy | None = None
    to_confirm: list[Doubt] = []
    settled: list[Settled] = []
    kind: Kind
    binding: bool | None
    draft: bool = False
    competence: Literal["sound", "doubtful", "unknown", "none"] = "unknown"
    competence_note: str | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]{2})?$")]
    sender: SenderPart
    addressee: str | None
    reference: str | None
    case: str | None = None
    other_references: list[str] = []
    date: date | None
    subject: str | None
    received_at: AwareDatetime | None = None
    intake: dict[str, Any] | None = None
    legal_bases: list[Article]
    cited_articles: list[Article] = []
    sanctions: list[Article] = []
    negated_articles: list[Article] = []
    deadline: DeadlinePart | None
    additional_deadlines: list[DeadlinePart] = []
    redress: list[DeadlinePart] = []
    vague_terms: list[str] = []
    period: PeriodPart | None
    event_refs: list[str] = []
    entities: list[str] = []
    format_demands: list[str] = []
    questions: list[QuestionPart]
    confidentiality: dict[str, Any] | None = None
    attachments: list[str] = []
    notes: list[str] = []
    places: dict[str, PlacePart] = {}

    @field_serializer("received_at")
    def _received(self, value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    @model_validator(mode="after")
    def _hangs_together(self) -> Request:
        numbers = Counter(each.number for each in self.questions if each.number)
        twice = [number for number, count in numbers.items() if count > 1]
        unsettled = {doubt.field for doubt in self.to_confirm}
        if twice and not any(f"questions.{number}" in unsettled for number in twice):
            again = [index for index, each in enumerate(self.questions) if each.number == twice[0]][1]
            raise ApartError(("questions", again, "number"), f"question number {twice[0]} stands twice")
        known = {each.id for each in (self.deadline, *self.additional_deadlines, *self.redress) if each}
        for index, each in enumerate(self.questions):
            if each.deadline_ref and each.deadline_ref not in known:
                raise ApartError(
                    ("questions", index, "deadline_ref"),
                    f"question {each.number} points to deadline {each.deadline_ref}, which does not exist",
                )
        return self
