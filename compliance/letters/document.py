"""A letter as text: blocks in reading order, each knowing the lines and page it came from."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the file shows it. `indent` is in characters (points / 5 in a PDF); `whole` lines are paragraphs already."""

    text: str
    number: int
    page: int | None = None
    indent: float = 0.0
    whole: bool = False
    heading: bool = False
    level: int | None = None
    """Depth of automatic numbering, 0 at the top; None where the file does not say."""
    room: float | None = None
    """Characters that would still have fitted on the line, where the format can tell."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row: its text without line breaks, and where each of its lines begins."""

    text: str
    start: int
    lines: tuple[tuple[int, int], ...]
    """(offset in `text`, line number), in order."""
    page: int | None
    indent: float
    heading: bool = False
    gap: bool = True
    """White space stands above it."""
    level: int | None = None

    @property
    def end(self) -> int:
        """Offset behind its last character in the document's text."""
        return self.start + len(self.text)

    @property
    def cells(self) -> tuple[str, ...]:
        """Cells of a table row; one for everything else."""
        return tuple(cell.strip() for cell in self.text.split(" | "))


@dataclass(frozen=True, slots=True)
class Mail:
    """What the headers of a mail say. Its date is when it was sent, never when it was received."""

    sender: str
    to: str
    subject: str
    date: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Document:
    """A letter's text: blocks joined by line breaks, plus what stood apart from it."""

    format: str
    blocks: tuple[Block, ...]
    text: str
    margins: tuple[str, ...] = ()
    """Running headers and footers, kept for references that stand only there."""
    attachments: tuple[str, ...] = ()
    mail: Mail | None = None
    notes: tuple[str, ...] = ()
    recognised: bool = False
    """True where the text was made out from a picture."""
    _starts: tuple[int, ...] = field(default=(), repr=False)

    def block_at(self, offset: int) -> Block:
        """The block that holds a character of the text."""
        return self.blocks[max(bisect_right(self._starts, offset) - 1, 0)]

    def line_at(self, offset: int) -> int:
        """Line number (1-based, as the file shows it) of a character of the text."""
        block = self.block_at(offset)
        return [number for start, number in block.lines if start <= max(offset - block.start, 0)][-1]

    def page_at(self, offset: int) -> int | None:
        """Page of a character of the text, where the format has pages."""
        return self.block_at(offset).page


def joined(blocks: list[Block], kind: str, **apart: object) -> Document:
    """Document of blocks whose `start` is still 0: their offsets are set here."""
    placed: list[Block] = []
    start = 0
    for each in blocks:
        placed.append(Block(each.text, start, each.lines, each.page, each.indent, each.heading, each.gap, each.level))
        start += len(each.text) + 1
    text = "\n".join(block.text for block in placed)
    return Document(kind, tuple(placed), text, _starts=tuple(block.start for block in placed), **apart)  # type: ignore[arg-type]
