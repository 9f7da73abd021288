"""Logs whose lines are chained: what text they hold, and what a write that fails leaves behind."""

from __future__ import annotations

import datetime as dt
import errno
import os
from pathlib import Path

import pytest

from compliance.answers.chain import append_to, read_chain
from compliance.answers.hold import record_hold
from compliance.errors import AnswerError, EvidenceError, InputError, IntegrityError


def now() -> dt.datetime:
    """The clock of the tests."""
    return dt.datetime(2026, 9, 25, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\u0085", "\n", "\r", "\x0c", "\0"])
def test_a_note_may_hold_any_end_of_line(tmp_path: Path, mark: str) -> None:
    """Text pasted from a word processor does not break the chain."""
    note = f"first{mark}second"
    for _ in range(2):
        append_to(tmp_path / "log", now, "hold", "legal counsel", {"reason": note})
    assert [entry.detail["reason"] for entry in read_chain(tmp_path / "log")] == [note, note]


def test_text_that_is_not_utf8_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    """A byte that no text has is an error of the input, not a bug of ours."""
    append_to(tmp_path / "log", now, "hold", "legal counsel", {})
    with pytest.raises(InputError, match="MAT-TEXT"):
        append_to(tmp_path / "log", now, "hold", "legal\udcff", {})
    assert len(read_chain(tmp_path / "log")) == 1


def test_a_line_that_cannot_be_written_whole_is_taken_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up in the middle of a line leaves the log as it was."""
    append_to(tmp_path / "log", now, "hold", "legal counsel", {})
    before = (tmp_path / "log").read_bytes()
    write = os.write

    def half(number: int, data: memoryview) -> int:
        if (tmp_path / "log").stat().st_size == len(before):
            return write(number, data[:20])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("compliance.answers.chain.os.write", half)
    with pytest.raises(EvidenceError, match="No space left"):
        append_to(tmp_path / "log", now, "hold", "legal counsel", {})
    monkeypatch.undo()
    assert (tmp_path / "log").read_bytes() == before


def test_half_a_line_at_the_end_is_found(tmp_path: Path) -> None:
    """What follows the last whole line is no entry."""
    append_to(tmp_path / "log", now, "hold", "legal counsel", {})
    with (tmp_path / "log").open("ab") as stream:
        stream.write(b'{"seq":2')
    with pytest.raises(IntegrityError, match="MAT-CHAIN"):
        read_chain(tmp_path / "log")


def test_a_hold_needs_a_role_and_no_matter(tmp_path: Path) -> None:
    """An empty folder or none will do; a blank role will not, and leaves nothing behind."""
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new"):
        record_hold(tmp_path / name, None, role="legal counsel", reason="letter", reference=name, clock=now)
        assert [entry.action for entry in read_chain(tmp_path / name / "matter.jsonl")] == ["hold"]
    with pytest.raises(AnswerError, match="MAT-ROLE"):
        record_hold(tmp_path / "blank", None, role=" ", reason="letter", reference="x", clock=now)
    assert not (tmp_path / "blank").exists()
