"""Ingest: files in, one segment out, or nothing. The ledger's line is the point at which it happened."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.clock import HOUR_US, Clock, format_us, to_us
from compliance.events import coverage
from compliance.events.catalogue import ENVELOPE, Catalogue, catalogue
from compliance.events.dataset import CoverageStatement, FileCounts
from compliance.events.foreign import Foreign, is_foreign
from compliance.events.judge import judge_line
from compliance.events.layout import Layout
from compliance.events.merkle import Frontier
from compliance.events.readers.lines import FEW_FILES, SMALL, LineFile, line_file, together
from compliance.events.readers.ndjson import check_order, create_in_order, whole_lines
from compliance.events.readers.source import open_sources
from compliance.events.repeats import Repeats, find_repeats
from compliance.events.segment import (
    SECRET,
    number_rows,
    write_columns,
    write_leaves,
    write_lines,
    write_receipt,
    write_rejects,
)
from compliance.events.session import any_order, create_types
from compliance.events.share import Share, share_of
from compliance.events.sift import Reject, Sieve
from compliance.events.sql import ident
from compliance.events.staging import Staging, type_of
from compliance.progress import stage

if TYPE_CHECKING:
    import duckdb

    from compliance.events.mapping import Mapping


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did: counts per file, what was refused and why, where the refused lines lie, the coverage found."""

    files: tuple[FileCounts, ...] = ()
    rejects: tuple[Reject, ...] = ()
    reject_files: tuple[Path, ...] = ()
    statements: tuple[CoverageStatement, ...] = ()
    segments: tuple[str, ...] = ()
    """Names of the new segments; none where every file was known already."""
    repeated: tuple[FileCounts, ...] = ()
    """Files that the store held already: a receipt was added and nothing else."""
    warnings: tuple[str, ...] = ()

    def plus(self, other: IngestReport) -> IngestReport:
        """Both reports, one after the other."""
        return IngestReport(
            self.files + other.files,
            self.rejects + other.rejects,
            self.reject_files + other.reject_files,
            self.statements + other.statements,
            self.segments + other.segments,
            self.repeated + other.repeated,
            self.warnings + other.warnings,
        )


_RUN = 128 * 1024 * 1024
"""Bytes of small files that are read as one."""
_SPAN = 256 * 1024 * 1024
"""Bytes of lines that are checked at a time: they are read once per event type, so they must stay in memory."""
_ROWS, _LEAST = 400_000, 4096
"""Lines at a time where their bytes are not known; the least of them."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the store held before: the number of its next segment, its tree, and its Parquet files."""

    segment: str
    tree: Frontier
    events: tuple[Path, ...]
    lines: tuple[Path, ...]


@dataclass(slots=True)
class Built:
    """A segment that was written but not committed."""

    receipt: dict[str, Any]
    digest: str
    rejects: tuple[Reject, ...]
    files: tuple[FileCounts, ...]
    statements: tuple[CoverageStatement, ...] = ()
    warnings: list[str] = field(default_factory=list)


