"""The confirmed request as the answer needs it. Nothing is answered from an unconfirmed one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from compliance.answers.model import Asked, Question
from compliance.errors import AnswerError, Place
from compliance.letters.request import load_request


def read_asked(path: Path) -> Asked:
    """The request of a file, confirmed by a person. AnswerError `ANS-UNCONFIRMED` otherwise; LetterError where unreadable."""
    request = load_request(path)
    return asked_of(request.model_dump(mode="json", by_alias=True), path)


def asked_of(document: Mapping[str, Any], path: Path) -> Asked:
    """The request of a parsed document, where it is confirmed, nothing in it is left unsure, and it names a reference."""
    confirmed = document.get("confirmed_by") or {}
    if not confirmed.get("role"):
        raise AnswerError(
            "ANS-UNCONFIRMED",
            "the request is not confirmed by a person",
            place=Place(str(path), field="confirmed_by"),
            hint="check it against the letter, settle what is marked unsure, then run `compliance letter confirm`",
        )
    unsettled = [
        each["field"] for each in document.get("to_confirm") or () if each["field"] not in confirmed["accepted"]
    ]
    if unsettled:
        raise AnswerError(
            "ANS-UNSETTLED",
            f"the request still marks as unsure: {', '.join(unsettled[:8])}",
            place=Place(str(path), field="to_confirm"),
            hint="settle each and delete its entry, or accept it by name: `compliance letter confirm --accept FIELD`",
        )
    if not document.get("reference"):
        raise AnswerError(
            "ANS-REFERENCE",
            "the request has no reference to answer under",
            place=Place(str(path), field="reference"),
            hint="enter the letter's own reference, or the mail's message id, and confirm again",
        )
    sender = document.get("sender") or {}
    return Asked(
        reference=str(document["reference"]),
        case=str(document.get("case") or ""),
        kind=str(document.get("kind") or ""),
        binding=bool(document.get("binding")),
        language=str(document.get("language") or ""),
        authority=str(sender.get("authority") or ""),
        sender_unit=str(sender.get("unit") or ""),
        addressee=str(document.get("addressee") or ""),
        subject=str(document.get("subject") or ""),
        letter_date=str(document.get("date") or ""),
        received_at=str(document.get("received_at") or ""),
        deadlines=_deadlines(document),
        legal_bases=tuple(document.get("legal_bases") or ()),
        cited_articles=tuple(document.get("cited_articles") or ()),
        period=period_of(document.get("period")),
        event_refs=tuple(map(str, document.get("event_refs") or ())),
        questions=questions_of(document),
        confirmed_by=str(confirmed["role"]),
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _deadlines(document: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    main = document.get("deadline")
    listed = (
        [main, *(document.get("additional_deadlines") or ())]
        if main
        else list(document.get("additional_deadlines") or ())
    )
    return tuple(
        (str(each.get("id") or f"D{number}"), str(each.get("instant") or ""), str(each.get("text") or ""))
        for number, each in enumerate(listed, start=1)
    )


def period_of(value: Any) -> tuple[date, date] | None:
    """[first day, first day after) of a period given by its first and last day; None where an end is open."""
    if isinstance(value, Mapping):
        ends: Sequence[Any] = (value.get("from"), value.get("to"))
    elif isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        ends = value
    else:
        return None
    if not ends[0] or not ends[1]:
        return None
    first, last = (_day(end) for end in ends)
    return first, last + timedelta(days=1)


def instants_of(value: Any) -> tuple[str, str] | None:
    """Both ends of a period given to the minute; None where it is given in days."""
    ends = (value.get("from"), value.get("to")) if isinstance(value, Mapping) else value
    if not isinstance(ends, Sequence) or isinstance(ends, str) or len(ends) != 2:
        return None
    texts = tuple(str(end) for end in ends if isinstance(end, str) and "T" in end)
    return (texts[0], texts[1]) if len(texts) == 2 else None


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def questions_of(document: Mapping[str, Any]) -> tuple[Question, ...]:
    """Questions in the letter's order; headings marked, unnumbered ones counted, each with the words above it."""
    due = {name: instant for name, instant, _ in _deadlines(document)}
    entries = list(document.get("questions") or ())
    texts = {str(entry["number"]): _text(entry) for entry in entries if entry.get("number")}
    found: list[Question] = []
    before: dict[str, list[str]] = {}
    for entry in entries:
        number = str(entry.get("number") or f"n{sum(1 for each in found if each.number.startswith('n')) + 1}")
        stems = [texts[stem] for stem in _stems(number) if stem in texts]
        found.append(
            Question(
                number,
                _text(entry),
                str(entry.get("type") or ""),
                tuple(entry.get("articles") or ()),
                period_of(entry.get("period")),
                tuple(map(str, entry.get("event_refs") or ())),
                tuple(map(str, entry.get("format_demands") or ())),
                due.get(str(entry.get("deadline_ref") or ""), ""),
                heading=entry.get("leaf") is False and not entry.get("type"),
                context="\n".join(stems),
                near=" ".join(before.get(number.rpartition(".")[0], ())) if "." in number else "",
                instants=instants_of(entry.get("period")),
            )
        )
        before.setdefault(number.rpartition(".")[0], []).append(_text(entry))
    return tuple(found)


def _text(entry: Mapping[str, Any]) -> str:
    return str(entry.get("text") or entry.get("summary") or "")


def _stems(number: str) -> list[str]:
    """Numbers above a number: `1.a.i` gives `1` and `1.a`."""
    parts = number.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]
