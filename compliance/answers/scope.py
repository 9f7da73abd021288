"""Finds the events behind a question: by type, period, and the identifiers its text mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.answers.model import Asked, Question
from compliance.clock import midnight_us, parse_instant, to_us
from compliance.events.catalogue import Catalogue, Kind, Sensitivity
from compliance.events.dataset import Dataset

_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{3,127}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open window in UTC µs and its words; None ends are open."""

    start: int | None
    end: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An identifier the letter mentions and the log knows: the field it names, and its value."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Found:
    """One event in scope: row number, id, type, instant (UTC µs)."""

    n: int
    id: str
    type: str
    t: int


def window_of(period: tuple[date, date] | None, zone: str) -> Window:
    """Window of a period of days in a zone; the whole log where the letter sets none."""
    if period is None:
        return Window(None, None, "the whole log, as neither question nor letter sets a period")
    last = date.fromordinal(period[1].toordinal() - 1)
    return Window(midnight_us(period[0], zone), midnight_us(period[1], zone), f"{period[0]} to {last} inclusive, {zone}")


def columns_of(dataset: Dataset) -> frozenset[str]:
    """Columns of the event table."""
    return frozenset(row[0] for row in dataset.con.execute("DESCRIBE ev").fetchall())


def quoted(name: str) -> str:
    """SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def marks(values: Sequence[Any]) -> str:
    """As many placeholders as there are values."""
    return ", ".join("?" for _ in values)


def references_in(question: Question, asked: Asked, dataset: Dataset, catalogue: Catalogue) -> tuple[Reference, ...]:
    """Identifiers of cases that question or letter mention and the log knows; the question's own come before the letter's.

    An instant (`2026-08-13T00:00:00Z`) refers to the livestreams scheduled for it.
    """
    own = _known(" ".join([question.text, question.context, *question.event_refs]), dataset, catalogue)
    return own or _known(" ".join([asked.subject, *asked.event_refs]), dataset, catalogue)


def _known(text: str, dataset: Dataset, catalogue: Catalogue) -> tuple[Reference, ...]:
    columns = columns_of(dataset)
    tokens = sorted({token.rstrip(".:/-") for token in _TOKEN.findall(text) if any(char.isdigit() for char in token)})
    keys = sorted({spec.case_field for spec in catalogue.types.values() if spec.case_field in columns
                   and spec.case_field in catalogue.fields
                   and catalogue.fields[spec.case_field].kind is Kind.STRING
                   and catalogue.fields[spec.case_field].sensitivity is Sensitivity.OPEN})
    found: list[Reference] = []
    if tokens:
        for key in keys:
            query = f"SELECT DISTINCT {quoted(key)} FROM ev WHERE {quoted(key)} IN ({marks(tokens)}) ORDER BY 1"
            found += [Reference(key, row[0]) for row in dataset.con.execute(query, tokens).fetchall()]
    instants = [parse_instant(match) for match in _INSTANT.findall(text)]
    if instants and {"scheduled_at", "stream_id"} <= columns:
        query = f"SELECT DISTINCT stream_id FROM ev WHERE scheduled_at IN ({marks(instants)}) AND stream_id IS NOT NULL ORDER BY 1"
        found += [Reference("stream_id", row[0]) for row in dataset.con.execute(query, instants).fetchall()]
    return tuple(dict.fromkeys(found))


def linked(references: Iterable[Reference], dataset: Dataset) -> tuple[Reference, ...]:
    """The references, and the incidents that name a stream or the streams that an incident names."""
    known = tuple(references)
    columns = columns_of(dataset)
    more: list[Reference] = []
    for here, there in (("stream_id", "incident_id"), ("incident_id", "stream_id")):
        values = [reference.value for reference in known if reference.field == here]
        if values and {here, there} <= columns:
            query = (f"SELECT DISTINCT {quoted(there)} FROM ev WHERE {quoted(here)} IN ({marks(values)}) "
                     f"AND {quoted(there)} IS NOT NULL ORDER BY 1")
            more += [Reference(there, row[0]) for row in dataset.con.execute(query, values).fetchall()]
    return tuple(dict.fromkeys([*known, *more]))


@dataclass(frozen=True, slots=True)
class Selection:
    """A condition on `ev` with its bound values, and how it reads."""

    sql: str
    values: tuple[Any, ...]


def selection(types: Sequence[str], window: Window, references: Sequence[Reference] = ()) -> Selection:
    """Condition for events of some types in a window which carry one of the references (any, where none are given)."""
    parts, values = [f"type IN ({marks(types)})" if types else "FALSE"], list(types)
    if window.start is not None:
        parts.append("t >= ?")
        values.append(window.start)  # type: ignore[arg-type]
    if window.end is not None:
        parts.append("t < ?")
        values.append(window.end)  # type: ignore[arg-type]
    if references:
        parts.append("(" + " OR ".join(f"{quoted(each.field)} = ?" for each in references) + ")")
        values += [each.value for each in references]
    return Selection(" AND ".join(parts), tuple(values))


def find(dataset: Dataset, chosen: Selection, limit: int | None = None) -> tuple[Found, ...]:
    """Events of a selection in order of instant and id, at most `limit`."""
    query = f"SELECT n, id, type::VARCHAR, t FROM ev WHERE {chosen.sql} ORDER BY t, id"
    values = list(chosen.values)
    if limit is not None:
        query += " LIMIT ?"
        values.append(limit)
    return tuple(Found(*row) for row in dataset.con.execute(query, values).fetchall())


def counts_by_type(dataset: Dataset, chosen: Selection) -> dict[str, int]:
    """Number of selected events per type, types in order."""
    query = f"SELECT type::VARCHAR, count(*) FROM ev WHERE {chosen.sql} GROUP BY 1 ORDER BY 1"
    return {row[0]: int(row[1]) for row in dataset.con.execute(query, list(chosen.values)).fetchall()}


def cutoff(as_of: Any) -> int | None:
    """UTC µs of an aware datetime, or None."""
    return to_us(as_of) if as_of is not None else None
