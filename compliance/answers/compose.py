"""Answers every question of a request one by one, each by its type."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from compliance.answers.desk import Desk, needs_person
from compliance.answers.extract import answer_extract, answer_sample
from compliance.answers.figures import answer_figures
from compliance.answers.form import with_form
from compliance.answers.model import Answer, Question, Status
from compliance.answers.privilege import with_withheld
from compliance.answers.timeline import answer_timeline
from compliance.answers.worded import (
    answer_access,
    answer_apart,
    answer_attestation,
    answer_contact,
    answer_documents,
    answer_narrative,
    answer_preservation,
    paragraphs_of,
)

_MARKED = re.compile(r"\[confidential:\s*([^\]]+)\]\s*(.+)", re.IGNORECASE | re.DOTALL)
ANSWERERS: dict[str, Callable[[Desk, Question], Answer]] = {
    "figures": answer_figures,
    "timeline": answer_timeline,
    "log_extract": answer_extract,
    "decision_sample": answer_sample,
    "document_production": answer_documents,
    "procedures": answer_documents,
    "narrative": answer_narrative,
    "attestation": answer_attestation,
    "preservation": answer_preservation,
    "action_order": answer_timeline,
    "feedback": answer_timeline,
    "contact": answer_contact,
    "account_information": answer_apart,
    "data_access": answer_access,
}
"""Type of question (anatomy of letters, section 3) to what answers it."""


def answer_all(desk: Desk) -> tuple[Answer, ...]:
    """One answer per question that asks something, in the letter's order. A letter that binds nobody gets no event in any."""
    found: dict[str, Answer] = {}
    for question in desk.asked.questions:
        if not question.heading:
            found[question.number] = _answered(desk, question, found)
    return tuple(found.values())


def _answered(desk: Desk, question: Question, before: dict[str, Answer]) -> Answer:
    parent = before.get(question.number.rpartition(".")[0])
    if parent is not None and parent.question.type == "decision_sample":
        return Answer(question, parent.status, parent.reason, (desk.say("sample.with"),), see=parent.question.number)
    answerer = ANSWERERS.get(question.type)
    if answerer is None:
        return needs_person(
            desk,
            question,
            desk.say("type.missing.what", number=question.number),
            desk.say("type.missing.why", type=question.type or "?"),
        )
    answer = answerer(desk, question)
    answer = with_officer_text(desk, answer)
    answer = answer if desk.event_level else aggregate_only(desk, answer)
    return with_form(desk, with_marks(desk, with_withheld(desk, answer)))


def with_officer_text(desk: Desk, answer: Answer) -> Answer:
    """The answer with the officer's words first, where there are any and they are not in it yet."""
    words = paragraphs_of(desk.texts.get(answer.question.number, ""))
    if not words or set(words) <= set(answer.paragraphs):
        return answer
    return replace(answer, paragraphs=(*words, *answer.paragraphs))


def with_marks(desk: Desk, answer: Answer) -> Answer:
    """The answer with each passage that the officer marked, `[confidential: ground] ...`, marked in the letter's language."""
    told = tuple(
        desk.say("passage.confidential", ground=found[1].strip(), text=found[2]) if found else text
        for text in answer.paragraphs
        for found in [_MARKED.match(text)]
    )
    return answer if told == answer.paragraphs else replace(answer, paragraphs=told)


def aggregate_only(desk: Desk, answer: Answer) -> Answer:
    """The answer without anything about a single event or person: only tables of figures stay."""
    kept = tuple(each for each in answer.exhibits if each.kind == "table" and not each.events)
    if len(kept) == len(answer.exhibits):
        return answer
    status = Status.PARTLY if kept or answer.figures or answer.paragraphs else Status.WITHHELD
    reason = "; ".join(dict.fromkeys(part for part in (answer.reason, desk.say("aggregate.only")) if part))
    return replace(
        answer,
        exhibits=kept,
        status=status if answer.status is not Status.NOT_HELD else answer.status,
        reason=reason,
    )
