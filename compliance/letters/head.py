"""The head of a letter: reference, case, other references, date, subject and addressee."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from compliance.letters.dateline import Found, read_date
from compliance.letters.document import Document
from compliance.letters.entry import Entry, entries_of
from compliance.letters.letter import Sure
from compliance.letters.vocabulary import Vocabulary, grammar, letters_data

CODE = re.compile(
    r"(?<![\w@/.])(?=[\w().\-/–_]*\d)(?:[A-Z][\w]*\(\d{4}\)\s?\d+(?:\s?final)?|[A-Za-z0-9ÄÖÜ][\w]*(?:[/.\-–_:](?=[\w(])[\w()]+)+|[A-Z]{2,}\d{3,})(?![\w@])"
)
_ARES = re.compile(r"\bAres\(\d{4}\)\s?\d+")
_DECISION = re.compile(r"\bC\(\d{4}\)\s?\d+(?:\s+final)?")
_CASE = re.compile(r"\b(?:DSA|AT|DMA|COMP|NIS)\.\d{3,6}\b")
_NOT_CODE = re.compile(
    r"^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{4}/\d{2,4}|\d{2,4}/\d{2,4}|\d+[.-]\d+|https?:.*|www\..*|(?:SHA|UTF|ISO|PDF|STIX|CNECT|TLP)[-.:]?.*|24/7|\d+[-–]\d+|[\w-]+\.(?:xlsx?|pdf|csv|docx?|json|zip|gz)|Article.*|\(?EU\)?.*|\d+\.º.*|[A-Za-z]+-\d{1,2}|\d{1,3}(?:[.,]\d{3})+|\d{1,2}:\d{2}(?::\d{2})?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a letter says."""

    reference: Found | None
    case: Found | None
    others: tuple[str, ...]
    date: tuple[date, Found] | None
    subject: Found | None
    addressee: Found | None
    entries: tuple[Entry, ...]
    size: int
    """Number of blocks that belong to the head."""


@cache
def company_pattern() -> re.Pattern[str]:
    """Expression for a company's name, by the legal form at its end; group 1 is the name."""
    forms = "|".join(map(str, letters_data("authorities.yaml")["company_forms"]))
    return re.compile(rf"((?:[A-ZÄÖÜÉ][\w&.'’+-]*,?\s+){{1,5}}(?:International\s+)?(?:{forms}))(?![\w])")


def read_head(document: Document, words: Vocabulary) -> Head:
    """Reference block, date, subject and addressee of a letter."""
    size = _head_size(document, words)
    entries = entries_of(document, words, size)
    subject = _subject(document, entries, size, words)
    reference, candidates = _reference(document, entries, size)
    case = _case(document, entries)
    if reference is None and case is not None:
        reference = Found(case.value, case.start, case.end, Sure.UNSURE, "the letter shows a case number only")
    others = _others(document, entries, reference, case, candidates)
    return Head(
        reference,
        case,
        others,
        read_date(document, entries, size, words),
        subject,
        _addressee(document, entries, size),
        tuple(entries),
        size,
    )


def _head_size(document: Document, words: Vocabulary) -> int:
    """Blocks before the first running prose or the salutation."""
    for index, block in enumerate(document.blocks[:60]):
        if index and _salutes(document, index, words):
            return index
        if (
            len(block.text) > 160
            and re.search(r"[a-zà-ÿ]{3,}[.:]$", block.text)
            and " | " not in block.text
            and not _labelled(block.text, words)
        ):
            return index
    return min(len(document.blocks), 60)


def _salutes(document: Document, index: int, words: Vocabulary) -> bool:
    """True for `Dear Director,` - not for the line of an address that begins with the same words."""
    text = document.blocks[index].text
    if not words.pattern("salutation").match(text) or len(text) > 120:
        return False
    after = document.blocks[index + 1].text if index + 1 < len(document.blocks) else ""
    return text.endswith((",", ":", "!")) or len(after) > 100


def _labelled(text: str, words: Vocabulary) -> bool:
    return any(words.pattern(f"{kind}_label").match(text) for kind in ("subject", "addressee", "reference", "copy"))


def codes_in(text: str) -> list[tuple[str, int, int]]:
    """Tokens that look like reference numbers, with where they stand."""
    found = []
    bare = re.sub(r"(?:https?://|www\.)\S+|\S+@\S+", lambda link: " " * len(link[0]), text)
    for match in CODE.finditer(bare):
        token = match[0].strip(".-:")
        while token.endswith(")") and token.count(")") > token.count("("):
            token = token[:-1]
        if not _NOT_CODE.match(token) and any(character.isdigit() for character in token):
            found.append((token, match.start(), match.start() + len(token)))
    return found


def _value_of(value: str) -> str:
    """The number in a labelled value, without the date, remark or place behind it."""
    dated = r"\s+[-–]\s+(?=\d{1,2}[./]\d{1,2}[./]\d{2,4})"
    remark = r"\s+\((?![^)]*\d{3,}\)\S)|;|\s\|\s|,\s+(?=[^\W\d])"
    value = re.split(rf"{dated}|{remark}|\s+{grammar('before_value_date')}\s", value)[0].strip(" .,:ªº°")
    codes = codes_in(value)
    if codes and len(value) > len(codes[0][0]) + 25:
        return codes[0][0]
    return value


