"""`compliance ingest` and `compliance store` as a person meets them: tables, JSON, exit codes, last lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.events.logs import event, line, write

Run = Callable[..., Any]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two events, one duplicate, one blank line, one refused line."""
    return write(
        tmp_path / "a.ndjson", [line(event(1)), line(event(2)), line(event(2)), b"", line(event(3, member_state="XX"))]
    )


def test_ingest_prints_the_conservation_table_and_where_refused_lines_lie(run: Run, tmp_path: Path, log: Path) -> None:
    """Data on stdout, a last line on stderr that says what was read."""
    found = run("ingest", log, "--store", tmp_path / "store")
    assert found.code == 0
    rows = [text.split() for text in found.out.splitlines()]
    assert rows[0] == ["file", "lines", "accepted", "duplicates", "rejected", "blank", "filtered"]
    assert rows[1] == [str(log), "4", "2", "1", "1", "1", "0"]
    assert "ING-CODE" in found.out
    assert "[member_state]" in found.out
    assert str(tmp_path / "store" / "segments" / "000001" / "rejects.ndjson") in found.out
    assert found.err.splitlines()[-1].startswith("read 4 lines of 1 file(s): 2 accepted, 1 duplicates, 1 refused")


def test_ingest_in_json_says_the_same(run: Run, tmp_path: Path, log: Path) -> None:
    """Totals add up, and the second run of the same file only adds a receipt."""
    first = json.loads(run("ingest", log, "--store", tmp_path / "store", "--format", "json").out)
    assert first["totals"] == {"lines": 4, "accepted": 2, "duplicates": 1, "rejected": 1, "blank": 1, "filtered": 0}
    assert first["reasons"] == {"ING-CODE": 1}
    second = json.loads(run("ingest", log, "--store", tmp_path / "store", "--format", "json").out)
    assert (second["segments"], second["totals"]["duplicates"]) == ([], 4)


def test_a_log_without_one_event_is_an_error_but_kept(run: Run, tmp_path: Path) -> None:
    """The wrong file is exit code 3 with the next step; its lines are in the rejects."""
    found = run("ingest", write(tmp_path / "a.txt", [b"hello", b"world"]), "--store", tmp_path / "store")
    assert found.code == 3
    assert "ING-NOTHING" in found.err
    assert "--map" in found.err


def test_a_missing_log_is_told_without_a_traceback(run: Run, tmp_path: Path) -> None:
    """Code, place and next step on stderr."""
    found = run("ingest", tmp_path / "none.ndjson", "--store", tmp_path / "store")
    assert (found.code, found.out) == (3, "")
    assert "ING-FILE-MISSING" in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize(
    "words", [("ingest", "x", "--store", "s", "--format", "xml"), ("store", "info", "--store", "s", "--format", "xml")]
)
def test_an_unknown_format_is_a_usage_error(run: Run, words: tuple[str, ...]) -> None:
    """Exit code 2, before anything is read."""
    assert run(*words).code == 2


def test_store_info_ledger_and_verify_read_what_ingest_wrote(run: Run, tmp_path: Path, log: Path) -> None:
    """Head, entries and layers; a flipped bit is exit code 5."""
    store = tmp_path / "store"
    run("ingest", log, "--store", store)
    info = json.loads(run("store", "info", "--store", store, "--format", "json").out)
    assert (info["events"], info["accepted"], info["open_rejects"]) == (2, 2, 1)
    assert "root" in run("store", "info", "--store", store).out
    entries = [
        json.loads(text) for text in run("store", "ledger", "--store", store, "--format", "json").out.splitlines()
    ]
    assert [entry["kind"] for entry in entries] == ["created", "segment"]
    assert "segment" in run("store", "ledger", "--store", store).out
    verified = run("store", "verify", "--store", store, "--deep")
    assert verified.code == 0
    assert "not checked" in verified.out
    leaves = store / "segments" / "000001" / "leaves.bin"
    leaves.write_bytes(leaves.read_bytes()[::-1])
    broken = run("store", "verify", "--store", store)
    assert broken.code == 5
    assert "leaves.bin" in broken.err


def test_dismissing_a_refused_line_is_recorded(run: Run, tmp_path: Path, log: Path) -> None:
    """The dismissal is in the ledger and the line is no longer open."""
    store = tmp_path / "store"
    run("ingest", log, "--store", store)
    found = run(
        "store", "dismiss", "000001-1", "--store", store, "--role", "head of trust and safety", "--reason", "test event"
    )
    assert found.code == 0
    assert json.loads(run("store", "info", "--store", store, "--format", "json").out)["open_rejects"] == 0
    assert run("store", "dismiss", "000001-1", "--store", store, "--role", "r", "--reason", "again").code == 3


def test_a_folder_that_is_no_store_is_told_so(run: Run, tmp_path: Path) -> None:
    """The hint says how to make one."""
    found = run("store", "info", "--store", tmp_path)
    assert found.code == 3
    assert "STO-MISSING" in found.err
