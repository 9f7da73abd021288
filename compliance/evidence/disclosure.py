"""The events an answer relies on, as they may leave: canonical, proved against the log's head, verbatim where nothing is withheld."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

from compliance.errors import EvidenceError, Place
from compliance.events.catalogue import Catalogue
from compliance.events.merkle import Part
from compliance.events.session import Scratch
from compliance.events.stored import not_sealed
from compliance.events.unseal import Sealed
from compliance.evidence.crate import DataFile, Kept
from compliance.evidence.pages import CUSTODIAN, LinesKept, Page
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Held, Policy
from compliance.evidence.sheets import Printer, Run
from compliance.evidence.staging import room_for
from compliance.evidence.workers import in_order, workers_for

EVENTS, LINES, PROOFS, CHECKPOINT, REDACTIONS = (
    "events/events.jsonl",
    "events/lines/index.json",
    "log/proofs.json",
    "log/checkpoint.txt",
    "redactions.json",
)
BATCH = 4_096
"""Events that are printed at a time."""


class SealedLog(Protocol):
    """What is needed of the store: rows as they lie there, their places in the tree, and the head."""

    def sealed_rows(self, rows: Sequence[int], many: int) -> Iterator[list[Sealed]]:
        """Ascending rows, at most `many` at a time."""

    def near(self, rows: Sequence[int]) -> list[Part]:
        """The parts of the tree over ascending rows."""

    def checkpoint(self) -> Any:
        """Head of the log: `origin`, `size`, `root`, `text`."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Files of the disclosed events, ids by row, and the detectors' hits that hold the export."""

    files: tuple[DataFile, ...]
    ids: Mapping[int, str]
    held: tuple[Held, ...]
    redacted: int
    verbatim: int

    @property
    def count(self) -> int:
        """Number of disclosed events."""
        return len(self.ids)


def head_file(log: SealedLog) -> DataFile:
    """The log's head as it stands in every bundle."""
    return DataFile(
        CHECKPOINT,
        log.checkpoint().text.encode("utf-8"),
        "Head of the log's Merkle tree (RFC 9162)",
        "text/plain",
        CUSTODIAN,
        "checkpoint of the store: origin, number of leaves, root",
    )


def disclose_rows(
    log: SealedLog,
    rows: Iterable[int],
    catalogue: Catalogue,
    pseudonyms: Pseudonymiser,
    policy: Policy,
    look: Callable[[Mapping[str, str]], None] | None = None,
    workers: int | None = None,
) -> Disclosure:
    """Files of `data/events`, `data/log` and `data/redactions.json` for rows, in the order of the log.

    `look` is shown, of each batch before anything of it is written, the event types and the id of the first event of each; it
    raises where they must not leave. Many events are printed by `workers` processes, the same bytes whatever their number.

    Only ids and the detectors' hits are kept in memory; the files lie on disk until the bundle takes them.
    """
    scratch, order = Scratch(), sorted(set(rows))
    head = log.checkpoint()
    opened = {"checkpoint": CHECKPOINT, "size": head.size, "root": head.root.hex()}
    ids: dict[int, str] = {}
    held: list[Held] = []
    printer, processes = Printer(catalogue, pseudonyms, policy), workers or workers_for(len(order))
    printed = in_order(_runs(log, order), printer, processes, scratch.path)
    with (
        room_for(scratch.path),
        closing(printed),
        (scratch.path / "events.jsonl").open("wb") as jsonl,
        Page(scratch.path / "proofs.json", opened, "proofs") as proofs,
        Page(scratch.path / "redactions.json", {}, "redactions") as redactions,
        LinesKept(scratch) as lines,
    ):
        for run, sheets in printed:
            if sheets.broken is not None:
                raise not_sealed(*run.rows[sheets.broken][:3])
            if look is not None:
                look(sheets.types)
            ids.update(zip((row[0] for row in run.rows), sheets.ids, strict=True))
            jsonl.write(sheets.events)
            proofs.add(sheets.proofs, len(run.rows))
            redactions.add(sheets.redactions, sheets.redacted)
            lines.keep(run.rows, sheets.given)
            held += sheets.held
    return Disclosure(
        (*_files(scratch), *lines.files, head_file(log)),
        ids,
        tuple(held),
        redactions.count,
        lines.count,
    )


def _runs(log: SealedLog, order: Sequence[int]) -> Iterator[Run]:
    first = 1
    for rows in log.sealed_rows(order, BATCH):
        yield Run(first, rows, log.near([row[0] for row in rows]))
        first += len(rows)


def _files(scratch: Scratch) -> tuple[DataFile, ...]:
    """The files that every disclosure has, as they lie in its scratch folder."""
    listed = (
        (
            EVENTS,
            "events.jsonl",
            "Events disclosed",
            "application/x-ndjson",
            "accepted events as disclosed, one canonical JSON object (RFC 8785) per line",
        ),
        (
            LINES,
            "lines.json",
            "Where the verbatim lines stand in the log",
            "application/json",
            "from the store's index",
        ),
        (
            PROOFS,
            "proofs.json",
            "Leaves and inclusion proofs",
            "application/json",
            "computed by the store (RFC 9162)",
        ),
        (
            REDACTIONS,
            "redactions.json",
            "Fields withheld or replaced",
            "application/json",
            "by class of the event catalogue and the policy recorded",
        ),
    )
    return tuple(
        DataFile(path, b"", title, kind, CUSTODIAN, made, Kept(scratch.path / name, scratch))
        for path, name, title, kind, made in listed
    )


def held_export(held: Sequence[Held]) -> EvidenceError:
    """The error that holds an export until a person has looked at the detectors' hits."""
    first = held[0]
    kinds = ", ".join(sorted({f"{each.detector} in {each.field}" for each in held}))
    return EvidenceError(
        "EVD-HELD",
        f"the export is held: {len(held)} suspicion(s) of personal data in open fields ({kinds})",
        place=Place(first.event or "table", field=first.field),
        hint="look at internal/held-export.csv; correct the log's mapping, or release each detector and field in --approvals with a ground",
    )
