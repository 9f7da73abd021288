"""A service's statements of reasons held against the Transparency Database's published dump, identifier by identifier (Art. 24(5) DSA).

The rules compare what the service's own logs say of each other; this compares them with what everybody can read. Both sides
stay in columns; only what does not agree becomes an object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from compliance.assess.public_field import (
    ACCEPTED,
    COMPARED,
    PUBLISHED,
    REJECTED,
    SENT,
    SUBMITTED,
    TEXTS,
    differs,
    latest,
    plain_form,
    shown,
)
from compliance.clock import DAY_US
from compliance.errors import InputError
from compliance.events.catalogue import catalogue
from compliance.events.dataset import Dataset, Interval, Requirement
from compliance.events.session import Scratch, connect
from compliance.events.sql import ident, text, texts
from compliance.patterns.coverage import windows_of

if TYPE_CHECKING:
    import duckdb

SLACK_US: Final = 300 * 1_000_000
"""Policy, not law: what was accepted this close to a day's end may be published with the next one; both clocks drift."""
STATUSES: Final = {
    "agrees": "published as accepted",
    "differs": "published, but not as it was sent",
    "missing": "accepted, but not in the dump of its day",
    "at_midnight": "accepted within minutes of midnight, and not in the dumps at hand",
    "no_receipt": "published, but no acceptance is recorded",
    "extra": "published, but not one record of it is in the log",
    "refused": "sent, refused by the database, and never accepted",
    "unsubmitted": "sent, and no acceptance is recorded",
    "published_twice": "published more than once under one identifier",
    "accepted_twice": "accepted more than once under one identifier",
}
"""What can be said of an identifier, in the order in which it is listed."""
FINE: Final = frozenset({"agrees"})
NEVER_PUBLISHED: Final = (
    "what the dump does not hold - whether a statement is true, clear, or reached its recipient - is not compared"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One identifier that does not simply agree."""

    status: str
    certain: bool
    """False where a gap of the log, or an unreadable line of the dump, may be the reason."""
    puid: str
    uuid: str | None
    own_at: int | None
    """Acceptance, else sending, in UTC µs."""
    published_at: int | None
    fields: tuple[tuple[str, str | None, str | None], ...] = ()
    """Fields that differ: name, the log's value, the dump's; free texts without their values."""


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """Both sides compared. Counts are of identifiers; every status of `STATUSES` has one."""

    service: str
    platform: str
    days: tuple[str, ...]
    counts: dict[str, int]
    uncertain: dict[str, int]
    """Of each status, those that are not certain."""
    published: int
    """Rows of the platform in the dumps."""
    others: int
    """Rows of other platforms, left aside."""
    unreadable: int
    """Lines of the dumps that are no statement."""
    altered: tuple[str, ...]
    """Archives that are not the ones whose digests lie beside them."""
    compared: tuple[str, ...]
    not_compared: tuple[str, ...]
    """Fields that one side does not record."""
    notes: tuple[str, ...]
    items: tuple[Item, ...]
    """The first of each status that is not fine."""
    omitted: int

    @property
    def differing(self) -> int:
        """Identifiers of which something is certainly wrong."""
        return sum(count - self.uncertain[name] for name, count in self.counts.items() if name not in FINE)


def requirement() -> Requirement:
    """What must be read of the service's own log."""
    known = catalogue().fields
    fields = {name for name in (*COMPARED, "puid") if name in known}
    return Requirement(frozenset({SENT, SUBMITTED, ACCEPTED, REJECTED}), frozenset(fields))


def published_requirement() -> Requirement:
    """What must be read of a dump."""
    return Requirement(frozenset({PUBLISHED}), frozenset({*COMPARED, "puid", "platform_name"}))


def compare(
    own: Dataset,
    dumps: Sequence[Dataset],
    *,
    service: str,
    platform: str,
    listing: int = 1000,
    altered: Sequence[str] = (),
    others: int = 0,
) -> PublicRecord:
    """The service's log held against dumps. InputError `TDB-NO-DAY` where no dump holds a row of the platform.

    `platform` is the name under which the database publishes the service. Days are days in UTC, as the database writes them.
    What is missing from dumps of which one is `altered` (not the archive that was published) is not certain.
    `others` rows of other platforms were left aside before.
    """
    scratch = Scratch()
    con = connect(scratch.spill)
    try:
        return _Compared(con, scratch.path, own, dumps, service, platform, listing, tuple(altered), others).record()
    finally:
        con.close()


class _Compared:
    """One comparison: tables `own` and `public` in a connection of its own."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        folder: Path,
        own: Dataset,
        dumps: Sequence[Dataset],
        service: str,
        platform: str,
        listing: int,
        altered: tuple[str, ...],
        others: int,
    ) -> None:
        self.con, self.own, self.dumps = con, own, dumps
        self.service, self.platform, self.listing, self.altered = service, platform, listing, altered
        self.others = others
        self._take_dumps(folder)
        self.days = self._days()
        self._take_own(folder)
        self.compared, self.not_compared = self._fields()

    # ---- both sides as tables ------------------------------------------------------------------------------------

    def _take_dumps(self, folder: Path) -> None:
        """Table `public`: the platform's rows, one per identifier, with how often it stands there."""
        parts = []
        for number, dump in enumerate(self.dumps):
            held = _columns(dump)
            fields = "".join(f", {plain_form(name, held)} AS {ident(name)}" for name in COMPARED)
            query = f"SELECT puid, t{fields} FROM ev WHERE type::VARCHAR = {text(PUBLISHED)} AND platform_name = {text(self.platform)}"
            parts.append(_copied(dump, query, folder / f"public-{number}.parquet"))
            rows = "SELECT count(*) FROM ev WHERE type::VARCHAR = ? AND platform_name IS DISTINCT FROM ?"
            self.others += int(dump.con.execute(rows, [PUBLISHED, self.platform]).fetchall()[0][0])
        self.con.execute(
            "CREATE TEMP TABLE public AS SELECT *, count(*) OVER (PARTITION BY puid) AS copies "
            f"FROM read_parquet({texts(map(str, parts))}) "
            "QUALIFY row_number() OVER (PARTITION BY puid ORDER BY t, tdb_uuid) = 1"
        )

    def _days(self) -> Interval:
        """The days of the dumps, as one window; days between them for which there is no dump are looked at apart."""
        found = self.con.execute(f"SELECT DISTINCT t // {DAY_US} FROM public ORDER BY 1").fetchall()
        if not found:
            raise InputError(
                "TDB-NO-DAY",
                f"no dump holds a row of the platform {self.platform!r}",
                hint="name the platform as the database publishes it: --platform NAME; `sor summary` lists the names",
            )
        self.numbers = [int(number) for (number,) in found]
        return Interval(self.numbers[0] * DAY_US, (self.numbers[-1] + 1) * DAY_US)

    def _take_own(self, folder: Path) -> None:
        """Table `own`: one row per identifier that was sent or accepted on a dump's day, or is published."""
        held = _columns(self.own)
        fields = "".join(f", {plain_form(name, held)} AS {ident(name)}" for name in COMPARED)
        kinds = ", ".join(map(text, (SENT, SUBMITTED, ACCEPTED, REJECTED)))
        puid = "puid" if "puid" in held else "NULL::VARCHAR"
        path = _copied(
            self.own,
            f"SELECT n, type::VARCHAR AS type, t, {puid} AS puid{fields} FROM ev WHERE type::VARCHAR IN ({kinds}) "
            f"AND service = {text(self.service)} AND {puid} IS NOT NULL",
            folder / "own.parquet",
        )
        self.con.execute(f"CREATE TEMP VIEW logged AS SELECT * FROM read_parquet({texts([str(path)])})")
        best = "".join(f", {latest(name)} AS {ident(name)}" for name in COMPARED)
        self.con.execute(
            "CREATE TEMP TABLE own AS SELECT puid, "
            f"min(t) FILTER (type = '{ACCEPTED}') AS accepted, count(*) FILTER (type = '{ACCEPTED}') AS acceptances, "
            f"min(t) FILTER (type = '{SENT}') AS sent, min(t) FILTER (type = '{SUBMITTED}') AS submitted, "
            f"count(*) FILTER (type = '{REJECTED}') AS refusals{best} FROM logged GROUP BY puid"
        )
        unnamed = f"SELECT count(*) FROM ev WHERE type::VARCHAR = {text(SENT)} AND service = {text(self.service)} AND {puid} IS NULL"
        self.unnamed = int(self.own.con.execute(unnamed).fetchall()[0][0])

    # ---- what can be said ----------------------------------------------------------------------------------------

    def _fields(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Fields recorded on both sides, and the others."""
        counted = ", ".join(f"count(o.{ident(name)})" for name in COMPARED)
        (row,) = self.con.execute(f"SELECT {counted} FROM own AS o JOIN public AS p USING (puid)").fetchall()
        published = [dump.captures.get(PUBLISHED) for dump in self.dumps]
        compared = tuple(
            name
            for name, count in zip(COMPARED, row, strict=True)
            if count and all(captured is None or name in captured for captured in published)
        )
        return compared, tuple(name for name in COMPARED if name not in compared)

    def _whole(self, event_type: str) -> bool:
        """Whether the log is complete for a type on all days of the dumps."""
        windows = windows_of(self.own.statements, event_type, catalogue())
        holes = any(
            hole.type == event_type and hole.start < self.days.end and hole.end >= self.days.start
            for hole in self.own.holes
        )
        inside = all(
            any(window.start <= day * DAY_US and window.end >= (day + 1) * DAY_US for window in windows)
            for day in self.numbers
        )
        return inside and not holes

    def record(self) -> PublicRecord:
        """Counts, notes and the first items of each status."""
        self._judge()
        tallied = self.con.execute(
            "SELECT status, count(*), count(*) FILTER (NOT certain) FROM judged GROUP BY 1"
        ).fetchall()
        counts, uncertain = dict.fromkeys(STATUSES, 0), dict.fromkeys(STATUSES, 0)
        for status, count, doubtful in tallied:
            counts[status], uncertain[status] = int(count), int(doubtful)
        items = tuple(self._items())
        listed = sum(counts.values()) - counts["agrees"]
        (published,) = self.con.execute("SELECT coalesce(sum(copies), 0) FROM public").fetchall()[0]
        return PublicRecord(
            self.service,
            self.platform,
            tuple(_day(number) for number in self.numbers),
            counts,
            uncertain,
            int(published),
            self.others,
            self._unreadable(),
            self.altered,
            self.compared,
            self.not_compared,
            tuple(self._notes()),
            items,
            listed - len(items),
        )

    def _unreadable(self) -> int:
        return sum(len(dump.holes) for dump in self.dumps)

    def _judge(self) -> None:
        """Table `judged`: puid, status, certain, and what the list shows."""
        unequal = " OR ".join(differs(name) for name in self.compared) or "FALSE"
        days = ", ".join(map(str, self.numbers))
        on_day = f"(o.accepted // {DAY_US}) IN ({days})"
        edge = (
            f"(o.accepted % {DAY_US} < {SLACK_US} AND (o.accepted // {DAY_US} - 1) NOT IN ({days})) OR "
            f"(o.accepted % {DAY_US} >= {DAY_US - SLACK_US} AND (o.accepted // {DAY_US} + 1) NOT IN ({days}))"
        )
        sent_on = f"(coalesce(o.submitted, o.sent) // {DAY_US}) IN ({days})"
        readable, receipts = not self._unreadable() and not self.altered, self._whole(ACCEPTED)
        statements = receipts and self._whole(SENT)
        self.con.execute(
            f"""CREATE TEMP TABLE judged AS
            SELECT puid, status, tdb_uuid, own_at, published_at, CASE status
                WHEN 'missing' THEN {readable} WHEN 'at_midnight' THEN FALSE WHEN 'no_receipt' THEN {receipts}
                WHEN 'extra' THEN {statements} WHEN 'refused' THEN {receipts} WHEN 'unsubmitted' THEN {receipts}
                ELSE TRUE END AS certain
            FROM (
              SELECT coalesce(p.puid, o.puid) AS puid, coalesce(p.tdb_uuid, o.tdb_uuid) AS tdb_uuid,
                coalesce(o.accepted, o.submitted, o.sent) AS own_at, p.t AS published_at,
                CASE WHEN p.copies > 1 THEN 'published_twice'
                     WHEN o.acceptances > 1 THEN 'accepted_twice'
                     WHEN p.puid IS NOT NULL AND o.puid IS NULL THEN 'extra'
                     WHEN p.puid IS NOT NULL AND o.accepted IS NULL THEN 'no_receipt'
                     WHEN p.puid IS NOT NULL AND ({unequal}) THEN 'differs'
                     WHEN p.puid IS NOT NULL THEN 'agrees'
                     WHEN {on_day} AND ({edge}) THEN 'at_midnight'
                     WHEN {on_day} THEN 'missing'
                     WHEN o.accepted IS NULL AND {sent_on} AND o.refusals > 0 THEN 'refused'
                     WHEN o.accepted IS NULL AND {sent_on} THEN 'unsubmitted' END AS status
              FROM own AS o FULL JOIN public AS p ON p.puid = o.puid) AS x WHERE status IS NOT NULL"""
        )

    def _items(self) -> Iterator[Item]:
        pairs_of = "".join(
            f", CASE WHEN j.status = 'differs' AND {differs(name)} THEN [{shown(name, 'o')}, {shown(name, 'p')}] END"
            for name in self.compared
        )
        for status in STATUSES:
            if status in FINE:
                continue
            found = self.con.execute(
                f"SELECT j.puid, j.certain, j.tdb_uuid, j.own_at, j.published_at{pairs_of} FROM judged AS j "
                "LEFT JOIN own AS o ON o.puid = j.puid LEFT JOIN public AS p ON p.puid = j.puid "
                "WHERE j.status = ? ORDER BY j.puid LIMIT ?",
                [status, self.listing],
            ).fetchall()
            for puid, certain, uuid, own_at, published_at, *pairs in found:
                fields = tuple(
                    (name, *pair) for name, pair in zip(self.compared, pairs, strict=True) if pair is not None
                )
                yield Item(status, bool(certain), puid, uuid, own_at, published_at, fields)

    def _notes(self) -> Iterator[str]:
        for event_type, words in ((ACCEPTED, "acceptances"), (SENT, "statements")):
            if not self._whole(event_type):
                yield f"the log is not known to be complete for {words} ({event_type}) on these days: what it lacks is not certain"
        if unreadable := self._unreadable():
            yield f"{unreadable:,} line(s) of the dumps are no statement; what seems to be missing may stand there"
        for name in self.altered:
            yield f"{name} is not the archive whose digest lies beside it; what seems to be missing may be its damage"
        first, last = self.numbers[0], self.numbers[-1]
        if absent := [_day(number) for number in range(first, last + 1) if number not in self.numbers]:
            yield f"no row of {', '.join(absent)}: those days are not compared"
        if self.unnamed:
            yield f"{self.unnamed:,} statement(s) of the log carry no platform identifier (puid) and cannot be compared"
        if any(name in self.not_compared for name in TEXTS):
            yield "free texts are compared only where the log records them and the dump is a full one"
        yield NEVER_PUBLISHED


def _day(number: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number)).date().isoformat()


def _columns(dataset: Dataset) -> frozenset[str]:
    return frozenset(row[0] for row in dataset.con.execute("DESCRIBE ev").fetchall())


def _copied(dataset: Dataset, query: str, path: Path) -> Path:
    """A query's rows as a Parquet file: the dataset's connection may write to its own scratch folder alone."""
    if dataset.scratch is None:
        raise TypeError("a dataset that is compared has a scratch folder")
    target = dataset.scratch / path.name
    dataset.con.execute(f"COPY ({query}) TO {text(str(target))} (FORMAT parquet)")
    return target
