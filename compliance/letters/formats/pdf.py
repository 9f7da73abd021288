"""PDF letters: words top to bottom, columns one after the other, running headers and footers apart."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

from compliance.errors import LetterError, Place
from compliance.letters.document import Document, Line, joined
from compliance.letters.formats.columns import Row, rows_of, unfolded
from compliance.letters.layout import blocks_of
from compliance.progress import tell

MAX_PAGES = 600
_APART = 1.0
"""Points within which the same character printed again is a way to make it bold, not another character."""
_PAGE_NUMBER = re.compile(
    r"^\W*((page|seite|pagina|página|strona|p\.)\s*)?\d{1,3}(\s*(/|of|von|sur|de|di|van|z)\s*(\d{1,3}|n))?\W*$",
    re.IGNORECASE,
)


def read_pdf(content: bytes, place: Place, kind: str) -> Document:
    """Text of a pdf letter. LetterError: `LET-PASSWORD`, `LET-BROKEN`, `LET-LONG`, or `LET-SCAN` where it has no text layer."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(content)) as file:
            count = len(file.pages)
            if count > MAX_PAGES:
                raise LetterError(
                    "LET-LONG",
                    f"the file has {count} pages; letters are read up to {MAX_PAGES}",
                    place=place,
                    hint="separate the letter from its annexes and read the letter alone",
                )
            pages = []
            page: Any
            for number, page in enumerate(file.pages, start=1):
                page.process_object = partial(_placed, page, page.process_object)
                pages.append((_page_rows(page), float(page.height)))
                page.close()
                tell("reading pages", number, count, "pages")
    except LetterError:
        raise
    except Exception as error:  # pdfminer raises many kinds on damaged files
        causes = (error, error.__cause__, error.__context__, *error.args)
        if any(isinstance(each, (PDFPasswordIncorrect, PDFEncryptionError)) for each in causes):
            raise LetterError(
                "LET-PASSWORD",
                "the pdf is protected by a password",
                place=place,
                hint="ask the sender for an open copy, or save one without the password",
            ) from error
        raise LetterError(
            "LET-BROKEN",
            _damage(content),
            place=place,
            hint="save the letter again from where it arrived, or ask the sender to send it again",
        ) from error
    if not _has_text(pages):
        return _recognised(content, place, kind)
    kept, margins = _without_margins(pages)
    return joined(blocks_of(_lines(kept)), kind, margins=tuple(margins), notes=tuple(_thin(pages)))


def _damage(content: bytes) -> str:
    """What is wrong with a PDF that cannot be opened, as far as its last bytes tell (ISO 32000-1, 7.5.5: it ends with `%%EOF`)."""
    if b"%%EOF" not in content[-2048:]:
        return f"the pdf is damaged: it breaks off after {len(content)} bytes, without the end mark of a complete file"
    return "the pdf is damaged: its pages cannot be taken out of the file"


def _placed(page: Any, whole: Callable[[Any], dict[str, Any]], item: Any) -> dict[str, Any]:
    """What words and tables need of a character; the library's `whole` way also resolves colours and marks, for most of the time."""
    from pdfminer.layout import LTChar

    if type(item) is not LTChar or isinstance(item.fontname, bytes):
        return whole(item)
    left, upper = page.mediabox[:2]
    top = (page.height - item.y1) + upper
    return {
        "object_type": "char",
        "text": item.get_text(),
        "fontname": item.fontname,
        "size": item.size,
        "upright": item.upright,
        "matrix": item.matrix,
        "x0": item.x0 + left,
        "x1": item.x1 + left,
        "top": top,
        "bottom": (page.height - item.y0) + upper,
        "doctop": page.initial_doctop + top,
        "width": item.width,
        "height": item.height,
    }


def _page_rows(page: Any) -> list[Row]:
    words = _without_doubles(page).extract_words(
        x_tolerance=1.5, y_tolerance=2.5, keep_blank_chars=False, use_text_flow=False
    )
    tables = [(table.bbox, table.extract()) for table in page.find_tables()] if page.lines or page.rects else []
    return unfolded(rows_of(words, [(box, cells) for box, cells in tables if _is_table(cells)]))


