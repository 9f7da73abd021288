"""One reader per file format; each turns a file into the text of a letter."""

from __future__ import annotations

from pathlib import Path

from compliance.errors import LetterError, Place
from compliance.letters.document import Document

MAX_BYTES = 40 * 1024 * 1024
MAX_TEXT = 2_000_000
SUFFIXES = {".pdf": "pdf", ".docx": "docx", ".eml": "eml", ".txt": "txt", ".md": "md"}


def read_document(path: Path) -> Document:
    """Text of a letter in pdf, docx, eml, txt or md. LetterError `LET-*` where it cannot be read or holds no text."""
    place = Place(str(path))
    content = _content(path, place)
    kind = _kind(path, content, place)
    if kind == "pdf":
        from compliance.letters.formats.pdf import read_pdf as read
    elif kind == "docx":
        from compliance.letters.formats.word import read_word as read
    elif kind == "eml":
        from compliance.letters.formats.mail import read_mail as read
    else:
        from compliance.letters.formats.plain import read_plain as read
    document = read(content, place, kind)
    if len(document.text) > MAX_TEXT:
        raise LetterError(
            "LET-LONG",
            f"the letter has {len(document.text)} characters",
            place=place,
            hint="separate the letter from its annexes and read the letter alone",
        )
    if not any(character.isalpha() for character in document.text):
        raise LetterError(
            "LET-EMPTY", "no words were found in the file", place=place, hint="check that this is the letter itself"
        )
    return document


def _content(path: Path, place: Place) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LetterError(
                "LET-LARGE",
                f"the file has {size} bytes; letters are read up to {MAX_BYTES}",
                place=place,
                hint="take large attachments out and read the letter alone",
            )
        content = path.read_bytes()
    except OSError as error:
        raise LetterError(
            "LET-UNREADABLE",
            f"the file cannot be read: {error.strerror}",
            place=place,
            hint="check the path and its permissions",
        ) from error
    if not content.strip():
        raise LetterError(
            "LET-EMPTY", "the file is empty", place=place, hint="save the letter again from where it arrived"
        )
    return content


def _kind(path: Path, content: bytes, place: Place) -> str:
    """Format by what the file holds, then by its name: a PDF called letter.txt is a PDF."""
    if content.lstrip()[:5] == b"%PDF-":
        return "pdf"
    named = SUFFIXES.get(path.suffix.lower())
    if content[:4] == b"PK\x03\x04":
        if named not in ("docx", None):
            raise LetterError(
                "LET-FORMAT",
                "the file is an archive, not what its name says",
                place=place,
                hint="unpack it and read the letter inside",
            )
        return "docx"
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise LetterError(
            "LET-FORMAT",
            "an old binary or password-protected Office file cannot be read",
            place=place,
            hint="open it and save it as docx or pdf without a password; a .msg mail: save it as .eml",
        )
    if named is None:
        raise LetterError(
            "LET-FORMAT",
            f"files named {path.suffix or '(no ending)'} are not read as letters",
            place=place,
            hint="give a pdf, docx, eml, txt or md file",
        )
    if named in ("pdf", "docx"):
        raise LetterError(
            "LET-BROKEN",
            f"the file is named {named} but does not hold one",
            place=place,
            hint="save the letter again from where it arrived",
        )
    return named
