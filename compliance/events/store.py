"""The store: a folder of sealed segments and the ledger that says which of them count. docs/store.md shows its files.

Reading needs no lock: only segments that the ledger names exist. Writing is for one process at a time.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.clock import Clock, format_us, to_us
from compliance.errors import InputError, IntegrityError, Place, StoreError
from compliance.events.catalogue import catalogue
from compliance.events.dataset import Dataset, FileCounts, Requirement
from compliance.events.durable import locked, move_folder, remove_folder, sync_folder, write_failures
from compliance.events.ingest import Before, Ingest, IngestReport, open_files
from compliance.events.judge import Refused
from compliance.events.leaf import Leaf
from compliance.events.ledger import Entry, Ledger
from compliance.events.merkle import Frontier, Part, Tree
from compliance.events.readers.lines import LineFile
from compliance.events.readers.source import open_source
from compliance.events.sealed import sealed_rows
from compliance.events.segment import EVENTS, LEAVES, LINES, RECEIPT, REJECTS
from compliance.events.session import Scratch, close_off, connect, for_engine
from compliance.events.stored import VerbatimLine, dataset_of, leaf_of, not_sealed, read_lines_of
from compliance.events.unseal import Sealed
from compliance.project import Project, default_project

if TYPE_CHECKING:
    import duckdb

    from compliance.events.mapping import Mapping

LEDGER, LOCK, SEGMENTS = "ledger.jsonl", "lock", "segments"
ERASURE = "erasure"
"""Kind of the ledger's entries about content that was erased."""
GROUP = 1024 * 1024 * 1024
"""Bytes of log files that go into one segment; a larger file has one of its own."""
MEMORY = "2GB"
"""Memory for DuckDB during an ingest, beyond which it spills: sealing needs no more, however much there is."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the log: its name, number of leaves and root. `text` is its form in the manner of C2SP tlog-checkpoint."""

    origin: str
    size: int
    root: bytes
    text: str