def _without_doubles(page: Any) -> Any:
    """The page without characters that are printed once more on themselves. The library's own way takes the square of their number."""
    seen: dict[tuple[Any, ...], list[tuple[float, float]]] = {}
    doubles: set[int] = set()
    for each in page.chars:
        x, y = each["x0"], each["top"]
        kind, column, row = (each["text"], each["fontname"], each["size"]), int(x // _APART), int(y // _APART)
        near = (at for dx in (-1, 0, 1) for dy in (-1, 0, 1) for at in seen.get((kind, column + dx, row + dy), ()))
        if any(abs(x - left) <= _APART and abs(y - top) <= _APART for left, top in near):
            doubles.add(id(each))
        else:
            seen.setdefault((kind, column, row), []).append((x, y))
    return page.filter(lambda item: id(item) not in doubles) if doubles else page


def _is_table(cells: list[list[str | None]]) -> bool:
    filled = [sum(bool((cell or "").strip()) for cell in row) for row in cells]
    return len(cells) >= 2 and sum(count >= 2 for count in filled) >= 2


def _has_text(pages: list[tuple[list[Row], float]]) -> bool:
    return any(character.isalpha() for rows, _ in pages for row in rows for character in row.text)


def _recognised(content: bytes, place: Place, kind: str) -> Document:
    """The letter of a scan, where text recognition is installed; else LetterError `LET-SCAN`."""
    from compliance.letters.formats.plain import document_of
    from compliance.letters.formats.recognition import NOTE, can_recognise, words_of_scan

    if not can_recognise():
        raise LetterError(
            "LET-SCAN",
            "the pdf has no text layer: it is a scan, a picture of a letter",
            place=place,
            hint="install text recognition (OCR: the extra `ocr` and the program tesseract), or ask the sender for a text version",
        )
    return document_of(words_of_scan(content, place), kind, notes=(NOTE,), recognised=True)


def _thin(pages: list[tuple[list[Row], float]]) -> list[str]:
    empty = [str(number) for number, (rows, _) in enumerate(pages, start=1) if not rows]
    return [f"page {', '.join(empty)} has no text; it may be a scan"] if empty else []


def _without_margins(pages: list[tuple[list[Row], float]]) -> tuple[list[list[Row]], list[str]]:
    """Rows without those that return on most pages at the same edge (digits apart), and without bare page numbers there."""

    def key(row: Row) -> str:
        return re.sub(r"\d+", "#", row.text)

    edges = Counter(key(row) for rows, height in pages for row in _edge(rows, height))
    running = {text for text, seen in edges.items() if len(pages) > 1 and seen >= max(2, len(pages) * 0.6)}
    kept: list[list[Row]] = []
    margins: list[str] = []
    for rows, height in pages:
        edge = {id(row) for row in _edge(rows, height)}
        page = []
        for row in rows:
            if id(row) in edge and (key(row) in running or _PAGE_NUMBER.match(row.text)):
                margins += [row.text] if row.text not in margins else []
            else:
                page.append(row)
        kept.append(page)
    return kept, margins


def _edge(rows: list[Row], height: float) -> list[Row]:
    return [row for row in rows if row.top < height * 0.1 or row.bottom > height * 0.9]


def _lines(pages: list[list[Row]]) -> list[Line]:
    lines: list[Line] = []
    for number, rows in enumerate(pages, start=1):
        usual = _usual_step(rows)
        edges = {
            column: _edges([row for row in rows if row.column == column]) for column in {row.column for row in rows}
        }
        above: Row | None = None
        for row in rows:
            gap = (
                above is None
                or row.top - above.top > usual * 1.35
                or row.top < above.top - 2
                or row.column != above.column
            )
            ragged = (
                above is not None
                and not above.text.rstrip().endswith((".", ":", ";", "?"))
                and (row.top < above.top - 2 or row.column != above.column)
            )
            if gap and not ragged and not (above is None and lines and _runs_on(lines[-1], row)):
                lines.append(Line("", len(lines) + 1, number))
            left, right = edges[row.column]
            width = max((row.x1 - row.x0) / max(len(row.text), 1), 1.0)
            lines.append(
                Line(
                    row.text,
                    len(lines) + 1,
                    number,
                    (row.x0 - left) / 5,
                    whole=row.table,
                    room=(right - row.x1) / width,
                )
            )
            above = row
    return lines


def _edges(rows: list[Row]) -> tuple[float, float]:
    """Left and right edge of the running text of a column, leaving out the outermost rows."""
    lefts, rights = sorted(row.x0 for row in rows), sorted(row.x1 for row in rows)
    return lefts[0], rights[int(len(rights) * 0.9)] if len(rights) > 9 else rights[-1]


def _runs_on(last: Line, row: Row) -> bool:
    """True where a paragraph goes on over the page break."""
    return bool(last.text) and row.text[:1].islower() and not last.text.rstrip().endswith((".", ":", ";"))


def _usual_step(rows: list[Row]) -> float:
    steps = sorted(after.top - row.top for row, after in pairwise(rows) if 0 < after.top - row.top < 40)
    return steps[len(steps) // 3] if steps else 14.0
