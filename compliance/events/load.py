"""Logs straight into a dataset, without a store: only the fields a check needs are read, and checked.

What only the store can afford is left to it: keys that stand twice, trailing commas, and oddities inside members that nobody asked
for. docs/store.md lists the differences.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import InputError, Place
from compliance.events import coverage
from compliance.events.catalogue import ENVELOPE, Catalogue, catalogue
from compliance.events.columns import Columns, source_columns
from compliance.events.dataset import Dataset, FileCounts, Requirement
from compliance.events.judge import Event, read_event
from compliance.events.readers.lines import LineFile, copy_lines, prove, read_lines
from compliance.events.readers.ndjson import check_order, create_in_order, members
from compliance.events.readers.source import open_source
from compliance.events.replaced import replaced_rows
from compliance.events.session import Scratch, close_off, connect, create_types
from compliance.events.share import Share
from compliance.events.sift import Sieve, in_words
from compliance.events.sql import ident, text
from compliance.project import Project

if TYPE_CHECKING:
    import duckdb

    from compliance.events.mapping import Mapping


class LineLocator:
    """The way back from a row number to the line of its file, read again from the log."""

    def __init__(self, parts: Sequence[Share], known: Catalogue, scratch: Scratch) -> None:
        self._parts = tuple(parts)
        self._starts = [part.start for part in parts]
        self._catalogue = known
        self._scratch = scratch  # copies of lines live as long as the dataset

    def part(self, row: int) -> Share:
        """The file that a row stands in."""
        return self._parts[bisect_right(self._starts, row) - 1]

    def places(self, rows: Iterable[int]) -> dict[int, Place]:
        """File and 1-based line of each row."""
        found: dict[int, Place] = {}
        for row in rows:
            part = self.part(row)
            found[row] = Place(part.name, row - part.start + 1)
        return found

    def events(self, rows: Iterable[int]) -> dict[int, Event]:
        """Full native event of each row. InputError `ING-FILE-CHANGED` where the log is no longer what it was."""
        found: dict[int, Event] = {}
        for row, part, _, raw in self.lines(rows):
            if not part.file.copied:
                part.file.source.unchanged()
            found[row] = read_event(raw, self._catalogue)
        return found

    def lines(self, rows: Iterable[int]) -> Iterator[tuple[int, Share, int, bytes]]:
        """Row, file, line number and bytes of each row, in order."""
        wanted: dict[int, list[int]] = {}
        for row in sorted(set(rows)):
            wanted.setdefault(bisect_right(self._starts, row) - 1, []).append(row)
        for index, numbers in wanted.items():
            part = self._parts[index]
            for line, raw in read_lines(part.file.path, (row - part.start + 1 for row in numbers)):
                yield part.start + line - 1, part, line, raw


def load_logs(paths: Sequence[Path], *, requirement: Requirement | None, project: Project, mapping: Mapping | None = None,
              memory: str | None = None, threads: int | None = None) -> Dataset:
    """Dataset of log files: the required fields (None: all), the envelope, and what coverage is read from.

    `memory` (such as `2GB`) bounds DuckDB, which then spills to disk. InputError `ING-FILE-*` where a file cannot be read.
    """
    known = catalogue()
    scratch = Scratch()
    con = connect(scratch.spill, memory=memory, threads=threads)
    loader = _Loader(con, known, scratch.path, _fields(requirement, known))
    loader.read(paths)
    locator = LineLocator(loader.parts, known, scratch)
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
    """Carries one load: files in, tables `fast` and `mended`, then `ev`."""

    def __init__(self, con: duckdb.DuckDBPyConnection, known: Catalogue, folder: Path, fields: tuple[str, ...]) -> None:
        self.con = con
        self.catalogue = known
        self.folder = folder
        self.columns = Columns(known, fields)
        self.sieve = Sieve(known)
        self.parts: list[Share] = []
        self.repeated: list[FileCounts] = []
        self.warnings: list[str] = []
        self.conflicts: set[str] = set()
        create_types(con, known.types)

    def read(self, paths: Sequence[Path]) -> None:
        """Makes the table `fast` of all lines of all files, each file once.

        Reading begins before the bytes are proved to be readable line by line; where they are not, it begins anew on copies.
        """
        sources = [open_source(path) for path in paths]
        with ThreadPoolExecutor(max_workers=1) as pool:
            early = pool.submit(self._create, [source.path for source in sources if source.size])
            proved = [prove(source) for source in sources]
            failure = early.exception()
        files = [found or copy_lines(source, self.folder, keep_returns=False)
                 for found, source in zip(proved, sources, strict=True)]
        self._divide(files)
        if None in proved or self.repeated or failure:
            self.con.execute("DROP TABLE IF EXISTS fast")
            self._create([part.file.path for part in self.parts if part.file.lines])
        check_order(self.con, "fast", sum(part.file.lines for part in self.parts))
        for source in sources:
            source.unchanged()

    def _divide(self, files: Sequence[LineFile]) -> None:
        """Gives every file its row numbers, and sets aside files that are there twice."""
        seen: dict[str, str] = {}
        start = 0
        for found in files:
            part = Share(found, start)
            if found.sha256 in seen and found.lines:
                self.repeated.append(found.as_duplicate())
                self.warnings.append(f"{part.name} is the same file as {seen[found.sha256]}: read once")
                continue
            if not found.lines:
                self.warnings.append(f"{part.name} holds no lines")
            seen[found.sha256] = part.name
            self.parts.append(part)
            start += found.lines

    def _create(self, files: Sequence[Path]) -> None:
        names = source_columns(self.columns.fields)
        source = members(files, names) if files else _nothing(names)
        create_in_order(self.con, "fast", f"SELECT {self._values()}, {self.columns.sound()} AS sound FROM ({source})")

    def _values(self) -> str:
        envelope = {"id": "VARCHAR", "service": "VARCHAR", "source": "VARCHAR", "corrects": "VARCHAR"}
        values = [f"{self.columns.value(name)} AS {ident(name)}" for name in envelope]
        values += [f"TRY_CAST({self.columns.type_text} AS event_type) AS type", f"{self.columns.value('time')} AS t"]
        return ", ".join(values + [f"{self.columns.value(name)} AS {ident(name)}" for name in self.columns.fields])

    def sift(self, locator: LineLocator) -> None:
        """Judges every line that the column checks did not pass, and puts the sound ones into the table `mended`."""
        aside = set()
        for part in self.parts:
            aside |= {part.start + line - 1 for line in part.file.blank}
            aside |= {part.start + entry.line - 1 for entry in part.file.refused}
            part.rejected += len(part.file.refused)
            for entry in part.file.refused:
                self.sieve.refuse(part.name, entry)
        flagged = [row for (row,) in self.con.execute("SELECT rowid FROM fast WHERE NOT sound").fetchall() if row not in aside]
        for row, part, line, raw in locator.lines(flagged):
            before = len(self.sieve.rejects)
            self.sieve.line(row, part.name, line, raw, last=part.file.open_end and line == part.file.lines)
            part.rejected += len(self.sieve.rejects) - before
        self._mend()

    def _mend(self) -> None:
        names = source_columns(self.columns.fields)
        shape = "{" + ", ".join(f'"{name}": "JSON"' for name in names) + "}"
        listed = ", ".join(f"s.{ident(name)}::VARCHAR AS {ident(name)}" for name in names)
        rows = [row for row, _ in self.sieve.mended]
        texts = [entry for _, entry in self.sieve.mended]
        self.con.execute(
            f"CREATE TEMP TABLE mended AS SELECT n, {self._values()} FROM (SELECT n, {listed} FROM (SELECT n, "
            f"from_json(event, {text(shape)}) AS s FROM (SELECT unnest(?::BIGINT[]) AS n, unnest(?::VARCHAR[]) AS event)))",
            [rows, texts])
        self.sieve.mended.clear()

    def resolve(self, locator: LineLocator) -> None:
        """Makes `ev`: without duplicates, conflicts and replaced events."""
        listed = ", ".join(ident(name) for name in ("id", "type", "t", "service", "source", "corrects", *self.columns.fields))
        union = f"SELECT rowid AS n, {listed} FROM fast WHERE sound UNION ALL SELECT n, {listed} FROM mended"
        self.con.execute(f"CREATE TEMP VIEW accepted AS {union}")
        gone = self._repeats(locator) | replaced_rows(self.con, "accepted", self.warnings)
        mended = self.con.execute("SELECT count(*) FROM mended").fetchall()[0][0]
        if not gone and not mended:
            self.con.execute(f"CREATE TEMP VIEW ev AS SELECT rowid AS n, {listed} FROM fast WHERE sound")
            return
        self.con.execute("CREATE TEMP TABLE gone AS SELECT unnest(?::BIGINT[]) AS n", [sorted(gone)])
        self.con.execute("CREATE TEMP TABLE ev AS SELECT * FROM accepted ANTI JOIN gone USING (n) ORDER BY n")
        self.con.execute("DROP VIEW accepted; DROP TABLE fast; DROP TABLE mended; DROP TABLE gone")

    def _repeats(self, locator: LineLocator) -> set[int]:
        """Rows whose id stands earlier already: duplicates where the content is the same, else conflicts."""
        distinct, total = self.con.execute("SELECT count(DISTINCT hash(id)), count(*) FROM accepted").fetchall()[0]
        if distinct == total:
            return set()
        rows = [row for (row,) in self.con.execute(
            "SELECT n FROM accepted WHERE id IN (SELECT id FROM accepted GROUP BY id HAVING count(*) > 1) ORDER BY n").fetchall()]
        first: dict[str, Event] = {}
        gone: set[int] = set()
        for row, part, line, raw in locator.lines(rows):
            event = read_event(raw, self.catalogue)
            known = first.setdefault(event["id"], event)
            if known is event:
                continue
            gone.add(row)
            if known == event:
                part.duplicates += 1
            else:
                part.rejected += 1
                self.conflicts.add(event["id"])
                self.sieve.conflict(part.name, line, raw, event)
        return gone

    def dataset(self, locator: LineLocator, project: Project) -> Dataset:
        """The finished dataset over a connection that reads nothing from outside any more."""
        statements = coverage.logged(self.con.execute(coverage.QUERY).fetchall()) + coverage.declared(project)
        first, last = self.con.execute("SELECT min(t), max(t) FROM ev").fetchall()[0]
        close_off(self.con)
        files = tuple(part.counts() for part in self.parts) + tuple(self.repeated)
        warnings = (*self.warnings, *in_words(self.sieve.rejects))
        return Dataset(self.con, locator, files, statements, self.sieve.holes(), frozenset(self.conflicts), last, first,
                       coverage.captures_of(project, self.catalogue, {}), warnings)


def _nothing(names: Iterable[str]) -> str:
    return "SELECT " + ", ".join(f"NULL::VARCHAR AS {ident(name)}" for name in names) + " WHERE FALSE"


def totals(files: Iterable[FileCounts]) -> dict[str, int]:
    """Sums over files: lines, accepted, duplicates, rejected, blank."""
    sums: Counter[str] = Counter()
    for entry in files:
        for name in ("lines", "accepted", "duplicates", "rejected", "blank"):
            sums[name] += getattr(entry, name)
    return {name: sums[name] for name in ("lines", "accepted", "duplicates", "rejected", "blank")}
