"""The date of a letter: labelled, beside a place, or alone in its head - not any date it mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compliance.letters.document import Document
from compliance.letters.entry import Entry
from compliance.letters.letter import Sure
from compliance.letters.moment import find_dates
from compliance.letters.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Found:
    """A value with where it stands and how sure it is."""

    value: str
    start: int
    end: int
    sure: Sure
    why: str = ""


def read_date(document: Document, entries: Sequence[Entry], size: int, words: Vocabulary) -> tuple[date, Found] | None:
    """The letter's own date, and where it stands: by its label, else its place in the head, else at the end."""
    for entry in entries:
        sure = Sure.CERTAIN
        dates = find_dates(entry.value, words) if entry.kind == "date" else []
        if dates and dates[0].start < 40:
            return dates[0].day, Found(
                entry.value[dates[0].start : dates[0].end],
                entry.start + dates[0].start,
                entry.start + dates[0].end,
                sure,
            )
    head = range(min(size, len(document.blocks)))
    tail = range(max(len(document.blocks) - 12, size), len(document.blocks))
    for region, sure in ((head, Sure.CERTAIN), (tail, Sure.LIKELY)):
        for index in region:
            block = document.blocks[index]
            for cell in re.finditer(r"(?:(?! \| ).)+", block.text):
                found = find_dates(cell[0], words)
                placed = found and _is_dateline(cell[0], found[0].start, found[0].end)
                if placed and not any(
                    entry.block == index and entry.kind in ("subject", "other_reference", "other_date", "copy")
                    for entry in entries
                ):
                    start = block.start + cell.start() + found[0].start
                    return found[0].day, Found(
                        document.text[start : start + found[0].end - found[0].start],
                        start,
                        start + found[0].end - found[0].start,
                        sure,
                    )
    return _any_date(document, words, size)


def _is_dateline(cell: str, start: int, end: int) -> bool:
    """True for `City, 3 May 2026`, `Paris, le 3 mai 2026`, `den 3.5.2026`, or a date alone - not for a sentence with a date."""
    before, after = cell[:start], cell[end:]
    short = len(before) <= 45 and len(after) <= 12 and len(before.split()) <= 6
    return (
        short
        and not re.search(r"[a-zà-ÿ]{3,} [a-zà-ÿ]{3,} ", before)
        and not before.rstrip().endswith((":",))
        and "." not in before[:-1].replace("St.", "")
    )


def _any_date(document: Document, words: Vocabulary, size: int) -> tuple[date, Found] | None:
    head_end = document.blocks[size - 1].end if size else 0
    reference = next(
        (
            found
            for found in find_dates(document.text[:head_end], words)
            if re.search(r"\d\s*[-–]\s*$", document.text[max(found.start - 6, 0) : found.start])
        ),
        None,
    )
    first = reference or next(iter(find_dates(document.text[:head_end], words)), None)
    if first is not None:
        return first.day, Found(
            document.text[first.start : first.end],
            first.start,
            first.end,
            Sure.UNSURE,
            "no label says that this is the letter's date",
        )
    if document.mail and document.mail.date:
        return date.fromisoformat(document.mail.date[:10]), Found(
            document.mail.date, 0, 0, Sure.UNSURE, "the letter shows no date; this is when the mail was sent"
        )
    return None
