"""The words of an answer in the letter's language, from phrase files; dates and numbers as that language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from compliance.assess.figures import Definition
from compliance.resources import data_dir
from compliance.yaml_source import load_yaml

LANGUAGES = ("en", "fr", "de", "es", "it")
"""Languages an answer can be written in; a letter in another one is answered in English, and page one says so."""
UNREVIEWED = "none yet"
_PLACE = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrase file of one language. `reviewed`: who reviewed it, or `none yet`."""

    language: str
    reviewed: str
    decimal: str
    group: str
    day_form: str
    first_day: str
    months: tuple[str, ...]
    words: Mapping[str, str]
    figures: Mapping[str, Mapping[str, str]]
    """Figure id to its title, definition, population and limits; empty for English, whose words the figures carry."""

    def say(self, key: str, **values: Any) -> str:
        """The phrase with its placeholders filled. KeyError where the file lacks it."""
        return self.words[key].format(**values)

    def named(self, prefix: str, name: str) -> str:
        """The phrase `prefix.name`; the name itself, without underscores, where the file lacks it."""
        return self.words.get(f"{prefix}.{name}", name.replace("_", " "))

    def column(self, name: str) -> str:
        """Heading of a table's column; the name of a field of the events where it is one."""
        for part, key in (("sum_", "column_sum"), ("highest_", "column_highest")):
            if name.startswith(part):
                return self.say(key, field=name.removeprefix(part))
        return self.words.get(f"column.{name}", name)

    def number(self, value: float, digits: int = 0) -> str:
        """A number with the language's decimal mark and grouping of thousands."""
        plain = f"{value:,.{digits}f}"
        return plain.translate({ord(","): self.group, ord("."): self.decimal})

    def day(self, day: date) -> str:
        """A day in words: `2 September 2026`."""
        number = self.first_day if day.day == 1 else str(day.day)
        return self.day_form.format(day=number, month=self.months[day.month - 1], year=day.year)

    def instant(self, text: str) -> str:
        """An instant as given, with UTC beside it: `2 September 2026, 16:05 +02:00 (14:05 UTC)`; other text as it is."""
        try:
            given = datetime.fromisoformat(text)
        except ValueError:
            return text
        if given.tzinfo is None:
            return self.day(given.date()) if len(text) == 10 else text
        there, here = given.astimezone(UTC), f"{self.day(given.date())}, {given:%H:%M}"
        if given.utcoffset() == there.utcoffset():
            return f"{here} UTC"
        day = "" if there.date() == given.date() else f"{self.day(there.date())}, "
        return f"{here} {given.isoformat()[-6:]} ({day}{there:%H:%M} UTC)"

    def event(self, name: str, title: str) -> str:
        """A kind of event: its title in English; elsewhere its untranslated name with that title."""
        return title if self.language == "en" else f"{name} ({title})"

    def figure(self, definition: Definition, part: str) -> str:
        """Title, definition, population or limits of a figure."""
        if not self.figures:
            return str(getattr(definition, part))
        return self.figures[definition.id].get(part) or self.say("limits.none")

    def note(self, note: str) -> str:
        """What a figure's note says, in this language; parts that no phrase covers stay as they are."""
        return note if self.language == "en" else "; ".join(self._translated(part) for part in note.split("; ") if part)

    def _translated(self, part: str) -> str:
        for key, pattern in _notes():
            if match := pattern.fullmatch(part):
                values = {name: self._decimal(value) for name, value in match.groupdict().items()}
                return self.say(key, **values)
        return part

    def _decimal(self, value: str) -> str:
        return value.replace(".", self.decimal) if re.fullmatch(r"\d+\.\d+", value) else value


@cache
def _notes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Patterns that read the notes of figures, from the English phrases `note.*`."""
    words = phrases_of("en").words
    return tuple(
        (key, re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(text))))
        for key, text in words.items()
        if key.startswith("note.")
    )


@cache
def phrases_of(language: str) -> Phrases:
    """The phrases for letters in a language (`fr`, `fr-BE`); English for a language without a phrase file."""
    name = language[:2].lower() if language[:2].lower() in LANGUAGES else "en"
    folder = data_dir("schemas") / "answers"
    data, _ = load_yaml(folder / "phrases" / f"{name}.yaml")
    figures = {} if name == "en" else load_yaml(folder / "figures" / f"{name}.yaml")[0]["figures"]
    return Phrases(
        name,
        data["reviewed"],
        data["decimal"],
        data["group"],
        data["day"],
        data["first_day"],
        tuple(data["months"]),
        data["phrases"],
        figures,
    )
