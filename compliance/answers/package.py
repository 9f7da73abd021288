"""Turns answers into the files of a bundle: numbered exhibits, one entry per question, the answer's own index."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from compliance.answers.desk import Desk
from compliance.answers.model import Answer, ExhibitDraft, Gap, Mandate
from compliance.evidence.crate import DataFile
from compliance.evidence.exhibit import MEDIA, Exhibit, exhibit_file, exhibit_id, table_csv
from compliance.evidence.parquet import tables_parquet


@dataclass(frozen=True, slots=True)
class Packed:
    """Answers with their exhibits numbered: `exhibits` in order, `of` from question number to exhibit ids."""

    answers: tuple[Answer, ...]
    exhibits: tuple[Exhibit, ...]
    of: Mapping[str, tuple[str, ...]]

    @property
    def grounds(self) -> Mapping[str, str]:
        """Exhibit id to the ground on which it is confidential, for those that are."""
        drafts = [draft for answer in self.answers for draft in answer.exhibits]
        return {
            exhibit.id: draft.confidential
            for exhibit, draft in zip(self.exhibits, drafts, strict=True)
            if draft.confidential
        }

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All declared gaps, each once."""
        return tuple(dict.fromkeys(gap for answer in self.answers for gap in answer.gaps))


def json_bytes(document: Any) -> bytes:
    """JSON as people read it, in the order given, with a line feed at the end."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def cited_rows(answers: Sequence[Answer]) -> tuple[int, ...]:
    """Row numbers of every event that an exhibit cites, in order of first mention."""
    found = [n for answer in answers for draft in answer.exhibits for n in draft.events]
    return tuple(dict.fromkeys(found))


def pack(answers: Sequence[Answer], ids: Mapping[int, str]) -> Packed:
    """Number the exhibits over all questions, without a gap. `ids`: row number to event id."""
    exhibits: list[Exhibit] = []
    drafts = [draft for answer in answers for draft in answer.exhibits]
    tables = [(draft.columns, draft.rows) for draft in drafts if _is_table(draft) and draft.columns]
    typed = iter(tables_parquet(tables))
    numbers: dict[str, list[str]] = {}
    for answer in answers:
        own = numbers.setdefault(answer.question.number, [])
        for draft in answer.exhibits:
            number = len(exhibits) + 1
            content = table_csv(draft.columns, draft.rows) if _is_table(draft) else draft.document
            file = exhibit_file(number, draft.suffix)
            exhibits.append(
                Exhibit(
                    exhibit_id(number),
                    draft.title,
                    draft.kind,
                    (answer.question.number,),
                    file,
                    content,
                    MEDIA.get(file.rsplit(".", 1)[-1], "application/octet-stream"),
                    draft.custodian,
                    draft.made,
                    draft.period,
                    len(draft.rows),
                    draft.columns,
                    tuple(sorted(ids[n] for n in draft.events)),
                    next(typed) if _is_table(draft) and draft.columns else b"",
                )
            )
            own.append(exhibit_id(number))
        if answer.see:
            own += numbers.get(answer.see, [])
    return Packed(tuple(answers), tuple(exhibits), {name: tuple(own) for name, own in numbers.items()})


def _is_table(draft: ExhibitDraft) -> bool:
    return draft.kind not in {"document", "withheld"}


def question_file(position: int) -> str:
    """Path below `data/` of the n-th question's entry, from the counter."""
    return f"answer/questions/Q-{position:03d}.json"


