"""Labelled entries of a letter: `Our ref.: X`, `Objet : Y`, rows of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from compliance.letters.document import Block, Document
from compliance.letters.vocabulary import Vocabulary

LABELS = (
    "other_reference",
    "reference",
    "case",
    "other_date",
    "date",
    "subject",
    "addressee",
    "authority",
    "country",
    "signature",
    "attachment",
    "copy",
)
_COLON = {
    "subject",
    "date",
    "case",
    "addressee",
    "authority",
    "country",
    "signature",
    "copy",
    "other_date",
    "attachment",
}
"""Labels that need a colon outside a form, because they are everyday words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A label's kind, the words behind it, and where they stand. `form`: it was a row of a table."""

    kind: str
    label: str
    value: str
    start: int
    end: int
    block: int
    form: bool = False


def entries_of(document: Document, words: Vocabulary, head: int) -> list[Entry]:
    """Labelled entries of the first `head` blocks, of table rows anywhere, and of the last blocks."""
    found: list[Entry] = []
    last = len(document.blocks) - 12
    for index, block in enumerate(document.blocks):
        cells = _cells(block)
        for number, (start, cell) in enumerate(cells):
            kind = _label_of(cell, words)
            if kind and number + 1 < len(cells):
                at, value = cells[number + 1]
                if value and not _label_of(value, words):
                    found.append(Entry(kind, cell, value, at, at + len(value), index, form=True))
            elif index < head or index >= last or len(cells) > 1:
                found += _inline(cell, start, index, words, wide=index < head)
    return found


def _cells(block: Block) -> list[tuple[int, str]]:
    cells: list[tuple[int, str]] = []
    position = block.start
    for piece in block.text.split(" | "):
        cells.append((position + len(piece) - len(piece.lstrip()), piece.strip()))
        position += len(piece) + 3
    return cells


def _label_of(cell: str, words: Vocabulary) -> str | None:
    """Kind of a cell that is nothing but a label."""
    bare = re.sub(r"^\(?[\da-zA-Z]{1,3}[.)]\s+", "", cell).rstrip(" :").strip()
    for kind in LABELS:
        if bare and words.pattern(f"{kind}_label").fullmatch(bare):
            return kind
    return None


def _inline(cell: str, start: int, index: int, words: Vocabulary, *, wide: bool) -> Iterator[Entry]:
    """Entries inside one cell or line; a value runs to the next label."""
    hits: list[tuple[int, int, str]] = []
    for kind in LABELS:
        pattern = words.built(
            f"inline {kind}",
            rf"(?:(?<=^)|(?<=[\s(;,/]))(?P<label>{words.source(f'{kind}_label')})\s*(?P<colon>:|(?<=\.)|\s(?=\S))\s*",
        )
        for match in pattern.finditer(cell):
            colon = match["colon"] == ":"
            if (kind in _COLON and not colon) or (not colon and match.start() > 0 and not match["label"].endswith(".")):
                continue
            if kind in ("addressee", "copy", "authority", "country", "signature", "subject") and match.start() > 0:
                continue
            if not colon and not _code_follows(cell[match.end() :]):
                continue
            if not any(begin <= match.start() < end or match.start() <= begin < match.end() for begin, end, _ in hits):
                hits.append((match.start(), match.end(), kind))
    hits.sort()
    for number, (begin, end, kind) in enumerate(hits):
        stop = hits[number + 1][0] if number + 1 < len(hits) else len(cell)
        value = cell[end:stop].strip()
        if value and (wide or kind in ("date", "signature", "attachment", "copy", "reference")):
            offset = start + end + len(cell[end:stop]) - len(cell[end:stop].lstrip())
            yield Entry(kind, cell[begin:end].strip(), value, offset, offset + len(value), index)


def _code_follows(text: str) -> bool:
    """True where a reference number follows, within two words, rather than prose."""
    return bool(re.match(r"(?:n[°ºo.]*\s*)?(?:[\w().-]+\s){0,2}?\S*\d", text)) and len(text) < 80
