"""The non-confidential version of an answer: made from redacted content, never by drawing boxes over the confidential one.

It holds figures only, without small cells and without those that would give them away; no event, no person, no pseudonym, no words
but those written for it. Exhibits keep their numbers, so that both versions can be read side by side, and the log's head is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from compliance.answers.cells import Cells, Number, cells_of, place_of
from compliance.answers.desk import Desk
from compliance.answers.inside import counted_inside
from compliance.answers.legal import mandate_words
from compliance.answers.model import Answer, ExhibitDraft, Mandate, StatedFigure, Status
from compliance.answers.outgoing import outgoing
from compliance.answers.package import json_bytes, pack
from compliance.answers.worded import paragraphs_of
from compliance.evidence.bundle import Bundle
from compliance.evidence.crate import DataFile
from compliance.evidence.disclosure import REDACTIONS
from compliance.evidence.exhibit import MEDIA
from compliance.evidence.publiccheck import MARK, VERSION
from compliance.evidence.publish import Head
from compliance.evidence.suppression import suppressed

PUBLIC_BUNDLE = "bundle-non-confidential"
"""Its folder, beside the bundle's."""
PUBLIC = ".public"
"""Ending of the files with the officer's words for this version: `1.a.public.md`."""
POLICY = "policy of this software after the custom of statistical offices; no provision fixes the number"
SMALL, WITHHELD = "small number, or one that would give a small number away", "event-level or confidential content"
_PARTS = {"value": "value", "of": "of", "n": "n", "still_open": "open"}
"""Column of a figure's table to the part of the number it shows."""
_TIMED = ("median_hours", "p90_hours")


@dataclass(frozen=True, slots=True)
class PublicVersion:
    """Answers without what is confidential, the desk that words them, and what was left out."""

    desk: Desk
    answers: tuple[Answer, ...]
    redactions: tuple[Mapping[str, str], ...]
    least: int

    def file(self, role: str, time: str) -> DataFile:
        """`redactions.json` of this version."""
        document = {
            "version": VERSION,
            "least": self.least,
            "least_origin": POLICY,
            "redactions": [{**each, "role": role, "time": time} for each in self.redactions],
        }
        say = self.desk.say
        return DataFile(
            REDACTIONS,
            json_bytes(document),
            say("public.redactions"),
            MEDIA["json"],
            say("custodian.compliance"),
            say("public.made"),
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """What both versions share: mandate, the letter's character, who decided, the log's head, the rules lock, heads given away."""

    mandate: Mandate
    character: str
    role: str
    head: DataFile
    lock: str
    heads: Sequence[Head]


def public_bundle(version: PublicVersion, frame: Frame) -> Bundle:
    """The bundle of the non-confidential version, with the log's head and without any event."""
    desk, mandate = version.desk, frame.mandate
    made = outgoing(
        desk,
        pack(version.answers, {}),
        mandate_words(mandate, desk.phrases),
        frame.character,
        {},
        None,
        frame.head,
        frame.lock,
        frame.heads,
    )
    return replace(made, files=(*made.files, version.file(frame.role, mandate.sent_at or desk.as_of)))


def non_confidential(desk: Desk, answers: Sequence[Answer], least: int) -> PublicVersion:
    """The answers as everybody may read them. Numbers of 1 to `least` - 1 are not shown, nor what would give them away."""
    cells = cells_of(desk, answers, least)
    hidden = frozenset(
        cell
        for cell in suppressed(cells.values, cells.sums, least, derived=cells.derived, fixed=cells.fixed)
        if isinstance(cell, Number)
    )
    log: list[Mapping[str, str]] = []
    public = replace(desk, event_level=False, public=True)
    made = tuple(_answer(public, cells, answer, hidden, log) for answer in answers)
    return PublicVersion(public, made, tuple(log), least)


def _answer(
    desk: Desk, cells: Cells, answer: Answer, hidden: frozenset[Number], log: list[Mapping[str, str]]
) -> Answer:
    number, say = answer.question.number, desk.say
    figures = tuple(_figure(desk, each, hidden, number, log) for each in answer.figures)
    exhibits = tuple(
        _table(cells.desk, draft, hidden, number, position, log)
        if draft.kind == "table" and draft.recount
        else _placeholder(desk, draft, number, position, log)
        for position, draft in enumerate(answer.exhibits, start=1)
    )
    words = paragraphs_of(desk.texts.get(number + PUBLIC, ""))
    if answer.paragraphs:
        log.append(_entry(number, "words", "replaced" if words else "withheld", WITHHELD))
    less = figures != answer.figures or exhibits != answer.exhibits
    apart = less or bool(answer.paragraphs and not words)
    return replace(
        answer,
        figures=figures,
        exhibits=exhibits,
        paragraphs=words,
        status=_status(answer, figures, exhibits, words, apart=apart),
        reason=say("public.reason") if apart else answer.reason,
        form=(),
    )


def _status(
    answer: Answer,
    figures: Sequence[StatedFigure],
    exhibits: Sequence[ExhibitDraft],
    words: Sequence[str],
    *,
    apart: bool,
) -> Status:
    if answer.status in (Status.NOT_HELD, Status.WITHHELD) or not apart:
        return answer.status
    return Status.PARTLY if figures or words or any(each.kind == "table" for each in exhibits) else Status.WITHHELD


def _entry(number: str, what: str, action: str, ground: str) -> dict[str, str]:
    return {"question": number, "what": what, "action": action, "ground": ground}


def _figure(
    desk: Desk, stated: StatedFigure, hidden: frozenset[Number], number: str, log: list[Mapping[str, str]]
) -> StatedFigure:
    if stated.recount is None or not stated.value:
        return stated
    place = place_of(desk, stated.recount)
    if not any(each.at(place) for each in hidden):
        return stated
    log.append(_entry(number, f"figure {stated.id}", "suppressed", SMALL))
    return replace(stated, value=desk.say("public.value"), amount=None)


def _table(
    desk: Desk,
    draft: ExhibitDraft,
    hidden: frozenset[Number],
    number: str,
    position: int,
    log: list[Mapping[str, str]],
) -> ExhibitDraft:
    """The table with hidden cells marked. Where a row's number of cases is hidden, so are its times."""
    recount = draft.recount
    if recount is None:
        return draft
    _, found = counted_inside(desk, recount)
    places = {row.key: place_of(desk, recount, row.key) for row in found.by(recount.by).rows}
    rows: list[tuple[Any, ...]] = []
    for row in draft.rows:
        gone = {each.part for each in hidden if row[0] in places and each.at(places[row[0]])}
        marked = tuple(
            MARK if _PARTS.get(name) in gone or (gone and name in _TIMED) else cell
            for name, cell in zip(draft.columns, row, strict=True)
        )
        for name, before, after in zip(draft.columns, row, marked, strict=True):
            if before != after:
                log.append(_entry(number, f"table {position}, row {len(rows) + 1}, {name}", "suppressed", SMALL))
        rows.append(marked)
    return replace(draft, rows=tuple(rows))


def _placeholder(
    desk: Desk, draft: ExhibitDraft, number: str, position: int, log: list[Mapping[str, str]]
) -> ExhibitDraft:
    """A page in the place of an exhibit that is withheld: it keeps the number, and says nothing of the content."""
    log.append(_entry(number, f"exhibit {position} of the question ({draft.kind})", "withheld", WITHHELD))
    return ExhibitDraft(
        desk.say("public.exhibit"),
        "withheld",
        desk.say("public.made"),
        draft.custodian,
        draft.period,
        document=f"{desk.say('public.exhibit_words')}\n".encode(),
        suffix="txt",
    )
