"""The events an answer relies on, as they may leave: canonical, proved against the log's head, verbatim where nothing is withheld."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compliance.errors import EvidenceError, Place
from compliance.events.canonical import canonical_json
from compliance.events.catalogue import Catalogue
from compliance.events.leaf import Leaf
from compliance.evidence.crate import DataFile
from compliance.evidence.opening import opening_of
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Held, Policy, disclose

EVENTS, LINES, PROOFS, CHECKPOINT, REDACTIONS = (
    "events/events.jsonl",
    "events/lines/index.json",
    "log/proofs.json",
    "log/checkpoint.txt",
    "redactions.json",
)
CUSTODIAN = "custodian of the log store (role)"


class SealedLog(Protocol):
    """What is needed of the store: lines, leaves, proofs and the head."""

    def verbatim(self, rows: Iterable[int]) -> Mapping[int, Any]:
        """Line of each row: `file`, `line`, `raw` bytes."""

    def leaves(self, rows: Iterable[int]) -> Mapping[int, Leaf]:
        """Leaves of rows, with their salts."""

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


def disclose_events(
    log: SealedLog,
    events: Mapping[int, Mapping[str, Any]],
    catalogue: Catalogue,
    pseudonyms: Pseudonymiser,
    policy: Policy,
) -> Disclosure:
    """Files of `data/events`, `data/log` and `data/redactions.json` for full events by row number, in order of time and id."""
    order = sorted(events, key=lambda row: (str(events[row]["time"]), str(events[row]["id"])))
    shown = {row: disclose(events[row], catalogue, pseudonyms, policy) for row in order}
    whole = [row for row in order if not shown[row].redactions]
    lines, files = _lines(log, {row: events[row] for row in whole})
    given = {entry["event"] for entry in lines}
    redactions = [redaction.to_json() for row in order for redaction in shown[row].redactions]
    head, leaves = log.checkpoint(), log.leaves(order)
    proofs = {
        "checkpoint": CHECKPOINT,
        "size": head.size,
        "root": head.root.hex(),
        "proofs": [
            {
                "event": str(events[row]["id"]),
                "line": number,
                "index": leaves[row].index,
                "leaf": opening_of(
                    leaves[row], events[row], shown[row], catalogue, verbatim=events[row]["id"] in given
                ),
                "path": [node.hex() for node in log.inclusion_proof(row)],
            }
            for number, row in enumerate(order, start=1)
        ],
    }
    jsonl = b"".join(canonical_json(shown[row].event) + b"\n" for row in order)
    made = "accepted events as disclosed, one canonical JSON object (RFC 8785) per line"
    files = (
        DataFile(EVENTS, jsonl, "Events disclosed", "application/x-ndjson", CUSTODIAN, made),
        *files,
        DataFile(
            LINES,
            _json({"lines": lines}),
            "Where the verbatim lines stand in the log",
            "application/json",
            CUSTODIAN,
            "from the store's index",
        ),
        DataFile(
            PROOFS,
            _json(proofs),
            "Leaves and inclusion proofs",
            "application/json",
            CUSTODIAN,
            "computed by the store (RFC 9162)",
        ),
        DataFile(
            REDACTIONS,
            _json({"redactions": redactions}),
            "Fields withheld or replaced",
            "application/json",
            CUSTODIAN,
            "by class of the event catalogue and the policy recorded",
        ),
        head_file(log),
    )
    return Disclosure(
        files,
        {row: str(events[row]["id"]) for row in order},
        tuple(held for row in order for held in shown[row].held),
        len(redactions),
        len(lines),
    )


def _json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _lines(
    log: SealedLog, events: Mapping[int, Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], tuple[DataFile, ...]]:
    """Verbatim lines, one file per log file, and their index. Only lines that hold nothing but what is disclosed anyway."""
    found = log.verbatim(sorted(events))
    clear = {row: line for row, line in found.items() if _says_no_more(line.raw, events[row])}
    sources = sorted({line.file for line in clear.values()})
    index: list[dict[str, Any]] = []
    files: list[DataFile] = []
    for number, source in enumerate(sources, start=1):
        path, content = f"events/lines/F-{number:03d}.txt", b""
        for row in sorted(
            (row for row, line in clear.items() if line.file == source), key=lambda row: (clear[row].line, row)
        ):
            raw = clear[row].raw
            index.append(
                {
                    "event": str(events[row]["id"]),
                    "log_file": base_name(source),
                    "log_line": clear[row].line,
                    "file": path,
                    "offset": len(content),
                    "length": len(raw),
                    "sha256": hashlib.sha256(raw).hexdigest(),
                }
            )
            content += raw + b"\n"
        files.append(
            DataFile(
                path,
                content,
                f"Verbatim lines of log file {number}",
                "text/plain",
                CUSTODIAN,
                "bytes of the log lines, one per line",
            )
        )
    return index, tuple(files)


def base_name(path: str) -> str:
    """File name without the folders of the machine it lay on."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _says_no_more(raw: bytes, event: Mapping[str, Any]) -> bool:
    """True where a line is the JSON of the event itself: a line of another shape may hold columns that no class covers."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.keys() == event.keys()


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
