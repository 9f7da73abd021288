"""The request that a letter makes, as a person confirms it: from a letter, and from `request.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from compliance.errors import LetterError, Place, fault_words
from compliance.letters.letter import Deadline, Letter, Question, Span
from compliance.letters.request_file import content_digest, write_request
from compliance.letters.request_model import DeadlinePart, QuestionPart, Request
from compliance.yaml_source import Marks, load_yaml

__all__ = ["DeadlinePart", "QuestionPart", "Request", "from_letter", "load_request", "write_request"]


def from_letter(letter: Letter) -> Request:
    """The request as read, unconfirmed, with everything a person must look at in `to_confirm`."""
    received = (letter.intake or {}).get("received_at")
    return Request.model_validate(
        {
            "schema": "request/1",
            "letter": {"file": letter.file, "sha256": letter.digest, "format": letter.format},
            "to_confirm": [{"field": field, "why": why} for field, why in letter.to_confirm.items()],
            "kind": letter.kind,
            "binding": letter.binding,
            "draft": letter.draft,
            "competence": letter.competence,
            "competence_note": letter.competence_note or None,
            "language": letter.language,
            "sender": {
                "authority": letter.sender.authority,
                "authority_id": letter.sender.authority_id,
                "unit": letter.sender.unit,
                "country": letter.sender.country,
                "signatory_role": letter.sender.signatory_role,
            },
            "addressee": letter.addressee,
            "reference": letter.reference,
            "case": letter.case,
            "other_references": list(letter.other_references),
            "date": letter.date,
            "subject": letter.subject,
            "received_at": received,
            "intake": dict(letter.intake) if letter.intake else None,
            "legal_bases": list(letter.legal_bases),
            "cited_articles": list(letter.cited_articles),
            "sanctions": list(letter.sanctions),
            "negated_articles": list(letter.negated_articles),
            "deadline": _deadline(letter.deadline) if letter.deadline else None,
            "additional_deadlines": [_deadline(each) for each in letter.additional_deadlines],
            "redress": [_deadline(each) for each in letter.redress],
            "vague_terms": list(letter.vague_terms),
            "period": _period(letter.period),
            "event_refs": list(letter.event_refs),
            "entities": list(letter.entities),
            "format_demands": list(letter.format_demands),
            "questions": [_question(each) for each in letter.questions],
            "confidentiality": dict(letter.confidentiality) if letter.confidentiality else None,
            "attachments": list(letter.attachments),
            "notes": list(letter.notes),
            "places": {
                name: {
                    "line": mark.line,
                    "page": mark.page,
                    "span": (mark.start, mark.end),
                    "sure": mark.sure.value,
                    "why": mark.why or None,
                }
                for name, mark in letter.marks.items()
            },
        }
    )


def _deadline(each: Deadline) -> dict[str, Any]:
    applies = list(each.applies_to) if isinstance(each.applies_to, tuple) else each.applies_to
    return {
        "id": each.id,
        "instant": each.instant,
        "text": each.text,
        "rule": each.rule,
        "scope": each.scope,
        "applies_to": applies,
        "alternatives": list(each.alternatives),
        "inputs": dict(each.inputs),
        "binding": each.binding,
        "steps": list(each.steps),
        "needs": list(each.needs),
    }


def _period(span: Span | None) -> dict[str, Any] | None:
    return {"from": span.start, "to": span.end, "text": span.text} if span else None


def _question(each: Question) -> dict[str, Any]:
    return {
        "number": each.number,
        "path": list(each.path) if each.path else None,
        "leaf": each.leaf,
        "type": each.type,
        "text": each.text,
        "articles": list(each.articles),
        "period": _period(each.period),
        "event_refs": list(each.event_refs),
        "format_demands": list(each.format_demands),
        "deadline_ref": each.deadline_ref,
    }


def load_request(path: Path, *, confirming: bool = False) -> Request:
    """The request of a file. LetterError `LET-REQUEST` with the line of the fault, `LET-CHANGED` where it was edited since."""
    data, marks = load_yaml(path)
    if not isinstance(data, dict):
        raise LetterError(
            "LET-REQUEST",
            "the file holds no request",
            place=Place(str(path), 1),
            hint="write one with `compliance letter read LETTER -o request.yaml`",
        )
    try:
        request = Request.model_validate(data)
    except (ValidationError, ValueError) as error:
        raise _fault(error, path, marks) from error
    confirmed = request.confirmed_by
    if not confirming and confirmed and confirmed.digest and confirmed.digest != content_digest(request):
        raise LetterError(
            "LET-CHANGED",
            f"the request was edited after {confirmed.role} confirmed it",
            place=Place(str(path), marks.get(("confirmed_by",), (None, None))[0]),
            hint="have it confirmed again: `compliance letter confirm`",
        )
    return request


def _fault(error: Exception, path: Path, marks: Marks) -> LetterError:
    if not isinstance(error, ValidationError):
        return LetterError(
            "LET-REQUEST",
            f"the request does not hold together: {error}",
            place=Place(str(path)),
            hint="mend the file, or read the letter again",
        )
    first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    named = getattr(first.get("ctx", {}).get("error"), "location", first["loc"])
    location = tuple(named)
    while location and location not in marks:
        location = location[:-1]
    line, column = marks.get(location, (1, 1))
    more = len(error.errors()) - 1
    field = ".".join(map(str, named))
    message = fault_words(first)
    return LetterError(
        "LET-REQUEST",
        f"{message}{f' (and {more} more)' if more else ''}",
        place=Place(str(path), line, column, field or None),
        hint="mend this line; schemas/request.schema.json says what each field holds",
    )