def question_entry(
    answer: Answer, exhibits: Sequence[str], released: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Object of one question: quoted, with status, reason, words, figures and exhibits. Verdicts only where released."""
    question = answer.question
    entry: dict[str, Any] = {
        "number": question.number,
        "quoted": question.text,
        "context": question.context,
        "type": question.type,
        "due": question.due,
        "status": answer.status.value,
        "reason": answer.reason,
        "answer": list(answer.paragraphs),
        "figures": [
            {
                "id": each.id,
                "title": each.title,
                "value": each.value,
                "amount": each.amount,
                "unit": each.unit,
                "definition": each.definition,
                "population": each.population,
                "method": each.method,
                "query": each.query,
                "parameters": list(each.parameters),
                "limits": each.limits,
                "period": each.period,
                "zone": each.zone,
                "holding": each.holding,
            }
            for each in answer.figures
        ],
        "exhibits": list(exhibits),
        "gaps": [gap.to_json() for gap in answer.gaps],
        "form": list(answer.form),
        "see": answer.see,
    }
    if released:
        entry["released_verdicts"] = [dict(each) for each in released]
    return entry


def answer_index(
    desk: Desk, packed: Packed, mandate: Mandate, *, legal_character: str, disclosed_events: int
) -> dict[str, Any]:
    """Object of `answer.json`: what page one says, for machines."""
    asked = desk.asked
    return {
        "format": "answer/1",
        "content": "non_confidential" if desk.public else "full" if desk.event_level else "aggregate_reply",
        "language": desk.phrases.language,
        "reference": asked.reference,
        "case": asked.case,
        "legal_character": legal_character,
        "authority": asked.authority,
        "addressee": asked.addressee,
        "subject": asked.subject,
        "letter_date": asked.letter_date,
        "received_at": asked.received_at,
        "deadlines": [{"id": name, "instant": instant, "text": text} for name, instant, text in asked.deadlines],
        "sent_at": mandate.sent_at,
        "signatory_role": mandate.signatory_role,
        "mandate": mandate.mandate,
        "service": desk.project.service.id,
        "service_name": desk.project.service.name,
        "provider": desk.project.service.provider,
        "synthetic": desk.project.service.synthetic,
        "log_known_to": desk.as_of,
        "zone": desk.zone,
        "request_sha256": asked.digest,
        "disclosed_events": disclosed_events,
        "questions": [
            {
                "number": answer.question.number,
                "status": answer.status.value,
                "reason": answer.reason,
                "exhibits": list(packed.of[answer.question.number]),
                "file": question_file(position),
            }
            for position, answer in enumerate(packed.answers, start=1)
        ],
        "gaps": [gap.to_json() for gap in packed.gaps],
        "corrections": [asdict(each) for each in desk.corrections if not desk.public],
    }


def class_words(desk: Desk, packed: Packed, exhibit: str) -> str:
    """How confidential an exhibit is, in words."""
    ground = packed.grounds.get(exhibit)
    return desk.say("class.confidential", ground=ground) if ground else desk.say(_class(desk))


def _class(desk: Desk) -> str:
    return "class.public" if desk.public else "class.open"


def answer_files(
    desk: Desk,
    packed: Packed,
    mandate: Mandate,
    *,
    legal_character: str,
    disclosed_events: int,
    released: Mapping[str, Sequence[Mapping[str, Any]]],
) -> tuple[DataFile, ...]:
    """Files of `data/answer/` (PDF and workbook apart), `data/exhibits/` and the queries of `data/method/`."""
    index = answer_index(desk, packed, mandate, legal_character=legal_character, disclosed_events=disclosed_events)
    made, officer = desk.say("made.request"), desk.say("custodian.compliance")
    files = [DataFile("answer/answer.json", json_bytes(index), desk.say("file.index"), MEDIA["json"], officer, made)]
    for position, answer in enumerate(packed.answers, start=1):
        number = answer.question.number
        entry = question_entry(answer, packed.of[number], released.get(number, ()))
        files.append(
            DataFile(
                question_file(position),
                json_bytes(entry),
                desk.say("file.question", number=number),
                MEDIA["json"],
                officer,
                made,
            )
        )
    files.append(
        DataFile(
            "exhibits/index.json",
            json_bytes(
                {
                    "exhibits": [
                        {**each.to_json(), "class": class_words(desk, packed, each.id)} for each in packed.exhibits
                    ]
                }
            ),
            desk.say("exhibits.title"),
            MEDIA["json"],
            officer,
            made,
        )
    )
    files += [
        DataFile(each.file, each.content, f"{each.id} {each.title}", each.media_type, each.custodian, each.made)
        for each in packed.exhibits
    ]
    files += [
        DataFile(
            each.parquet_file,
            each.parquet,
            f"{each.id} {each.title} (Parquet)",
            MEDIA["parquet"],
            each.custodian,
            each.made,
        )
        for each in packed.exhibits
        if each.parquet
    ]
    files.append(
        DataFile(
            "method/queries.json",
            json_bytes(_queries(desk, packed)),
            desk.say("file.queries"),
            MEDIA["json"],
            officer,
            made,
        )
    )
    return tuple(files)


def _queries(desk: Desk, packed: Packed) -> dict[str, Any]:
    """Each figure's definition and SQL, once. The values bound to the query stand beside it."""
    figures = {(each.id, each.parameters): each for answer in packed.answers for each in answer.figures}
    return {
        "dialect": desk.say("queries.dialect"),
        "replayable": desk.say("queries.replayable"),
        "figures": [
            {
                "id": each.id,
                "title": each.title,
                "definition": each.definition,
                "population": each.population,
                "unit": each.unit,
                "limits": each.limits,
                "query": each.query,
                "parameters": list(each.parameters),
                "period": each.period,
            }
            for _, each in sorted(figures.items(), key=lambda pair: (pair[0][0], str(pair[0][1])))
        ],
    }
