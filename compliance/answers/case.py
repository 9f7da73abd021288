"""The cases a letter names: every identifier in its words that the log knows, looked up once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from compliance.answers.model import Asked, Question
from compliance.answers.topic import is_about_cases
from compliance.clock import parse_instant
from compliance.events.catalogue import ENVELOPE, Catalogue, Kind, Sensitivity
from compliance.events.dataset import Dataset

_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{3,127}")
_PLAIN = re.compile(r"\d{1,5}|\d{4}-\d{2}(-\d{2})?")
"""Years, dates and article numbers, which are no identifiers."""
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Reference:
    """An identifier the letter mentions and the log knows: the field it names, and its value."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Cases:
    """What the log knows of the identifiers in a letter: token, or instant, to the cases it names."""

    known: Mapping[str, tuple[Reference, ...]]

    def named_in(self, text: str) -> tuple[Reference, ...]:
        """Cases that a text names, in order of mention."""
        found = [each for token in (*tokens_of(text), *_INSTANT.findall(text)) for each in self.known.get(token, ())]
        return tuple(dict.fromkeys(found))

    def of_question(self, question: Question, asked: Asked) -> tuple[Reference, ...]:
        """Cases a question is about: its own; else the letter's, where it speaks of the letter's event.

        The letter's cases do not count for other questions: they would narrow them without being asked.
        """
        own = self.named_in(" ".join([question.surroundings, *question.event_refs]))
        if own or not is_about_cases(question):
            return own
        return self.named_in(" ".join([asked.subject, *asked.event_refs]))


def tokens_of(text: str) -> tuple[str, ...]:
    """Words of a text that could be identifiers: with a digit, and no date, year or article number."""
    words = (token.rstrip(".:/-") for token in _TOKEN.findall(text))
    return tuple(dict.fromkeys(word for word in words if any(map(str.isdigit, word)) and not _PLAIN.fullmatch(word)))


def cases_of(asked: Asked, dataset: Dataset, catalogue: Catalogue) -> Cases:
    """Look up every identifier of a letter in the log's case fields. An instant names the livestreams scheduled for it."""
    texts = [asked.subject, *asked.event_refs]
    texts += [part for each in asked.questions for part in (each.text, each.context, *each.event_refs)]
    text = " ".join(texts)
    columns = {row[0] for row in dataset.con.execute("DESCRIBE ev").fetchall()}
    found: dict[str, list[Reference]] = {}
    tokens = tokens_of(text)
    if tokens:
        for key in _keys(catalogue, columns):
            query = f'SELECT DISTINCT "{key}" FROM ev WHERE "{key}" IN (SELECT unnest(?::VARCHAR[])) ORDER BY 1'
            for (value,) in dataset.con.execute(query, [list(tokens)]).fetchall():
                found.setdefault(value, []).append(Reference(key, value))
    instants = {parse_instant(each): each for each in _INSTANT.findall(text)}
    if instants and {"scheduled_at", "stream_id"} <= columns:
        query = ("SELECT DISTINCT scheduled_at, stream_id FROM ev WHERE scheduled_at IN (SELECT unnest(?::BIGINT[])) "
                 "AND stream_id IS NOT NULL ORDER BY 1, 2")  # fmt: skip
        for moment, stream in dataset.con.execute(query, [list(instants)]).fetchall():
            found.setdefault(instants[moment], []).append(Reference("stream_id", stream))
    return Cases({token: tuple(each) for token, each in found.items()})


def _keys(catalogue: Catalogue, columns: set[str]) -> tuple[str, ...]:
    """Fields that name cases: open strings, present in the table."""
    named = {spec.case_field for spec in catalogue.types.values()} & columns - set(ENVELOPE)
    fields = (catalogue.fields[name] for name in sorted(named) if name in catalogue.fields)
    return tuple(field.name for field in fields if field.kind is Kind.STRING and field.sensitivity is Sensitivity.OPEN)
