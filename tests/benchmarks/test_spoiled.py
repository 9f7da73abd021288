"""Bad logs are bad where they say so, and a wrong line number would be seen."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import line_numbers, spoiled


def _good(path: Path, lines: int) -> Path:
    line = '{{"id":"e-{0}","type":"notice.received","time":"2026-01-01T00:00:00Z","service":"benchmark","source":"x","notice_id":"N-{0}"}}\n'
    path.write_text("".join(line.format(number) for number in range(lines)), "utf-8")
    return path


def test_every_fault_lies_on_the_line_that_is_listed(tmp_path: Path) -> None:
    """The listed lines differ from the good log, all others are as they were, and every kind of fault occurs."""
    good, bad = _good(tmp_path / "good.ndjson", 14 * spoiled.EVERY), tmp_path / "bad.ndjson"
    spoiled.write(good, bad, "dirty")
    faults = dict(json.loads((tmp_path / "bad.faults").read_text("utf-8")))
    lines = list(zip(good.read_bytes().split(b"\n"), bad.read_bytes().split(b"\n"), strict=True))
    assert {number for number, (one, other) in enumerate(lines, start=1) if one != other} == set(faults)
    assert set(faults.values()) == {name for name, _ in spoiled.FAULTS}


def test_ten_thousand_files_hold_the_whole_log(tmp_path: Path) -> None:
    """Small files are the log in pieces, in the order of their names."""
    good, folder = _good(tmp_path / "good.ndjson", 25_000), tmp_path / "small"
    spoiled.write(good, folder, "small-files")
    parts = sorted(folder.iterdir())
    assert len(parts) == 25_000 // 3 + 1
    assert b"".join(part.read_bytes() for part in parts) == good.read_bytes()


def test_a_log_of_one_case_and_one_second(tmp_path: Path) -> None:
    """All notices are one, all instants the same; backwards, the last line comes first."""
    good = _good(tmp_path / "good.ndjson", 9)
    for kind, field, count in (("one-case", "notice_id", 1), ("one-second", "time", 1), ("backwards", "id", 9)):
        bad = tmp_path / f"{kind}.ndjson"
        spoiled.write(good, bad, kind)
        events = [json.loads(line) for line in bad.read_text("utf-8").splitlines()]
        assert len({event[field] for event in events}) == count
        assert events[0]["id"] == ("e-8" if kind == "backwards" else "e-0")


def test_a_wrong_line_is_counted() -> None:
    """An event that stands elsewhere, a refused line that was sound, and a spoiled one that was not refused: three wrong."""
    lines = [b'{"id":"a","x":1}\n', b"oops\n", b'{"x":1,"id":"b","x":1}\n', b'{"id":"e-\n']
    assert line_numbers.wrong(lines, {1: {"a"}, 3: {"b"}}, {2, 4}, {2}) == (0, 2)
    assert line_numbers.wrong(lines, {1: {"b"}, 3: {"b"}}, {1, 4}, {2}) == (3, 2)
