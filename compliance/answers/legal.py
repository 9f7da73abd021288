"""What kind of letter it is, in neutral words, and whether it allows event-level data to leave."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from compliance.answers.model import Asked, Choices, Mandate
from compliance.answers.phrase import Phrases, phrases_of
from compliance.answers.topic import ACTS
from compliance.letters.request_model import Kind

KINDS = frozenset(get_args(Kind))
"""Kinds of letter with words of their own: phrases `kind.*`."""


def article_words(key: str, phrases: Phrases | None = None) -> str:
    """An article's key in words: `32022R2065:67(3)` gives `DSA Art. 67(3)`; other acts keep their number."""
    words = phrases or phrases_of("en")
    celex, _, article = key.partition(":")
    act = words.named("act", ACTS[celex]) if celex in ACTS else celex
    return words.say("article", act=act, article=article) if article else key


def instant_words(text: str, phrases: Phrases | None = None) -> str:
    """An instant as given, with UTC beside it: `2 September 2026, 16:05 +02:00 (14:05 UTC)`; other text as it is."""
    return (phrases or phrases_of("en")).instant(text)


def legal_character(asked: Asked, choices: Choices, phrases: Phrases | None = None) -> str:
    """The legal character of the letter as stated on page one, with the legal bases it names."""
    words = phrases or phrases_of("en")
    kind = words.say(f"kind.{asked.kind}") if asked.kind in KINDS else words.say("kind_unknown", kind=asked.kind or "?")
    named = ", ".join(article_words(key, words) for key in asked.legal_bases)
    bases = words.say("bases.named", articles=named) if named else words.say("bases.none")
    force = words.say("force.binds") if asked.binding else words.say("force.free")
    ground = words.say("ground.given", ground=choices.legal_ground, role=choices.role) if choices.legal_ground else ""
    return " ".join(part for part in (f"{kind}.", bases, force, ground) if part)


def mandate_words(mandate: Mandate, phrases: Phrases) -> Mandate:
    """The mandate with its open places marked in the letter's language."""
    blank = Mandate()
    signatory = (
        phrases.say("open.signatory") if mandate.signatory_role == blank.signatory_role else mandate.signatory_role
    )
    authority = phrases.say("open.mandate") if mandate.mandate == blank.mandate else mandate.mandate
    return replace(mandate, signatory_role=signatory, mandate=authority)


def event_level_allowed(asked: Asked, choices: Choices) -> bool:
    """True where the letter binds, or a role has recorded a legal ground for giving event-level data."""
    return asked.binding or bool(choices.legal_ground.strip() and choices.role.strip())
