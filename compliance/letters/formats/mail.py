"""Mails (RFC 5322, MIME): the plain body, else the HTML one, else the mail forwarded, else the one document attached."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from typing import Any

from compliance.errors import LetterError, Place
from compliance.letters.document import Document, Mail
from compliance.letters.formats.markup import text_of_html
from compliance.letters.formats.plain import document_of

_MAX_PARTS = 500
_COVER = 80
"""Words up to which a body beside an attached document is taken for its cover note."""


def read_mail(content: bytes, place: Place, kind: str) -> Document:
    """Text of an eml letter. LetterError `LET-BROKEN` where it is no mail, `LET-NO-BODY` where the letter is an attachment."""
    message = email.message_from_bytes(content, policy=default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise LetterError(
            "LET-BROKEN",
            "the file holds no mail headers",
            place=place,
            hint="save the mail again as .eml, with its headers",
        )
    attached, notes = _attachments(message)
    text = _body(message)
    if len(text.split()) <= _COVER and (letter := _attached_letter(message, place)):
        read, name = letter
        noted = (*read.notes, f"the letter was read from the attachment {name}; the mail itself is its cover note")
        return replace(read, format=kind, attachments=tuple(attached), mail=_head(message), notes=noted)
    if not any(character.isalpha() for character in text):
        raise LetterError(
            "LET-NO-BODY",
            f"the mail has no text; attached: {', '.join(attached) or 'nothing'}",
            place=place,
            hint="save the attached letter and read that file",
        )
    if re.search(r"(?m)^\s*>", text):
        text = re.sub(r"(?m)^\s*(>\s?)+", "", text)
        notes.append("the mail quotes or forwards another; the quoted text was read as the letter")
    return document_of(text, kind, attachments=tuple(attached), mail=_head(message), notes=tuple(notes))


def _attached_letter(message: EmailMessage, place: Place) -> tuple[Document, str] | None:
    """The one pdf or docx attached, as read, and its name; None where there is none, several, or it cannot be read."""
    from compliance.letters.formats.pdf import read_pdf
    from compliance.letters.formats.word import read_word

    found: list[tuple[bytes, str]] = []
    for count, part in enumerate(message.walk()):
        if count > _MAX_PARTS:
            break
        content = part.get_payload(decode=True) if not part.is_multipart() else None
        if isinstance(content, bytes) and content[:5] == b"%PDF-":
            found.append((content, str(part.get_filename() or "attached pdf")))
        elif isinstance(content, bytes) and content[:4] == b"PK\x03\x04" and b"word/" in content:
            found.append((content, str(part.get_filename() or "attached docx")))
    if len(found) != 1:
        return None
    content, name = found[0]
    read = read_pdf if content[:5] == b"%PDF-" else read_word
    try:
        return read(content, place, "eml"), " ".join(name.split())[:120]
    except LetterError:
        return None


def _head(message: EmailMessage) -> Mail:
    def shown(name: str) -> str:
        try:
            return " ".join(str(message.get(name, "")).split())
        except (ValueError, IndexError, AttributeError):  # damaged headers
            return ""

    date: Any = getattr(message["date"], "datetime", None) if shown("date") else None
    return Mail(shown("from"), shown("to"), shown("subject"), date.isoformat() if date else "", shown("message-id"))


def _attachments(message: EmailMessage) -> tuple[list[str], list[str]]:
    names: list[str] = []
    notes: list[str] = []
    for count, part in enumerate(message.walk()):
        if count > _MAX_PARTS:
            notes.append(f"the mail has more than {_MAX_PARTS} parts; later ones were not looked at")
            break
        name = part.get_filename()
        if part.get_content_type() == "message/rfc822":
            names.append(name or "forwarded mail")
        elif name or part.get_content_disposition() == "attachment":
            names.append(name or part.get_content_type())
    if any(name.casefold().endswith((".pdf", ".docx")) for name in names):
        notes.append("a document is attached: if it is the letter itself, save it and read that file")
    return names, notes


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    plain = _content(part) if part is not None else ""
    if len(plain.split()) >= 20:
        return plain
    markup = message.get_body(("html",))
    html = text_of_html(_content(markup)) if markup is not None else ""
    best = max((plain, html), key=lambda text: len(text.split()))
    if len(best.split()) >= 20:
        return best
    for inner in message.walk():
        if inner.get_content_type() == "message/rfc822" and inner is not message:
            forwarded = inner.get_payload(0)
            if isinstance(forwarded, EmailMessage):
                return _body(forwarded)
    return best


def _content(part: Any) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError, KeyError):  # unknown charset or damaged encoding
        raw = part.get_payload(decode=True) or b""
        return raw.decode("cp1252", errors="replace") if isinstance(raw, bytes) else ""
