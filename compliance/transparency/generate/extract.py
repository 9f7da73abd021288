"""The events that the figures read, taken out of a large store once: many queries over a view would read its files each time.

Types share the columns of one table, as many as the type with most fields has of each SQL type, so that the store is read in one pass
and the table stays narrow; a view for each type gives its columns their names back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compliance.assess.figures.compute import Frame
from compliance.assess.figures.query import Query, quoted
from compliance.events.sql import text
from compliance.transparency.generate.cells import Relation

TAKEN = "extracted"
Fields = Mapping[str, frozenset[str]]
"""Event type to the fields that are read of it."""
Shared = list[dict[str, list[str]]]
"""For each shared column, its fields and the event types that have it there."""


def extract(frame: Frame, chosen: Sequence[Relation]) -> Mapping[str, str]:
    """Event type to a temporary view of its events, with the fields that the relations read of it.

    Empty where `ev` is a table already: it is in memory then.
    """
    con = frame.dataset.con
    found = con.execute("SELECT table_type FROM information_schema.tables WHERE table_name = 'ev'").fetchall()
    if found and found[0][0] != "VIEW":
        return {}
    fields = _fields(chosen, frame.columns)
    kinds = {row[0]: row[1] for row in con.execute("DESCRIBE ev").fetchall()}
    shared = _shared(fields, kinds)
    query = _table(fields, shared, frame.scope.as_of)
    con.execute(query.sql, list(query.values))
    for event in fields:
        con.execute(f"CREATE OR REPLACE TEMP VIEW {_view(event)} AS {_named(event, fields[event], shared)}")
    return {event: _view(event) for event in fields}


def _fields(chosen: Sequence[Relation], known: frozenset[str]) -> Fields:
    fields: dict[str, set[str]] = {}
    for relation in chosen:
        fields.setdefault(relation.event, set()).update(relation.own_fields & known)
        for name, link in relation.links.items():
            fields.setdefault(link.event, set()).update(relation.link_fields(name) & known)
    return {event: frozenset(names) for event, names in sorted(fields.items())}


def _shared(fields: Fields, kinds: Mapping[str, str]) -> Shared:
    """Fields put into shared columns of their SQL type; no two that one event type has come together."""
    users = {
        name: sorted(event for event in fields if name in fields[event]) for names in fields.values() for name in names
    }
    columns: list[tuple[str, dict[str, list[str]]]] = []
    for name, events in sorted(users.items(), key=lambda item: (-len(item[1]), item[0])):
        for kind, column in columns:
            if kind == kinds[name] and all(event not in taken for taken in column.values() for event in events):
                column[name] = events
                break
        else:
            columns.append((kinds[name], {name: events}))
    return [column for _, column in columns]


def _table(fields: Fields, shared: Shared, as_of: int) -> Query:
    query = Query(f"CREATE OR REPLACE TEMP TABLE {TAKEN} AS SELECT n, type, t, service")
    for number, column in enumerate(shared):
        query = query + ", " + _cell(column) + f" AS shared_{number}"
    marks = ", ".join("?" * len(fields))
    return query + Query(f" FROM ev WHERE type IN ({marks}) AND t <= ?", (*fields, as_of))


def _cell(column: Mapping[str, Sequence[str]]) -> Query:
    """A shared column: the field that an event of each type has there."""
    if len(column) == 1:
        return Query(quoted(next(iter(column))))
    query = Query("CASE")
    for name, events in column.items():
        query = query + Query(f" WHEN type IN ({', '.join('?' * len(events))}) THEN {quoted(name)}", tuple(events))
    return query + " END"


def _named(event: str, names: frozenset[str], shared: Shared) -> str:
    places = {
        name: number for number, column in enumerate(shared) for name, events in column.items() if event in events
    }
    columns = "".join(f", shared_{places[name]} AS {quoted(name)}" for name in sorted(names))
    return f"SELECT n, type, t, service{columns} FROM {TAKEN} WHERE type = {text(event)}"


def _view(event: str) -> str:
    return f"{TAKEN}_{event.replace('.', '_')}"
