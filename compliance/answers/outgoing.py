"""Everything that goes out: the answer's files, the papers, the method, the disclosed events; past the last gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from compliance import __version__
from compliance.answers.cited import Case, case_files
from compliance.answers.cover import cover_pdf
from compliance.answers.desk import Desk
from compliance.answers.guard import refuse_verdicts
from compliance.answers.model import Mandate
from compliance.answers.package import Packed, answer_files, question_file
from compliance.answers.paper import answer_pdf, version_of
from compliance.answers.recipe import counted_types, replay_file
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
    cases: Sequence[Case] = (),
) -> Bundle:
    """The bundle to be written. Without a disclosure it holds aggregates and the log's head only."""
    asked, service = desk.asked, desk.project.service
    officer = desk.say("custodian.compliance")
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
            desk.say("cover.title"),
            MEDIA["pdf"],
            officer,
            desk.say("made.composed"),
        ),
        DataFile(
            "answer/answer.pdf",
            answer_pdf(desk, packed, mandate, legal_character=character, released=released),
            desk.say("answer.title"),
            MEDIA["pdf"],
            officer,
            desk.say("made.entries"),
        ),
        DataFile(
            "answer/workbook.xlsx",
            answer_workbook(desk, packed, mandate, character),
            desk.say("file.workbook"),
            MEDIA["xlsx"],
            officer,
            desk.say("made.workbook"),
        ),
        DataFile(
            "method/definitions.md",
            _definitions(desk, packed),
            desk.say("method.title"),
            MEDIA["md"],
            officer,
            desk.say("made.software"),
        ),
        DataFile(
            "method/rules.lock",
            lock.encode("utf-8"),
            desk.say("file.lock"),
            "text/plain",
            officer,
            desk.say("made.lock"),
        ),
    ]
    files.append(replay_file(desk, packed, disclosure))
    files += disclosure.files if disclosure else (head,)
    files += case_files(desk, cases, disclosure.ids, counted_types(packed)) if disclosure else ()
    files += heads_file(heads)
    if disclosure:
        files.append(
            DataFile(
                "method/leaf-format.md",
                leaf_page(),
                desk.say("file.leaf"),
                MEDIA["md"],
                officer,
                desk.say("made.documentation"),
            )
        )
    sent = mandate.sent_at or desk.as_of
    crate = CrateInfo(
        desk.say(f"{version_of(desk)}.heading", reference=asked.reference),
        desk.say(
            "crate.description", authority=desk.phrases.named("authority", asked.authority), subject=asked.subject
        ),
        sent,
        service.provider or service.id,
        desk.say("crate.use"),
        "compliance",
        __version__,
    )
    heading = f"{version_of(desk)}.heading"
    mark = f" - {desk.say('synthetic')}" if service.synthetic else ""
    description = desk.say(heading, reference=asked.reference) + mark
    return Bundle(asked.reference, service.provider or service.id, _day(sent), description, crate, tuple(files))


def _day(text: str) -> dt.date:
    """Date of an instant as given; the first day of the era of the log where it is empty."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return dt.date(1970, 1, 1)


def _definitions(desk: Desk, packed: Packed) -> bytes:
    """How events, times, coverage and persons are treated, and what each column of the tables means."""
    say, words = desk.say, desk.phrases
    keys = [
        "event",
        "times",
        "as_of",
        "holding",
        "medians",
        *(["persons"] if desk.event_level else []),
        *(["public"] if desk.public else []),
        "csv",
        "queries",
    ]
    lines = [f"# {say('method.title')}", ""]
    lines += [f"- {say(f'method.{key}', zone=desk.zone, instant=desk.as_of)}" for key in keys]
    columns = dict.fromkeys(name for each in packed.exhibits for name in each.columns)
    if columns:
        head = f"| {say('method.column')} | {say('method.meaning')} |"
        lines += ["", f"## {say('method.columns')}", "", head, "| --- | --- |"]
        lines += [f"| `{name}` | {words.column(name)} |" for name in columns]
    return "\n".join([*lines, ""]).encode("utf-8")
