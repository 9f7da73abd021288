"""A small sealed log and a small bundle over it, for the tests of evidence."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.events.catalogue import catalogue
from compliance.events.judge import accepted_event
from compliance.events.leaf import make_leaf
from compliance.events.merkle import Part, Tree
from compliance.events.unseal import Sealed
from compliance.evidence.bundle import Bundle
from compliance.evidence.crate import CrateInfo, DataFile
from compliance.evidence.disclosure import disclose_rows
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Policy

WHEN = dt.datetime(2026, 9, 25, 12, tzinfo=dt.UTC)
EVENTS = [
    {
        "id": "e1",
        "type": "livestream.scheduled",
        "time": "2026-08-12T18:00:00Z",
        "service": "s",
        "stream_id": "S-1",
        "host_id": "u-7",
        "title": "T",
    },
    {
        "id": "e2",
        "type": "livestream.audio_started",
        "time": "2026-08-13T00:35:00Z",
        "service": "s",
        "stream_id": "S-1",
    },
    {
        "id": "e3",
        "type": "livestream.speech_started",
        "time": "2026-08-13T00:42:00Z",
        "service": "s",
        "stream_id": "S-1",
    },
    {
        "id": "e4",
        "type": "livestream.ended",
        "time": "2026-08-13T02:00:00Z",
        "service": "s",
        "stream_id": "S-1",
        "duration_seconds": 4680,
    },
    {
        "id": "e5",
        "type": "notice.received",
        "time": "2026-08-13T02:30:00Z",
        "service": "s",
        "notice_id": "N-1",
        "contact": "a@example.org",
    },
]


@dataclass(frozen=True)
class Head:
    """A checkpoint."""

    origin: str
    size: int
    root: bytes
    text: str


class SmallLog:
    """A sealed log in memory."""

    file = "/var/log/app/events.ndjson"

    def __init__(self, events: list[dict[str, Any]] | None = None) -> None:
        self.events = EVENTS if events is None else events
        events = self.events
        self.raw = [json.dumps(event).encode() for event in events]
        self.salts = [hashlib.sha256(f"salt {index}".encode()).digest()[:16] for index in range(len(events))]
        self.made = [
            make_leaf(index, self.native(index), self.raw[index], self.salts[index], catalogue())
            for index in range(len(events))
        ]
        self.tree = Tree([leaf.hash for leaf in self.made])

    def native(self, row: int) -> dict[str, Any]:
        """Event of a row, with the fields of its type."""
        return accepted_event(self.raw[row], catalogue())

    def sealed_rows(self, rows: Sequence[int], many: int) -> Iterator[list[Sealed]]:
        """Rows as they lie in the log."""
        for start in range(0, len(rows), many):
            yield [
                (row, self.file, row + 1, self.raw[row].decode(), None, self.salts[row].hex(), None)
                for row in rows[start : start + many]
            ]

    def near(self, rows: Sequence[int]) -> list[Part]:
        """Parts of the tree over rows."""
        return self.tree.near(rows)

    def checkpoint(self) -> Head:
        """Head of the log."""
        root = self.tree.root
        return Head("test", self.tree.size, root, f"test\n{self.tree.size}\n{base64.b64encode(root).decode()}\n")


def as_json(document: Any) -> bytes:
    """JSON as bytes."""
    return json.dumps(document).encode()


def small_bundle(log: SmallLog, shown: list[int]) -> Bundle:
    """A bundle with two exhibits, two questions and the events of some rows."""
    disclosure = disclose_rows(
        log,
        sorted(shown),
        catalogue(),
        Pseudonymiser(bytes(32), "C-1"),
        Policy("role", "t"),
    )
    table = b"time,event\r\n2026-08-13T00:35:00Z,e2\r\n"
    index = {
        "exhibits": [
            {
                "id": "E-001",
                "file": "exhibits/E-001.csv",
                "sha256": hashlib.sha256(table).hexdigest(),
                "bytes": len(table),
                "events": ["e1", "e2"],
            },
            {
                "id": "E-002",
                "file": "exhibits/E-002.csv",
                "sha256": hashlib.sha256(table).hexdigest(),
                "bytes": len(table),
                "events": [],
            },
        ]
    }
    gap = {"what": "x", "supply_by": "2026-10-01"}
    answer = {
        "disclosed_events": len(shown),
        "questions": [
            {"number": "1", "status": "answered", "file": "answer/questions/Q-001.json"},
            {"number": "2", "status": "not_held", "file": "answer/questions/Q-002.json"},
        ],
        "gaps": [gap],
    }
    files = {
        "answer/answer.json": as_json(answer),
        "exhibits/index.json": as_json(index),
        "exhibits/E-001.csv": table,
        "exhibits/E-002.csv": table,
        "answer/questions/Q-001.json": as_json(
            {"number": "1", "status": "answered", "reason": "", "exhibits": ["E-001"], "gaps": []}
        ),
        "answer/questions/Q-002.json": as_json(
            {"number": "2", "status": "not_held", "reason": "none held", "exhibits": [], "gaps": [gap]}
        ),
    }
    data = [DataFile(path, content, path, "text/plain", "role", "made") for path, content in files.items()]
    crate = CrateInfo("Answer", "Answer", "2026-09-25", "Provider", "terms", "compliance", "0")
    return Bundle("REF-1", "Provider", dt.date(2026, 9, 25), "Answer", crate, (*data, *disclosure.files))
