"""Finds the events behind a question: by type, period, and the identifiers its text mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.answers.case import Reference
from compliance.answers.phrase import Phrases, phrases_of
from compliance.clock import midnight_us, parse_instant
from compliance.events.dataset import Dataset

HOPS = {"stream_id": ("incident_id", "notice_id", "restriction_id"), "incident_id": ("stream_id",)}
"""Cases that belong to a case: the incidents, notices and restrictions whose records name the stream."""


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open window in UTC µs and its words; None ends are open."""

    start: int | None
    end: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """One event in scope: row number, id, type, instant (UTC µs)."""

    n: int
    id: str
    type: str
    t: int


def window_of(
    period: tuple[date, date] | None,
    zone: str,
    instants: tuple[str, str] | None = None,
    phrases: Phrases | None = None,
) -> Window:
    """Window of a period of days in a zone, or between two instants; the whole log where none is set."""
    say = (phrases or phrases_of("en")).say
    if instants is not None:
        words = say("window.to", first=instants[0], last=instants[1])
        return Window(parse_instant(instants[0]), parse_instant(instants[1]), words)
    if period is None:
        return Window(None, None, say("window.whole"))
    last = date.fromordinal(period[1].toordinal() - 1)
    words = say("window.days_in_zone", first=period[0], last=last, zone=zone)
    return Window(midnight_us(period[0], zone), midnight_us(period[1], zone), words)


def columns_of(dataset: Dataset) -> frozenset[str]:
    """Columns of the event table."""
    return frozenset(row[0] for row in dataset.con.execute("DESCRIBE ev").fetchall())


def quoted(name: str) -> str:
    """SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def marks(values: Sequence[Any]) -> str:
    """As many placeholders as there are values."""
    return ", ".join("?" for _ in values)


@dataclass(frozen=True, slots=True)
class Selection:
    """A condition on `ev` with its bound values, and how it reads."""

    sql: str
    values: tuple[Any, ...]


def selection(types: Sequence[str], window: Window, references: Sequence[Reference] = ()) -> Selection:
    """Condition for events of some types in a window which carry one of the references (any, where none are given)."""
    parts = [f"type IN ({marks(types)})" if types else "FALSE"]
    values: list[Any] = list(types)
    if window.start is not None:
        parts.append("t >= ?")
        values.append(window.start)
    if window.end is not None:
        parts.append("t < ?")
        values.append(window.end)
    if references:
        tests = []
        for each in references:
            tests.append(f"{quoted(each.field)} = ?")
            for hop in HOPS.get(each.field, ()):
                there = quoted(hop)
                tests.append(
                    f"{there} IN (SELECT {there} FROM ev WHERE {quoted(each.field)} = ? AND {there} IS NOT NULL)"
                )
            values += [each.value] * (1 + len(HOPS.get(each.field, ())))
        parts.append("(" + " OR ".join(tests) + ")")
    return Selection(" AND ".join(parts), tuple(values))


def find(dataset: Dataset, chosen: Selection, limit: int | None = None) -> tuple[Found, ...]:
    """Events of a selection in order of instant and id, at most `limit`."""
    query = f"SELECT n, id, type::VARCHAR, t FROM ev WHERE {chosen.sql} ORDER BY t, id"
    values = list(chosen.values)
    if limit is not None:
        query += " LIMIT ?"
        values.append(limit)
    return tuple(Found(*row) for row in dataset.con.execute(query, values).fetchall())


def extent(dataset: Dataset, chosen: Selection, window: Window) -> Window:
    """The window, its open ends closed by the first and the last selected event; as it is where nothing is selected."""
    query = f"SELECT min(t), max(t) FROM ev WHERE {chosen.sql}"
    first, last = dataset.con.execute(query, list(chosen.values)).fetchall()[0]
    if first is None or (window.start is not None and window.end is not None):
        return window
    return Window(
        window.start if window.start is not None else first,
        window.end if window.end is not None else last + 1,
        window.words,
    )


def counts_by_type(dataset: Dataset, chosen: Selection) -> dict[str, int]:
    """Number of selected events per type, types in order."""
    query = f"SELECT type::VARCHAR, count(*) FROM ev WHERE {chosen.sql} GROUP BY 1 ORDER BY 1"
    return {row[0]: int(row[1]) for row in dataset.con.execute(query, list(chosen.values)).fetchall()}
