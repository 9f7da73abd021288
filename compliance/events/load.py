"""Logs straight into a dataset, without a store: only the fields a check needs are read, and checked.

What only the store can afford is left to it: keys that stand twice, trailing commas, and oddities inside members that nobody asked
for. docs/store.md lists the differences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.clock import HOUR_US
from compliance.errors import InputError, Place
from compliance.events import coverage
from compliance.events.catalogue import ENVELOPE, Catalogue, catalogue
from compliance.events.columns import source_columns
from compliance.events.dataset import MANY, CoverageStatement, Dataset, FileCounts, Requirement, of_type
from compliance.events.foreign import Foreign, is_foreign
from compliance.events.judge import Event, read_event
from compliance.events.readers.lines import FEW_FILES, LineFile, copy_lines, prove, read_lines, together
from compliance.events.readers.ndjson import check_order, insert_in_order, members
from compliance.events.readers.source import SourceFile, open_sources
from compliance.events.replaced import replaced_rows
from compliance.events.session import Scratch, close_off, connect, create_types, for_engine
from compliance.events.share import Share, share_of
from compliance.events.sift import Sieve, in_words
from compliance.events.slots import Slots
from compliance.events.sql import ident, text
from compliance.progress import stage
from compliance.project import Project

if TYPE_CHECKING:
    import duckdb

    from compliance.events.mapping import Mapping


class LineLocator:
    """The way back from a row number to its line: read again from the log, or from the table of a foreign file."""

    def __init__(
        self, shares: Sequence[Share], known: Catalogue, scratch: Scratch, con: duckdb.DuckDBPyConnection
    ) -> None:
        self._shares = tuple(shares)
        self._catalogue = known
        self._scratch = scratch  # copies of lines live as long as the dataset
        self._con = con.cursor()

    @property
    def scratch(self) -> Path:
        """The folder of copies, which lives as long as this."""
        return self._scratch.path

    def places(self, rows: Iterable[int]) -> dict[int, Place]:
        """File and 1-based line of each row."""
        found: dict[int, Place] = {}
        for row in rows:
            share = share_of(self._shares, row)
            found[row] = Place(share.name, share.line(row))
        return found

    def events(self, rows: Iterable[int]) -> dict[int, Event]:
        """Full native event of each row. InputError `ING-FILE-CHANGED` where the log is no longer what it was."""
        texts: dict[int, bytes] = {}
        read: dict[int, Share] = {}
        for entry in self.lines(rows):
            texts[entry.row] = entry.text
            read[entry.share.start] = entry.share
        for share in read.values():
            if not share.file.copied and not share.file.table:
                share.file.source.unchanged()
        return {row: read_event(line, self._catalogue) for row, line in texts.items()}

    def lines(self, rows: Iterable[int]) -> Iterator[FoundLine]:
        """Lines of rows, in order."""
        wanted: dict[int, list[int]] = {}
        for row in sorted(set(rows)):
            wanted.setdefault(share_of(self._shares, row).start, []).append(row)
        for numbers in wanted.values():
            share = share_of(self._shares, numbers[0])
            if share.file.table:
                yield from self._laid(share, numbers)
                continue
            for line, raw in read_lines(share.file.path, map(share.line, numbers), share.file.marks):
                yield FoundLine(share.start + line - 1, share, line, raw, raw, None)

    def _laid(self, share: Share, rows: Sequence[int]) -> Iterator[FoundLine]:
        result = self._con.execute(
            f"SELECT line, raw, text, fault FROM {ident(share.file.table)} SEMI JOIN (SELECT unnest(?::BIGINT[]) AS line) "
            "USING (line) ORDER BY line",
            [[share.line(row) for row in rows]],
        )
        for line, raw, body, fault in result.fetchall():
            yield FoundLine(share.start + line - 1, share, line, raw.encode(), (body or "").encode(), fault)


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line found again: its row, file, number, bytes, the native event's text, and what a mapping could not make."""

    row: int
    share: Share
    line: int
    raw: bytes
    text: bytes
    fault: str | None


