"""From a store to four files on disk, and what stands in the way."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from compliance.errors import InputError, UsageError
from compliance.reports.record import FORMAT, read_earlier
from compliance.reports.session import report_on, write
from tests.conftest import Run
from tests.reports.quarter import assessment, made, rule


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a few notices, with a configuration beside it."""
    from compliance.clock import from_us, parse_instant
    from compliance.events.store import Store
    from compliance.project import load_project

    folder = tmp_path_factory.mktemp("platform")
    (folder / "compliance.toml").write_text(
        '[service]\nid = "s"\nzone = "Europe/Dublin"\nstarted = 2026-01-01\n\n[profile]\nintermediary = true\n'
        "offered_in_union = true\nhosting = true\n"
    )
    beat = {
        "id": "h",
        "type": "log.heartbeat",
        "time": "2026-10-01T00:00:00Z",
        "service": "s",
        "source": "desk",
        "complete_from": "2026-01-01T00:00:00Z",
        "complete_until": "2026-10-01T00:00:00Z",
        "event_types": ["notice.*"],
    }
    notices = [
        {
            "id": f"n{n}",
            "type": "notice.received",
            "time": f"2026-0{4 + n}-05T10:00:00Z",
            "service": "s",
            "notice_id": f"N{n}",
            "contact": "a@b.example",
        }
        for n in range(6)
    ]
    (folder / "log.ndjson").write_text("".join(json.dumps(event) + "\n" for event in (*notices, beat)))
    kept = Store.create(folder / "store")
    kept.ingest(
        [folder / "log.ndjson"],
        project=load_project(folder / "compliance.toml"),
        clock=lambda: from_us(parse_instant("2026-10-01T00:00:00Z")),
    )
    return folder


def test_the_command_writes_four_files(store: Path, run: Run, tmp_path: Path) -> None:
    """Paths on stdout, what was checked on stderr, and nothing else in the folder."""
    done = run(
        "report",
        "2026-Q3",
        "--store",
        str(store / "store"),
        "--out",
        str(tmp_path / "out"),
        "--config",
        str(store / "compliance.toml"),
    )
    assert done.code == 0, done.err
    assert [Path(line).name for line in done.out.split()] == ["report.pdf", "report.xlsx", "report.html", "report.json"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "report.html",
        "report.json",
        "report.pdf",
        "report.xlsx",
    ]
    assert "checked" in done.err
    document = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert document["format"] == FORMAT
    assert document["draft"] is True
    figures = {figure["id"]: figure["value"] for figure in document["figures"]["figures"]}
    assert figures["notices.received"] == 3


def test_an_earlier_report_shows_what_has_moved(store: Path, tmp_path: Path) -> None:
    """The report of the quarter before, handed in, gives late events; with another period it is refused."""
    config = store / "compliance.toml"
    earlier = report_on(store / "store", "2026-Q2", tmp_path / "q2", config=config, as_of="2026-06-08T00:00:00Z").record
    written = report_on(store / "store", "2026-Q3", tmp_path / "q3", config=config, earlier=earlier)
    assert "have moved since they were reported" in written.record.read_text("utf-8")
    with pytest.raises(InputError, match="REP-EARLIER"):
        read_earlier(earlier, "2026-Q1")
    with pytest.raises(InputError, match="REP-EARLIER"):
        read_earlier(config, "2026-Q2")


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """A folder that cannot be made gets its code, and no half-written file."""
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(InputError, match="REP-UNWRITABLE"):
        write(made(assessment([rule(compliant=1)])), blocked / "out")
    assert blocked.read_text() == "x"


def test_a_full_disk_leaves_the_old_report_and_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up in the third file leaves the report of before as it was, and no folder where there was none."""
    material = made(assessment([rule(compliant=1)]))
    old = write(material, tmp_path / "old")
    before = {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()}
    synced: list[int] = []

    def full(file: int) -> None:
        synced.append(file)
        if len(synced) % 3 == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for folder in (old.pdf.parent, tmp_path / "new" / "report"):
        with pytest.raises(InputError, match="No space left"):
            write(made(assessment([rule(non_compliant=1)])), folder)
    assert {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()} == before
    assert not (tmp_path / "new").exists()


def test_a_period_that_is_none_is_refused(store: Path, tmp_path: Path) -> None:
    """The period is checked before anything is read."""
    with pytest.raises(UsageError, match="PER-FORM"):
        report_on(store / "store", "2026-Q5", tmp_path / "out")
    assert not (tmp_path / "out").exists()
