"""What people add to an answer: their own words, documents with a custodian, and approvals. Checked at the border."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from compliance.answers.model import Correction, Document, ReleaseDetector, ReleaseVerdicts
from compliance.errors import AnswerError, Place, fault_words
from compliance.yaml_source import load_yaml

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
MOST_BYTES = 100 * 1024 * 1024
"""Largest document: the transfer service of the Commission takes no larger file."""


class Strict(BaseModel):
    """A model that refuses members it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class DocumentEntry(Strict):
    """One document of a documents file. `file` is relative to it; `custodian` is a role."""

    question: Text
    file: Text
    title: Text
    custodian: Text
    valid: str = ""
    confidential: str = ""


class CorrectionEntry(Strict):
    """One statement of an earlier answer, by its reference and question, with what is right and why it was not."""

    answer: Text
    question: Text
    said: Text
    correct: Text
    why: Text


class VerdictsEntry(Strict):
    """A role lets the verdicts of the rules a question engages leave with the answer to it."""

    release: Literal["verdicts"]
    question: Text
    rules: tuple[Text, ...] = Field(min_length=1)
    ground: Text
    role: Text


class DetectorEntry(Strict):
    """A role has looked at a detector's hits in a field and lets them pass."""

    release: Literal["detector"]
    detector: Literal["email", "iban", "phone", "ip"]
    field: Text
    ground: Text
    role: Text


Approval = Annotated[VerdictsEntry | DetectorEntry, Field(discriminator="release")]


def read_approvals(path: Path | None) -> tuple[ReleaseVerdicts | ReleaseDetector, ...]:
    """Approvals of a YAML file (a list). AnswerError `ANS-APPROVALS` with the entry where one is invalid."""
    entries = read_entries(path, TypeAdapter(list[Approval]), "ANS-APPROVALS") if path else []
    return tuple(
        ReleaseVerdicts(entry.question, entry.rules, entry.ground, entry.role)
        if isinstance(entry, VerdictsEntry)
        else ReleaseDetector(entry.detector, entry.field, entry.ground, entry.role)
        for entry in entries
    )


def read_documents(path: Path | None) -> tuple[Document, ...]:
    """Documents listed in a YAML file, with their bytes. AnswerError `ANS-DOCUMENT*` where one is missing, a link or too large."""
    if path is None:
        return ()
    entries: list[DocumentEntry] = read_entries(path, TypeAdapter(list[DocumentEntry]), "ANS-DOCUMENTS")
    return tuple(
        Document(
            entry.question,
            entry.title,
            entry.file,
            _content(path.parent / entry.file),
            entry.custodian,
            entry.valid,
            entry.confidential.strip(),
        )
        for entry in entries
    )


def read_corrections(path: Path | None) -> tuple[Correction, ...]:
    """Corrections to earlier answers of a YAML file (a list). AnswerError `ANS-CORRECTIONS` with the entry where one is invalid."""
    entries: list[CorrectionEntry] = (
        read_entries(path, TypeAdapter(list[CorrectionEntry]), "ANS-CORRECTIONS") if path else []
    )
    return tuple(Correction(each.answer, each.question, each.said, each.correct, each.why) for each in entries)


def read_entries(path: Path, adapter: TypeAdapter[Any], code: str) -> list[Any]:
    """Entries of a YAML list. AnswerError `code` with the line and field of the first that is invalid."""
    data, marks = load_yaml(path)
    try:
        found: list[Any] = adapter.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = tuple(part for part in first["loc"] if isinstance(part, int))[:1]
        line = marks.get(where, (None, None))[0]
        raise AnswerError(
            code,
            fault_words(first),
            place=Place(str(path), line, field=".".join(map(str, first["loc"]))),
            hint="see docs/bundle.md for the shape of the file",
        ) from error
    return found


def _content(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
                raise AnswerError(
                    "ANS-DOCUMENT",
                    "this is no plain file of at most 100 MB",
                    place=Place(str(path)),
                    hint="name the file itself; split it where it is larger",
                )
            return stream.read()
    except OSError as error:
        raise AnswerError(
            "ANS-DOCUMENT",
            f"the document cannot be read: {error.strerror}",
            place=Place(str(path)),
            hint="paths in the documents file are relative to it; links are not followed",
        ) from error


def read_texts(folder: Path | None) -> dict[str, str]:
    """Officer's words: the text of `<number>.md` for each question. AnswerError `ANS-TEXT` where one is not UTF-8."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise AnswerError(
            "ANS-TEXT",
            "there is no folder with answers here",
            place=Place(str(folder)),
            hint="it holds one file per question, named by its number: 1.a.md",
        )
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        try:
            found[path.name.removesuffix(".md")] = path.read_text("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            raise AnswerError(
                "ANS-TEXT", "the answer is not UTF-8 text", place=Place(str(path)), hint="save it as UTF-8"
            ) from error
    return {number: text for number, text in found.items() if text}
