"""What kind of letter it is, in neutral words, and whether it allows event-level data to leave."""

from __future__ import annotations

from datetime import UTC, datetime

from compliance.answers.model import Asked, Choices
from compliance.answers.topic import ACTS

KINDS = {
    "political_letter": "Correspondence without a legal basis for a request",
    "rfi_simple": "Simple request for information (DSA Art. 67(2)): no duty to answer, but a wrong answer can be fined (DSA Art. 74(2))",
    "rfi_decision": "Decision requiring information (DSA Art. 67(3))",
    "retention_order": "Order to retain documents (DSA Art. 72(1))",
    "dsc_request": "Request of a Digital Services Coordinator (DSA Art. 51(1))",
    "order_remove": "Order to act against content (DSA Art. 9 or Regulation (EU) 2021/784 Art. 3)",
    "order_information": "Order to provide information (DSA Art. 10)",
    "data_access_request": "Request for data access (DSA Art. 40)",
    "incident_inquiry": "Inquiry about an incident (Directive (EU) 2022/2555 Art. 23)",
}


def article_words(key: str) -> str:
    """An article's key in words: `32022R2065:67(3)` gives `DSA Art. 67(3)`; other acts keep their number."""
    celex, _, article = key.partition(":")
    return f"{ACTS.get(celex, celex)} Art. {article}" if article else key


def instant_words(text: str) -> str:
    """An instant as given, with UTC beside it: `2 September 2026, 16:05 +02:00 (14:05 UTC)`; other text as it is."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return text
    if given.tzinfo is None:
        return f"{given.day} {given:%B %Y}" if len(text) == 10 else text
    there, here = given.astimezone(UTC), f"{given.day} {given:%B %Y}, {given:%H:%M}"
    if given.utcoffset() == there.utcoffset():
        return f"{here} UTC"
    day = "" if there.date() == given.date() else f"{there.day} {there:%B %Y}, "
    return f"{here} {given.isoformat()[-6:]} ({day}{there:%H:%M} UTC)"


def legal_character(asked: Asked, choices: Choices) -> str:
    """The legal character of the letter as stated on page one, with the legal bases it names."""
    kind = KINDS.get(asked.kind, f"Letter of kind {asked.kind or 'unknown'}")
    bases = (
        f" Legal bases named: {', '.join(map(article_words, asked.legal_bases))}."
        if asked.legal_bases
        else " No legal basis is named."
    )
    force = " It binds the addressee." if asked.binding else " It does not bind; it is answered voluntarily."
    ground = (
        f" Event-level data are given on the ground recorded: {choices.legal_ground} ({choices.role})."
        if choices.legal_ground
        else ""
    )
    return f"{kind}.{bases}{force}{ground}"


def event_level_allowed(asked: Asked, choices: Choices) -> bool:
    """True where the letter binds, or a role has recorded a legal ground for giving event-level data."""
    return asked.binding or bool(choices.legal_ground.strip() and choices.role.strip())
