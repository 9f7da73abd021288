"""The privilege log: documents that are withheld, each with date, kind, roles, lawyer, subject and ground; said in the answer, kept inside.

Of communications with lawyers only those with independent lawyers qualified in the European Economic Area, made for the rights of
defence, are protected in proceedings of the Commission; those with in-house lawyers are not (Court of Justice, 155/79 AM & S,
C-550/07 P Akzo). So nothing is called privileged that does not say so of its lawyer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from compliance.answers.added import Strict, Text, read_entries
from compliance.answers.desk import Desk
from compliance.answers.model import Answer, ExhibitDraft, Status, Withheld
from compliance.errors import AnswerError, Place

PRIVILEGE = "legal_privilege"
_CLAIM = re.compile(
    r"privil[eèé]g|anwalts?(?:geheimnis|korrespondenz)|secret professionnel|secreto profesional|segreto professionale",
    re.IGNORECASE,
)
"""The same claim in somebody's own words."""
_STANDING = {"independent": "privilege.independent", "in_house": "privilege.in_house"}
COLUMNS = (
    "withheld_no",
    "withheld_dated",
    "withheld_kind",
    "withheld_author",
    "withheld_recipients",
    "withheld_adviser",
    "withheld_subject",
    "withheld_ground",
)


class WithheldEntry(Strict):
    """One document of a file of withheld documents. Author, recipients, adviser and decided_by are roles.

    `subject` goes out, and tells what the document is about without its content; title and note stay inside.
    """

    question: Text
    title: Text
    dated: date
    kind: Text
    author: Text
    recipients: Annotated[tuple[Text, ...], Field(min_length=1)]
    ground: Text
    lawyer: Literal["independent", "in_house"] | None = None
    adviser: Text | None = None
    subject: str = ""
    decided_by: Text
    note: str = ""


def read_withheld(path: Path | None) -> tuple[Withheld, ...]:
    """Withheld documents of a YAML file (a list). AnswerError `ANS-WITHHELD` for a bad entry, `ANS-PRIVILEGE` for a false claim."""
    entries: list[WithheldEntry] = (
        read_entries(path, TypeAdapter(list[WithheldEntry]), "ANS-WITHHELD") if path is not None else []
    )
    for entry in entries:
        if (entry.ground == PRIVILEGE or _CLAIM.search(entry.ground)) and entry.lawyer != "independent":
            raise AnswerError(
                "ANS-PRIVILEGE",
                f"{entry.title!r}: communications with in-house lawyers are not protected in proceedings of the Commission"
                if entry.lawyer == "in_house"
                else f"{entry.title!r}: whether the lawyer is independent is not said",
                place=Place(str(path), field="lawyer"),
                hint="say `lawyer: independent` where it is so (AM & S 155/79, Akzo C-550/07 P); else name another ground in "
                "words, or add the document",
            )
        if bool(entry.lawyer) != bool(entry.adviser):
            missing = "adviser" if entry.lawyer else "lawyer"
            raise AnswerError(
                "ANS-WITHHELD",
                f"{entry.title!r}: `lawyer` and `adviser` stand together: the lawyer's standing, and the role that gave the advice",
                place=Place(str(path), field=missing),
                hint="say both, e.g. `lawyer: independent` and `adviser: outside counsel`, or neither where no lawyer advised",
            )
    for number, entry in enumerate(entries):
        if entry in entries[:number]:
            raise AnswerError(
                "ANS-WITHHELD",
                f"{entry.title!r} stands in the list twice, and would be counted twice",
                place=Place(str(path), field=f"{number}.title"),
                hint="take one of them out, or say in the title how they differ",
            )
    return tuple(
        Withheld(
            entry.question,
            entry.title,
            entry.dated.isoformat(),
            entry.kind,
            entry.author,
            entry.recipients,
            entry.ground,
            entry.decided_by,
            entry.note.strip(),
            entry.adviser or "",
            entry.lawyer or "",
            entry.subject.strip(),
        )
        for entry in entries
    )


def refuse_unknown(withheld: Iterable[Withheld], questions: Iterable[str], path: Path | None) -> None:
    """AnswerError `ANS-WITHHELD` where a document is withheld from a question that the letter does not ask."""
    known = set(questions)
    for each in withheld:
        if each.question not in known:
            raise AnswerError(
                "ANS-WITHHELD",
                f"the letter has no question {each.question}",
                place=Place(str(path), field="question"),
                hint=f"its questions: {', '.join(sorted(known))}",
            )


def with_withheld(desk: Desk, answer: Answer) -> Answer:
    """The answer with the list of what is withheld from it: never more than partly answered, and why is said."""
    own = [each for each in desk.withheld if each.question == answer.question.number]
    if not own:
        return answer
    said = desk.say("privilege.reason", count=len(own))
    listed = ExhibitDraft(
        desk.say("privilege.title", number=answer.question.number),
        "table",
        desk.say("privilege.made"),
        own[0].decided_by,
        "",
        columns=COLUMNS,
        rows=tuple(_row(desk, number, each) for number, each in enumerate(own, start=1)),
    )
    status = {Status.ANSWERED: Status.PARTLY, Status.NOT_HELD: Status.WITHHELD}.get(answer.status, answer.status)
    reason = "; ".join(part for part in (answer.reason, said) if part)
    return replace(answer, status=status, reason=reason, exhibits=(*answer.exhibits, listed))


def _row(desk: Desk, number: int, each: Withheld) -> tuple[str, ...]:
    ground = desk.say("privilege.legal_privilege") if each.ground == PRIVILEGE else each.ground
    adviser = f"{each.adviser}, {desk.say(_STANDING[each.lawyer])}" if each.lawyer else ""
    return (str(number), each.dated, each.kind, each.author, ", ".join(each.recipients), adviser, each.subject, ground)


def log_rows(withheld: Sequence[Withheld]) -> list[tuple[str, ...]]:
    """Rows of the internal privilege log, after `LOG_COLUMNS`."""
    return [
        (each.question, each.title, each.dated, each.kind, each.author, ", ".join(each.recipients), each.adviser,
         each.lawyer, each.subject, each.ground, each.decided_by, each.note)
        for each in withheld
    ]  # fmt: skip


LOG_COLUMNS = (
    "question", "title", "dated", "kind", "author", "recipients", "adviser", "lawyer", "subject", "ground", "decided_by",
    "note",
)  # fmt: skip
