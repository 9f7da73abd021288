"""The events that the figures read, taken out of a large store once: many queries over a view would read its files each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compliance.assess.figures.compute import Frame
from compliance.assess.figures.query import Query, quoted
from compliance.transparency.generate.cells import Relation

FEW = 100_000
"""Events of a type up to which it shares one table with the other rare ones."""


def extract(frame: Frame, chosen: Sequence[Relation]) -> Mapping[str, str]:
    """Event type to a temporary table of its events, with the fields that the relations read of it.

    Empty where `ev` is a table already; types without any event are in the table of the rare ones.
    """
    con = frame.dataset.con
    found = con.execute("SELECT table_type FROM information_schema.tables WHERE table_name = 'ev'").fetchall()
    if found and found[0][0] != "VIEW":
        return {}
    fields = _fields(chosen, frame.columns)
    marks = ", ".join("?" * len(fields))
    rows = con.execute(f"SELECT type::VARCHAR, count(*) FROM ev WHERE type IN ({marks}) GROUP BY 1", [*fields])
    counts = dict(rows.fetchall())
    rare = [event for event in fields if counts.get(event, 0) <= FEW]
    groups = [rare, *([event] for event in fields if event not in rare)]
    tables: dict[str, str] = {}
    for number, group in enumerate(groups):
        if group:
            query = _table(f"extract_{number}", group, sorted(set().union(*(fields[event] for event in group))), frame)
            con.execute(query.sql, list(query.values))
            tables |= dict.fromkeys(group, f"extract_{number}")
    return tables


def _fields(chosen: Sequence[Relation], known: frozenset[str]) -> dict[str, set[str]]:
    fields: dict[str, set[str]] = {}
    for relation in chosen:
        fields.setdefault(relation.event, set()).update(relation.own_fields & known)
        for name, link in relation.links.items():
            fields.setdefault(link.event, set()).update(relation.link_fields(name) & known)
    return dict(sorted(fields.items()))


def _table(name: str, group: Sequence[str], fields: Sequence[str], frame: Frame) -> Query:
    columns = "".join(f", {quoted(field)}" for field in fields)
    marks = ", ".join("?" * len(group))
    return Query(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT n, type, t, service{columns} FROM ev "
        f"WHERE type IN ({marks}) AND t <= ?",
        (*group, frame.scope.as_of),
    )
