"""Plain text and Markdown: UTF-8, UTF-16 or Windows-1252, with or without a byte order mark."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from compliance.errors import LetterError, Place
from compliance.letters.document import Document, Line, joined
from compliance.letters.layout import blocks_of

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_SLANTED = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_]+?)(?<=\S)\1(?![\w*])")
_LINK = re.compile(r"\[([^\]]+)\]\((\S+?)\)")
_RULE = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)*\|?\s*$")
_COLUMNS = re.compile(r"(?<=\S)(?:[ ]{4,}|[ ]*\t+[ ]*)(?=\S)")


def read_plain(content: bytes, place: Place, kind: str) -> Document:
    """Text of a txt or md letter. LetterError `LET-BINARY` where it is not text."""
    return document_of(decode(content, place), kind)


def decode(content: bytes, place: Place) -> str:
    """Text of bytes: by byte order mark, as UTF-8, as UTF-16 where every other byte is empty, else as Windows-1252."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    nulls = content[:4000].count(0)
    if nulls > len(content[:4000]) // 4:
        even = content[0:4000:2].count(0)
        return _checked(content.decode("utf-16-be" if even > nulls // 2 else "utf-16-le", errors="replace"), place)
    try:
        return _checked(content.decode("utf-8"), place)
    except UnicodeDecodeError:
        return _checked(content.decode("cp1252", errors="replace"), place)


def _checked(text: str, place: Place) -> str:
    sample = text[:20000]
    odd = sum((character < " " and character not in "\n\r\t\f") or character == "\ufffd" for character in sample)
    if odd > max(2, len(sample) // 50):
        raise LetterError(
            "LET-BINARY", "the file is not text", place=place, hint="give the letter as pdf, docx, eml, txt or md"
        )
    return text


def document_of(text: str, kind: str, **apart: object) -> Document:
    """Document of plain text; Markdown signs are taken off where `kind` is md."""
    return joined(blocks_of(lines_of(text, kind)), kind, **apart)


def lines_of(text: str, kind: str) -> Sequence[Line]:
    """Lines of plain text, with tables and columns of blanks turned into cells."""
    lines: list[Line] = []
    for number, raw in enumerate(re.split(r"\r\n|\r|\n|\f", text), start=1):
        bare = raw.expandtabs(4).rstrip() if not raw.lstrip()[:6].endswith("\t") else raw.rstrip()
        heading = False
        if kind == "md":
            bare, heading = _unmarked(bare)
        stripped = bare.lstrip()
        if stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 2:
            stripped = " | ".join(cell.strip() for cell in stripped.strip("|").split("|"))
        stripped = re.sub(r"\s+\|\s+", " | ", _separated(stripped))
        lines.append(Line(stripped, number, None, len(bare) - len(bare.lstrip()), heading=heading))
    return lines


def _separated(text: str) -> str:
    """A row laid out by blanks as cells; a list marker before a tab stays as it is."""
    head = re.match(r"^\S{1,10}\s+", text)
    begin = head.end() if head else 0
    return text[:begin] + _COLUMNS.sub(" | ", text[begin:])


def _unmarked(line: str) -> tuple[str, bool]:
    if _RULE.match(line):
        return "", False
    heading = re.match(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*$", line)
    bare = heading[1] if heading else line
    bare = re.sub(r"^\s{0,3}(>\s?)+", "", bare)
    bare = re.sub(r"^(\s*)[-*+]\s+(?=(\*\*|__)?\(?[A-Za-z]?\d{0,3}[.)°]?)", r"\1- ", bare)
    bare = _LINK.sub(r"\1 (\2)", bare)
    bare = _SLANTED.sub(r"\2", _EMPHASIS.sub(r"\2", bare))
    bare = re.sub(r"\\([.\-()#*_\[\]])", r"\1", bare)
    return bare.rstrip("\\"), bool(heading)
