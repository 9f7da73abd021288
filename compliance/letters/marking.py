"""Where each value stands in the letter, how sure it is, and what a person must settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.letters.document import Document
from compliance.letters.letter import Deadline, Mark, Question, Sure


@dataclass(slots=True)
class Marker:
    """Collects where values stand and what is doubtful."""

    document: Document
    marks: dict[str, Mark]
    doubts: dict[str, str]

    def __init__(self, document: Document) -> None:
        self.document = document
        self.marks = {}
        self.doubts = {}

    def field(self, name: str, start: int, end: int, sure: Sure, why: str) -> None:
        """Note where a field stands; an unsure one must be settled."""
        self.marks[name] = Mark(start, end, self.document.line_at(start), self.document.page_at(start), sure, why)
        if sure is Sure.UNSURE:
            self.doubts[name] = why or "it was read with doubt"

    def doubt(self, name: str, why: str) -> None:
        """Note a field that must be settled although it stands nowhere."""
        self.doubts.setdefault(name, why)

    def deadline(self, deadline: Deadline) -> None:
        """Note a time limit; one to answer by that cannot be computed, or rests on an assumption, must be settled."""
        unsure = bool(deadline.needs) or deadline.instant is None
        self.field(
            f"deadlines.{deadline.id}",
            *deadline.span,
            Sure.UNSURE
            if unsure and deadline.scope == "answer"
            else Sure.LIKELY
            if deadline.alternatives or unsure
            else Sure.CERTAIN,
            "; ".join(deadline.needs)
            or (f"{len(deadline.alternatives)} other reading(s)" if deadline.alternatives else ""),
        )

    def questions(self, questions: Sequence[Question]) -> None:
        """Note every question by its number, or `n1`, `n2` ... where it has none."""
        count = 0
        for each in questions:
            count += each.number is None
            self.field(
                f"questions.{each.number or f'n{count}'}",
                *each.span,
                each.sure,
                ""
                if each.sure is not Sure.UNSURE
                else "it has no number: is it a request?"
                if each.number is None
                else "its number stands twice",
            )
