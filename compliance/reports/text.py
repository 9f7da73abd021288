"""Text from outside made fit for paper: nothing invisible, nothing that turns the line, nothing without a glyph."""

from __future__ import annotations

import unicodedata
from collections.abc import Container

LONGEST = 600
"""Characters of one foreign text that a page shows; the workbook and the JSON hold all of it."""
_KEPT = {"\n", "\t"}
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of what follows, so that a page could read other than the record."""


def visible(text: str, glyphs: Container[int] | None = None) -> str:
    """The text with control, direction and private characters, and those without a glyph, written as `‹U+202E›`."""
    return "".join(char if _shown(char, glyphs) else f"‹U+{ord(char):04X}›" for char in text)


def _shown(char: str, glyphs: Container[int] | None) -> bool:
    if char in _KEPT or " " <= char <= "~":
        return True
    if char in _TURNING or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return False
    return glyphs is None or ord(char) in glyphs


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning and how long it is."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]} … ({len(text):,} characters; the whole text is in the workbook and the JSON)"
