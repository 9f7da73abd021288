"""Sentences of a block, with abbreviations, article numbers and dates kept whole."""

from __future__ import annotations

import re

from compliance.letters.vocabulary import Vocabulary

_ABBREVIATED = re.compile(
    r"(?:\b(?:art|arts|artt|no|nr|nos|abs|lit|ref|az|s|p|pp|par|para|paras|apdo|ust|pkt|al|sr|sra|mr|mrs|ms|dr|st|ltd|inc|co|corp|z\.?\s?b|d\.?\s?h|i\.?e|e\.?g|etc|vgl|bzw|ca|cf|"
    r"prot|dott|ing|geb|tel|str|uabs|lett|c|n|d\.lgs|s\.a|s\.p\.a|b\.v|u\.a|gem|ggf|inkl|n\.b|a\.m|p\.m|sog|expte|exp|núm|nº|plc|ust|poz|dz|tj|gez)|\b[A-Za-z]|\b\d{1,2})$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?;](?:[)\"'»”’]*)\s+(?=[\"'«„“(\[]*[A-ZÀ-ÖØ-ÞŚŻŁĆŹ\d\[])")


def sentences(text: str, words: Vocabulary) -> list[tuple[int, int]]:
    """[start, end) of each sentence of a text without line breaks."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match[0][0] == "." and _is_abbreviation(text, match, words):
            continue
        spans.append((start, match.start() + len(match[0].rstrip())))
        start = match.end()
    spans.append((start, len(text)))
    return [span for span in spans if text[span[0] : span[1]].strip()]


def _is_abbreviation(text: str, match: re.Match[str], words: Vocabulary) -> bool:
    ahead = text[max(match.start() - 12, 0) : match.start()]
    found = _ABBREVIATED.search(ahead)
    if not found:
        return False
    last = found[0]
    if last.isdigit():
        following = re.match(r"[^\W\d_]+", text[match.end() :])
        listed = len(text[: match.start()].strip()) <= 3
        return listed or bool(following and following[0].casefold() in words.months)
    if (
        len(last) == 1
        and last.isalpha()
        and text[match.end() - 1 : match.end()].isspace()
        and re.search(r"[)\s]\s?$", ahead[:-1])
    ):
        return not ahead[:-1].endswith(")")
    return True


def sentence_around(text: str, start: int, words: Vocabulary) -> tuple[int, int]:
    """[start, end) of the sentence that holds a character."""
    return next((span for span in sentences(text, words) if span[0] <= start < span[1]), (0, len(text)))
