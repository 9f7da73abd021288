"""Answers in words: a person's own text, documents a person adds, and the facts at hand beside them."""

from __future__ import annotations

from dataclasses import replace

from compliance.answers.desk import Desk, Subject, gaps_for, needs_person, subject_of
from compliance.answers.extract import answer_extract
from compliance.answers.model import Answer, ExhibitDraft, Gap, Question, Status
from compliance.answers.scope import counts_by_type, extent, find, selection
from compliance.answers.timeline import DENSE, asserted_causes, event_table
from compliance.answers.topic import named_types

LOGGED = {"sor": ("sor.sent",)}
"""Families of which the log itself holds the documents asked for, and the events that are them."""


def answer_narrative(desk: Desk, question: Question) -> Answer:
    """The officer's text; without it the counts of records at hand, and the text as a declared gap."""
    facts, gaps = facts_at_hand(desk, question)
    text = desk.texts.get(question.number)
    if text:
        return Answer(
            question, Status.ANSWERED, "", (*paragraphs_of(text), *facts), exhibits=records_at_hand(desk, question)
        )
    missing = Gap(
        desk.say("narrative.missing.what", number=question.number),
        desk.say("narrative.missing.why"),
        desk.asked.received_at or desk.asked.letter_date,
        desk.say("narrative.missing.remedy"),
        desk.supply_by,
    )
    if facts:
        return Answer(
            question,
            Status.PARTLY,
            desk.say("narrative.records_only"),
            facts,
            exhibits=records_at_hand(desk, question),
            gaps=(missing, *gaps),
        )
    return Answer(question, Status.NOT_HELD, desk.say("narrative.nothing"), gaps=(missing,))


def facts_at_hand(desk: Desk, question: Question) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    """One paragraph that counts the records about the subject, by kind, and the gaps in them."""
    subject = subject_of(desk, question)
    chosen = selection(subject.types, subject.window, subject.references)
    counts = counts_by_type(desk.dataset, chosen)
    if not counts:
        return (), ()
    words, types = desk.phrases, desk.catalogue.types
    listed = "; ".join(
        f"{words.event(name, types[name].title.lower())}: {words.number(count)}" for name, count in counts.items()
    )
    gaps = gaps_for(desk, tuple(counts), extent(desk.dataset, chosen, subject.window))
    return (desk.say("facts.held", window=subject.window.words, counts=listed), *asserted_causes(desk, subject)), gaps


def records_at_hand(desk: Desk, question: Question) -> tuple[ExhibitDraft, ...]:
    """The records of the kinds the question names by their own words, where they are few enough to read."""
    subject = subject_of(desk, question, related=True)
    named = named_types(question, subject.types)
    events = find(desk.dataset, selection(named, subject.window, subject.references), DENSE + 1) if named else ()
    if not events or len(events) > DENSE:
        return ()
    return (event_table(desk, desk.say("facts.title"), "extract", events, subject),)


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Paragraphs of a text, parted by blank lines."""
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def answer_documents(desk: Desk, question: Question) -> Answer:
    """The documents a person added for the question, each with custodian and digest; otherwise not held, and a gap."""
    added = [document for document in desk.documents if document.question == question.number]
    subject = subject_of(desk, question)
    if not added:
        logged = tuple(name for family in subject.families for name in LOGGED.get(family, ()))
        return answer_extract(desk, question, logged) if logged else _no_document(desk, question, subject)
    exhibits = tuple(
        ExhibitDraft(
            document.title,
            "document",
            desk.say("document.made", valid=document.valid or desk.say("document.valid_unknown")),
            document.custodian,
            document.valid,
            document=document.content,
            suffix=document.name.rsplit(".", 1)[-1].lower(),
            confidential=document.confidential,
        )
        for document in added
    )
    return Answer(question, Status.ANSWERED, "", paragraphs_of(desk.texts.get(question.number, "")), exhibits=exhibits)


def _no_document(desk: Desk, question: Question, subject: Subject) -> Answer:
    """Not held, with the gap; partly where a person wrote something, or the log records an asserted cause and its evidence."""
    what, why = desk.say("document.missing.what", number=question.number), desk.say("document.missing.why")
    found = needs_person(desk, question, what, why)
    said = paragraphs_of(desk.texts.get(question.number, ""))
    facts = asserted_causes(desk, subject) if "cause" in question.surroundings.lower() else ()
    return replace(found, status=Status.PARTLY, paragraphs=(*said, *facts)) if said or facts else found


def answer_attestation(desk: Desk, question: Question) -> Answer:
    """A statement that only a signatory can make: the officer's text, to be confirmed by signature."""
    text = desk.texts.get(question.number)
    if not text:
        return needs_person(
            desk,
            question,
            desk.say("attestation.missing.what", number=question.number),
            desk.say("attestation.missing.why"),
        )
    facts, gaps = facts_at_hand(desk, question)
    return Answer(
        question,
        Status.PARTLY,
        desk.say("attestation.unsigned"),
        (*paragraphs_of(text), *facts),
        gaps=gaps,
    )


def answer_preservation(desk: Desk, question: Question) -> Answer:
    """The preservation hold recorded for the letter."""
    if not desk.holds:
        return needs_person(desk, question, desk.say("hold.missing.what"), desk.say("hold.missing.why"))
    return Answer(question, Status.ANSWERED, "", (*desk.holds, *paragraphs_of(desk.texts.get(question.number, ""))))


def answer_contact(desk: Desk, question: Question) -> Answer:
    """Roles responsible, never names: from the configuration and the officer's text."""
    roles = sorted(set(desk.project.owners.values()))
    said = paragraphs_of(desk.texts.get(question.number, ""))
    if not roles and not said:
        return needs_person(desk, question, desk.say("contact.missing.what"), desk.say("contact.missing.why"))
    listed = (desk.say("contact.roles", roles=", ".join(roles)),) if roles else ()
    reason = "" if said else desk.say("contact.unconfirmed")
    return Answer(question, Status.ANSWERED if said else Status.PARTLY, reason, (*listed, *said))


def answer_apart(desk: Desk, question: Question) -> Answer:
    """Data on identified persons never enter a general bundle: a separate container with separate access."""
    return Answer(
        question,
        Status.WITHHELD,
        desk.say("apart.reason"),
        paragraphs_of(desk.texts.get(question.number, "")),
    )


def answer_access(desk: Desk, question: Question) -> Answer:
    """Access to databases or interfaces needs a plan by a person."""
    text = desk.texts.get(question.number)
    found = needs_person(desk, question, desk.say("access.missing.what"), desk.say("access.missing.why"))
    return found if not text else Answer(question, Status.PARTLY, found.reason, paragraphs_of(text), gaps=found.gaps)
