"""Events disclosed in bulk: the bytes that one at a time gives, however many processes print them."""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from compliance.errors import EvidenceError, IntegrityError
from compliance.events.canonical import canonical_json
from compliance.events.catalogue import catalogue
from compliance.events.leaf import CLASSES
from compliance.events.unseal import Sealed
from compliance.evidence import disclosure, workers
from compliance.evidence.disclosure import Disclosure, disclose_rows
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Policy, sensitivity_of
from compliance.evidence.sheets import Run
from tests.evidence.small_bundle import SmallLog

CASE = Pseudonymiser(bytes(32), "C-1")
POLICY = Policy("role", "t")
KINDS: list[dict[str, Any]] = [
    {"type": "notice.received", "notice_id": "N-%", "contact": "a@example.org", "notifier_id": "u-1", "item_count": 2},
    {"type": "livestream.scheduled", "stream_id": 'S "quoted"', "host_id": "ü-7", "title": "T"},
    {"type": "livestream.audio_started", "stream_id": "S-1", "host": "node"},
    {"type": "livestream.ended", "stream_id": "é", "duration_seconds": 4680.0},
    {"type": "livestream.capacity_limit_set", "stream_id": "S-1", "role": "ops@example.org"},
    {"type": "livestream.speech_started", "stream_id": "S-1", "source": None},
]


def many(count: int) -> SmallLog:
    """A log of events of a few kinds."""
    frame = {"time": "2026-08-12T18:00:00Z", "service": "s"}
    return SmallLog([{"id": f"e{number}", **frame, **KINDS[number % len(KINDS)]} for number in range(count)])


def files_of(found: Disclosure) -> dict[str, bytes]:
    """Bytes of each file."""
    return {file.path: file.read() for file in found.files}


def told(log: SmallLog, rows: Sequence[int]) -> tuple[bytes, list[dict[str, Any]], list[dict[str, str]]]:
    """Lines, proofs and redactions of rows, by the words of the documentation and one event at a time."""
    known, lines, proofs, redactions = catalogue(), [], [], []
    for number, row in enumerate(rows, start=1):
        event, leaf = log.native(row), log.made[row]
        shown, changed = {}, set()
        for name, value in event.items():
            kind = sensitivity_of(known, name)
            if kind == "open":
                shown[name] = value
                continue
            if kind == "personal":
                shown[name] = CASE.pseudonym(name, value)
            changed.add(kind.value)
            redactions.append({"event": event["id"], "field": name, "class": kind.value})
        parts: dict[str, Any] = {}
        for name in CLASSES:
            parts[name] = {"commitment": leaf.commitments[name].hex()}
            if name not in changed:
                fields = sorted(field for field in event if sensitivity_of(known, field) == name)
                parts[name] = {"salt": leaf.salts[name].hex(), "fields": fields}
        parts["line"] = {"commitment": leaf.commitments["line"].hex()}
        if not changed and log.events[row].keys() == event.keys():
            parts["line"] = {"salt": leaf.salts["line"].hex()}
        lines.append(canonical_json(shown) + b"\n")
        path = [node.hex() for node in log.tree.inclusion(row)]
        opening = {"format": "leaf/1", "parts": parts}
        proofs.append({"event": event["id"], "line": number, "index": row, "leaf": opening, "path": path})
    return b"".join(lines), proofs, redactions


