"""Half a character where the case, the type or the time of a line should stand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance.events.dataset import Requirement
from compliance.events.store import Store
from compliance.project import default_project


@pytest.mark.parametrize("field", ["id", "notice_id", "type", "time"])
def test_a_store_takes_the_lines_beside_it(tmp_path: Path, field: str) -> None:
    """The line is refused with its code and may be any case of its type; the next line is an event."""
    good = {"id": "e2", "type": "notice.received", "time": "2026-07-01T10:00:00Z", "service": "s", "notice_id": "N2"}
    bad = json.dumps({**good, "id": "e1", field: "N\ud800"})
    log = tmp_path / "log.ndjson"
    log.write_text(f"{bad}\n{json.dumps(good)}\n", encoding="utf-8")
    project = default_project()
    store = Store.create(tmp_path / "store")
    store.ingest([log], project=project, clock=lambda: datetime(2026, 10, 1, 8, tzinfo=UTC))
    dataset = Store.open(tmp_path / "store").dataset(
        Requirement(frozenset(), frozenset({"notice_id"})), project=project
    )
    assert dataset.con.execute("SELECT id FROM ev").fetchall() == [("e2",)]
    (hole,) = dataset.holes
    assert (hole.line, hole.code) == (1, "ING-SURROGATE")
    assert hole.case == ("N2" if field in {"id", "time"} else None)
