"""Everything that goes out: the answer's files, the papers, the method, the disclosed events; past the last gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from compliance import __version__
from compliance.answers.desk import Desk
from compliance.answers.guard import refuse_verdicts
from compliance.answers.model import Mandate
from compliance.answers.package import OFFICER, Packed, answer_files, question_file
from compliance.answers.paper import answer_pdf, cover_pdf
from compliance.answers.workbook import answer_workbook
from compliance.evidence.bundle import Bundle
from compliance.evidence.crate import CrateInfo, DataFile
from compliance.evidence.disclosure import Disclosure
from compliance.evidence.exhibit import MEDIA
from compliance.evidence.guide import leaf_page
from compliance.evidence.publish import Head, heads_file


def outgoing(
    desk: Desk,
    packed: Packed,
    mandate: Mandate,
    character: str,
    released: Mapping[str, Sequence[Mapping[str, Any]]],
    disclosure: Disclosure | None,
    head: DataFile,
    lock: str,
    heads: Sequence[Head] = (),
) -> Bundle:
    """The bundle to be written. Without a disclosure it holds aggregates and the log's head only."""
    asked, service = desk.asked, desk.project.service
    files = [
        *answer_files(
            desk,
            packed,
            mandate,
            legal_character=character,
            disclosed_events=disclosure.count if disclosure else 0,
            released=released,
        )
    ]
    open_paths = {
        question_file(position)
        for position, answer in enumerate(packed.answers, start=1)
        if answer.question.number in released
    }
    refuse_verdicts(files, frozenset(open_paths))
    files += [
        DataFile(
            "answer/cover-letter.pdf",
            cover_pdf(desk, packed, mandate, legal_character=character),
            "Cover letter",
            MEDIA["pdf"],
            OFFICER,
            "composed",
        ),
        DataFile(
            "answer/answer.pdf",
            answer_pdf(desk, packed, mandate, legal_character=character, released=released),
            "Answer",
            MEDIA["pdf"],
            OFFICER,
            "composed from the question entries",
        ),
        DataFile(
            "answer/workbook.xlsx",
            answer_workbook(desk, packed, mandate, character),
            "Answer as a workbook",
            MEDIA["xlsx"],
            OFFICER,
            "the same content as the entries and table exhibits",
        ),
        DataFile(
            "method/definitions.md",
            _definitions(desk),
            "Definitions and method",
            MEDIA["md"],
            OFFICER,
            "written by the software",
        ),
        DataFile(
            "method/rules.lock",
            lock.encode("utf-8"),
            "Lock of the rules run internally",
            "text/plain",
            OFFICER,
            "identifies rule texts; no outcome is in this bundle",
        ),
    ]
    files += disclosure.files if disclosure else (head,)
    files += heads_file(heads)
    if disclosure:
        files.append(
            DataFile(
                "method/leaf-format.md",
                leaf_page(),
                "How a leaf is computed",
                MEDIA["md"],
                OFFICER,
                "part of the software's documentation",
            )
        )
    sent = mandate.sent_at or desk.as_of
    crate = CrateInfo(
        f"Answer to {asked.reference}",
        f"Answer to {asked.authority}: {asked.subject}",
        sent,
        service.provider or service.id,
        "For the purposes of the letter answered only.",
        "compliance",
        __version__,
    )
    description = f"{'Answer' if desk.event_level else 'Short reply'} to {asked.reference}" + (
        " - synthetic" if service.synthetic else ""
    )
    return Bundle(asked.reference, service.provider or service.id, _day(sent), description, crate, tuple(files))


def _day(text: str) -> dt.date:
    """Date of an instant as given; the first day of the era of the log where it is empty."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return dt.date(1970, 1, 1)


def _definitions(desk: Desk) -> bytes:
    lines = [
        "# Definitions and method",
        "",
        "- Event: one accepted line of the log, identified by its id. A line received twice counts once; a line with the same id and other",
        "  content is refused and stands in no figure; a corrected event is replaced by its correction.",
        "- Times are UTC. Days and months are counted in "
        + desk.zone
        + ". A period includes its first and its last day.",
        f"- The log is known to {desk.as_of}. What happened later is not in any figure.",
        "- `complete`: the sources vouch for every record in the period. `partial`: they do not for all of it; counts are lower bounds.",
        "  `not_held`: no source speaks of it. A zero is stated only where the sources vouch for the period.",
        "- Medians are over completed cases; cases still open are counted beside them.",
        *(
            [
                "- Persons are shown as pseudonyms (`psn:`): HMAC-SHA-256 under a key of this case and field that is not in this bundle."
            ]
            if desk.event_level
            else []
        ),
        "- In CSV exhibits a text that a spreadsheet would run as a formula has an apostrophe in front.",
        "- Queries stand in queries.json, with the values bound to them.",
        "",
    ]
    return "\n".join(lines).encode("utf-8")
