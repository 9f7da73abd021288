"""The events an answer relies on, as they may leave: canonical, proved against the log's head, verbatim where nothing is withheld."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compliance.errors import EvidenceError, Place
from compliance.events.canonical import canonical_json
from compliance.events.catalogue import Catalogue
from compliance.events.session import Scratch
from compliance.events.stored import Opened, VerbatimLine
from compliance.evidence.crate import DataFile, Kept
from compliance.evidence.opening import opening_of
from compliance.evidence.pages import CUSTODIAN, LinesKept, Page
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Discloser, Held, Policy
from compliance.evidence.staging import room_for

EVENTS, LINES, PROOFS, CHECKPOINT, REDACTIONS = (
    "events/events.jsonl",
    "events/lines/index.json",
    "log/proofs.json",
    "log/checkpoint.txt",
    "redactions.json",
)
BATCH = 20_000
"""Events that are held in memory at a time."""


class SealedLog(Protocol):
    """What is needed of the store: lines, leaves, proofs and the head."""

    def opened(self, rows: Iterable[int]) -> Mapping[int, Opened]:
        """Line, event and leaf of each row."""

    def inclusion_proof(self, row: int) -> tuple[bytes, ...]:
        """Audit path of a row's leaf under the head."""

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
    order: Sequence[int],
    catalogue: Catalogue,
    pseudonyms: Pseudonymiser,
    policy: Policy,
    look: Callable[[Mapping[int, Mapping[str, Any]]], None] | None = None,
) -> Disclosure:
    """Files of `data/events`, `data/log` and `data/redactions.json` for rows in the order given, read and written by batches.

    `look` is shown the events of each batch before anything of it is written, and raises where they must not leave.

    The order of the log costs least: a batch then lies together in the store. Only ids and the detectors' hits are kept in
    memory; the files lie on disk until the bundle takes them.
    """
    scratch, chooser = Scratch(), Discloser(catalogue, pseudonyms, policy)
    head = log.checkpoint()
    opened = {"checkpoint": CHECKPOINT, "size": head.size, "root": head.root.hex()}
    ids: dict[int, str] = {}
    held: list[Held] = []
    with (
        room_for(scratch.path),
        (scratch.path / "events.jsonl").open("wb") as jsonl,
        Page(scratch.path / "proofs.json", opened, "proofs") as proofs,
        Page(scratch.path / "redactions.json", {}, "redactions") as redactions,
        LinesKept(scratch) as lines,
    ):
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            entries = log.opened(rows)
            if look is not None:
                look({row: entry.event for row, entry in entries.items()})
            given: list[tuple[str, VerbatimLine]] = []
            for number, row in enumerate(rows, start=start + 1):
                entry = entries[row]
                out = chooser.disclose(entry.event)
                ids[row] = name = str(entry.event["id"])
                verbatim = entry.own and not out.redactions
                if verbatim:
                    given.append((name, entry.line))
                jsonl.write(canonical_json(out.event) + b"\n")
                proofs.add(
                    {
                        "event": name,
                        "line": number,
                        "index": entry.leaf.index,
                        "leaf": opening_of(entry.leaf, out, verbatim=verbatim),
                        "path": [node.hex() for node in log.inclusion_proof(row)],
                    }
                )
                for redaction in out.redactions:
                    redactions.add(redaction.to_json())
                held += out.held
            lines.keep(given)
    return Disclosure(
        (*_files(scratch), *lines.files, head_file(log)),
        ids,
        tuple(held),
        redactions.count,
        lines.count,
    )


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