def load_logs(
    paths: Sequence[Path],
    *,
    requirement: Requirement | None,
    project: Project,
    mapping: Mapping | None = None,
    memory: str | None = None,
    threads: int | None = None,
) -> Dataset:
    """Dataset of log files: the required fields (None: all), the envelope, and what coverage is read from.

    `memory` (such as `2GB`) bounds the run: the engine gets its part of it, and then spills to disk. InputError `ING-FILE-*`
    where a file cannot be read.
    """
    known = catalogue()
    scratch = Scratch()
    con = connect(scratch.spill, memory=for_engine(memory) if memory else None, threads=threads)
    loader = _Loader(con, known, scratch.path, _fields(requirement, known), mapping)
    loader.read(paths)
    locator = LineLocator(loader.shares, known, scratch, con)
    loader.sift(locator)
    loader.resolve(locator)
    return loader.dataset(locator, project)


def _fields(requirement: Requirement | None, known: Catalogue) -> tuple[str, ...]:
    wanted = set(known.fields) if requirement is None else set(requirement.fields)
    unknown = wanted - set(known.fields) - set(ENVELOPE)
    if unknown:
        raise InputError("ING-FIELD", f"no event type has the field {min(unknown)!r}", hint="see schemas/events")
    return tuple(sorted((wanted | set(coverage.FIELDS)) - set(ENVELOPE)))


