"""What sources say about themselves: when they are complete, what they lost, and which fields they record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from compliance.clock import local_date, midnight_us, to_us
from compliance.events.catalogue import ENVELOPE, Catalogue
from compliance.events.dataset import CoverageStatement, Interval
from compliance.project import Project

HEARTBEAT, GAP = "log.heartbeat", "log.gap_declared"
FIELDS = ("event_types", "complete_from", "complete_until", "gap_from", "gap_until")
"""Catalogue fields that coverage is read from, beyond the envelope."""

QUERY = """
SELECT source, event_types,
       CASE WHEN type = 'log.heartbeat' THEN complete_from ELSE gap_from END,
       CASE WHEN type = 'log.heartbeat' THEN complete_until ELSE gap_until END,
       type = 'log.gap_declared'
FROM ev WHERE type = 'log.heartbeat' OR type = 'log.gap_declared' ORDER BY t, n
"""
"""Rows for `logged`, from a table `ev` that has `FIELDS`."""


def logged(rows: Iterable[tuple[str, str, int, int, bool]]) -> tuple[CoverageStatement, ...]:
    """Statements of the log itself, from the rows of `QUERY`."""
    return tuple(
        CoverageStatement(source, tuple(json.loads(types)), Interval(start, end), gap)
        for source, types, start, end, gap in rows
        if start < end
    )


def declared(project: Project) -> tuple[CoverageStatement, ...]:
    """Statements that a person signed in the project file."""
    return tuple(
        CoverageStatement(
            entry.source,
            entry.event_types,
            Interval(to_us(entry.since), to_us(entry.until)),
            declared_by=entry.declared_by,
        )
        for entry in project.coverage
    )


def whole_days(
    instants: Iterable[int], zone: str, *, source: str, types: tuple[str, ...], mapping: str
) -> tuple[CoverageStatement, ...]:
    """One statement per run of days (in `zone`) that hold an instant: a mapping says that its files hold whole days."""
    days = sorted({local_date(instant, zone) for instant in instants})
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and runs[-1][1] == day:
            runs[-1] = (runs[-1][0], day + timedelta(days=1))
        else:
            runs.append((day, day + timedelta(days=1)))
    return tuple(
        CoverageStatement(
            source,
            types,
            Interval(midnight_us(first, zone), midnight_us(after, zone)),
            declared_by=f"mapping {mapping}",
        )
        for first, after in runs
    )


def captures_of(
    project: Project, catalogue: Catalogue, mapped: Mapping[str, Iterable[str]]
) -> dict[str, frozenset[str]]:
    """Event type to the fields all its sources record; envelope and case field always count as recorded.

    `mapped` holds what the mappings in use fill, per type. Of several sources that declare a type, only what each
    records is known to be recorded: null elsewhere may mean either.
    """
    found: dict[str, frozenset[str]] = {}
    declarations: list[tuple[tuple[str, ...], frozenset[str]]] = [
        (catalogue.matching(source.event_types or ("*",)), frozenset(source.captures))
        for source in project.sources
        if source.captures
    ]
    declarations += [((name,), frozenset(fields)) for name, fields in sorted(mapped.items())]
    for names, fields in declarations:
        for name in names:
            if name in catalogue.types:
                always = {*ENVELOPE, *catalogue.types[name].required}
                found[name] = found.get(name, fields | always) & (fields | always)
    return found


def statement_record(statement: CoverageStatement) -> dict[str, Any]:
    """A statement as the ledger keeps it."""
    return {
        "declared_by": statement.declared_by,
        "event_types": list(statement.event_types),
        "gap": statement.gap,
        "source": statement.source,
        "window": [statement.window.start, statement.window.end],
    }


def statement_of(record: Mapping[str, Any]) -> CoverageStatement:
    """The statement of a ledger record."""
    start, end = record["window"]
    return CoverageStatement(
        record["source"], tuple(record["event_types"]), Interval(start, end), record["gap"], record["declared_by"]
    )