class Ingest:
    """Carries one ingest into a new folder."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, known: Catalogue, mapping: Mapping | None, scratch: Path
    ) -> None:
        self._con = con
        self._folder = scratch
        self._catalogue = known
        self._mapping = mapping
        self._sieve = Sieve(known)
        self.shares: list[Share] = []

    def build(self, files: Sequence[LineFile], folder: Path, before: Before, clock: Clock) -> Built:
        """Writes the segment of these files into `folder`."""
        create_types(self._con, self._catalogue.types)
        with stage("reading lines"):
            self._read(files)
        any_order(self._con)
        secret = secrets.token_hex(SECRET)
        staging = Staging(self._con, self._catalogue, secret)
        with stage("checking events"):
            staging.fill("lines", self._spans())
            self._sift(staging)
            repeats = find_repeats(self._con, before.events, before.lines)
            self._set_aside(repeats)
            self._choose(repeats)
        tree = self._write(folder, before.tree, staging.layout, secret)
        rejects = tuple(sorted(self._sieve.rejects, key=lambda reject: (self._order(reject.file), reject.refused.line)))
        write_rejects(folder, rejects, segment=before.segment)
        return self._receipt(folder, before, tree, rejects, repeats, staging.layout, clock)

    def _spans(self) -> Iterator[tuple[int, int]]:
        """Runs of row numbers whose lines have some hundred megabytes together: first, and first after."""
        last = max((share.start + share.file.rows for share in self.shares), default=0)
        size = sum(share.file.path.stat().st_size for share in self.shares if not share.file.table)
        rows = max(_LEAST, _SPAN * last // max(size, 1)) if size else _ROWS
        for first in range(0, last, rows):
            yield first, min(first + rows, last)

    def _write(self, folder: Path, before: Frontier, layout: Layout, secret: str) -> Frontier:
        """Writes the chosen events, their lines and their leaves; gives the tree with them."""
        with stage("sealing events"):
            number_rows(self._con, first=before.size, secret=secret)
            tree = before.grown(write_leaves(self._con, folder))
        with stage("writing columns"):
            write_columns(self._con, folder, layout)
        with stage("writing lines"):
            write_lines(self._con, folder)
        return tree

    def _read(self, files: Sequence[LineFile]) -> None:
        """Makes the relation `lines` (k, raw, text, fault, type) of every line that may be an event."""
        start = 0
        for found in files:
            self.shares.append(Share(found, start))
            start += found.rows
        held = [share for share in self.shares if share.file.lines]
        parts = [self._part(number, shares) for number, shares in enumerate(_runs(held))]
        none = (
            "SELECT NULL::BIGINT AS k, NULL::VARCHAR AS raw, NULL::VARCHAR AS text, NULL::VARCHAR AS fault, "
            "NULL::event_type AS type WHERE FALSE"
        )
        self._con.execute(f"CREATE TEMP VIEW lines AS {' UNION ALL '.join(parts) or none}")
        for share in self.shares:
            share.file.source.unchanged()

    def _part(self, number: int, shares: Sequence[Share]) -> str:
        """Lines of one file, or of a run of small ones that are read as one: their rows follow each other."""
        share = shares[0]
        table = ident(f"raw_{number}")
        if share.file.table:
            self._con.execute(
                f"CREATE TEMP TABLE {table} AS SELECT *, CASE WHEN fault IS NULL THEN {type_of('text')} END AS type "
                f"FROM {ident(share.file.table)}; DROP TABLE {ident(share.file.table)}"
            )
            return f"SELECT {share.start - 1} + line AS k, raw, text, fault, type FROM {table}"
        path = share.file.path
        if len(shares) > 1:
            (path,) = together([one.file.path for one in shares], self._folder, name=f"run-{number}", most=None)
        raw = "replace(raw, chr(2), chr(13))" if share.file.copied else "raw"
        create_in_order(self._con, f"raw_{number}", f"SELECT raw, {type_of(raw)} AS type FROM ({whole_lines(path)})")
        for one in shares:
            one.file.source.unchanged()
        check_order(self._con, f"raw_{number}", sum(one.file.lines for one in shares))
        listed = (
            f"SELECT {share.start} + rowid AS k, {{}} AS raw, {raw} AS text, NULL::VARCHAR AS fault, type FROM {table}"
        )
        if not share.file.copied:
            return listed.format(raw)
        whole = f"CASE WHEN rowid = 0 THEN chr(65279) || {raw} ELSE {raw} END" if share.file.bom else raw
        return f"{listed.format(whole)} WHERE raw <> chr(3)"

    def _sift(self, staging: Staging) -> None:
        for share in self.shares:
            share.rejected += len(share.file.refused)
            for entry in share.file.refused:
                self._sieve.refuse(share.name, entry)
        result = self._con.execute(
            "SELECT k, raw, text, fault FROM lines ANTI JOIN (SELECT k FROM staged) USING (k) ORDER BY k"
        )
        while rows := result.fetchmany(1024):
            for k, raw, event, fault in rows:
                share = share_of(self.shares, k)
                line = share.line(k)
                before = len(self._sieve.rejects)
                self._sieve.line(
                    k,
                    share.name,
                    line,
                    raw.encode(),
                    text=event.encode(),
                    fault=fault,
                    last=share.file.open_end and line == share.file.lines,
                )
                share.rejected += len(self._sieve.rejects) - before
        staging.mend("lines", self._sieve.mended)

    def _order(self, name: str) -> int:
        return next(number for number, share in enumerate(self.shares) if share.name == name)

    def _set_aside(self, repeats: Repeats) -> None:
        for k in repeats.duplicates:
            share_of(self.shares, k).duplicates += 1
        if not repeats.conflicts:
            return
        rows = self._con.execute(
            "SELECT k, raw, text FROM lines SEMI JOIN (SELECT unnest(?::BIGINT[]) AS k) USING (k) ORDER BY k",
            [sorted(repeats.conflicts)],
        ).fetchall()
        for k, raw, event in rows:
            share = share_of(self.shares, k)
            share.rejected += 1
            self._sieve.conflict(share.name, share.line(k), raw.encode(), judge_line(event.encode(), self._catalogue))

    def _choose(self, repeats: Repeats) -> None:
        """Makes `chosen` (k, f, line): the rows that become events."""
        self._con.execute(
            "CREATE TEMP TABLE aside AS SELECT unnest(?::BIGINT[]) AS k",
            [sorted(repeats.duplicates | repeats.conflicts)],
        )
        self._con.execute(
            "CREATE TEMP TABLE shares AS SELECT unnest(?::INTEGER[]) AS f, unnest(?::BIGINT[]) AS start",
            [list(range(len(self.shares))), [share.start for share in self.shares]],
        )
        self._con.execute(
            "CREATE TEMP TABLE chosen AS SELECT k, f, k - start + 1 AS line FROM (SELECT k FROM staged ANTI JOIN aside USING (k)) "
            "AS kept ASOF JOIN (SELECT max(f) AS f, start FROM shares GROUP BY start) AS shares ON kept.k >= shares.start"
        )

    def _receipt(
        self,
        folder: Path,
        before: Before,
        tree: Frontier,
        rejects: tuple[Reject, ...],
        repeats: Repeats,
        layout: Layout,
        clock: Clock,
    ) -> Built:
        files = tuple(share.counts() for share in self.shares)
        lowest, highest = self._con.execute("SELECT min(t), max(t) FROM staged SEMI JOIN chosen USING (k)").fetchall()[
            0
        ]
        types = [
            name
            for (name,) in self._con.execute(
                "SELECT DISTINCT type FROM staged SEMI JOIN chosen USING (k) ORDER BY type"
            ).fetchall()
        ]
        services = [
            name
            for (name,) in self._con.execute(
                "SELECT DISTINCT service FROM staged SEMI JOIN chosen USING (k) ORDER BY service LIMIT 1000"
            ).fetchall()
        ]
        statements = self._mapped_days()
        receipt = {
            "format": "segment/1",
            "segment": before.segment,
            "at": format_us(to_us(clock())),
            "files": [asdict(entry) for entry in files],
            "first": before.tree.size,
            "leaves": tree.size - before.tree.size,
            "types": types,
            "services": services,
            "fields": [
                *(name for name in ENVELOPE if name in self._catalogue.fields and name != "time"),
                *layout.fields,
            ],
            "conflicts": sorted(repeats.ids),
            "mapping": self._mapping_record(),
            "statements": [coverage.statement_record(entry) for entry in statements],
            "time": None if lowest is None else [str(lowest), str(highest)],
            "rejects": len(rejects),
            "tree": {"size": tree.size, "root": tree.root.hex(), "frontier": [node.hex() for node in tree.hashes]},
        }
        with stage("sealing files"):
            digest = write_receipt(folder, receipt)
        return Built(receipt, digest, rejects, files, self._logged(layout) + statements)

    def _mapping_record(self) -> dict[str, Any] | None:
        if self._mapping is None:
            return None
        return {
            "name": self._mapping.name,
            "digest": self._mapping.digest,
            "captures": {name: list(self._mapping.captured) for name in self._mapping.types},
        }

    def _mapped_days(self) -> tuple[CoverageStatement, ...]:
        """What the mapping states of whole days, from the accepted events' times."""
        if self._mapping is None or self._mapping.coverage is None:
            return ()
        times = self._con.execute("SELECT DISTINCT t // 3600000000 FROM staged SEMI JOIN chosen USING (k)").fetchall()
        return coverage.whole_days(
            (hour * HOUR_US for (hour,) in times),
            self._mapping.time_zone or "UTC",
            source=self._mapping.coverage.source,
            types=self._mapping.types,
            mapping=self._mapping.name,
        )

    def _logged(self, layout: Layout) -> tuple[CoverageStatement, ...]:
        """What sources of the new events state themselves."""
        if "event_types" not in layout.fields:
            return ()
        absent = "".join(f", NULL::BIGINT AS {name}" for name in coverage.FIELDS if name not in layout.fields)
        said = layout.apart("SELECT *, k AS n FROM staged SEMI JOIN chosen USING (k)", coverage.FIELDS)
        self._con.execute(f"CREATE OR REPLACE TEMP VIEW ev AS SELECT *{absent} FROM ({said})")
        return coverage.logged(self._con.execute(coverage.QUERY).fetchall())


def _runs(shares: Sequence[Share]) -> list[list[Share]]:
    """Shares in order, small files that can be read as they are in runs; each by itself where there are few."""
    runs: list[list[Share]] = []
    size = 0
    for share in shares:
        plain = not share.file.copied and not share.file.table and share.file.source.size <= SMALL
        if not plain or not size or size > _RUN or len(shares) <= FEW_FILES:
            runs.append([])
            size = 0
        runs[-1].append(share)
        size = size + share.file.source.size if plain else 0
    return runs


def open_files(
    paths: Sequence[Path], scratch: Path, con: duckdb.DuckDBPyConnection, mapping: Mapping | None
) -> list[LineFile]:
    """Line files of all paths: proved, copied into `scratch`, or laid down as tables of the connection where they are foreign."""
    foreign = Foreign(con, catalogue(), scratch, mapping)
    found = []
    for number, source in enumerate(open_sources(paths, wanted=mapping.source.format if mapping else None)):
        if is_foreign(source, mapping):
            found.append(foreign.read(source, f"foreign_{number}"))
        else:
            found.append(line_file(source, scratch, keep_returns=True))
    return found
