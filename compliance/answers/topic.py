"""Which events a question is about: by the articles it names, by its words, and by the identifiers it mentions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from compliance.answers.model import Question
from compliance.events.catalogue import Catalogue

ACTS = {
    "32022R2065": "DSA",
    "32021R0784": "TCO",
    "32022L2555": "NIS2",
    "32024R1083": "EMFA",
    "32024R0900": "TTPA",
    "32016R0679": "GDPR",
}
"""CELEX number to the short name the event catalogue uses for the act."""
_LETTERS = re.compile(r"[^\W\d_]{4,}")
_PART = re.compile(r"(\d+[a-z]?)((?:\(\w+\))*)")


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject of letters: words that point to it, the families of events it is about, and what a sample is drawn from."""

    name: str
    words: tuple[str, ...]
    families: tuple[str, ...]
    related: tuple[str, ...]
    sample: str


@cache
def topics() -> tuple[Topic, ...]:
    """The shipped subjects, in order."""
    entries = yaml.safe_load((Path(__file__).parent / "topics.yaml").read_text("utf-8"))
    return tuple(
        Topic(
            entry["topic"],
            tuple(entry["words"]),
            tuple(entry["families"]),
            tuple(entry.get("related", ())),
            entry.get("sample", ""),
        )
        for entry in entries
    )


def topics_of(text: str) -> tuple[Topic, ...]:
    """Subjects whose words occur in a text."""
    plain = " ".join(text.lower().split())
    return tuple(topic for topic in topics() if any(word in plain for word in topic.words))


def provisions_of(text: str) -> frozenset[tuple[str, str]]:
    """Act and article of every provision in a catalogue text: `DSA Arts 9, 10` gives (DSA, 9) and (DSA, 10)."""
    found: set[tuple[str, str]] = set()
    for part in text.split(";"):
        match = re.match(r"\s*(\S+) Arts?\.? (.*)", part)
        if match:
            found |= {(match[1], number) for number, _ in _PART.findall(match[2])}
    return frozenset(found)


def article_of(key: str) -> tuple[str, str] | None:
    """Act's short name and article of a key such as `32022R2065:16(5)`; None for other acts."""
    celex, _, rest = key.partition(":")
    match = _PART.match(rest)
    return (ACTS[celex], match[1]) if celex in ACTS and match else None


def families_of(question: Question, catalogue: Catalogue) -> tuple[str, ...]:
    """Families of events a question is about: its own words first, else its articles, else the words above it."""
    by_words = [family for topic in topics_of(question.text) for family in topic.families]
    wanted = {article for key in question.articles if (article := article_of(key))}
    by_article = [spec.family for spec in catalogue.types.values() if wanted & provisions_of(spec.provision)]
    if by_words or by_article:
        return tuple(dict.fromkeys([*by_words, *by_article]))
    around = topics_of(question.near) or topics_of(question.context)
    return tuple(dict.fromkeys(family for topic in around for family in topic.families))


def related_families(question: Question) -> tuple[str, ...]:
    """Families that belong into a chronology of the same subject."""
    return tuple(dict.fromkeys(family for topic in topics_of(question.surroundings) for family in topic.related))


def sample_type(question: Question) -> str:
    """Event type a random sample for this question is drawn from; empty where the words do not tell."""
    return next((topic.sample for topic in topics_of(question.text) if topic.sample), "")


def named_types(question: Question, types: Iterable[str]) -> tuple[str, ...]:
    """Event types whose own name the question echoes: `limits of capacity` means livestream.capacity_limit_set. Accents do not matter."""
    plain = unicodedata.normalize("NFKD", question.text.lower())
    words = {word[:5] for word in _LETTERS.findall("".join(each for each in plain if not unicodedata.combining(each)))}
    found = []
    for name in types:
        stems = {part[:5] for part in name.partition(".")[2].split("_") if len(part) > 3}
        if len(stems & words) >= 2 or (len(stems) == 1 and stems <= words and len(next(iter(stems))) == 5):
            found.append(name)
    return tuple(found)


ONE_EVENT = re.compile(
    r"(?:\b(?:the|this|that|la|le|cette|ce|ladite|die|diese|der|dieser|das|des|dieses|dem|den|del|della|questa|esta|el|este) "
    r"(?:(?:live|said|same)[- ]?)*|\b(?:l|dell|cet )['\u2019])"
    r"(?:session|interview|live ?streams?|broadcast|stream|sitzung|übertragung|sessione|diretta|sesión|transmisión|retransmisión|"
    r"retransmission|emisión|diffusion|disruption|outage|incident|incidente|vorfalls?|störung|ausfalls?|panne|perturbation|"
    r"interruption|interruzione|interrupción|avería|entretien|intervista|entrevista)\b",
    re.IGNORECASE,
)
"""Words that speak of one event of its own, not of events of a kind."""


def speaks_of_one_event(question: Question) -> bool:
    """True where a question asks about one event: without its identifier, numbers over a whole service do not answer it."""
    return bool(ONE_EVENT.search(question.surroundings))


def is_about_cases(question: Question) -> bool:
    """True where a question speaks of the event the letter as a whole is about, so that the letter's identifiers count for it."""
    return speaks_of_one_event(question) or any(
        topic.name in {"livestream", "outage"} for topic in topics_of(question.surroundings)
    )


def types_of(families: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Event types of some families, sorted."""
    wanted = set(families)
    return tuple(sorted(name for name, spec in catalogue.types.items() if spec.family in wanted))