def _reference(
    document: Document, entries: Sequence[Entry], size: int
) -> tuple[Found | None, list[tuple[str, int, int]]]:
    labelled = [entry for entry in entries if entry.kind == "reference" and re.search(r"\d", entry.value)]
    candidates: list[tuple[int, Found]] = []
    for rank, entry in enumerate(labelled):
        value = _value_of(entry.value)
        if re.search(r"\d", value):
            weight = 8 - min(rank, 3) + (1 if entry.block < size else 0) + (2 if _ARES.match(value) else 0)
            candidates.append((weight, Found(value, entry.start, entry.start + len(value), Sure.CERTAIN)))
    head_end = document.blocks[size - 1].end if size else 0
    loose = [
        code
        for code in codes_in(document.text[:head_end])
        if not _CASE.fullmatch(code[0])
        and not _inside(entries, code[1], ("other_reference", "subject", "case", "addressee"))
    ]
    for pattern, weight in ((_ARES, 7), (_DECISION, 5)):
        for match in pattern.finditer(document.text[:head_end]):
            candidates.append((weight, Found(match[0], match.start(), match.end(), Sure.CERTAIN)))
    for code, start, end in loose:
        alone = len(document.block_at(start).text) - len(code) < 12
        candidates.append(
            (
                4 if alone else 2,
                Found(
                    code,
                    start,
                    end,
                    Sure.LIKELY if alone else Sure.UNSURE,
                    "" if alone else "no label says that this is the letter's reference",
                ),
            )
        )
    if not candidates:
        margin = next(
            (
                match[0]
                for text in document.margins
                for match in [_ARES.search(text) or CODE.search(text)]
                if match and not _NOT_CODE.match(match[0])
            ),
            None,
        )
        mailed = next(iter(codes_in(document.mail.subject)), None) if document.mail else None
        found = margin or (mailed[0] if mailed else None)
        return (
            Found(found, 0, 0, Sure.LIKELY, "it stands outside the text, in a margin or the mail's subject")
            if found
            else None
        ), loose
    best = max(candidates, key=lambda each: (each[0], -each[1].start))
    return best[1], loose


def _inside(entries: Sequence[Entry], position: int, kinds: tuple[str, ...]) -> bool:
    return any(entry.kind in kinds and entry.start <= position < entry.end for entry in entries)


def _case(document: Document, entries: Sequence[Entry]) -> Found | None:
    if match := _CASE.search(document.text):
        return Found(match[0], match.start(), match.end(), Sure.CERTAIN)
    for entry in entries:
        if entry.kind == "case" and re.search(r"\d", entry.value):
            value = _value_of(entry.value)
            return Found(value, entry.start, entry.start + len(value), Sure.LIKELY)
    return None


def _others(
    document: Document,
    entries: Sequence[Entry],
    reference: Found | None,
    case: Found | None,
    loose: Sequence[tuple[str, int, int]],
) -> tuple[str, ...]:
    """Every other number that looks like a reference: labelled ones, the case, earlier letters, ours."""
    own = reference.value if reference else ""
    found: list[str] = [case.value] if case else []
    found += [
        _value_of(entry.value)
        for entry in entries
        if entry.kind in ("other_reference", "reference") and re.search(r"\d", entry.value)
    ]
    found += [code for code, _, _ in loose]
    for code, start, _ in codes_in(document.text):
        near = document.text[max(start - 60, 0) : start]
        if re.search(
            r"(?:ref|réf|zeichen|prot|expedient|letter|lettre|schreiben|incident|vorfall|inciden\w+|notification|notificación|kenmerk|znak|\()[^.;]{0,40}$",
            near,
            re.IGNORECASE,
        ):
            found.append(code)
    cleaned = dict.fromkeys(each.strip(" .,;") for each in found)
    return tuple(
        each
        for each in cleaned
        if each and each != own and each not in own and not own.startswith(each) and len(each) < 50
    )


def _subject(document: Document, entries: Sequence[Entry], size: int, words: Vocabulary) -> Found | None:
    for entry in entries:
        if entry.kind == "subject" and entry.block <= size and len(entry.value) > 5:
            return Found(entry.value, entry.start, entry.end, Sure.CERTAIN)
    for index in range(min(size + 2, len(document.blocks))):
        block = document.blocks[index]
        text = block.text.strip("# ")
        shouted = text.isupper() and len(text.split()) > 1
        if index and (block.heading or shouted) and words.matching("kind", text) and len(text) < 200:
            return Found(text, block.start, block.end, Sure.LIKELY)
    for index, block in enumerate(document.blocks[: size + 2]):
        if words.matching("kind", block.text) and 8 < len(block.text) < 200 and not block.text.endswith("."):
            return Found(
                block.text,
                block.start,
                block.end,
                Sure.LIKELY if index else Sure.UNSURE,
                "" if index else "taken from the first line",
            )
    headings = [block for block in document.blocks[1 : size + 1] if block.heading and len(block.text) > 12]
    if headings:
        return Found(
            headings[-1].text,
            headings[-1].start,
            headings[-1].end,
            Sure.UNSURE,
            "no label says that this is the subject",
        )
    if document.mail and document.mail.subject:
        return Found(document.mail.subject, 0, 0, Sure.LIKELY, "taken from the mail")
    return None


def _addressee(document: Document, entries: Sequence[Entry], size: int) -> Found | None:
    labelled = [entry for entry in entries if entry.kind == "addressee" and (entry.block <= size or entry.form)]
    for entry in labelled:
        if match := company_pattern().search(entry.value):
            return Found(match[1], entry.start + match.start(1), entry.start + match.end(1), Sure.CERTAIN)
    for block in document.blocks[: size + 1]:
        if match := company_pattern().search(block.text):
            return Found(match[1], block.start + match.start(1), block.start + match.end(1), Sure.LIKELY)
    if labelled:
        value = labelled[0].value.split(",")[0]
        return Found(
            value, labelled[0].start, labelled[0].start + len(value), Sure.UNSURE, "no company name was recognised"
        )
    return None
