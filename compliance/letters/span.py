"""Periods of data: from and to, quarters, halves, months, open ends; the letter's own and a question's."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from compliance.letters.document import Document
from compliance.letters.letter import Span
from compliance.letters.moment import FoundDate, date_source, find_dates, find_time
from compliance.letters.vocabulary import Vocabulary, grammar, spaced

_ORDINAL = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "premier": 1,
    "deuxième": 2,
    "troisième": 3,
    "quatrième": 4,
    "erste": 1,
    "zweite": 2,
    "dritte": 3,
    "vierte": 4,
    "primer": 1,
    "segundo": 2,
    "tercer": 3,
    "cuarto": 4,
    "primo": 1,
    "secondo": 2,
    "terzo": 3,
    "quarto": 4,
    "eerste": 1,
    "tweede": 2,
    "derde": 3,
    "vierde": 4,
    "pierwszy": 1,
    "drugi": 2,
    "trzeci": 3,
    "czwarty": 4,
    "primeiro": 1,
    "terceiro": 3,
    "quarto ": 4,
    "pierwszym": 1,
    "drugim": 2,
    "trzecim": 3,
    "czwartym": 4,
    "second ": 2,
}


def spans_in(text: str, offset: int, words: Vocabulary) -> list[Span]:
    """Periods named in a text, in order; `offset` is where the text begins in the letter."""
    found = [*_ranges(text, offset, words), *_parts_of_years(text, offset, words)]
    found += [each for each in _months(text, offset, words) if not any(_meet(each.at, other.at) for other in found)]
    kept: list[Span] = []
    for each in sorted(found, key=lambda span: (span.at[0], -span.at[1])):
        if not any(_meet(each.at, other.at) for other in kept):
            kept.append(each)
    return kept


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def question_numbers(text: str, words: Vocabulary) -> list[tuple[int, int]]:
    """Where a text lists questions: in `questions 3 and 4 until 29 June` the 4 is no day."""
    return [
        found.span("list")
        for each in words.phrases.get("questions_list", ())
        for found in words.built(f"numbers {each}", spaced(each)).finditer(text)
        if "list" in found.re.groupindex and found["list"]
    ]


def within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    """True where a place lies in one of several stretches."""
    return any(start <= at < end for start, end in spans)


def _ranges(text: str, offset: int, words: Vocabulary) -> list[Span]:
    """Ranges between two dates, and open ones from a date on."""
    zone = r"(?:[^\W\d_]{2,5}|\([^)]{2,20}\))"
    clock = rf"(?:,?\s*(?:at|à|um|alle|a las|às|om)?\s*\d{{1,2}}[:.h]\s?\d{{2}}(?:\s*Uhr)?(?:\s*{zone})??)?"
    day = rf"(?:{date_source(words)}|\d{{1,2}}(?:er|st|nd|rd|th|\.)?(?=\s))"
    found: list[Span] = []
    listed = question_numbers(text, words)
    for name, closed in (("range", True), ("range_open", False)):
        for expression in words.phrases.get(name, ()):
            pattern = words.built(f"{name} {expression}", _spaced_outside(expression, f"(?:{day}){clock}"))
            for match in pattern.finditer(text):
                span = _span(match, text, offset, words, closed=closed and "b" in match.re.groupindex)
                if span and not within(match.start(), listed) and not any(_meet(span.at, other.at) for other in found):
                    found.append(span)
    return found


def _spaced_outside(expression: str, day: str) -> str:
    from compliance.letters.vocabulary import spaced

    return r"(?<!\w)" + spaced(expression).replace("{D}", day)


def _span(match: re.Match[str], text: str, offset: int, words: Vocabulary, *, closed: bool) -> Span | None:
    piece = match[0]
    dates = find_dates(piece, words)
    if closed:
        end = next(iter(reversed(dates)), None)
        start = dates[0] if len(dates) > 1 else _day_only(match["a"], end)
        if (
            start is None
            or end is None
            or start.day > end.day
            or (end.start < piece.find(match["b"]) - 3 and len(dates) < 2)
        ):
            return None
        return Span(
            _bound(piece[start.end : piece.find(match["b"])] if len(dates) > 1 else "", start.day, words),
            _bound(piece[end.end :] + text[match.end() : match.end() + 14].split(",", maxsplit=1)[0], end.day, words),
            piece,
            (offset + match.start(), offset + match.end()),
        )
    if not dates:
        return None
    return Span(
        _bound(piece[dates[0].end :], dates[0].day, words), None, piece, (offset + match.start(), offset + match.end())
    )


def _day_only(text: str, end: FoundDate | None) -> FoundDate | None:
    """`from 1 to 15 March 2026`: a first day that borrows month and year."""
    number = re.match(r"\D*(\d{1,2})", text)
    if not number or end is None or int(number[1]) > end.day.day:
        return None
    return FoundDate(end.day.replace(day=int(number[1])), 0, 0)


def _bound(after: str, day: date, words: Vocabulary) -> date | datetime:
    """A day, or an instant where a time with a zone follows."""
    found = find_time(after, words)
    if found is None or found.start > 6 or not (found.label or found.place):
        return day
    if found.place:
        from zoneinfo import ZoneInfo

        return datetime.combine(day, found.at, ZoneInfo(found.place))
    from compliance.letters.vocabulary import letters_data

    minutes = int(letters_data("authorities.yaml")["zones"]["fixed"][found.label])
    return datetime.combine(day, found.at, UTC if not minutes else timezone(timedelta(minutes=minutes)))


def _parts_of_years(text: str, offset: int, words: Vocabulary) -> list[Span]:
    """Quarters and halves of years; two that follow each other are one period."""
    found: list[Span] = []
    for name, months in (("quarters", 3), ("halves", 6)):
        for expression in words.phrases.get(name, ()):
            for match in words.built(f"{name} {expression}", _spaced_outside(expression, "")).finditer(text):
                parts = match.groupdict()
                number = (
                    int(parts["q"])
                    if parts.get("q")
                    else _ORDINAL.get((parts.get("word") or "").casefold().rstrip("snr"), 0)
                    or _ORDINAL.get((parts.get("word") or "").casefold(), 0)
                )
                if number:
                    year = int(parts["y"])
                    last = number * months
                    found.append(
                        Span(
                            date(year, last - months + 1, 1),
                            date(year, last, monthrange(year, last)[1]),
                            match[0],
                            (offset + match.start(), offset + match.end()),
                        )
                    )
    return _joined(sorted(found, key=lambda span: span.at), text, offset)


def _joined(found: list[Span], text: str, offset: int) -> list[Span]:
    kept: list[Span] = []
    for span in found:
        last = kept[-1] if kept else None
        if (
            last
            and isinstance(last.end, date)
            and isinstance(span.start, date)
            and span.start - last.end == timedelta(days=1)
            and span.at[0] - last.at[1] < 16
        ):
            kept[-1] = Span(
                last.start, span.end, text[last.at[0] - offset : span.at[1] - offset], (last.at[0], span.at[1])
            )
        else:
            kept.append(span)
    return kept


def _months(text: str, offset: int, words: Vocabulary) -> list[Span]:
    """Whole months and whole years: `for November 2025`, `in 2025`."""
    months = "|".join(sorted(map(re.escape, words.months), key=len, reverse=True))
    pattern = words.built(
        "whole months",
        rf"(?<!\d)(?<!\d[ .])(?<!\d\. )(?<!\wº )(?P<m>{months})\s+(?:de\s+|del\s+)?(?P<y>20\d{{2}})(?!\d)",
    )
    found = []
    for match in pattern.finditer(text):
        if re.search(r"\d{1,2}(?:st|nd|rd|th|er|º|\.)?\s*(?:de|of|di)?\s*$", text[: match.start()]):
            continue
        year, month = int(match["y"]), words.months[match["m"].casefold()]
        found.append(
            Span(
                date(year, month, 1),
                date(year, month, monthrange(year, month)[1]),
                match[0],
                (offset + match.start(), offset + match.end()),
            )
        )
    for match in re.finditer(rf"\b{grammar('whole_year')}\s+(20\d{{2}})(?![\d/-])", text, re.IGNORECASE):
        year = int(match[1])
        found.append(
            Span(date(year, 1, 1), date(year, 12, 31), match[0], (offset + match.start(), offset + match.end()))
        )
    return found


def letter_period(
    document: Document, words: Vocabulary, asked: Sequence[tuple[int, int]], skipped: Sequence[tuple[int, int]]
) -> tuple[Span | None, bool]:
    """The letter's own period and whether it is defined as such; None where none is named. `asked`: where demands stand."""
    ranked: list[tuple[int, int, Span]] = []
    for block in document.blocks:
        if any(start <= block.start < end for start, end in skipped):
            continue
        for span in spans_in(block.text, block.start, words):
            before = block.text[max(span.at[0] - block.start - 90, 0) : span.at[0] - block.start]
            named = bool(words.pattern("relevant_period").search(before))
            defined = bool(words.pattern("period_definition").search(before))
            closed = span.end is not None
            explicit = _explicit(span, words)
            demand = any(start <= span.at[0] < end for start, end in asked)
            weight = 4 * named + 2 * defined + explicit + (demand and explicit)
            if closed and weight:
                ranked.append((weight, -span.at[0], span))
    if not ranked:
        return None, False
    best = max(ranked, key=lambda each: each[:2])
    return best[2], best[0] >= 4


def _is_half(span: Span) -> bool:
    """True for half a year, and for a quarter."""
    return span.start is not None and span.end is not None and 85 <= (span.end - span.start).days <= 185


def _explicit(span: Span, words: Vocabulary) -> int:
    """1 for a range between two dates or quarters; a single month or year is only a period where it is called one."""
    if len(find_dates(span.text, words)) > 1:
        return 2
    return int(
        isinstance(span.start, datetime)
        or (
            bool(re.search(r"[1-4]|quart|half|trimest|semest|halbjahr", span.text, re.IGNORECASE))
            and (not re.fullmatch(r"\D*(?:\w+ )?20\d{2}", span.text) or _is_half(span))
        )
    )
