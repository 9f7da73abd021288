"""Dates, times of day and their zones as letters write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from compliance.letters.vocabulary import Vocabulary, letters_data, spaced

_LINK = r"(?:\s*(?:of|de|del|di|d[’']|den|the|le|el|il|dia|dnia)\s+|\s+|\.\s*)"


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text; without a year of its own it took that of a date beside it."""

    day: date
    start: int
    end: int
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class FoundTime:
    """A time of day in a text, with its zone as written: a label (`CET`), a place (`Europe/Dublin`), or nothing."""

    at: time
    start: int
    end: int
    label: str = ""
    place: str = ""
    undefined: bool = False
    """Close of business that the letter does not define."""


def date_source(words: Vocabulary) -> str:
    """Expression for a date in words, digits or ISO form, without named groups."""
    months = "|".join(sorted(map(re.escape, words.months), key=len, reverse=True))
    year = r"(?:,?(?:\s+(?:de|del|do)\s+|\s+|,\s*)\d{4}(?!\d))?"
    in_words = rf"\d{{1,2}}(?:st|nd|rd|th|er|ère|\.?º|°|ª)?(?:\.\s?|{_LINK})(?:{months})\b\.?{year}"
    month_first = rf"(?:{months})\s+\d{{1,2}}(?:st|nd|rd|th)?,\s+\d{{4}}"
    digits = r"\d{1,2}[./]\s?\d{1,2}[./]\s?\d{4}(?!\d)|\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}-\d{1,2}-\d{4}(?!\d)"
    return rf"(?:{digits}|{in_words}|{month_first})"


def find_dates(text: str, words: Vocabulary) -> list[FoundDate]:
    """Dates of a text in order. Numeric dates are day first, as in all Union languages; impossible ones are left out."""
    months = "|".join(sorted(map(re.escape, words.months), key=len, reverse=True))
    pattern = words.built(
        "dates",
        (
            r"(?<![\d/.:-])(?:(?P<y1>\d{4})-(?P<m1>\d{2})-(?P<d1>\d{2})(?![\d-])"
            r"|(?P<d2>\d{1,2})(?P<sep>[./-])\s?(?P<m2>\d{1,2})(?P=sep)\s?(?P<y2>\d{4})(?![\d/])"
            rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|ère|\.?º|°|ª)?(?:\.\s?|{_LINK})(?P<m3>{months})\b\.?(?:,?(?:\s+(?:de|del|do)\s+|\s+|,\s*)(?P<y3>\d{{4}})(?!\d))?"
            rf"|(?P<m4>{months})\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,\s+(?P<y4>\d{{4}}))"
        ),
    )
    found: list[tuple[int, int, int, int | None, int, bool]] = []
    for match in pattern.finditer(text):
        part = next(number for number in "1234" if match[f"d{number}"])
        month = match[f"m{part}"]
        value = int(month) if month.isdigit() else words.months[month.casefold()]
        year = int(match[f"y{part}"]) if match[f"y{part}"] else None
        found.append((int(match[f"d{part}"]), value, match.start(), year, match.end(), part == "2"))
    return list(_completed(found))


def _completed(found: list[tuple[int, int, int, int | None, int, bool]]) -> Iterator[FoundDate]:
    """Dates with a year of their own, or that of the date that follows within a few words (`1 July to 30 September 2025`)."""
    for index, (day, month, start, year, end, numeric) in enumerate(found):
        found_year = year or 0
        if year is None:
            after = next((each for each in found[index + 1 :] if each[3] and each[2] - end < 40), None)
            before = next((each for each in reversed(found[:index]) if each[3] and start - each[4] < 200), None)
            other = after or before
            if other is None or other[3] is None:
                continue
            earlier = other is after and (month, day) > (other[1], other[0])
            found_year = other[3] - earlier
        try:
            yield FoundDate(date(found_year, month, day), start, end, numeric)
        except ValueError:
            continue


