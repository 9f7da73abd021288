"""Corrections: which accepted events are replaced by a later word on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.events.sql import ident

if TYPE_CHECKING:
    import duckdb


def replaced_rows(con: duckdb.DuckDBPyConnection, table: str, warnings: list[str]) -> set[int]:
    """Row numbers of events that another accepted event corrects. A correction without its target is warned of.

    Of two events that correct each other the later accepted one stands, so that a circle cannot empty a case.
    """
    relation = ident(table)
    corrections = con.execute(
        f"SELECT n, id, corrects FROM {relation} WHERE corrects IS NOT NULL ORDER BY n"
    ).fetchall()
    if not corrections:
        return set()
    targets = con.execute(
        f"SELECT id, min(n) FROM {relation} WHERE id IN "
        f"(SELECT corrects FROM {relation} WHERE corrects IS NOT NULL) GROUP BY id"
    ).fetchall()
    rows = dict(targets)
    by_id = {identifier: target for _, identifier, target in corrections}
    replaced: set[int] = set()
    for row, identifier, target in corrections:
        if target not in rows:
            warnings.append(f"event {identifier!r} corrects {target!r}, which is not in the log")
        elif not _circle(identifier, target, by_id) or rows[target] < row:
            replaced.add(rows[target])
    return replaced


def _circle(start: str, target: str, by_id: dict[str, str]) -> bool:
    seen: set[str] = set()
    while target in by_id and target not in seen:
        if target == start:
            return True
        seen.add(target)
        target = by_id[target]
    return target == start
