"""Statements of reasons from files that are not what they should be: all else is judged, and the exit code says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sor.samples import csv_text, dump, ndjson, row, statement

Run = Callable[..., Any]


def summary(run: Run, *paths: Path) -> tuple[int, dict[str, Any], str]:
    """Exit code, summary and talk of a run; counts add up."""
    ran = run("sor", "validate", *paths, "--format", "json")
    found = json.loads(ran.out)["summary"]
    assert found["read"] == found["valid"] + found["invalid"] + found["refused"] + found["blank"]
    return ran.code, found, ran.err


def test_an_archive_that_is_not_the_published_one(run: Run, tmp_path: Path) -> None:
    """An integrity failure, after every row was judged."""
    path = dump(tmp_path, [csv_text([row()])])
    path.with_name(path.name + ".sha1").write_text("f" * 40 + "  x.zip")
    code, found, err = summary(run, path)
    assert (code, found["valid"], "SOR-SHA1" in err) == (5, 1, True)


def test_a_truncated_archive(run: Run, tmp_path: Path) -> None:
    """What is left is judged; the error names the loss."""
    path = dump(tmp_path, [csv_text([row(platform_uid=f"p-{n}") for n in range(3000)])])
    path.write_bytes(path.read_bytes()[:-6000])
    path.with_name(path.name + ".sha1").unlink()
    code, found, err = summary(run, path)
    assert (code, "SOR-UNREAD" in err, "ING-COMPRESSED" in err) == (3, True, True)
    assert 0 < found["valid"] < 3000


def test_a_csv_with_another_header(run: Run, tmp_path: Path) -> None:
    """Rows below it are refused for it; other files are judged."""
    path = tmp_path / "other.csv"
    path.write_bytes(b"a,b\n1,2\n3,4\n")
    code, found, err = summary(run, path, ndjson(tmp_path / "b.ndjson", [statement()]))
    assert (code, found["reasons"], found["valid"]) == (3, {"SOR-HEADER": 2}, 1)
    assert "SOR-UNREAD" in err


def test_an_archive_that_is_none(run: Run, tmp_path: Path) -> None:
    """A clear error, not a traceback."""
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x05\x06 nothing")
    code, found, _ = summary(run, path)
    assert (code, found["reasons"]) == (3, {"ARC-DAMAGED": 1})


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe\x00", b"PK\x05\x06" + b"\x00" * 18])
def test_a_file_without_a_statement(run: Run, tmp_path: Path, data: bytes) -> None:
    """Nothing judged is never a pass."""
    path = tmp_path / "a.bin"
    path.write_bytes(data)
    code, found, err = summary(run, path)
    assert (code, found["statements"], "SOR-NOTHING" in err) == (3, 0, True)


def test_malformed_rows_are_findings_beside_the_others(run: Run, tmp_path: Path) -> None:
    """One bad row refuses itself only."""
    code, found, _ = summary(run, dump(tmp_path, [csv_text([row(), "cut,off", row(platform_uid="p-2")])]))
    assert (code, found["valid"], found["reasons"]) == (1, 2, {"ING-CSV-FIELDS": 1})


def test_a_missing_file(run: Run, tmp_path: Path) -> None:
    """Named before anything is read."""
    ran = run("sor", "validate", tmp_path / "none.zip")
    assert (ran.code, "ING-FILE-MISSING" in ran.err) == (3, True)