def find_time(text: str, words: Vocabulary) -> FoundTime | None:
    """First time of day in a short text, with its zone; close of business counts as 17:00 and is marked undefined."""
    business = words.pattern("close_of_business").search(text)
    clock: tuple[time, int, int] | None = None
    for expression in words.phrases.get("time", ()):
        for match in words.built(f"time {expression}", rf"(?<![\d.:,/-]){spaced(expression)}").finditer(text):
            at = _time_of(match, words)
            if at is not None and (clock is None or match.start() < clock[1]):
                clock = (at, match.start(), match.end())
    if clock is None and business is None:
        return None
    at, start, end = clock or (time(17, 0), business.start() if business else 0, business.end() if business else 0)
    label, place, zone_end = _zone(text[end : end + 45])
    if business:
        start = min(start, business.start())
        end = max(end, business.end())
    return FoundTime(at, start, max(end, end + zone_end if zone_end else end), label, place, undefined=clock is None)


def _time_of(match: re.Match[str], words: Vocabulary) -> time | None:
    parts = match.groupdict()
    if parts.get("noon"):
        return time(12, 0)
    if parts.get("midnight"):
        return time(23, 59, 59)
    hour = words.number(parts["word"]) if parts.get("word") else int(parts.get("h") or -1)
    minute = int(parts.get("m") or 0)
    if hour is None or hour < 0 or minute > 59:
        return None
    half = (parts.get("ap") or "").replace(".", "").casefold()
    part = (parts.get("part") or "").casefold()
    if half == "pm" or (part and part not in words.phrases.get("morning", ("morning",))):
        hour = hour + 12 if hour < 12 else hour
    elif half == "am" and hour == 12:
        hour = 0
    if hour == 24 and not minute:
        return time(23, 59, 59)
    return time(hour, minute) if hour < 24 else None


def _zone(after: str) -> tuple[str, str, int]:
    """Zone written behind a time: its label, its place, and where it ends (0: none)."""
    lead = re.match(r"(?:\s|\(|,|Uhr|h\b|heures?|horas?|ore|uur|uhr)*", after, re.IGNORECASE)
    begin = lead.end() if lead else 0
    for place, pattern in _places().items():
        if found := pattern.match(after, begin):
            return "", place, found.end() + (after[found.end() : found.end() + 1] == ")")
    labels = letters_data("authorities.yaml")["zones"]["fixed"]
    if found := re.match(rf"({'|'.join(labels)})\b", after[begin:]):
        end = begin + found.end()
        return found[1], "", end + (after[end : end + 1] == ")")
    if found := re.match(r"Z\b", after[begin : begin + 2]):
        return "UTC", "", begin + 1
    return "", "", 0


@cache
def _places() -> dict[str, re.Pattern[str]]:
    places = letters_data("authorities.yaml")["zones"]["places"]
    return {
        place: re.compile("(?:" + "|".join(spaced(each) for each in names) + ")", re.IGNORECASE)
        for place, names in places.items()
    }


def instants(day: date, found: FoundTime, zone: str) -> list[tuple[datetime, str]]:
    """Readings of a time on a day, earliest first, each with its reason. A label that is wrong for the season has two readings."""
    if found.place:
        return _clock(day, found.at, found.place, f"{found.place} time as written")
    if not found.label:
        return _clock(day, found.at, zone, f"no zone written: the authority's place, {zone}")
    zones = letters_data("authorities.yaml")["zones"]
    minutes = int(zones["fixed"][found.label])
    literal = datetime.combine(day, found.at, timezone(timedelta(minutes=minutes)))
    place = zones["place_of"].get(found.label)
    if place is None:
        return [(literal, f"{found.label} as written")]
    local = datetime.combine(day, found.at, ZoneInfo(place))
    if local == literal:
        return [(local, f"{found.label} as written")]
    both = [
        (local, f"{found.label} is not in force at {place} on that day: clock time there"),
        (literal, f"{found.label} taken literally"),
    ]
    return sorted(both, key=lambda each: each[0])


def _clock(day: date, at: time, zone: str, why: str) -> list[tuple[datetime, str]]:
    """A clock time at a place; two readings, the earlier first, in the hour that a change of clocks repeats or leaves out."""
    folds = [datetime.combine(day, at.replace(fold=fold), ZoneInfo(zone)) for fold in (0, 1)]
    moments = sorted(moment.astimezone(UTC) for moment in folds)
    if moments[0] == moments[1]:
        return [(folds[0].replace(fold=0), why)]
    cause = f"{why}; the clocks change in {zone} in that hour"
    return [(moment.astimezone(ZoneInfo(zone)), cause) for moment in moments]
