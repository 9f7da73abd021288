"""Small logs for tests: events as lines, files in every shape, and a store with a fixed clock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from compliance.events.dataset import FileCounts
from compliance.events.ingest import IngestReport
from compliance.events.mapping import Mapping
from compliance.events.store import Store
from compliance.project import default_project

PROJECT = default_project()


def clock() -> datetime:
    """One instant for every test."""
    return datetime(2026, 10, 1, tzinfo=UTC)


def event(number: int, kind: str = "notice.received", **fields: Any) -> dict[str, Any]:
    """A sound event with the id `e-<number>`, one minute after the one before."""
    base = {
        "id": f"e-{number}",
        "type": kind,
        "time": f"2026-08-{1 + number // 1440:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00Z",
        "service": "halcyon-live",
        "notice_id": f"N-{number}",
    }
    return base | fields


def line(value: Any) -> bytes:
    """One line without its line feed."""
    return json.dumps(value, ensure_ascii=False).encode()


def write(path: Path, lines: Sequence[bytes], end: bytes = b"\n") -> Path:
    """A file of lines, each with the same ending."""
    path.write_bytes(b"".join(entry + end for entry in lines))
    return path


def kept(folder: Path, *paths: Path, mapping: Mapping | None = None) -> tuple[Store, IngestReport]:
    """A store at `folder` after one ingest."""
    store = Store.open(folder) if folder.exists() else Store.create(folder)
    return store, store.ingest(list(paths), project=PROJECT, clock=clock, mapping=mapping)


def codes(report: IngestReport) -> list[tuple[int, str, str]]:
    """Line, code and field of every refused line."""
    return [(entry.refused.line, entry.refused.why.code, entry.refused.why.field) for entry in report.rejects]


def adds_up(counts: FileCounts) -> bool:
    """True where lines read = accepted + duplicates + rejected."""
    return counts.lines == counts.accepted + counts.duplicates + counts.rejected
