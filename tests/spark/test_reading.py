"""Why ingest stays in the process: what Spark's own reading of NDJSON makes of lines that ingest refuses."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance.engine.spark import connect
from compliance.events.dataset import Requirement
from compliance.events.store import Store
from compliance.project import default_project
from tests.spark.cluster import Cluster

pytestmark = pytest.mark.filterwarnings("default")
HEAD = b'"type": "notice.received", "time": "2026-07-01T10:00:00Z", "service": "s", "notice_id": '
TAKEN = {
    "twice": b'{"id": "twice", ' + HEAD + b'"N0", "notice_id": "N1"}',
    "trailing": b'{"id": "trailing", ' + HEAD + b'"N2"} and more',
    "single": b"{'id': 'single', " + HEAD.replace(b'"', b"'") + b"'N3'}",
    "half": b'{"id": "half", ' + HEAD + b'"N\\ud800"}',
    "number": b'{"id": "number", ' + HEAD + b"5}",
}
"""Lines that ingest refuses and Spark takes."""
GOOD = b'{"id": "good", ' + HEAD + b'"N9"}'
BROKEN = b'{"id": "broken", ' + HEAD + b'"lone\rreturn"}'


def test_spark_takes_lines_that_ingest_refuses(cluster: Cluster, tmp_path: Path) -> None:
    """None of them becomes an event in a store; each becomes a row in Spark, without a word."""
    log = tmp_path / "log.ndjson"
    log.write_bytes(b"\n".join([*TAKEN.values(), GOOD]) + b"\n")
    project = default_project()
    store = Store.create(tmp_path / "store")
    store.ingest([log], project=project, clock=lambda: datetime(2026, 10, 1, 8, tzinfo=UTC))
    dataset = store.dataset(Requirement(frozenset(), frozenset()), project=project)
    assert [row[0] for row in dataset.con.execute("SELECT id FROM ev").fetchall()] == ["good"]
    assert {hole.line for hole in dataset.holes} == set(range(1, len(TAKEN) + 1))
    session = connect(cluster.remote)
    try:
        rows = session.read.schema("id STRING, type STRING, notice_id STRING").json(str(log)).collect()
    finally:
        session.stop()
    assert {row.id: row.notice_id for row in rows} == {
        "twice": "N1",
        "trailing": "N2",
        "single": "N3",
        "half": "N?",
        "number": "5",
        "good": "N9",
    }


def test_spark_breaks_lines_and_changes_their_bytes(cluster: Cluster, tmp_path: Path) -> None:
    """A lone carriage return ends a line, and the mark at the start of a file is gone from the bytes of its first line."""
    log = tmp_path / "log.ndjson"
    first = b"\xef\xbb\xbf" + GOOD
    log.write_bytes(first + b"\n" + BROKEN + b"\n")
    session = connect(cluster.remote)
    try:
        rows = session.read.text(str(log)).collect()
        whole = session.read.option("lineSep", "\n").text(str(log)).collect()
    finally:
        session.stop()
    assert len(rows) == 3
    assert len(whole) == 2
    assert hashlib.sha256(whole[0].value.encode()).hexdigest() != hashlib.sha256(first).hexdigest()
