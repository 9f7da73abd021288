"""The letter as a page: its text with every extracted part marked, and beside it what was read there and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from compliance.letters.document import Document
from compliance.letters.letter import Letter, Sure
from compliance.letters.request import from_letter
from compliance.letters.review import shown_value
from compliance.resources import data_dir


@dataclass(frozen=True, slots=True)
class _Marked:
    """One extracted field: its place in the text, its value in words, how sure, and why not."""

    number: int
    field: str
    start: int
    end: int
    sure: Sure
    why: str
    value: str


def letter_page(letter: Letter, document: Document) -> str:
    """One HTML document that needs nothing else: no script, no network; the letter's text is escaped throughout. Internal."""
    marked = _marked(letter)
    style = (data_dir("schemas") / "letters" / "page.css").read_text("utf-8")
    unplaced = [(field, why) for field, why in letter.to_confirm.items() if field not in letter.marks]
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Letter as read: {escape(letter.file)}</title>',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>\n{style}</style>\n</head>\n<body>",
            *_head(letter, marked),
            f'<main><article lang="{escape(letter.language, quote=True)}">',
            *_text(document, marked),
            "</article>\n<aside>",
            *_list(marked, unplaced),
            "</aside></main>\n</body>\n</html>\n",
        ]
    )


def _marked(letter: Letter) -> list[_Marked]:
    request = from_letter(letter)
    placed = sorted(letter.marks.items(), key=lambda each: (each[1].start, -each[1].end, each[0]))
    return [
        _Marked(number, field, mark.start, mark.end, mark.sure, mark.why, shown_value(request, field))
        for number, (field, mark) in enumerate(placed, start=1)
    ]


def _head(letter: Letter, marked: Sequence[_Marked]) -> Iterator[str]:
    unsure = len(letter.to_confirm)
    yield "<header><p class='kind'>Internal - the letter as read by software; a person confirms it</p>"
    yield f"<h1>{escape(letter.subject or letter.file)}</h1>"
    dated = letter.date.isoformat() if letter.date else "undated"
    yield f"<p>{escape(letter.sender.authority)} · {escape(letter.reference or 'no reference found')} · {dated}</p>"
    yield f"<p><b>{len(marked)}</b> parts marked · <b>{unsure}</b> to settle</p>"
    yield "<p class='legend'>" + " ".join(
        f"<mark class='{sure.value}'>{sure.value}</mark>" for sure in (Sure.CERTAIN, Sure.LIKELY, Sure.UNSURE)
    )
    yield "</p></header>"


def _text(document: Document, marked: Sequence[_Marked]) -> Iterator[str]:
    page: int | None = None
    for block in document.blocks:
        if block.page is not None and block.page != page:
            page = block.page
            yield f"<p class='page'>page {page}</p>"
        tag = "h3" if block.heading else "p"
        yield f"<{tag}>{''.join(_pieces(document.text, block.start, block.end, marked))}</{tag}>"


def _pieces(text: str, start: int, end: int, marked: Sequence[_Marked]) -> Iterator[str]:
    """A block's text cut at every edge of a mark; a piece under several marks carries the least sure of them."""
    here = [each for each in marked if each.start < end and each.end > start]
    edges = sorted({start, end, *(edge for each in here for edge in (each.start, each.end) if start < edge < end)})
    for low, high in pairwise(edges):
        over = [each for each in here if each.start <= low and each.end >= high]
        piece = escape(text[low:high])
        if not over:
            yield piece
            continue
        sure = max((each.sure for each in over), key=list(Sure).index)
        begun = [each for each in over if max(each.start, start) == low]
        badges = "".join(
            f"<sup><a href='#v{each.number}'{_anchor(each, low)}>{each.number}</a></sup>" for each in begun
        )
        title = escape("; ".join(each.field for each in over), quote=True)
        yield f'{badges}<mark class="{sure.value}" title="{title}">{piece}</mark>'


def _anchor(each: _Marked, low: int) -> str:
    return f" id='m{each.number}'" if each.start == low else ""


def _list(marked: Sequence[_Marked], unplaced: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield "<h2>What was read</h2><ol>"
    for each in marked:
        why = f"<p class='why'>{escape(each.why)}</p>" if each.why else ""
        code = f"<a href='#m{each.number}'><code>{escape(each.field)}</code></a>"
        yield f"<li id='v{each.number}' value='{each.number}' class='{each.sure.value}'>{code} <span class='sure'>"
        yield f"{each.sure.value}</span><pre>{escape(each.value)}</pre>{why}</li>"
    yield "</ol>"
    if unplaced:
        yield "<h2>To settle, standing nowhere in the letter</h2><ul>"
        yield from (f"<li><code>{escape(field)}</code>: {escape(why)}</li>" for field, why in unplaced)
        yield "</ul>"
