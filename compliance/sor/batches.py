"""Statements in calls that the service takes: at most 100 each, every one valid, no identifier twice, with a manifest.

Sending them, with tokens of a production service, stays outside this tool.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compliance.errors import InputError, Place
from compliance.events.durable import write_failures
from compliance.sor.rows import Row, Unread
from compliance.sor.schema import CURRENT, MAX_BATCH
from compliance.sor.validate import validate_statement

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that is in no batch: where it stands, its identifier, and why."""

    file: str
    line: int
    puid: str
    why: str
    errors: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Batched:
    """What was written: batches with their names, digests and identifiers, and what was left out."""

    batches: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def statements(self) -> int:
        """Statements in all batches."""
        return sum(len(each["puids"]) for each in self.batches)


def write_batches(
    rows: Iterable[Row | Unread],
    folder: Path,
    *,
    schema: str = CURRENT,
    size: int = MAX_BATCH,
    sent: AbstractSet[str] = frozenset(),
) -> Batched:
    """Write `batch-000001.json` ... and `manifest.json` as the new folder `folder`: all of it, or nothing under the name.

    `sent`: identifiers that the service holds already. InputError `SOR-EXISTS` where the folder is there; StoreError where the disk fails.
    """
    if os.path.lexists(folder):
        raise InputError(
            "SOR-EXISTS",
            "something is there already, and batches that may have been sent are never overwritten",
            place=Place(str(folder)),
            hint="name a new folder",
        )
    with write_failures(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.partial-", dir=folder.parent))
        try:
            found = _written(rows, staging, schema, size, sent)
            staging.chmod(0o755)
            staging.rename(folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return found


def _written(rows: Iterable[Row | Unread], folder: Path, schema: str, size: int, sent: AbstractSet[str]) -> Batched:
    found = Batched()
    waiting: list[dict[str, Any]] = []
    for payload in _sendable(rows, found, schema, sent):
        waiting.append(payload)
        if len(waiting) == size:
            _write(folder, waiting, found)
            waiting = []
    if waiting:
        _write(folder, waiting, found)
    manifest = {
        "format": "sor-batches/1",
        "schema": schema,
        "endpoint": "multiple",
        "statements": found.statements,
        "left_out": [
            {"file": each.file, "line": each.line, "puid": each.puid, "why": each.why, "errors": each.errors}
            for each in found.left_out
        ],
        "batches": found.batches,
    }
    (folder / MANIFEST).write_bytes(json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
    return found


def _sendable(
    rows: Iterable[Row | Unread], found: Batched, schema: str, sent: AbstractSet[str]
) -> Iterator[dict[str, Any]]:
    """Payloads that the service would store, in order; the others are noted as left out."""
    seen: set[str] = set()
    for row in rows:
        if isinstance(row, Unread):
            found.left_out.append(LeftOut(row.file, row.line, "", f"unreadable: {row.why.code}"))
            continue
        puid = str(row.payload.get("puid") or "").strip()
        verdict = validate_statement(row.payload, schema=schema, endpoint="multiple")
        if not verdict.valid:
            found.left_out.append(LeftOut(row.file, row.line, puid, "invalid", verdict.messages()))
        elif puid in seen:
            found.left_out.append(LeftOut(row.file, row.line, puid, "its puid stood before in these files"))
        elif puid in sent:
            found.left_out.append(LeftOut(row.file, row.line, puid, "the service holds its puid already"))
        else:
            seen.add(puid)
            yield row.payload


def _write(folder: Path, payloads: list[dict[str, Any]], found: Batched) -> None:
    name = f"batch-{len(found.batches) + 1:06d}.json"
    content = json.dumps({"statements": payloads}, ensure_ascii=False, separators=(",", ":")).encode()
    (folder / name).write_bytes(content)
    found.batches.append(
        {
            "file": name,
            "sha256": hashlib.sha256(content).hexdigest(),
            "puids": [str(payload["puid"]).strip() for payload in payloads],
        }
    )


def load_batch(folder: Path, name: str) -> list[dict[str, Any]]:
    """Statements of one batch, its bytes being those of the manifest. InputError `SOR-BATCH` where they are not."""
    path = folder / name
    try:
        listed = json.loads((folder / MANIFEST).read_bytes())["batches"]
        digest = next(each["sha256"] for each in listed if each["file"] == name)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise _batch_error(path, "its bytes are not those that the manifest names")
        statements: list[dict[str, Any]] = json.loads(content)["statements"]
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise _batch_error(path, "there is no such batch in the folder's manifest, or it cannot be read") from error
    return statements


def _batch_error(path: Path, cause: str) -> InputError:
    return InputError(
        "SOR-BATCH",
        cause,
        place=Place(str(path)),
        hint="name the folder that `compliance sor batches` wrote, unchanged, and answers to its batches",
    )
