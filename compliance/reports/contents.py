"""The table of contents: one linked line per heading, with dots and the page's number."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus.flowables import Flowable
from reportlab.platypus.tableofcontents import TableOfContents

from compliance.reports.fonts import BOLD, REGULAR, fitted, width
from compliance.reports.look import ACCENT, INK, MUTED
from compliance.reports.structure import Element, marked, ornament, structure_of

Entry = tuple[int, str, int, str]
"""Level from 0, words, page, key of the heading."""
_LOOKS: tuple[tuple[str, float, float, float, str], ...] = (
    (BOLD, 9.4, 18.5, 0.0, ACCENT),
    (REGULAR, 8.6, 13.0, 12.0, INK),
)
"""Per level: face, size, height of a line, indent, colour."""


class Contents(TableOfContents):  # type: ignore[misc]
    """Levels 1 and 2. reportlab's own collects the entries of the last pass; the lines are ours, tagged and never cut."""

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        """Width and height in points, of the entries that the last pass over the story found."""
        self.lines = _Lines(tuple(self._lastEntries) or ((0, " ", 0, "top"),), self)
        self.width, self.height = self.lines.wrap(available, _height)
        return self.width, self.height

    def split(self, available: float, height: float) -> list[Flowable]:
        """The lines that fit, and the rest."""
        parts: list[Flowable] = self.lines.split(available, height)
        return parts

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803 - reportlab's names
        """Draw the lines."""
        self.lines.drawOn(canvas, x, y, _sW)


class _Lines(Flowable):  # type: ignore[misc]
    def __init__(self, entries: tuple[Entry, ...], origin: object) -> None:
        super().__init__()
        self.entries = entries
        self.origin = origin

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width = available
        return available, sum(_LOOKS[level][2] for level, *_ in self.entries)

    def split(self, _available: float, height: float) -> list[Flowable]:
        fitting, used = 0, 0.0
        for level, *_ in self.entries:
            used += _LOOKS[level][2]
            if used > height:
                break
            fitting += 1
        cuts = (self.entries[:fitting], self.entries[fitting:])
        return [_Lines(cut, self.origin) for cut in cuts if cut] if fitting else []

    def draw(self) -> None:
        structure = structure_of(self.canv)
        whole = structure.of(self.origin, "TOC")
        top = sum(_LOOKS[level][2] for level, *_ in self.entries)
        for entry in self.entries:
            top -= _LOOKS[entry[0]][2]
            self._line(whole.add("TOCI").add("Reference").add("Link"), entry, top + 3)

    def _line(self, element: Element, entry: Entry, base: float) -> None:
        level, words, page, key = entry
        face, size, height, indent, colour = _LOOKS[level]
        canvas, number = self.canv, str(page)
        room = self.width - indent - width(number, REGULAR, size) - 12
        shown = fitted(words, face, size, room)
        with ornament(canvas):
            self._dots(indent + width(shown, face, size) + 5, self.width - width(number, REGULAR, size) - 5, base)
        with marked(canvas, element):
            canvas.setFont(face, size)
            canvas.setFillColor(HexColor(colour))
            canvas.drawString(indent, base, shown)
            canvas.setFont(REGULAR, size)
            canvas.drawRightString(self.width, base, number)
        canvas.linkRect(f"{words}, {number}", key, (indent, base - 3, self.width, base - 3 + height), relative=1)
        structure_of(canvas).link(canvas, element, f"{words}, {number}")

    def _dots(self, left: float, right: float, base: float) -> None:
        if right > left:
            self.canv.setStrokeColor(HexColor(MUTED))
            self.canv.setLineWidth(0.5)
            self.canv.setDash(0.5, 3)
            self.canv.line(left, base, right, base)
            self.canv.setDash()
