"""First letters back to an authority, in its language: acknowledgement, clarification, extension. A person completes and sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from compliance.errors import LetterError, Place
from compliance.letters.letter import Deadline, Letter
from compliance.letters.request_file import replace_text
from compliance.resources import data_dir
from compliance.yaml_source import load_yaml

KINDS = ("acknowledgement", "clarification", "extension")


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft: what it is, its text, and what a person must know before it is sent (not part of the text)."""

    kind: str
    text: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every sentence is made from: the phrases of one language, the letter, the zone its instants are shown in."""

    phrases: Mapping[str, Any]
    letter: Letter
    zone: str

    def say(self, kind: str, name: str, **values: str) -> str:
        text: str = self.phrases[kind][name]
        return text.format(**values)

    def day(self, day: date) -> str:
        text: str = self.phrases["date"]
        return text.format(day=day.day, month=self.phrases["months"][day.month - 1], year=day.year)

    def instant(self, moment: datetime) -> str:
        """In the zone the letter means (that of its authority), else in the addressee's."""
        zone = moment.tzinfo if isinstance(moment.tzinfo, ZoneInfo) else ZoneInfo(self.zone)
        local = moment.astimezone(zone)
        offset = f"{local:%z}"
        text: str = self.phrases["at"]
        named = f"{zone.key}, UTC{offset[:3]}:{offset[3:]}"
        return text.format(date=self.day(local.date()), time=f"{local:%H:%M}", zone=named)


def drafted_languages() -> tuple[str, ...]:
    """Languages with phrases, by their two letters."""
    return tuple(sorted(path.stem for path in (data_dir("schemas") / "letters" / "drafts").glob("*.yaml")))


def drafts(letter: Letter) -> tuple[Draft, ...]:
    """The three drafts in the letter's language, else in English and saying so."""
    wanted = letter.language.split("-")[0]
    language = wanted if wanted in drafted_languages() else "en"
    phrases = load_yaml(data_dir("schemas") / "letters" / "drafts" / f"{language}.yaml")[0]
    desk = _Desk(phrases, letter, (letter.intake or {}).get("addressee_timezone") or "UTC")
    notes = tuple(_notes(desk, wanted, language))
    bodies = {"acknowledgement": _acknowledged, "clarification": _clarified, "extension": _extended}
    return tuple(Draft(kind, _letter(desk, kind, list(bodies[kind](desk))), notes) for kind in KINDS)


def _notes(desk: _Desk, wanted: str, language: str) -> Iterator[str]:
    yield "a draft: a person completes every [bracket], decides whether it is sent, and signs"
    if wanted != language:
        yield f"there are no phrases in {wanted}: drafted in English"
    if not (desk.phrases["review"] or {}).get("role"):
        yield f"the {language} phrases were not reviewed by a lawyer who speaks the language natively"
    if desk.letter.binding is None:
        yield "whether the letter binds is not settled: legal decides before anything is sent"
    if (desk.letter.confidentiality or {}).get("non_disclosure_to_user"):
        yield "the user must not be told; keep the circle of people small"


def _letter(desk: _Desk, kind: str, body: list[str]) -> str:
    letter, phrases = desk.letter, desk.phrases
    subject = phrases["subject"].format(
        reference=letter.reference or phrases["no_reference"],
        date=desk.day(letter.date) if letter.date else phrases["no_date"],
        what=phrases[kind]["what"],
    )
    head = [letter.sender.authority, *([letter.sender.unit] if letter.sender.unit else [])]
    middle = "\n\n".join(body)
    parts = ["\n".join(head), subject, phrases["salutation"], middle, phrases["closing"], phrases["signature"]]
    return "\n\n".join(parts) + "\n"


def _answers(letter: Letter) -> list[Deadline]:
    return [each for each in (letter.deadline, *letter.additional_deadlines) if each and each.scope == "answer"]


def _scope(desk: _Desk, deadline: Deadline) -> str:
    if isinstance(deadline.applies_to, tuple):
        return desk.say("acknowledgement", "questions", numbers=", ".join(deadline.applies_to))
    return desk.say("acknowledgement", "whole")


def _acknowledged(desk: _Desk) -> Iterator[str]:
    intake = desk.letter.intake or {}
    received, channel = intake.get("received_at"), intake.get("channel")
    if received is None:
        yield desk.say("acknowledgement", "not_recorded")
    else:
        moment = desk.instant(received if isinstance(received, datetime) else datetime.fromisoformat(str(received)))
        name = "received_by" if channel else "received"
        yield desk.say("acknowledgement", name, received=moment, channel=str(channel))
    limits = _answers(desk.letter)
    for each in limits:
        if each.instant:
            yield desk.say("acknowledgement", "due", scope=_scope(desk, each), instant=desk.instant(each.instant))
    if not limits and not desk.letter.vague_terms:
        yield desk.say("acknowledgement", "no_limit")
    yield desk.say("acknowledgement", "not_answer")
    yield desk.say("acknowledgement", "contact")


def _clarified(desk: _Desk) -> Iterator[str]:
    points = list(_points(desk))
    yield desk.say("clarification", "intro")
    listed = [*points, desk.say("clarification", "own" if points else "none")]
    yield "\n".join(f"{number}. {point}" for number, point in enumerate(listed, start=1))
    yield desk.say("clarification", "meanwhile")


def _points(desk: _Desk) -> Iterator[str]:
    letter = desk.letter
    for each in _answers(letter):
        if each.instant and each.alternatives:
            first, second = desk.instant(each.instant), desk.instant(each.alternatives[0])
            yield desk.say("clarification", "readings", text=each.text, first=first, second=second)
        elif each.instant is None and "received_at" not in " ".join(each.needs):
            yield desk.say("clarification", "not_fixed", text=each.text)
    if not letter.legal_bases:
        yield desk.say("clarification", "basis")
    if letter.period is None and any(each.period is None and each.type in _DATED for each in letter.questions):
        yield desk.say("clarification", "period")
    for term in letter.vague_terms:
        yield desk.say("clarification", "vague", text=term)


_DATED = {"figures", "decision_sample", "log_extract"}
"""Kinds of question that need a period of data."""


def _extended(desk: _Desk) -> Iterator[str]:
    limits = _answers(desk.letter)
    for each in limits:
        if each.instant:
            yield desk.say("extension", "ask", scope=_scope(desk, each), instant=desk.instant(each.instant))
        else:
            yield desk.say("extension", "ask_open", scope=_scope(desk, each))
    if not limits:
        yield desk.say("extension", "ask_open", scope=desk.say("acknowledgement", "whole"))
    for each in desk.letter.additional_deadlines:
        if each.scope == "extension":
            yield desk.say("extension", "procedure", text=each.text)
    for name in ("because", "partial", "later"):
        yield desk.say("extension", name)


def write_drafts(letter: Letter, folder: Path) -> list[Path]:
    """Write the drafts as text files, never over one that exists. LetterError `LET-EXISTS` names the first that does."""
    made = drafts(letter)
    paths = [folder / f"{each.kind}.{letter.language.split('-')[0]}.txt" for each in made]
    for path in paths:
        if path.exists():
            raise LetterError(
                "LET-EXISTS",
                "a draft stands here already and may hold a person's words; nothing was written",
                place=Place(str(path)),
                hint="choose another folder, or move it away",
            )
    folder.mkdir(parents=True, exist_ok=True)
    for each, path in zip(made, paths, strict=True):
        replace_text(path, each.text)
    return paths