@pytest.mark.parametrize("rows", [range(40), range(3, 40, 7), [17], []])
@pytest.mark.parametrize("batch", [1, 7, 8192])
def test_bulk_gives_what_single_events_give(rows: Sequence[int], batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines, openings, paths, redactions and verbatim lines are those of the definitions, in batches of any size."""
    monkeypatch.setattr(disclosure, "BATCH", batch)
    log = many(40)
    found = disclose_rows(log, rows, catalogue(), CASE, POLICY)
    files = files_of(found)
    lines, proofs, redactions = told(log, rows)
    assert files["events/events.jsonl"] == lines
    read = json.loads(files["log/proofs.json"])
    assert read["proofs"] == proofs
    assert [list(entry) for entry in read["proofs"]] == [list(entry) for entry in proofs]
    told_of = json.loads(files["redactions.json"])["redactions"]
    assert [{name: each[name] for name in ("event", "field", "class")} for each in told_of] == redactions
    assert found.ids == {row: f"e{row}" for row in rows}
    assert found.redacted == len(redactions)
    index = json.loads(files["events/lines/index.json"])["lines"]
    assert [each["event"] for each in index] == [
        each["event"] for each in proofs if "salt" in each["leaf"]["parts"]["line"]
    ]
    for each in index:
        raw = files[each["file"]][each["offset"] : each["offset"] + each["length"]]
        assert raw == log.raw[int(each["event"][1:])]
        assert hashlib.sha256(raw).hexdigest() == each["sha256"]
    assert [hit.event for hit in found.held] == [f"e{row}" for row in rows if row % 6 == 4]


def test_processes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process or two: the same bytes, ids, hits and counts."""
    monkeypatch.setattr(disclosure, "BATCH", 9)
    log = many(100)
    alone = disclose_rows(log, range(100), catalogue(), CASE, POLICY, workers=1)
    both = disclose_rows(log, range(100), catalogue(), CASE, POLICY, workers=2)
    assert files_of(both) == files_of(alone)
    assert (both.ids, both.held, both.redacted, both.verbatim) == (
        alone.ids,
        alone.held,
        alone.redacted,
        alone.verbatim,
    )


def test_few_events_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below twenty thousand events this process does it alone; above, no more than the machine has processors for."""
    monkeypatch.setattr(workers, "cores", lambda: 2)
    assert [workers.workers_for(count) for count in (0, 19_999, 20_000, 10**6)] == [1, 1, 2, 2]


@pytest.mark.parametrize("error", [OSError(38, "no semaphores"), ImportError("no semaphores")])
def test_without_further_processes_it_is_done_alone(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine allows no further process the same comes of one."""

    def refuse(*_: object, **__: object) -> None:
        raise error

    log = many(20)
    alone = files_of(disclose_rows(log, range(20), catalogue(), CASE, POLICY))
    monkeypatch.setattr(workers, "ProcessPoolExecutor", refuse)
    assert files_of(disclose_rows(log, range(20), catalogue(), CASE, POLICY, workers=2)) == alone


def test_a_disk_that_is_full_for_a_worker_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that cannot write its part ends the disclosure as a full disk does."""
    monkeypatch.setattr(workers, "_print", full_disk)
    with pytest.raises(EvidenceError, match="EVD-WRITE"):
        disclose_rows(many(20), range(20), catalogue(), CASE, POLICY, workers=2)


def full_disk(run: Run, path: Path) -> None:
    """What writing on a full disk raises."""
    raise OSError(28, "No space left on device", f"{path} at {run.first}")


@dataclass(frozen=True, slots=True, repr=False)
class Dying(Pseudonymiser):
    """Ends the process that uses it."""

    def pseudonyms(self, field: str, values: Sequence[str]) -> list[str]:
        """Nothing, ever."""
        os._exit(len(field) + len(values))


def test_a_process_that_dies_is_a_clear_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker killed in the middle ends the disclosure with words, and leaves nothing behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(EvidenceError, match="EVD-WORKER"):
        disclose_rows(many(40), range(40), catalogue(), Dying(bytes(32), "C-1"), POLICY, workers=2)
    gc.collect()
    assert list(tmp_path.iterdir()) == []


class Changed(SmallLog):
    """A log of which one row is not the one that was sealed."""

    def sealed_rows(self, rows: Sequence[int], many: int) -> Iterator[list[Sealed]]:
        """Rows, the fifteenth with another line."""
        for batch in super().sealed_rows(rows, many):
            yield [(*row[:3], row[3].replace("S-1", "S-2"), *row[4:]) if row[0] == 14 else row for row in batch]


@pytest.mark.parametrize("count", [1, 2])
def test_a_changed_line_never_leaves(count: int) -> None:
    """A line that does not give its leaf ends the disclosure by file and line, in this process and in another."""
    log = Changed(many(40).events)
    with pytest.raises(IntegrityError) as found:
        disclose_rows(log, range(40), catalogue(), CASE, POLICY, workers=count)
    assert found.value.code == "STO-LEAF"
    assert found.value.place is not None
    assert found.value.place.line == 15


def test_each_batch_is_looked_at_before_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks sees every type with the first event of it in each batch, and can stop the rest."""
    monkeypatch.setattr(disclosure, "BATCH", 6)
    seen: list[Mapping[str, str]] = []

    def look(types: Mapping[str, str]) -> None:
        seen.append(types)
        if len(seen) == 2:
            raise EvidenceError("EVD-APART", "no", hint="none")

    with pytest.raises(EvidenceError):
        disclose_rows(many(30), range(30), catalogue(), CASE, POLICY, look=look)
    assert [list(types.items()) for types in seen] == [
        [(kind["type"], f"e{number + 6 * batch}") for number, kind in enumerate(KINDS)] for batch in range(2)
    ]
