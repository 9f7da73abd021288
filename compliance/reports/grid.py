"""Tables on paper: rows measured once, cut between rows, drawn directly, so that time grows with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from reportlab.lib.colors import HexColor
from reportlab.platypus.flowables import Flowable

from compliance.reports.fonts import BOLD, MONO, REGULAR, glyphs, register_fonts, width
from compliance.reports.look import ACCENT, INK, RULE, SOFT
from compliance.reports.structure import Element, marked, ornament, structure_of
from compliance.reports.table_tags import TableTags
from compliance.reports.text import shortened, visible

_PAD = 4.0
_MOST_LINES = 40
_FEWEST = 2
"""Rows that stand together at the beginning of a table, and at its end."""
_SHORT = 220.0
"""Points up to which a table without a heading is a list of facts that is not cut."""
_JOINTS = "-/_.:"
"""Marks after which a long identifier may go on in the next line."""


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column: its heading, its share of the width, its side, its face."""

    title: str
    weight: float = 1.0
    align: Literal["left", "right"] = "left"
    mono: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell with a link (an address, or `#key` inside the document) or a colour of its own."""

    text: str
    link: str = ""
    colour: str = INK
    bold: bool = False
    name: str = ""
    """Key by which the row can be linked to."""


@dataclass(frozen=True, slots=True)
class _Line:
    cells: tuple[tuple[str, ...], ...]
    source: tuple[GridCell, ...]
    height: float


class Grid(Flowable):  # type: ignore[misc]
    """A table that breaks between rows, repeats its heading on each page, and clips nothing: long words are broken."""

    def __init__(
        self,
        columns: Sequence[GridColumn],
        rows: Sequence[Sequence[str | GridCell]],
        *,
        size: float = 8.0,
        shaded: bool = True,
        headed: bool = True,
    ) -> None:
        super().__init__()
        register_fonts()
        self.columns = tuple(columns)
        self.rows = [tuple(cell if isinstance(cell, GridCell) else GridCell(cell) for cell in row) for row in rows]
        self.size = size
        self.shaded = shaded
        self.headed = headed
        self.spaceBefore, self.spaceAfter = 4, 8
        self._ready: tuple[float, list[float], _Line, list[_Line]] | None = None
        self._first = 0
        self._origin: object = self

    def _measure(self, available: float) -> tuple[float, list[float], _Line, list[_Line]]:
        if self._ready is None or self._ready[0] != available:
            widths = self._widths(available)
            titles = tuple(GridCell(column.title, bold=True) for column in self.columns)
            heading = self._line(titles, widths) if self.headed else _Line((), (), 0.0)
            self._ready = (
                available,
                widths,
                heading,
                [self._line(row, widths) for row in self.rows],
            )
        return self._ready

    def _widths(self, available: float) -> list[float]:
        """Widths by weight; none is narrower than its heading's longest word or, at the right, its longest value."""
        least = []
        for number, column in enumerate(self.columns):
            words = [width(word, BOLD, self.size) for word in column.title.split(" ")] if self.headed else [0.0]
            if column.align == "right":
                words += [width(row[number].text, _face(column, row[number]), self.size) for row in self.rows[:400]]
            least.append(min(max(words, default=0.0) + 2 * _PAD + 0.5, available / 3))
        open_ = set(range(len(self.columns)))
        widths = list(least)
        room = available
        while open_:
            total = sum(self.columns[number].weight for number in open_)
            tight = {number for number in open_ if room * self.columns[number].weight / total < least[number]}
            if not tight:
                for number in open_:
                    widths[number] = room * self.columns[number].weight / total
                return widths
            room = max(room - sum(least[number] for number in tight), 0.0)
            open_ -= tight
        scale = available / sum(widths)
        return [space * scale for space in widths]

    def _line(self, row: tuple[GridCell, ...], widths: list[float]) -> _Line:
        shown = tuple(
            _held(broken(cell.text, _face(column, cell), self.size, space - 2 * _PAD))
            for cell, column, space in zip(row, self.columns, widths, strict=True)
        )
        return _Line(shown, row, max(len(lines) for lines in shown) * self.size * 1.3 + _PAD * 1.4)

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        """Width and height of the whole table, in points."""
        _, _, heading, lines = self._measure(available)
        return available, heading.height + sum(line.height for line in lines)

    def beginning(self, available: float) -> float:
        """Points that its heading and first rows take, which stay with the heading of the section."""
        _, _, heading, lines = self._measure(available)
        first = lines if self._whole(available) else lines[:_FEWEST]
        return self.spaceBefore + heading.height + sum(line.height for line in first)

    def _whole(self, available: float) -> bool:
        """True for a short list of facts, which is never cut."""
        return not self.headed and self.wrap(available, 0)[1] <= _SHORT

    def split(self, available: float, height: float) -> list[Flowable]:
        """This table cut so that the first part fits the height; empty where not even one row fits."""
        _, widths, heading, lines = self._measure(available)
        if self._whole(available):
            return []
        used, fitting = heading.height, 0
        for line in lines:
            if used + line.height > height:
                break
            used, fitting = used + line.height, fitting + 1
        if fitting == 0:
            return []
        if fitting == len(lines) - 1 and fitting >= _FEWEST:
            fitting -= 1  # the last row takes one with it: alone it would look like a slip
        parts: list[Flowable] = []
        for first, last in ((0, fitting), (fitting, len(lines))):
            part = Grid(self.columns, (), size=self.size, shaded=self.shaded, headed=self.headed)
            part.rows = self.rows[first:last]
            part._ready = (available, widths, heading, lines[first:last])
            part._first = self._first + first
            part._origin = self._origin
            parts.append(part)
        return parts if fitting < len(lines) else parts[:1]

    def draw(self) -> None:
        """Draw heading, rows, rules and links."""
        available, widths, heading, lines = self._ready or self._measure(self.width)
        titles = [column.title for column in self.columns]
        tags = TableTags(structure_of(self.canv), self._origin, titles, headed=self.headed, beside=self.columns[0].bold)
        top = heading.height + sum(line.height for line in lines)
        if self.headed:
            source = tuple(replace(cell, colour=ACCENT) for cell in heading.source)
            self._draw_line(replace(heading, source=source), widths, top, tags.heading())
            top -= heading.height
            self._rule(top, available, 0.9, ACCENT)
        for number, line in enumerate(lines, start=self._first):
            if self.shaded and number % 2:
                with ornament(self.canv):
                    self.canv.setFillColor(HexColor(SOFT))
                    self.canv.rect(0, top - line.height, available, line.height, stroke=0, fill=1)
            self._draw_line(line, widths, top, tags.row(number))
            top -= line.height
            self._rule(top, available, 0.3, RULE)

    def _rule(self, height: float, available: float, thickness: float, colour: str) -> None:
        with ornament(self.canv):
            self.canv.setStrokeColor(HexColor(colour))
            self.canv.setLineWidth(thickness)
            self.canv.line(0, height, available, height)

    def _draw_line(self, line: _Line, widths: list[float], top: float, tags: Sequence[Element]) -> None:
        """Draw a row. `tags`: its cells in the structure; without them the row is only seen, as a repeated heading is."""
        left = 0.0
        for position, (lines, cell, column, space) in enumerate(
            zip(line.cells, line.source, self.columns, widths, strict=True)
        ):
            if not tags:
                with ornament(self.canv):
                    self._draw_cell(lines, cell, column, left, space, top)
            elif any(text.strip() for text in lines):
                element = tags[position].add("Link") if _target(cell) else tags[position]
                with marked(self.canv, element):
                    self._draw_cell(lines, cell, column, left, space, top)
                if _target(cell):
                    _link(self.canv, cell, (left, top - line.height, left + space, top))
                    structure_of(self.canv).link(self.canv, element, " ".join(lines))
            if cell.name:
                self.canv.bookmarkHorizontal(cell.name, 0, top)
            left += space

    def _draw_cell(
        self, lines: tuple[str, ...], cell: GridCell, column: GridColumn, left: float, space: float, top: float
    ) -> None:
        self.canv.setFont(_face(column, cell), self.size)
        self.canv.setFillColor(HexColor(ACCENT if cell.link else cell.colour))
        base = top - _PAD * 0.7 - self.size
        for text in lines:
            if column.align == "right":
                self.canv.drawRightString(left + space - _PAD, base, text)
            else:
                self.canv.drawString(left + _PAD, base, text)
            base -= self.size * 1.3


