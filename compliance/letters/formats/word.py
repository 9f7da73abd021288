"""Word files: paragraphs and tables in order, automatic numbers rebuilt, the letterhead of the first page, text boxes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from compliance.errors import LetterError, Place
from compliance.letters.document import Document, Line, joined
from compliance.letters.formats.numbering import Numbering
from compliance.letters.layout import blocks_of

MAX_UNPACKED = 150 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read_word(content: bytes, place: Place, kind: str) -> Document:
    """Text of a docx letter. LetterError `LET-BROKEN`, `LET-BOMB` where the archive is damaged or unpacks to too much."""
    _check_archive(content, place)
    import docx

    try:
        file = docx.Document(io.BytesIO(content))
        reader = _Reader(file)
        lines = reader.lines()
        blocks = blocks_of(lines)
    except LetterError:
        raise
    except Exception as error:  # python-docx raises many kinds on damaged parts
        raise LetterError(
            "LET-BROKEN",
            "the docx file is damaged: its text cannot be taken out of the archive",
            place=place,
            hint="open it in a word processor and save it again",
        ) from error
    return joined(blocks, kind, margins=tuple(reader.margins))


def _check_archive(content: bytes, place: Place) -> None:
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise LetterError(
            "LET-BROKEN", "the docx file is damaged", place=place, hint="save the letter again from where it arrived"
        ) from error
    size = sum(entry.file_size for entry in entries)
    if size > MAX_UNPACKED or len(entries) > 10_000:
        raise LetterError(
            "LET-BOMB",
            f"the docx file unpacks to {size} bytes; it is not opened",
            place=place,
            hint="have the file checked; a letter unpacks to a few megabytes",
        )
    if not any(entry.filename == "word/document.xml" for entry in entries):
        raise LetterError(
            "LET-BROKEN",
            "the archive holds no Word document",
            place=place,
            hint="give a docx, or unpack the archive first",
        )


class _Reader:
    """Walks one document; every paragraph becomes one line."""

    def __init__(self, file: Any) -> None:
        parts = {
            relation.reltype.rsplit("/", 1)[-1]: relation.target_part
            for relation in file.part.rels.values()
            if not relation.is_external
        }
        numbering = parts.get("numbering")
        self._file = file
        self._numbering = Numbering(numbering.element if numbering is not None else None, file.styles.element)
        self._headings = {
            style.get(f"{_W}styleId") for style in file.styles.element.findall(f"{_W}style") if _is_heading(style)
        }
        self._lines: list[Line] = []
        self.margins: list[str] = []

    def lines(self) -> list[Line]:
        """Lines of the first page's header, then the body; other headers and footers go to `margins`."""
        section = self._file.sections[0] if len(self._file.sections) else None
        if section is not None:
            first = section.first_page_header if section.different_first_page_header_footer else section.header
            if not first.is_linked_to_previous:
                self._walk(first._element)  # noqa: SLF001 - no public way to its paragraphs in order
            for margin in (section.header, section.footer, section.first_page_footer):
                if not margin.is_linked_to_previous:
                    self.margins += [
                        text
                        for each in margin._element.iter(  # noqa: SLF001 - as above
                            f"{_W}p"
                        )
                        if (text := _text(each).strip())
                    ]
        self._walk(self._file.element.body)
        return self._lines

    def _walk(self, container: Any) -> None:
        for child in container:
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._table(child)
            elif child.tag in (f"{_W}sdt", f"{_W}ins", f"{_W}smartTag"):
                inner = child.find(f"{_W}sdtContent")
                self._walk(inner if inner is not None else child)

    def _paragraph(self, paragraph: Any) -> None:
        for box in _boxes(paragraph):
            self._walk(box)
        number = self._numbering.of(paragraph)
        text = _text(paragraph).strip()
        if not text:
            self._lines.append(Line("", len(self._lines) + 1))
            return
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        heading = style is not None and style.get(f"{_W}val") in self._headings
        level = number[1] if number and number[0] != "-" else None
        for index, piece in enumerate(text.split("\n")):
            shown = f"{number[0]} {piece}" if number and not index else piece
            if shown.strip():
                self._lines.append(
                    Line(
                        shown.strip(),
                        len(self._lines) + 1,
                        None,
                        4.0 * (number[1] if number else 0),
                        whole=True,
                        heading=heading,
                        level=level if not index else None,
                    )
                )

    def _table(self, table: Any) -> None:
        for row in table.findall(f"{_W}tr"):
            cells = row.findall(f"{_W}tc")
            if len(cells) == 1 or any(cell.find(f"{_W}tbl") is not None for cell in cells):
                for cell in cells:
                    self._walk(cell)
                continue
            texts = [self._cell(cell) for cell in cells]
            if any(texts):
                self._lines.append(Line(" | ".join(texts), len(self._lines) + 1, whole=True))
        self._lines.append(Line("", len(self._lines) + 1))

    def _cell(self, cell: Any) -> str:
        pieces = []
        for paragraph in cell.findall(f"{_W}p"):
            number = self._numbering.of(paragraph)
            text = " ".join(_text(paragraph).split())
            if text or number:
                pieces.append(f"{number[0]} {text}".strip() if number else text)
        return " ".join(pieces)


def _is_heading(style: Any) -> bool:
    name = style.find(f"{_W}name")
    shown = str(name.get(f"{_W}val")).casefold() if name is not None else ""
    return style.find(f"{_W}pPr/{_W}outlineLvl") is not None or shown.startswith(
        ("heading", "title", "überschrift", "titre", "titolo", "título")
    )


def _boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(f"{_W}txbxContent"):
        if not any(above.tag == _FALLBACK for above in box.iterancestors()) and _outermost(box, paragraph):
            yield box


def _outermost(box: Any, paragraph: Any) -> bool:
    for above in box.iterancestors():
        if above is paragraph:
            return True
        if above.tag == f"{_W}txbxContent":
            return False
    return False


def _text(paragraph: Any) -> str:
    """Words of a paragraph as accepted: insertions kept, deletions, hidden words and text boxes left out."""
    pieces: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if element.tag in (f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", f"{_W}pPr", _FALLBACK):
            continue
        if element.tag == f"{_W}r" and element.find(f"{_W}rPr/{_W}vanish") is not None:
            continue
        if element.tag == f"{_W}t":
            pieces.append(element.text or "")
        elif element.tag in (f"{_W}br", f"{_W}cr"):
            pieces.append("\n")
        elif element.tag == f"{_W}tab":
            pieces.append(" ")
        elif element.tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        stack.extend(reversed(element))
    return "".join(pieces)
