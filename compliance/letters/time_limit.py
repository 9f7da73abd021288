"""Time limits as letters word them: fixed dates, periods with their anchor, relative dates; what each is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from compliance.letters.document import Document
from compliance.letters.moment import FoundDate, FoundTime, date_source, find_dates, find_time
from compliance.letters.outline import Outline
from compliance.letters.sentence import sentences
from compliance.letters.span import question_numbers, within
from compliance.letters.vocabulary import Vocabulary, grammar, spaced

SCOPES = (
    "non_disclosure",
    "non_confidential",
    "extension",
    "preservation",
    "final_report",
    "redress",
    "court_redress",
    "acknowledgement",
    "hearing",
)


@dataclass(frozen=True, slots=True)
class Wording:
    """One time limit as worded: a day (with a time), or `n` units from an anchor; what it is for, and to what it applies."""

    text: str
    start: int
    end: int
    scope: str
    applies: tuple[str, str]
    """The words before and behind it in its sentence, up to its neighbours."""
    day: date | None = None
    at: FoundTime | None = None
    exclusive: bool = False
    n: int = 0
    unit: str = ""
    unit_text: str = ""
    anchor: str = ""
    anchored: bool = False
    calendar: str | None = None
    month: tuple[int, int] | None = None
    """Year and month whose last working day is meant."""
    following: bool = False
    """`n` working days after `day`."""


def find_time_limits(
    document: Document, outline: Outline, words: Vocabulary, begin: int, skipped: Sequence[tuple[int, int]]
) -> list[Wording]:
    """Time limits of a letter in order; `skipped` are stretches (questions, subject) where a date is no time limit of the letter."""
    found: list[Wording] = []
    for block in document.blocks[begin:]:
        silent = any(start < block.end and block.start < end for start, end in skipped)
        heading, _ = outline.polarity_at(block.start)
        for start, end in sentences(block.text, words):
            sentence = block.text[start:end]
            here = sorted(_in_sentence(sentence, words), key=lambda each: each[0])
            edge = 0
            for position, (at, stop, parts) in enumerate(here):
                last = here[position + 1][0] if position + 1 < len(here) else len(sentence)
                scope = _scope(sentence, edge, at, stop, last, heading, words)
                edge_text = sentence[edge:at]
                edge = stop
                if (silent and scope not in ("preservation", "non_disclosure")) or (silent and "day" not in parts):
                    continue
                if parts.pop("duration", False) and scope not in ("preservation", "non_disclosure", "extension"):
                    continue
                found.append(
                    Wording(
                        sentence[at:stop],
                        block.start + start + at,
                        block.start + start + stop,
                        scope,
                        (edge_text, sentence[stop:last]),
                        **parts,
                    )
                )
    return found


def _in_sentence(sentence: str, words: Vocabulary) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """(start, end, what is known) of each time limit in a sentence, relative ones first."""
    taken: list[tuple[int, int]] = []
    for each in (*_relative(sentence, words), *_fixed(sentence, words), *_periods(sentence, words)):
        if not any(start < each[1] and each[0] < end for start, end in taken):
            taken.append((each[0], each[1]))
            yield each


def _fixed(sentence: str, words: Vocabulary) -> Iterator[tuple[int, int, dict[str, Any]]]:
    before = words.built("fixed before", rf"(?<!\w)(?P<cue>{words.source('deadline_before')})(?!\w)")
    small = _small()
    ranges = _range_spans(sentence, words)
    for found in find_dates(sentence, words):
        if any(start <= found.start < end for start, end in ranges):
            continue
        lead = sentence[: found.start]
        cues = [match for match in before.finditer(lead) if len(lead) - match.end() <= 75]
        cue = cues[-1] if cues else None
        between = lead[cue.end() :] if cue else ""
        moment = find_time(between, words)
        rest = between[: moment.start] + between[moment.end :] if moment else between
        rest = re.sub(r"\([^)]*\)", "", rest) if moment else rest
        after = sentence[found.end : found.end + 60]
        late = re.match(rf"[\s,]*(?:\w+\s+)?{words.source('deadline_after')}", after, re.IGNORECASE)
        if cue and len(small.sub("", rest).strip(" -–.")) <= 2 and not find_dates(between, words):
            start = _extended(lead, cue.start(), words)
        elif late and not re.search(r"\b(?:of|du|vom|del|dated|from|seit|since)\s*$", lead):
            start = found.start
        else:
            continue
        end, moment = _with_time_behind(sentence, found, moment, words)
        if late:
            end = max(end, found.end + late.end())
        exclusive = bool(
            cue and words.built("excluded cue", rf"^{words.source('excluded')}$").match(cue["cue"]) and moment is None
        )
        yield start, end, {"day": found.day, "at": moment, "exclusive": exclusive}


@cache
def _small() -> re.Pattern[str]:
    """What may stand between a preposition, its date and its time without changing what is said."""
    return re.compile(rf"[\s,(){'’'}]|\b{grammar('filler')}\b|\b{grammar('weekday')}\b", re.IGNORECASE)


def _extended(lead: str, start: int, words: Vocabulary) -> int:
    """Start of a cue with the words right before it (`bis spätestens`)."""
    more = re.search(rf"{words.source('deadline_before')}\s*$", lead[:start], re.IGNORECASE)
    return more.start() if more else start


def _with_time_behind(
    sentence: str, found: FoundDate, moment: FoundTime | None, words: Vocabulary
) -> tuple[int, FoundTime | None]:
    if moment is not None:
        return found.end, moment
    behind = find_time(sentence[found.end : found.end + 60], words)
    gap = sentence[found.end : found.end + behind.start] if behind else ""
    if behind and len(gap) < 28 and len(_small().sub("", gap)) <= 1:
        return found.end + behind.end, behind
    return found.end, None


def _range_spans(sentence: str, words: Vocabulary) -> list[tuple[int, int]]:
    """Stretches `from ... to ...`, whose dates bound a period of data."""
    day = rf"(?:{date_source(words)}|\d{{1,2}}(?=\s))(?:,?\s*\d{{1,2}}[:.h]\d{{2}}(?:\s*[A-Z]{{2,5}})?)?"
    spans = []
    listed = question_numbers(sentence, words)
    for expression in words.phrases.get("range", ()):
        pattern = words.built(f"limit range {expression}", r"(?<!\w)" + spaced(expression).replace("{D}", f"(?:{day})"))
        spans += [match.span() for match in pattern.finditer(sentence) if not within(match.start(), listed)]
    return spans


def _periods(sentence: str, words: Vocabulary) -> Iterator[tuple[int, int, dict[str, Any]]]:
    numbers = "|".join(map(re.escape, sorted(words.numbers, key=len, reverse=True)))
    units = "|".join(f"(?P<{name}>{words.group('unit', name).pattern})" for name in words.groups["unit"])
    number = rf"(?<![\w.,])(?P<n>\d{{1,3}}|{numbers})\s*(?:\([^)]{{1,20}}\)\s*)?[-–]?\s*"
    pattern = words.built("period", rf"{number}(?:{grammar('full')} )?(?:{units})(?!\w)")
    limit = words.built("period before", rf"(?<!\w)(?P<cue>{words.source('period_before')})(?=\W|$)")
    duration = words.built("duration", rf"^{words.source('duration_before')}$")
    for match in pattern.finditer(sentence):
        n = words.number(match["n"])
        unit = next(name for name in words.groups["unit"] if match[name])
        lead = sentence[max(match.start() - 45, 0) : match.start()]
        cue = next((each for each in reversed(list(limit.finditer(lead))) if _filler(lead[each.end() :])), None)
        anchor, end = _anchor(sentence, match.end(), words)
        bare = cue is None and not anchor and bool(words.group("scope", "preservation").match(sentence, end + 1))
        if n is None or (cue is None and not anchor and not bare) or (cue is None and anchor == "removal"):
            continue
        cue_text = re.sub(r"\s+", " ", cue["cue"]) if cue else ""
        start = max(match.start() - 45, 0) + cue.start() if cue else match.start()
        clear = next(
            (
                each
                for each in (re.match(r"clear", sentence[max(match.start(), 0) : match.end()], re.IGNORECASE),)
                if each
            ),
            None,
        )
        yield (
            start,
            end,
            {
                "n": n,
                "unit": unit,
                "unit_text": match[unit] if not clear else match[0],
                "anchor": anchor or "receipt",
                "anchored": bool(anchor),
                "calendar": _calendar(sentence),
                "duration": bool(cue and duration.match(cue_text))
                and anchor != "time_limit"
                and not (anchor and not cue_text),
            },
        )


def _filler(text: str) -> bool:
    """True for what may stand between `within` and a number: `the next`, `a period of`, `einer Frist von`."""
    return (
        len(text.split()) <= 5
        and len(text) <= 32
        and not re.search(
            r"\d|\b(?:more|plus|mehr|más|più|meer|over|über|less|moins|than|preceding|last|letzten|dernier|derniers)\b|[.;]",
            text,
            re.IGNORECASE,
        )
    )


def _anchor(sentence: str, position: int, words: Vocabulary) -> tuple[str, int]:
    """What the period runs from, and where its words end; by default what stands right behind, else right before."""
    after = sentence[position : position + 95]
    hits = [
        (found.start(), -found.end(), name, found.end())
        for name in words.groups["anchor"]
        if (found := words.group("anchor", name).search(after))
    ]
    near = [hit for hit in hits if hit[0] <= 38 and not re.search(r"[;.]\s", after[: hit[0]])]
    if near:
        _, _, name, end = min(near)
        return name, position + end
    before = sentence[:position]
    for name in ("receipt", "service", "letter_date"):
        if words.group("anchor", name).search(before[-110:]):
            return name, position
    return "", position


def _calendar(sentence: str) -> str | None:
    """Country whose holidays a sentence names for counting."""
    from compliance.letters.sender import country_in

    named = re.search(
        r"(?:public holidays?|jours? fériés?|Feiertage?n?|festivos|festivi)[^.;]{0,20}?\b(?:in|en|au|of|in der|de|di)\s+([^.;]{3,40})",
        sentence,
        re.IGNORECASE,
    )
    return country_in(named[1]) if named else None


def _relative(sentence: str, words: Vocabulary) -> Iterator[tuple[int, int, dict[str, Any]]]:
    months = "|".join(map(re.escape, sorted(words.months, key=len, reverse=True)))
    for expression in words.phrases.get("last_working_day", ()):
        for match in words.built(f"last {expression}", spaced(expression).replace("{M}", months)).finditer(sentence):
            yield match.start(), match.end(), {"month": (int(match["y"] or 0), words.months[match["month"].casefold()])}
    for expression in words.phrases.get("nth_working_day", ()):
        for match in words.built(
            f"nth {expression}", r"(?<!\w)" + spaced(expression).replace("{D}", date_source(words))
        ).finditer(sentence):
            n = words.number(match["n"]) or words.ordinals.get(match["n"].casefold())
            days = find_dates(match["d"], words)
            if n and days:
                yield match.start(), match.end(), {"n": n, "unit": "working_day", "day": days[0].day, "following": True}


def _scope(sentence: str, edge: int, start: int, end: int, last: int, heading: str, words: Vocabulary) -> str:
    """What a time limit is for, by the words around it, then by its heading."""
    around = sentence[edge:last]
    due = words.pattern("reply_due").search(sentence[edge:start])
    for scope in SCOPES:
        found = words.group("scope", scope).search(around)
        if not found:
            continue
        if (
            due
            and due.end() > start - edge - 60
            and found.start() + edge > end
            and scope not in ("extension", "non_confidential")
        ):
            continue
        if (
            scope in ("preservation", "hearing", "redress", "acknowledgement")
            and due
            and found.start() < due.start()
            and scope != "redress"
        ):
            continue
        if scope == "extension" and _grants(sentence, words):
            continue
        return scope
    headed = next(
        (
            scope
            for scope in ("redress", "court_redress", "non_disclosure")
            if words.group("scope", scope).search(heading)
        ),
        None,
    )
    bare = re.sub(r"^[\W\dA-Z]{0,4}[.:)]?\s*(?:[A-ZÄÖÜ]{4,} [A-Z]:\s*)?", "", heading)
    if words.built("redress heading", rf"\W*{words.source('redress_heading')}").match(bare):
        return "court_redress"
    return headed or "answer"


def _grants(sentence: str, words: Vocabulary) -> bool:
    """True where a letter grants more time: then the day is one to answer by, not one to ask for more time by."""
    return bool(words.pattern("extension_granted").search(sentence)) and not words.pattern("possibility").search(
        sentence
    )


def last_working(year: int, month: int, is_working: object) -> date:
    """Last day of a month that satisfies `is_working`."""
    day = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    while not is_working(day):  # type: ignore[operator]
        day -= timedelta(days=1)
    return day
