"""The furniture of every PDF of ours: page, head and foot, outline, contents, headings. Same input, same bytes.

Shared with the answers: `document(story, furniture)` returns the bytes; a story is made of `heading`, `paragraph`,
`bullets`, `Grid`, charts.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)

from compliance.reports.archive import Attachment, archived
from compliance.reports.contents import Contents
from compliance.reports.fonts import BOLD, MONO, REGULAR, fitted, glyphs, register_fonts
from compliance.reports.grid import Grid, GridCell, GridColumn
from compliance.reports.look import ACCENT, INK, MUTED, RULE, SOFT
from compliance.reports.metadata import Properties
from compliance.reports.structure import Element, marked, ornament, structure_of
from compliance.reports.text import shortened, visible

MARGIN = 18 * mm
PAGE = A4
BODY_WIDTH = A4[0] - 2 * MARGIN
PAGE_HEIGHT = A4[1] - 31 * mm
"""Height of what a page can hold, in points."""
Story = list[Flowable]
_AHEAD, _TEXTS, _LONGEST_BEGINNING = 12, 2, 60.0
"""Flowables looked at after a heading, texts that stay with it, and points of one of them."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands on every page and in the document's properties. `mark`: e.g. DRAFT, printed in the head."""

    title: str
    subject: str
    author: str
    head: str
    foot: str
    mark: str = ""
    language: str = "en"
    dated: str = ""
    """Instant that the document bears, RFC 3339; none is printed in its properties where it is empty."""


_PAGE_WORDS = {
    "de": "Seite {} von {}",
    "en": "Page {} of {}",
    "es": "Página {} de {}",
    "fr": "Page {} sur {}",
    "it": "Pagina {} di {}",
}


@cache
def style(name: str) -> ParagraphStyle:
    """Paragraph style by name: body, small, lead, note, mono, title, h1, h2, h3, contents1, contents2."""
    register_fonts()
    sizes: dict[str, tuple[str, float, str, float, float]] = {
        "body": (REGULAR, 9.2, INK, 0, 5),
        "small": (REGULAR, 7.6, MUTED, 0, 3),
        "lead": (REGULAR, 10.4, INK, 0, 6),
        "note": (REGULAR, 8.6, INK, 8, 10),
        "mono": (MONO, 7.2, INK, 2, 4),
        "title": (BOLD, 17, INK, 0, 4),
        "h1": (BOLD, 14, ACCENT, 16, 6),
        "h2": (BOLD, 10.8, INK, 10, 4),
        "h3": (BOLD, 9.2, INK, 7, 3),
        "contents1": (BOLD, 9.4, INK, 5, 1),
        "contents2": (REGULAR, 8.6, INK, 0, 1),
    }
    face, size, colour, before, after = sizes[name]
    made = ParagraphStyle(
        name,
        fontName=face,
        fontSize=size,
        leading=size * 1.38,
        textColor=HexColor(colour),
        spaceBefore=before,
        spaceAfter=after,
        bulletFontName=REGULAR,
        splitLongWords=1,
        keepWithNext=1 if name in {"h1", "h2", "h3"} else 0,
        leftIndent={"note": 6, "contents2": 12}.get(name, 0),
    )
    if name == "note":
        made.ground, made.borderPadding, made.rightIndent = HexColor(SOFT), 5, 6
    return made


def marked_up(text: str) -> str:
    """Foreign text as Paragraph markup: every character shown, none obeyed."""
    return escape(visible(shortened(text, 4000), glyphs())).replace("\n", "<br/>")


class _Words(Paragraph):  # type: ignore[misc]
    """A paragraph in the document's structure. It takes reportlab's arguments only, because reportlab cuts it by them."""

    tag = "P"
    origin: object = None
    """The paragraph of which this is a part."""

    def split(self, available: float, height: float) -> list[Flowable]:
        """The part that fits and the rest: one element in the structure."""
        parts: list[Flowable] = super().split(available, height)
        for part in parts:
            part.tag, part.origin = self.tag, self.origin or self
        return parts

    def draw(self) -> None:
        """Draw the ground, then the words."""
        style_, canvas = self.style, self.canv
        if ground := getattr(style_, "ground", None):
            pad = style_.borderPadding
            with ornament(canvas):
                canvas.setFillColor(ground)
                width = self.width - style_.leftIndent - style_.rightIndent + 2 * pad
                canvas.rect(style_.leftIndent - pad, -pad, width, self.height + 2 * pad, stroke=0, fill=1)
        if self.blPara.lines:
            with marked(canvas, self.element()):
                super().draw()

    def element(self) -> Element:
        """The element that holds the words."""
        return structure_of(self.canv).of(self.origin or self, self.tag)


