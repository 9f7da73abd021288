"""Who writes: the authority by its names or by what it calls itself, its unit, country, and the role that signs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from compliance.letters.document import Document
from compliance.letters.entry import Entry
from compliance.letters.head import Head
from compliance.letters.letter import Sender, Sure
from compliance.letters.vocabulary import Vocabulary, letters_data, spaced


@dataclass(frozen=True, slots=True)
class SenderFound:
    """The sender with where its name stands, its time zone and its calendar of holidays."""

    sender: Sender
    start: int
    end: int
    sure: Sure
    why: str
    zone: str | None
    calendar: str | None


_ONE_STATE = {"pl": "PL", "pt": "PT", "es": "ES"}
"""Languages that the authorities of one Member State alone write in."""


def read_sender(document: Document, head: Head, words: Vocabulary) -> SenderFound:
    """Sender of a letter from its letterhead or form; unsure where the name stands in no list and is only probable."""
    regions = _regions(document, head)
    known = next((found for start, end in regions if (found := _known(document.text, start, end, head))), None)
    country = _country(document, head)
    spoken = None if country else _ONE_STATE.get(words.language)
    country = country or spoken
    formed = _from_form(head.entries)
    unit = _unit(document, head, words, known[1] if known else None)
    role = _role(document, words)
    if known and not (formed and not _known_in(formed.value)):
        authority, start, end = known
        name = _own_name(authority, document.text[start:end], words.language)
        sender = Sender(name, authority["id"], unit, authority["country"], role)
        return SenderFound(sender, start, end, Sure.CERTAIN, "", authority["zone"], authority["calendar"])
    named = _named(formed.value, formed.start) if formed else _from_letterhead(document, head)
    place = letters_data("authorities.yaml")["countries"].get(country or "", {})
    if named is None:
        texts = (document.mail.sender if document.mail else "", document.blocks[0].text[:100])
        text = next((each for each in texts if len(each.strip()) > 1), "[not named]")
        sender = Sender(text, f"{country or '??'}-AUTH", unit, country, role)
        return SenderFound(
            sender, 0, 0, Sure.UNSURE, "no authority was recognised", place.get("zone"), place.get("calendar")
        )
    name, start, own_unit, code = named
    sender = Sender(name, f"{country or '??'}-{code}", own_unit or unit, country, role)
    return SenderFound(
        sender,
        start,
        start + len(name),
        Sure.LIKELY,
        _why(country, spoken),
        place.get("zone"),
        place.get("calendar"),
    )


def _own_name(authority: dict[str, Any], found: str, language: str) -> str:
    """The name of an institution of the Union as a letter in another language than English has it; else that of the list."""
    if authority["country"] != "EU" or language == "en":
        return str(authority["name"])
    bare = " ".join(found.split()).casefold()
    return next((str(name) for name in authority["names"] if str(name).casefold() == bare), str(authority["name"]))


def _regions(document: Document, head: Head) -> list[tuple[int, int]]:
    """Where a sender stands: the letterhead down to the addressee or subject, then the end of the letter."""
    stops = [found.start for found in (head.addressee, head.subject) if found and found.start > 0]
    stops += [entry.start for entry in head.entries if entry.kind in ("addressee", "subject") and entry.block]
    first = document.block_at(min(stops)).start if stops else (document.blocks[head.size - 1].end if head.size else 0)
    regions = [(0, first)] if first > 10 else [(0, document.blocks[0].end)]
    size_end = document.blocks[head.size - 1].end if head.size else 0
    tail = document.blocks[max(len(document.blocks) - 10, 0)].start
    return [*regions, (0, size_end), (tail, len(document.text))]


@cache
def _authorities() -> tuple[tuple[dict[str, Any], re.Pattern[str]], ...]:
    return tuple(
        (each, re.compile(rf"(?<!\w)(?:{'|'.join(spaced(str(name)) for name in each['names'])})(?!\w)", re.IGNORECASE))
        for each in letters_data("authorities.yaml")["authorities"]
    )


def _known(text: str, start: int, end: int, head: Head) -> tuple[dict[str, Any], int, int] | None:
    """The listed authority named first in a region, outside entries that name the addressee or copies."""
    aside = [
        (entry.start, entry.end) for entry in head.entries if entry.kind in ("addressee", "copy", "subject", "country")
    ]
    hits = [
        (match.start(), authority, match.end())
        for authority, pattern in _authorities()
        for match in pattern.finditer(text, start, end)
        if not any(begin <= match.start() < stop for begin, stop in aside)
    ]
    if not hits:
        return None
    first = min(hits, key=lambda each: (each[0], -each[2]))
    return first[1], first[0], first[2]


def _known_in(text: str) -> bool:
    return any(pattern.search(text) for _, pattern in _authorities())


@cache
def _countries() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (
            code,
            re.compile(
                rf"(?<!\w)(?:{'|'.join(spaced(str(name)) for name in sorted(each['names'], key=len, reverse=True))})(?!\w)",
                re.IGNORECASE,
            ),
        )
        for code, each in letters_data("authorities.yaml")["countries"].items()
    )


def _why(country: str | None, spoken: str | None) -> str:
    if spoken:
        return "its country is taken from the letter's language alone"
    return "" if country else "its country was not recognised"


def country_in(text: str) -> str | None:
    """Country first named in a text, by its name, a city or the form of the state."""
    hits = [(match.start(), code) for code, pattern in _countries() if (match := pattern.search(text))]
    return min(hits)[1] if hits else None


def _country(document: Document, head: Head) -> str | None:
    for entry in head.entries:
        if entry.kind == "country" and (found := country_in(entry.value)):
            return found
    formed = _from_form(head.entries)
    if formed and (found := country_in(formed.value)):
        return found
    for start, end in _regions(document, head):
        if found := country_in(document.text[start:end]):
            return found
    return None


def _from_form(entries: Sequence[Entry]) -> Entry | None:
    return next(
        (
            entry
            for entry in entries
            if entry.kind == "authority"
            and (entry.form or _kind_of(entry.value))
            and (_kind_of(entry.value) or _known_in(entry.value))
        ),
        None,
    )


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (each["code"], re.compile("|".join(spaced(str(word)) for word in each["words"]), re.IGNORECASE))
        for each in letters_data("authorities.yaml")["kinds"]
    )


def _kind_of(text: str) -> str | None:
    return next((code for code, pattern in _kinds() if pattern.search(text)), None)


def _from_letterhead(document: Document, head: Head) -> tuple[str, int, str | None, str] | None:
    _, end = _regions(document, head)[0]
    blocks = [block for block in document.blocks[:10] if block.start < max(end, 1) or block.start == 0]
    ranked = sorted(
        (block for block in blocks if _kind_of(block.text) and "@" not in block.text),
        key=lambda block: (_kind_of(block.text) == "AUTH", block.start),
    )
    return _named(ranked[0].text, ranked[0].start) if ranked else None


def _named(text: str, start: int) -> tuple[str, int, str | None, str] | None:
    """Name, place, unit and code of an authority in `Office - Section (remark), City`."""
    bare = re.sub(r"\s*\([^)]*\)", "", text)
    pieces = [piece.strip(" .:#") for piece in re.split(r"\s+[-–|]\s+|,\s+|\s+\|\s+", bare) if piece.strip(" .:#")]
    units = [piece for piece in pieces if _is_unit(piece)]
    bodies = [piece for piece in pieces if _kind_of(piece) and piece not in units] or [
        piece for piece in pieces if _kind_of(piece)
    ]
    if not bodies:
        return None
    body = min(bodies, key=lambda piece: (_kind_of(piece) == "AUTH", pieces.index(piece)))
    unit = next((piece for piece in units if piece != body), None)
    at = text.find(body)
    return _cased(body), start + max(at, 0), _cased(unit) if unit else None, _kind_of(body) or "AUTH"


def _is_unit(piece: str) -> bool:
    return bool(
        re.search(
            r"\b(?:unit|section|department|division|referat|abteilung|dezernat|unité|service|bureau|sezione|ufficio|sección|unidad|afdeling|wydział|departament|branch|squad)\b",
            piece,
            re.IGNORECASE,
        )
    )


def _cased(name: str) -> str:
    """A name in capitals as it is usually written."""
    if not name.isupper() or len(name) < 8:
        return name
    small = {
        "of",
        "the",
        "for",
        "and",
        "de",
        "la",
        "du",
        "des",
        "der",
        "die",
        "und",
        "für",
        "del",
        "di",
        "e",
        "y",
        "van",
    }
    return " ".join(
        word.casefold() if word.casefold() in small and index else word.capitalize()
        for index, word in enumerate(name.split())
    )


def _unit(document: Document, head: Head, words: Vocabulary, authority_at: int | None) -> str | None:
    """The line of the letterhead that names the smallest unit."""
    _, end = _regions(document, head)[0]
    word = rf"(?<!\w){words.source('unit_word')}"
    home = document.block_at(authority_at).start if authority_at is not None else None
    found = None
    for block in document.blocks[:10]:
        if block.start >= max(end, document.blocks[0].end) or len(block.text) > 140:
            continue
        named = re.search(word, block.text, re.IGNORECASE)
        if named or (block.start != home and re.match(r"[A-Z]{2,}\.[A-Z]\.\d", block.text)):
            found = block.text
    return found


def _role(document: Document, words: Vocabulary) -> str | None:
    """The role that signs, from the last blocks before copies and annexes."""
    candidates = document.blocks[-40:]
    closing = next(
        (
            index
            for index in range(len(candidates) - 1, -1, -1)
            if words.pattern("closing").search(candidates[index].text)
        ),
        None,
    )
    after = candidates[closing + 1 :] if closing is not None else candidates[-8:]
    for block in after[:8]:
        bare = re.sub(r"\([^)]*\)", "", block.text).strip(" .-|")
        match = re.search(rf"(?<!\w){words.source('role_word')}", bare, re.IGNORECASE)
        if match and len(bare) < 140 and not re.match(rf"{words.source('copy_label')}\b", bare, re.IGNORECASE):
            return match[0].strip(" ,.")
    formed = re.search(rf"{words.source('signature_label')}[^|\n]*\| ([^\n]+)", document.text, re.IGNORECASE)
    found = re.search(words.source("role_word"), formed[1], re.IGNORECASE) if formed else None
    return found[0].strip(" ,.") if found else None
