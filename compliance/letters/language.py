"""Which language a letter is written in, by its function words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from compliance.letters.vocabulary import languages, vocabulary


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """The language with the most function words; `supported` is false where another language is more likely."""

    language: str
    supported: bool
    sure: bool


def guess_language(text: str) -> LanguageGuess:
    """Language of a text. Not sure where two are close (bilingual letters); not supported where none of ours fits."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if not words:
        return LanguageGuess("en", False, False)
    shares = {}
    for each in languages():
        held = vocabulary(each).function_words
        shares[each] = sum(word in held for word in words) / len(words)
    best, second = sorted(shares, key=lambda each: (-shares[each], each))[:2]
    other = _other_language(text) if shares[best] < 0.18 or len(words) < 25 else ""
    if other and other not in languages():
        return LanguageGuess(other, False, False)
    return LanguageGuess(best, shares[best] >= 0.08, shares[best] >= 0.15 and shares[second] < shares[best] * 0.75)


def _other_language(text: str) -> str:
    """Language among the many that a general detector knows; empty where it finds none."""
    import langdetect

    langdetect.DetectorFactory.seed = 0
    try:
        found = langdetect.detect_langs(text[:5000])
    except langdetect.LangDetectException:
        return ""
    return str(found[0].lang) if found and found[0].prob > 0.9 else ""