class _Item(_Words):
    """An entry of a list: a dash, and the words. `listed`: the list, shared by its entries."""

    listed: object = None
    dashed = True

    def split(self, available: float, height: float) -> list[Flowable]:
        """The part that fits, with the dash, and the rest."""
        parts: list[Flowable] = super().split(available, height)
        for number, part in enumerate(parts):
            part.listed, part.dashed = self.listed, self.dashed and number == 0
        return parts

    def draw(self) -> None:
        """Draw the dash before the first part."""
        structure = structure_of(self.canv)
        entry = structure.of(self.origin or self, "LI", structure.of(self.listed, "L"))
        if self.dashed:
            with marked(self.canv, entry.add("Lbl")):
                self.canv.setFont(REGULAR, self.style.fontSize)
                self.canv.setFillColor(self.style.textColor)
                self.canv.drawString(1, self.height - self.style.fontSize, "–")
        super().draw()

    def element(self) -> Element:
        """The body of the entry."""
        structure = structure_of(self.canv)
        return structure.of(self.origin or self, "LBody", structure.of(self.origin or self, "LI"))


class _Heading(_Words):
    """A heading; one with a key stands in the outline and the contents, and can be linked to."""

    level = 1
    entry: tuple[int, str, str] | None = None

    def split(self, _available: float, _height: float) -> list[Flowable]:
        """Never cut: it moves to the next page whole."""
        return []

    def element(self) -> Element:
        """A heading of this level."""
        return structure_of(self.canv).heading(self.level)


def paragraph(text: str, name: str = "body") -> Paragraph:
    """A paragraph of foreign or own text, never read as markup."""
    return _Words(marked_up(text), style(name))


def bullets(texts: Sequence[str]) -> Story:
    """A list: one paragraph with a dash for each text."""
    listed = ParagraphStyle("listed", parent=style("body"), leftIndent=11, spaceAfter=3)
    story: Story = []
    whole = object()
    for text in texts:
        item = _Item(marked_up(text), listed)
        item.listed = whole
        story.append(item)
    return story


def heading(text: str, level: int = 1, *, key: str) -> Flowable:
    """A heading of level 1 to 3. `key`: unique inside the document; `#key` links to it. Level 3 stands in no list."""
    anchor = f'<a name="{escape(key, {chr(34): "&quot;"})}"/>'
    made = _Heading(anchor + marked_up(text), style(f"h{level}"))
    made.level, made.entry = level, (level, visible(text, glyphs()), key)
    return made


def subheading(text: str, level: int = 2) -> Flowable:
    """A heading that stands neither in the outline nor in the contents."""
    made = _Heading(marked_up(text), style("title" if level == 1 else f"h{level}"))
    made.level = level
    return made


def contents() -> Flowable:
    """Table of contents: levels 1 and 2, with page numbers and links."""
    return Contents()


