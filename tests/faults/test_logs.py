"""Bad logs, given to `compliance check` as a user would: a code, a place and a next step; every line accounted for."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from tests.conftest import Run


def _event(name: str, **fields: object) -> bytes:
    native = {
        "id": name,
        "type": "notice.received",
        "time": "2026-07-01T09:00:00Z",
        "service": "s",
        "notice_id": f"N-{name}",
    }
    return json.dumps(native | fields).encode()


A, B, C = (_event(name) for name in "abc")
BROKEN = {
    "not-json": (A + b"\nthis is not JSON\n", "ING-JSON", 2),
    "truncated": (A + b"\n" + B[:40], "ING-TRUNCATED", 2),
    "binary": (A + b"\n\x00\x01\x02\xff\n", "ING-BINARY", 2),
    "wrong-encoding": (A + b"\n" + _event("b", queue="x").replace(b'"x"', b'"\xe9"') + b"\n", "ING-ENCODING", 2),
    "naive-time": (A + b"\n" + B.replace(b"00Z", b"00") + b"\n", "ING-TIME-NAIVE", 2),
    "unknown-type": (A + b"\n" + B.replace(b"received", b"recieved") + b"\n", "ING-TYPE-UNKNOWN", 2),
    "renamed-type": (A + b"\n" + B.replace(b"notice.received", b"moderation.decision") + b"\n", "ING-TYPE-UNKNOWN", 2),
    "missing-field": (A + b"\n" + B.replace(b"notice_id", b"notice") + b"\n", "ING-MISSING", 2),
    "array": (b"[1, 2]\n" + A + b"\n", "ING-NOT-OBJECT", 1),
    "a-100-MB-line": (
        A + b"\n" + _event("b", queue="@").replace(b"@", b"y" * 100_000_000) + b"\n" + C + b"\n",
        "ING-LINE-LENGTH",
        2,
    ),
    "conflict": (A + b"\n" + _event("a", queue="other") + b"\n", "ING-CONFLICT", 2),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_line_is_named_and_the_rest_is_read(run: Run, tmp_path: Path, name: str) -> None:
    """One bad line is refused with its code, file and line; the others count, and the sum is right."""
    content, code, line = BROKEN[name]
    log = tmp_path / f"{name}.ndjson"
    log.write_bytes(content)
    ran = run("check", log, "--format", "json")
    found = json.loads(ran.out)
    counts = found["ingest"]
    assert ran.code in {0, 1}
    assert counts["lines"] == counts["accepted"] + counts["duplicates"] + counts["rejected"]
    assert counts["rejected"] == 1
    assert any(f"{code} x 1, first at {log}:{line}" in warning for warning in found["warnings"]), found["warnings"]
    assert "Traceback" not in ran.err


READABLE = {
    "bom": (b"\xef\xbb\xbf" + A + b"\n" + B + b"\n", 2, 0),
    "blank-lines": (b"\n" + A + b"\n\n  \n" + B + b"\n\n", 2, 4),
    "windows-line-ends": (A + b"\r\n" + B + b"\r\n", 2, 0),
    "mixed-line-ends": (A + b"\r\n" + B + b"\n", 2, 0),
    "no-last-line-end": (A + b"\n" + B, 2, 0),
}


@pytest.mark.parametrize("name", READABLE)
def test_what_only_looks_odd_is_read(run: Run, tmp_path: Path, name: str) -> None:
    """A byte order mark, blank lines and other line ends lose no event."""
    content, accepted, blank = READABLE[name]
    log = tmp_path / f"{name}.ndjson"
    log.write_bytes(content)
    counts = json.loads(run("check", log, "--format", "json").out)["ingest"]
    assert (counts["accepted"], counts["rejected"], counts["blank"]) == (accepted, 0, blank)


def test_a_broken_gzip_keeps_what_came_before(run: Run, tmp_path: Path) -> None:
    """What lies before the damage is read; the damage is one refused line."""
    log = tmp_path / "log.ndjson.gz"
    log.write_bytes(gzip.compress(b"\n".join(_event(str(number)) for number in range(3000)))[:-400])
    found = json.loads(run("check", log, "--format", "json").out)
    assert 1000 < found["ingest"]["accepted"] < 3000
    assert any("ING-COMPRESSED x 1" in warning for warning in found["warnings"])


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"no\nevent\n", bytes(range(256)) * 8, (A + b"\n").decode().encode("utf-16")]
)
def test_a_log_without_any_event_is_an_input_error(run: Run, tmp_path: Path, content: bytes) -> None:
    """Empty, binary and wholly unreadable files give exit 3 and a next step, not a clean result."""
    log = tmp_path / "log.ndjson"
    log.write_bytes(content)
    ran = run("check", log)
    assert ran.code == 3
    assert "next: " in ran.err
    assert "Traceback" not in ran.err


def test_a_missing_log_and_a_folder_are_named(run: Run, tmp_path: Path) -> None:
    """A path that is not there, or is no file, is named with its code."""
    for path in (tmp_path / "missing.ndjson", tmp_path):
        ran = run("check", path)
        assert ran.code == 3
        assert str(path) in ran.err
        assert "next: " in ran.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_in_words(tmp_path: Path) -> None:
    """Output that cannot be written is exit 3 and SYS-FULL, never a silent loss and never a traceback."""
    import subprocess
    import sys

    log = tmp_path / "log.ndjson"
    log.write_bytes(A + b"\n")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "compliance.cli.main", "check", str(log)],
            cwd=tmp_path,
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        )
    assert done.returncode == 3
    assert b"SYS-FULL" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
