"""The events that must be judged again after new ones came: those that changed, and all that share a case with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance.assess.affected import Band, Change, Domains
from compliance.assess.memory import Memory
from compliance.events.sql import ident, text

if TYPE_CHECKING:
    import duckdb

    from compliance.events.dataset import Dataset

THEN, NOW = "again_then", "again_now"
"""Views of the events to be judged again: as they were known to the last check, and as they are known now."""
WIDE = 0.02
"""Share of all events that one key may hold, together with the keys that changed with it, to lead anywhere."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Tables `THEN` and `NOW` in the dataset's connection, the domains whose keys lead to few events, and how many events there are."""

    narrow: frozenset[str]
    events: int
    types: frozenset[str]
    """Types that have an event among them."""


def find(
    dataset: Dataset,
    memory: Memory,
    changed: Change,
    bands: Mapping[str, Sequence[tuple[str | None, Band]]],
    domains: Domains,
    rows: int,
) -> Delta:
    """Makes `THEN` and `NOW`. `bands`: per event type, each with the field of its clock (None: the event's own time)."""
    work = _Work(dataset, domains)
    disputed = sorted(dataset.conflicts ^ memory.conflicts)
    taken = sorted(dataset.gone ^ memory.gone)
    work.start(
        "t <= ? AND (n >= ? OR t >= ? OR n IN (SELECT unnest(?::BIGINT[])) OR id IN (SELECT unnest(?::VARCHAR[])))",
        [changed.until, memory.rows, changed.since, taken, disputed],
    )
    work.sharing("again_first", "again_keys", most=max(1000, int(rows * WIDE)))
    work.add_bands(bands)
    work.sharing("again_all", "again_more", most=rows)
    return work.finish(memory, sorted(memory.gone), sorted(dataset.gone))


class _Work:
    """Carries the sets of row numbers from one step to the next, as temporary tables."""

    def __init__(self, dataset: Dataset, domains: Domains) -> None:
        self.con: duckdb.DuckDBPyConnection = dataset.con
        self.base = ident(dataset.everything)
        held = {str(column[0]) for column in self.con.execute(f"SELECT * FROM {self.base} LIMIT 0").description}
        self.domains = {domain: [name for name in names if name in held] for domain, names in domains.fields().items()}
        self.names = [name for names in self.domains.values() for name in names]

    def start(self, condition: str, values: Sequence[object]) -> None:
        """The events that changed."""
        self._make("again_first", f"SELECT n FROM {self.base} WHERE {condition}", values)

    def sharing(self, rows: str, keys: str, *, most: int) -> None:
        """Adds the events that share a key with those of `rows`; a domain in which these are more than `most` leads nowhere."""
        listed = "".join(f", {ident(name)}" for name in self.names)
        self._make(f"{rows}_keyed", f"SELECT n{listed} FROM {self.base} SEMI JOIN {rows} USING (n)")
        for number, (domain, names) in enumerate(sorted(self.domains.items())):
            if not names:
                continue
            values = " UNION ".join(
                f"SELECT {ident(name)} AS v FROM {rows}_keyed WHERE {ident(name)} IS NOT NULL" for name in names
            )
            self._make(f"{keys}_{number}", values)
            if not self._count(f"{keys}_{number}"):
                continue
            found = " UNION ".join(
                f"SELECT n FROM {self.base} SEMI JOIN {keys}_{number} ON {ident(name)} = v" for name in names
            )
            self._make(f"{keys}_found", found)
            if self._count(f"{keys}_found") > most:
                del self.domains[domain]
            else:
                self.con.execute(f"INSERT INTO {rows} SELECT n FROM {keys}_found ANTI JOIN {rows} USING (n)")

    def add_bands(self, bands: Mapping[str, Sequence[tuple[str | None, Band]]]) -> None:
        """`again_all`: the events found so far, with the triggers that passing time may change."""
        self._make("again_all", "SELECT n FROM again_first")
        tests, values = [], []
        for event_type, listed in sorted(bands.items()):
            conditions = []
            for clock, band in dict.fromkeys(listed):
                name = f"coalesce({ident(clock)}, t)" if clock else "t"
                conditions.append(f"{ident(band.field) if band.field else name} BETWEEN ? AND ?")
                values += [band.start, band.end]
            tests.append(f"(type = {text(event_type)} AND ({' OR '.join(conditions)}))")
        if tests:
            query = f"INSERT INTO again_all SELECT n FROM {self.base} WHERE {' OR '.join(tests)}"
            self.con.execute(query, values)
        self._make("again_all", "SELECT DISTINCT n FROM again_all")

    def finish(self, memory: Memory, gone_then: Sequence[int], gone_now: Sequence[int]) -> Delta:
        """The tables of the events found, as they were known then and as they are known now."""
        self._make("again_events", f"SELECT * FROM {self.base} SEMI JOIN again_all USING (n)")
        without = "ANTI JOIN (SELECT unnest(?::BIGINT[]) AS n) USING (n)"
        self._make(THEN, f"SELECT * FROM again_events {without} WHERE n < ?", [list(gone_then), memory.rows])
        self._make(NOW, f"SELECT * FROM again_events {without}", [list(gone_now)])
        types = self.con.execute("SELECT DISTINCT type::VARCHAR FROM again_events").fetchall()
        return Delta(frozenset(self.domains), self._count("again_events"), frozenset(str(row[0]) for row in types))

    def _make(self, name: str, query: str, values: Sequence[object] = ()) -> None:
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}", list(values))

    def _count(self, name: str) -> int:
        row = self.con.execute(f"SELECT count(*) FROM {name}").fetchone()
        return int(row[0]) if row else 0