class Store:
    """A store on disk. `ledger` holds what was done to it."""

    def __init__(self, path: Path, ledger: Ledger) -> None:
        self.path = path.resolve()
        self.ledger = ledger

    @classmethod
    def create(cls, path: Path) -> Store:
        """A new, empty store. StoreError `STO-EXISTS` where something lies there, `STO-UNWRITABLE` where nothing can."""
        with write_failures(path):
            if path.exists() and (not path.is_dir() or any(path.iterdir())):
                raise StoreError(
                    "STO-EXISTS", "something lies here already", place=Place(str(path)), hint="name a new folder"
                )
            path.mkdir(parents=True, exist_ok=True)
            (path / SEGMENTS).mkdir()
            ledger = Ledger(path / LEDGER)
            ledger.append("created", {"format": "store/1", "origin": f"compliance-log/{secrets.token_hex(8)}"})
            sync_folder(path)
        return cls(path, ledger)

    @classmethod
    def open(cls, path: Path) -> Store:
        """An existing store. StoreError `STO-MISSING` where there is none, IntegrityError `STO-LEDGER` for a broken chain."""
        if not (path / LEDGER).is_file():
            raise StoreError(
                "STO-MISSING",
                "there is no store here",
                place=Place(str(path)),
                hint="make one with `compliance ingest LOG... --store DIR`",
            )
        ledger = Ledger(path / LEDGER)
        if not len(ledger) or ledger.of("created")[:1] != tuple(ledger)[:1]:
            raise StoreError(
                "STO-MISSING",
                "the store was never finished",
                place=Place(str(path)),
                hint="remove the folder and ingest again",
            )
        return cls(path, ledger)

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        project: Project,
        clock: Clock,
        mapping: Mapping | None = None,
        memory: str = MEMORY,
        threads: int | None = None,
    ) -> IngestReport:
        """Adds log files: all of them, or as many whole segments as came to their end.

        InputError `ING-FILE-*` for a file that cannot be read, StoreError `STO-LOCKED` while another process writes,
        `STO-FULL` or `STO-UNWRITABLE` where the disk refuses; in each case the store is as it was.
        """
        with write_failures(self.path), locked(self.path / LOCK):
            scratch = Scratch()
            folders = {self.path, scratch.path} | {open_source(path).path.parent for path in paths}
            self.ledger = Ledger(self.path / LEDGER)
            self.clear_unfinished()
            seen = {entry["sha256"] for segment in self.ledger.of("segment") for entry in segment["files"]}
            report = IngestReport()
            for group in _grouped(paths):
                con = connect(scratch.spill, memory=for_engine(memory), threads=threads)
                close_off(con, sorted(folders), lock=False)
                try:
                    report = report.plus(self._group(con, group, scratch.path, seen, clock, mapping))
                finally:
                    con.close()
        return report.plus(
            IngestReport(
                warnings=_service_warning(self.receipts()[-len(report.segments) :] if report.segments else (), project)
            )
        )

    def _group(
        self,
        con: duckdb.DuckDBPyConnection,
        paths: Sequence[Path],
        scratch: Path,
        seen: set[str],
        clock: Clock,
        mapping: Mapping | None,
    ) -> IngestReport:
        """One segment of the files that are new, and a ledger entry for those that are not."""
        fresh: list[LineFile] = []
        again: list[LineFile] = []
        for found in open_files(paths, scratch, con, mapping):
            (again if found.sha256 in seen else fresh).append(found)
            seen.add(found.sha256)
        report = self._segment(Ingest(con, catalogue(), mapping, scratch), fresh, clock) if fresh else IngestReport()
        repeated = tuple(found.as_duplicate() for found in again)
        if repeated:
            self.ledger.append(
                "again", {"at": format_us(to_us(clock())), "files": [asdict(entry) for entry in repeated]}
            )
        return report.plus(IngestReport(repeated=repeated))

    def _segment(self, work: Ingest, files: Sequence[Any], clock: Clock) -> IngestReport:
        before = self._before()
        folder = self.path / SEGMENTS / f".unfinished-{before.segment}"
        folder.mkdir()
        try:
            built = work.build(files, folder, before, clock)
            target = self.path / SEGMENTS / before.segment
            move_folder(folder, target)
        except BaseException:
            remove_folder(folder)
            raise
        receipt = built.receipt
        self.ledger.append(
            "segment",
            {
                "segment": before.segment,
                "at": receipt["at"],
                "receipt": built.digest,
                "leaves": receipt["leaves"],
                "size": receipt["tree"]["size"],
                "root": receipt["tree"]["root"],
                "mapping": receipt["mapping"],
                "files": [{"file": entry["file"], "sha256": entry["sha256"]} for entry in receipt["files"]],
            },
        )
        return IngestReport(
            built.files,
            built.rejects,
            (target / REJECTS,),
            built.statements,
            (before.segment,),
            warnings=tuple(built.warnings),
        )

    def _before(self) -> Before:
        done = self.ledger.of("segment")
        folders = self.segments()
        tree: dict[str, Any] = self.receipt(done[-1]["segment"])["tree"] if done else {"size": 0, "frontier": []}
        return Before(
            f"{len(done) + 1:06d}",
            Frontier(tree["size"], tuple(bytes.fromhex(node) for node in tree["frontier"])),
            tuple(folder / EVENTS for folder in folders),
            tuple(folder / LINES for folder in folders),
        )

    def clear_unfinished(self) -> None:
        """Removes what a killed run left: a segment that the ledger does not name was never committed, or was written anew since."""
        named = {folder.name for folder in self.segments()}
        for folder in (self.path / SEGMENTS).iterdir():
            if folder.name not in named:
                remove_folder(folder)

    def segments(self) -> tuple[Path, ...]:
        """Folders of the committed segments, in order."""
        return tuple(self.folder(entry["segment"]) for entry in self.ledger.of("segment"))

    def folder(self, segment: str) -> Path:
        """Folder of a segment: where an erasure has written it anew, the latest one."""
        return self.path / SEGMENTS / str(self._rewritten.get(segment, {}).get("folder", segment))

    def sealed(self) -> tuple[str, ...]:
        """SHA-256 of each segment's receipt as it is now, in order."""
        written = ((entry["segment"], entry["receipt"]) for entry in self.ledger.of("segment"))
        return tuple(str(self._rewritten.get(name, {}).get("receipt", receipt)) for name, receipt in written)

    @property
    def _rewritten(self) -> dict[str, dict[str, Any]]:
        """Segment to the latest of the ledger's words on its erasures."""
        return {each["segment"]: each for entry in self.ledger.of(ERASURE) for each in entry["segments"]}

    def receipt(self, segment: str) -> dict[str, Any]:
        """Receipt of a segment. IntegrityError where it is missing or not the one the ledger names."""
        path = self.folder(segment) / RECEIPT
        try:
            found: dict[str, Any] = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise IntegrityError(
                "STO-SEGMENT",
                "a segment's receipt is missing or damaged",
                layer="receipt",
                place=Place(str(path)),
                hint="restore the store from its backup",
            ) from error
        return found

    def receipts(self) -> tuple[dict[str, Any], ...]:
        """Receipts of all segments, in order."""
        return tuple(self.receipt(entry["segment"]) for entry in self.ledger.of("segment"))

    def files(self) -> tuple[FileCounts, ...]:
        """Conservation of every file, in the order of ingest; files that came again are in the ledger."""
        return tuple(FileCounts(**entry) for receipt in self.receipts() for entry in receipt["files"])

    def rejects(self) -> tuple[dict[str, Any], ...]:
        """Records of all refused lines, each with `dismissed`: the ledger's entry, or None."""
        dismissed = {entry["reject"]: entry for entry in self.ledger.of("dismissal")}
        found = []
        for folder in self.segments():
            with (folder / REJECTS).open("rb") as file:
                found += [{**record, "dismissed": dismissed.get(record["reject"])} for record in map(json.loads, file)]
        return tuple(found)

    def dismiss(self, reject: str, *, role: str, reason: str, clock: Clock) -> Entry:
        """Records that a person holds a refused line to be no gap, and why. Its hole is gone from then on.

        InputError `STO-REJECT` where there is no such refused line or it is dismissed already.
        """
        if not role.strip() or not reason.strip():
            raise InputError("STO-REASON", "a dismissal needs a role and a reason", hint="say who decides and why")
        with write_failures(self.path), locked(self.path / LOCK):
            self.ledger = Ledger(self.path / LEDGER)
            known = {record["reject"]: record for record in self.rejects()}
            if reject not in known or known[reject]["dismissed"]:
                state = "is dismissed already" if reject in known else "does not exist"
                raise InputError(
                    "STO-REJECT",
                    f"the refused line {reject!r} {state}",
                    place=Place(str(self.path)),
                    hint="rejects.ndjson in the segment's folder names them in `reject`",
                )
            return self.ledger.append(
                "dismissal", {"at": format_us(to_us(clock())), "reject": reject, "role": role, "reason": reason}
            )

    def dataset(self, requirement: Requirement | None, *, project: Project) -> Dataset:
        """The accepted events as a dataset over the store's Parquet files, read when asked."""
        return dataset_of(self, requirement, project)

    def verbatim(self, rows: Iterable[int]) -> dict[int, VerbatimLine]:
        """Verbatim line of each row: file, 1-based line, bytes."""
        return {row: entry.line for row, entry in read_lines_of(self, rows).items()}

    def leaf(self, row: int) -> Leaf:
        """Leaf of a row with all its salts. IntegrityError where it is not the one sealed; KeyError for an unknown row."""
        return self.leaves([row])[row]

    def leaves(self, rows: Iterable[int]) -> dict[int, Leaf]:
        """Leaves of many rows, read in one pass; fails as `leaf` does."""
        found: dict[int, Leaf] = {}
        known, tree = catalogue(), self._tree
        for row, stored in read_lines_of(self, rows).items():
            try:
                leaf = leaf_of(row, stored, known)
            except Refused:
                leaf = None
            if leaf is None or leaf.hash != tree.leaf(row):
                raise not_sealed(row, stored.line.file, stored.line.line)
            found[row] = leaf
        return found

    def sealed_rows(self, rows: Sequence[int], many: int) -> Iterator[list[Sealed]]:
        """Ascending rows as they lie in the store, at most `many` at a time. KeyError for one that is not there."""
        return sealed_rows(self, rows, many)

    def near(self, rows: Sequence[int]) -> list[Part]:
        """The parts of the log's tree over ascending rows: their leaves and audit paths."""
        return self._tree.near(rows)

    def inclusion_proof(self, row: int) -> tuple[bytes, ...]:
        """Audit path of a row's leaf under the checkpoint."""
        return self._tree.inclusion(row)

    def consistency_proof(self, size: int) -> tuple[bytes, ...]:
        """Proof that the log of the first `size` leaves is a prefix of this one."""
        return self._tree.consistency(size)

    @cached_property
    def _tree(self) -> Tree:
        return Tree(b"".join((folder / LEAVES).read_bytes() for folder in self.segments()))

    @property
    def origin(self) -> str:
        """Name of this log in checkpoints."""
        return str(self.ledger.of("created")[0]["origin"])

    def checkpoint(self) -> Checkpoint:
        """The log's head as the ledger states it."""
        done = self.ledger.of("segment")
        size, root = (int(done[-1]["size"]), bytes.fromhex(done[-1]["root"])) if done else (0, Frontier().root)
        text = f"{self.origin}\n{size}\n{base64.b64encode(root).decode('ascii')}\n"
        return Checkpoint(self.origin, size, root, text)


def _service_warning(receipts: Sequence[dict[str, Any]], project: Project) -> tuple[str, ...]:
    """A warning where the events are of other services than the configuration's."""
    services = sorted({name for receipt in receipts for name in receipt["services"]})
    if not services or project.service.id in services or project == default_project():
        return ()
    return (
        f"no event is of the service {project.service.id!r} of the configuration; the logs speak of {', '.join(services[:5])}",
    )


def _grouped(paths: Sequence[Path]) -> list[list[Path]]:
    """Paths in order, in groups of at most `GROUP` bytes; what cannot be measured fails when it is opened."""
    groups: list[list[Path]] = []
    total = 0
    for path in paths:
        size = path.stat().st_size if path.is_file() else 0
        if not groups or total + size > GROUP:
            groups.append([])
            total = 0
        groups[-1].append(path)
        total += size
    return groups
