"""Parts of the law as a service meets them: whom each binds and from when (`rules/parts.csv`, after register §1)."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from pydantic import ValidationError

from compliance.errors import InputError, Place
from compliance.resources import data_dir
from compliance.rules.model import AppliesTo, InForce

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the law: a section of the DSA, or a neighbouring act."""

    name: str
    title: str
    articles: tuple[str, ...]
    """Act, alone or with an article (`DSA 24.3`) or articles (`DSA 19-28`); the first part that fits a rule has it."""
    applies_to: AppliesTo
    in_force: InForce
    exempt_names: str
    """Kind of service that the exemption of small enterprises speaks of."""
    grace_months: int
    """Months for which the exemption goes on after the status of a small enterprise is lost (DSA Arts. 19(1), 29(1))."""
    row: int
    """Row of the decision table that decides it."""
    source: str

    def holds(self, act: str, article: str) -> bool:
        """Whether an article (`24.3`; empty: none named) of an act stands in this part."""
        return any(_within(entry, act, article) for entry in self.articles)


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the decision table, with what follows from no and from yes."""

    row: int
    question: str
    source: str
    if_no: str
    if_yes: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """A day on which something begins to apply, and the acts that it is about."""

    day: str
    acts: str
    what: str
    source: str


@cache
def parts() -> tuple[Part, ...]:
    """All parts, in the order of the file. InputError `LAW-TABLE` with the line where the file is broken."""
    return tuple(_read("parts.csv", _part))


@cache
def questions() -> tuple[Question, ...]:
    """The decision table, row by row."""
    return tuple(
        _read(
            "decisions.csv",
            lambda row: Question(int(row["row"]), row["question"], row["source"], row["if_no"], row["if_yes"]),
        )
    )


@cache
def beginnings() -> tuple[Beginning, ...]:
    """Days on which something begins to apply, in order."""
    return tuple(_read("dates.csv", lambda row: Beginning(row["date"], row["acts"], row["what"], row["source"])))


@cache
def part_of(rule_id: str) -> Part | None:
    """Part in which a rule stands, by the act and article of its id; None for an act of no part."""
    act, _, rest = rule_id.partition("-")
    article = re.match(r"\d+(\.\d+)?", rest)
    return next((part for part in parts() if part.holds(act, article[0] if article else "")), None)


def _within(entry: str, act: str, article: str) -> bool:
    named, _, span = entry.partition(" ")
    if named != act or not span:
        return named == act
    if "-" in span and article:
        first, last = map(int, span.split("-"))
        return first <= int(article.split(".", maxsplit=1)[0]) <= last
    return article == span or article.startswith(f"{span}.")


def _part(row: Mapping[str, str]) -> Part:
    return Part(
        row["part"],
        row["title"],
        tuple(row["articles"].split("|")),
        AppliesTo.model_validate(
            {
                "services": row["services"].split("|"),
                "unless": [name for name in row["unless"].split("|") if name],
                "facts": [name for name in row["facts"].split("|") if name],
                "transposition": row["transposition"] or None,
            }
        ),
        InForce.model_validate({"from": row["from"], "or_designation": row["or_designation"] == "yes"}),
        row["exempt_names"],
        int(row["grace_months"]),
        int(row["row"]),
        row["source"],
    )


def _read(name: str, made: Callable[[Mapping[str, str]], T]) -> Iterator[T]:
    path = data_dir("rules") / name
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        for row in reader:
            try:
                yield made(row)
            except (KeyError, ValueError, ValidationError) as error:
                raise InputError(
                    "LAW-TABLE",
                    f"not a row of this table: {error}",
                    hint="mend this row; the table's heading names its columns",
                    place=Place(str(path), reader.line_num),
                ) from error
