"""The logical structure of a document, noted while it is drawn: what a screen reader reads, apart from what is only seen.

reportlab writes none. A flowable of ours puts its content between `marked` or `ornament`, and the archive step turns
the elements noted here into the PDF's structure tree (ISO 32000-1 §14.7, ISO 14289-1).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Scope = Literal["", "Column", "Row"]


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of a page's content: page counted from 0, number on that page."""

    page: int
    number: int


@dataclass(frozen=True, slots=True)
class Linked:
    """A link on a page: page counted from 0, its position among the page's annotations."""

    page: int
    position: int
    words: str


@dataclass(slots=True, eq=False)
class Element:
    """An element of the structure: its standard type, what it holds in reading order, and what must be said of it."""

    kind: str
    parent: Element | None
    kids: list[Element | Marked | Linked] = field(default_factory=list)
    alternative: str = ""
    box: tuple[float, float, float, float] | None = None
    """Of a figure: left, bottom, right, top on its page, in points."""
    scope: Scope = ""
    """Of a heading cell: what it heads."""
    name: str = ""
    headers: tuple[str, ...] = ()
    """Of a cell: names of the heading cells it stands under and beside."""

    def add(self, kind: str) -> Element:
        """A new element, last in this one."""
        made = Element(kind, self)
        self.kids.append(made)
        return made


class Structure:
    """The structure of one document under way. One canvas has one; a second pass over the story begins anew."""

    def __init__(self) -> None:
        self.root = Element("Document", None)
        self.pages: dict[int, list[Element]] = {}
        """Per page the element that holds each stretch of content: index = number of the stretch."""
        self._links: dict[int, int] = {}
        self._shared: dict[tuple[int, str], tuple[object, Element]] = {}
        self._level = 0
        self._tables = 0

    def heading(self, level: int) -> Element:
        """A heading no deeper than one below the last, so that no level is skipped (ISO 14289-1 §7.4.2)."""
        self._level = min(level, self._level + 1)
        return self.root.add(f"H{self._level}")

    def of(self, origin: object, kind: str, parent: Element | None = None) -> Element:
        """The element of something that may be drawn in parts, on several pages: made at the first part, then found."""
        key = (id(origin), kind)
        if key not in self._shared:
            self._shared[key] = (origin, (parent or self.root).add(kind))
        return self._shared[key][1]

    def table_name(self) -> str:
        """A name for the next table, from a counter."""
        self._tables += 1
        return f"t{self._tables}"

    def next_mark(self, page: int, element: Element) -> int:
        """Number of the next stretch of content of a page, now held by the element."""
        owners = self.pages.setdefault(page, [])
        owners.append(element)
        element.kids.append(Marked(page, len(owners) - 1))
        return len(owners) - 1

    def link(self, canvas: Any, element: Element, words: str) -> None:
        """Note that the annotation just made on this page is a link of the element. `words`: what it says."""
        page = canvas.getPageNumber() - 1
        position = self._links.get(page, 0)
        self._links[page] = position + 1
        element.kids.append(Linked(page, position, words))


def structure_of(canvas: Any) -> Structure:
    """The structure kept with a canvas."""
    if not hasattr(canvas, "structure"):
        canvas.structure = Structure()
    found: Structure = canvas.structure
    return found


@contextmanager
def marked(canvas: Any, element: Element) -> Iterator[None]:
    """What is drawn inside is content of the element."""
    number = structure_of(canvas).next_mark(canvas.getPageNumber() - 1, element)
    with _between(canvas, f"/{element.kind} <</MCID {number}>> BDC"):
        yield


@contextmanager
def ornament(canvas: Any, kind: Literal["Layout", "Pagination"] = "Layout") -> Iterator[None]:
    """What is drawn inside is furniture or ornament, and not read out."""
    with _between(canvas, f"/Artifact <</Type /{kind}>> BDC"):
        yield


@contextmanager
def _between(canvas: Any, opening: str) -> Iterator[None]:
    canvas._code.append(opening)  # noqa: SLF001 - reportlab offers no marked content; test_structure.py holds this hook
    yield
    canvas._code.append("EMC")  # noqa: SLF001
