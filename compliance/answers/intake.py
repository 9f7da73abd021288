"""The confirmed request as the answer needs it. Nothing is answered from an unconfirmed one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from compliance.answers.model import Asked, Question
from compliance.errors import AnswerError, Place


def read_asked(path: Path) -> Asked:
    """The request of a file, confirmed by a person. AnswerError `ANS-UNCONFIRMED` otherwise; LetterError where unreadable."""
    from compliance.letters.request import load_request

    request = load_request(path)
    return asked_of(request.model_dump(mode="json", by_alias=True), path)


def asked_of(document: Mapping[str, Any], path: Path) -> Asked:
    """The request of a parsed document, where it is confirmed and names a reference."""
    by = confirmer(document)
    if not by:
        raise AnswerError(
            "ANS-UNCONFIRMED",
            "the request is not confirmed by a person",
            place=Place(str(path), field="confirmed"),
            hint="check every field of the request against the letter, resolve what is marked unsure, then confirm it in the file",
        )
    if not document.get("reference"):
        raise AnswerError(
            "ANS-REFERENCE",
            "the request has no reference to answer under",
            place=Place(str(path), field="reference"),
            hint="enter the letter's own reference, or the mail's message id",
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
        sender_country=str(sender.get("country") or ""),
        addressee=_addressee(document.get("addressee")),
        subject=str(document.get("subject") or ""),
        letter_date=str(document.get("date") or ""),
        received_at=_received(document),
        deadlines=_deadlines(document),
        legal_bases=tuple(document.get("legal_bases") or ()),
        cited_articles=tuple(document.get("cited_articles") or ()),
        period=period_of(document.get("period")),
        event_refs=tuple(map(str, document.get("event_refs") or ())),
        questions=questions_of(document),
        confirmed_by=by,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def confirmer(document: Mapping[str, Any]) -> str:
    """Role that confirmed the request; empty where nobody did."""
    confirmed = document.get("confirmed")
    if isinstance(confirmed, Mapping):
        return str(confirmed.get("by") or confirmed.get("role") or "").strip()
    return str(document.get("confirmed_by") or "").strip() if confirmed in (None, True) else ""


def _addressee(value: Any) -> str:
    return str(value.get("name") or "") if isinstance(value, Mapping) else str(value or "")


def _received(document: Mapping[str, Any]) -> str:
    intake = document.get("intake") or {}
    return str(document.get("received_at") or intake.get("received_at") or "")


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
