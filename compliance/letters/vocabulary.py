"""Words of letters per language, from `schemas/letters/languages/*.yaml`: month names, numbers, labels, cues, triggers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from compliance.resources import data_dir
from compliance.yaml_source import load_yaml

_NEVER = r"(?!x)x"
_PIECES = re.compile(r"\\.|\[(?:\\.|[^\]])*\]| [?*]?|'")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of one language. `phrases` and `groups` hold regular expressions; a space in them matches any white space."""

    language: str
    months: Mapping[str, int]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    function_words: frozenset[str]
    phrases: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, Mapping[str, tuple[str, ...]]]
    _compiled: dict[str, re.Pattern[str]] = field(default_factory=dict, repr=False, compare=False)

    def source(self, name: str) -> str:
        """Alternation of a phrase list, to be put into a larger expression; it matches nothing where the list is empty."""
        return alternation(self.phrases.get(name, ()))

    def pattern(self, name: str) -> re.Pattern[str]:
        """Compiled alternation of a phrase list, case-insensitive."""
        if name not in self._compiled:
            self._compiled[name] = re.compile(self.source(name), re.IGNORECASE)
        return self._compiled[name]

    def built(self, key: str, expression: str) -> re.Pattern[str]:
        """A larger expression, compiled once under `key`."""
        if key not in self._compiled:
            self._compiled[key] = re.compile(expression, re.IGNORECASE)
        return self._compiled[key]

    def group(self, name: str, entry: str) -> re.Pattern[str]:
        """Compiled alternation of one entry of a group, case-insensitive."""
        key = f"{name}.{entry}"
        if key not in self._compiled:
            self._compiled[key] = re.compile(alternation(self.groups.get(name, {}).get(entry, ())), re.IGNORECASE)
        return self._compiled[key]

    def matching(self, name: str, text: str) -> str | None:
        """First entry of a group, in the file's order, whose words occur in the text."""
        return next((entry for entry in self.groups.get(name, {}) if self.group(name, entry).search(text)), None)

    def number(self, word: str) -> int | None:
        """Value of a number in digits or words; None where it is neither."""
        word = word.strip().casefold()
        return int(word) if word.isdigit() else self.numbers.get(word)


def alternation(expressions: Sequence[str]) -> str:
    """One expression that matches any of several; longer ones are tried first."""
    if not expressions:
        return _NEVER
    ordered = sorted(expressions, key=len, reverse=True)
    return "(?:" + "|".join(spaced(each) for each in ordered) + ")"


def spaced(expression: str) -> str:
    """An expression in which a blank matches any white space; apostrophes match straight and curly ones."""
    return _PIECES.sub(_loosened, expression)


def _loosened(piece: re.Match[str]) -> str:
    text = piece[0]
    if text.startswith("["):
        return text.replace(" ", r"\s").replace("'", "'’")
    return {" ": r"[\s\u00a0]+", "'": "['’]"}.get(text, r"[\s\u00a0]*" if text in (" ?", " *") else text)


def letters_data(name: str) -> Any:
    """Content of a data file of `schemas/letters`."""
    return _load(data_dir("schemas") / "letters" / name)


@cache
def _load(path: Path) -> Any:
    data, _ = load_yaml(path)
    return data


@cache
def grammar(name: str) -> str:
    """Alternation of a word list of `schemas/letters/grammar.yaml`, which all languages share."""
    return alternation(tuple(map(str, letters_data("grammar.yaml")[name])))


@cache
def languages() -> tuple[str, ...]:
    """Languages that letters are read in, by ISO 639-1 code."""
    return tuple(sorted(path.stem for path in (data_dir("schemas") / "letters" / "languages").glob("*.yaml")))


@cache
def _labels_of_all(name: str) -> tuple[str, ...]:
    return tuple(
        str(each) for one in languages() for each in letters_data(f"languages/{one}.yaml")["phrases"][name] or ()
    )


@cache
def vocabulary(language: str) -> Vocabulary:
    """Words of a language; English where the language is not read."""
    data = letters_data(f"languages/{language if language in languages() else 'en'}.yaml")
    words = {
        name: {str(word).casefold(): int(value) for word, value in (data.get(name) or {}).items()}
        for name in ("months", "numbers", "ordinals")
    }
    phrases = {name: tuple(map(str, entries or ())) for name, entries in data["phrases"].items()}
    for name in (
        "reference_label",
        "other_reference_label",
    ):  # a letter in another language keeps its authority's labels
        phrases[name] = tuple(dict.fromkeys((*phrases[name], *_labels_of_all(name))))
    groups = {
        name: {entry: tuple(map(str, each or ())) for entry, each in entries.items()}
        for name, entries in data["groups"].items()
    }
    phrases["quarters"] = tuple(map(str, data.get("months_of_quarter") or ()))
    phrases["halves"] = tuple(map(str, data.get("halves") or ()))
    return Vocabulary(
        str(data["language"]),
        words["months"],
        words["numbers"],
        words["ordinals"],
        frozenset(map(str, data["function_words"])),
        phrases,
        groups,
    )