class _Document(BaseDocTemplate):  # type: ignore[misc]
    """A document that reports its headings to the outline and the contents."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's name
        """Note a heading once it has its page."""
        if isinstance(flowable, _Heading) and flowable.entry and flowable.entry[0] < 3:
            level, text, key = flowable.entry
            self.canv.addOutlineEntry(text, key, level=level - 1, closed=level > 1)
            self.notify("TOCEntry", (level - 1, escape(text), self.page, key))


def _numbered(furniture: Furniture) -> type[Canvas]:
    """A canvas that knows the number of pages before it draws the feet."""

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self._kept, start=1):
                self.__dict__.update(state)
                _furnish(self, furniture, number, len(self._kept))
                super().showPage()
            super().save()

    return Numbered


def _furnish(canvas: Canvas, furniture: Furniture, number: int, pages: int) -> None:
    left, right, top = MARGIN, PAGE[0] - MARGIN, PAGE[1] - 11 * mm
    canvas.saveState()
    with ornament(canvas, "Pagination"):
        canvas.setFont(REGULAR, 7.4)
        canvas.setFillColor(HexColor(MUTED))
        canvas.drawString(left, top, fitted(furniture.head, REGULAR, 7.4, right - left - 130))
        if furniture.mark:
            canvas.setFont(BOLD, 7.4)
            canvas.setFillColor(HexColor(INK))
            canvas.drawRightString(right, top, fitted(furniture.mark, BOLD, 7.4, 120))
        canvas.setStrokeColor(HexColor(RULE))
        canvas.setLineWidth(0.5)
        canvas.line(left, top - 4, right, top - 4)
        canvas.line(left, 12.5 * mm, right, 12.5 * mm)
        canvas.setFont(REGULAR, 7.4)
        canvas.setFillColor(HexColor(MUTED))
        canvas.drawString(left, 9 * mm, fitted(furniture.foot, REGULAR, 7.4, right - left - 90))
        words = _PAGE_WORDS.get(furniture.language[:2], _PAGE_WORDS["en"])
        canvas.drawRightString(right, 9 * mm, words.format(number, pages))
    canvas.restoreState()


def _with_first_rows(story: Story) -> Story:
    """Headings stay with what they head: of a table the first rows, not all of it, which would leave pages half empty."""
    kept: Story = []
    for number, flowable in enumerate(story):
        if isinstance(flowable, _Heading) and flowable.entry:
            following = story[number + 1 : number + _AHEAD]
            kept.append(CondPageBreak(_height(flowable) + _room_for(following, flowable.level)))
            flowable.keepWithNext = 0 if following and isinstance(following[0], Grid | _Words) else 1
        kept.append(flowable)
    return kept


def _room_for(following: Story, level: int) -> float:
    """Points that the beginning of a section takes: up to its second text, or the first rows of its first table."""
    room, texts = 0.0, 0
    for flowable in following:
        if isinstance(flowable, Grid):
            return room + flowable.beginning(BODY_WIDTH)
        if not isinstance(flowable, _Words) or (isinstance(flowable, _Heading) and flowable.level <= level):
            return room
        room += min(_height(flowable), _LONGEST_BEGINNING)
        texts += flowable.style.name in {"body", "lead", "listed"}
        if texts == _TEXTS:
            return room
    return room


def _height(words: Paragraph) -> float:
    """Height of a paragraph with the space around it, in points."""
    return float(words.wrap(BODY_WIDTH, PAGE_HEIGHT)[1] + words.style.spaceBefore + words.style.spaceAfter)


def document(
    story: Callable[[], Story] | Story,
    furniture: Furniture,
    *,
    attachments: Sequence[Attachment] = (),
    signature: str = "",
) -> bytes:
    """The finished PDF (PDF/UA-1, PDF/A-3a), byte for byte the same for the same story: no dates of today, subset fonts.

    `attachments`: the data behind it, embedded. `signature`: name of an empty signature field, for a seal or a person.
    """
    register_fonts()
    buffer = io.BytesIO()
    made = _Document(
        buffer,
        pagesize=PAGE,
        title=visible(furniture.title),
        author=visible(furniture.author),
        subject=visible(furniture.subject),
        creator="compliance",
        lang=furniture.language,
        displayDocTitle=1,
        invariant=1,
        initialFontName=REGULAR,
    )
    body = Frame(MARGIN, 15 * mm, BODY_WIDTH, PAGE_HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    made.addPageTemplates([PageTemplate("page", [body])])
    made.multiBuild(_with_first_rows(story() if callable(story) else story), canvasmaker=_numbered(furniture))
    facts = Properties(
        visible(furniture.title),
        visible(furniture.author),
        visible(furniture.subject),
        furniture.language,
        furniture.dated,
    )
    return archived(buffer.getvalue(), structure_of(made.canv), facts, attachments, signature)


__all__ = [
    "BODY_WIDTH",
    "PAGE_HEIGHT",
    "Attachment",
    "CondPageBreak",
    "Flowable",
    "Furniture",
    "Grid",
    "GridCell",
    "GridColumn",
    "PageBreak",
    "Spacer",
    "Story",
    "bullets",
    "contents",
    "document",
    "heading",
    "marked_up",
    "paragraph",
    "style",
    "subheading",
]