def _held(lines: tuple[str, ...]) -> tuple[str, ...]:
    """As many lines as a row may have, so that every row fits a page; a mark where there are more."""
    return lines if len(lines) <= _MOST_LINES else (*lines[: _MOST_LINES - 1], "… (cut)")


def _face(column: GridColumn, cell: GridCell) -> str:
    return BOLD if cell.bold or column.bold else MONO if column.mono else REGULAR


def _target(cell: GridCell) -> bool:
    return cell.link.startswith(("#", "https://", "http://"))


def _link(canvas: Any, cell: GridCell, box: tuple[float, float, float, float]) -> None:
    if cell.link.startswith("#"):
        canvas.linkRect(cell.text, cell.link[1:], box, relative=1)
    else:
        canvas.linkURL(cell.link, box, relative=1)


def broken(text: str, face: str, size: float, space: float) -> tuple[str, ...]:
    """The text in lines that fit the space (points): at blanks, and inside words too long for a line."""
    lines: list[str] = []
    for paragraph in visible(shortened(text), glyphs(face)).replace("\t", " ").split("\n"):
        line, used = "", 0.0
        for word in paragraph.rstrip().split(" "):
            long = width(word, face, size)
            blank = width(" ", face, size) if line else 0.0
            if used + blank + long <= space:
                line, used = f"{line} {word}" if line else word, used + blank + long
                continue
            if line:
                lines.append(line)
            *full, line = _pieces(word, face, size, space)
            lines += full
            used = width(line, face, size)
        lines.append(line)
    return tuple(lines)


def _pieces(word: str, face: str, size: float, space: float) -> list[str]:
    """A long word cut so that each piece fits: after a mark such as - / _ . : where one is near, else anywhere."""
    pieces, piece, used = [], "", 0.0
    for char in word:
        wide = width(char, face, size)
        if piece and used + wide > space:
            cut = max(piece.rfind(mark) for mark in _JOINTS) + 1
            kept, piece = (piece[:cut], piece[cut:]) if cut > len(piece) // 3 else (piece, "")
            pieces.append(kept)
            used = width(piece, face, size)
        piece, used = piece + char, used + wide
    return [*pieces, piece]


__all__ = ["Grid", "GridCell", "GridColumn", "broken"]
