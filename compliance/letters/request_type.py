"""What a question asks for: its type and its demands on form."""

from __future__ import annotations

import re

from compliance.letters.vocabulary import Vocabulary, grammar


def type_of(text: str, above: tuple[str, ...], words: Vocabulary) -> str:
    """Type of a question by its trigger words, else by those of the questions above it, else `narrative`."""
    parents = [found for each in reversed(above) if (found := _own_type(each, words))]
    kept = next((found for found in parents if found == "decision_sample"), None)
    if kept:
        return kept
    own = _own_type(text, words)
    weak = own in ("document_production", "narrative", None)
    if parents and (own is None or (weak and parents[0] != "document_production" and not _verb_first(text, words))):
        return parents[0]
    return own or "narrative"


def _own_type(text: str, words: Vocabulary) -> str | None:
    bare = text.strip().lstrip("-–• ")
    return words.matching("type_first", bare) or words.matching("type", bare)


def _verb_first(text: str, words: Vocabulary) -> bool:
    return bool(words.built("verb first", rf"^(?:{words.source('demand')})").match(text.strip()))


def format_demands(text: str, words: Vocabulary) -> tuple[str, ...]:
    """Demands on form in a text: `csv`, `per_member_state`, `utc_timestamps`, `xlsx:Annex 4 sheet A` ..."""
    found = [name for name in words.groups.get("format", {}) if words.group("format", name).search(text)]
    sheet = rf"(?:,\s*{grammar('sheet')}\s*['\"‘“«„]?\s*(\w+))?"
    annex = re.search(rf"\(?({grammar('annex')}\s+[\dIVX]+){sheet}", text, re.IGNORECASE)
    if annex and annex[2]:
        found = [each for each in found if each != "xlsx"] + [f"xlsx:{annex[1]} sheet {annex[2]}"]
    elif annex:
        found.append(annex[1].casefold())
    return tuple(dict.fromkeys(found))
