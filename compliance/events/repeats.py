"""Ids that stand twice, inside one ingest or against what the store holds: duplicates where the content is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.events.sql import texts

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Repeats:
    """Row numbers of duplicates and of conflicts, and the ids in conflict."""

    duplicates: frozenset[int]
    conflicts: frozenset[int]
    ids: frozenset[str]


def find_repeats(con: duckdb.DuckDBPyConnection, events: Sequence[Path], lines: Sequence[Path]) -> Repeats:
    """Repeats among the rows of `staged`, judged against the first row of the same id or the store's event of that id.

    `events` and `lines` are the store's Parquet files of both kinds. Content is compared by the SHA-256 in column `digest`.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE known (id VARCHAR, digest VARCHAR, k BIGINT)")
    if events:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE old AS SELECT n, id FROM "
            f"read_parquet({texts(map(str, events))}) SEMI JOIN (SELECT id FROM staged) USING (id)"
        )
        if con.execute("SELECT count(*) FROM old").fetchall()[0][0]:
            con.execute(
                f"INSERT INTO known SELECT id, digest, -1 FROM read_parquet({texts(map(str, lines))}) JOIN old USING (n)"
            )
    distinct, total, held = con.execute(
        "SELECT count(DISTINCT hash(id)), count(*), (SELECT count(*) FROM known) FROM staged"
    ).fetchall()[0]
    if distinct == total and not held:
        return Repeats(frozenset(), frozenset(), frozenset())
    con.execute(
        "INSERT INTO known SELECT id, arg_min(content_digest, k), min(k) FROM (SELECT * FROM staged ANTI JOIN known USING (id)) "
        "GROUP BY id HAVING count(*) > 1"
    )
    found = con.execute(
        "SELECT staged.k, id, staged.content_digest = known.digest FROM staged JOIN known USING (id) "
        "WHERE staged.k <> known.k"
    ).fetchall()
    return Repeats(
        frozenset(k for k, _, same in found if same),
        frozenset(k for k, _, same in found if not same),
        frozenset(identifier for _, identifier, same in found if not same),
    )
