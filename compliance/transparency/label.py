"""Labels as publishers write them: compared without case, spaces and typography, in English and official translations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import yaml

from compliance.resources import data_dir
from compliance.transparency.model import Part
from compliance.transparency.template import template

ENGLISH = "en"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TYPOGRAPHY = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """The text without what does not tell labels apart: case, kinds of space, quotes and dashes, an end colon or star."""
    if len(text) > 1000:
        text = text[:1000]
    folded = unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY).casefold()
    return _SPACES.sub(" ", folded).strip(" :*\ufeff")


@dataclass(frozen=True, slots=True)
class Wording:
    """The template in one language, every text in its plain form."""

    language: str
    headers: Mapping[int, Mapping[str, tuple[str, ...]]]
    """Part to plain header to the keys of the columns that bear it."""
    labels: Mapping[str, tuple[str, ...]]
    """Official English label to its plain forms in this language."""
    placeholders: frozenset[str]


@cache
def languages() -> tuple[str, ...]:
    """Languages in which the template's wording is known, English first."""
    folder = data_dir("reports") / "transparency" / "labels"
    return (ENGLISH, *sorted(path.stem for path in folder.glob("*.yaml")))


@cache
def wording(language: str) -> Wording:
    """The template's wording in a language of `languages()`."""
    if language == ENGLISH:
        return _english()
    path = data_dir("reports") / "transparency" / "labels" / f"{language}.yaml"
    data: dict[str, Any] = yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506 - the safe loader, in C
    return Wording(
        language,
        {number: _by_text(headers) for number, headers in data["headers"].items()},
        {english: tuple(plain(text) for text in texts) for english, texts in data["labels"].items()},
        frozenset(plain(text) for text in data["placeholders"]),
    )


def _english() -> Wording:
    shipped = template()
    placeholders = {shipped.other_description, shipped.official_period}
    for part in shipped.parts.values():
        if part.shape in {"identification", "texts"}:
            placeholders.update(row.cells[part.index("value")] for row in part.rows)
    return Wording(
        ENGLISH,
        {
            number: _by_text({column.key: column.header for column in part.columns})
            for number, part in shipped.parts.items()
        },
        {},
        frozenset(plain(text) for text in placeholders),
    )


def _by_text(headers: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, text in headers.items():
        found[plain(text)] = (*found.get(plain(text), ()), key)
    return found


@cache
def keys_of(part_number: int, role: str) -> Mapping[str, str]:
    """Plain label, in every known language, to the key of a section, indicator, scope or applicability of the part."""
    shipped = template()
    part: Part = shipped.parts[part_number]
    texts = {
        "section": part.sections,
        "indicator": part.indicators,
        "scope": part.scopes,
        "applicability": shipped.applicability,
    }[role]
    found = {plain(text): key for key, text in texts.items()}
    for language in languages()[1:]:
        labels = wording(language).labels
        for key, text in texts.items():
            for translated in labels.get(text, ()):
                found.setdefault(translated, key)
    return found


@cache
def all_headers() -> frozenset[str]:
    """Plain headers of every part in every known language."""
    return frozenset(text for one in languages() for headers in wording(one).headers.values() for text in headers)


@cache
def leftovers() -> frozenset[str]:
    """Plain texts of the template that a publisher has to replace, in every known language."""
    return frozenset().union(*(wording(language).placeholders for language in languages()))


@cache
def categories_by_description() -> Mapping[str, tuple[str, str]]:
    """Plain English description, or label such as `category 6c`, to (category, sub-category)."""
    found: dict[str, tuple[str, str]] = {}
    for category in template().categories:
        found[plain(category.label)] = (category.code, "")
        found[plain(category.description)] = (category.code, "")
        for label, code, description in category.keywords:
            found[plain(label)] = (category.code, code)
            found.setdefault(plain(description), (category.code, code))
    return found