class _Loader:
    """Carries one load: native files into the table `fast`, foreign ones into `slow`, mended lines into `mended`, then `ev`."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        known: Catalogue,
        folder: Path,
        fields: tuple[str, ...],
        mapping: Mapping | None,
    ) -> None:
        self.con = con
        self.catalogue = known
        self.folder = folder
        self.slots = Slots(known, fields)
        self.mapping = mapping
        self.sieve = Sieve(known, verbatim=False)
        self.shares: list[Share] = []
        self.repeated: list[FileCounts] = []
        self.warnings: list[str] = []
        self.conflicts: set[str] = set()
        create_types(con, known.types)

    def read(self, paths: Sequence[Path]) -> None:
        """Makes the tables `fast` and `slow` of all lines of all files, each file once.

        Reading begins before the bytes are proved to be readable line by line; where they are not, it begins anew on copies.
        """
        sources = open_sources(paths, wanted=self.mapping.source.format if self.mapping else None)
        native = [source for source in sources if not is_foreign(source, self.mapping)]
        hopeless = any(source.compression != "none" for source in native)
        with ThreadPoolExecutor(max_workers=1) as pool:
            early = None if hopeless else pool.submit(self._create_fast, [s.path for s in native if s.size])
            proved = [prove(source) for source in native]
            with stage("checking and typing fields"):
                failure = early.exception() if early else None
        files = [
            found or copy_lines(source, self.folder, keep_returns=False)
            for found, source in zip(proved, native, strict=True)
        ]
        self._divide(files)
        lines = sum(share.file.lines for share in self.shares)
        if None in proved or self.repeated or failure:
            self.con.execute("DROP TABLE IF EXISTS fast")
            with stage("checking and typing fields"):
                self._create_fast([share.file.path for share in self.shares if share.file.lines])
        for source in native:
            source.unchanged()
        check_order(self.con, "fast", lines)
        self._read_foreign([source for source in sources if is_foreign(source, self.mapping)], lines)
        for source in sources:
            source.unchanged()

    def _divide(self, files: Iterable[LineFile], start: int = 0) -> None:
        """Gives every file its row numbers, and sets aside files that are there twice."""
        seen = {share.file.sha256: share.name for share in self.shares}
        for found in files:
            if found.sha256 in seen and found.lines:
                self.repeated.append(found.as_duplicate())
                self.warnings.append(f"{found.source.name} is the same file as {seen[found.sha256]}: read once")
                continue
            if not found.lines:
                self.warnings.append(f"{found.source.name} holds no lines")
            seen[found.sha256] = found.source.name
            self.shares.append(Share(found, start))
            start += found.rows

    def _create_fast(self, files: Sequence[Path]) -> None:
        names = source_columns(self.slots.fields)
        paths = together(files, self.folder) if len(files) > FEW_FILES else files
        self.con.execute(self.slots.table("fast"))
        if paths:
            insert_in_order(self.con, "fast", self.slots.listed, self.slots.rows(members(paths, names)))

    def _read_foreign(self, sources: Sequence[SourceFile], start: int) -> None:
        reader = Foreign(self.con, self.catalogue, self.folder, self.mapping)
        self._divide([reader.read(source, f"foreign_{number}") for number, source in enumerate(sources)], start)
        parts = [
            f"SELECT {share.start - 1} + line AS n, CASE WHEN fault IS NULL THEN text END AS text FROM {ident(share.file.table)}"
            for share in self.shares
            if share.file.table
        ]
        self.con.execute(self.slots.table("slow"))
        if parts:
            self.con.execute(f"CREATE TEMP VIEW laid AS {' UNION ALL '.join(parts)}")
            rows = self.slots.rows(self._members_of("laid"), "n")
            self.con.execute(f"INSERT INTO slow ({self.slots.listed}) {rows}")

    def _members_of(self, relation: str) -> str:
        """Row number and members of the event texts of a relation."""
        names = source_columns(self.slots.fields)
        shape = text("{" + ", ".join(f'"{name}": "JSON"' for name in names) + "}")
        listed = ", ".join(f"s.{ident(name)}::VARCHAR AS {ident(name)}" for name in names)
        return (
            f"SELECT n, {listed} FROM (SELECT n, from_json(CASE WHEN json_valid(text) THEN text END, {shape}) AS s "
            f"FROM {ident(relation)})"
        )

    def sift(self, locator: LineLocator) -> None:
        """Judges every line that the column checks did not pass, and puts the sound ones into the table `mended`."""
        aside: set[int] = set()
        for share in self.shares:
            aside |= {share.start + line - 1 for line in share.file.blank}
            aside |= {share.start + entry.line - 1 for entry in share.file.refused}
            share.rejected += len(share.file.refused)
            for entry in share.file.refused:
                self.sieve.refuse(share.name, entry)
        rows = self.con.execute(
            "SELECT rowid FROM fast WHERE NOT sound UNION ALL SELECT n FROM slow WHERE NOT sound"
        ).fetchall()
        for found in locator.lines(row for (row,) in rows if row not in aside):
            share, before = found.share, len(self.sieve.rejects)
            self.sieve.line(
                found.row,
                share.name,
                found.line,
                found.raw,
                text=found.text,
                fault=found.fault,
                last=share.file.open_end and found.line == share.file.lines,
            )
            share.rejected += len(self.sieve.rejects) - before
        self.con.execute(self.slots.table("mended"))
        if self.sieve.mended:
            numbers = [row for row, _ in self.sieve.mended]
            texts = [entry for _, entry in self.sieve.mended]
            source = "CREATE TEMP TABLE texts AS SELECT unnest(?::BIGINT[]) AS n, unnest(?::VARCHAR[]) AS text"
            self.con.execute(source, [numbers, texts])
            query = self.slots.rows(self._members_of("texts"), "n", "TRUE")
            self.con.execute(f"INSERT INTO mended ({self.slots.listed}) {query}")
        self.sieve.mended.clear()

    def resolve(self, locator: LineLocator) -> None:
        """Makes `ev` of `fast`: with the rows that were mended or foreign, without duplicates, conflicts and replaced.

        Of few events `ev` is a table. Of many it is a view, and so is each type by itself: a copy of all would cost as much
        as reading, a view of all half a hundredth of a second a query.
        """
        self.con.execute("UPDATE fast SET n = rowid")
        for part in ("slow", "mended"):
            self.con.execute(
                f"INSERT INTO fast ({self.slots.listed}) SELECT {self.slots.listed} FROM {part} WHERE sound; DROP TABLE {part}"
            )
        self.con.execute("DELETE FROM fast WHERE NOT sound; ALTER TABLE fast DROP COLUMN sound")
        gone = self._repeats(locator) | replaced_rows(self.con, "fast", self.warnings)
        if gone:
            self.con.execute("DELETE FROM fast WHERE n IN (SELECT unnest(?::BIGINT[]))", [sorted(gone)])
        self._present()

    def _present(self) -> None:
        counts = dict(self.con.execute("SELECT type::VARCHAR, count(*) FROM fast GROUP BY 1").fetchall())
        large = sum(counts.values()) >= MANY
        self.con.execute(f"CREATE TEMP {'VIEW' if large else 'TABLE'} ev AS {self.slots.named('fast')}")
        if not large:
            self.con.execute("DROP TABLE fast")
            return
        for kind in sorted(counts):
            query = self.slots.of_type("fast", self.catalogue.types[kind])
            self.con.execute(f"CREATE TEMP VIEW {ident(of_type(kind))} AS {query}")

    def _repeats(self, locator: LineLocator) -> set[int]:
        """Rows whose id stands earlier already: duplicates where the content is the same, else conflicts."""
        distinct, total = self.con.execute("SELECT count(DISTINCT hash(id)), count(*) FROM fast").fetchall()[0]
        if distinct == total:
            return set()
        rows = [
            row
            for (row,) in self.con.execute(
                "SELECT n FROM fast WHERE id IN (SELECT id FROM fast GROUP BY id HAVING count(*) > 1) ORDER BY n"
            ).fetchall()
        ]
        first: dict[str, Event] = {}
        gone: set[int] = set()
        for found in locator.lines(rows):
            event = read_event(found.text, self.catalogue)
            known = first.setdefault(event["id"], event)
            if known is event:
                continue
            gone.add(found.row)
            if known == event:
                found.share.duplicates += 1
            else:
                found.share.rejected += 1
                self.conflicts.add(event["id"])
                self.sieve.conflict(found.share.name, found.line, found.raw, event)
        return gone

    def dataset(self, locator: LineLocator, project: Project) -> Dataset:
        """The finished dataset over a connection that reads nothing from outside any more."""
        statements = coverage.logged(self.con.execute(coverage.QUERY).fetchall()) + coverage.declared(project)
        first, last = self.con.execute("SELECT min(t), max(t) FROM ev").fetchall()[0]
        close_off(self.con, [locator.scratch])
        statements += self._whole_days()
        files = tuple(share.counts() for share in self.shares) + tuple(self.repeated)
        warnings = (*self.warnings, *in_words(self.sieve.rejects))
        return Dataset(
            self.con,
            locator,
            files,
            statements,
            self.sieve.holes(),
            frozenset(self.conflicts),
            last,
            first,
            coverage.captures_of(project, self.catalogue, self._mapped()),
            warnings,
            scratch=locator.scratch,
        )

    def _mapped(self) -> dict[str, tuple[str, ...]]:
        return {} if self.mapping is None else dict.fromkeys(self.mapping.types, self.mapping.captured)

    def _whole_days(self) -> tuple[CoverageStatement, ...]:
        if self.mapping is None or self.mapping.coverage is None:
            return ()
        hours = self.con.execute(f"SELECT DISTINCT t // {HOUR_US} FROM ev").fetchall()
        return coverage.whole_days(
            (hour * HOUR_US for (hour,) in hours),
            self.mapping.time_zone or "UTC",
            source=self.mapping.coverage.source,
            types=self.mapping.types,
            mapping=self.mapping.name,
        )


def totals(files: Iterable[FileCounts]) -> dict[str, int]:
    """Sums over files: lines, accepted, duplicates, rejected, blank."""
    sums: Counter[str] = Counter()
    for entry in files:
        for name in ("lines", "accepted", "duplicates", "rejected", "blank"):
            sums[name] += getattr(entry, name)
    return {name: sums[name] for name in ("lines", "accepted", "duplicates", "rejected", "blank")}
